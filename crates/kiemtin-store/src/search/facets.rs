//! How many of the documents that match are of which sort? Counted by number, named once at the end.
//!
//! Per segment every value has a small number, so a count is one step into a short list: several times faster than buckets
//! with keys, and all facets are counted in the same pass over the matching documents.

use super::gather::engine;
use super::limit::Limit;
use crate::index::{Facet, IndexError};
use std::collections::HashMap;
use tantivy::columnar::StrColumn;
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocAddress, DocId, Searcher, SegmentReader};

/// Fields that are counted.
pub(super) const FACETS: [&str; 6] = ["source", "kind", "topic", "level", "stance", "group"];
/// Most values of a facet that are told.
const FACET_VALUES: usize = 20;

/// What was counted in one or more segments.
pub(super) struct Counted {
    pub(super) total: u64,
    values: Vec<HashMap<String, u64>>,
}

/// Documents of a segment, and their values in every facet.
pub(super) struct SegmentFacets {
    total: u64,
    columns: Vec<Option<(StrColumn, Vec<u32>)>>,
    ords: Vec<Option<u64>>,
}

impl SegmentFacets {
    pub(super) fn open(segment: &SegmentReader) -> Result<Self, IndexError> {
        let column = |field: &&str| {
            let column = segment.fast_fields().str(field).map_err(engine)?;
            Ok(column.map(|column| {
                let counts = vec![0; column.num_terms()];
                (column, counts)
            }))
        };
        Ok(Self { total: 0, columns: FACETS.iter().map(column).collect::<Result<_, IndexError>>()?, ords: vec![] })
    }

    /// Counts how many there are and nothing else.
    pub(super) fn total_alone() -> Self {
        Self { total: 0, columns: vec![], ords: vec![] }
    }

    pub(super) fn add(&mut self, docs: &[DocId]) {
        self.total += docs.len() as u64;
        self.ords.resize(docs.len(), None);
        for (column, counts) in self.columns.iter_mut().flatten() {
            let ords = column.ords();
            let mut count = |ord: u64| {
                if let Some(seen) = usize::try_from(ord).ok().and_then(|ord| counts.get_mut(ord)) {
                    *seen += 1;
                }
            };
            if ords.get_cardinality().is_multivalue() {
                docs.iter().for_each(|doc| ords.values_for_doc(*doc).for_each(&mut count));
            } else {
                ords.first_vals(docs, &mut self.ords);
                self.ords.iter().take(docs.len()).flatten().for_each(|ord| count(*ord));
            }
        }
    }

    /// Adds the counts to those of other segments, by name.
    pub(super) fn name(self, all: &mut Counted) -> Result<(), IndexError> {
        all.total += self.total;
        let mut name = String::new();
        for (column, named) in self.columns.into_iter().zip(&mut all.values) {
            let Some((column, counts)) = column else { continue };
            for (ord, count) in (0u64..).zip(counts).filter(|(_, count)| *count > 0) {
                name.clear();
                if column.ord_to_str(ord, &mut name).map_err(engine)? {
                    *named.entry(name.clone()).or_default() += u64::from(count);
                }
            }
        }
        Ok(())
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
pub(super) fn count(searcher: &Searcher, query: &dyn Query, limit: &Limit) -> Result<Counted, IndexError> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(engine)?;
    let mut all = Counted::nothing();
    for segment in searcher.segment_readers() {
        let mut facets = SegmentFacets::open(segment)?;
        limit.blocks(&*weight, segment, |docs| facets.add(docs))?;
        facets.name(&mut all)?;
    }
    Ok(all)
}

/// Counts these documents, which are in ascending order.
pub(super) fn count_of(searcher: &Searcher, documents: &[DocAddress]) -> Result<Counted, IndexError> {
    let mut all = Counted::nothing();
    for of_segment in documents.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
        let Some(segment) = of_segment.first().map(|d| d.segment_ord) else { continue };
        let mut facets = SegmentFacets::open(searcher.segment_reader(segment))?;
        facets.add(&of_segment.iter().map(|d| d.doc_id).collect::<Vec<DocId>>());
        facets.name(&mut all)?;
    }
    Ok(all)
}
