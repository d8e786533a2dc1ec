//! How many requests may a network still be asked today?
//!
//! What a round may take is set aside before it asks, and what it did not need is given back with what it brought: a process that
//! is killed in between has used up what it set aside, so that the limit holds over any number of restarts. The day is any 24
//! hours, wherever the network begins its own.

use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::Time;
use kiemtin_model::time::HOUR_MS;

/// Hours that count against the limit, the present one included: the oldest of them began up to 25 hours ago, so that no 24 hours
/// hold more than the limit.
pub const COUNTED_HOURS: i64 = 25;

/// What was set aside for a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reserved {
    /// Whose limit it counts against: a token file, or a host.
    pub name: String,
    /// Hour since 1970-01-01T00:00Z in which it counts.
    pub hour: i64,
    /// Requests, or units of a quota.
    pub units: u32,
}

/// The hour of a time, since 1970-01-01T00:00Z.
pub fn hour_of(at: Time) -> i64 {
    at.0.div_euclid(HOUR_MS)
}

/// Setting aside.
#[async_trait]
pub trait AllowanceStore: Send + Sync {
    /// Sets aside up to `wanted` units at `now` under this name, so that no 24 hours hold more than `per_day`; durable when it
    /// returns. `units` of what it gives is 0 when nothing is left.
    async fn reserve(&self, name: &str, per_day: u32, wanted: u32, now: Time) -> Result<Reserved, StoreError>;
}

/// Giving back, inside the transaction of what a round brought.
#[async_trait]
pub trait AllowanceBatch: Send {
    /// Of what was set aside only `spent` was needed.
    async fn settle(&mut self, reserved: &Reserved, spent: u32) -> Result<(), StoreError>;
}
