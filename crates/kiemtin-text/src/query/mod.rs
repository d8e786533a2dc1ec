//! What is asked of a text? One language for rules and for searches.
//!
//! ```text
//! giá điện "bán lẻ"            all of them (AND is the default)
//! a OR b, a AND NOT b, -b      alternatives, exclusions, parentheses
//! a NEAR/8 b, a ONEAR/8 b      at most 8 syllables between, in one paragraph; ONEAR: in this order
//! 2 of (a, b, c)               at least two of them
//! title: text: source: kind: topic:   restrict the next term
//! ```
//! Distances count the syllables between the two matches.

mod ast;
mod eval;
mod parse;
mod words;

pub use ast::{Filter, Phrase, Query, Syllable};
pub use eval::{Matches, TextView, TokenSpan, find};
pub use parse::{QueryError, parse, parse_rule};
