//! Which documents stand for all that match? Every so manieth of them, in the order of time.
//!
//! A systematic sample (Cochran 1977, ch. 8) in one pass, without knowing how many there will be: when twice as many as wanted
//! are held, every other one is let go and only every other one is taken from then on. The same index gives the same sample.

use super::gather::engine;
use super::schema::Fields;
use crate::index::IndexError;
use kiemtin_model::DocId as Id;
use tantivy::schema::Value;
use tantivy::{DocAddress, DocId, Searcher, TantivyDocument};

/// Most documents of a sample.
const MOST: usize = 5_000;

/// What was taken so far.
pub(super) struct Sample {
    wanted: usize,
    /// One in so many is taken.
    step: usize,
    /// Documents to pass by before the next one is taken.
    skip: usize,
    taken: Vec<DocAddress>,
}

impl Sample {
    /// One of at most so many documents.
    pub(super) fn of(wanted: usize) -> Self {
        Self { wanted: wanted.min(MOST), step: 1, skip: 0, taken: vec![] }
    }

    /// Passes these documents of a segment by, and takes some.
    pub(super) fn add(&mut self, segment: u32, docs: &[DocId]) {
        if self.wanted == 0 {
            return;
        }
        let mut left = docs;
        while let Some(doc) = left.get(self.skip) {
            self.taken.push(DocAddress::new(segment, *doc));
            left = left.get(self.skip + 1..).unwrap_or_default();
            self.skip = self.step - 1;
            if self.taken.len() == self.wanted * 2 {
                self.taken = self.taken.iter().step_by(2).copied().collect();
                // The last one taken was let go: from there it is one step of before to the next one.
                self.step *= 2;
            }
        }
        self.skip -= left.len();
    }

    /// Their ids: as many as wanted, or all that match.
    pub(super) fn names(self, searcher: &Searcher, fields: &Fields) -> Result<Vec<Id>, IndexError> {
        let held = self.taken.len();
        let wanted = held.min(self.wanted);
        let mut names = Vec::with_capacity(wanted);
        for place in (0..wanted).filter_map(|nth| self.taken.get(nth * held / wanted.max(1))) {
            let document: TantivyDocument = searcher.doc(*place).map_err(engine)?;
            names.extend(document.get_first(fields.id).and_then(|v| v.as_str()).map(|id| Id(id.to_owned())));
        }
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_so_manieth_is_taken_whatever_the_blocks() {
        let all: Vec<DocId> = (0..1_000).collect();
        for block in [1, 7, 64, 1_000] {
            let mut sample = Sample::of(10);
            all.chunks(block).for_each(|docs| sample.add(0, docs));
            let taken: Vec<DocId> = sample.taken.iter().map(|at| at.doc_id).collect();
            let step = taken[1] - taken[0];
            assert!((10..20).contains(&taken.len()) && taken[0] == 0, "{block}: {taken:?}");
            assert!(taken.windows(2).all(|w| w[1] - w[0] == step), "{block}: {taken:?}");
            assert!(1_000 - taken[taken.len() - 1] <= step, "{block}: up to the end");
        }
    }
}
