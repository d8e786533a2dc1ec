//! Which words speak against a flag, and over which signals do they stand?

use super::view::{Place, View};
use kiemtin_model::{DocKind, Document, FlagKind, GuardEffect, GuardHit, GuardKind, Signal, SourceGroup};
use kiemtin_text::query::QueryId;
use serde::Deserialize;

/// Sentences of the text, after the title, that govern a whole document.
const LEAD_SENTENCES: u32 = 4;
/// Most words shown per guard.
const SHOWN: usize = 3;

/// How far a cue reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// In the title or the first four sentences of the text: over the whole document.
    Lead,
    /// In the title: over the whole document.
    Title,
    /// Anywhere: over the whole document.
    Document,
    /// In the sentences of a signal, or the one before or after: over that signal.
    Sentence,
}

/// A reason not to flag, as configured.
#[derive(Clone, Debug)]
pub struct Guard {
    /// Stable id.
    pub id: String,
    /// Its class.
    pub guard: GuardKind,
    /// What it does.
    pub effect: GuardEffect,
    /// How far it reaches.
    pub scope: Scope,
    /// The cue.
    pub query: QueryId,
    /// Words in the same scope that undo it.
    pub unless: Option<QueryId>,
    /// Kinds of documents it works on; empty: all.
    pub only_kinds: Vec<DocKind>,
    /// Kinds of signals it stands over; empty: all.
    pub signal_kinds: Vec<FlagKind>,
    /// In words.
    pub describe: String,
}

/// A signal with the sentences it stands in and the guard classes its rule opts out of.
pub struct Guarded<'a> {
    /// The signal.
    pub signal: &'a Signal,
    /// First and last sentence of its evidence.
    pub sentences: (u32, u32),
    /// See the rule's `guards_off`.
    pub off: &'a [GuardKind],
}

/// All guards that hold over at least one signal.
pub fn held(guards: &[Guard], document: &Document, view: &View<'_>, signals: &[Guarded<'_>]) -> Vec<GuardHit> {
    if signals.is_empty() {
        return vec![];
    }
    let mut hits: Vec<GuardHit> = official(document, signals).into_iter().collect();
    hits.extend(guards.iter().filter_map(|g| g.hit(document, view, signals)));
    hits
}

/// Texts of state bodies are never flagged, whatever they cite.
fn official(document: &Document, signals: &[Guarded<'_>]) -> Option<GuardHit> {
    let official = document.group == SourceGroup::Official || document.kind == DocKind::Official;
    official.then(|| GuardHit {
        guard: GuardKind::Official,
        rule: "nguon-chinh-thong".into(),
        effect: GuardEffect::Suppress,
        message: "Văn bản, tin của cơ quan nhà nước".into(),
        evidence: vec![],
        over: (0..signals.len()).collect(),
    })
}

impl Guard {
    /// Whether the cue stands anywhere in its scope of the whole document (signals do not matter).
    pub fn cue(&self, kind: DocKind, view: &View<'_>) -> bool {
        (self.only_kinds.is_empty() || self.only_kinds.contains(&kind)) && self.reach(view, None).is_some()
    }

    fn hit(&self, document: &Document, view: &View<'_>, signals: &[Guarded<'_>]) -> Option<GuardHit> {
        if !self.only_kinds.is_empty() && !self.only_kinds.contains(&document.kind) {
            return None;
        }
        let mut over = vec![];
        let mut places: Vec<Place> = vec![];
        for (index, s) in signals.iter().enumerate() {
            let concerned = self.signal_kinds.is_empty() || self.signal_kinds.contains(&s.signal.kind);
            if !concerned || s.off.contains(&self.guard) {
                continue;
            }
            if let Some(found) = self.reach(view, Some(s.sentences)) {
                over.push(index);
                places.extend(found.into_iter().filter(|p| !places.contains(p)).collect::<Vec<_>>());
            }
        }
        (!over.is_empty()).then(|| GuardHit {
            guard: self.guard,
            rule: self.id.clone(),
            effect: self.effect,
            message: self.describe.clone(),
            evidence: places.iter().take(SHOWN).map(|p| view.evidence(p)).collect(),
            over,
        })
    }

    /// Places of the cue inside the scope, unless something there undoes it.
    fn reach(&self, view: &View<'_>, sentences: Option<(u32, u32)>) -> Option<Vec<Place>> {
        let inside = |p: &Place| match (self.scope, sentences) {
            (Scope::Title, _) => p.sentence < view.title_sentences(),
            (Scope::Lead, _) => p.sentence < view.title_sentences() + LEAD_SENTENCES,
            (Scope::Document, _) | (Scope::Sentence, None) => true,
            (Scope::Sentence, Some((first, last))) => p.sentence + 1 >= first && p.sentence <= last + 1,
        };
        let places = |query: QueryId| -> Vec<Place> { view.places(query).unwrap_or_default().into_iter().filter(inside).collect() };
        let found = places(self.query);
        let undone = || self.unless.is_some_and(|u| !places(u).is_empty());
        (!found.is_empty() && !undone()).then_some(found)
    }
}
