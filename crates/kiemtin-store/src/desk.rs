//! What do people do with alerts, and who hears of it?
//!
//! Everything that happens to an alert, by itself or by people, is one row of one table with one number: the alert's history, the
//! live stream and what it is resumed by. Rows are only ever added (triggers of the database see to it). [`act`] holds the one way
//! by which people change an alert.

pub mod act;

use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::{Alert, AlertEvent, Answer, DeskChange, Sight, Time};
use std::collections::HashMap;

/// Most entries of the history, and most answers, that are read of one alert: the latest.
pub const MOST_HISTORY: usize = 2_000;

/// Something that happened to an alert, and the alert as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct AlertChange {
    /// What happened.
    pub event: AlertEvent,
    /// The alert now.
    pub alert: Alert,
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
    /// Alerts that nobody has decided, whose deadline lies at or before `until`, or that were last moved by a person (or opened)
    /// at or before `untouched_since`; at most `limit`, in order of deadline. Looks at undecided alerts only.
    async fn undecided(&self, until: Time, untouched_since: Time, limit: usize) -> Result<Vec<Alert>, StoreError>;
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
    /// Whether this happened to the alert since its wave opened or it was opened again.
    async fn has_event(&mut self, alert: i64, kind: kiemtin_model::AlertEventKind) -> Result<bool, StoreError>;
    /// Notes an answer (its id does not matter).
    async fn put_answer(&mut self, alert: i64, answer: &Answer) -> Result<(), StoreError>;
    /// Takes the last answer of an alert back.
    async fn withdraw_answer(&mut self, alert: i64, at: Time) -> Result<(), StoreError>;
    /// Documents of one narrative belong to another one from now on, those that come later too.
    async fn merge_narrative(&mut self, from: i64, into: i64) -> Result<(), StoreError>;
    /// Takes a merge back.
    async fn part_narrative(&mut self, from: i64, into: i64) -> Result<(), StoreError>;
}
