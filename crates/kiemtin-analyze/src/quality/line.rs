//! What do programs read of a rule: what it is, and how it fares?

use super::{Interval, RuleHealth, Warning, precision};
use crate::rules::Status;
use kiemtin_model::{FlagKind, RuleCount, Time};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A rule in a list.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RuleLine {
    /// Stable id.
    pub id: String,
    /// Kind of flag.
    pub kind: FlagKind,
    /// `stable`, `test` or `retired`.
    #[schemars(extend("enum" = Status::ALL.map(Status::as_str)))]
    pub status: &'static str,
    /// The claim in one line.
    pub claim: String,
    /// Why it flags.
    pub describe: String,
    /// File it stands in.
    pub file: String,
    /// Line it begins at.
    pub line: usize,
    /// Day on which somebody must look at it again.
    pub review_by: String,
    /// How it fares.
    #[serde(flatten)]
    pub figures: RuleFigures,
    /// Why somebody should look at it: `dead`, `shadowed`, `noisy`, `review_due`.
    #[schemars(extend("items" = { "type": "string", "enum": Warning::ALL.map(Warning::as_str) }))]
    pub warnings: Vec<&'static str>,
}

/// How a rule or a claim fares on the documents that are stored now.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RuleFigures {
    /// Documents in which it found something.
    pub hits: u64,
    /// Flagged documents to whose flag it adds.
    pub flagged: u64,
    /// Flagged documents that would not be flagged without it.
    pub unique: u64,
    /// Share of the hits that at least one guard suppressed.
    pub suppressed_share: f64,
    /// By guard.
    pub suppressed: BTreeMap<String, GuardShare>,
    /// Day of the latest document with a hit.
    pub last_hit: Option<String>,
    /// Alerts that people found right or wrong.
    pub reviews: Reviews,
    /// Share of right ones with its 95 % interval.
    pub precision: Option<Interval>,
}

/// What one guard suppressed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct GuardShare {
    /// Hits.
    pub hits: u64,
    /// Their share of all hits of the rule.
    pub share: f64,
}

/// What people concluded of the alerts that a rule speaks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reviews {
    /// Right ones.
    pub right: u64,
    /// All that were concluded.
    pub judged: u64,
}

impl From<&RuleCount> for RuleFigures {
    fn from(count: &RuleCount) -> Self {
        let guard = |(id, hits): (&String, &u64)| (id.clone(), GuardShare { hits: *hits, share: share(*hits, count.hits) });
        Self {
            hits: count.hits,
            flagged: count.flagged,
            unique: count.unique,
            suppressed_share: share(count.suppressed_hits, count.hits),
            suppressed: count.suppressed.iter().map(guard).collect(),
            last_hit: count.last_hit.map(Time::day),
            reviews: Reviews { right: count.right, judged: count.judged },
            precision: precision(count),
        }
    }
}

impl From<&RuleHealth<'_>> for RuleLine {
    fn from(health: &RuleHealth<'_>) -> Self {
        let RuleHealth { rule, count, warnings } = health;
        Self {
            id: rule.id.clone(),
            kind: rule.kind,
            status: rule.status.as_str(),
            claim: rule.claim.clone(),
            describe: rule.describe.clone(),
            file: rule.path.clone(),
            line: rule.line,
            review_by: rule.review_by.day(),
            figures: count.into(),
            warnings: warnings.iter().map(|w| w.as_str()).collect(),
        }
    }
}

fn share(part: u64, all: u64) -> f64 {
    if all == 0 { 0.0 } else { part as f64 / all as f64 }
}
