//! What do people do with alerts, and who hears of it?
//!
//! Everything that happens to an alert, by itself or by people, is one row of one table with one number: the alert's history, the
//! live stream and what it is resumed by. Rows are only ever added (triggers of the database see to it). [`act`] holds the one way
//! by which people change an alert.

pub mod act;

use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::{Alert, AlertEvent, Answer, DeskChange, DocId, Sight, Time};
use std::collections::HashMap;

/// Most entries of the history, and most answers, that are read of one alert: the latest.
pub const MOST_HISTORY: usize = 2_000;
/// Latest documents by which two claims are compared.
pub const MOST_COMPARED: usize = 200;

/// Something that happened to an alert, and the alert as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertChange {
    /// What happened.
    pub event: AlertEvent,
    /// The alert now.
    pub alert: Alert,
}

/// When it is time for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueRequest {
    /// The time now.
    pub now: Time,
    /// Deadlines up to this moment are near.
    pub near_until: Time,
    /// What no person has moved since this moment, or before it, expires when nobody has decided it.
    pub untouched_since: Time,
}

/// What it is time for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// To remind that the deadline is near.
    Near,
    /// To tell that it has passed.
    Overdue,
    /// To expire.
    Expire,
}

/// Reading what happened at the desk.
#[async_trait]
pub trait DeskStore: Send + Sync {
    /// What happened after this number, in order, at most `limit`. Only such is given that no open transaction can still precede.
    async fn alert_changes(&self, after: i64, limit: usize) -> Result<Vec<AlertChange>, StoreError>;
    /// Number of the last thing that happened to any alert; 0 when there is none.
    async fn last_alert_change(&self) -> Result<i64, StoreError>;
    /// Answers that were given to the claim of an alert, first first, without those that were taken back.
    async fn answers(&self, alert: i64) -> Result<Vec<Answer>, StoreError>;
    /// Alerts for which it is time at `now`, each with what for, at most `limit`, in order of deadline. Looks at alerts only that
    /// still need somebody.
    async fn due_alerts(&self, asked: &DueRequest, limit: usize) -> Result<Vec<(Alert, Due)>, StoreError>;
    /// Numbers of alerts by status, as these eyes see them.
    async fn alert_counts(&self, sight: &Sight) -> Result<Vec<(kiemtin_model::AlertStatus, u64)>, StoreError>;
    /// How many alerts that are done with (dismissed, responded, closed) became so at or after `since`, as these eyes see them.
    async fn done_since(&self, since: Time, sight: &Sight) -> Result<u64, StoreError>;
    /// How many asserting documents each of these narratives has of the time after `since`; those without any are left out.
    async fn asserted_since(&self, narratives: &[i64], since: Time) -> Result<HashMap<i64, u32>, StoreError>;
}

/// Changing alerts, inside a transaction. Sees what this batch wrote.
#[async_trait]
pub trait DeskBatch: Send {
    /// Stores what belongs to people of an alert ([`Alert::desk`]).
    async fn put_desk(&mut self, alert: &Alert) -> Result<(), StoreError>;
    /// Adds to the history of an alert what is told of it here; the number is given by the store and returned.
    async fn put_change(&mut self, alert: &Alert, event: &AlertEvent) -> Result<i64, StoreError>;
    /// The last change by people, unless it was a note: what undo takes back, with its time and who did it.
    async fn last_change(&mut self, alert: i64) -> Result<Option<(AlertEvent, DeskChange)>, StoreError>;
    /// Notes that people were reminded of the alert's deadline; not again for the same until it is opened anew. Says whether that
    /// had not been noted before.
    async fn put_reminded(&mut self, alert: i64, due: Due) -> Result<bool, StoreError>;
    /// The alert of another claim, not done with, that is told by most of the latest documents which assert this one: its id, and
    /// the part of these documents, 0 to 1. Reads at most [`MOST_COMPARED`] documents.
    async fn nearest_alert(&mut self, narrative: i64) -> Result<Option<(i64, f64)>, StoreError>;
    /// Shows kinds, topics, units and last appearance of an alert, and counts what the documents of another claim, which joined it, add
    /// to its figures: one of them, or, when it joins and all of that claim's wave counts, the whole alert anew.
    async fn put_joined(&mut self, alert: &Alert, narrative: i64, document: Option<&DocId>) -> Result<(), StoreError>;
    /// The claims that joined an alert, and its own, stand in another one from now on. The figures stay until they are counted.
    async fn move_joined(&mut self, from: i64, into: i64) -> Result<(), StoreError>;
    /// Notes an answer (its id does not matter).
    async fn put_answer(&mut self, alert: i64, answer: &Answer) -> Result<(), StoreError>;
    /// Takes the last answer of an alert back.
    async fn withdraw_answer(&mut self, alert: i64, at: Time) -> Result<(), StoreError>;
    /// Takes notices back that wait to tell of the change that gave an alert this revision.
    async fn withdraw_notices(&mut self, alert: i64, revision: i64, at: Time) -> Result<(), StoreError>;
    /// Documents of one narrative belong to another one from now on, those that come later too.
    async fn merge_narrative(&mut self, from: i64, into: i64) -> Result<(), StoreError>;
    /// Takes a merge back.
    async fn part_narrative(&mut self, from: i64, into: i64) -> Result<(), StoreError>;
}
