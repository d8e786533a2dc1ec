//! Which stretches of a channel are still to be read, when a round ended before it reached what was known?

use serde::{Deserialize, Serialize};

/// Most stretches; of more the two oldest become one, and what was read between them is read again.
const MOST_GAPS: usize = 8;

/// Stretches between two places (times or numbers), oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Gaps<T>(Vec<(T, T)>);

impl<T> Default for Gaps<T> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<T: Copy + Ord> Gaps<T> {
    /// A new stretch, behind all others.
    pub(super) fn open(&mut self, low: T, high: T) {
        self.0.push((low, high));
        if self.0.len() > MOST_GAPS {
            let (_, high) = self.0.remove(1);
            if let Some(first) = self.0.first_mut() {
                first.1 = high;
            }
        }
    }

    /// The stretch to be read next, from its end to its beginning.
    pub(super) fn next(&self) -> Option<(T, T)> {
        self.0.last().copied()
    }

    /// What is left of that stretch ends here; `None`: nothing is left.
    pub(super) fn narrow(&mut self, high: Option<T>) {
        match (high, self.0.last_mut()) {
            (Some(high), Some(last)) => last.1 = last.1.min(high),
            _ => drop(self.0.pop()),
        }
    }

    /// Whether a place lies in one of them, or at its edge.
    pub(super) fn hold(&self, at: T) -> bool {
        self.0.iter().any(|(low, high)| (*low..=*high).contains(&at))
    }

    /// Whether a place is an edge.
    pub(super) fn end_at(&self, at: T) -> bool {
        self.0.iter().any(|(low, high)| *low == at || *high == at)
    }

    /// Whether nothing is missing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_are_read_from_the_newest_on() {
        let mut gaps = Gaps::default();
        gaps.open(1, 5);
        gaps.open(8, 20);
        assert_eq!((gaps.next(), gaps.hold(8), gaps.hold(6), gaps.end_at(20)), (Some((8, 20)), true, false, true));
        gaps.narrow(Some(12));
        assert_eq!((gaps.next(), gaps.hold(15)), (Some((8, 12)), false));
        gaps.narrow(None);
        assert_eq!(gaps.next(), Some((1, 5)));
        gaps.narrow(None);
        gaps.narrow(Some(4));
        assert!(gaps.is_empty());
        (0..20).for_each(|n| gaps.open(n * 10, n * 10 + 5));
        assert_eq!(
            serde_json::to_string(&gaps).unwrap(),
            "[[0,125],[130,135],[140,145],[150,155],[160,165],[170,175],[180,185],[190,195]]"
        );
    }
}
