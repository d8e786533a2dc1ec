//! What is remembered of one feed's pace, and of a host's wish to be left alone, so that a restart goes on where the service stopped?

use crate::time::Time;
use crate::words;
use serde::{Deserialize, Serialize};

words! {
    /// How a feed stands with its publisher.
    FeedStanding {
        /// It is polled.
        Live = "live" / "đang thu thập",
        /// It refused with 403 three times in a row: a person must look; it is not evaded.
        Blocked = "blocked" / "bị chặn",
        /// What was public is shown to members only: asked once a day.
        Closed = "closed" / "không còn công khai",
        /// The token is missing, wrong or has expired: asked once an hour, a person must renew it.
        Unauthorised = "unauthorised" / "mã truy cập không dùng được",
        /// The requests of the day are used up: goes on by itself.
        Exhausted = "exhausted" / "hết hạn mức trong ngày",
        /// Not found for seven days: still asked, once a week and then once in 30 days.
        Dead = "dead" / "không còn",
        /// The publisher says that it is gone for good (410): never asked again.
        Retired = "retired" / "đã gỡ hẳn",
    }
}

/// The pace of one feed. The scheduler of the crawler makes each from the one before; the store only keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeedPlan {
    /// How it stands.
    pub standing: FeedStanding,
    /// Time between two polls while all is well, in milliseconds; 0 before the first poll.
    pub interval_ms: i64,
    /// Times between the last new items in milliseconds, oldest first; at most 20.
    pub gaps_ms: Vec<i64>,
    /// When the newest item that was ever listed came out.
    pub newest_item: Option<Time>,
    /// Short prints of the addresses of the last listing that had any: tells whether two polls overlap.
    pub last_listed: Vec<u32>,
    /// Failures in a row; a network failure counts a half.
    pub failures: f64,
    /// Since when every poll failed.
    pub failing_since: Option<Time>,
    /// Since when every poll found nothing there (404).
    pub missing_since: Option<Time>,
    /// Refusals with 403 in a row.
    pub refusals: u32,
    /// Last poll that asked for the whole body.
    pub full_at: Option<Time>,
    /// Least time between two polls, by the word of the feed or its server, in milliseconds.
    pub floor_ms: i64,
    /// Where the feed says that it has moved.
    pub moved: Option<FeedMove>,
    /// Last poll that found something of which its hub had not told.
    pub hub_missed_at: Option<Time>,
}

/// A move that a publisher announces by permanent redirects (301, 308).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedMove {
    /// The new address.
    pub to: String,
    /// Polls that led there.
    pub polls: u32,
    /// The first of them.
    pub since: Time,
    /// It is believed: the new address is polled, the old one stays the feed's name.
    pub believed: bool,
}

impl FeedPlan {
    /// The address that is polled, for a feed that is configured as `url`.
    pub fn address<'a>(&'a self, url: &'a str) -> &'a str {
        self.moved.as_ref().filter(|moved| moved.believed).map_or(url, |moved| &moved.to)
    }
}

impl Default for FeedPlan {
    fn default() -> Self {
        Self {
            standing: FeedStanding::Live,
            interval_ms: 0,
            gaps_ms: vec![],
            newest_item: None,
            last_listed: vec![],
            failures: 0.0,
            failing_since: None,
            missing_since: None,
            refusals: 0,
            full_at: None,
            floor_ms: 0,
            moved: None,
            hub_missed_at: None,
        }
    }
}

/// A host that asked to be left alone for a while (429, 503).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPause {
    /// The host, without port.
    pub host: String,
    /// Nobody asks it before.
    pub until: Time,
    /// Such answers in a row so far: without a time of its own, the next pause is longer.
    pub refusals: u32,
}
