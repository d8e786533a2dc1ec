//! The truth: what may be asked of it and what it promises.
//!
//! Written so that a second database can stand behind it (see `docs/adr/0001-store.md`): sequence numbers are only ever
//! handed out in commit order, times are milliseconds, ids are text, lists are structured text, and no method leaks SQL.

use crate::allowances::{AllowanceBatch, AllowanceStore};
use crate::archive::{ArchiveRequest, Archived};
use crate::audit::{AuditBatch, AuditStore};
use crate::correction::CorrectionStore;
use crate::coverage::SourceTrouble;
use crate::desk::{DeskBatch, DeskStore};
use crate::draft::{DraftBatch, DraftStore};
use crate::events::{EventBatch, EventStore};
use crate::forget::{ForgetBatch, ForgetStore};
use crate::health::SourceHealth;
use crate::narratives::NarrativeStore;
use crate::precedents::PrecedentStore;
use crate::pushes::{PushBatch, PushStore};
use crate::receivers::{ReceiverBatch, ReceiverStore};
use crate::report::{ReportBatch, ReportStore};
use crate::review::{ReviewBatch, ReviewStore};
use crate::rules::RuleStore;
use crate::saved::{SavedBatch, SavedStore};
use crate::staff::{StaffBatch, StaffStore};
use crate::types::*;
use crate::warnings::{WarningBatch, WarningStore};
use async_trait::async_trait;
use kiemtin_model::{
    Alert, AlertEventKind, AssessedDocument, Delivery, DocId, Document, HostPause, LearnedDocument, NarrativeState, Sight, Subscription,
    Time,
};
use kiemtin_text::winnow::Prints;
use std::collections::HashMap;

/// What went wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database said no.
    #[error("the store failed")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Another process holds the store for longer than the wait allows.
    #[error("the store is held by another kiemtin process; stop it or try again")]
    Busy,
    /// A stored value cannot be read.
    #[error("the store holds a value that this version cannot read: {0}")]
    Corrupt(String),
    /// Written by a newer version of kiemtin.
    #[error("the store was written by a newer version of kiemtin: {0}")]
    TooNew(String),
    /// A cursor of a list is not one that the store gave out.
    #[error("not a cursor of this list: {0}")]
    BadCursor(String),
}

