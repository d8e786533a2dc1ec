//! Which of a few known words is a token? One multiplication rules out nearly every token.

use crate::key::Key;
use crate::scan::{Token, scan};
use std::collections::HashMap;

/// Bits of the filter in front of the table.
const FILTER_BITS: u32 = 12;

/// Known words with a meaning each. A word with accents is also found when typed without.
pub(crate) struct Lexicon<T> {
    filter: Vec<u64>,
    words: HashMap<Key, (T, bool)>,
}

impl<T: Copy> Lexicon<T> {
    /// From single words and their meanings. A word without accents goes before the folded form of another.
    pub fn new(list: &[(&str, T)]) -> Self {
        let mut words = HashMap::new();
        let tokens: Vec<(Token, T)> = list.iter().filter_map(|(word, meaning)| Some((*scan(word).tokens.first()?, *meaning))).collect();
        for (token, meaning) in &tokens {
            words.insert(token.key, (*meaning, false));
        }
        for (token, meaning) in &tokens {
            words.entry(token.fold).or_insert((*meaning, true));
        }
        let mut filter = vec![0u64; 1 << (FILTER_BITS - 6)];
        for key in words.keys() {
            let (slot, bit) = place(*key);
            if let Some(bits) = filter.get_mut(slot) {
                *bits |= bit;
            }
        }
        Self { filter, words }
    }

    /// The meaning of a token, and whether it was typed without the accents of the word.
    #[inline]
    pub fn get(&self, token: &Token) -> Option<(T, bool)> {
        let (slot, bit) = place(token.key);
        if self.filter.get(slot).is_none_or(|bits| bits & bit == 0) {
            return None;
        }
        self.words.get(&token.key).copied()
    }
}

#[inline]
fn place(key: Key) -> (usize, u64) {
    let hash = key.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - FILTER_BITS);
    ((hash >> 6) as usize, 1 << (hash & 63))
}
