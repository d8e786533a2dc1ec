//! How many documents of a period have which values? One counter per combination of them.

use super::values::Numbers;
use crate::index::IndexError;
use crate::trend::TrendCell;
use std::ops::Range;

/// Most counters: combinations of values of two fields.
const MOST_COMBINATIONS: usize = 4_000_000;

/// Counts of a period, one per combination of values.
pub(super) struct Counter {
    counts: Vec<u32>,
    /// Stories of one document among them.
    alone: Vec<u32>,
    /// Values of the second field.
    second: u32,
    /// The combinations that are not 0: the first so many.
    touched: Vec<u32>,
    touched_len: usize,
}

impl Counter {
    /// # Errors
    /// Too many combinations: advice.
    pub(super) fn new(values: &[Vec<String>]) -> Result<Self, IndexError> {
        let number = |at: usize| values.get(at).map_or(1, Vec::len);
        let combinations = number(0).saturating_mul(number(1));
        if combinations > MOST_COMBINATIONS {
            return Err(IndexError::Query("hai tiêu chí có quá nhiều giá trị để đếm cùng lúc; hãy bỏ bớt một tiêu chí".into()));
        }
        let (counts, alone) = (vec![0; combinations], vec![0; combinations]);
        Ok(Self { counts, alone, second: number(1) as u32, touched: vec![0; combinations + 1], touched_len: 0 })
    }

    /// Counts the documents at these places.
    pub(super) fn add(&mut self, places: Range<usize>, fields: usize, numbers: &[Numbers; 2]) {
        let [first, second] = numbers;
        match (fields, first.single(&places), second.single(&places)) {
            (0, ..) if !places.is_empty() => self.step(0, places.len() as u32),
            (0, ..) => {}
            (1, Some(first), _) => first.iter().for_each(|a| self.step(*a, 1)),
            (1, None, _) => places.for_each(|at| first.of(at).iter().for_each(|a| self.step(*a, 1))),
            (_, Some(first), Some(second)) => first.iter().zip(second).for_each(|(a, b)| self.step(a * self.second + b, 1)),
            _ => {
                for at in places {
                    for a in first.of(at) {
                        second.of(at).iter().for_each(|b| self.step(a * self.second + b, 1));
                    }
                }
            }
        }
    }

    /// Counts the document at this place, which was counted, as a story of its own.
    pub(super) fn add_alone(&mut self, at: usize, fields: usize, [first, second]: &[Numbers; 2]) {
        let none: &[u32] = &[0];
        let (first, second) = (if fields > 0 { first.of(at) } else { none }, if fields > 1 { second.of(at) } else { none });
        for a in first {
            for b in second {
                if let Some(alone) = self.alone.get_mut((a * self.second + b) as usize) {
                    *alone += 1;
                }
            }
        }
    }

    /// Number of combinations, at least 1.
    pub(super) fn combinations(&self) -> u32 {
        self.counts.len() as u32
    }

    /// Values of the second field.
    pub(super) fn second(&self) -> u32 {
        self.second
    }

    /// Notes the combination without a branch, which would often be foreseen wrong.
    #[inline]
    fn step(&mut self, at: u32, documents: u32) {
        if let (Some(count), Some(touched)) = (self.counts.get_mut(at as usize), self.touched.get_mut(self.touched_len)) {
            *touched = at;
            self.touched_len += usize::from(*count == 0);
            *count += documents;
        }
    }

    /// Gives the counts as cells of the period and goes back to 0.
    pub(super) fn empty(&mut self, period: u32, cells: &mut Vec<TrendCell>) {
        for at in self.touched.iter().take(std::mem::take(&mut self.touched_len)) {
            if let (Some(count), Some(alone)) = (self.counts.get_mut(*at as usize), self.alone.get_mut(*at as usize)) {
                let values = [at / self.second, at % self.second];
                cells.push(TrendCell { period, values, documents: std::mem::take(count), stories: std::mem::take(alone) });
            }
        }
    }
}
