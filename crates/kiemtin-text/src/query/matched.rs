//! Which queries of a set does one document match, and with which words?
//!
//! Phrases are found first, all in one pass; they light the leaves that want them. Everything else, the places of a leaf
//! among it, is worked out only when somebody asks for it, and once. A text typed without accents is compared by folded keys.

use super::ast::{Filter, Part};
use super::set::{Node, QueryId, QuerySet, Wanted};
use crate::entity::{Entities, EntityKind};
use crate::scan::{Scanned, Token};
use std::cell::RefCell;
use unicode_normalization::UnicodeNormalization;

/// Most matches kept per part of a query and document: a bound on hostile texts.
const MAX_MATCHES: usize = 256;
/// Sentences of the text that belong to its lead.
pub const LEAD_SENTENCES: u32 = 4;
/// Less than one word in this many carries an accent: typed without accents, or not Vietnamese.
const UNACCENTED: usize = 20;

/// A match: field (0 title, 1 text), first token, token after the last one.
pub type TokenSpan = (usize, u32, u32);

/// A document to be matched.
pub struct TextView<'a> {
    /// Title and text, in this order.
    pub fields: [&'a Scanned<'a>; 2],
    /// Typed without accents, or not Vietnamese.
    pub unaccented: bool,
    /// Source id.
    pub source: &'a str,
    /// Document kind.
    pub kind: &'a str,
}

impl<'a> TextView<'a> {
    /// Views a scanned title and text.
    pub fn new(title: &'a Scanned<'a>, text: &'a Scanned<'a>, source: &'a str, kind: &'a str) -> Self {
        let unaccented = (title.marked + text.marked) * UNACCENTED < title.tokens.len() + text.tokens.len();
        Self { fields: [title, text], unaccented, source, kind }
    }

    fn token(&self, field: usize, at: u32) -> Option<&Token> {
        self.fields.get(field)?.tokens.get(at as usize)
    }
}

/// What a document matches. Asking costs nothing the second time.
pub struct Matched<'s, 'a> {
    set: &'s QuerySet,
    /// The document.
    pub view: TextView<'a>,
    /// What is known by its form, per field; made when first asked for.
    entities: [Entities; 2],
    topics: Vec<String>,
    /// Ranges of token numbers between quotation marks, per field; made when first asked for.
    quotes: std::cell::OnceCell<[Vec<(u32, u32)>; 2]>,
    /// Every phrase found, by its number and place.
    hits: Vec<Hit>,
    /// The phrases found: number and range of `hits`.
    found: Vec<(u32, u32, u32)>,
    state: RefCell<State>,
}

/// A phrase of the set and where it stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit {
    phrase: u32,
    field: u8,
    first: u32,
    after: u32,
}

#[derive(Default)]
struct State {
    /// A bit per node: a leaf one of whose phrases was found.
    lit: Vec<u64>,
    /// Per node an [`Answer`], packed: 0 for one that was not asked yet.
    answers: Vec<u64>,
    spans: Vec<TokenSpan>,
}

#[derive(Clone, Copy, PartialEq)]
enum Answer {
    Open,
    No,
    /// A range of `spans`.
    Yes(u32, u32),
}

impl State {
    fn new(nodes: usize) -> Self {
        Self { lit: vec![0; nodes.div_ceil(64)], answers: vec![0; nodes], spans: vec![] }
    }

    fn light(&mut self, node: u32) {
        if let Some(bits) = self.lit.get_mut(node as usize / 64) {
            *bits |= 1 << (node % 64);
        }
    }

    fn is_lit(&self, node: u32) -> bool {
        self.lit.get(node as usize / 64).is_some_and(|bits| bits >> (node % 64) & 1 == 1)
    }

    fn answer(&self, node: u32) -> Answer {
        match self.answers.get(node as usize) {
            Some(0) => Answer::Open,
            None | Some(&u64::MAX) => Answer::No,
            Some(packed) => Answer::Yes((packed >> 32) as u32 - 1, *packed as u32),
        }
    }

    fn remember(&mut self, node: u32, answer: Answer) {
        if let Some(slot) = self.answers.get_mut(node as usize) {
            *slot = match answer {
                Answer::Open => 0,
                Answer::No => u64::MAX,
                Answer::Yes(from, to) => (u64::from(from) + 1) << 32 | u64::from(to),
            };
        }
    }
}

impl<'s, 'a> Matched<'s, 'a> {
    /// Finds the phrases of all queries in a document.
    pub fn new(set: &'s QuerySet, view: TextView<'a>) -> Self {
        let (entities, quotes) = (<[Entities; 2]>::default(), std::cell::OnceCell::new());
        let (hits, found) = (hits(set, &view), vec![]);
        let mut matched = Self { set, view, entities, topics: vec![], quotes, hits, found, state: RefCell::default() };
        let mut state = State::new(set.nodes.len());
        let mut from = 0;
        for of_phrase in matched.hits.chunk_by(|a, b| a.phrase == b.phrase) {
            let to = from + of_phrase.len() as u32;
            if let Some(hit) = of_phrase.first() {
                matched.found.push((hit.phrase, from, to));
                set.leaves_of(hit.phrase).iter().for_each(|leaf| state.light(*leaf));
            }
            from = to;
        }
        matched.state.replace(state);
        matched
    }

