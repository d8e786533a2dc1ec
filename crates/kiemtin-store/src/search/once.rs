//! How many documents match, of which sort, and which are the best of them by BM25? In one pass over all of them.
//!
//! For queries whose matches must be looked at one by one anyway (phrases, and whatever is joined with them): a second pass would
//! read the places of the words again.

use super::facets::{Counted, SegmentFacets};
use super::gather::engine;
use super::limit::Limit;
use super::sorts::Sorts;
use crate::index::IndexError;
use std::cmp::Ordering;
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocAddress, DocId, DocSet, Searcher, TERMINATED};

/// Documents between two looks at the clock, and counted in one go.
const BLOCK: usize = 512;

/// What one pass finds.
pub(super) struct Once {
    pub(super) counted: Counted,
    /// The best, in the order of their addresses.
    pub(super) best: Vec<DocAddress>,
}

/// Looks at all that matches; `most` of the best are kept, and facets counted if they are wanted.
pub(super) fn once(searcher: &Searcher, query: &dyn Query, most: usize, facets: Option<&Sorts>, limit: &Limit) -> Result<Once, IndexError> {
    let weight = query.weight(EnableScoring::enabled_from_searcher(searcher)).map_err(engine)?;
    let mut counted = Counted::nothing();
    let mut best = Best { most, least: f32::NEG_INFINITY, kept: vec![] };
    let mut block: Vec<DocId> = Vec::with_capacity(BLOCK);
    for (segment_ord, segment) in (0u32..).zip(searcher.segment_readers()) {
        limit.check()?;
        let mut of_segment = facets.map_or_else(|| Ok(SegmentFacets::total_alone()), |sorts| SegmentFacets::open(segment, sorts))?;
        let mut scorer = weight.scorer(segment, 1.0).map_err(engine)?;
        let mut doc_id = scorer.doc();
        while doc_id != TERMINATED {
            if segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc_id)) {
                block.push(doc_id);
                best.offer(scorer.score(), DocAddress { segment_ord, doc_id });
                if block.len() == BLOCK {
                    of_segment.add(&block);
                    block.clear();
                    limit.check()?;
                }
            }
            doc_id = scorer.advance();
        }
        of_segment.add(&block);
        block.clear();
        of_segment.name(&mut counted);
    }
    Ok(Once { counted, best: best.addresses() })
}

/// The best so far, and some more.
struct Best {
    most: usize,
    /// What a document must have to be among the best.
    least: f32,
    kept: Vec<(f32, DocAddress)>,
}

impl Best {
    fn offer(&mut self, score: f32, at: DocAddress) {
        if score < self.least {
            return;
        }
        self.kept.push((score, at));
        // So that each is sorted a few times at the most, whatever the number of documents.
        if self.kept.len() >= self.most.max(1) * 4 {
            self.cut();
        }
    }

    fn cut(&mut self) {
        let order = |a: &(f32, DocAddress), b: &(f32, DocAddress)| -> Ordering { b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)) };
        if self.kept.len() > self.most && self.most > 0 {
            let (_, last, _) = self.kept.select_nth_unstable_by(self.most - 1, order);
            self.least = last.0;
        }
        self.kept.truncate(self.most);
    }

    fn addresses(mut self) -> Vec<DocAddress> {
        self.cut();
        let mut addresses: Vec<DocAddress> = self.kept.into_iter().map(|(_, at)| at).collect();
        addresses.sort_unstable();
        addresses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_kept() {
        let mut best = Best { most: 3, least: f32::NEG_INFINITY, kept: vec![] };
        for doc_id in 0..1_000u32 {
            best.offer(((doc_id * 7919) % 1_000) as f32, DocAddress { segment_ord: 0, doc_id });
        }
        let scores: Vec<u32> = best.addresses().iter().map(|at| (at.doc_id * 7919) % 1_000).collect();
        assert_eq!(scores.iter().sum::<u32>(), 999 + 998 + 997, "{scores:?}");
        let mut none = Best { most: 0, least: f32::NEG_INFINITY, kept: vec![] };
        none.offer(1.0, DocAddress { segment_ord: 0, doc_id: 1 });
        assert!(none.addresses().is_empty());
    }
}
