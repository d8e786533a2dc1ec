//! What is asked of a text? One language for rules and for searches.
//!
//! ```text
//! giá điện "bán lẻ"            all of them (AND is the default)
//! a OR b, a AND NOT b, -b      alternatives, exclusions, parentheses
//! a NEAR/8 b, a ONEAR/8 b      at most 8 syllables between, in one paragraph; ONEAR: in this order
//! 2 of (a, b, c)               at least two of them
//! ~phrase, =Phrase             whatever its accents; with the same capital letters
//! title: text: lead: quote:    only in this part of the document
//! source: kind: topic:         of the document itself
//! @name, #percent>=10          in rules only: a phrase list or named query; something known by its form
//! xăn*, "giá xăng d*"          in searches only: words that begin so
//! stance: level: unit: province: lang: group: story: search: date:   in searches only
//! source:a,b                   in searches only: either
//! ```
//! Distances count the syllables between the two matches. [`HELP`] has an example of each, as people are told.

mod ast;
mod beginning;
mod begun;
mod days;
mod field;
mod filter;
mod help;
mod hits;
mod matched;
mod mend;
#[cfg(test)]
mod naive;
mod parse;
mod phrases;
mod quotes;
#[cfg(test)]
mod samples;
mod saved;
mod set;
mod table;
mod vocabulary;
mod words;
mod write;

pub use ast::{EntityTest, Part, Phrase, Prefix, Query, Spelling, Syllable};
pub use beginning::Beginning;
pub use days::{Dates, DayNumber};
pub use filter::{About, Filter, GROUPS, KINDS, LANGUAGES, LEVELS, STANCES, Words};
pub use help::HELP;
pub use matched::{LEAD_SENTENCES, Matched, TextView, TokenSpan};
pub use parse::{MOST_SEARCH_TERMS, QueryError, parse, parse_rule};
pub use phrases::PhraseTrie;
pub use quotes::quotes;
pub use saved::SavedError;
pub use set::{QueryId, QuerySet, QuerySetBuilder};
pub use vocabulary::Vocabulary;