/// The relational truth.
#[async_trait]
pub trait Store:
    SavedStore
    + EventStore
    + WarningStore
    + AuditStore
    + StaffStore
    + PushStore
    + AllowanceStore
    + ReceiverStore
    + DeskStore
    + RuleStore
    + NarrativeStore
    + ReportStore
    + ReviewStore
    + DraftStore
    + PrecedentStore
    + CorrectionStore
    + ForgetStore
    + Send
    + Sync
{
    /// Opens the one write transaction there is at a time, across processes. Dropping it without
    /// [`Batch::commit`] undoes everything.
    async fn begin(&self) -> Result<Box<dyn Batch>, StoreError>;

    /// What is known of these documents; unknown ids are left out.
    async fn known(&self, ids: &[DocId]) -> Result<HashMap<DocId, Known>, StoreError>;
    /// What is known of these addresses; unknown ones are left out.
    async fn lead_states(&self, urls: &[String]) -> Result<HashMap<String, LeadState>, StoreError>;
    /// Addresses of stored documents that begin with these words, at most `limit`.
    async fn leads_under(&self, beginning: &str, limit: usize) -> Result<Vec<String>, StoreError>;
    /// What is known of items of a source by these hashes, each of a whole id or of a path.
    async fn guids(&self, source: &str, keys: &[String]) -> Result<Vec<GuidState>, StoreError>;
    /// The addresses that a source named last, newest first, at most `limit`.
    async fn newest_leads(&self, source: &str, limit: usize) -> Result<Vec<LeadState>, StoreError>;
    /// What is known of all feeds.
    async fn feed_states(&self) -> Result<Vec<FeedState>, StoreError>;
    /// What is known of the feeds of these sources.
    async fn feeds_of(&self, sources: &[String]) -> Result<Vec<FeedState>, StoreError>;
    /// Makes these the feeds that are polled, and no others. What is known of them stays; a time of the next poll before
    /// [`EnrolledFeed::not_before`] is moved to it; so is one that was set on another clock: whose last poll lies after `now`.
    /// Subscriptions of others end.
    async fn enrol_feeds(&self, feeds: &[EnrolledFeed], now: Time) -> Result<(), StoreError>;
    /// Enrolled feeds that are due at `now`, by priority and then longest due first, at most `limit`. Reads no other feeds.
    async fn due_feeds(&self, now: Time, limit: usize) -> Result<Vec<FeedState>, StoreError>;
    /// Hosts that asked to be left alone until after `now`.
    async fn host_pauses(&self, now: Time) -> Result<Vec<HostPause>, StoreError>;
    /// The subscription that a hub calls by this name.
    async fn subscription(&self, callback: &str) -> Result<Option<Subscription>, StoreError>;
    /// Subscriptions of the feeds of these sources.
    async fn subscriptions_of(&self, sources: &[String]) -> Result<Vec<Subscription>, StoreError>;
    /// Subscriptions whose hub is to be asked, or given up, at `now`: longest due first, at most `limit`.
    async fn subscriptions_due(&self, now: Time, limit: usize) -> Result<Vec<Subscription>, StoreError>;
    /// How these sources are doing at `now`, in the order asked, with at most `events` (and 30) events each: a list that shows
    /// none asks for none, and is not told of subscriptions either. Cost grows with the sources asked, not with the documents.
    async fn source_health(&self, sources: &[String], now: Time, events: usize) -> Result<Vec<SourceHealth>, StoreError>;
    /// What became of leads since Vietnamese day number `since`: (source, [`what`](Batch::count_source), count).
    async fn source_counts(&self, since: i64) -> Result<Vec<(String, String, u64)>, StoreError>;
    /// Days on which something may be missing of a source, of these Vietnamese day numbers: every poll failed
    /// ([`POLL_FAILED`](crate::coverage::POLL_FAILED) was counted and [`POLLED`](crate::coverage::POLLED) was not), or polls shared
    /// nothing with those before (`gap`). By day and source, once each; at most 200,000. Cost grows with these days alone.
    async fn source_troubles(&self, days: std::ops::RangeInclusive<i64>) -> Result<Vec<SourceTrouble>, StoreError>;

    /// Stored documents whose last change is after `seq`, in order of change, at most `limit`. A document that changed
    /// twice appears once, with its last content. Only changes are given that no open transaction can still precede.
    async fn changes_since(&self, seq: Seq, limit: usize) -> Result<Vec<StoredDocument>, StoreError>;
    /// A part of all stored documents, in order of first arrival, at most `limit` (and some thousands); empty at the end.
    async fn archive(&self, asked: &ArchiveRequest) -> Result<Vec<Archived>, StoreError>;
    /// Time of the oldest document: published, or taken in when that is not known. Looks at the documents of one hour.
    async fn oldest(&self) -> Result<Option<Time>, StoreError>;
    /// Name of this store's history: random, made with the store, and anew when a backup is put back: its numbers are then given a
    /// second time. A cursor of another history is worth nothing here.
    async fn log_id(&self) -> Result<String, StoreError>;
    /// Counts, and the last sequence number.
    async fn counts(&self) -> Result<StoreCounts, StoreError>;

    /// Stored documents by id, in the order asked; unknown ids are left out.
    async fn documents(&self, ids: &[DocId]) -> Result<Vec<StoredDocument>, StoreError>;
    /// How these documents begin, with so many characters of their texts, in the order asked; unknown ids are left out.
    async fn beginnings(&self, ids: &[DocId], characters: usize) -> Result<Vec<Beginning>, StoreError>;
    /// Versions of a document that were replaced and have a number below this one, newest first, at most `limit`.
    async fn versions(&self, id: &DocId, below: u32, limit: usize) -> Result<Vec<DocumentVersion>, StoreError>;
    /// Documents of a story, first taken in first, at most `limit`.
    async fn story(&self, story: &DocId, limit: usize) -> Result<Vec<StoredDocument>, StoreError>;
    /// Number of documents of each story, the first one included.
    async fn copies(&self, stories: &[DocId]) -> Result<HashMap<DocId, u32>, StoreError>;

    /// Official documents that official texts told of, first told first, at most `limit`.
    async fn learned(&self, limit: usize) -> Result<Vec<LearnedDocument>, StoreError>;
    /// Number of the newest prints; 0 when there are none.
    async fn last_print(&self) -> Result<PrintNumber, StoreError>;
    /// Prints after this number, in order, at most `limit`. Only such are given that no open transaction can still precede.
    async fn prints_since(&self, after: PrintNumber, limit: usize) -> Result<Vec<StoredPrints>, StoreError>;
    /// What these documents quote, most of the document first; documents without a quote are left out.
    async fn quotes(&self, ids: &[DocId]) -> Result<HashMap<DocId, Vec<Quote>>, StoreError>;
    /// Documents that quote this one, by id, at most some hundred.
    async fn quoted_by(&self, id: &DocId) -> Result<Vec<DocId>, StoreError>;

    /// Alerts, most pressing first: the highest level, then the greatest severity, then the next deadline, then the latest. An alert
    /// whose place changes between two pages may be on both or on neither; no other one is. A page reads about what it shows, unless a
    /// topic or unit is rare.
    async fn alerts(&self, filter: &AlertFilter, cursor: Option<&str>, limit: usize) -> Result<Page<Alert>, StoreError>;
    /// Alerts by their last change, latest first, each with its time: its last document, or the last event of its history. At most
    /// `limit`. Looks at every alert.
    async fn latest_alerts(&self, filter: &AlertFilter, limit: usize) -> Result<Vec<(Alert, Time)>, StoreError>;
    /// One alert with its file; at most `documents` documents of each sort. `None` when there is no such alert, or it is not
    /// for these eyes.
    async fn alert_file(&self, id: i64, sight: &Sight, documents: usize) -> Result<Option<AlertFile>, StoreError>;

    /// Notices due at `now`, oldest first; not those for receivers ([`ReceiverStore::fan_out`]).
    async fn outbox_due(&self, now: Time, limit: usize) -> Result<Vec<Delivery>, StoreError>;
    /// The notice was delivered.
    async fn outbox_done(&self, id: i64, at: Time) -> Result<(), StoreError>;
    /// The notice could not be delivered: try again at `retry_at`.
    async fn outbox_retry(&self, id: i64, retry_at: Time, error: &str) -> Result<(), StoreError>;
}

