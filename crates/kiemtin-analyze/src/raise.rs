//! When does a narrative become an alert? The one place where it is decided.
//!
//! A document at alert level opens one by itself; documents at watch open one together, when the sum of the narrative
//! (evidence, independent stories, sources, speed) passes the line. The sum is shown part by part.

use crate::provinces::{department, is_department};
use crate::rules::{ALERT, WATCH};
use kiemtin_model::{
    AlertEventKind, AssessedDocument, FlagKind, GuardEffect, GuardKind, Level, NarrativeState, Reach, Role, Signal, Time, time::DAY_MS,
};

/// Points from which a narrative is urgent.
const URGENT: f64 = 9.0;
/// An urgent narrative also has this many sources.
const URGENT_SOURCES: u32 = 5;
/// A narrative silent for so long that returns opens a new wave.
const SILENCE: i64 = 14 * DAY_MS;
/// So many sources with one text within a day are a coordinated copy. Sources and channels count, never accounts, and none
/// that reprints by licence (see `crate::copies`); the text also carries another flag, or it would be in no narrative.
pub const COPY_SOURCES: u32 = 5;
/// Most points that further stories, and further sources, add.
const SPREAD_CAP: f64 = 3.0;
/// A document that names more provinces is about the country.
const LOCAL: usize = 2;
/// Departments of provinces that a claim concerns at most: the first. One that goes through more is a matter of the ministry's units.
const MOST_DEPARTMENTS: usize = 5;
/// Documents of a claim that tell another alert's claim as well, as a part of all, from which it needs no alert of its own.
pub const COVERED: f64 = 0.8;

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
    /// Sources that carried this text within a day, licensed reprints left out.
    pub copy_sources: u32,
    /// Reach of its source.
    pub reach: Reach,
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

/// How pressing an alert is among others: the points of its narrative, then what its kinds, the reach of its sources and its
/// topics add. Whether an alert opens follows from [`points`] alone: these say what comes first.
pub fn severity(state: &NarrativeState, topic_weight: f64) -> Vec<(&'static str, f64)> {
    let harm = state.kinds.iter().map(|kind| harm(*kind)).fold(0.0, f64::max);
    let mut parts = points(state);
    parts.extend([("Loại cờ", harm), ("Tầm phủ của nguồn", state.reach), ("Chủ đề", topic_weight)]);
    parts
}

