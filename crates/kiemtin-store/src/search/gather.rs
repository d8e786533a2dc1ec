//! What does a query find: which stories, best first, and how many documents of which sort?

use crate::index::{Facet, Hit, IndexError, Order};
use kiemtin_model::DocId;
use std::collections::HashSet;
use tantivy::aggregation::agg_req::Aggregations;
use tantivy::aggregation::agg_result::{AggregationResult, AggregationResults, BucketResult};
use tantivy::aggregation::{AggContextParams, AggregationCollector, Key};
use tantivy::collector::sort_key::{SortBySimilarityScore, SortByStaticFastValue};
use tantivy::collector::{Count, TopDocs};
use tantivy::query::Query;
use tantivy::schema::{Field, Value};
use tantivy::{DocAddress, Order as Direction, Searcher, TantivyDocument};

/// Fields that are counted.
const FACETS: [&str; 4] = ["source", "kind", "topic", "level"];
/// Most values of a facet.
const FACET_VALUES: usize = 20;
/// Least number of documents read at once.
const LEAST: usize = 50;
/// How many times more documents are read when copies leave the page too short.
const GROWTH: usize = 4;

/// Documents that match, copies included; the stories of the page; counts.
pub(super) struct Found {
    pub total: u64,
    pub hits: Vec<Hit>,
    pub facets: Vec<Facet>,
}

/// The stories `offset..offset + limit` of what the query finds.
///
/// Ties are broken by date and by sequence number, so pages of one result never overlap.
pub(super) fn gather(
    searcher: &Searcher,
    query: &dyn Query,
    order: Order,
    (offset, limit): (usize, usize),
    id: Field,
) -> Result<Found, IndexError> {
    let request: Aggregations = serde_json::from_value(facet_request()).map_err(engine)?;
    let facets = AggregationCollector::from_aggs(request, AggContextParams::default());
    let (total, counted) = searcher.search(query, &(Count, facets)).map_err(engine)?;
    let most = (searcher.num_docs() as usize).max(1);
    let mut read = (offset.saturating_add(limit).saturating_mul(2)).clamp(LEAST.min(most), most);
    let stories = loop {
        let top = best(searcher, query, order, read)?;
        let ended = top.len() < read || read == most;
        let stories = first_of_each_story(searcher, top)?;
        if ended || stories.len() >= offset.saturating_add(limit) {
            break stories;
        }
        read = read.saturating_mul(GROWTH).min(most);
    };
    let hits = stories.into_iter().skip(offset).take(limit).map(|s| hit(searcher, s, id)).collect::<Result<_, _>>()?;
    Ok(Found { total: total as u64, hits, facets: facet_values(&counted) })
}

fn best(searcher: &Searcher, query: &dyn Query, order: Order, read: usize) -> Result<Vec<(f32, DocAddress)>, IndexError> {
    let published = || SortByStaticFastValue::<i64>::for_field("published");
    let seq = SortByStaticFastValue::<u64>::for_field("seq");
    let down = Direction::Desc;
    let top = TopDocs::with_limit(read);
    Ok(match order {
        Order::Best => searcher
            .search(query, &top.order_by(((SortBySimilarityScore, down), (published(), down), (seq, down))))
            .map_err(engine)?
            .into_iter()
            .map(|((score, _, _), at)| (score, at))
            .collect(),
        Order::Newest => searcher
            .search(query, &top.order_by(((published(), down), (SortBySimilarityScore, down), (seq, down))))
            .map_err(engine)?
            .into_iter()
            .map(|((_, score, _), at)| (score, at))
            .collect(),
    })
}

struct Story {
    name: String,
    score: f32,
    at: DocAddress,
}

fn first_of_each_story(searcher: &Searcher, top: Vec<(f32, DocAddress)>) -> Result<Vec<Story>, IndexError> {
    let columns = searcher.segment_readers().iter().map(|s| s.fast_fields().str("story")).collect::<Result<Vec<_>, _>>().map_err(engine)?;
    let mut seen = HashSet::new();
    let mut stories = vec![];
    for (score, at) in top {
        let mut name = String::new();
        if let Some(Some(column)) = columns.get(at.segment_ord as usize)
            && let Some(ord) = column.term_ords(at.doc_id).next()
        {
            column.ord_to_str(ord, &mut name).map_err(engine)?;
        }
        if seen.insert(name.clone()) {
            stories.push(Story { name, score, at });
        }
    }
    Ok(stories)
}

fn hit(searcher: &Searcher, story: Story, id: Field) -> Result<Hit, IndexError> {
    let document: TantivyDocument = searcher.doc(story.at).map_err(engine)?;
    let id = document.get_first(id).and_then(|v| v.as_str()).unwrap_or_default();
    Ok(Hit { id: DocId(id.to_owned()), story: DocId(story.name), score: story.score })
}

fn facet_request() -> serde_json::Value {
    let of = |field: &&str| ((*field).to_owned(), serde_json::json!({"terms": {"field": field, "size": FACET_VALUES}}));
    serde_json::Value::Object(FACETS.iter().map(of).collect())
}

fn facet_values(counted: &AggregationResults) -> Vec<Facet> {
    let values = |field: &str| {
        let Some(AggregationResult::BucketResult(BucketResult::Terms { buckets, .. })) = counted.0.get(field) else { return vec![] };
        let mut values: Vec<_> = buckets
            .iter()
            .filter_map(|b| match &b.key {
                Key::Str(value) => Some((value.clone(), b.doc_count)),
                _ => None,
            })
            .collect();
        values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        values
    };
    FACETS.iter().map(|field| Facet { field: (*field).to_owned(), values: values(field) }).collect()
}

pub(super) fn engine(error: impl std::error::Error + Send + Sync + 'static) -> IndexError {
    IndexError::Engine(Box::new(error))
}
