//! How are the sources, and what became of one address? Read from the store, for the pages, the API and the command line alike.

use crate::{LeadState, Store, StoreError, StoredDocument};
use kiemtin_model::canonical::canonical_url;
use kiemtin_model::health::looked_back;
use kiemtin_model::{DayCount, DocId, ListingHealth, SourceHealth, Time};
use std::collections::HashMap;

/// A source as configured.
#[derive(Clone, Copy, Debug)]
pub struct Configured<'a> {
    /// Its id.
    pub id: &'a str,
    /// Whether it is collected.
    pub enabled: bool,
    /// Addresses of its listings.
    pub listings: &'a [String],
}

/// The health of these sources, in their order. Three questions to the store, however many there are.
///
/// # Errors
/// Those of the store.
pub async fn source_health(store: &dyn Store, sources: &[Configured<'_>], now: Time) -> Result<Vec<SourceHealth>, StoreError> {
    let states = store.feed_states().await?;
    let polled: HashMap<(&str, &str), _> = states.iter().map(|s| ((s.source.as_str(), s.url.as_str()), s)).collect();
    let mut days: HashMap<String, Vec<DayCount>> = HashMap::new();
    for (source, day) in store.source_days(looked_back(now)).await? {
        days.entry(source).or_default().push(day);
    }
    let health = |source: &Configured<'_>| {
        let listing = |url: &String| match polled.get(&(source.id, url.as_str())) {
            Some(s) => ListingHealth { url: url.clone(), polled_at: Some(s.polled_at), failures: s.failures, error: s.error.clone() },
            None => ListingHealth { url: url.clone(), polled_at: None, failures: 0, error: String::new() },
        };
        let listings = source.listings.iter().map(listing).collect();
        SourceHealth::new(source.enabled, listings, days.get(source.id).map_or(&[], Vec::as_slice), now)
    };
    Ok(sources.iter().map(health).collect())
}

/// What became of an address.
#[derive(Clone, Debug)]
pub struct Fate {
    /// The address in its canonical form.
    pub url: String,
    /// What listings said of it and how fetching ended; none when no listing ever named it.
    pub lead: Option<LeadState>,
    /// The document that it became; also one that was pushed or imported.
    pub document: Option<StoredDocument>,
}

/// What became of an address; `None` when it is no address that could be fetched.
///
/// # Errors
/// Those of the store.
pub async fn fate(store: &dyn Store, address: &str) -> Result<Option<Fate>, StoreError> {
    let Some(url) = canonical_url(address.trim(), address.trim()) else { return Ok(None) };
    let lead = store.lead_states(std::slice::from_ref(&url)).await?.remove(&url);
    let id = lead.as_ref().and_then(|l| l.document.clone()).unwrap_or_else(|| DocId::from_url(&url));
    let document = store.documents(&[id]).await?.pop();
    Ok(Some(Fate { url, lead, document }))
}