/// What a kind of flag adds: most where people lose money or hoard at once, less where they are misled about the ministry, least for
/// what is only old. The project's own order of harm (`docs/adr/0017-desk.md`).
const fn harm(kind: FlagKind) -> f64 {
    match kind {
        FlagKind::ImpersonationScam | FlagKind::PanicRumour => 1.0,
        FlagKind::FabricatedDocument | FlagKind::MisattributedPolicy | FlagKind::RefutedClaim | FlagKind::FalseFigure => 0.5,
        FlagKind::RecycledNews | FlagKind::CoordinatedCopy => 0.0,
    }
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
    let over = || assessment.guards.iter().filter(|g| g.over.contains(&index));
    if over().any(|g| g.effect == GuardEffect::Respond) {
        Some((Role::Responds, 0.0))
    } else if over().any(|g| matches!(g.guard, GuardKind::Satire | GuardKind::Criticism)) {
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
    state.reach = 0.0;
    (state.first_seen, state.last_seen) = (at, at);
    state
}

fn count(state: &mut NarrativeState, part: &Part<'_>, at: Time) {
    (state.first_seen, state.last_seen) = if state.documents == 0 { (at, at) } else { (state.first_seen.min(at), state.last_seen.max(at)) };
    state.documents += 1;
    state.stories += u32::from(part.new_story || state.stories == 0);
    state.sources += u32::from(part.new_source || state.sources == 0);
    state.copy_sources = state.copy_sources.max(part.copy_sources);
    state.best_score = state.best_score.max(part.score);
    state.reach = state.reach.max(part.reach.points());
    let local = part.document.provinces.iter().filter(|_| part.document.provinces.len() <= LOCAL).map(|p| department(p));
    for unit in local {
        let others = state.units.iter().filter(|u| is_department(u)).count();
        if others < MOST_DEPARTMENTS && !state.units.contains(&unit) {
            state.units.push(unit);
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::assess;
    use crate::knowledge::{Knowledge, sample};
    use kiemtin_model::{DocKind, NarrativeKey, time::HOUR_MS};

    const START: Time = Time(1_700_000_000_000);

    fn narrative() -> NarrativeState {
        NarrativeState::new(NarrativeKey { key: "rule:x".into(), claim: "Sắp hết xăng".into() }, START)
    }

    /// Adds one document and keeps the alert as the pipeline does.
    fn add(state: &NarrativeState, at_hour: i64, score: f64, role: Role, new: bool) -> (NarrativeState, Option<AlertEventKind>) {
        let document = assess(sample("", "nội dung", DocKind::Social, Some(START.plus(at_hour * HOUR_MS))), &Knowledge::default());
        let part = Part {
            document: &document,
            role,
            score,
            kinds: &[FlagKind::PanicRumour],
            new_document: new,
            new_story: new,
            new_source: new,
            copy_sources: 1,
            reach: Reach::Narrow,
        };
        let mut raised = raise(state, &part);
        if raised.event.is_some() {
            raised.state.alert = Some(i64::from(raised.state.wave));
        }
        (raised.state, raised.event)
    }

    #[test]
    fn one_strong_document_opens_and_further_ones_move_the_same_alert() {
        let (state, event) = add(&narrative(), 0, 6.0, Role::Asserts, true);
        assert_eq!((event, state.level), (Some(AlertEventKind::Opened), Level::Alert));
        let (state, event) = add(&state, 1, 3.0, Role::Asserts, true);
        assert_eq!((event, state.documents, state.points), (Some(AlertEventKind::Grew), 2, 7.0));
        let (state, event) = add(&state, 1, 3.0, Role::Asserts, false);
        assert_eq!((event, state.documents), (None, 2), "a repeat changes nothing");
    }

    #[test]
    fn watch_documents_open_together() {
        let (state, event) = add(&narrative(), 0, 3.0, Role::Asserts, true);
        assert_eq!((event, state.level), (None, Level::Watch));
        let (state, _) = add(&state, 30, 3.0, Role::Asserts, true);
        let (state, event) = add(&state, 60, 3.0, Role::Asserts, true);
        assert_eq!((event, state.points), (Some(AlertEventKind::Opened), 5.0), "3 + two further stories + two further sources");
    }

    #[test]
    fn answers_and_mentions_never_raise() {
        let (state, event) = add(&narrative(), 0, 9.0, Role::Responds, true);
        assert_eq!((event, state.responses, state.documents), (None, 1, 0));
        let (state, event) = add(&state, 0, 9.0, Role::Mentions, true);
        assert_eq!((event, state.documents, state.level), (None, 0, Level::None));
    }

    #[test]
    fn spread_makes_urgent_and_silence_a_new_wave() {
        let mut state = narrative();
        for hour in 0..5 {
            state = add(&state, hour, 6.0, Role::Asserts, true).0;
        }
        assert_eq!((state.level, state.sources), (Level::Urgent, 5));
        let (state, event) = add(&state, 15 * 24, 6.0, Role::Asserts, true);
        assert_eq!((event, state.wave, state.documents), (Some(AlertEventKind::NewWave), 2, 1));
    }

    #[test]
    fn mass_copies_count_from_five_sources_on_top_of_another_flag() {
        let document = assess(sample("", "nội dung", DocKind::Social, Some(START)), &Knowledge::default());
        for (copy_sources, kinds, points) in [
            (4, &[FlagKind::PanicRumour][..], 3.0),
            (5, &[FlagKind::PanicRumour, FlagKind::CoordinatedCopy], 4.0),
            (500, &[FlagKind::PanicRumour, FlagKind::CoordinatedCopy], 4.0),
        ] {
            let part = Part {
                document: &document,
                role: Role::Asserts,
                score: 3.0,
                kinds: &[FlagKind::PanicRumour],
                new_document: true,
                new_story: true,
                new_source: true,
                copy_sources,
                reach: Reach::Wide,
            };
            let state = raise(&narrative(), &part).state;
            assert_eq!((state.kinds.as_slice(), state.points), (kinds, points), "{copy_sources} sources");
            let answer = raise(&narrative(), &Part { role: Role::Responds, ..part }).state;
            assert_eq!((answer.kinds.len(), answer.points), (0, 0.0), "answers are passed on as well");
        }
    }

    #[test]
    fn the_sum_is_shown_part_by_part() {
        let mut state = narrative();
        for hour in 0..9 {
            state = add(&state, hour, 5.5, Role::Asserts, true).0;
            assert_eq!(points(&state).iter().map(|(_, p)| p).sum::<f64>(), state.points);
        }
    }
}
