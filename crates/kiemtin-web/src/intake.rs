//! How do pushed documents get into the store? By the pipeline of the binary, which this crate knows as an [`Intake`] only.

use async_trait::async_trait;
use kiemtin_model::{Actor, Tally};
use schemars::JsonSchema;
use serde::Serialize;

/// A line of a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedLine {
    /// Its number, from 1; blank lines count but are not handed in.
    pub number: u32,
    /// Its text; or why it cannot be read.
    pub text: Result<String, String>,
}

/// What somebody pushes.
#[derive(Clone, Debug)]
pub struct Push {
    /// Its lines.
    pub lines: Vec<PushedLine>,
    /// Who.
    pub by: Actor,
    /// To be answered the same when it comes again.
    pub remember: Option<Remember>,
}

/// Under what an answer is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remember {
    /// Whose key it is.
    pub owner: String,
    /// The key.
    pub key: String,
    /// Hash of the body.
    pub body_hash: String,
}

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "PushedLine")]
pub struct LineOutcome {
    /// Its number, from 1.
    #[schemars(range(min = 1))]
    pub line: u32,
    /// `new`, `new_version`, `unchanged`, `duplicate`, `refused` or `failed`.
    #[schemars(extend("enum" = ["new", "new_version", "unchanged", "duplicate", "refused", "failed"]))]
    pub outcome: &'static str,
    /// Id of the document; none when there is none.
    pub id: Option<String>,
    /// Why it is none, or what of it could not be read.
    pub reason: Option<String>,
}

/// The answer to a push.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Pushed")]
pub struct PushAnswered {
    /// What became of each line, in their order.
    pub items: Vec<LineOutcome>,
    /// Sums.
    pub tally: Tally,
}

/// How a push ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushEnd {
    /// It was taken in: a [`PushAnswered`] as JSON.
    Taken(String),
    /// It had been taken in before: the answer of then.
    Replayed(String),
    /// The key had been used for another body.
    OtherBody,
}

/// Why a push was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The writer is held by others for longer than a push waits. What was recorded before that stays, as with
    /// [`IntakeError::Failed`].
    #[error("the writer is busy")]
    Busy,
    /// Something failed on the way; what was recorded before that stays, and comes out as unchanged when it is pushed again.
    #[error("the push failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Takes documents in.
#[async_trait]
pub trait Intake: Send + Sync {
    /// Takes a push in, through all that documents of files pass. When this returns, everything in it is durable. Goes on to its
    /// end when the caller goes away.
    async fn push(&self, push: Push) -> Result<PushEnd, IntakeError>;
}