    /// The topics that `topic:` asks for; to be set before any query with it is asked.
    pub fn set_topics(&mut self, topics: Vec<String>) {
        self.topics = topics;
    }

    /// Where a query matches, in order; empty for a match without a place (what only excludes or filters). `None` when it
    /// does not match.
    pub fn find(&self, query: QueryId) -> Option<Vec<TokenSpan>> {
        let mut state = self.state.borrow_mut();
        match self.ask(&mut state, query.0) {
            Answer::Yes(from, to) => Some(state.spans.get(from as usize..to as usize).unwrap_or_default().to_vec()),
            _ => None,
        }
    }

    /// Whether a query matches.
    pub fn holds(&self, query: QueryId) -> bool {
        let mut state = self.state.borrow_mut();
        // A lit leaf that may stand anywhere matches, wherever that is.
        if matches!(self.set.nodes.get(query.0 as usize), Some(Node::Leaf(_, None))) {
            return state.is_lit(query.0);
        }
        matches!(self.ask(&mut state, query.0), Answer::Yes(..))
    }

    /// Whether a part can match at all, as far as the lit leaves tell: most parts of most queries cannot, and nothing more
    /// needs to be worked out for them.
    fn possible(&self, state: &State, node: u32) -> bool {
        match state.answer(node) {
            Answer::No => return false,
            Answer::Yes(..) => return true,
            Answer::Open => {}
        }
        match self.set.nodes.get(node as usize) {
            None => false,
            Some(Node::Leaf(..)) => state.is_lit(node),
            Some(Node::And(of)) => of.iter().all(|n| self.possible(state, *n)),
            Some(Node::Or(of)) => of.iter().any(|n| self.possible(state, *n)),
            Some(Node::AtLeast(least, of)) => of.iter().filter(|n| self.possible(state, **n)).count() >= *least,
            Some(Node::Near { left, right, .. }) => self.possible(state, *left) && self.possible(state, *right),
            Some(Node::Not(_) | Node::Entity(..) | Node::Filter(_)) => true,
        }
    }

    /// Whether asking a part makes entities be read: others are asked first.
    fn reads_entities(&self, node: u32) -> bool {
        matches!(self.set.nodes.get(node as usize), Some(Node::Entity(test, _)) if test.kind != EntityKind::Question)
    }

    /// Places of the phrases of a leaf, in order.
    fn places_of(&self, phrases: &[u32], part: Option<Part>) -> Vec<TokenSpan> {
        let mut spans = vec![];
        let mut take = |(_, from, to): &(u32, u32, u32)| {
            let hits = self.hits.get(*from as usize..*to as usize).unwrap_or_default();
            let places = hits.iter().map(|h| (usize::from(h.field), h.first, h.after));
            spans.extend(places.filter(|span| part.is_none_or(|p| self.inside(p, *span))));
        };
        // The shorter list is walked, the longer one searched.
        if phrases.len() < self.found.len() {
            let found = |phrase: &u32| self.found.binary_search_by_key(phrase, |f| f.0).ok().and_then(|at| self.found.get(at));
            phrases.iter().filter_map(found).for_each(&mut take);
        } else {
            self.found.iter().filter(|f| phrases.binary_search(&f.0).is_ok()).for_each(&mut take);
        }
        spans
    }

    /// Whether a place lies in a part of the document.
    pub fn inside(&self, part: Part, (field, first, after): TokenSpan) -> bool {
        match part {
            Part::Title => field == 0,
            Part::Text => field == 1,
            Part::Lead => field == 0 || self.view.token(field, first).is_some_and(|t| t.sentence < LEAD_SENTENCES),
            Part::Quote => {
                let quotes = self.quotes.get_or_init(|| self.view.fields.map(|f| super::quotes::quotes(f)));
                quotes.get(field).is_some_and(|q| q.iter().any(|(from, to)| *from <= first && after <= *to))
            }
        }
    }

    fn ask(&self, state: &mut State, node: u32) -> Answer {
        match state.answer(node) {
            Answer::Open => {}
            answer => return answer,
        }
        let judged = if self.possible(state, node) { self.judge(state, node) } else { None };
        let answer = match judged {
            None => Answer::No,
            Some(mut spans) => {
                spans.sort_unstable();
                spans.dedup();
                spans.truncate(MAX_MATCHES);
                let from = state.spans.len() as u32;
                state.spans.extend(spans);
                Answer::Yes(from, state.spans.len() as u32)
            }
        };
        state.remember(node, answer);
        answer
    }

    fn spans(&self, state: &mut State, node: u32) -> Option<Vec<TokenSpan>> {
        match self.ask(state, node) {
            Answer::Yes(from, to) => Some(state.spans.get(from as usize..to as usize).unwrap_or_default().to_vec()),
            _ => None,
        }
    }

