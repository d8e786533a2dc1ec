//! Which documents of a segment were published in which period?
//!
//! Segments are sorted by time, newest first, so a period is a range of documents, and its end is found by bisection. A segment
//! never changes; what was found of it is kept until it is merged into another.

use super::schema;
use crate::trend::Span;
use kiemtin_model::Time;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::columnar::Column;
use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader};

/// A period in which documents of a segment were published.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Period {
    pub(super) start: Time,
    /// Where its documents end; they begin where those of the next newer period end.
    pub(super) end: DocId,
}

/// Periods of segments.
type Known = HashMap<(SegmentId, Span), Arc<Vec<Period>>>;

/// What is known of the segments.
#[derive(Default)]
pub(super) struct Periods {
    known: Mutex<Known>,
}

impl Periods {
    /// The periods of a segment, newest first.
    pub(super) fn of(&self, segment: &SegmentReader, span: Span) -> tantivy::Result<Arc<Vec<Period>>> {
        let name = (segment.segment_id(), span);
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return Ok(Arc::clone(known));
        }
        let published = segment.fast_fields().i64(schema::PUBLISHED)?;
        let mut periods: Vec<Period> = vec![];
        let mut left = 0..published.values.num_vals();
        while !left.is_empty() {
            let start = span.start_of(Time(published.values.get_val(left.start)));
            left.start = first_before(&published, left.clone(), start);
            periods.push(Period { start, end: left.start });
        }
        let periods = Arc::new(periods);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(name, Arc::clone(&periods));
        Ok(periods)
    }

    /// Forgets the segments that are gone.
    pub(super) fn keep(&self, searcher: &Searcher) {
        let present: HashSet<SegmentId> = searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        self.known.lock().unwrap_or_else(PoisonError::into_inner).retain(|(segment, _), _| present.contains(segment));
    }
}

/// The first of the documents that was published before `time`, or their end: steps that double, then bisection (Bentley and Yao
/// 1976), since the next period is near.
pub(super) fn first_before(published: &Column<i64>, docs: Range<DocId>, time: Time) -> DocId {
    let older = |doc: DocId| published.values.get_val(doc) < time.0;
    let (mut low, mut step) = (docs.start, 1);
    while low.saturating_add(step) < docs.end && !older(low.saturating_add(step)) {
        low = low.saturating_add(step);
        step = step.saturating_mul(2);
    }
    let mut high = low.saturating_add(step).min(docs.end);
    while low < high {
        let middle = low + (high - low) / 2;
        if older(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}
