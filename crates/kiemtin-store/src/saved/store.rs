//! What is kept of saved searches?

use crate::store::StoreError;
use crate::types::{Seq, StoredDocument};
use async_trait::async_trait;
use kiemtin_model::{DocId, SavedNotice, SavedSearch, Time, ToldDocument};
use std::collections::HashMap;

/// How far the documents that were there before a search have been compared with it, from the newest to the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Walk {
    /// Documents that first came before this number are compared.
    pub from: Seq,
    /// All that first came at or after this number were.
    pub to: Seq,
    /// Last change when all of them had been: an index that followed so far has all matches.
    pub complete_at: Option<Seq>,
}

impl Walk {
    /// Part of the way that is done, 0 to 1.
    pub fn share(&self) -> f64 {
        let way = (self.from - 1).max(1) as f64;
        if self.complete_at.is_some() { 1.0 } else { ((self.from - self.to) as f64 / way).clamp(0.0, 1.0) }
    }
}

/// A saved search with where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct SavedState {
    /// The search.
    pub search: SavedSearch,
    /// Hash of its predicate.
    pub predicate: String,
    /// Documents that match.
    pub matches: u64,
    /// The walk.
    pub walk: Walk,
    /// Last change of which somebody was told.
    pub told_through: Seq,
    /// When the next digest is made.
    pub next_digest_at: Option<Time>,
    /// Clock hour (since 1970) of the last notice.
    pub hour: i64,
    /// Notices in that hour.
    pub told_in_hour: u32,
}

/// Figures of a saved search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SavedFigures {
    /// Matching documents taken in since the time asked for.
    pub recent: u64,
    /// When the newest one was taken in.
    pub newest: Option<Time>,
}

/// A document as the walk saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Walked {
    /// Number of its first arrival.
    pub first_seq: Seq,
    /// Its last change when it was read.
    pub seq: Seq,
    /// Those of the searches that match it.
    pub matches: Vec<i64>,
}

/// What a step of the walk found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalkedPart {
    /// The searches that walk together, each with the hash of its predicate.
    pub searches: Vec<(i64, String)>,
    /// Where they stood.
    pub from: Seq,
    /// Where they stand now.
    pub to: Seq,
    /// Nothing is left.
    pub ended: bool,
    /// The documents between.
    pub documents: Vec<Walked>,
}

/// What a search matched after a change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SavedNews {
    /// Last of these changes; 0 without any.
    pub through: Seq,
    /// Documents.
    pub documents: u32,
    /// Their stories.
    pub stories: u32,
    /// (source, documents), most first.
    pub sources: Vec<(String, u32)>,
    /// The newest document of each of the newest stories, newest first.
    pub newest: Vec<ToldDocument>,
}

/// Reading saved searches.
#[async_trait]
pub trait SavedStore: Send + Sync {
    /// All saved searches, first saved first.
    async fn saved_searches(&self) -> Result<Vec<SavedState>, StoreError>;
    /// Grows with every search that is saved or removed.
    async fn saved_revision(&self) -> Result<i64, StoreError>;
    /// Figures of every search that matches something.
    async fn saved_figures(&self, since: Time) -> Result<HashMap<i64, SavedFigures>, StoreError>;
    /// Documents that a search matches, latest change first, at most `limit`.
    async fn saved_matches(&self, search: i64, limit: usize) -> Result<Vec<DocId>, StoreError>;
    /// Stored documents that first came before `below` and at or after `from`, newest first, each with the number of its first
    /// arrival; at most `limit`.
    async fn documents_below(&self, below: Seq, from: Seq, limit: usize) -> Result<Vec<(Seq, StoredDocument)>, StoreError>;
    /// Searches of which somebody is to be told at `now`, by number: a new match of one that tells at once and told less than
    /// `most` notices in this hour, or a digest that is due.
    async fn saved_due(&self, now: Time, most: u32) -> Result<Vec<SavedState>, StoreError>;
}

/// Writing saved searches, inside a transaction.
#[async_trait]
pub trait SavedBatch: Send {
    /// As [`SavedStore::saved_searches`] (sees what this batch wrote).
    async fn saved_searches(&mut self) -> Result<Vec<SavedState>, StoreError>;
    /// As [`SavedStore::saved_revision`] (sees what this batch wrote).
    async fn saved_revision(&mut self) -> Result<i64, StoreError>;
    /// Saves a search (its `id` does not matter) under a key by which names are compared, and gives its number. What is stored
    /// before is to be walked, what comes after is news.
    async fn put_saved_search(&mut self, search: &SavedSearch, key: &str, predicate: &str) -> Result<i64, StoreError>;
    /// Removes a search with its matches.
    async fn remove_saved_search(&mut self, id: i64) -> Result<(), StoreError>;
    /// The search has another predicate now: everything is compared anew. What it matched so far stays until then.
    async fn walk_again(&mut self, id: i64, predicate: &str) -> Result<(), StoreError>;
    /// The document, as it was stored with this change, matches these searches and no others. Searches that it matched before
    /// keep their match.
    async fn put_matches(&mut self, document: &DocId, seq: Seq, searches: &[i64], at: Time) -> Result<(), StoreError>;
    /// Records a step of a walk. Documents whose matches change get a change of their own, so that the index follows. `false`:
    /// somebody else walked or a document changed meanwhile; the batch is to be dropped and the step done again.
    async fn put_walked(&mut self, part: &WalkedPart) -> Result<bool, StoreError>;
    /// As [`SavedStore::saved_due`], inside the transaction.
    async fn saved_due(&mut self, now: Time, most: u32) -> Result<Vec<SavedState>, StoreError>;
    /// The first new match, with its change, of each story of which the search matched nothing up to `after`; in order, at
    /// most `limit`.
    async fn new_stories(&mut self, search: i64, after: Seq, limit: usize) -> Result<Vec<(Seq, ToldDocument)>, StoreError>;
    /// What the search matched after a change.
    async fn saved_news(&mut self, search: i64, after: Seq) -> Result<SavedNews, StoreError>;
    /// Puts a notice into the outbox of one channel; a repeat of the same key and channel changes nothing.
    async fn put_saved_notice(&mut self, key: &str, told: &SavedNotice, channel: &str) -> Result<(), StoreError>;
    /// Records what a search has told: `told_through`, `next_digest_at`, `hour`, `told_in_hour`.
    async fn put_told(&mut self, state: &SavedState) -> Result<(), StoreError>;
}
