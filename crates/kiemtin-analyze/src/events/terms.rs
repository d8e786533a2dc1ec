//! Of what does a report speak? The words of its title and its beginning, as numbers that can be compared.
//!
//! A report tells its event first: who, what, where, how many. Pairs of syllables (most Vietnamese words have two), names
//! and numbers say it; keys are without accents, as those of prints are.

use kiemtin_text::scan::Token;
use kiemtin_text::{Key, Scanned};

/// Syllables of the text that are read.
const READ: usize = 150;
/// How much more a pair of syllables counts that stands in the title.
const IN_TITLE: f32 = 3.0;
/// How much a single name or number counts against a pair of syllables.
const SINGLE: f32 = 1.2;
/// Fewer digits than this tell nothing by themselves.
const DIGITS: usize = 2;
/// Most terms of one text.
pub const MOST: usize = 1_024;

/// A term: half of a hash. Two terms in four billion are taken for one another.
pub type Term = u32;

/// The terms of a text and how much is made of each; in order of the terms, each once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Terms {
    /// Term and weight, more than 0.
    pub list: Vec<(Term, f32)>,
}

impl Terms {
    /// Reads a scanned title and text: two short passes over tokens that are there.
    pub fn of([title, text]: [&Scanned<'_>; 2]) -> Self {
        let mut list = Vec::with_capacity(2 * (title.tokens.len() + READ));
        // A sentence is copied into a description and the text alike: what the title says again is no news either.
        collect(title, title.tokens.len().min(READ), IN_TITLE, &mut list);
        collect(text, text.tokens.len().min(READ), 1.0, &mut list);
        list.sort_unstable_by_key(|t| t.0);
        list.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 += next.1;
            }
            same
        });
        for (_, weight) in &mut list {
            *weight = if *weight > 1.0 { 1.0 + weight.ln() } else { *weight };
        }
        list.truncate(MOST);
        Self { list }
    }
}

fn collect(scanned: &Scanned<'_>, read: usize, counts: f32, list: &mut Vec<(Term, f32)>) {
    let mut before: Option<&Token> = None;
    for token in scanned.tokens.iter().take(read) {
        let follows = before.filter(|b| b.sentence == token.sentence && !token.after_break);
        if let Some(before) = follows {
            list.push((pair(before.fold, token.fold), counts));
        }
        let word = scanned.word(token);
        let starts = before.is_none_or(|b| b.sentence != token.sentence);
        if is_number(word) || (!starts && word.chars().next().is_some_and(char::is_uppercase)) || token.fold.is_foreign() {
            list.push((single(token.fold), counts * SINGLE));
        }
        before = Some(token);
    }
}

fn is_number(word: &str) -> bool {
    word.len() >= DIGITS && word.bytes().all(|b| b.is_ascii_digit())
}

fn pair(a: Key, b: Key) -> Term {
    mixed(a.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b.0.rotate_left(23))
}

fn single(key: Key) -> Term {
    mixed(key.0 ^ 0x5851_f42d_4c95_7f2d)
}

fn mixed(key: u64) -> Term {
    let once = (key ^ key >> 32).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let mixed = (once ^ once >> 29).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    (mixed >> 32) as Term
}
