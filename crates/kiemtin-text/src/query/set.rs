//! Many queries as one: phrases that several of them share are looked for once, and so is every shared part.

use super::ast::{Beginning, Filter, Part, Phrase, Prefix, Query, Spelling, Syllable};
use super::begun::Begun;
use super::phrases::PhraseTrie;
use super::vocabulary::Vocabulary;
use crate::entity::EntityTest;
use crate::scan::{Token, scan};
use std::collections::HashMap;

/// A query of a [`QuerySet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QueryId(pub(super) u32);

impl QueryId {
    /// Its place in tables that hold something for every query of a set.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One part of a query. Parts that are the same are one node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Node {
    /// Any of these phrases (by number, ascending), in this part of the document.
    Leaf(Box<[u32]>, Option<Part>),
    Entity(EntityTest, Option<Part>),
    And(Box<[u32]>),
    Or(Box<[u32]>),
    Not(u32),
    AtLeast(usize, Box<[u32]>),
    Near {
        left: u32,
        right: u32,
        distance: u32,
        ordered: bool,
    },
    Filter(Filter),
}

impl Node {
    fn parts(&self) -> Vec<u32> {
        match self {
            Self::And(of) | Self::Or(of) | Self::AtLeast(_, of) => of.to_vec(),
            Self::Near { left, right, .. } => vec![*left, *right],
            Self::Not(of) => vec![*of],
            Self::Leaf(..) | Self::Entity(..) | Self::Filter(_) => vec![],
        }
    }
}

/// A syllable sequence and which spellings of it count.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Wanted {
    /// Numbers of its syllables.
    exact: Vec<u32>,
    /// The same without accents.
    folds: Vec<u32>,
    pub spelling: Spelling,
    /// The capitals of each word, for [`Spelling::Cased`]; empty otherwise.
    pub capitals: Vec<u32>,
    /// Of a phrase of a search that has syllables of both sorts: numbers of those with an accent, 0 for the others, which may
    /// have any. Empty otherwise.
    pub marked: Vec<u32>,
    /// How the word after the syllables begins.
    pub last: Option<Beginning>,
    /// Of a search for several words: whether there is punctuation before each, as the index has it. Empty otherwise.
    pub breaks: Vec<bool>,
}

impl Wanted {
    /// Whether a place where the syllables stand must be looked at again.
    fn is_checked(&self) -> bool {
        !self.capitals.is_empty() || !self.marked.is_empty() || self.last.is_some() || !self.breaks.is_empty()
    }
}

/// Collects queries for a [`QuerySet`].
#[derive(Debug, Default)]
pub struct QuerySetBuilder {
    vocabulary: Vocabulary,
    nodes: Vec<Node>,
    known: HashMap<Node, u32>,
    phrases: Vec<Wanted>,
    known_phrases: HashMap<Wanted, u32>,
    /// The query that is being added is a search: a syllable typed without an accent may have any.
    search: bool,
}

/// Compiled queries. Matching a document costs one pass over its syllables, however many queries there are.
#[derive(Clone, Debug, Default)]
pub struct QuerySet {
    /// Syllables of all phrases.
    pub(super) vocabulary: Vocabulary,
    pub(super) nodes: Vec<Node>,
    pub(super) phrases: Vec<Wanted>,
    /// A bit per phrase: its places must be looked at again.
    checked: Vec<u64>,
    /// Phrases that are no more than the beginning of a word.
    pub(super) begun: Begun,
    /// Phrases by their exact spelling, those of [`Spelling::Loose`] left empty.
    pub(super) exact: PhraseTrie,
    /// Phrases of [`Spelling::Loose`] without accents, all others left empty.
    pub(super) loose: PhraseTrie,
    /// All phrases without accents: for texts typed without accents.
    pub(super) folded: PhraseTrie,
    /// Phrase → leaves that want it.
    leaves: Lists,
    /// Node → nodes that it is a part of, once for each time it is.
    parents: Lists,
    /// Node → how many of its parts must be possible for it to be; 0 for one that always is (what only excludes or filters,
    /// and what is known by its form).
    pub(super) needs: Vec<u16>,
}

/// Lists of numbers, one after the other.
#[derive(Clone, Debug, Default)]
struct Lists {
    from: Vec<u32>,
    all: Vec<u32>,
}

impl Lists {
    fn new(lists: Vec<Vec<u32>>) -> Self {
        let mut made = Self { from: vec![0], all: vec![] };
        for list in lists {
            made.all.extend(list);
            made.from.push(made.all.len() as u32);
        }
        made
    }

