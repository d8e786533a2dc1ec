//! Documents of a segment as a row of bits: lists are written into rows as they are stored, and rows are joined 64 documents at a time.

use super::joined::List;
use tantivy::fastfield::AliveBitSet;
use tantivy::query::Scorer;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, Score, TERMINATED};

/// Documents, as a set that is gone through.
pub(super) struct Bits {
    words: Vec<u64>,
    doc: DocId,
}

impl Bits {
    /// What any of these has, in a segment of `max_doc`.
    pub(super) fn of_any(lists: impl IntoIterator<Item = List>, max_doc: DocId) -> Self {
        let mut bits = Self { words: vec![0; max_doc.div_ceil(u64::BITS) as usize], doc: 0 };
        for list in lists {
            match list.stored {
                Some(mut blocks) => {
                    while !blocks.docs().is_empty() {
                        bits.add(blocks.docs());
                        blocks.advance();
                    }
                }
                None => {
                    let (mut scorer, mut buffer, mut filled) = (list.one_by_one, [0; COLLECT_BLOCK_BUFFER_LEN], COLLECT_BLOCK_BUFFER_LEN);
                    while filled == buffer.len() {
                        filled = scorer.fill_buffer(&mut buffer);
                        bits.add(buffer.get(..filled).unwrap_or_default());
                    }
                }
            }
        }
        bits.doc = bits.next(0);
        bits
    }

    /// What all of these have.
    pub(super) fn of_all(lists: Vec<List>, max_doc: DocId) -> Self {
        let mut lists = lists.into_iter();
        let mut all = Self::of_any(lists.next(), max_doc);
        for list in lists {
            let other = Self::of_any([list], max_doc);
            all.words.iter_mut().zip(other.words).for_each(|(word, other)| *word &= other);
        }
        all.doc = all.next(0);
        all
    }

    fn add(&mut self, docs: &[DocId]) {
        for doc in docs {
            if let Some(word) = self.words.get_mut((doc / u64::BITS) as usize) {
                *word |= 1 << (doc % u64::BITS);
            }
        }
    }

    /// The first one that is not before this one.
    fn next(&self, from: DocId) -> DocId {
        let first = (from / u64::BITS) as usize;
        let mut mask = !0 << (from % u64::BITS);
        for (at, word) in (first as DocId..).zip(self.words.get(first..).unwrap_or_default()) {
            let left = word & std::mem::replace(&mut mask, !0);
            if left != 0 {
                return at * u64::BITS + left.trailing_zeros();
            }
        }
        TERMINATED
    }

    /// The words from where it stands on, the first one without what is behind.
    fn left(&self) -> impl Iterator<Item = u64> {
        let mut mask = !0 << (self.doc % u64::BITS);
        let words = self.words.get((self.doc / u64::BITS) as usize..).unwrap_or_default();
        words.iter().map(move |word| word & std::mem::replace(&mut mask, !0))
    }
}

impl DocSet for Bits {
    fn advance(&mut self) -> DocId {
        if self.doc != TERMINATED {
            self.doc = self.next(self.doc + 1);
        }
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            self.doc = self.next(target);
        }
        self.doc
    }

    fn fill_buffer(&mut self, buffer: &mut [DocId; COLLECT_BLOCK_BUFFER_LEN]) -> usize {
        let (mut filled, mut first, mut left) = (0, self.doc / u64::BITS * u64::BITS, TERMINATED);
        'words: for mut word in self.left() {
            while word != 0 {
                let doc = first + word.trailing_zeros();
                let Some(place) = buffer.get_mut(filled) else {
                    left = doc;
                    break 'words;
                };
                *place = doc;
                filled += 1;
                word &= word - 1;
            }
            first += u64::BITS;
        }
        self.doc = left;
        filled
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.left().map(u64::count_ones).sum()
    }

    fn count(&mut self, alive: &AliveBitSet) -> u32 {
        let mut count = 0;
        while self.doc != TERMINATED {
            count += u32::from(alive.is_alive(self.doc));
            self.advance();
        }
        count
    }

    fn count_including_deleted(&mut self) -> u32 {
        let count = self.size_hint();
        self.doc = TERMINATED;
        count
    }
}

impl Scorer for Bits {
    /// Rows of bits are made only where nobody asks for scores.
    fn score(&mut self) -> Score {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;
    use tantivy::BitSet;
    use tantivy::query::{BitSetDocSet, ConstScorer};

    fn of(lists: &[BTreeSet<DocId>]) -> Vec<List> {
        let docs = |list: &BTreeSet<DocId>| {
            let mut docs = BitSet::with_max_value(300);
            list.iter().for_each(|doc| assert!(docs.insert(*doc)));
            ConstScorer::new(BitSetDocSet::from(docs), 1.0)
        };
        lists.iter().map(|list| List { one_by_one: Box::new(docs(list)), stored: None }).collect()
    }

    fn all(mut bits: Bits) -> Vec<DocId> {
        let mut found = vec![];
        while bits.doc() != TERMINATED {
            found.push(bits.doc());
            bits.advance();
        }
        found
    }

    proptest! {
        #[test]
        fn rows_of_bits_are_sets(lists in prop::collection::vec(prop::collection::btree_set(0u32..300, 0..200), 1..4), from in 0u32..300) {
            let any: Vec<DocId> = lists.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect();
            let both: Vec<DocId> = any.iter().copied().filter(|doc| lists.iter().all(|list| list.contains(doc))).collect();
            prop_assert_eq!(all(Bits::of_any(of(&lists), 300)), any.clone());
            prop_assert_eq!(all(Bits::of_all(of(&lists), 300)), both);
            let mut bits = Bits::of_any(of(&lists), 300);
            let left = any.iter().copied().filter(|doc| *doc >= from);
            prop_assert_eq!(bits.seek(from), left.clone().next().unwrap_or(TERMINATED));
            let mut buffer = [0; COLLECT_BLOCK_BUFFER_LEN];
            let filled = Bits { words: bits.words.clone(), doc: bits.doc }.fill_buffer(&mut buffer);
            prop_assert_eq!(buffer[..filled].to_vec(), left.clone().take(buffer.len()).collect::<Vec<_>>());
            prop_assert_eq!(bits.count_including_deleted() as usize, left.count());
            prop_assert_eq!(bits.doc(), TERMINATED);
        }
    }
}
