//! How far did the answer to a claim go, next to the claim itself?

use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::Time;
use schemars::JsonSchema;
use serde::Serialize;

/// Most days that are told one by one: the first ones after the answer.
pub const MOST_DAYS: usize = 366;

/// What was written on a day, in Vietnam.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DayCoverage {
    /// Start of the day.
    pub day: Time,
    /// Documents that tell the claim as true.
    pub claim_documents: u32,
    /// Documents that deny it or warn of it.
    pub correction_documents: u32,
}

/// What was written for and against a claim since a moment, copies included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Correction {
    /// Since when it is counted.
    pub since: Time,
    /// Documents that tell the claim as true.
    pub claim_documents: u32,
    /// Their distinct sources.
    pub claim_sources: u32,
    /// Documents that deny it or warn of it.
    pub correction_documents: u32,
    /// Their distinct sources.
    pub correction_sources: u32,
    /// By Vietnamese day, ascending, days without any left out; at most 366.
    pub per_day: Vec<DayCoverage>,
}

/// Counting what was written.
#[async_trait]
pub trait CorrectionStore: Send + Sync {
    /// What was published for and against the claim of a narrative at or after `since`.
    async fn correction(&self, narrative: i64, since: Time) -> Result<Correction, StoreError>;
}
