//! The shape of a query.

use crate::key::Key;
use crate::scan::scan;

/// One syllable of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syllable {
    /// With accents.
    pub key: Key,
    /// Without.
    pub fold: Key,
    /// It was written with an accent.
    pub marked: bool,
}

/// Syllables in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// As it was written.
    pub text: String,
    /// Its syllables; never empty.
    pub syllables: Vec<Syllable>,
}

impl Phrase {
    /// From words as they were written; `None` when there is no word in them.
    pub fn new(text: &str) -> Option<Self> {
        let syllables: Vec<_> = scan(text).tokens.iter().map(|t| Syllable { key: t.key, fold: t.fold, marked: t.marked }).collect();
        (!syllables.is_empty()).then(|| Self { text: text.trim().to_owned(), syllables })
    }
}

/// A condition on something other than the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// Source id or host.
    Source(String),
    /// `news`, `social` or `official`.
    Kind(String),
    /// Topic id.
    Topic(String),
}

/// A parsed query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Query {
    /// Syllables in a row.
    Phrase(Phrase),
    /// All of them.
    And(Vec<Query>),
    /// One of them at least.
    Or(Vec<Query>),
    /// Not this.
    Not(Box<Query>),
    /// At most `distance` syllables between a match of each, in one paragraph.
    Near {
        /// The two sides.
        sides: Box<(Query, Query)>,
        /// Largest number of syllables between them.
        distance: u32,
        /// The first must come first.
        ordered: bool,
    },
    /// At least this many of them.
    AtLeast(usize, Vec<Query>),
    /// Only in the title.
    Title(Box<Query>),
    /// Only in the text.
    Text(Box<Query>),
    /// Not about words.
    Filter(Filter),
}

impl Query {
    /// All phrases that a match may consist of (those under NOT left out), for highlighting.
    pub fn phrases(&self) -> Vec<&Phrase> {
        match self {
            Self::Phrase(p) => vec![p],
            Self::And(of) | Self::Or(of) | Self::AtLeast(_, of) => of.iter().flat_map(Self::phrases).collect(),
            Self::Near { sides, .. } => sides.0.phrases().into_iter().chain(sides.1.phrases()).collect(),
            Self::Title(q) | Self::Text(q) => q.phrases(),
            Self::Not(_) | Self::Filter(_) => vec![],
        }
    }
}
