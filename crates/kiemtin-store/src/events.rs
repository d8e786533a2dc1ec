//! What is kept of events, the clusters of reports of one happening? Which document belongs to which?
//!
//! A report is a group of copies of one text (a story, by the id of its first document). Vectors and terms are bytes here:
//! what they mean is decided where they are compared.

use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::{DocId, SourceGroup, Stance, Time};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// Number of a report; numbers grow by one, without gaps.
pub type ReportNumber = u32;
/// Number of an event, in order of their beginning.
pub type EventNumber = i64;

/// Most reports of an event that questions look at, the newest.
pub const MOST_REPORTS: usize = 5_000;

/// A report as the store holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredReport {
    /// Its number.
    pub number: ReportNumber,
    /// Its event.
    pub event: EventNumber,
    /// Its time.
    pub at: Time,
    /// By what it is compared.
    pub vector: Vec<u8>,
    /// From what rarity is learnt, when it is one of those.
    pub terms: Option<Vec<u8>>,
}

/// A report to be stored.
#[derive(Clone, Debug, PartialEq)]
pub struct NewReport {
    /// Its story.
    pub story: DocId,
    /// Its event; `None`: it begins one, under the id of its story.
    pub event: Option<EventNumber>,
    /// Its time.
    pub at: Time,
    /// Why it joined: `first`, `like` or `quote`.
    pub joined: &'static str,
    /// How like it is to the event.
    pub likeness: Option<f64>,
    /// By what it is compared.
    pub vector: Vec<u8>,
    /// From what rarity is learnt.
    pub terms: Option<Vec<u8>>,
}

/// An event that became part of another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merge {
    /// Number of the merge.
    pub number: i64,
    /// The event that is no more.
    pub gone: EventNumber,
    /// Where its reports are now.
    pub into: EventNumber,
}

/// A merge, for people.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MergedEvent {
    /// Id of the event that is no more.
    pub id: DocId,
    /// When it was merged.
    pub at: Time,
    /// Story of the report that showed both to be one.
    pub report: DocId,
    /// How like it is to the event that was merged, 0 to 1.
    pub likeness: f64,
}

/// How far an event has spread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "StorySpread")]
pub struct EventSpread {
    /// Id of the event: of its first document.
    pub id: DocId,
    /// Its documents, copies included.
    pub documents: u32,
    /// Groups of copies among them: reports.
    pub stories: u32,
    /// Distinct sources.
    pub sources: u32,
}

/// A document of an event, in short.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventDocument {
    /// Its id.
    pub id: DocId,
    /// Its group of copies.
    pub story: DocId,
    /// Its title.
    pub title: String,
    /// Its source.
    pub source: String,
    /// Group of the source.
    pub group: SourceGroup,
    /// Its stance.
    pub stance: Stance,
    /// It carries a flag.
    pub flag: bool,
    /// Its time: published, or taken in when that is not known.
    pub at: Time,
    /// That time is the one of publication.
    pub dated: bool,
    /// Number of its present version.
    pub version: u32,
    /// When the last version that carried a flag was replaced, if the present one carries none.
    pub corrected_at: Option<Time>,
}

/// An event with all that is told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct EventFile {
    /// Its spread.
    pub spread: EventSpread,
    /// Its documents by time, oldest first; at most [`MOST_REPORTS`], the newest.
    pub documents: Vec<EventDocument>,
    /// Topics with the number of their documents, most first.
    pub topics: Vec<(String, u32)>,
    /// Documents by clock hour, ascending, hours without any left out.
    pub per_hour: Vec<(Time, u32)>,
    /// Merges, first one first.
    pub merged: Vec<MergedEvent>,
}

/// Questions about events.
#[async_trait]
pub trait EventStore {
    /// Number of the newest report, and of the newest merge; 0 when there is none.
    async fn last_report(&self) -> Result<(ReportNumber, i64), StoreError>;
    /// Reports after this number, in order, at most `limit`; events as they are now.
    async fn reports_since(&self, after: ReportNumber, limit: usize) -> Result<Vec<StoredReport>, StoreError>;
    /// Stories of an event, newest first, at most `limit`. `id`: of the event, of one that was merged into it, of a group of
    /// copies or any document. A document without an event is its own: its story. `None`: nothing has this id.
    async fn event_stories(&self, id: &DocId, limit: usize) -> Result<Option<(DocId, Vec<DocId>)>, StoreError>;
    /// The event of each of these stories with its spread; one without an event is its own.
    async fn spreads(&self, stories: &[DocId]) -> Result<HashMap<DocId, EventSpread>, StoreError>;
    /// Everything of the event with this id (as [`EventStore::event_stories`]).
    async fn event_file(&self, id: &DocId) -> Result<Option<EventFile>, StoreError>;
}

/// What is written of events, in the transaction of the document.
#[async_trait]
pub trait EventBatch {
    /// As [`EventStore::reports_since`], inside the transaction (sees what this batch wrote).
    async fn reports_since(&mut self, after: ReportNumber, limit: usize) -> Result<Vec<StoredReport>, StoreError>;
    /// Merges after this number, in order, at most `limit`.
    async fn merges_since(&mut self, after: i64, limit: usize) -> Result<Vec<Merge>, StoreError>;
    /// Whether this story has a report.
    async fn has_report(&mut self, story: &DocId) -> Result<bool, StoreError>;
    /// Events of these documents; documents without one are left out.
    async fn events_of(&mut self, documents: &[DocId]) -> Result<Vec<EventNumber>, StoreError>;
    /// Stores a report and gives its number and its event.
    async fn put_report(&mut self, report: &NewReport) -> Result<(ReportNumber, EventNumber), StoreError>;
    /// Makes all reports of an event those of another one, shown by this story; gives the number of the merge.
    async fn merge_events(
        &mut self,
        gone: EventNumber,
        into: EventNumber,
        story: &DocId,
        likeness: f64,
        at: Time,
    ) -> Result<i64, StoreError>;
}
