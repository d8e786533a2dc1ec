//! Which keys has a word that was read before, in exactly these bytes?
//!
//! A language repeats itself: nearly every word of a text is one of a few thousand spellings. Its keys are looked up by its
//! bytes, sixteen at a time, where reading it means a step and a guess per letter.

use crate::key::{Key, Keys};

/// A bit mask or a value in each of sixteen bytes.
const EACH: u128 = u128::from_le_bytes([1; 16]);
/// The top bit of each byte.
const TOP: u128 = 0x80 * EACH;
/// Slots, a power of two: 192 KiB, most of which a text never touches.
const SLOTS: usize = 1 << 12;
/// Longest spelling that is remembered, in bytes: one more byte tells that it has ended.
const LONGEST: usize = 15;

/// The bytes of one word, the first one lowest, the rest zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spelling(u128);

impl Spelling {
    /// The word that begins at byte `at` and its length in bytes: up to a byte of ASCII that is no letter and no digit, or to
    /// the end. `None` where there is none or it is too long. A character beyond ASCII counts as a letter here: what holds one
    /// that is none is never remembered.
    #[inline]
    pub fn at(bytes: &[u8], at: usize) -> Option<(Self, usize)> {
        let sixteen = match bytes.get(at..).and_then(<[u8]>::first_chunk::<16>) {
            Some(sixteen) => *sixteen,
            None => {
                let rest = bytes.get(at..)?;
                let mut padded = [0; 16];
                padded.get_mut(..rest.len())?.copy_from_slice(rest);
                padded
            }
        };
        let word = u128::from_le_bytes(sixteen);
        let length = word_bytes(word);
        (1..=LONGEST).contains(&length).then(|| (Self(word & ((1 << (8 * length)) - 1)), length))
    }

    #[inline]
    fn slot(self) -> usize {
        // Fibonacci hashing (Knuth, TAOCP 3, 6.4) of both halves; the top bits are the well-mixed ones.
        let (low, high) = (self.0 as u64, (self.0 >> 64) as u64);
        let mixed = (low ^ high.wrapping_mul(0xD6E8_FEB8_6659_FD93)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed >> 40) as usize & (SLOTS - 1)
    }
}

/// How many bytes from the lowest on are letters or digits of ASCII, or no ASCII. All sixteen are looked at as one number
/// (SIMD within a register, Lamport 1975): a byte of seven bits plus `0x80 - a` has its top bit set from `a` on.
#[inline]
fn word_bytes(word: u128) -> usize {
    let seven = word & !TOP;
    let small = seven | (0x20 * EACH);
    let from = |bytes: u128, least: u8| bytes + (0x80 - u128::from(least)) * EACH;
    let digit = from(seven, b'0') & !from(seven, b'9' + 1);
    let letter = from(small, b'a') & !from(small, b'z' + 1);
    let breaks = !(digit | letter | word) & TOP;
    breaks.trailing_zeros() as usize / 8
}

/// The spellings read last, one per slot, each with its keys with and without accents and its capitals.
pub(crate) struct SpeltWords {
    slots: Vec<(Spelling, [Key; 2], u32)>,
}

impl SpeltWords {
    /// None yet.
    pub fn new() -> Self {
        Self { slots: vec![] }
    }

    /// The keys and the [`crate::capitals`] of a spelling that was remembered and not pushed out since.
    #[inline]
    pub fn get(&self, spelling: Spelling) -> Option<(Keys, u32)> {
        let (_, [exact, fold], capitals) = *self.slots.get(spelling.slot()).filter(|held| held.0 == spelling)?;
        Some((Keys { exact, fold, marked: exact != fold }, capitals))
    }

    /// Remembers the keys and the capitals of a spelling.
    pub fn put(&mut self, spelling: Spelling, keys: Keys, capitals: u32) {
        let keys = [keys.exact, keys.fold];
        if self.slots.is_empty() {
            // No word is made of no bytes.
            self.slots = vec![(Spelling(0), keys, 0); SLOTS];
        }
        if let Some(slot) = self.slots.get_mut(spelling.slot()) {
            *slot = (spelling, keys, capitals);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_ascii_says_so() {
        for end in (0..=0x7Fu8).filter(|b| !b.is_ascii_alphanumeric()) {
            let text = [b'a', 0xC4, 0x91, b'0', end, b'z', b'Z', b'9'];
            assert_eq!(Spelling::at(&text, 0).map(|s| s.1), Some(4), "{end:#x}");
        }
        for letter in (0..=0xFFu8).filter(|b| b.is_ascii_alphanumeric() || *b >= 0x80) {
            assert_eq!(Spelling::at(&[letter, letter, b' '], 0).map(|s| s.1), Some(2), "{letter:#x}");
        }
        assert_eq!(Spelling::at(b" a", 0), None);
        assert_eq!(Spelling::at(b"a", 1), None);
        assert_eq!(Spelling::at(b"abcdefghijklmno", 0).map(|s| s.1), Some(15));
        assert_eq!(Spelling::at(b"abcdefghijklmnop", 0), None, "too long");
        assert_eq!(Spelling::at(b"xab cd", 1), Spelling::at(b"ab", 0));
    }
}
