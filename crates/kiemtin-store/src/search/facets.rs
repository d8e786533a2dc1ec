//! How many of the documents that match are of which sort? Counted by number, named once at the end.
//!
//! Per segment every sort has a small number ([`super::sorts`]), so a count is one step into a short list, and all facets are counted
//! in one pass over one column.

use super::sorts::Sorts;
use crate::index::{Facet, IndexError};
use std::collections::HashMap;
use tantivy::columnar::Column;
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentReader};

/// Fields that are counted.
pub(super) const FACETS: [&str; 6] = ["source", "kind", "topic", "level", "stance", "group"];
/// Most values of a facet that are told.
const FACET_VALUES: usize = 20;

/// What was counted in one or more segments.
pub(super) struct Counted {
    pub(super) total: u64,
    values: Vec<HashMap<String, u64>>,
}

/// What was counted in one segment.
#[derive(Default)]
pub(super) struct SegmentCounts {
    pub(super) total: u64,
    /// By the number of the sort in this segment; empty if sorts were not counted.
    pub(super) by_sort: Vec<u32>,
}

/// Counts documents of a segment.
pub(super) struct SegmentFacets {
    counted: SegmentCounts,
    /// The column of sorts, and room for what is read of it.
    sorts: Option<(Column<u64>, Vec<Option<u64>>)>,
}

impl SegmentFacets {
    /// By their sorts, if there are any to count by.
    pub(super) fn open(segment: &SegmentReader, sorts: Option<&Sorts>) -> Result<Self, IndexError> {
        let of = sorts.map(|sorts| sorts.of(segment)).transpose()?.flatten();
        let by_sort = of.as_ref().map_or(0, |(column, _)| column.num_terms());
        let counted = SegmentCounts { total: 0, by_sort: vec![0; by_sort] };
        Ok(Self { counted, sorts: of.map(|(column, _)| (column.ords().clone(), vec![])) })
    }

    pub(super) fn add(&mut self, docs: &[DocId]) {
        self.counted.total += docs.len() as u64;
        let Some((numbers, read)) = &mut self.sorts else { return };
        read.resize(docs.len(), None);
        numbers.first_vals(docs, read);
        for sort in read.iter().take(docs.len()).flatten() {
            if let Some(count) = usize::try_from(*sort).ok().and_then(|sort| self.counted.by_sort.get_mut(sort)) {
                *count += 1;
            }
        }
    }

    /// So many more, of whatever sort.
    pub(super) fn add_total(&mut self, documents: u64) {
        self.counted.total += documents;
    }

    pub(super) fn counted(self) -> SegmentCounts {
        self.counted
    }
}

impl Counted {
    /// Before anything was counted.
    pub(super) fn nothing() -> Self {
        Self { total: 0, values: vec![HashMap::new(); FACETS.len()] }
    }

    /// Adds the counts of a segment, by name if its sorts were counted.
    pub(super) fn add(&mut self, counted: &SegmentCounts, segment: &SegmentReader, sorts: Option<&Sorts>) -> Result<(), IndexError> {
        self.total += counted.total;
        let Some((_, made)) = sorts.map(|sorts| sorts.of(segment)).transpose()?.flatten() else { return Ok(()) };
        for (facet, value, count) in made.taken_apart(&counted.by_sort) {
            let Some(named) = self.values.get_mut(facet) else { continue };
            match named.get_mut(value) {
                Some(known) => *known += count,
                None => {
                    named.insert(value.to_owned(), count);
                }
            }
        }
        Ok(())
    }

    /// Values of each facet, most first.
    pub(super) fn facets(self) -> Vec<Facet> {
        let facet = |(field, values): (&&str, HashMap<String, u64>)| {
            let mut values: Vec<(String, u64)> = values.into_iter().collect();
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            values.truncate(FACET_VALUES);
            Facet { field: (*field).to_owned(), values }
        };
        let named = self.values.into_iter().chain(std::iter::repeat_with(HashMap::new));
        FACETS.iter().zip(named).map(facet).collect()
    }
}

/// Counts these documents, which are in ascending order.
pub(super) fn count_of(searcher: &Searcher, documents: &[(Score, DocAddress)], sorts: Option<&Sorts>) -> Result<Counted, IndexError> {
    let mut all = Counted::nothing();
    for of_segment in documents.chunk_by(|a, b| a.1.segment_ord == b.1.segment_ord) {
        let Some(segment) = of_segment.first().map(|(_, at)| at.segment_ord) else { continue };
        let segment = searcher.segment_reader(segment);
        let mut facets = SegmentFacets::open(segment, sorts)?;
        facets.add(&of_segment.iter().map(|(_, at)| at.doc_id).collect::<Vec<DocId>>());
        all.add(&facets.counted(), segment, sorts)?;
    }
    Ok(all)
}
