//! Thử một đoạn văn: what would the service say of it, and why?

use crate::bench::Tried;
use crate::catalogue::Catalogue;
use crate::passage::Reader;
use crate::view::chrome::{Chrome, LevelBadge};
use crate::view::fares::ReferenceRow;
use crate::view::marked::Marked;
use crate::view::words::points;
use askama::Template;
use kiemtin_analyze::explain::Compared;
use kiemtin_analyze::rules::Unheld;
use kiemtin_model::{Evidence, Field, GuardHit, Signal, SourceGroup};

/// The page with what was said.
#[derive(Template)]
#[template(path = "bench.html")]
pub struct BenchPage {
    /// Around it.
    pub chrome: Chrome,
    /// What is in the form.
    pub form: BenchForm,
    /// What is wrong with it.
    pub wrong: Option<String>,
    /// What was said.
    pub said: Option<Said>,
}

/// What is in the form.
pub struct BenchForm {
    /// Title.
    pub title: String,
    /// Text.
    pub text: String,
    /// Groups of sources: (word, in Vietnamese, chosen).
    pub groups: Vec<(&'static str, &'static str, bool)>,
    /// Day of publication, `2026-11-23`.
    pub day: String,
}

impl BenchForm {
    /// As it was filled in.
    pub fn new(title: &str, text: &str, group: SourceGroup, day: &str) -> Self {
        let groups = SourceGroup::ALL.iter().map(|g| (g.as_str(), g.vi(), *g == group)).collect();
        Self { title: title.to_owned(), text: text.to_owned(), groups, day: day.to_owned() }
    }
}