    fn judge(&self, state: &mut State, node: u32) -> Option<Vec<TokenSpan>> {
        match self.set.nodes.get(node as usize)? {
            Node::Leaf(phrases, part) => {
                let spans = self.places_of(phrases, *part);
                (!spans.is_empty()).then_some(spans)
            }
            Node::Entity(test, part) => {
                let mut spans = vec![];
                for (field, scanned) in self.view.fields.iter().enumerate() {
                    let Some(entities) = self.entities.get(field).map(|e| e.of(test.kind, scanned)) else { continue };
                    let held = entities.iter().filter(|e| test.holds(e)).map(|e| (field, e.first, e.after));
                    spans.extend(held.filter(|s| part.is_none_or(|p| self.inside(p, *s))));
                }
                (!spans.is_empty()).then_some(spans)
            }
            Node::And(of) => {
                // Every part is asked before any place is copied.
                if of.iter().any(|n| self.ask(state, *n) == Answer::No) {
                    return None;
                }
                Some(of.iter().filter_map(|n| self.spans(state, *n)).flatten().collect())
            }
            Node::Or(of) => at_least(1, of.iter().filter_map(|n| self.spans(state, *n)).collect()),
            Node::AtLeast(least, of) => at_least(*least, of.iter().filter_map(|n| self.spans(state, *n)).collect()),
            Node::Not(of) => (self.ask(state, *of) == Answer::No).then(Vec::new),
            Node::Near { left, right, distance, ordered } => {
                let (first, second) = if self.reads_entities(*left) { (right, left) } else { (left, right) };
                if self.ask(state, *first) == Answer::No || self.ask(state, *second) == Answer::No {
                    return None;
                }
                let (left, right) = (self.spans(state, *left)?, self.spans(state, *right)?);
                let near = self.near(&left, &right, *distance, *ordered);
                (!near.is_empty()).then_some(near)
            }
            Node::Filter(filter) => match filter {
                Filter::Source(s) => s == self.view.source,
                Filter::Kind(k) => k == self.view.kind,
                Filter::Topic(t) => self.topics.contains(t),
            }
            .then(Vec::new),
        }
    }

    fn near(&self, left: &[TokenSpan], right: &[TokenSpan], distance: u32, ordered: bool) -> Vec<TokenSpan> {
        let paragraph = |span: &TokenSpan| self.view.token(span.0, span.1).map(|t| t.paragraph);
        let mut out = vec![];
        for a in left {
            // Only what begins within reach is compared: both lists are in order of their first tokens.
            let reach = distance + longest(right);
            let from = right.partition_point(|b| (b.0, b.1.saturating_add(reach)) < (a.0, a.1));
            for b in right.get(from..).unwrap_or_default().iter().take_while(|b| b.0 == a.0 && b.1 <= a.2.saturating_add(distance)) {
                let gap = if a.2 <= b.1 {
                    b.1 - a.2
                } else if !ordered && b.2 <= a.1 {
                    a.1 - b.2
                } else {
                    continue;
                };
                if gap <= distance && paragraph(a) == paragraph(b) && out.len() < MAX_MATCHES * 2 {
                    out.extend([*a, *b]);
                }
            }
        }
        out
    }
}

/// Every phrase of the set in the document, by its number and place.
fn hits(set: &QuerySet, view: &TextView<'_>) -> Vec<Hit> {
    let mut hits = vec![];
    for (field, scanned) in view.fields.iter().enumerate() {
        let mut found = |phrase: u32, first: u32, after: u32| {
            let cased = set.cased.binary_search(&phrase).is_ok();
            if !cased || set.phrases.get(phrase as usize).is_some_and(|p| spelled(p, view, (field, first, after))) {
                hits.push(Hit { phrase, field: field as u8, first, after });
            }
        };
        if view.unaccented {
            set.folded.find(&scanned.tokens, |t| t.fold, &mut found);
        } else {
            set.exact.find(&scanned.tokens, |t| t.key, &mut found);
            set.loose.find(&scanned.tokens, |t| t.fold, &mut found);
        }
    }
    hits.sort_unstable();
    hits
}

/// A phrase with `=` wants its capital letters too.
fn spelled(phrase: &Wanted, view: &TextView<'_>, (field, first, after): TokenSpan) -> bool {
    let (Some(a), Some(b)) = (view.token(field, first), view.token(field, after.saturating_sub(1))) else { return false };
    let text = view.fields.get(field).and_then(|f| f.text.get(a.start as usize..b.end as usize)).unwrap_or("");
    text.nfc().filter(|c| c.is_alphanumeric()).eq(phrase.words.nfc().filter(|c| c.is_alphanumeric()))
}

fn at_least(least: usize, found: Vec<Vec<TokenSpan>>) -> Option<Vec<TokenSpan>> {
    (found.len() >= least).then(|| found.concat())
}

/// Tokens of the longest place.
fn longest(spans: &[TokenSpan]) -> u32 {
    spans.iter().map(|s| s.2 - s.1).max().unwrap_or(0)
}
