//! Which known spellings are one slip away: a letter wrong, missing, too many, or two swapped?
//!
//! Spellings are kept under all that is left of them when one letter is taken out (symmetric deletion, Garbe 2012): two
//! spellings one slip apart share one such rest, or one is a rest of the other.

use crate::key::Key;
use std::collections::HashMap;

/// Longest spelling, in letters: longer ones are foreign words and not looked for.
const LONGEST: usize = 8;
/// Shortest spelling that a slip is looked for in, in letters: below, everything is near everything.
const SHORTEST: usize = 2;

/// Letters, ASCII.
type Letters = Box<[u8]>;

/// Known spellings, without accents.
#[derive(Clone, Debug, Default)]
pub(super) struct Near {
    rests: HashMap<Letters, Vec<(Letters, Key)>>,
}

impl Near {
    pub(super) fn add(&mut self, spelling: &str, key: Key) {
        let letters = spelling.as_bytes();
        if !spelling.is_ascii() || !(SHORTEST..=LONGEST).contains(&letters.len()) {
            return;
        }
        for rest in rests(letters) {
            self.rests.entry(rest.into()).or_default().push((letters.into(), key));
        }
    }

    /// Keys of the spellings that are one slip away, each once.
    pub(super) fn of(&self, spelling: &str) -> Vec<Key> {
        let letters = spelling.as_bytes();
        if !spelling.is_ascii() || !(SHORTEST..=LONGEST + 1).contains(&letters.len()) {
            return vec![];
        }
        let mut found: Vec<Key> = vec![];
        for rest in rests(letters) {
            for (other, key) in self.rests.get(rest.as_slice()).into_iter().flatten() {
                if !found.contains(key) && one_slip(letters, other) {
                    found.push(*key);
                }
            }
        }
        found
    }
}

/// The letters, and the letters without each one of them.
fn rests(letters: &[u8]) -> Vec<Vec<u8>> {
    let mut rests = vec![letters.to_vec()];
    for out in 0..letters.len() {
        let rest: Vec<u8> = letters.iter().enumerate().filter(|(at, _)| *at != out).map(|(_, letter)| *letter).collect();
        if !rests.contains(&rest) {
            rests.push(rest);
        }
    }
    rests
}

fn one_slip(a: &[u8], b: &[u8]) -> bool {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (Some(a), Some(b)) = (a.get(same..), b.get(same..)) else { return false };
    match (a, b) {
        ([], []) => false,
        ([x, y, rest_a @ ..], [v, w, rest_b @ ..]) if x == w && y == v && rest_a == rest_b => true,
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([_, rest @ ..], b) if rest == b => true,
        (a, [_, rest @ ..]) if rest == a => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_is_one_slip_away() {
        let mut near = Near::default();
        for (number, word) in ["truong", "thuong", "xang", "xanh", "ban", "an"].into_iter().enumerate() {
            near.add(word, Key(number as u64));
        }
        for (typed, expected) in [
            ("trung", vec![0]),
            ("trong", vec![0]),
            ("truongg", vec![0]),
            ("rtuong", vec![0]),
            ("xnag", vec![2]),
            ("xan", vec![2, 3, 4, 5]),
            ("xang", vec![3]),
            ("bna", vec![4]),
            ("", vec![]),
        ] {
            let mut found: Vec<u64> = near.of(typed).into_iter().map(|k| k.0).collect();
            found.sort_unstable();
            assert_eq!(found, expected, "{typed}");
        }
    }
}
