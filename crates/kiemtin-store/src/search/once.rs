//! How many documents match, of which sort, and which are the best of them by BM25? In one pass over all of them.
//!
//! For queries whose matches must be looked at one by one anyway (phrases, and whatever is joined with them): a second pass would
//! read the places of the words again.

use super::best::Best;
use super::facets::{Counted, SegmentFacets};
use super::gather::engine;
use super::limit::Limit;
use super::sorts::Sorts;
use crate::index::IndexError;
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocAddress, DocId, DocSet, Score, Searcher, TERMINATED};

/// Documents between two looks at the clock, and counted in one go.
const BLOCK: usize = 512;

/// What one pass finds.
pub(super) struct Once {
    pub(super) counted: Counted,
    /// The best, with their scores.
    pub(super) best: Vec<(Score, DocAddress)>,
}

/// Looks at all that matches; `most` of the best are kept, and facets counted if they are wanted.
pub(super) fn once(searcher: &Searcher, query: &dyn Query, most: usize, facets: Option<&Sorts>, limit: &Limit) -> Result<Once, IndexError> {
    let weight = query.weight(EnableScoring::enabled_from_searcher(searcher)).map_err(engine)?;
    let mut counted = Counted::nothing();
    let mut best = Best::of(most);
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
    Ok(Once { counted, best: best.sorted().collect() })
}
