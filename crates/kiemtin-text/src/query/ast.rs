//! The shape of a query.

use super::beginning::FEWEST_LETTERS;
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

/// Which spellings of a phrase count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Spelling {
    /// With these accents; in a text typed without accents, the letters alone.
    #[default]
    Usual,
    /// `~phrase`: whatever its accents.
    Loose,
    /// `=Phrase`: with these accents, though it has none, and with the same capital letters.
    Cased,
}

/// Syllables in a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// As it was written.
    pub text: String,
    /// Its syllables; never empty.
    pub syllables: Vec<Syllable>,
    /// Which spellings count.
    pub spelling: Spelling,
}

impl Phrase {
    /// From words as they were written; `None` when there is no word in them.
    pub fn new(text: &str) -> Option<Self> {
        let syllables: Vec<_> = scan(text).tokens.iter().map(|t| Syllable { key: t.key, fold: t.fold, marked: t.marked }).collect();
        (!syllables.is_empty()).then(|| Self { text: text.trim().to_owned(), syllables, spelling: Spelling::Usual })
    }

    /// The [`crate::Token::capitals`] that each word must have; none: any.
    pub fn capitals(&self) -> Vec<u32> {
        if self.spelling != Spelling::Cased {
            return vec![];
        }
        scan(&self.text).tokens.iter().map(|token| token.capitals).collect()
    }
}

/// Syllables in a row, of which the last one only begins so: `xăn*`, `"giá xăng d*"`. In searches only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prefix {
    /// As it was written, without the star.
    pub text: String,
    /// The whole syllables before the last one.
    pub before: Vec<Syllable>,
    /// How the last one begins.
    pub last: Beginning,
    /// Which spellings count; never [`Spelling::Cased`].
    pub spelling: Spelling,
}

impl Prefix {
    /// From words as they were written, without the star; `None` when the last one has no letter to look for, or one only and
    /// no word before it.
    pub fn new(text: &str) -> Option<Self> {
        let scanned = scan(text);
        let (last, before) = scanned.tokens.split_last()?;
        let before: Vec<_> = before.iter().map(|t| Syllable { key: t.key, fold: t.fold, marked: t.marked }).collect();
        let fewest = if before.is_empty() { FEWEST_LETTERS } else { 1 };
        Some(Self { text: text.trim().to_owned(), before, last: Beginning::new(scanned.word(last), fewest)?, spelling: Spelling::Usual })
    }
}

/// A part of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// The title.
    Title,
    /// The text.
    Text,
    /// The title and the first four sentences of the text.
    Lead,
    /// What stands in quotation marks.
    Quote,
}

/// A parsed query.
#[derive(Clone, Debug, PartialEq)]
pub enum Query {
    /// Syllables in a row.
    Phrase(Phrase),
    /// Syllables in a row, the last one begun only.
    Prefix(Prefix),
    /// Any phrase of the list, or a match of the query, that goes by this name (`@name`); the number is its position in
    /// the query, in Unicode scalar values.
    Named(String, usize),
    /// Something that is known by its form: an amount, a link, a day.
    Entity(EntityTest),
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
    /// Only in this part of the document.
    In(Part, Box<Query>),
    /// Not about words.
    Filter(Filter),
}

pub use super::beginning::Beginning;
pub use super::filter::Filter;
pub use crate::entity::EntityTest;

impl Query {
    /// All phrases that a match may consist of (those under NOT left out), for highlighting.
    pub fn phrases(&self) -> Vec<&Phrase> {
        match self {
            Self::Phrase(p) => vec![p],
            Self::And(of) | Self::Or(of) | Self::AtLeast(_, of) => of.iter().flat_map(Self::phrases).collect(),
            Self::Near { sides, .. } => sides.0.phrases().into_iter().chain(sides.1.phrases()).collect(),
            Self::In(_, q) => q.phrases(),
            Self::Not(_) | Self::Filter(_) | Self::Named(..) | Self::Entity(_) | Self::Prefix(_) => vec![],
        }
    }

    /// All beginnings of words that a match may consist of, as [`Query::phrases`].
    pub fn prefixes(&self) -> Vec<&Prefix> {
        match self {
            Self::Prefix(p) => vec![p],
            Self::And(of) | Self::Or(of) | Self::AtLeast(_, of) => of.iter().flat_map(Self::prefixes).collect(),
            Self::Near { sides, .. } => sides.0.prefixes().into_iter().chain(sides.1.prefixes()).collect(),
            Self::In(_, q) => q.prefixes(),
            Self::Not(_) | Self::Filter(_) | Self::Named(..) | Self::Entity(_) | Self::Phrase(_) => vec![],
        }
    }

    /// Whether accents tell what it finds: some word of it, those under NOT included, is written with one or looked for exactly as it is
    /// written.
    pub fn minds_accents(&self) -> bool {
        match self {
            Self::Phrase(p) => p.spelling == Spelling::Cased || p.syllables.iter().any(|syllable| syllable.marked),
            Self::Prefix(p) => p.last.marked || p.before.iter().any(|syllable| syllable.marked),
            Self::And(of) | Self::Or(of) | Self::AtLeast(_, of) => of.iter().any(Self::minds_accents),
            Self::Near { sides, .. } => sides.0.minds_accents() || sides.1.minds_accents(),
            Self::Not(q) | Self::In(_, q) => q.minds_accents(),
            Self::Filter(_) | Self::Named(..) | Self::Entity(_) => false,
        }
    }

    /// Whether not every place of its words will do: they must stand near one another, in a part of the document or with capitals.
    pub fn asks_where(&self) -> bool {
        match self {
            Self::Near { .. } | Self::In(..) => true,
            Self::Phrase(phrase) => phrase.spelling == Spelling::Cased,
            Self::And(of) | Self::Or(of) | Self::AtLeast(_, of) => of.iter().any(Self::asks_where),
            Self::Not(q) => q.asks_where(),
            Self::Prefix(_) | Self::Filter(_) | Self::Named(..) | Self::Entity(_) => false,
        }
    }

    /// Whether it excludes something, wherever.
    pub fn excludes(&self) -> bool {
        match self {
            Self::Not(_) => true,
            Self::And(of) | Self::Or(of) | Self::AtLeast(_, of) => of.iter().any(Self::excludes),
            Self::Near { sides, .. } => sides.0.excludes() || sides.1.excludes(),
            Self::In(_, q) => q.excludes(),
            Self::Phrase(_) | Self::Prefix(_) | Self::Filter(_) | Self::Named(..) | Self::Entity(_) => false,
        }
    }

    /// Whether it matches documents that hold none of its words: a rule with such a query would fire on everything.
    /// Names count as words.
    pub fn only_excludes(&self) -> bool {
        match self {
            Self::Not(_) => true,
            Self::And(of) => of.iter().all(Self::only_excludes),
            Self::Or(of) | Self::AtLeast(_, of) => of.iter().any(Self::only_excludes),
            Self::In(_, q) => q.only_excludes(),
            Self::Near { sides, .. } => sides.0.only_excludes() || sides.1.only_excludes(),
            Self::Phrase(_) | Self::Prefix(_) | Self::Filter(_) | Self::Named(..) | Self::Entity(_) => false,
        }
    }
}
