//! Of which sort is a document: source, kind, topics, level, stance and group, as one value?
//!
//! There are far fewer such sorts than documents. So a segment's documents are counted by sort, in one column instead of six, and
//! only the counts are taken apart. What the sorts of a segment are made of is kept until it is merged into another.

use super::facets::FACETS;
use super::gather::engine;
use super::schema::SORT;
use crate::index::IndexError;
use crate::types::StoredDocument;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::columnar::StrColumn;
use tantivy::index::SegmentId;
use tantivy::{Searcher, SegmentReader};

/// Between the facets of a sort, and between topics. Of all values only sources come from outside and may hold anything, these
/// characters too: so the source stands first, and facets are parted from the end.
const FACET: char = '\u{1}';
const VALUE: char = '\u{2}';

/// The sort of a document: the values of every facet, in the order of [`FACETS`].
pub(super) fn of(stored: &StoredDocument) -> String {
    let (document, assessment) = (&stored.assessed.document, &stored.assessed.assessment);
    let topics: Vec<&str> = stored.assessed.topics.iter().map(|topic| topic.id.as_str()).collect();
    let topics = topics.join(&VALUE.to_string());
    let facets =
        [&document.source, document.kind.as_str(), &topics, assessment.level.as_str(), assessment.stance.as_str(), document.group.as_str()];
    facets.join(&FACET.to_string())
}

/// What the sorts of a segment are made of.
#[derive(Default)]
pub(super) struct Made {
    /// All values, with the place of their facet.
    values: Vec<(usize, String)>,
    /// The values of each sort, by their places in `values`, and where those of each end.
    of: Vec<u32>,
    ends: Vec<usize>,
}

impl Made {
    fn read(column: &StrColumn) -> Result<Self, IndexError> {
        let mut made = Self::default();
        let mut known: HashMap<(usize, String), u32> = HashMap::new();
        let mut sorts = column.dictionary().stream().map_err(engine)?;
        while sorts.advance() {
            let sort = std::str::from_utf8(sorts.key()).map_err(engine)?;
            for (facet, values) in (0..FACETS.len()).rev().zip(sort.rsplitn(FACETS.len(), FACET)) {
                let several = FACETS.get(facet) == Some(&"topic");
                for value in values.split(|c| several && c == VALUE).filter(|value| !value.is_empty()) {
                    let next = made.values.len() as u32;
                    let place = *known.entry((facet, value.to_owned())).or_insert(next);
                    if place == next {
                        made.values.push((facet, value.to_owned()));
                    }
                    made.of.push(place);
                }
            }
            made.ends.push(made.of.len());
        }
        Ok(made)
    }

    /// Counts of sorts, as counts of values: the place of the facet, the value, how often.
    pub(super) fn taken_apart(&self, counts: &[u32]) -> impl Iterator<Item = (usize, &str, u64)> {
        let mut of_values = vec![0u64; self.values.len()];
        let mut start = 0;
        for (end, count) in self.ends.iter().zip(counts) {
            if *count > 0 {
                for place in self.of.get(start..*end).unwrap_or_default() {
                    if let Some(of_value) = of_values.get_mut(*place as usize) {
                        *of_value += u64::from(*count);
                    }
                }
            }
            start = *end;
        }
        let named = self.values.iter().zip(of_values).filter(|(_, count)| *count > 0);
        named.map(|((facet, value), count)| (*facet, value.as_str(), count))
    }
}

/// What is known of the segments.
#[derive(Default)]
pub(super) struct Sorts {
    known: Mutex<HashMap<SegmentId, Arc<Made>>>,
}

impl Sorts {
    /// The sorts of a segment, and the column that tells of which a document is.
    pub(super) fn of(&self, segment: &SegmentReader) -> Result<Option<(StrColumn, Arc<Made>)>, IndexError> {
        let Some(column) = segment.fast_fields().str(SORT).map_err(engine)? else { return Ok(None) };
        let name = segment.segment_id();
        if let Some(known) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&name) {
            return Ok(Some((column, Arc::clone(known))));
        }
        let made = Arc::new(Made::read(&column)?);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(name, Arc::clone(&made));
        Ok(Some((column, made)))
    }

    /// Forgets the segments that are gone.
    pub(super) fn keep(&self, searcher: &Searcher) {
        let present: HashSet<SegmentId> = searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        self.known.lock().unwrap_or_else(PoisonError::into_inner).retain(|segment, _| present.contains(segment));
    }
}
