//! What does `classify` print for a document? Offsets become Unicode scalar values here, and nowhere else.

use crate::assess::Raw;
use crate::knowledge::Knowledge;
use crate::line::ReadLine;
use kiemtin_model::{Evidence, Field, FlagKind, GuardEffect, GuardKind, Level, NarrativeKey, SignalPart, Stance, Suggestion, TopicScore};
use kiemtin_text::char_offset;
use serde::Serialize;

/// The verdict line of a document line, as the contract describes it.
#[derive(Debug, Serialize)]
pub struct Verdict<'k> {
    id: Option<String>,
    url: Option<String>,
    lang: String,
    topics: Vec<TopicScore>,
    units: Vec<String>,
    provinces: Vec<String>,
    stance: Stance,
    /// Level is watch or more and no guard of a never-flag class holds over the signals that carry it.
    pub flag: bool,
    /// Kinds of the signals that count, strongest first.
    pub kinds: Vec<FlagKind>,
    score: f64,
    score_after_guards: f64,
    /// Follows from `score_after_guards`.
    pub level: Level,
    signals: Vec<SignalLine>,
    guards: Vec<GuardLine>,
    suggestions: Vec<Suggestion>,
    rules_version: &'k str,
}

#[derive(Debug, Serialize)]
struct SignalLine {
    rule: String,
    kind: FlagKind,
    score: f64,
    parts: Vec<SignalPart>,
    message: String,
    narrative: NarrativeKey,
    evidence: Vec<EvidenceLine>,
}

#[derive(Debug, Serialize)]
struct GuardLine {
    guard: GuardKind,
    rule: String,
    effect: GuardEffect,
    message: String,
    over: Vec<usize>,
    evidence: Vec<EvidenceLine>,
}

/// Words with their place in Unicode scalar values.
#[derive(Debug, Serialize)]
struct EvidenceLine {
    field: Field,
    start: usize,
    end: usize,
    text: String,
}

/// Assesses a document line as it came.
pub fn verdict<'k>(line: ReadLine, knowledge: &'k Knowledge) -> Verdict<'k> {
    let ReadLine { document, echo_id, echo_url, .. } = line;
    let Raw { topics, provinces, assessment: a } = crate::assess::assess_raw(&document, knowledge);
    let place = |e: Evidence| {
        let field = if e.field == Field::Title { &document.title } else { &document.text };
        EvidenceLine { field: e.field, start: char_offset(field, e.start), end: char_offset(field, e.end), text: e.text }
    };
    let places = |of: Vec<Evidence>| of.into_iter().map(place).collect();
    let signals = a.signals.into_iter().map(|s| SignalLine {
        rule: s.rule,
        kind: s.kind,
        score: s.score,
        parts: s.parts,
        message: s.message,
        narrative: s.narrative,
        evidence: places(s.evidence),
    });
    let guards = a.guards.into_iter().map(|g| GuardLine {
        guard: g.guard,
        rule: g.rule,
        effect: g.effect,
        message: g.message,
        over: g.over,
        evidence: places(g.evidence),
    });
    Verdict {
        id: echo_id,
        url: echo_url,
        units: knowledge.topics.units_of(&topics),
        topics,
        provinces,
        stance: a.stance,
        flag: a.flag,
        kinds: a.kinds,
        score: a.score,
        score_after_guards: a.score_after_guards,
        level: a.level,
        signals: signals.collect(),
        guards: guards.collect(),
        suggestions: a.suggestions,
        rules_version: &knowledge.version,
        lang: document.lang,
    }
}
