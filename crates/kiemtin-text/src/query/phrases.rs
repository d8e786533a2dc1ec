//! Which phrases of a large list stand in a text, and where? All of them, overlapping ones too, in one pass.
//!
//! Syllables have numbers (only those that occur in a phrase have one), and a trie over these numbers is walked from
//! every syllable of the text: one look-up per syllable where a byte automaton takes a step per byte, and no border to
//! check. A Bloom filter (Bloom 1970, one hash, about 16 bits an edge) answers most second steps without touching the edges.

use super::table::{NONE, Table};
use crate::scan::Token;

/// Mark on a node's number where it is pointed at: a phrase ends there. Saves most looks into the list of ends.
const END: u32 = 1 << 31;
/// Smallest and largest size of the Bloom filter, in bits; the largest still fits the second-level cache.
const BLOOM_BITS: (usize, usize) = (1 << 10, 1 << 21);

/// Phrases by number, as a trie over the numbers of syllables in a [`Vocabulary`](super::Vocabulary).
#[derive(Clone, Debug, Default)]
pub struct PhraseTrie {
    /// Syllable → node of the phrases that begin with it; shorter than the vocabulary when its last ones begin none.
    roots: Vec<u32>,
    edges: Table,
    bloom: Vec<u64>,
    /// Node → first phrase that ends there (its number + 1).
    ends: Vec<u32>,
    /// Phrase → next phrase that ends at the same node (its number + 1).
    same: Vec<u32>,
}

impl PhraseTrie {
    /// A trie of these phrases, each the numbers of its syllables; the number of a phrase is its place in the list. Empty
    /// phrases never match.
    pub fn new(phrases: impl IntoIterator<Item = impl AsRef<[u32]>>) -> Self {
        let mut trie = Self { roots: vec![NONE], ends: vec![NONE], ..Self::default() };
        for (number, phrase) in (1u32..).zip(phrases) {
            trie.same.push(NONE);
            let Some(end) = trie.insert(phrase.as_ref()) else { continue };
            // Phrases with the same syllables form a chain, the last one first.
            trie.same[number as usize - 1] = std::mem::replace(&mut trie.ends[end as usize], number);
        }
        trie.bloom = bloom(&trie.edges);
        let ends = &trie.ends;
        let marked = |node: u32| if ends[node as usize] == NONE { node } else { node | END };
        trie.roots.iter_mut().for_each(|node| *node = marked(*node));
        trie.edges.change(marked);
        trie
    }

    fn insert(&mut self, phrase: &[u32]) -> Option<u32> {
        let mut node = NONE;
        for syllable in phrase {
            let next = self.ends.len() as u32;
            let child = if node == NONE {
                let at = *syllable as usize;
                if self.roots.len() <= at {
                    self.roots.resize(at + 1, NONE);
                }
                if self.roots[at] == NONE {
                    self.roots[at] = next;
                }
                self.roots[at]
            } else {
                self.edges.get_or_insert(edge(node, *syllable), next)
            };
            if child == next {
                self.ends.push(NONE);
            }
            node = child;
        }
        (node != NONE).then_some(node)
    }

    /// Whether it holds no phrase.
    pub fn is_empty(&self) -> bool {
        // Only the root: every phrase was empty, or there was none.
        self.ends.len() <= 1
    }

    /// Calls `found(phrase, first token, token after the last)` for every phrase in `tokens`, by first token, shorter first.
    /// `number` gives the number of the token at a place. A phrase never crosses a sentence.
    #[inline]
    pub fn find(&self, tokens: &[Token], number: impl Fn(usize) -> u32, mut found: impl FnMut(u32, u32, u32)) {
        if self.is_empty() {
            return;
        }
        for first in 0..tokens.len() {
            let mut node = self.roots.get(number(first) as usize).copied().unwrap_or(NONE);
            if node == NONE {
                continue;
            }
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
                if next >= tokens.len() {
                    break;
                }
                let number = number(next);
                let edge = edge(node, number);
                if number == NONE || !self.may_hold(edge) || tokens[next].sentence != tokens[first].sentence {
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
        self.edges.bytes() + self.bloom.len() * 8 + (self.roots.len() + self.ends.len() + self.same.len()) * 4
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
    let bits = (edges.len() * 16).next_power_of_two().clamp(BLOOM_BITS.0, BLOOM_BITS.1);
    let mut bloom = vec![0u64; bits / 64];
    for edge in edges.keys() {
        let bit = bloom_bit(edge, bits / 64);
        bloom[bit / 64] |= 1 << (bit % 64);
    }
    bloom
}

#[cfg(test)]
mod tests {
    use super::super::Vocabulary;
    use super::*;
    use crate::Key;
    use crate::scan::scan;
    use proptest::prelude::*;

    fn keys(text: &str) -> Vec<Key> {
        scan(text).tokens.iter().map(|t| t.key).collect()
    }

    fn found(phrases: &[&str], text: &str) -> Vec<(u32, u32, u32)> {
        let mut known = Vocabulary::default();
        let lists: Vec<Vec<u32>> = phrases.iter().map(|p| scan(p).tokens.iter().map(|t| known.add(t.key, t.fold).0).collect()).collect();
        let (scanned, mut numbers, mut out) = (scan(text), vec![], vec![]);
        known.read(&scanned.tokens, false, &mut numbers);
        PhraseTrie::new(lists).find(&scanned.tokens, |i| numbers[i], |p, a, b| out.push((p, a, b)));
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
