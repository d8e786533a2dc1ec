//! When does a narrative become an alert? The one place where it is decided.
//!
//! A document at alert level opens one by itself; documents at watch open one together, when the sum of the narrative
//! (evidence, independent stories, sources, speed) passes the line. The sum is shown part by part.

use crate::rules::{ALERT, WATCH};
use kiemtin_model::{AlertEventKind, AssessedDocument, FlagKind, GuardKind, Level, NarrativeState, Role, Signal, Time, time::DAY_MS};

/// Points from which a narrative is urgent.
const URGENT: f64 = 9.0;
/// An urgent narrative also has this many sources.
const URGENT_SOURCES: u32 = 5;
/// A narrative silent for so long that returns opens a new wave.
const SILENCE: i64 = 14 * DAY_MS;
/// So many sources with one text within a day are a coordinated copy.
pub const COPY_SOURCES: u32 = 3;
/// Most points that further stories, and further sources, add.
const SPREAD_CAP: f64 = 3.0;
/// An answer to a sudden event is due within a day (Decree 09/2017/NĐ-CP, article 7).
pub const ANSWER_WITHIN: i64 = DAY_MS;

/// A document that takes part in a narrative.
#[derive(Clone, Copy, Debug)]
pub struct Part<'a> {
    /// The document.
    pub document: &'a AssessedDocument,
    /// How it stands to the narrative.
    pub role: Role,
    /// Its points for it after guards.
    pub score: f64,
    /// Kinds of flags that speak for it.
    pub kinds: &'a [FlagKind],
    /// The store had not seen this document in this narrative.
    pub new_document: bool,
    /// No earlier document of the narrative has this text.
    pub new_story: bool,
    /// No earlier document of the narrative has this source.
    pub new_source: bool,
    /// Sources that carried this text within a day.
    pub copy_sources: u32,
}

/// What became of a narrative.
#[derive(Clone, Debug, PartialEq)]
pub struct Raised {
    /// Its state now.
    pub state: NarrativeState,
    /// What happened to its alert, if anything.
    pub event: Option<AlertEventKind>,
}

/// The parts of a narrative's sum: (what, points), in words people read.
pub fn points(state: &NarrativeState) -> Vec<(&'static str, f64)> {
    let more = |n: u32| (f64::from(n.saturating_sub(1)) * 0.5).min(SPREAD_CAP);
    let fast = state.documents >= 5 && state.last_seen.0 - state.first_seen.0 <= DAY_MS;
    let mut parts = vec![("Bằng chứng mạnh nhất", state.best_score)];
    parts.push(("Số luồng tin độc lập", more(state.stories)));
    parts.push(("Số nguồn", more(state.sources)));
    if fast {
        parts.push(("Lan nhanh trong 24 giờ", 1.0));
    }
    if state.copy_sources >= COPY_SOURCES {
        parts.push(("Đăng lặp hàng loạt", 1.0));
    }
    parts
}

/// How a document stands to the narrative of one of its signals, and with how many points.
/// `None`: the signal is suppressed for a reason that makes the document no part of the narrative's file.
pub fn role(document: &AssessedDocument, index: usize, signal: &Signal) -> Option<(Role, f64)> {
    let assessment = &document.assessment;
    if !assessment.suppressed(index) {
        let capped = assessment.guards.iter().any(|g| g.over.contains(&index));
        let role = if capped || signal.score < WATCH { Role::Mentions } else { Role::Asserts };
        return Some((role, signal.score));
    }
    let guarded_by = |kinds: &[GuardKind]| assessment.guards.iter().any(|g| g.over.contains(&index) && kinds.contains(&g.guard));
    if guarded_by(&[GuardKind::Refutation, GuardKind::Warning, GuardKind::Official]) {
        Some((Role::Responds, 0.0))
    } else if guarded_by(&[GuardKind::Satire, GuardKind::Criticism]) {
        None
    } else {
        Some((Role::Mentions, 0.0))
    }
}

/// Adds one document to a narrative and says what becomes of it.
pub fn raise(before: &NarrativeState, part: &Part<'_>) -> Raised {
    let mut state = before.clone();
    for topic in part.document.topics.iter().map(|t| &t.id) {
        if !state.topics.contains(topic) {
            state.topics.push(topic.clone());
        }
    }
    for unit in part.document.units.iter().filter(|u| !before.units.contains(u)) {
        state.units.push(unit.clone());
    }
    if part.role == Role::Responds && part.new_document {
        state.responses += 1;
    }
    if part.role != Role::Asserts || !part.new_document {
        return Raised { state, event: None };
    }
    let at = part.document.document.time();
    let returned = state.documents > 0 && at.0 - state.last_seen.0 > SILENCE;
    if returned {
        state = new_wave(state, at);
    }
    count(&mut state, part, at);
    let level = level(&state);
    let event = match (before.alert.filter(|_| !returned), level > state.level) {
        (None, _) if level >= Level::Alert && state.wave > 1 => Some(AlertEventKind::NewWave),
        (None, _) if level >= Level::Alert => Some(AlertEventKind::Opened),
        (None, _) => None,
        (Some(_), true) => Some(AlertEventKind::Escalated),
        (Some(_), false) => Some(AlertEventKind::Grew),
    };
    state.level = state.level.max(level);
    Raised { state, event }
}

fn new_wave(mut state: NarrativeState, at: Time) -> NarrativeState {
    state.wave += 1;
    (state.documents, state.stories, state.sources, state.copy_sources) = (0, 0, 0, 0);
    (state.best_score, state.level, state.alert) = (0.0, Level::None, None);
    (state.first_seen, state.last_seen) = (at, at);
    state
}

fn count(state: &mut NarrativeState, part: &Part<'_>, at: Time) {
    (state.first_seen, state.last_seen) =
        if state.documents == 0 { (at, at) } else { (state.first_seen.min(at), state.last_seen.max(at)) };
    state.documents += 1;
    state.stories += u32::from(part.new_story || state.stories == 0);
    state.sources += u32::from(part.new_source || state.sources == 0);
    state.copy_sources = state.copy_sources.max(part.copy_sources);
    state.best_score = state.best_score.max(part.score);
    for kind in part.kinds {
        if !state.kinds.contains(kind) {
            state.kinds.push(*kind);
        }
    }
    if state.copy_sources >= COPY_SOURCES && !state.kinds.contains(&FlagKind::CoordinatedCopy) {
        state.kinds.push(FlagKind::CoordinatedCopy);
    }
    state.points = points(state).iter().map(|(_, p)| p).sum();
}

fn level(state: &NarrativeState) -> Level {
    match state.points {
        p if p >= URGENT && state.sources >= URGENT_SOURCES => Level::Urgent,
        p if p >= ALERT => Level::Alert,
        p if p >= WATCH => Level::Watch,
        _ => Level::None,
    }
}
