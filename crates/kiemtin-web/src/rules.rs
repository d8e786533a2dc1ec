//! How do rules and claims fare? Read once for the pages and the API.

use crate::fault::Fault;
use crate::service::Service;
use crate::texts::TextItem;
use kiemtin_analyze::Knowledge;
use kiemtin_analyze::claims::{Claim, ClaimStatus};
use kiemtin_analyze::quality::{RuleFigures, RuleHealth, RuleLine, health};
use kiemtin_model::{FlagKind, Reference, RuleCount, Time};
use kiemtin_store::RuleHit;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is in force, with what was counted of it.
pub struct Counted {
    /// Rules, claims, facts.
    pub knowledge: Arc<Knowledge>,
    /// Counts by id of rule; claims by `claim:` and their id.
    pub counts: BTreeMap<String, RuleCount>,
    oldest: Option<Time>,
    now: Time,
}

impl Counted {
    /// As of now.
    pub async fn of(service: &Service) -> Result<Self, Fault> {
        let (counts, oldest) = tokio::try_join!(service.store.rule_counts(), service.store.oldest())?;
        Ok(Self { knowledge: (service.knowledge)(), counts, oldest, now: service.now() })
    }

    /// Every rule with how it fares, in the order of the files.
    pub fn health(&self) -> Vec<RuleHealth<'_>> {
        health(&self.knowledge.rules, &self.counts, self.oldest, self.now)
    }

    /// What was counted of a claim.
    pub fn of_claim(&self, claim: &Claim) -> RuleCount {
        self.counts.get(&claim.key()).cloned().unwrap_or_default()
    }
}

/// A text that a rule must or must not hit.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExampleLine {
    /// Title; may be empty.
    pub title: String,
    /// Text.
    pub text: String,
    /// Level that the whole rule set must give.
    pub want: kiemtin_model::Level,
    /// Guard class that must be among the reasons.
    pub guard: Option<kiemtin_model::GuardKind>,
}

/// One rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleFile {
    /// The rule, and how it fares.
    #[serde(flatten)]
    pub rule: RuleLine,
    /// Pieces of its evidence: (name, points).
    pub evidence: Vec<EvidenceWeight>,
    /// What is officially on record.
    pub references: Vec<Reference>,
    /// Guard classes that do not apply.
    pub guards_off: Vec<kiemtin_model::GuardKind>,
    /// Its own examples.
    pub examples: Vec<ExampleLine>,
}

/// A piece of evidence of a rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct EvidenceWeight {
    /// Its name inside the rule.
    pub name: String,
    /// Points.
    pub weight: f64,
    /// The rule does not hold without it, or without another one of its kind.
    pub required: bool,
}

/// A rule in a list, without the place of the configuration on this machine.
pub fn line(health: &RuleHealth<'_>) -> RuleLine {
    let line = RuleLine::from(health);
    // Folder and file say where it stands.
    let mut parts: Vec<&str> = line.file.rsplit(['/', '\\']).take(2).collect();
    parts.reverse();
    RuleLine { file: parts.join("/"), ..line }
}

impl From<&RuleHealth<'_>> for RuleFile {
    fn from(health: &RuleHealth<'_>) -> Self {
        let rule = health.rule;
        let required = |name: &String| rule.require.iter().any(|any| any.contains(name));
        let pieces = rule.evidence.iter().map(|e| (e.id.clone(), e.weight)).chain(rule.metas.iter().map(|m| (m.id.clone(), m.weight)));
        let example = |e: &kiemtin_analyze::rules::Example| ExampleLine {
            title: e.title.clone(),
            text: e.text.clone(),
            want: e.want,
            guard: e.guard,
        };
        Self {
            rule: line(health),
            evidence: pieces.map(|(name, weight)| EvidenceWeight { required: required(&name), name, weight }).collect(),
            references: rule.references.clone(),
            guards_off: rule.guards_off.clone(),
            examples: rule.examples.iter().map(example).collect(),
        }
    }
}

/// A claim of the library.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ClaimLine {
    /// Stable id.
    pub id: String,
    /// The false statement in one line.
    pub statement: String,
    /// `refuted`, `warned`, `watched` or `retired`.
    #[schemars(extend("enum" = ClaimStatus::ALL.map(ClaimStatus::as_str)))]
    pub status: &'static str,
    /// Kind of flag.
    pub kind: FlagKind,
    /// Topic id.
    pub topic: String,
    /// Ways of saying it.
    pub phrasings: Vec<String>,
    /// Who refuted it or warned of it.
    pub references: Vec<Reference>,
    /// What the press office answers.
    pub answer: String,
    /// First time from which a document that tells it is false.
    pub since: Option<Time>,
    /// First time from which it may be true.
    pub until: Option<Time>,
    /// Day on which somebody must look at it again.
    pub review_by: String,
    /// How it fares.
    #[serde(flatten)]
    pub figures: RuleFigures,
}

impl ClaimLine {
    /// A claim with what was counted of it.
    pub fn new(claim: &Claim, counted: &Counted) -> Self {
        Self {
            id: claim.id.clone(),
            statement: claim.statement.clone(),
            status: claim.status.as_str(),
            kind: claim.kind,
            topic: claim.topic.clone(),
            phrasings: claim.phrasings.iter().filter(|p| **p != claim.statement).cloned().collect(),
            references: claim.references.clone(),
            answer: claim.answer.clone(),
            since: claim.since,
            until: claim.until,
            review_by: claim.review_by.day(),
            figures: (&counted.of_claim(claim)).into(),
        }
    }
}

/// A document in which a rule found something.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "RuleHit")]
pub struct HitItem {
    /// The document.
    #[serde(flatten)]
    pub text: TextItem,
    /// The rule adds to its flag.
    pub adds_to_flag: bool,
    /// Guards that take the rule's points away there.
    pub suppressed_by: Vec<String>,
}

impl HitItem {
    /// Of a hit in the store.
    pub fn new(hit: RuleHit, catalogue: &crate::catalogue::Catalogue) -> Self {
        Self { adds_to_flag: hit.flagged, suppressed_by: hit.suppressed, text: TextItem::new(hit.document, catalogue) }
    }
}
