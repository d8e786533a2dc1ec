//! How many of the documents that match are of which sort? Counted by number, named once at the end.
//!
//! Per segment every sort has a small number ([`super::sorts`]), so a count is one step into a short list, and all facets are counted
//! in one pass over one column.

use super::gather::engine;
use super::limit::Limit;
use super::sorts::{Made, Sorts};
use crate::index::{Facet, IndexError};
use std::collections::HashMap;
use std::sync::Arc;
use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Query};
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

/// Documents of a segment, by their sorts.
pub(super) struct SegmentFacets {
    total: u64,
    sorts: Option<BySort>,
}

struct BySort {
    numbers: Column<u64>,
    made: Arc<Made>,
    counts: Vec<u32>,
    read: Vec<Option<u64>>,
}

impl SegmentFacets {
    pub(super) fn open(segment: &SegmentReader, sorts: &Sorts) -> Result<Self, IndexError> {
        let by_sort = |(column, made): (tantivy::columnar::StrColumn, Arc<Made>)| BySort {
            numbers: column.ords().clone(),
            counts: vec![0; column.num_terms()],
            made,
            read: vec![],
        };
        Ok(Self { total: 0, sorts: sorts.of(segment)?.map(by_sort) })
    }

    /// Counts how many there are and nothing else.
    pub(super) fn total_alone() -> Self {
        Self { total: 0, sorts: None }
    }

    pub(super) fn add(&mut self, docs: &[DocId]) {
        self.total += docs.len() as u64;
        let Some(by_sort) = &mut self.sorts else { return };
        by_sort.read.resize(docs.len(), None);
        by_sort.numbers.first_vals(docs, &mut by_sort.read);
        for sort in by_sort.read.iter().take(docs.len()).flatten() {
            if let Some(count) = usize::try_from(*sort).ok().and_then(|sort| by_sort.counts.get_mut(sort)) {
                *count += 1;
            }
        }
    }

    /// Adds the counts to those of other segments, by name.
    pub(super) fn name(self, all: &mut Counted) {
        all.total += self.total;
        let Some(by_sort) = &self.sorts else { return };
        for (facet, value, count) in by_sort.made.taken_apart(&by_sort.counts) {
            let Some(named) = all.values.get_mut(facet) else { continue };
            match named.get_mut(value) {
                Some(known) => *known += count,
                None => {
                    named.insert(value.to_owned(), count);
                }
            }
        }
    }
}

impl Counted {
    /// Before anything was counted.
    pub(super) fn nothing() -> Self {
        Self { total: 0, values: vec![HashMap::new(); FACETS.len()] }
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

/// Counts what a query matches.
pub(super) fn count(searcher: &Searcher, query: &dyn Query, sorts: &Sorts, limit: &Limit) -> Result<Counted, IndexError> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(engine)?;
    let mut all = Counted::nothing();
    for segment in searcher.segment_readers() {
        let mut facets = SegmentFacets::open(segment, sorts)?;
        limit.blocks(&*weight, segment, |docs| facets.add(docs))?;
        facets.name(&mut all);
    }
    Ok(all)
}

/// Counts these documents, which are in ascending order.
pub(super) fn count_of(searcher: &Searcher, documents: &[(Score, DocAddress)], sorts: &Sorts) -> Result<Counted, IndexError> {
    let mut all = Counted::nothing();
    for of_segment in documents.chunk_by(|a, b| a.1.segment_ord == b.1.segment_ord) {
        let Some(segment) = of_segment.first().map(|(_, at)| at.segment_ord) else { continue };
        let mut facets = SegmentFacets::open(searcher.segment_reader(segment), sorts)?;
        facets.add(&of_segment.iter().map(|(_, at)| at.doc_id).collect::<Vec<DocId>>());
        facets.name(&mut all);
    }
    Ok(all)
}
