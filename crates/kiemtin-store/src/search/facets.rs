//! How many of the documents that match are of which sort? Counted by number, named once at the end.
//!
//! Per segment every value has a small number, so a count is one step into a short list: several times faster than buckets
//! with keys, and all facets are counted in the same pass over the matching documents.

use super::gather::engine;
use crate::index::{Facet, IndexError};
use std::collections::HashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

/// Fields that are counted.
pub(super) const FACETS: [&str; 6] = ["source", "kind", "topic", "level", "stance", "group"];
/// Most values of a facet that are told.
const FACET_VALUES: usize = 20;

/// Counts documents, and their values in every facet.
pub(super) struct FacetCollector;

/// What was counted in one or more segments.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) total: u64,
    values: Vec<HashMap<String, u64>>,
}

pub(super) struct SegmentFacets {
    total: u64,
    columns: Vec<Option<(StrColumn, Vec<u32>)>>,
    ords: Vec<Option<u64>>,
}

impl Collector for FacetCollector {
    type Fruit = Counted;
    type Child = SegmentFacets;

    fn for_segment(&self, _: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<SegmentFacets> {
        let column = |field: &&str| {
            let column = segment.fast_fields().str(field)?;
            Ok(column.map(|column| {
                let counts = vec![0; column.num_terms()];
                (column, counts)
            }))
        };
        Ok(SegmentFacets { total: 0, columns: FACETS.iter().map(column).collect::<tantivy::Result<_>>()?, ords: vec![] })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Counted>>) -> tantivy::Result<Counted> {
        let mut all = Counted { total: 0, values: vec![HashMap::new(); FACETS.len()] };
        for counted in segments {
            let counted = counted?;
            all.total += counted.total;
            for (sum, part) in all.values.iter_mut().zip(counted.values) {
                for (value, count) in part {
                    *sum.entry(value).or_default() += count;
                }
            }
        }
        Ok(all)
    }
}

impl SegmentCollector for SegmentFacets {
    type Fruit = tantivy::Result<Counted>;

    fn collect(&mut self, doc: DocId, _: Score) {
        self.collect_block(&[doc]);
    }

    fn collect_block(&mut self, docs: &[DocId]) {
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

    fn harvest(self) -> Self::Fruit {
        let mut values = Vec::with_capacity(FACETS.len());
        let mut name = String::new();
        for column in self.columns {
            let mut named = HashMap::new();
            if let Some((column, counts)) = column {
                for (ord, count) in (0u64..).zip(counts).filter(|(_, count)| *count > 0) {
                    name.clear();
                    if column.ord_to_str(ord, &mut name)? {
                        named.insert(name.clone(), u64::from(count));
                    }
                }
            }
            values.push(named);
        }
        Ok(Counted { total: self.total, values })
    }
}

impl Counted {
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
pub(super) fn count(searcher: &tantivy::Searcher, query: &dyn tantivy::query::Query) -> Result<Counted, IndexError> {
    searcher.search(query, &FacetCollector).map_err(engine)
}

/// Counts these documents, which are in ascending order.
pub(super) fn count_of(searcher: &tantivy::Searcher, documents: &[DocAddress]) -> Result<Counted, IndexError> {
    let mut counted = vec![];
    for of_segment in documents.chunk_by(|a, b| a.segment_ord == b.segment_ord) {
        let Some(segment) = of_segment.first().map(|d| d.segment_ord) else { continue };
        let mut facets = FacetCollector.for_segment(segment, searcher.segment_reader(segment)).map_err(engine)?;
        let docs: Vec<DocId> = of_segment.iter().map(|d| d.doc_id).collect();
        facets.collect_block(&docs);
        counted.push(facets.harvest());
    }
    FacetCollector.merge_fruits(counted).map_err(engine)
}
