//! Which claims are going round, and what is in the file of one?

use crate::store::StoreError;
use crate::types::{NarrativeDocument, Page, SourceShare};
use async_trait::async_trait;
use kiemtin_model::{Alert, Answer, Level, NarrativeState, Sight, Time};

/// Which narratives to list. Empty filters match all; those that went into another one are left out.
#[derive(Clone, Debug, Default)]
pub struct NarrativeFilter {
    /// Topic id.
    pub topic: Option<String>,
    /// Least level of the present wave.
    pub level: Option<Level>,
    /// Whose key begins so: `claim:`, `figure:gia-dien:`.
    pub key: Option<String>,
    /// Whose eyes: narratives of restricted alerts of other units are left out.
    pub sight: Sight,
}

/// A narrative with what the store knows of it.
#[derive(Clone, Debug, PartialEq)]
pub struct NarrativeFile {
    /// The narrative.
    pub narrative: NarrativeState,
    /// The one that it went into.
    pub merged_into: Option<i64>,
    /// Those that went into it, as these eyes see them: (id, claim).
    pub merged: Vec<(i64, String)>,
    /// The alerts of its waves, the latest wave first.
    pub alerts: Vec<Alert>,
    /// Answers that were given to them, first first, each with its alert.
    pub answers: Vec<(i64, Answer)>,
    /// Documents that assert it, last published first; at most the asked number.
    pub asserting: Vec<NarrativeDocument>,
    /// Documents that respond to it, likewise.
    pub responding: Vec<NarrativeDocument>,
    /// Documents that mention it otherwise, likewise.
    pub mentioning: Vec<NarrativeDocument>,
    /// Asserting documents by clock hour: (start of the hour, count), ascending, hours without any left out.
    pub per_hour: Vec<(Time, u32)>,
    /// Asserting documents by source, most first.
    pub per_source: Vec<SourceShare>,
}

/// Reading narratives.
#[async_trait]
pub trait NarrativeStore: Send + Sync {
    /// Narratives, last told first.
    async fn narratives(&self, filter: &NarrativeFilter, cursor: Option<&str>, limit: usize) -> Result<Page<NarrativeState>, StoreError>;
    /// One narrative with its file; at most `documents` documents of each role. None when there is no such narrative, or it is not
    /// for these eyes.
    async fn narrative_file(&self, id: i64, sight: &Sight, documents: usize) -> Result<Option<NarrativeFile>, StoreError>;
}
