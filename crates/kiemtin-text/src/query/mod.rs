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
//! ```
//! Distances count the syllables between the two matches.

mod ast;
mod hits;
mod matched;
#[cfg(test)]
mod naive;
mod parse;
mod phrases;
mod quotes;
mod set;
mod table;
mod vocabulary;
mod words;

pub use ast::{EntityTest, Filter, Part, Phrase, Query, Spelling, Syllable};
pub use matched::{LEAD_SENTENCES, Matched, TextView, TokenSpan};
pub use parse::{QueryError, parse, parse_rule};
pub use phrases::PhraseTrie;
pub use set::{QueryId, QuerySet, QuerySetBuilder};
pub use vocabulary::Vocabulary;
