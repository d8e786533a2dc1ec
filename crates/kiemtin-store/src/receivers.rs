//! What is kept of receivers, and of what each of them is told?
//!
//! A notice is put into the outbox by the transaction that made it, under [`kiemtin_model::RECEIVERS`]. [`ReceiverStore::fan_out`]
//! gives it to the receivers that take it and notes that it did, in one transaction: what happens to a process in between loses and
//! doubles nothing. From there each receiver has its own queue.
//!
//! Rules of a queue: at most one delivery of a receiver is being sent. Of the notices of one alert that are not sent yet, the
//! newest stands for all. Within the cool-down after one was sent, the next one of the same alert waits, unless it is urgent. There
//! is one urgent delivery per alert and wave.

use crate::store::StoreError;
use crate::types::Page;
use async_trait::async_trait;
use kiemtin_model::{DeliveryState, Receiver, Secret, Time, Told};
use schemars::JsonSchema;
use serde::Serialize;

/// Most receivers.
pub const MOST_RECEIVERS: usize = 200;
/// Most notices in one digest; further ones go into the next.
pub const MOST_IN_DIGEST: usize = 200;

/// A receiver with how sending to it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct ReceiverState {
    /// The receiver.
    pub receiver: Receiver,
    /// When its next digest is made.
    pub next_digest_at: Option<Time>,
    /// Failures since something last arrived.
    pub failures: u32,
    /// Nothing is sent before this, after a failure.
    pub retry_at: Time,
    /// When something last arrived.
    pub last_done_at: Option<Time>,
    /// Why the last attempt failed; empty when it did not.
    pub last_reason: String,
    /// Deliveries that are to be sent.
    pub pending: u64,
    /// Deliveries that could not be sent.
    pub dead: u64,
}

/// A line of the log of deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "NoticeDelivery")]
pub struct DeliveryLine {
    /// Its number.
    pub id: i64,
    /// The receiver.
    pub receiver: i64,
    /// What people call the receiver.
    pub receiver_name: String,
    /// `alert`, `saved_search`, `warning`, `digest` or `test`.
    #[schemars(extend("enum" = ["alert", "saved_search", "warning", "digest", "test"]))]
    pub sort: String,
    /// The alert it is about.
    pub alert: Option<i64>,
    /// In one line.
    pub title: String,
    /// What the receiver knows it by.
    pub idempotency_key: String,
    /// What became of it.
    pub state: DeliveryState,
    /// When it was made.
    pub made_at: Time,
    /// When it is to be sent, or tried again.
    pub due_at: Time,
    /// Times tried.
    pub attempts: u32,
    /// Why the last attempt failed, or what the receiver answered.
    pub reason: String,
    /// When the receiver had it, or when it ended otherwise.
    pub done_at: Option<Time>,
}

/// A delivery whose attempt is noted: it is to be sent now.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimed {
    /// Its number.
    pub id: i64,
    /// The receiver as it is now.
    pub receiver: Receiver,
    /// Its secret.
    pub secret: Secret,
    /// What the receiver knows it by.
    pub idempotency_key: String,
    /// What is told; alerts as they were when the notice was made, their restriction as it is now.
    pub told: Told,
    /// When it was made.
    pub made_at: Time,
    /// When it was first tried.
    pub first_tried_at: Time,
    /// Times tried, this one counted.
    pub attempts: u32,
    /// Failures of the receiver before this attempt.
    pub failures: u32,
}

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FailedAttempt {
    /// When.
    pub at: Time,
    /// When this delivery is tried again; `None`: never, it is a dead letter.
    pub retry_at: Option<Time>,
    /// Before this nothing is sent to the receiver. `None`: the fault was this delivery's alone.
    pub rest_until: Option<Time>,
    /// The receiver did not answer at all.
    pub silent: bool,
    /// Why, without a secret.
    pub reason: String,
}

/// Which deliveries are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeliveryFilter {
    /// Of this receiver alone.
    pub receiver: Option<i64>,
    /// In this state alone.
    pub state: Option<DeliveryState>,
}

/// Reading receivers, and moving their queues.
#[async_trait]
pub trait ReceiverStore: Send + Sync {
    /// All receivers that were not removed, first added first.
    async fn receivers(&self) -> Result<Vec<ReceiverState>, StoreError>;
    /// Deliveries, newest first.
    async fn deliveries(&self, filter: &DeliveryFilter, cursor: Option<&str>, limit: usize) -> Result<Page<DeliveryLine>, StoreError>;
    /// Gives notices of the outbox to the receivers that take them, at most `limit` notices; gives their number. `cool_down` in
    /// milliseconds.
    async fn fan_out(&self, now: Time, cool_down: i64, limit: usize) -> Result<u64, StoreError>;
    /// Makes the digests that are due; gives their number. After a long break one digest holds what several would have.
    async fn make_digests(&self, now: Time) -> Result<u64, StoreError>;
    /// Receivers that may have something to be sent at `now`.
    async fn receivers_ready(&self, now: Time) -> Result<Vec<i64>, StoreError>;
    /// Notes an attempt and gives what is to be sent to this receiver at `now`: the oldest delivery that is due. `None` when there
    /// is none, or one is being sent.
    async fn claim_delivery(&self, receiver: i64, now: Time) -> Result<Option<Claimed>, StoreError>;
    /// The receiver has it. A receiver that had failed gets its waiting deliveries at once again.
    async fn delivery_done(&self, id: i64, at: Time, answer: &str) -> Result<(), StoreError>;
    /// The attempt failed.
    async fn delivery_failed(&self, id: i64, failed: &FailedAttempt) -> Result<(), StoreError>;
    /// What was being sent when the process ended is due again. Only for the one process that sends.
    async fn release_claims(&self) -> Result<u64, StoreError>;
    /// Forgets ended deliveries that were made before this, at most `limit`; gives their number.
    async fn prune_deliveries(&self, before: Time, limit: usize) -> Result<u64, StoreError>;
}

/// Changing receivers, inside a transaction.
#[async_trait]
pub trait ReceiverBatch: Send {
    /// Number of receivers that were not removed.
    async fn count_receivers(&mut self) -> Result<usize, StoreError>;
    /// Adds a receiver (its `id` does not matter) and gives its number.
    async fn put_receiver(&mut self, receiver: &Receiver, secret: &Secret) -> Result<i64, StoreError>;
    /// Whether it is told at all. `None`: there is no such receiver.
    async fn enable_receiver(&mut self, id: i64, enabled: bool) -> Result<Option<Receiver>, StoreError>;
    /// Removes a receiver with its secret; what it was told stays in the log, what is unsent is given up. `None`: there is none.
    async fn remove_receiver(&mut self, id: i64, at: Time) -> Result<Option<Receiver>, StoreError>;
    /// Puts a test into the queue and gives its number. `None`: there is no such receiver.
    async fn put_test(&mut self, receiver: i64, key: &str, at: Time) -> Result<Option<i64>, StoreError>;
    /// A dead letter is sent again, under its own key. `None`: it is none, or its receiver is gone.
    async fn send_again(&mut self, delivery: i64, at: Time) -> Result<Option<DeliveryLine>, StoreError>;
    /// A dead letter is given up. `None`: it is none.
    async fn give_up(&mut self, delivery: i64, at: Time) -> Result<Option<DeliveryLine>, StoreError>;
}
