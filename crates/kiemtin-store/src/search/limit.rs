//! How long may a search take? A thread that searches cannot be stopped from outside, so it looks at the clock itself.

use super::gather::engine;
use crate::index::IndexError;
use std::time::{Duration, Instant};
use tantivy::query::Weight;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, SegmentReader};

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

    /// How many documents match in a segment.
    pub(super) fn count(&self, weight: &dyn Weight, segment: &SegmentReader) -> Result<u64, IndexError> {
        let small = u64::from(segment.max_doc()) <= IN_ONE_GO / 4;
        if small || weight.scorer(segment, 1.0).map_err(engine)?.cost() <= IN_ONE_GO {
            return Ok(u64::from(weight.count(segment).map_err(engine)?));
        }
        let mut count = 0;
        self.blocks(weight, segment, |docs| count += docs.len() as u64)?;
        Ok(count)
    }
}
