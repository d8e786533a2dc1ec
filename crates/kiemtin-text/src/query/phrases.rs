//! Which phrases of a large list stand in a text, and where? All of them, overlapping ones too, in one pass.
//!
//! Syllables become numbers (only those that occur in a phrase have one), and a trie over these numbers is walked from
//! every syllable of the text: one look-up per syllable where a byte automaton takes a step per byte, and no border to
//! check. A Bloom filter (Bloom 1970, one hash, about 16 bits an edge) answers most second steps without touching the edges.

use crate::key::Key;
use crate::scan::Token;

/// No node, no number, no phrase.
const NONE: u32 = 0;
/// Mark on a node's number where it is pointed at: a phrase ends there. Saves most looks into the list of ends.
const END: u32 = 1 << 31;
/// Smallest and largest size of the Bloom filter, in bits; the largest still fits the second-level cache.
const BLOOM_BITS: (usize, usize) = (1 << 10, 1 << 21);

/// Phrases by number, as a trie over syllable numbers.
#[derive(Clone, Debug, Default)]
pub struct PhraseTrie {
    numbers: Table,
    /// Node of each phrase that begins with this syllable number.
    roots: Vec<u32>,
    edges: Table,
    bloom: Vec<u64>,
    /// Node → first phrase that ends there (its number + 1).
    ends: Vec<u32>,
    /// Phrase → next phrase that ends at the same node (its number + 1).
    same: Vec<u32>,
}

