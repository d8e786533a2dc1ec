//! Vietnamese text, read once: what are the syllables, where do they stand, and which spellings are the same?
//!
//! Rules, duplicate detection and the search index all read text through [`scan`], so a rule and a search see the same words.
//!
//! Invariants: no I/O, no clock, no dependency on another crate of the project; every span is a byte range of the
//! original text on character borders; NFC and NFD spellings of one text give the same keys; folding is idempotent.

mod alphabet;
pub mod calendar;
mod capitals;
pub mod cite;
mod compose;
pub mod date;
pub mod difference;
pub mod entity;
pub mod hosts;
mod informal;
pub mod key;
pub mod lexicon;
pub mod markup;
pub mod mask;
pub mod number;
pub mod query;
pub mod readings;
pub mod scan;
pub mod snippet;
mod spelt;
pub mod syllables;
pub mod winnow;

pub use compose::compose;
pub use informal::{meant, read_informal};
pub use key::Key;
pub use scan::{Scanned, Token, scan};

/// Number of Unicode scalar values before byte `at` of `text` (the offsets of the public formats).
pub fn char_offset(text: &str, at: usize) -> usize {
    text.get(..at).map_or_else(|| text.chars().count(), |head| head.chars().count())
}
