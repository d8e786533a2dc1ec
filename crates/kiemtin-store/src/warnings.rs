//! What is counted by hour, and which early warnings were given?
//!
//! The counts are kept in the transaction of each document ([`crate::Batch::put_document`]): 1 per source and group of copies, for
//! all coverage and for each topic, narrative (documents that assert it) and saved search. A round of warnings reads a few hundred
//! hours of the subjects that are busy now: as much in a store of any size.

use crate::store::StoreError;
use crate::types::Page;
use async_trait::async_trait;
use kiemtin_model::{DocId, Subject, Time, Warning};
use std::collections::HashMap;

/// What was counted in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HourCount {
    /// Number of the hour since 1970 (UTC).
    pub hour: i64,
    /// Documents, 1 per source and group of copies; never 0.
    pub counts: u32,
}

/// A document that was counted for a subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The document.
    pub document: DocId,
    /// First document of its group of copies.
    pub story: DocId,
    /// Its source.
    pub source: String,
    /// Its title; the beginning of its text when it has none.
    pub title: String,
    /// The hour that it counts in.
    pub hour: i64,
    /// Its topics.
    pub topics: Vec<String>,
    /// Narratives that it asserts.
    pub narratives: Vec<i64>,
}

/// Reading counts and warnings.
#[async_trait]
pub trait WarningStore: Send + Sync {
    /// Subjects that have at least so many in the hours from `from` to `to` (included), by subject.
    async fn busy_subjects(&self, from: i64, to: i64, least: u32) -> Result<Vec<Subject>, StoreError>;
    /// Counts of a subject in the hours from `from` to `to` (included), ascending, hours without any left out. `None` counts all
    /// coverage.
    async fn hour_counts(&self, subject: Option<&Subject>, from: i64, to: i64) -> Result<Vec<HourCount>, StoreError>;
    /// Documents that count for a subject (for all, when `None`) in the hours from `from` to `to` (included), latest hour first, at
    /// most `limit`; at most some ten thousand documents of other subjects are looked at on the way.
    async fn mentions(&self, subject: Option<&Subject>, from: i64, to: i64, limit: usize) -> Result<Vec<Mention>, StoreError>;
    /// The claim of each of these narratives and its alert, if it has one.
    async fn claims_of(&self, narratives: &[i64]) -> Result<HashMap<i64, (String, Option<i64>)>, StoreError>;
    /// The number of the narrative with this key.
    async fn narrative_number(&self, key: &str) -> Result<Option<i64>, StoreError>;
    /// Warnings, the latest given first; only those that are not over, when `open`.
    async fn warnings(&self, open: bool, cursor: Option<&str>, limit: usize) -> Result<Page<Warning>, StoreError>;
}

/// Writing warnings, inside a transaction.
#[async_trait]
pub trait WarningBatch: Send {
    /// Warnings that are not over (sees what this batch wrote).
    async fn open_warnings(&mut self) -> Result<Vec<Warning>, StoreError>;
    /// The latest warning of a subject (sees what this batch wrote).
    async fn last_warning(&mut self, subject: &Subject) -> Result<Option<Warning>, StoreError>;
    /// Warnings given at or after this time (sees what this batch wrote).
    async fn warnings_since(&mut self, at: Time) -> Result<u32, StoreError>;
    /// Stores a warning under its subject and wave (the `id` does not matter) and gives its number.
    async fn put_warning(&mut self, warning: &Warning) -> Result<i64, StoreError>;
    /// Puts a notice of it into the outbox of one channel; a repeat for the same subject, wave and channel changes nothing.
    async fn put_warning_notice(&mut self, warning: &Warning, channel: &str) -> Result<(), StoreError>;
}
