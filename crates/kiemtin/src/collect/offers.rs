//! Which hub is to be asked after a poll? The one that the feed names, unless it was asked already.

use crate::random::random_hex;
use kiemtin_model::{HubOffer, Subscription};
use kiemtin_store::FeedState;

/// Bytes of the name that a hub calls.
const NAME_BYTES: usize = 16;
/// Bytes of the key of its signatures.
const KEY_BYTES: usize = 32;

/// The subscription that is wanted from now on for a feed that was polled just now and names this hub, when that is news.
pub(super) fn wanted(state: &FeedState, offer: Option<HubOffer>, known: Option<&Subscription>) -> anyhow::Result<Option<Subscription>> {
    let now = state.polled_at;
    let Some(offer) = offer.filter(|offer| known.is_none_or(|one| one.gives_way(offer, now))) else { return Ok(None) };
    let (name, key) = (random_hex::<NAME_BYTES>()?, random_hex::<KEY_BYTES>()?);
    Ok(Some(Subscription::wanted(&state.source, &state.url, offer, name, key, now)))
}