impl PhraseTrie {
    /// A trie of these phrases; the number of a phrase is its place in the list. Empty phrases never match.
    pub fn new<'a>(phrases: impl IntoIterator<Item = &'a [Key]>) -> Self {
        let mut trie = Self { roots: vec![NONE], ends: vec![NONE], ..Self::default() };
        for (number, phrase) in (1u32..).zip(phrases) {
            trie.same.push(NONE);
            let Some(end) = trie.insert(phrase) else { continue };
            // Phrases with the same syllables form a chain, the last one first.
            trie.same[number as usize - 1] = std::mem::replace(&mut trie.ends[end as usize], number);
        }
        trie.bloom = bloom(&trie.edges);
        let ends = &trie.ends;
        let marked = |node: u32| if ends[node as usize] == NONE { node } else { node | END };
        trie.roots.iter_mut().for_each(|node| *node = marked(*node));
        trie.edges.slots.iter_mut().for_each(|(_, node)| *node = marked(*node));
        trie
    }

    fn insert(&mut self, phrase: &[Key]) -> Option<u32> {
        let mut node = NONE;
        for key in phrase {
            let fresh = self.roots.len() as u32;
            let syllable = self.numbers.get_or_insert(key.0, fresh);
            if syllable == fresh {
                self.roots.push(NONE);
            }
            let next = self.ends.len() as u32;
            let child = if node == NONE {
                let root = &mut self.roots[syllable as usize];
                if *root == NONE {
                    *root = next;
                }
                *root
            } else {
                self.edges.get_or_insert(edge(node, syllable), next)
            };
            if child == next {
                self.ends.push(NONE);
            }
            node = child;
        }
        (node != NONE).then_some(node)
    }

    /// Calls `found(phrase, first token, token after the last)` for every phrase in `tokens`, by first token, shorter first.
    /// A phrase never crosses a sentence.
    #[inline]
    pub fn find(&self, tokens: &[Token], key: impl Fn(&Token) -> Key, mut found: impl FnMut(u32, u32, u32)) {
        // Only the root: every phrase was empty, or there was none.
        if self.ends.len() <= 1 {
            return;
        }
        let numbers: Vec<u32> = tokens.iter().map(|t| self.numbers.get(key(t).0)).collect();
        for (first, number) in numbers.iter().enumerate() {
            let mut node = self.roots[*number as usize];
            if node == NONE {
                continue;
            }
            let sentence = tokens[first].sentence;
            let mut next = first + 1;
            loop {
                if node & END != 0 {
                    node &= !END;
                    let mut phrase = self.ends[node as usize];
                    while phrase != NONE {
                        found(phrase - 1, first as u32, next as u32);
                        phrase = self.same[phrase as usize - 1];
                    }
                }
                let Some(number) = numbers.get(next).filter(|n| **n != NONE) else { break };
                let edge = edge(node, *number);
                if !self.may_hold(edge) || tokens[next].sentence != sentence {
                    break;
                }
                node = self.edges.get(edge);
                if node == NONE {
                    break;
                }
                next += 1;
            }
        }
    }

    #[inline]
    fn may_hold(&self, edge: u64) -> bool {
        let bit = bloom_bit(edge, self.bloom.len());
        self.bloom[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// Bytes held, for figures of memory.
    pub fn bytes(&self) -> usize {
        self.numbers.bytes() + self.edges.bytes() + self.bloom.len() * 8 + (self.roots.len() + self.ends.len() + self.same.len()) * 4
    }
}

#[inline]
fn edge(node: u32, syllable: u32) -> u64 {
    u64::from(node) << 32 | u64::from(syllable)
}

#[inline]
fn bloom_bit(edge: u64, words: usize) -> usize {
    // The top bits of the product are the well-mixed ones; `words` is a power of two.
    (edge.wrapping_mul(0xD6E8_FEB8_6659_FD93) >> 32) as usize & (words * 64 - 1)
}

fn bloom(edges: &Table) -> Vec<u64> {
    let bits = (edges.used * 16).next_power_of_two().clamp(BLOOM_BITS.0, BLOOM_BITS.1);
    let mut bloom = vec![0u64; bits / 64];
    for edge in edges.slots.iter().filter(|s| s.1 != NONE).map(|s| s.0) {
        let bit = bloom_bit(edge, bits / 64);
        bloom[bit / 64] |= 1 << (bit % 64);
    }
    bloom
}

/// A hash table from `u64` to non-zero `u32`: open addressing, linear probing, at most half full.
#[derive(Clone, Debug, Default)]
struct Table {
    slots: Vec<(u64, u32)>,
    used: usize,
}

impl Table {
    #[inline]
    fn slot(&self, key: u64) -> usize {
        // Fibonacci hashing (Knuth, TAOCP 3, 6.4).
        (key.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as usize & (self.slots.len() - 1)
    }

    #[inline]
    fn get(&self, key: u64) -> u32 {
        if self.slots.is_empty() {
            return NONE;
        }
        let mut at = self.slot(key);
        loop {
            let (held, value) = self.slots[at];
            if value == NONE || held == key {
                return value;
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// The value of `key`, which becomes `value` when it has none.
    fn get_or_insert(&mut self, key: u64, value: u32) -> u32 {
        let held = self.get(key);
        if held != NONE {
            return held;
        }
        if (self.used + 1) * 2 > self.slots.len() {
            let size = (self.slots.len() * 2).max(16);
            let old = std::mem::replace(&mut self.slots, vec![(0, NONE); size]);
            old.into_iter().filter(|s| s.1 != NONE).for_each(|(k, v)| self.put(k, v));
        }
        self.put(key, value);
        self.used += 1;
        value
    }

    fn put(&mut self, key: u64, value: u32) {
        let mut at = self.slot(key);
        while self.slots[at].1 != NONE {
            at = (at + 1) & (self.slots.len() - 1);
        }
        self.slots[at] = (key, value);
    }

    fn bytes(&self) -> usize {
        self.slots.len() * std::mem::size_of::<(u64, u32)>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::scan;
    use proptest::prelude::*;

    fn keys(text: &str) -> Vec<Key> {
        scan(text).tokens.iter().map(|t| t.key).collect()
    }

    fn found(phrases: &[&str], text: &str) -> Vec<(u32, u32, u32)> {
        let lists: Vec<Vec<Key>> = phrases.iter().map(|p| keys(p)).collect();
        let mut out = vec![];
        PhraseTrie::new(lists.iter().map(Vec::as_slice)).find(&scan(text).tokens, |t| t.key, |p, a, b| out.push((p, a, b)));
        out.sort_unstable();
        out
    }

    #[test]
    fn all_overlapping_phrases_are_found() {
        let phrases = ["giá xăng", "giá", "xăng dầu", "giá xăng dầu", "giá xăng", "dầu ăn", ""];
        assert_eq!(found(&phrases, "Giá xăng dầu"), [(0, 0, 2), (1, 0, 1), (2, 1, 3), (3, 0, 3), (4, 0, 2)]);
        assert_eq!(found(&phrases, "giá. Xăng dầu"), [(1, 0, 1), (2, 1, 3)], "no phrase crosses a sentence");
        assert_eq!(found(&[], "giá xăng"), []);
    }

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(text in "[abc ]{0,40}", phrases in prop::collection::vec("[abc]( [abc]){0,3}", 0..8)) {
            let tokens = keys(&text);
            let mut expected = vec![];
            for (number, phrase) in (0u32..).zip(&phrases) {
                let phrase = keys(phrase);
                for (at, window) in (0u32..).zip(tokens.windows(phrase.len())) {
                    if window == phrase {
                        expected.push((number, at, at + phrase.len() as u32));
                    }
                }
            }
            expected.sort_unstable();
            prop_assert_eq!(found(&phrases.iter().map(String::as_str).collect::<Vec<_>>(), &text), expected);
        }
    }
}
