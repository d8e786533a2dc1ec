//! What did each rule find in the documents that are stored now, and what became of the alerts it speaks for?
//!
//! Counted as documents come and change ([`crate::Batch::put_document`]): asking costs as much in a store of any size.

use crate::store::StoreError;
use crate::types::{Page, StoredDocument};
use async_trait::async_trait;
use kiemtin_model::{Alert, RuleCount, Sight};
use std::collections::BTreeMap;

/// A document in which a rule found something.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleHit {
    /// The document.
    pub document: StoredDocument,
    /// The rule adds to its flag.
    pub flagged: bool,
    /// Guards that take the rule's points away there.
    pub suppressed: Vec<String>,
}

/// Reading what rules found. A claim of the library goes by `claim:` and its id.
#[async_trait]
pub trait RuleStore: Send + Sync {
    /// What was counted of every rule that found something, by its id. Judgements are those of all alerts, whoever sees them.
    async fn rule_counts(&self) -> Result<BTreeMap<String, RuleCount>, StoreError>;
    /// Documents in which a rule found something, latest first, at most `limit` (and some hundred).
    async fn rule_hits(&self, rule: &str, cursor: Option<&str>, limit: usize) -> Result<Page<RuleHit>, StoreError>;
    /// Alerts that a rule speaks for, as these eyes see them, latest opened first, at most `limit` (and some hundred).
    async fn rule_alerts(&self, rule: &str, sight: &Sight, limit: usize) -> Result<Vec<Alert>, StoreError>;
    /// Alerts that nobody has decided by topic, as these eyes see them.
    async fn open_by_topic(&self, sight: &Sight) -> Result<BTreeMap<String, u64>, StoreError>;
}
