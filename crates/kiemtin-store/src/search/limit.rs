//! How long may a search take? A thread that searches cannot be stopped from outside, so it looks at the clock itself.

use super::best::Best;
use super::gather::engine;
use crate::index::IndexError;
use std::cmp::Reverse;
use std::time::{Duration, Instant};
use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocAddress, DocId, DocSet, Searcher, SegmentReader, TERMINATED};

/// What is counted in one go, by the engine's own fast ways: so many documents to look at take some tenths of a second.
const IN_ONE_GO: u64 = 4_000_000;
/// Blocks of documents between two looks at the clock.
const BLOCKS: usize = 16;

/// The moment at which a search is given up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit {
    allowed: Duration,
    begun: Instant,
}

impl Limit {
    /// So long from now.
    pub(super) fn of(allowed: Duration) -> Self {
        Self { allowed, begun: Instant::now() }
    }

    /// # Errors
    /// The time is over: advice for the person who asked.
    pub(super) fn check(&self) -> Result<(), IndexError> {
        if self.begun.elapsed() < self.allowed {
            return Ok(());
        }
        Err(IndexError::Query(format!(
            "câu tìm mất quá {} giây nên đã dừng; hãy thêm từ cần có, bớt từ có dấu *, hoặc thu hẹp khoảng ngày",
            self.allowed.as_secs_f32()
        )))
    }

    /// The living documents that match in a segment, ascending, block by block.
    pub(super) fn blocks(&self, weight: &dyn Weight, segment: &SegmentReader, mut take: impl FnMut(&[DocId])) -> Result<(), IndexError> {
        self.check()?;
        let mut scorer = weight.scorer(segment, 1.0).map_err(engine)?;
        let mut buffer = [0; COLLECT_BLOCK_BUFFER_LEN];
        let mut living = Vec::with_capacity(buffer.len());
        for block in 1usize.. {
            let filled = scorer.fill_buffer(&mut buffer);
            let docs = buffer.get(..filled).unwrap_or_default();
            match segment.alive_bitset() {
                None => take(docs),
                Some(alive) => {
                    living.clear();
                    living.extend(docs.iter().filter(|doc| alive.is_alive(**doc)));
                    take(&living);
                }
            }
            if filled < buffer.len() {
                break;
            }
            if block.is_multiple_of(BLOCKS) {
                self.check()?;
            }
        }
        Ok(())
    }

    /// How many documents match, as far as `most`: little more is looked at.
    pub(super) fn count_to(&self, searcher: &Searcher, query: &dyn Query, most: u64) -> Result<u64, IndexError> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(engine)?;
        let mut found = 0;
        for segment in searcher.segment_readers() {
            self.check()?;
            let mut scorer = weight.scorer(segment, 1.0).map_err(engine)?;
            while scorer.doc() != TERMINATED && found < most {
                found += u64::from(segment.alive_bitset().is_none_or(|alive| alive.is_alive(scorer.doc())));
                scorer.advance();
            }
            if found >= most {
                break;
            }
        }
        Ok(found)
    }

    /// How many documents match.
    pub(super) fn count(&self, searcher: &Searcher, query: &dyn Query) -> Result<u64, IndexError> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(engine)?;
        let mut count = 0;
        for segment in searcher.segment_readers() {
            self.check()?;
            let small = u64::from(segment.max_doc()) <= IN_ONE_GO / 4;
            if small || weight.scorer(segment, 1.0).map_err(engine)?.cost() <= IN_ONE_GO {
                count += u64::from(weight.count(segment).map_err(engine)?);
            } else {
                self.blocks(&*weight, segment, |docs| count += docs.len() as u64)?;
            }
        }
        Ok(count)
    }

    /// The best by score, best first. The largest segments come first: what they have lets the engine skip most of the others.
    pub(super) fn top(&self, searcher: &Searcher, query: &dyn Query, limit: usize) -> Result<Vec<(f32, DocAddress)>, IndexError> {
        let weight = query.weight(EnableScoring::enabled_from_searcher(searcher)).map_err(engine)?;
        let mut segments: Vec<(u32, &SegmentReader)> = (0u32..).zip(searcher.segment_readers()).collect();
        segments.sort_by_key(|(_, segment)| Reverse(segment.num_docs()));
        let mut best = Best::of(limit.min(searcher.num_docs() as usize));
        for (segment_ord, segment) in segments {
            self.check()?;
            let alive = segment.alive_bitset();
            let threshold = best.threshold();
            let mut offer = |doc_id, score| {
                if alive.is_none_or(|alive| alive.is_alive(doc_id)) {
                    best.offer(score, DocAddress { segment_ord, doc_id });
                }
                best.threshold()
            };
            weight.for_each_pruning(threshold, segment, &mut offer).map_err(engine)?;
        }
        Ok(best.sorted().collect())
    }
}
