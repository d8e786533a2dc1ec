//! How are the posts of a network read? One file per network, and one line here.
//!
//! A network is not a listing that is read whole: it is asked page by page, with a token, within the requests of the day, from
//! where the round before ended. Each file reads the wire of one network and nothing about who wrote: fields of accounts are
//! not in its types.

mod bluesky;
mod entries;
mod facebook;
mod gaps;
mod jetstream;
mod mastodon;
mod round;
mod telegram;
mod wire;
mod words;
mod xenforo;
mod youtube;

pub(crate) use round::{Answered, Opened, Round, Secret};

use crate::sources::Listing;
use kiemtin_model::{FeedKind, Outcome};
use std::pin::Pin;
use std::time::Duration;

/// A network: how its posts are read.
pub struct Network {
    /// The word in a source's file.
    pub kind: FeedKind,
    read: Read,
}

type Read = for<'a> fn(&'a mut Round<'_>) -> Reading<'a>;

/// One round over a network, on its way.
pub(crate) type Reading<'a> = Pin<Box<dyn Future<Output = Result<Harvest, Outcome>> + Send + 'a>>;

/// All networks. A new one is one file and one line.
pub const NETWORKS: &[Network] = &[
    Network { kind: FeedKind::Xenforo, read: xenforo::read },
    Network { kind: FeedKind::ChannelPreview, read: telegram::read },
    Network { kind: FeedKind::YoutubeChannel, read: youtube::read },
    Network { kind: FeedKind::YoutubeComments, read: youtube::read_comments },
    Network { kind: FeedKind::FacebookPage, read: facebook::read },
    Network { kind: FeedKind::Mastodon, read: mastodon::read },
    Network { kind: FeedKind::BlueskySearch, read: bluesky::read },
    Network { kind: FeedKind::BlueskyJetstream, read: jetstream::read },
];

/// What a round over a network brought. What came before it had to stop is kept.
#[derive(Debug, Default)]
pub(crate) struct Harvest {
    /// Posts, oldest first, with their text; the address of each is the key by which it is known.
    pub(crate) listing: Listing,
    /// Addresses of posts that their origin deleted, after everything in `listing` that has the same address.
    pub(crate) deleted: Vec<String>,
    /// What the addresses of all posts begin with that went with the thread that held them.
    pub(crate) deleted_under: Vec<String>,
    /// Where the next round goes on; `None`: where this one began. Never an id of a post that was found by keyword.
    pub(crate) cursor: Option<String>,
    /// Why it ended before its end; `None`: all there was is here, or the rest waits for the next round.
    pub(crate) stopped: Option<Outcome>,
    /// Least time until the next round that the network asks for.
    pub(crate) pause: Option<Duration>,
    /// Posts since the round before are lost: the network no longer has them, or they are more than can be asked for.
    pub(crate) missed: bool,
}

/// The network of a kind of feed, if it is one.
pub(crate) fn network(kind: FeedKind) -> Option<&'static Network> {
    NETWORKS.iter().find(|network| network.kind == kind)
}

/// Whether a kind of feed is read on from a cursor, page by page.
pub fn is_network(kind: FeedKind) -> bool {
    network(kind).is_some()
}

impl Network {
    /// Reads on from the cursor of the round. `Err`: nothing came.
    pub(crate) async fn read(&self, round: &mut Round<'_>) -> Result<Harvest, Outcome> {
        (self.read)(round).await
    }
}
