//! What is remembered of one feed's pace, so that a restart goes on where the service stopped?

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
        }
    }
}
