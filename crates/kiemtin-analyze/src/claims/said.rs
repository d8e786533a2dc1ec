//! What does the library say of a document: signals, and suggestions for a person?

use super::compare::{Compared, FLAG, SUGGEST};
use super::file::{Claim, ClaimStatus};
use super::library::ClaimLibrary;
use super::words::Hit;
use crate::rules::{Found, Place, View};
use kiemtin_model::{Field, FlagKind, NarrativeKey, Reference, Signal, Suggestion, Time};

/// Most suggestions for one document.
const MOST_SUGGESTED: usize = 5;
/// Most shared words shown with a suggestion.
const MOST_SHARED: usize = 12;
/// Points at [`FLAG`], and at [`SURE`] or more; between them the points rise on the grid of 0.5.
const POINTS: (f64, f64) = (3.5, 5.0);
/// Score from which a text is sure to tell the claim.
const SURE: f64 = 0.85;

/// What the library says of one document.
#[derive(Default)]
pub struct Said<'l> {
    /// Signals `claim:<id>`, at most one per claim and kind.
    pub signals: Vec<Found<'l>>,
    /// Claims that the text may tell, likeliest first.
    pub suggestions: Vec<Suggestion>,
}

impl ClaimLibrary {
    /// Signals and suggestions for a document. `by_rules` are the signals already found: a claim that a rule has found is not counted
    /// twice, and a text that a rule found to be of a kind that replaces the claim's own keeps that kind.
    pub fn said_in(&self, view: &View<'_>, published_at: Option<Time>, by_rules: &[Found<'_>]) -> Said<'_> {
        let mut said = Said::default();
        if self.claims.is_empty() {
            return said;
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
        for (claim, compared) in self.claims.iter().zip(best).filter_map(|(c, b)| Some((c, b?))) {
            let told = by_rules.iter().any(|f| f.signal.narrative.key == claim.key());
            match compared.said.filter(|_| compared.score >= FLAG && claim.flags_at(published_at)) {
                Some(span) => said.signals.extend(self.signals(claim, span, compared.score, &hits, view, by_rules)),
                None if compared.score >= SUGGEST && !told => said.suggestions.push(Suggestion {
                    claim: claim.id.clone(),
                    statement: claim.statement.clone(),
                    score: compared.score,
                    shared: shared(&compared.shared, view),
                }),
                None => {}
            }
        }
        said.suggestions.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.claim.cmp(&b.claim)));
        said.suggestions.truncate(MOST_SUGGESTED);
        said
    }

    /// Adds what the library knows of a claim to a rule's signal of the same narrative.
    pub fn complete(&self, signal: &mut Signal) {
        if let Some(claim) = self.claims.iter().find(|c| c.key() == signal.narrative.key) {
            let new = claim.on_record().filter(|r| !signal.references.contains(r)).collect::<Vec<_>>();
            signal.references.extend(new);
        }
    }

    fn signals(
        &self,
        claim: &Claim,
        (first, last): (Hit, Hit),
        score: f64,
        hits: &[Hit],
        view: &View<'_>,
        by_rules: &[Found<'_>],
    ) -> Vec<Found<'_>> {
        let inside = |h: &&Hit| (first.sentence..=last.sentence).contains(&h.sentence);
        let replaced = claim.also.iter().filter(|a| a.instead);
        let found_so = |kind: FlagKind| by_rules.iter().any(|f| f.signal.kind == kind);
        let own = replaced.clone().find(|a| found_so(a.kind) || hits.iter().any(|h| a.when.contains(&h.word)));
        let mut kinds = vec![own.map_or(claim.kind, |a| a.kind)];
        if own.is_none() {
            let on_top = claim.also.iter().filter(|a| !a.instead && hits.iter().filter(inside).any(|h| a.when.contains(&h.word)));
            kinds.extend(on_top.map(|a| a.kind));
        }
        let told = |kind: &FlagKind| by_rules.iter().any(|f| f.signal.narrative.key == claim.key() && f.signal.kind == *kind);
        kinds.retain(|k| !told(k) && !(own.is_some() && found_so(*k)));
        let places = places(first, last, hits, view);
        let signal = |kind: FlagKind| Signal {
            rule: claim.key(),
            kind,
            score: points(score),
            message: format!("Giống tin đã bị bác bỏ: «{}» (độ giống {:.0} %)", claim.statement, score * 100.0),
            evidence: places.iter().map(|p| view.evidence(p)).collect(),
            narrative: NarrativeKey { key: claim.key(), claim: claim.statement.clone() },
            references: claim.on_record().collect(),
        };
        kinds.into_iter().map(|kind| Found { signal: signal(kind), sentences: (first.sentence, last.sentence), off: &[] }).collect()
    }
}

impl Claim {
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
