//! The rule set: compiled rules and guards, and what they find in one document.

use super::evidence::{Evidence, Findings, Test};
use super::file;
use super::guards::Guard;
use super::meta::Meta;
use super::names::Names;
use super::view::View;
use super::{CAPPED, window};
use crate::faults::{ConfigFile, Fault};
use kiemtin_model::{DocKind, FlagKind, GuardKind, Level, NarrativeKey, Reference, Signal, SignalPart, Time};
use kiemtin_text::query::QuerySetBuilder;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Where a rule is in its life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Works.
    #[default]
    Stable,
    /// Is loaded and checked, never flags.
    Test,
    /// Kept for its id, which is never used again.
    Retired,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Stable, Self::Test, Self::Retired];

    /// Its word in the files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Test => "test",
            Self::Retired => "retired",
        }
    }

    /// Its word for people.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Stable => "đang dùng",
            Self::Test => "thử nghiệm, không gắn cờ",
            Self::Retired => "đã thôi dùng",
        }
    }
}

/// What documents of one narrative share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NarrativeBy {
    /// The rule.
    #[default]
    Rule,
    /// The fact and the stated value.
    Figure,
    /// The cited document.
    Document,
}

/// One compiled rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Stable id, never reused.
    pub id: String,
    /// Where it is in its life.
    pub status: Status,
    /// Kind of flag.
    pub kind: FlagKind,
    /// The claim in one line; `{figure}` and `{document}` stand for the words found.
    pub claim: String,
    /// Rules with the same claim id gather one narrative: the same claim seen as another kind, or in another language.
    pub claim_id: Option<String>,
    /// Why it flags, for people.
    pub describe: String,
    /// Day on which somebody must look at it again.
    pub review_by: Time,
    /// What its documents share.
    pub narrative: NarrativeBy,
    /// Number of consecutive sentences in which the evidence must stand; 0: anywhere.
    pub within: u32,
    /// All of these, each one of several pieces of evidence.
    pub require: Vec<Vec<String>>,
    /// The same by place in `evidence`.
    pub required: Vec<Vec<usize>>,
    /// What is officially on record.
    pub references: Vec<Reference>,
    /// Guard classes that do not apply.
    pub guards_off: Vec<GuardKind>,
    /// Most points per group of evidence.
    pub group_caps: BTreeMap<String, f64>,
    /// Its evidence.
    pub evidence: Vec<Evidence>,
    /// Combinations that add points, each after those it needs.
    pub metas: Vec<Meta>,
    /// Its own examples.
    pub examples: Vec<Example>,
    /// File it stands in.
    pub path: String,
    /// Line it begins at.
    pub line: usize,
}

/// A text that a rule must or must not hit.
#[derive(Clone, Debug)]
pub struct Example {
    /// Title; may be empty.
    pub title: String,
    /// Text.
    pub text: String,
    /// Kind of document.
    pub kind: DocKind,
    /// Publication time.
    pub published_at: Option<Time>,
    /// Level the whole rule set must give.
    pub want: Level,
    /// Guard class that must be among the reasons.
    pub guard: Option<GuardKind>,
}

/// All rules and guards.
#[derive(Clone, Debug, Default)]
pub struct RuleSet {
    /// Rules in order of the files.
    pub rules: Vec<Rule>,
    /// Guards in order of the file.
    pub guards: Vec<Guard>,
}

/// A signal with what is needed to guard it.
pub struct Found<'r> {
    /// The signal.
    pub signal: Signal,
    /// First and last sentence of its evidence.
    pub sentences: (u32, u32),
    /// Classes of guards that do not apply to it.
    pub off: &'r [GuardKind],
}

impl RuleSet {
    /// Reads `config/rules/*.toml`: `lists.toml`, `guards.toml`, and rules in all others.
    pub fn load(files: &[ConfigFile], queries: &mut QuerySetBuilder, faults: &mut Vec<Fault>) -> Self {
        let named = |name: &'static str| files.iter().filter(move |f| f.stem() == name || f.stem().starts_with(&format!("{name}-")));
        let names = Names::load(named("lists"), faults);
        let with = &mut file::Compile { names: &names, queries };
        let mut set = Self::default();
        for f in named("guards") {
            set.guards.extend(file::guards(f, with, faults));
        }
        for f in files.iter().filter(|f| !named("lists").chain(named("guards")).any(|other| other.path == f.path)) {
            for rule in file::rules(f, with, faults) {
                if let Some(first) = set.rules.iter().find(|r| r.id == rule.id) {
                    let message = format!("\"{}\" is already taken at {}:{}, expected a new id", rule.id, first.path, first.line);
                    faults.push(Fault { path: rule.path, line: rule.line, column: 0, key: "rule.id".into(), message });
                } else if let Some(other) =
                    set.rules.iter().find(|r| r.claim_id.is_some() && r.claim_id == rule.claim_id && r.claim != rule.claim)
                {
                    let message = format!(
                        "got \"{}\", expected the claim of \"{}\", which has the same claim_id: \"{}\"",
                        rule.claim, other.id, other.claim
                    );
                    faults.push(Fault { path: rule.path, line: rule.line, column: 0, key: "rule.claim".into(), message });
                } else {
                    set.rules.push(rule);
                }
            }
        }
        set
    }

