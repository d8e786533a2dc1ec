//! When was a document published, which is its place in the order of the store, and of which story is it?
//!
//! Columns of all segments, opened once for a search: that costs as much as reading some hundred values.

use super::gather::engine;
use super::schema;
use crate::index::IndexError;
use std::cmp::Ordering;
use tantivy::columnar::Column;
use tantivy::{DocAddress, Searcher};

/// Times, sequence numbers and stories of documents.
pub(super) struct Columns {
    published: Vec<Column<i64>>,
    seq: Vec<Column<u64>>,
    story: Vec<Column<u64>>,
}

impl Columns {
    pub(super) fn open(searcher: &Searcher) -> Result<Self, IndexError> {
        let segments = || searcher.segment_readers().iter().map(|segment| segment.fast_fields());
        Ok(Self {
            published: segments().map(|of| of.i64(schema::PUBLISHED)).collect::<Result<_, _>>().map_err(engine)?,
            seq: segments().map(|of| of.u64(schema::SEQ)).collect::<Result<_, _>>().map_err(engine)?,
            story: segments().map(|of| of.u64(schema::STORY)).collect::<Result<_, _>>().map_err(engine)?,
        })
    }

    /// When it was published, in milliseconds since 1970; none where nobody said so.
    pub(super) fn published(&self, at: DocAddress) -> Option<i64> {
        value(&self.published, at)
    }

    /// The number of its story; one that names none is a story of its own.
    pub(super) fn story(&self, at: DocAddress) -> Option<u64> {
        value(&self.story, at)
    }

    /// The later one comes first; of one time, the one that was stored later.
    pub(super) fn newer_first(&self, a: DocAddress, b: DocAddress) -> Ordering {
        self.published(b).cmp(&self.published(a)).then_with(|| value(&self.seq, b).cmp(&value(&self.seq, a)))
    }
}

fn value<T: PartialOrd + Copy + std::fmt::Debug + Send + Sync + 'static>(columns: &[Column<T>], at: DocAddress) -> Option<T> {
    columns.get(at.segment_ord as usize).and_then(|column| column.first(at.doc_id))
}
