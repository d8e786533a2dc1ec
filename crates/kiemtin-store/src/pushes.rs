//! What was answered to a push, so that the same push is answered the same again?

use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::Time;
use kiemtin_model::time::DAY_MS;

/// Milliseconds for which an answer is kept.
pub const KEPT_MS: i64 = DAY_MS;
/// Most answers that are kept; the oldest give way.
pub const MOST_ANSWERS: i64 = 2_000;
/// Most bytes of all answers together; the oldest give way.
pub const MOST_BYTES: i64 = 64 << 20;

/// What was answered under an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushAnswer {
    /// Hash of the body that was answered.
    pub body_hash: String,
    /// The answer as it was sent.
    pub answer: String,
    /// When.
    pub at: Time,
}

/// Reading answers to pushes.
#[async_trait]
pub trait PushStore: Send + Sync {
    /// What was answered to this asker under this key in the last [`KEPT_MS`] before `now`.
    async fn push_answer(&self, owner: &str, key: &str, now: Time) -> Result<Option<PushAnswer>, StoreError>;
}

/// Keeping answers to pushes, inside the transaction of what was pushed.
#[async_trait]
pub trait PushBatch: Send {
    /// Keeps an answer in the place of one before; forgets those that are older than [`KEPT_MS`], and the oldest beyond
    /// [`MOST_ANSWERS`] and [`MOST_BYTES`].
    async fn put_push_answer(&mut self, owner: &str, key: &str, answer: &PushAnswer) -> Result<(), StoreError>;
}