    /// Signals of all stable rules for a document.
    pub fn signals(&self, view: &View<'_>, findings: &Findings<'_>) -> Vec<Found<'_>> {
        let working = self.rules.iter().filter(|r| r.status == Status::Stable);
        working.filter_map(|rule| rule.signal(view, findings)).collect()
    }
}

impl Rule {
    fn signal(&self, view: &View<'_>, findings: &Findings<'_>) -> Option<Found<'_>> {
        // What is worth no points says nothing.
        let window = window::best(self, view, findings).filter(|w| w.score() > 0.0)?;
        let places: Vec<_> = window.found.iter().flat_map(|(_, places)| places).copied().collect();
        let first = places.iter().map(|p| p.sentence).min().unwrap_or(0);
        let last = places.iter().map(|p| p.sentence).max().unwrap_or(0);
        let mut references = self.references.clone();
        let mut claim = self.claim.clone();
        let mut key = match &self.claim_id {
            Some(claim) => format!("claim:{claim}"),
            None => format!("rule:{}", self.id),
        };
        let mut parts = window.parts.clone();
        let mut message = self.describe.clone();
        let used = |test: fn(&Test) -> bool| window.found.iter().any(|(e, _)| test(&e.test));
        if used(|t| matches!(t, Test::Figure(..)))
            && let Some(figure) = findings.figures.iter().find(|f| places.contains(&f.place))
        {
            let stated = view.evidence(&figure.place).text;
            claim = claim.replace("{figure}", &stated).replace("{fact}", &figure.fact.name);
            references.extend(figure.fact.values.last().map(|v| figure.fact.reference(v)));
            if self.narrative == NarrativeBy::Figure {
                key = format!("figure:{}:{}", figure.fact.id, figure.value);
            }
            if figure.stale && window.score() > CAPPED {
                parts = capped(parts, CAPPED);
                message = format!("{message} (số liệu gốc chưa được xác nhận lại, tối đa mức theo dõi)");
            }
        }
        if used(|t| matches!(t, Test::Statement(..)))
            && let Some(statement) = findings.statements.iter().find(|s| places.contains(&s.place))
        {
            claim = claim.replace("{fact}", statement.name);
            references.push(statement.reference.clone());
            if self.narrative == NarrativeBy::Figure {
                key = format!("record:{}", statement.id);
            }
        }
        if used(|t| matches!(t, Test::Cites(..)))
            && let Some(found) = findings.citations.iter().find(|c| places.contains(&c.place))
        {
            claim = claim.replace("{document}", &found.citation.number);
            references.extend(found.judged.known.map(crate::record::KnownDocument::reference));
            if self.narrative == NarrativeBy::Document {
                key = format!("document:{}", kiemtin_text::cite::number_key(&found.citation.number));
            }
        }
        // Evidence without a number or figure may have made the rule hold.
        claim = claim.replace("{document}", "(không rõ số)").replace("{figure}", "(con số nêu trong bài)");
        let signal = Signal {
            rule: self.id.clone(),
            kind: self.kind,
            score: parts.iter().fold(0.0, |sum, part| sum + part.points),
            parts,
            message,
            evidence: places.iter().map(|p| view.evidence(p)).collect(),
            narrative: NarrativeKey { key, claim },
            references,
        };
        Some(Found { signal, sentences: (first, last), off: &self.guards_off })
    }
}

/// The parts with no more than `most` points in all: the first ones keep theirs.
fn capped(parts: Vec<SignalPart>, most: f64) -> Vec<SignalPart> {
    let mut left = most;
    let mut cap = |part: SignalPart| {
        let points = part.points.min(left);
        left -= points;
        SignalPart { points, ..part }
    };
    parts.into_iter().map(&mut cap).collect()
}