    fn of(&self, number: u32) -> &[u32] {
        let at = |i: usize| self.from.get(i).map_or(0, |n| *n as usize);
        self.all.get(at(number as usize)..at(number as usize + 1)).unwrap_or(&[])
    }
}

impl QuerySetBuilder {
    /// Adds a query. Names must have been replaced before ([`Query::Named`] matches nothing).
    pub fn add(&mut self, query: &Query) -> QueryId {
        QueryId(self.node(query, None))
    }

    /// Adds a search: what is typed without an accent may have any in the text, syllable by syllable, and words in a row have
    /// no punctuation between that was not typed, as in the index. Saved searches must have been replaced before ([`Query::with_saved`]).
    pub fn add_search(&mut self, query: &Query) -> QueryId {
        self.search = true;
        let id = self.add(query);
        self.search = false;
        id
    }

    /// Adds any of these phrases: the same as a query of ORs, for lists of any length.
    pub fn add_phrases<'a>(&mut self, phrases: impl IntoIterator<Item = &'a Phrase>) -> QueryId {
        let numbers = phrases.into_iter().map(|p| self.phrase(p)).collect();
        QueryId(self.leaf(numbers, None))
    }

    /// Numbers of syllables that something else than a query looks for, with and without accents: it finds them by
    /// [`Matched::numbers`](super::Matched::numbers) then, at no look-up of its own.
    pub fn number(&mut self, tokens: &[Token]) -> (Vec<u32>, Vec<u32>) {
        tokens.iter().map(|t| self.vocabulary.add(t.key, t.fold)).unzip()
    }

    /// The number of each of these words, with accents; 0 for those without one.
    pub fn numbers_of(&self, tokens: &[Token]) -> Vec<u32> {
        let mut numbers = vec![];
        self.vocabulary.read(tokens, false, &mut numbers);
        numbers
    }

    /// Makes the set.
    pub fn build(self) -> QuerySet {
        let mut by_phrase: Vec<Vec<u32>> = vec![vec![]; self.phrases.len()];
        for (number, node) in (0u32..).zip(&self.nodes) {
            if let Node::Leaf(phrases, _) = node {
                phrases.iter().for_each(|p| by_phrase[*p as usize].push(number));
            }
        }
        let mut parents: Vec<Vec<u32>> = vec![vec![]; self.nodes.len()];
        let mut needs: Vec<u16> = Vec::with_capacity(self.nodes.len());
        // Parts stand before what they are parts of.
        for (number, node) in (0u32..).zip(&self.nodes) {
            let parts = node.parts();
            parts.iter().for_each(|part| parents[*part as usize].push(number));
            let always = parts.iter().filter(|part| needs[**part as usize] == 0).count();
            let least = match node {
                Node::Leaf(..) => 1,
                Node::And(_) | Node::Near { .. } => parts.len(),
                Node::Or(_) => 1,
                Node::AtLeast(least, _) => *least,
                Node::Not(_) | Node::Entity(..) | Node::Filter(_) => 0,
            };
            needs.push(u16::try_from(least.saturating_sub(always)).unwrap_or(u16::MAX));
        }
        let trie = |numbers: fn(&Wanted) -> &[u32]| PhraseTrie::new(self.phrases.iter().map(numbers));
        QuerySet {
            exact: trie(|p| if p.spelling == Spelling::Loose { &[] } else { &p.exact }),
            loose: trie(|p| if p.spelling == Spelling::Loose { &p.folds } else { &[] }),
            folded: trie(|p| &p.folds),
            checked: self.phrases.chunks(64).map(|of| of.iter().rev().fold(0, |bits, p| bits << 1 | u64::from(p.is_checked()))).collect(),
            begun: Begun::new(
                (0u32..).zip(&self.phrases).filter(|(_, p)| p.folds.is_empty()).filter_map(|(n, p)| Some((n, p.last.as_ref()?))),
            ),
            vocabulary: self.vocabulary,
            nodes: self.nodes,
            phrases: self.phrases,
            leaves: Lists::new(by_phrase),
            parents: Lists::new(parents),
            needs,
        }
    }

    fn phrase(&mut self, phrase: &Phrase) -> u32 {
        self.want((&phrase.syllables, &phrase.text), phrase.spelling, phrase.capitals(), None)
    }

    fn begun(&mut self, prefix: &Prefix) -> u32 {
        let last = Beginning { marked: prefix.last.marked && prefix.spelling != Spelling::Loose, ..prefix.last.clone() };
        self.want((&prefix.before, &prefix.text), prefix.spelling, vec![], Some(last))
    }

    fn want(&mut self, (syllables, text): (&[Syllable], &str), spelling: Spelling, capitals: Vec<u32>, last: Option<Beginning>) -> u32 {
        let (exact, folds): (Vec<u32>, Vec<u32>) = syllables.iter().map(|s| self.vocabulary.add(s.key, s.fold)).unzip();
        let bare = syllables.iter().filter(|s| !s.marked).count();
        let (mut spelling, mut marked) = (spelling, vec![]);
        if self.search && spelling == Spelling::Usual && bare > 0 {
            spelling = Spelling::Loose;
            if bare < syllables.len() {
                marked = syllables.iter().zip(&exact).map(|(s, number)| if s.marked { *number } else { 0 }).collect();
            }
        }
        let several = self.search && syllables.len() + usize::from(last.is_some()) > 1;
        let breaks = if several { scan(text).tokens.iter().map(|t| t.after_break).collect() } else { vec![] };
        let wanted = Wanted { exact, folds, spelling, capitals, marked, last, breaks };
        let next = self.phrases.len() as u32;
        let number = *self.known_phrases.entry(wanted.clone()).or_insert(next);
        if number == next {
            self.phrases.push(wanted);
        }
        number
    }

    fn leaf(&mut self, mut phrases: Vec<u32>, part: Option<Part>) -> u32 {
        phrases.sort_unstable();
        phrases.dedup();
        self.put(Node::Leaf(phrases.into(), part))
    }

    fn put(&mut self, node: Node) -> u32 {
        let next = self.nodes.len() as u32;
        let number = *self.known.entry(node.clone()).or_insert(next);
        if number == next {
            self.nodes.push(node);
        }
        number
    }

    /// The restriction to a part goes down to the words: `title:(a OR NOT b)` is `title:a OR NOT title:b`.
    fn node(&mut self, query: &Query, part: Option<Part>) -> u32 {
        let node = match query {
            Query::Phrase(phrase) => {
                let number = self.phrase(phrase);
                return self.leaf(vec![number], part);
            }
            Query::Prefix(prefix) => {
                let number = self.begun(prefix);
                return self.leaf(vec![number], part);
            }
            Query::Named(..) => Node::Or([].into()),
            Query::Entity(test) => Node::Entity(*test, part),
            Query::And(of) => Node::And(of.iter().map(|q| self.node(q, part)).collect()),
            Query::Or(of) => return self.any(of, part),
            Query::Not(q) => Node::Not(self.node(q, part)),
            Query::AtLeast(least, of) => Node::AtLeast(*least, of.iter().map(|q| self.node(q, part)).collect()),
            Query::Near { sides, distance, ordered } => {
                let (left, right) = (self.node(&sides.0, part), self.node(&sides.1, part));
                Node::Near { left, right, distance: *distance, ordered: *ordered }
            }
            Query::In(inner, q) => return self.node(q, Some(*inner)),
            Query::Filter(filter) => Node::Filter(filter.prepared()),
        };
        self.put(node)
    }

    /// Phrases that stand side by side are one leaf; a list of phrases within stays a leaf of its own, shared with others.
    fn any(&mut self, of: &[Query], part: Option<Part>) -> u32 {
        let (mut phrases, mut others) = (vec![], vec![]);
        for query in of {
            match query {
                Query::Phrase(phrase) => phrases.push(self.phrase(phrase)),
                Query::Prefix(prefix) => phrases.push(self.begun(prefix)),
                other => others.push(self.node(other, part)),
            }
        }
        if !phrases.is_empty() {
            others.push(self.leaf(phrases, part));
        }
        match others.as_slice() {
            [only] => *only,
            _ => self.put(Node::Or(others.into())),
        }
    }
}

impl QuerySet {
    /// Whether the places of a phrase must be looked at again.
    #[inline]
    pub(super) fn is_checked(&self, phrase: u32) -> bool {
        self.checked.get(phrase as usize / 64).is_some_and(|bits| bits >> (phrase % 64) & 1 == 1)
    }

    /// Leaves that want a phrase.
    pub(super) fn leaves_of(&self, phrase: u32) -> &[u32] {
        self.leaves.of(phrase)
    }

    /// Nodes that a node is a part of.
    pub(super) fn parents_of(&self, node: u32) -> &[u32] {
        self.parents.of(node)
    }

    /// Number of different phrases, and of nodes.
    pub fn size(&self) -> (usize, usize) {
        (self.phrases.len(), self.nodes.len())
    }

    /// Bytes held by the tries, for figures of memory.
    pub fn bytes(&self) -> usize {
        self.vocabulary.bytes() + self.exact.bytes() + self.loose.bytes() + self.folded.bytes()
    }
}
