//! What do we miss? Random samples of the documents of each week that nobody flagged, and what reviewers find in them.
//!
//! A sample is drawn once, when its week is over: places in the index of the week's documents come from SHA-256 of the store's own
//! first [name](crate::Store::log_id), the week and a counter, so that anybody with the same store draws the same ones, and nobody can choose.
//! A place with a flagged document is passed over, which leaves every document without a flag the same chance (rejection sampling).
//! Drawing reads the index of one week and the documents it takes.

pub mod answer;

use crate::store::StoreError;
use crate::types::{Page, StoredDocument};
use async_trait::async_trait;
use kiemtin_model::{ReviewAnswer, ReviewFinding, Time, Week};
use sha2::{Digest, Sha256};

/// Most documents of one sample.
pub const MOST_SAMPLED: u32 = 500;

/// The sample of a week, and how far it was reviewed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleWeek {
    /// The week.
    pub week: Week,
    /// When it was drawn.
    pub drawn_at: Time,
    /// Documents of the week at that time, flagged ones included.
    pub documents: u64,
    /// Documents drawn.
    pub sampled: u64,
    /// Those that were reviewed.
    pub answered: u64,
    /// Those of them that should have been flagged.
    pub missed: u64,
}

/// A document of a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct SampleItem {
    /// Its number among those of all weeks.
    pub id: i64,
    /// Whose sample it is of.
    pub week: Week,
    /// The document as it is stored now.
    pub document: StoredDocument,
    /// What a reviewer found; none yet.
    pub finding: Option<ReviewFinding>,
    /// Number of answers so far: what `If-Match` is compared with.
    pub revision: i64,
}

/// Which documents of samples to list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SampleFilter {
    /// Of this week.
    pub week: Option<Week>,
    /// Only those that nobody has answered, or only those answered so.
    pub state: Option<SampleState>,
}

/// How far a document of a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleState {
    /// Nobody has answered.
    Open,
    /// Answered so.
    Answered(ReviewAnswer),
}

/// Reading samples.
#[async_trait]
pub trait ReviewStore: Send + Sync {
    /// Weeks whose sample was drawn, the latest first, at most `limit`.
    async fn sample_weeks(&self, limit: usize) -> Result<Vec<SampleWeek>, StoreError>;
    /// Documents of samples, in the order in which they were drawn, the latest week first.
    async fn sample_items(&self, filter: SampleFilter, cursor: Option<&str>, limit: usize) -> Result<Page<SampleItem>, StoreError>;
    /// One of them.
    async fn sample_item(&self, id: i64) -> Result<Option<SampleItem>, StoreError>;
    /// Number of documents of a week, by the hour that they count in. Reads the index of that week.
    async fn week_documents(&self, week: Week) -> Result<u64, StoreError>;
}

/// Drawing and answering, inside a transaction.
#[async_trait]
pub trait ReviewBatch: Send {
    /// Draws the sample of a week: at most `wanted` (and [`MOST_SAMPLED`]) of its documents without a flag. Gives how many were
    /// drawn; none when the sample was drawn before, or the week has no documents at all.
    async fn draw_sample(&mut self, week: Week, wanted: u32, now: Time) -> Result<Option<u32>, StoreError>;
    /// As [`ReviewStore::sample_item`], inside the transaction (sees what this batch wrote).
    async fn sample_item(&mut self, id: i64) -> Result<Option<SampleItem>, StoreError>;
    /// Keeps what a reviewer found, in the place of what was found before, and counts the answer.
    async fn put_finding(&mut self, id: i64, finding: &ReviewFinding) -> Result<(), StoreError>;
}

/// Places from 0 to below `all`, each once, in random order: the same for the same store and week.
pub struct Places {
    seed: String,
    all: u64,
    tried: u64,
    given: std::collections::HashSet<u64>,
}

impl Places {
    /// Of a week with so many documents.
    pub fn new(origin: &str, week: Week, all: u64) -> Self {
        Self { seed: format!("{origin}\u{1f}{week}"), all, tried: 0, given: Default::default() }
    }
}

impl Iterator for Places {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        // The highest numbers are passed over where they would favour the first places.
        let even = u64::MAX - u64::MAX % self.all.max(1);
        while (self.given.len() as u64) < self.all {
            let hash = Sha256::new().chain_update(&self.seed).chain_update(self.tried.to_be_bytes()).finalize();
            self.tried += 1;
            let number = hash.iter().take(8).fold(0_u64, |n, byte| n << 8 | u64::from(*byte));
            if number < even && self.given.insert(number % self.all) {
                return Some(number % self.all);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_comes_once_and_again_the_same() {
        let week: Week = "2026-W47".parse().unwrap();
        let drawn: Vec<u64> = Places::new("a", week, 100).collect();
        let mut sorted = drawn.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..100).collect::<Vec<_>>());
        assert_eq!(drawn, Places::new("a", week, 100).collect::<Vec<_>>());
        assert_ne!(drawn, Places::new("b", week, 100).collect::<Vec<_>>(), "another store draws others");
        assert_ne!(drawn, Places::new("a", week.after(), 100).collect::<Vec<_>>());
        assert_eq!(Places::new("a", week, 0).next(), None);
    }

    /// Chi-squared over 20 places, 19 degrees of freedom: 43.8 is passed by chance once in 1,000 times.
    #[test]
    fn no_place_is_favoured() {
        let mut counts = [0_f64; 20];
        for n in 0..4_000 {
            let first = Places::new(&n.to_string(), "2026-W47".parse().unwrap(), 20).next().unwrap();
            counts[first as usize] += 1.0;
        }
        let chi: f64 = counts.iter().map(|n| (n - 200.0).powi(2) / 200.0).sum();
        assert!(chi < 43.8, "{chi} {counts:?}");
    }
}
