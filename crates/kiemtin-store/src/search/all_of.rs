//! Which documents do all of several queries find?
//!
//! Where scores are asked for, the engine's own way is the fast one: it knows which documents cannot be among the best. Where all
//! documents are to be counted, lists are joined in one go ([`super::joined`]).

use super::joined::{Joined, List, Part};
use tantivy::query::{BooleanQuery, EmptyScorer, EnableScoring, Explanation, Occur, Query, Scorer, Weight};
use tantivy::{DocId, Score, SegmentReader, TERMINATED};

/// Documents that all of the queries find, two or more. They score what those queries give them together.
#[derive(Debug)]
pub(super) struct AllOf(pub(super) Vec<Box<dyn Query>>);

impl Clone for AllOf {
    fn clone(&self) -> Self {
        Self(self.0.iter().map(|query| query.box_clone()).collect())
    }
}

impl Query for AllOf {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        if scoring.is_scoring_enabled() {
            return BooleanQuery::new(self.0.iter().map(|query| (Occur::Must, query.box_clone())).collect()).weight(scoring);
        }
        Ok(Box::new(AllWeight(self.0.iter().map(|query| Part::of(&**query, scoring)).collect::<tantivy::Result<_>>()?)))
    }
}

struct AllWeight(Vec<Part>);

impl Weight for AllWeight {
    fn scorer(&self, segment: &SegmentReader, _: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut lists = self.0.iter().map(|part| part.list(segment)).collect::<tantivy::Result<Vec<_>>>()?;
        if first(&mut lists) == TERMINATED {
            return Ok(Box::new(EmptyScorer));
        }
        Ok(Box::new(Joined::all(lists, segment.max_doc())))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut explained = Explanation::new("all of", 0.0);
        for part in &self.0 {
            explained.add_detail(part.weight.explain(segment, doc)?);
        }
        Ok(explained)
    }
}

/// Moves all to the first document that all of them have.
fn first(lists: &mut [List]) -> DocId {
    let mut doc = 0;
    loop {
        let here = doc;
        for List { one_by_one, .. } in &mut *lists {
            doc = if one_by_one.doc() < doc { one_by_one.seek(doc) } else { one_by_one.doc() };
        }
        if doc == here || doc == TERMINATED {
            return doc;
        }
    }
}
