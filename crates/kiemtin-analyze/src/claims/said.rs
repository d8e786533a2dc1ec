//! What does the library say of a document: signals, and suggestions for a person?

use super::compare::{Compared, FLAG, SUGGEST};
use super::file::{Claim, ClaimStatus};
use super::library::ClaimLibrary;
use super::words::{Hit, Word};
use crate::rules::{Found, Place, View};
use kiemtin_model::{Field, FlagKind, NarrativeKey, Reference, Signal, SignalPart, Suggestion, Time};

/// Most suggestions for one document.
const MOST_SUGGESTED: usize = 5;
/// Most shared words shown with a suggestion.
const MOST_SHARED: usize = 12;
/// Points at [`FLAG`], and at [`SURE`] or more; between them the points rise on the grid of 0.5.
const POINTS: (f64, f64) = (3.5, 5.0);
/// Score from which a text is sure to tell the claim.
const SURE: f64 = 0.85;

impl ClaimLibrary {
    /// Adds to the signals of the rules what the library knows of a document, and gives suggestions for a person, likeliest first.
    ///
    /// A claim told in the words of a rule's signal of the same kind is not counted twice: that signal takes the claim's narrative,
    /// unless its own is more exact (a figure, a document, another claim). A text that a rule found to be of a kind that replaces the
    /// claim's own keeps that kind.
    pub fn say<'l>(&'l self, view: &View<'_>, published_at: Option<Time>, found: &mut Vec<Found<'l>>) -> Vec<Suggestion> {
        if self.claims.is_empty() {
            return vec![];
        }
        let hits = self.words.hits(view);
        let mut best: Vec<Option<Compared>> = vec![None; self.claims.len()];
        for candidate in self.candidates(&hits) {
            let Some(compared) = self.compare(candidate.claim, &hits[candidate.hits]) else { continue };
            let better = |old: &Compared| (flags(&compared), compared.score) > (flags(old), old.score);
            if best[candidate.claim].as_ref().is_none_or(better) {
                best[candidate.claim] = Some(compared);
            }
        }
        let mut suggestions = vec![];
        for (claim, compared) in self.claims.iter().zip(best).filter_map(|(c, b)| Some((c, b?))) {
            match compared.said.filter(|_| compared.score >= FLAG && claim.flags_at(published_at)) {
                Some(span) => claim.tell(span, compared.score, &hits, view, found),
                None if compared.score >= SUGGEST && !found.iter().any(|f| f.signal.narrative.key == claim.key()) => {
                    suggestions.push(Suggestion {
                        claim: claim.id.clone(),
                        statement: claim.statement.clone(),
                        score: compared.score,
                        shared: shared(&compared.shared, view),
                    });
                }
                None => {}
            }
        }
        for signal in found.iter_mut().map(|f| &mut f.signal) {
            if let Some(claim) = self.claims.iter().find(|c| c.key() == signal.narrative.key) {
                let new: Vec<Reference> = claim.on_record().filter(|r| !signal.references.contains(r)).collect();
                signal.references.extend(new);
            }
        }
        suggestions.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.claim.cmp(&b.claim)));
        suggestions.truncate(MOST_SUGGESTED);
        suggestions
    }
}

