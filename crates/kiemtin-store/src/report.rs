//! What does a report count of alerts and warnings, and which reports were made?

use crate::store::StoreError;
use crate::types::{Page, Seq};
use async_trait::async_trait;
use kiemtin_model::period::Period;
use kiemtin_model::report::{Report, ReportNotice};
use kiemtin_model::{Alert, Time, Warning};
use schemars::JsonSchema;
use serde::Serialize;

/// Most alerts and warnings that a report counts; those of a year are some thousands.
pub const MOST_COUNTED: usize = 200_000;

/// A report that was made, without what it says.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct KeptReport {
    /// Store id.
    pub id: i64,
    /// SHA-256 of what it says, 64 hexadecimal digits.
    pub digest: String,
    /// Of when.
    pub period: Period,
    /// Of what: `ministry`, `unit:NAME`, `topic:ID` or `policy:ID`.
    pub scope: String,
    /// What people call that.
    pub name: String,
    /// Number of the last change of the store that it counts.
    pub seq: Seq,
    /// When it was made first.
    pub made_at: Time,
}

/// Alerts that a report counts: of some time, whatever of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ReportAlerts {
    /// Whose claim appeared in it, or that were decided or answered in it, by number.
    pub alerts: Vec<Alert>,
    /// Those that expired in it, by number.
    pub expired: Vec<Alert>,
}

/// Reading for reports.
#[async_trait]
pub trait ReportStore: Send + Sync {
    /// Alerts of `from` (included) to `to` (left out).
    async fn report_alerts(&self, from: Time, to: Time) -> Result<ReportAlerts, StoreError>;
    /// Warnings given in that time, first first.
    async fn warnings_between(&self, from: Time, to: Time) -> Result<Vec<Warning>, StoreError>;
    /// Reports that were made, the last one first.
    async fn reports(&self, cursor: Option<&str>, limit: usize) -> Result<Page<KeptReport>, StoreError>;
    /// One of them, with what it says.
    async fn report(&self, id: i64) -> Result<Option<(KeptReport, Report)>, StoreError>;
    /// The period of the last run of a timetable's entry for a scope: its latest by the time of the run.
    async fn last_run(&self, what: &str, scope: &str) -> Result<Option<Period>, StoreError>;
}

/// Keeping reports, inside a transaction.
#[async_trait]
pub trait ReportBatch: Send {
    /// Keeps a report and gives its number: that of an earlier one that says the same, if there is one.
    async fn keep_report(&mut self, report: &Report, at: Time) -> Result<i64, StoreError>;
    /// Notes that a timetable's entry was done for a period. Says whether that had not been noted before.
    async fn put_run(&mut self, what: &str, period: Period, scope: &str, at: Time, report: Option<i64>) -> Result<bool, StoreError>;
    /// Puts news of it into the outbox of one channel, under this key; a repeat for the same key and channel changes nothing.
    async fn put_report_notice(&mut self, key: &str, notice: &ReportNotice, channel: &str) -> Result<(), StoreError>;
}
