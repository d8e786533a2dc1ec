//! Which queries of a set does one document match, and with which words?
//!
//! Phrases are found first, all in one pass; they light the leaves that want them. Everything else, the places of a leaf
//! among it, is worked out only when somebody asks for it, and once. A text typed without accents is compared by folded keys.

use super::ast::Part;
use super::filter::About;
use super::hits::Hits;
use super::set::{Node, QueryId, QuerySet};
use crate::entity::{Entities, EntityKind};
use crate::scan::{Scanned, Token};
use std::cell::{Cell, RefCell};

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
    /// What searches ask besides; nothing of it is known while rules are asked.
    pub about: About<'a>,
}

impl<'a> TextView<'a> {
    /// Views a scanned title and text.
    pub fn new(title: &'a Scanned<'a>, text: &'a Scanned<'a>, source: &'a str, kind: &'a str) -> Self {
        let unaccented = (title.marked + text.marked) * UNACCENTED < title.tokens.len() + text.tokens.len();
        Self { fields: [title, text], unaccented, source, kind, about: About::default() }
    }

    pub(super) fn token(&self, field: usize, at: u32) -> Option<&Token> {
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
    hits: Hits,
    state: RefCell<State>,
}

thread_local! {
    /// Memory of the last document of this thread, for the next one.
    static SPARE: Cell<(Hits, State)> = Cell::default();
}

impl Drop for Matched<'_, '_> {
    fn drop(&mut self) {
        self.hits.clear();
        SPARE.set((std::mem::take(&mut self.hits), self.state.take()));
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
    /// Leaves that are possible.
    leaves: Vec<u32>,
    /// Nodes that became possible, their parents not told yet.
    fresh: Vec<u32>,
}

#[derive(Clone, Copy, PartialEq)]
enum Answer {
    Open,
    No,
    /// A range of `spans`.
    Yes(u32, u32),
}

impl State {
    /// Makes room for so many nodes, of which nothing is known.
    fn reset(&mut self, nodes: usize) {
        self.possible.clear();
        self.possible.resize(nodes.div_ceil(64), 0);
        self.parts.clear();
        self.parts.resize(nodes, 0);
        self.answers.clear();
        self.answers.resize(nodes, 0);
        self.spans.clear();
        self.answered = 0;
        self.leaves.clear();
    }

    /// A leaf is possible, and with it what needed nothing more.
    fn light(&mut self, set: &QuerySet, leaf: u32) {
        if !self.mark(leaf) {
            return;
        }
        self.leaves.push(leaf);
        self.fresh.push(leaf);
        while let Some(node) = self.fresh.pop() {
            for parent in set.parents_of(node) {
                let Some(parts) = self.parts.get_mut(*parent as usize) else { continue };
                *parts = parts.saturating_add(1);
                if set.needs.get(*parent as usize) == Some(parts) && self.mark(*parent) {
                    self.fresh.push(*parent);
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
        let (mut hits, mut state) = SPARE.take();
        hits.find(set, &view);
        state.reset(set.nodes.len());
        hits.phrases().flat_map(|phrase| set.leaves_of(phrase)).for_each(|leaf| state.light(set, *leaf));
        Self { set, view, entities, topics: vec![], quotes, hits, state: RefCell::new(state) }
    }

    /// Number in the vocabulary of each token of a field (0 title, 1 text): of its spelling, or of that without accents where the
    /// document is unaccented.
    pub fn numbers(&self, field: usize) -> &[u32] {
        self.hits.numbers.get(field).map_or(&[], Vec::as_slice)
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
        self.surely(&state, query.0) || matches!(self.ask(&mut state, query.0), Answer::Yes(..))
    }

    /// Whether a query can match, as far as the phrases found tell: never wrongly `false`.
    pub fn may_hold(&self, query: QueryId) -> bool {
        self.set.needs.get(query.0 as usize) == Some(&0) || self.state.borrow().is_marked(query.0)
    }

    /// Whether a node matches whatever the places are: a lit leaf that may stand anywhere, and what needs no more than such
    /// leaves. `false` says nothing.
    fn surely(&self, state: &State, node: u32) -> bool {
        state.is_marked(node)
            && match self.set.nodes.get(node as usize) {
                Some(Node::Leaf(_, part)) => part.is_none(),
                Some(Node::Or(of)) => of.iter().any(|n| self.surely(state, *n)),
                Some(Node::And(of)) => of.iter().all(|n| self.surely(state, *n)),
                _ => false,
            }
    }

    /// Every phrase and list of phrases of the set that stands somewhere in the document, each once, in no certain order.
    pub fn leaves_held(&self, mut take: impl FnMut(QueryId)) {
        self.state.borrow().leaves.iter().for_each(|leaf| take(QueryId(*leaf)));
    }

    /// Where a query matches first; `None` for no match, and for one without a place.
    pub fn first(&self, query: QueryId) -> Option<TokenSpan> {
        let mut state = self.state.borrow_mut();
        match self.ask(&mut state, query.0) {
            Answer::Yes(from, to) => state.spans.get(from as usize..to as usize)?.first().copied(),
            _ => None,
        }
    }

    /// Whether asking a part makes entities be read: others are asked first.
    fn reads_entities(&self, node: u32) -> bool {
        matches!(self.set.nodes.get(node as usize), Some(Node::Entity(test, _)) if test.kind != EntityKind::Question)
    }

    /// Adds the places of the phrases of a leaf; whether there are any.
    fn add_places(&self, leaf: u32, phrases: &[u32], part: Option<Part>, spans: &mut Vec<TokenSpan>) -> bool {
        let before = spans.len();
        let wanted = |phrase: u32| self.set.leaves_of(phrase).contains(&leaf);
        self.hits.places(phrases, wanted, |span| {
            if part.is_none_or(|p| self.inside(p, span)) {
                spans.push(span);
            }
        });
        spans.len() > before
    }

    /// Ranges of token numbers between quotation marks, of the title and of the text.
    pub fn quotes(&self) -> &[Vec<(u32, u32)>; 2] {
        self.quotes.get_or_init(|| self.view.fields.map(|f| super::quotes::quotes(f)))
    }

    /// Whether a place lies in a part of the document.
    pub fn inside(&self, part: Part, (field, first, after): TokenSpan) -> bool {
        match part {
            Part::Title => field == 0,
            Part::Text => field == 1,
            Part::Lead => field == 0 || self.view.token(field, first).is_some_and(|t| t.sentence < LEAD_SENTENCES),
            Part::Quote => self.quotes().get(field).is_some_and(|q| q.iter().any(|(from, to)| *from <= first && after <= *to)),
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
            Some(Node::Leaf(phrases, part)) => self.add_places(node, phrases, *part, &mut state.spans),
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
            Some(Node::Filter(filter)) => filter.holds(&self.view, &self.topics),
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