/// The words in their sentences: (part of the document, sentence).
type Passages = Vec<(&'static str, Marked)>;

/// What was said of a text.
pub struct Said {
    /// Its level.
    pub level: LevelBadge,
    /// It would be flagged.
    pub flag: bool,
    /// Kinds of its flags.
    pub kinds: String,
    /// How it stands to its claims.
    pub stance: &'static str,
    /// Sum of the signals.
    pub sum: String,
    /// What the guards leave of it, when that is less.
    pub after: Option<String>,
    /// Topics with their points.
    pub topics: String,
    /// Units.
    pub units: String,
    /// Provinces.
    pub provinces: String,
    /// Language.
    pub lang: String,
    /// Reasons to flag.
    pub signals: Vec<SignalView>,
    /// Reasons not to, that held.
    pub guards: Vec<GuardView>,
    /// Guards with words in the text that did not hold.
    pub unheld: Vec<UnheldView>,
    /// What was compared with the record.
    pub compared: Vec<ComparedView>,
    /// Claims that it may tell: (address, statement, likeness).
    pub alike: Vec<(String, String, String)>,
    /// Something was masked.
    pub masked: bool,
    /// Version of the rules.
    pub version: String,
}

/// A signal.
pub struct SignalView {
    /// Its number, from 1.
    pub number: usize,
    /// Kind of flag.
    pub kind: &'static str,
    /// Why.
    pub message: String,
    /// Id of the rule.
    pub rule: String,
    /// Page of the rule or claim.
    pub href: String,
    /// Its points.
    pub score: String,
    /// Its share of the sum, in percent.
    pub share: u32,
    /// A guard takes its points away.
    pub suppressed: bool,
    /// What each piece of evidence adds.
    pub parts: String,
    /// The words.
    pub passages: Passages,
    /// What is on record.
    pub references: Vec<ReferenceRow>,
}

/// A guard that held.
pub struct GuardView {
    /// Class of the reason.
    pub guard: &'static str,
    /// What it does.
    pub effect: &'static str,
    /// Why.
    pub message: String,
    /// Id of the guard.
    pub rule: String,
    /// `tín hiệu 1, 2`.
    pub over: String,
    /// The words.
    pub passages: Passages,
}

/// A guard that did not hold.
pub struct UnheldView {
    /// Class of the reason.
    pub guard: &'static str,
    /// Why it is one.
    pub message: String,
    /// Id of the guard.
    pub rule: String,
    /// Why it did not hold: `tín hiệu 1: …`.
    pub why: Vec<String>,
    /// Its words.
    pub passages: Passages,
}

/// A place that was held against the record.
pub struct ComparedView {
    /// How it stands to the record.
    pub outcome: &'static str,
    /// It differs.
    pub differs: bool,
    /// What it is about.
    pub name: String,
    /// The words.
    pub words: String,
    /// What is on record; empty when nothing is.
    pub record: String,
}

impl Said {
    /// In words.
    pub fn new(tried: Tried, catalogue: &Catalogue) -> Self {
        let Tried { document, masked, explanation: e } = tried;
        let reader = Reader::new(&document);
        let a = &e.assessment;
        let topic = |t: &kiemtin_model::TopicScore| format!("{} ({})", catalogue.topic(&t.id), points(t.score));
        Self {
            level: a.level.into(),
            flag: a.flag,
            kinds: a.kinds.iter().map(|k| k.vi()).collect::<Vec<_>>().join(" · "),
            stance: a.stance.vi(),
            sum: points(a.score),
            after: (a.score_after_guards < a.score).then(|| points(a.score_after_guards)),
            topics: e.topics.iter().map(topic).collect::<Vec<_>>().join(", "),
            units: e.units.join("; "),
            provinces: e.provinces.join(", "),
            lang: document.lang.clone(),
            signals: a.signals.iter().enumerate().map(|(i, s)| signal(i, s, a, &reader)).collect(),
            guards: a.guards.iter().map(|g| guard(g, &reader)).collect(),
            unheld: e.unheld.iter().map(|u| unheld(u, &reader)).collect(),
            compared: e.compared.into_iter().map(compared).collect(),
            alike: a
                .suggestions
                .iter()
                .map(|s| (format!("/claims/{}", s.claim), s.statement.clone(), format!("{:.0} %", s.score * 100.0)))
                .collect(),
            masked,
            version: a.rules_version.clone(),
        }
    }
}

/// Page of a rule, or of a claim of the library.
pub fn rule_page(rule: &str) -> String {
    rule.strip_prefix("claim:").map_or_else(|| format!("/rules/{rule}"), |claim| format!("/claims/{claim}"))
}

fn signal(index: usize, s: &Signal, a: &kiemtin_model::Assessment, reader: &Reader<'_>) -> SignalView {
    SignalView {
        number: index + 1,
        kind: s.kind.vi(),
        message: s.message.clone(),
        href: rule_page(&s.rule),
        rule: s.rule.clone(),
        score: points(s.score),
        // A share is between 0 and 100; the cast of a float saturates.
        share: if a.score > 0.0 { (s.score / a.score * 100.0).round() as u32 } else { 0 },
        suppressed: a.suppressed(index),
        parts: s.parts.iter().map(|p| format!("{} {}", p.evidence, points(p.points))).collect::<Vec<_>>().join(" + "),
        passages: passages(reader, &s.evidence),
        references: s.references.iter().map(ReferenceRow::from).collect(),
    }
}

fn guard(g: &GuardHit, reader: &Reader<'_>) -> GuardView {
    let over = g.over.iter().map(|i| (i + 1).to_string()).collect::<Vec<_>>().join(", ");
    GuardView {
        guard: g.guard.vi(),
        effect: g.effect.vi(),
        message: g.message.clone(),
        rule: g.rule.clone(),
        over: format!("tín hiệu {over}"),
        passages: passages(reader, &g.evidence),
    }
}

fn unheld(u: &Unheld, reader: &Reader<'_>) -> UnheldView {
    UnheldView {
        guard: u.guard.vi(),
        message: u.message.clone(),
        rule: u.rule.clone(),
        why: u.over.iter().map(|(i, why)| format!("tín hiệu {}: {}", i + 1, why.vi())).collect(),
        passages: passages(reader, &u.evidence),
    }
}

fn compared(c: Compared) -> ComparedView {
    ComparedView {
        outcome: c.outcome.vi(),
        differs: c.outcome.differs(),
        name: c.name,
        words: c.evidence.text,
        record: c.reference.map_or(String::new(), |r| format!("{} ({})", r.text, r.label)),
    }
}

fn passages(reader: &Reader<'_>, evidence: &[Evidence]) -> Passages {
    let part = |field: Field| if field == Field::Title { "Tiêu đề" } else { "" };
    reader.passages(evidence).iter().map(|p| (part(p.field), Marked::bytes(&p.text, &p.marks))).collect()
}
