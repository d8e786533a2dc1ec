//! Which words of a text begin with what somebody looks for? A look-up per word and length of a beginning, however many
//! beginnings there are.

use super::beginning::{Beginning, HEAD, head};
use super::table::{NONE, Table};
use crate::key::folded;
use crate::scan::{Scanned, Token};

/// Top bit of a key that is no packed letters.
const HASHED: u64 = 1 << 63;

/// Beginnings of words by their first letters without accents.
#[derive(Clone, Debug, Default)]
pub(super) struct Begun {
    /// First letters, packed → place in `lists` + 1.
    by_head: Table,
    /// Phrases that begin with the same letters.
    lists: Vec<Vec<u32>>,
    /// A bit per number of letters that some beginning has.
    lengths: u16,
}

impl Begun {
    /// Of phrases by number.
    pub fn new<'a>(phrases: impl Iterator<Item = (u32, &'a Beginning)>) -> Self {
        let mut begun = Self::default();
        for (phrase, beginning) in phrases {
            // A word may be found by another spelling too: «kỹ» by `ki*`, whose letters in the key are those of «kĩ».
            let whole = beginning.fold.0;
            let mut heads = vec![head(&beginning.bare)];
            if whole & HASHED == 0 && whole != heads[0].0 {
                heads.push((whole, letters(whole)));
            }
            for (packed, count) in heads {
                begun.lengths |= 1 << count;
                let next = begun.lists.len() as u32 + 1;
                let list = begun.by_head.get_or_insert(packed, next);
                if list == next {
                    begun.lists.push(vec![]);
                }
                begun.lists[list as usize - 1].push(phrase);
            }
        }
        begun
    }

    /// Calls `found(phrase, token)` for every word that may begin so: its first letters are the same but for accents.
    pub fn find(&self, scanned: &Scanned<'_>, mut found: impl FnMut(u32, u32)) {
        if self.lists.is_empty() {
            return;
        }
        for (at, token) in (0u32..).zip(&scanned.tokens) {
            let (packed, count) = start(scanned, token);
            for length in (1..=count).filter(|l| self.lengths >> l & 1 == 1) {
                let list = self.by_head.get(packed >> (6 * (count - length)));
                if list != NONE {
                    self.lists[list as usize - 1].iter().for_each(|phrase| found(*phrase, at));
                }
            }
        }
    }
}

/// The first letters of a word without accents, packed, and their number.
fn start(scanned: &Scanned<'_>, token: &Token) -> (u64, usize) {
    let key = token.fold.0;
    if key & HASHED == 0 { (key, letters(key)) } else { head(&folded(scanned.word(token))) }
}

/// Number of letters of a packed key.
fn letters(key: u64) -> usize {
    (64 - key.leading_zeros() as usize).div_ceil(6).min(HEAD)
}
