//! What does `classify` print for a document? Offsets become Unicode scalar values here, and nowhere else.

use crate::assess::Raw;
use crate::knowledge::Knowledge;
use crate::line::ReadLine;
use kiemtin_model::{Evidence, Field, FlagKind, GuardEffect, GuardKind, Level, NarrativeKey, SignalPart, Stance, Suggestion, TopicScore};
use kiemtin_text::char_offset;
use schemars::JsonSchema;
use serde::Serialize;

/// The verdict line of a document line, as `classify` prints it.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Verdict<'k> {
    /// The id of the line, as given.
    id: Option<String>,
    /// Its address, as given.
    url: Option<String>,
    /// Language, ISO 639-1 (or -3) code; `und` when it cannot be told.
    lang: String,
    /// Topics, strongest first.
    topics: Vec<TopicScore>,
    /// Units of the ministry concerned.
    units: Vec<String>,
    /// Provinces named.
    provinces: Vec<String>,
    /// How the text stands to its claims.
    stance: Stance,
    /// Level is watch or more and no guard of a never-flag class holds over the signals that carry it.
    pub flag: bool,
    /// Kinds of the signals that count, strongest first.
    pub kinds: Vec<FlagKind>,
    /// Sum of the signals' scores.
    score: f64,
    /// What the guards leave of it.
    score_after_guards: f64,
    /// Follows from `score_after_guards`; never `urgent`.
    #[schemars(extend("enum" = [Level::None, Level::Watch, Level::Alert]))]
    pub level: Level,
    /// It would have a level, but is a post of too few words to be flagged by itself: for a person to judge.
    suggestion: bool,
    /// Reasons to look.
    signals: Vec<SignalLine>,
    /// Reasons not to.
    guards: Vec<GuardLine>,
    /// Claims that it may tell, likeliest first; below what a signal takes.
    suggestions: Vec<Suggestion>,
    /// Version of the rule set: a hash of its files.
    rules_version: &'k str,
}

/// A signal.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "VerdictSignal")]
struct SignalLine {
    /// Id of the rule.
    rule: String,
    /// Kind of flag that it speaks for.
    kind: FlagKind,
    /// Its share of the score: exactly the sum of its parts.
    score: f64,
    /// What each piece of evidence adds.
    parts: Vec<SignalPart>,
    /// Why, in Vietnamese.
    message: String,
    /// The narrative it belongs to.
    narrative: NarrativeKey,
    /// The words.
    evidence: Vec<EvidenceLine>,
}

/// A reason not to flag.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "VerdictGuard")]
struct GuardLine {
    /// Class of the reason.
    guard: GuardKind,
    /// Id of the guard rule.
    rule: String,
    /// What it does.
    effect: GuardEffect,
    /// Why, in Vietnamese.
    message: String,
    /// Indices of the signals it stands over.
    over: Vec<usize>,
    /// The words.
    evidence: Vec<EvidenceLine>,
}

/// Words with their place in Unicode scalar values.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Words")]
struct EvidenceLine {
    /// Where they stand.
    field: Field,
    /// First scalar value in that field.
    start: usize,
    /// Scalar value after the last one.
    end: usize,
    /// Exactly the words between.
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
        suggestion: a.suggestion,
        signals: signals.collect(),
        guards: guards.collect(),
        suggestions: a.suggestions,
        rules_version: &knowledge.version,
        lang: document.lang,
    }
}
