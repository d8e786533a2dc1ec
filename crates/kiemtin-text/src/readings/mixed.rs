//! How are numbers spread over a table of what was counted? By one multiplication: no syllable costs more to look up than that.
//!
//! Keys and pairs come from texts, not from a person who could choose them to collide: a table holds at most some hundred
//! thousand syllables that somebody published.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A table by numbers.
pub(super) type Table<K, V> = HashMap<K, V, BuildHasherDefault<Mixed>>;

/// 2^64 divided by the golden ratio, odd (Knuth 1998, 6.4).
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads a number over all bits: both halves of its product are laid over each other.
#[derive(Default)]
pub(super) struct Mixed(u64);

impl Hasher for Mixed {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, number: u64) {
        let product = u128::from(self.0 ^ number) * u128::from(GOLDEN);
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_lie_far_apart() {
        let hash = |number: u64| {
            let mut mixed = Mixed::default();
            mixed.write_u64(number);
            mixed.finish()
        };
        // The table takes its place from the lowest bits and its tag from the highest.
        for bits in [0, 20, 32, 44] {
            let mut low: Vec<u64> = (0..1_000u64).map(|n| hash(n << bits) & 0xffff).collect();
            let mut high: Vec<u64> = (0..1_000u64).map(|n| hash(n << bits) >> 57).collect();
            for (hashes, fewest) in [(&mut low, 950), (&mut high, 100)] {
                hashes.sort_unstable();
                hashes.dedup();
                assert!(hashes.len() >= fewest, "{} of 1,000 shifted by {bits}", hashes.len());
            }
        }
    }
}
