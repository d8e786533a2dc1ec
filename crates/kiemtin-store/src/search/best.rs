//! Which are the best of many documents by score?

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use tantivy::{DocAddress, Score};

/// The best so far: a heap with the worst of them on top, so that what a document must have to be among them is always known.
pub(super) struct Best {
    most: usize,
    heap: BinaryHeap<Reverse<Ranked>>,
}

/// Larger is better; of equal ones the one that comes first in the index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Ranked {
    score: ByValue,
    at: Reverse<DocAddress>,
}

#[derive(Clone, Copy)]
struct ByValue(Score);

impl PartialEq for ByValue {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for ByValue {}

impl PartialOrd for ByValue {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ByValue {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Best {
    /// Of so many.
    pub(super) fn of(most: usize) -> Self {
        Self { most, heap: BinaryHeap::with_capacity(most.min(1_024)) }
    }

    /// What a document must have more than to be among the best.
    pub(super) fn threshold(&self) -> Score {
        match self.heap.peek() {
            Some(Reverse(worst)) if self.heap.len() >= self.most => worst.score.0,
            _ => Score::MIN,
        }
    }

    pub(super) fn offer(&mut self, score: Score, at: DocAddress) {
        let ranked = Ranked { score: ByValue(score), at: Reverse(at) };
        if self.heap.len() < self.most {
            self.heap.push(Reverse(ranked));
        } else if let Some(mut worst) = self.heap.peek_mut()
            && ranked > worst.0
        {
            *worst = Reverse(ranked);
        }
    }

    /// Best first.
    pub(super) fn sorted(self) -> impl Iterator<Item = (Score, DocAddress)> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse(ranked)| (ranked.score.0, ranked.at.0))
    }
}

/// What a document must score at least to be among the best, as far as those know who look at different segments at the same time.
/// It only rises.
pub(super) struct Least(AtomicU32);

impl Least {
    pub(super) fn of(score: Score) -> Self {
        Self(AtomicU32::new(ordered(score)))
    }

    /// The most that can be passed over. One that scores as much as the last of the best may still come before it.
    pub(super) fn passed(&self) -> Score {
        let least = score(self.0.load(Relaxed));
        if least > Score::MIN { least.next_down() } else { least }
    }

    pub(super) fn raise(&self, least: Score) {
        self.0.fetch_max(ordered(least), Relaxed);
    }
}

/// The bits of a number so that larger numbers have larger ones (as in `f32::total_cmp`).
fn ordered(score: Score) -> u32 {
    let bits = score.to_bits();
    if score.is_sign_negative() { !bits } else { bits | SIGN }
}

fn score(ordered: u32) -> Score {
    Score::from_bits(if ordered & SIGN == 0 { !ordered } else { ordered & !SIGN })
}

const SIGN: u32 = 1 << 31;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_passed_over_only_rises() {
        let least = Least::of(Score::MIN);
        assert_eq!(least.passed(), Score::MIN);
        for (raised, known) in [(-2.0, -2.0), (0.0, 0.0), (-1.0, 0.0), (3.5, 3.5), (3.25, 3.5)] {
            least.raise(raised);
            let (passed, known): (Score, Score) = (least.passed(), known);
            assert!(passed < known && passed.next_up() == known, "{passed} {known}");
        }
    }

    proptest! {
        #[test]
        fn the_best_are_kept(scores in prop::collection::vec(0u8..20, 0..200), most in 0usize..30) {
            let mut best = Best::of(most);
            let mut all = vec![];
            for (doc_id, score) in (0u32..).zip(scores) {
                let (score, at) = (f32::from(score), DocAddress { segment_ord: doc_id % 3, doc_id });
                best.offer(score, at);
                all.push((score, at));
            }
            all.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            all.truncate(most);
            prop_assert_eq!(best.threshold(), if all.len() == most { all.last().map_or(Score::MIN, |(score, _)| *score) } else { Score::MIN });
            prop_assert_eq!(best.sorted().collect::<Vec<_>>(), all);
        }
    }
}