impl Claim {
    /// Adds its signals, one per kind, to those of the rules.
    fn tell(&self, (first, last): (Hit, Hit), score: f64, hits: &[Hit], view: &View<'_>, found: &mut Vec<Found<'_>>) {
        let sentences = (first.sentence, last.sentence);
        let inside = |h: &&Hit| (sentences.0..=sentences.1).contains(&h.sentence);
        let held = |when: &[Word], h: &Hit| when.contains(&h.word);
        let is_kind = |kind: FlagKind, f: &Found<'_>| f.signal.kind == kind;
        let instead = self.also.iter().filter(|a| a.instead);
        let instead = instead.map(|a| (a, found.iter().any(|f| is_kind(a.kind, f))));
        let mut kinds = match instead.into_iter().find(|(a, by_rule)| *by_rule || hits.iter().any(|h| held(&a.when, h))) {
            Some((_, true)) => return,
            Some((a, false)) => vec![a.kind],
            None => {
                let on_top = self.also.iter().filter(|a| !a.instead && hits.iter().filter(inside).any(|h| held(&a.when, h)));
                [self.kind].into_iter().chain(on_top.map(|a| a.kind)).collect()
            }
        };
        let (key, narrative) = (self.key(), NarrativeKey { key: self.key(), claim: self.statement.clone() });
        kinds.retain(|kind| {
            let together = |f: &&mut Found<'_>| f.sentences.0 <= sentences.1 && sentences.0 <= f.sentences.1;
            let mut same_kind = found.iter_mut().filter(|f| is_kind(*kind, f));
            if same_kind.any(|f| f.signal.narrative.key == key) {
                return false;
            }
            let general = |f: &&mut Found<'_>| is_kind(*kind, f) && f.signal.narrative.key.starts_with("rule:");
            match found.iter_mut().filter(general).find(together) {
                Some(f) => f.signal.narrative = narrative.clone(),
                None => return true,
            }
            false
        });
        let places = places(first, last, hits, view);
        found.extend(kinds.into_iter().map(|kind| Found {
            signal: Signal {
                rule: key.clone(),
                kind,
                score: points(score),
                parts: vec![SignalPart { evidence: "statement".into(), points: points(score) }],
                message: format!("Giống tin đã bị bác bỏ: «{}» (độ giống {:.0} %)", self.statement, score * 100.0),
                evidence: places.iter().map(|p| view.evidence(p)).collect(),
                narrative: narrative.clone(),
                references: vec![],
            },
            sentences,
            off: &[],
        }));
    }

    /// Key of its narrative, also the rule id of its signals.
    pub fn key(&self) -> String {
        format!("claim:{}", self.id)
    }

    /// Whether a document of this time is flagged; one without a time is.
    fn flags_at(&self, time: Option<Time>) -> bool {
        let live = matches!(self.status, ClaimStatus::Refuted | ClaimStatus::Warned);
        live && time.is_none_or(|t| self.since.is_none_or(|s| t >= s) && self.until.is_none_or(|u| t < u))
    }

    /// Its references, then the answer.
    fn on_record(&self) -> impl Iterator<Item = Reference> + '_ {
        let answer = Reference { label: "Ý trả lời".into(), text: self.answer.clone(), url: None };
        self.references.iter().cloned().chain([answer])
    }
}

fn flags(compared: &Compared) -> bool {
    compared.said.is_some() && compared.score >= FLAG
}

fn points(score: f64) -> f64 {
    let share = ((score - FLAG) / (SURE - FLAG)).clamp(0.0, 1.0);
    ((POINTS.0 + share * (POINTS.1 - POINTS.0)) * 2.0).round() / 2.0
}

/// From the first to the last word in each of the sentences between.
fn places(first: Hit, last: Hit, hits: &[Hit], view: &View<'_>) -> Vec<Place> {
    let between = |h: &&Hit| (h.sentence, h.first) >= (first.sentence, first.first) && (h.sentence, h.next) <= (last.sentence, last.next);
    let mut spans: Vec<(Hit, u32)> = vec![];
    for hit in hits.iter().filter(between) {
        match spans.last_mut() {
            Some((open, next)) if open.sentence == hit.sentence => *next = hit.next,
            _ => spans.push((*hit, hit.next)),
        }
    }
    let span = |(hit, next): &(Hit, u32)| view.place((usize::from(hit.field == Field::Text), hit.first, *next));
    spans.iter().filter_map(span).collect()
}

/// The shared words as the text spells them, each once.
fn shared(hits: &[Hit], view: &View<'_>) -> Vec<String> {
    let mut words: Vec<String> = vec![];
    for hit in hits {
        let span = (usize::from(hit.field == Field::Text), hit.first, hit.next);
        let Some(word) = view.place(span).map(|p| view.evidence(&p).text) else { continue };
        if words.len() < MOST_SHARED && !words.contains(&word) {
            words.push(word);
        }
    }
    words
}
