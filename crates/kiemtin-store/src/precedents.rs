//! What was concluded and answered when such a claim came up before?

use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::{Alert, Answer, FlagKind, Sight};

/// Settled alerts that are looked through, the latest: as many as a busy press office has in a year.
pub const LOOKED_THROUGH: usize = 3_000;
/// Most earlier waves of one narrative that are read, the latest.
pub const MOST_WAVES: usize = 20;

/// An alert that was concluded or dismissed, as far as it is compared with another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettledClaim {
    /// Store id of the alert.
    pub alert: i64,
    /// The claim.
    pub claim: String,
    /// Key of its narrative: which fact or document it is about.
    pub key: String,
    /// Topic ids.
    pub topics: Vec<String>,
}

/// What a settled claim must have in common with another to be compared with it.
#[derive(Clone, Debug)]
pub struct SettledFilter<'a> {
    /// Narrative that is left out: the claim itself.
    pub narrative: i64,
    /// One of these kinds …
    pub kinds: &'a [FlagKind],
    /// … or one of these topics.
    pub topics: &'a [String],
    /// Whose eyes it is for.
    pub sight: &'a Sight,
}

/// An alert with what was concluded and answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Precedent {
    /// The alert.
    pub alert: Alert,
    /// Why it was confirmed or dismissed, in the words of who did it; empty when it was not, or that was taken back.
    pub reason: String,
    /// Official document that the conclusion rests on.
    pub reference: String,
    /// Answers that were given, first first.
    pub answers: Vec<Answer>,
}

/// Reading what was decided before.
#[async_trait]
pub trait PrecedentStore: Send + Sync {
    /// Among the last [`LOOKED_THROUGH`] alerts that were concluded or dismissed, not as duplicates, those that have something in
    /// common, the latest first, at most `limit`.
    async fn settled(&self, filter: &SettledFilter<'_>, limit: usize) -> Result<Vec<SettledClaim>, StoreError>;
    /// Alerts of the waves of a narrative before this one, the latest first, at most [`MOST_WAVES`], settled or not, as these eyes
    /// see them.
    async fn waves_before(&self, narrative: i64, wave: u32, sight: &Sight) -> Result<Vec<Precedent>, StoreError>;
    /// What was concluded and answered of these alerts, in the order asked; those that these eyes do not see are left out.
    async fn precedents(&self, alerts: &[i64], sight: &Sight) -> Result<Vec<Precedent>, StoreError>;
}
