//! In how many texts does a term stand? Learnt from the newest texts, in bounded memory.
//!
//! The first [`ALL`] texts teach, then one in [`PART`]; the newest [`TEACHERS`] of them are held, and leave again. Counters
//! are shared by terms that fall into one place: rare terms may count as a little less rare.

use super::terms::{Term, Terms};
use std::collections::VecDeque;

/// So many first texts teach, each …
pub const ALL: u32 = 4_096;
/// … then one in so many.
pub const PART: u32 = 8;
/// Texts that are held.
pub const TEACHERS: usize = 8_192;
/// Counters, as a power of two.
const COUNTERS: u32 = 21;
/// Texts that are taken for granted, so that the first ones are not weighed by chance.
const GRANTED: f32 = 400.0;

/// Counts of terms.
#[derive(Debug)]
pub(super) struct Learnt {
    counters: Vec<u16>,
    teachers: VecDeque<Box<[Term]>>,
}

/// Whether the text with this number (from 1) teaches.
pub fn teaches(number: u32) -> bool {
    number <= ALL || number.is_multiple_of(PART)
}

fn place(term: Term) -> usize {
    (term >> (32 - COUNTERS)) as usize
}

impl Default for Learnt {
    fn default() -> Self {
        Self { counters: vec![0; 1 << COUNTERS], teachers: VecDeque::new() }
    }
}

impl Learnt {
    /// Learns a text that teaches; forgets the oldest one.
    pub(super) fn learn(&mut self, terms: Box<[Term]>) {
        for term in &terms {
            self.count(*term, |c| c.saturating_add(1));
        }
        self.teachers.push_back(terms);
        if self.teachers.len() > TEACHERS
            && let Some(oldest) = self.teachers.pop_front()
        {
            for term in &oldest {
                self.count(*term, |c| c.saturating_sub(1));
            }
        }
    }

    fn count(&mut self, term: Term, change: impl Fn(u16) -> u16) {
        if let Some(counter) = self.counters.get_mut(place(term)) {
            *counter = change(*counter);
        }
    }

    /// The weighted terms of a text: how much is made of each, times how rare it is; the strongest `most`, of length one.
    pub(super) fn weigh(&self, terms: &Terms, most: usize) -> Vec<(Term, f32)> {
        let texts = self.teachers.len() as f32 + GRANTED;
        let rarity = |term| {
            let count = self.counters.get(place(term)).copied().unwrap_or(0);
            (texts / (f32::from(count) + 0.7)).ln().max(0.0)
        };
        let mut list: Vec<(Term, f32)> = terms.list.iter().map(|(term, weight)| (*term, weight * rarity(*term))).collect();
        if list.len() > most {
            list.select_nth_unstable_by(most, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            list.truncate(most);
        }
        list.sort_unstable_by_key(|t| t.0);
        let length = list.iter().map(|(_, w)| w * w).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        list.iter_mut().for_each(|(_, w)| *w /= length);
        list
    }

    /// Memory, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.counters.len() * 2 + self.teachers.iter().map(|t| size_of_val(&**t) + 16).sum::<usize>()
    }
}