/// One write transaction. Everything in it becomes durable together, or not at all.
#[async_trait]
pub trait Batch:
    SavedBatch
    + EventBatch
    + WarningBatch
    + AuditBatch
    + StaffBatch
    + PushBatch
    + AllowanceBatch
    + ReceiverBatch
    + DeskBatch
    + ReportBatch
    + ReviewBatch
    + DraftBatch
    + ForgetBatch
    + Send
{
    /// As [`Store::known`], inside the transaction (sees what this batch wrote).
    async fn known(&mut self, ids: &[DocId]) -> Result<HashMap<DocId, Known>, StoreError>;
    /// Story of the first document with this text hash ([`kiemtin_model::text_hash`]), if any (sees what this batch wrote).
    async fn story_of(&mut self, text_hash: &str) -> Result<Option<DocId>, StoreError>;
    /// The first document of this source with this text hash, and its title, if any (sees what this batch wrote).
    async fn twin(&mut self, text_hash: &str, source: &str) -> Result<Option<(DocId, String)>, StoreError>;
    /// The document is found at another address now: the one shown. No change for followers.
    async fn move_document(&mut self, id: &DocId, url: &str) -> Result<(), StoreError>;
    /// Stores a document or its next version and gives it the next sequence number. The version before is kept. The same
    /// content hash again (a new assessment) is a change too, but keeps its version.
    async fn put_document(&mut self, assessed: &AssessedDocument, story: &DocId) -> Result<Seq, StoreError>;
    /// The document was seen again without a change.
    async fn touch_document(&mut self, document: &Document) -> Result<(), StoreError>;
    /// Records official documents that an official text told of. One with the same number and date is there already: the
    /// first stays, and takes a subject when it had none.
    async fn put_learned(&mut self, learned: &[LearnedDocument], at: Time) -> Result<(), StoreError>;
    /// Stores the prints of a text and gives them the next number: numbers grow by one, without gaps. They are never changed:
    /// a new version of a document has prints of its own.
    async fn put_prints(&mut self, text: &PrintedText, prints: &Prints) -> Result<PrintNumber, StoreError>;
    /// As [`Store::prints_since`], inside the transaction (sees what this batch wrote).
    async fn prints_since(&mut self, after: PrintNumber, limit: usize) -> Result<Vec<StoredPrints>, StoreError>;
    /// Whose prints these are; unknown numbers are left out.
    async fn printed(&mut self, numbers: &[PrintNumber]) -> Result<HashMap<PrintNumber, PrintedText>, StoreError>;
    /// Records what a document quotes, in the place of what was recorded before.
    async fn put_quotes(&mut self, document: &DocId, quotes: &[Quote]) -> Result<(), StoreError>;
    /// Records what became of an address. `first_seen` stays as it was first recorded.
    async fn put_lead(&mut self, lead: &LeadState) -> Result<(), StoreError>;
    /// Records by what a feed knows an item.
    async fn put_guid(&mut self, guid: &GuidState) -> Result<(), StoreError>;
    /// Records the state of a feed.
    async fn put_feed(&mut self, feed: &FeedState) -> Result<(), StoreError>;
    /// Records what happened to a source; the newest some hundred per source are kept.
    async fn put_source_event(&mut self, event: &SourceEvent) -> Result<(), StoreError>;
    /// Records that a host asked, at `now`, to be left alone.
    async fn put_host_pause(&mut self, pause: &HostPause, now: Time) -> Result<(), StoreError>;
    /// As [`Store::subscription`], inside the transaction (sees what this batch wrote).
    async fn subscription(&mut self, callback: &str) -> Result<Option<Subscription>, StoreError>;
    /// Keeps a subscription; the feed's one before is forgotten.
    async fn put_subscription(&mut self, subscription: &Subscription) -> Result<(), StoreError>;
    /// Polls a feed at `now`, or as soon after its last poll as may be, when its hub has told of news at or after `told_since`
    /// and its next poll lies later.
    async fn bring_forward(&mut self, source: &str, feed: &str, told_since: Time, now: Time) -> Result<(), StoreError>;
    /// Adds to the count of a source and Vietnamese day; `what` is a word of a small set (`new`, `failed: HTTP 404`, `gap`).
    async fn count_source(&mut self, source: &str, day: i64, what: &str, add: u64) -> Result<(), StoreError>;

    /// The narrative with this key, if any; the one that it was merged into.
    async fn narrative(&mut self, key: &str) -> Result<Option<NarrativeState>, StoreError>;
    /// Stores a narrative under its key (the id in `state` does not matter) and gives its id.
    async fn put_narrative(&mut self, state: &NarrativeState) -> Result<i64, StoreError>;
    /// Records a document's part in a narrative. What the narrative's alert counted for claims that joined it, and this narrative
    /// now tells itself, is no longer counted as theirs.
    async fn join(&mut self, narrative: i64, joining: &Joining) -> Result<Joined, StoreError>;
    /// Takes a document out of every narrative (its new version no longer carries the claim), but for those listed.
    /// Gives the narratives it left.
    async fn leave(&mut self, document: &DocId, but: &[i64]) -> Result<Vec<i64>, StoreError>;
    /// Counts the documents, stories, sources and responses of a narrative's present wave anew, and those of the alert that it
    /// counts in: for when a document left it or changed its role. Its points and level stay: they were reached.
    async fn recount(&mut self, narrative: i64) -> Result<(), StoreError>;

    /// Opens an alert for a narrative (unique per narrative and wave) and gives its id and number. The `id` and
    /// `number` of `alert` are ignored. When the wave has one already, gives that one, unchanged.
    async fn open_alert(&mut self, alert: &Alert) -> Result<Alert, StoreError>;
    /// Stores the changed claim, level, kinds, topics, units and figures of an alert, and its deadline where that comes nearer.
    /// Status, assignee, restriction and decision belong to people and stay. Gives it as it is then, with what claims that joined it
    /// add to the figures.
    async fn update_alert(&mut self, alert: &Alert) -> Result<Alert, StoreError>;
    /// The alert with this id.
    async fn alert(&mut self, id: i64) -> Result<Option<Alert>, StoreError>;
    /// Adds to an alert's history.
    async fn put_event(&mut self, alert: &Alert, kind: AlertEventKind, at: Time) -> Result<(), StoreError>;
    /// Puts a notice into the outbox of one channel; a repeat of the same idempotency key changes nothing.
    async fn put_delivery(&mut self, alert: &Alert, event: AlertEventKind, channel: &str, at: Time) -> Result<(), StoreError>;

    /// Makes everything durable. After this returns, a power cut loses nothing of it.
    async fn commit(self: Box<Self>) -> Result<(), StoreError>;
}
