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

/// A phrase of the set and where it stands, in 64 bits that sort by phrase, then by place: phrase (24), field (1), first
/// token (29), length (10).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Hit(u64);

impl Hit {
    /// `None` beyond what fits: 16 million phrases, 500 million words, 1,000 words in a phrase.
    fn new(phrase: u32, field: usize, first: u32, after: u32) -> Option<Self> {
        let length = after - first;
        let fits = phrase < 1 << 24 && first < 1 << 29 && length < 1 << 10;
        fits.then(|| Self(u64::from(phrase) << 40 | (field as u64) << 39 | u64::from(first) << 10 | u64::from(length)))
    }

    fn phrase(self) -> u32 {
        (self.0 >> 40) as u32
    }

    fn span(self) -> TokenSpan {
        let first = (self.0 >> 10) as u32 & ((1 << 29) - 1);
        ((self.0 >> 39) as usize & 1, first, first + (self.0 as u32 & ((1 << 10) - 1)))
    }
}

#[derive(Default)]
struct State {
    /// A bit per node: it can match, as far as the phrases found tell. A leaf that can does, in some part of the document.
    possible: Vec<u64>,
    /// Per node the number of its parts that are possible.
    parts: Vec<u16>,
    /// Per node an [`Answer`], packed: 0 for one that was not asked yet.
    answers: Vec<u64>,
    /// Places of the nodes that match, one range after the other.
    spans: Vec<TokenSpan>,
    /// How many of them belong to a node that was answered.
    answered: usize,
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
        Self { possible: vec![0; nodes.div_ceil(64)], parts: vec![0; nodes], answers: vec![0; nodes], spans: vec![], answered: 0 }
    }

    /// A leaf is possible, and with it what needed nothing more.
    fn light(&mut self, set: &QuerySet, leaf: u32) {
        if !self.mark(leaf) {
            return;
        }
        let mut fresh = vec![leaf];
        while let Some(node) = fresh.pop() {
            for parent in set.parents_of(node) {
                let Some(parts) = self.parts.get_mut(*parent as usize) else { continue };
                *parts = parts.saturating_add(1);
                if set.needs.get(*parent as usize) == Some(parts) && self.mark(*parent) {
                    fresh.push(*parent);
                }
            }
        }
    }

    /// Marks a node as possible; whether it was not before.
    fn mark(&mut self, node: u32) -> bool {
        let Some(bits) = self.possible.get_mut(node as usize / 64) else { return false };
        let bit = 1 << (node % 64);
        let new = *bits & bit == 0;
        *bits |= bit;
        new
    }

    fn is_marked(&self, node: u32) -> bool {
        self.possible.get(node as usize / 64).is_some_and(|bits| bits >> (node % 64) & 1 == 1)
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
        for of_phrase in matched.hits.chunk_by(|a, b| a.phrase() == b.phrase()) {
            let to = from + of_phrase.len() as u32;
            if let Some(hit) = of_phrase.first() {
                matched.found.push((hit.phrase(), from, to));
                set.leaves_of(hit.phrase()).iter().for_each(|leaf| state.light(set, *leaf));
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
            return state.is_marked(query.0);
        }
        matches!(self.ask(&mut state, query.0), Answer::Yes(..))
    }

    /// Every phrase and list of phrases of the set that matches somewhere in the document.
    pub fn phrases_held(&self) -> Vec<QueryId> {
        let mut held: Vec<QueryId> =
            self.found.iter().flat_map(|(phrase, ..)| self.set.leaves_of(*phrase)).map(|leaf| QueryId(*leaf)).collect();
        held.sort_unstable();
        held.dedup();
        held
    }

    /// Whether asking a part makes entities be read: others are asked first.
    fn reads_entities(&self, node: u32) -> bool {
        matches!(self.set.nodes.get(node as usize), Some(Node::Entity(test, _)) if test.kind != EntityKind::Question)
    }

    /// Adds the places of the phrases of a leaf; whether there are any.
    fn add_places(&self, phrases: &[u32], part: Option<Part>, spans: &mut Vec<TokenSpan>) -> bool {
        let before = spans.len();
        let mut take = |(_, from, to): &(u32, u32, u32)| {
            let hits = self.hits.get(*from as usize..*to as usize).unwrap_or_default();
            let places = hits.iter().map(|h| h.span());
            spans.extend(places.filter(|span| part.is_none_or(|p| self.inside(p, *span))));
        };
        // The shorter list is walked, the longer one searched.
        if phrases.len() < self.found.len() {
            let found = |phrase: &u32| self.found.binary_search_by_key(phrase, |f| f.0).ok().and_then(|at| self.found.get(at));
            phrases.iter().filter_map(found).for_each(&mut take);
        } else {
            self.found.iter().filter(|f| phrases.binary_search(&f.0).is_ok()).for_each(&mut take);
        }
        spans.len() > before
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
        let always = self.set.needs.get(node as usize) == Some(&0);
        let held = (always || state.is_marked(node)) && self.judge(state, node);
        // The places that judging added stand at the end; parts of the node were judged before and stand in front of them.
        let from = state.answered;
        let answer = if held {
            if let Some(added) = state.spans.get_mut(from..).filter(|added| !added.is_sorted()) {
                added.sort_unstable();
            }
            let kept = deduped(state.spans.get_mut(from..).unwrap_or_default()).min(MAX_MATCHES);
            state.spans.truncate(from + kept);
            Answer::Yes(from as u32, (from + kept) as u32)
        } else {
            state.spans.truncate(from);
            Answer::No
        };
        state.answered = state.spans.len();
        state.remember(node, answer);
        answer
    }

    /// Whether a node matches; its places are added to the end of the spans, after all parts of it were asked.
    fn judge(&self, state: &mut State, node: u32) -> bool {
        match self.set.nodes.get(node as usize) {
            None => false,
            Some(Node::Leaf(phrases, part)) => self.add_places(phrases, *part, &mut state.spans),
            Some(Node::Entity(test, part)) => {
                for (field, scanned) in self.view.fields.iter().enumerate() {
                    let Some(entities) = self.entities.get(field).map(|e| e.of(test.kind, scanned)) else { continue };
                    let held = entities.iter().filter(|e| test.holds(e)).map(|e| (field, e.first, e.after));
                    state.spans.extend(held.filter(|s| part.is_none_or(|p| self.inside(p, *s))));
                }
                state.spans.len() > state.answered
            }
            Some(Node::And(of)) => {
                let all = of.iter().all(|n| self.ask(state, *n) != Answer::No);
                all && self.add_all(state, of) == of.len()
            }
            Some(Node::Or(of)) => self.ask_all(state, of, 1),
            Some(Node::AtLeast(least, of)) => self.ask_all(state, of, *least),
            Some(Node::Not(of)) => self.ask(state, *of) == Answer::No,
            Some(Node::Near { left, right, distance, ordered }) => {
                let (first, second) = if self.reads_entities(*left) { (right, left) } else { (left, right) };
                if self.ask(state, *first) == Answer::No || self.ask(state, *second) == Answer::No {
                    return false;
                }
                let spans_of = |node: u32| match state.answer(node) {
                    Answer::Yes(from, to) => state.spans.get(from as usize..to as usize).unwrap_or_default(),
                    _ => &[],
                };
                let near = self.near(spans_of(*left), spans_of(*right), *distance, *ordered);
                state.spans.extend(&near);
                !near.is_empty()
            }
            Some(Node::Filter(filter)) => match filter {
                Filter::Source(s) => s == self.view.source,
                Filter::Kind(k) => k == self.view.kind,
                Filter::Topic(t) => self.topics.contains(t),
            },
        }
    }

    /// Asks all of them; whether at least so many match, with the places of those that do.
    fn ask_all(&self, state: &mut State, of: &[u32], least: usize) -> bool {
        for node in of {
            self.ask(state, *node);
        }
        self.add_all(state, of) >= least
    }

    /// Adds the places of those that match, all of which were asked before; their number.
    fn add_all(&self, state: &mut State, of: &[u32]) -> usize {
        let mut held = 0;
        for node in of {
            if let Answer::Yes(from, to) = state.answer(*node) {
                state.spans.extend_from_within(from as usize..to as usize);
                held += 1;
            }
        }
        held
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
            let Some(hit) = Hit::new(phrase, field, first, after) else { return };
            let cased = set.cased.binary_search(&phrase).is_ok();
            if !cased || set.phrases.get(phrase as usize).is_some_and(|p| spelled(p, view, (field, first, after))) {
                hits.push(hit);
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

/// Moves the different ones of a sorted list to its front; their number.
fn deduped(spans: &mut [TokenSpan]) -> usize {
    let mut kept = 0;
    for at in 0..spans.len() {
        if at == 0 || spans[at] != spans[kept - 1] {
            spans[kept] = spans[at];
            kept += 1;
        }
    }
    kept
}

/// Tokens of the longest place.
fn longest(spans: &[TokenSpan]) -> u32 {
    spans.iter().map(|s| s.2 - s.1).max().unwrap_or(0)
}
