//! Which syllables does anybody look for? Each has a number, so that a text is looked up once, whatever looks for phrases in it.

use super::table::{NONE, Table};
use crate::key::Key;
use crate::scan::Token;

/// Syllables by number, from 1 on. 0 is any other one.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    numbers: Table,
    /// Number → number of the same syllable without its accents.
    folds: Vec<u32>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self { numbers: Table::default(), folds: vec![NONE] }
    }
}

impl Vocabulary {
    /// The number of a syllable and that of it without accents; both get one when they have none.
    pub fn add(&mut self, key: Key, fold: Key) -> (u32, u32) {
        let plain = self.own(fold);
        let number = self.own(key);
        if let Some(held) = self.folds.get_mut(number as usize) {
            *held = plain;
        }
        (number, plain)
    }

    fn own(&mut self, key: Key) -> u32 {
        let fresh = self.folds.len() as u32;
        let number = self.numbers.get_or_insert(key.0, fresh);
        if number == fresh {
            self.folds.push(fresh);
        }
        number
    }

    /// The number of each token, by its key with accents, or without.
    pub fn read(&self, tokens: &[Token], folded: bool, numbers: &mut Vec<u32>) {
        numbers.clear();
        if folded {
            numbers.extend(tokens.iter().map(|t| self.numbers.get(t.fold.0)));
        } else {
            numbers.extend(tokens.iter().map(|t| self.numbers.get(t.key.0)));
        }
    }

    /// The number of a token without its accents, where its number with them is known.
    #[inline]
    pub fn fold_of(&self, number: u32, token: &Token) -> u32 {
        match self.folds.get(number as usize) {
            Some(plain) if number != NONE => *plain,
            _ if token.marked => self.numbers.get(token.fold.0),
            _ => NONE,
        }
    }

    /// How many syllables have a number; the largest one.
    pub fn len(&self) -> usize {
        self.folds.len() - 1
    }

    /// Whether nobody looks for anything.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes held, for figures of memory.
    pub fn bytes(&self) -> usize {
        self.numbers.bytes() + self.folds.len() * 4
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::scan;

    #[test]
    fn syllables_are_numbered_with_and_without_accents() {
        let mut known = Vocabulary::default();
        let phrase = scan("giá xăng gia");
        let numbers: Vec<(u32, u32)> = phrase.tokens.iter().map(|t| known.add(t.key, t.fold)).collect();
        assert_eq!(numbers, [(2, 1), (4, 3), (1, 1)]);
        assert_eq!(known.len(), 4);
        let text = scan("Giá dầu xang giả");
        let mut read = vec![];
        known.read(&text.tokens, false, &mut read);
        assert_eq!(read, [2, 0, 3, 0]);
        let folds: Vec<u32> = read.iter().zip(&text.tokens).map(|(n, t)| known.fold_of(*n, t)).collect();
        assert_eq!(folds, [1, 0, 3, 1], "a spelling that nobody looks for has its plain letters all the same");
        known.read(&text.tokens, true, &mut read);
        assert_eq!(read, [1, 0, 3, 1]);
    }
}
