//! Which documents does any of several queries find?
//!
//! The engine's own union reads some thousand documents ahead wherever it is asked for one, which is right where all are read. Here
//! unions are also asked for single documents (the best ones, what all words of a search have), and each query is then asked for that
//! document alone; and scores are summed for those documents that are asked for. Where all documents are to be
//! counted, lists are joined in one go ([`super::joined`]).

use super::joined::{Joined, Part};
use tantivy::query::{BooleanQuery, EnableScoring, Explanation, Query, Scorer, TermQuery, Weight};
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED};

/// Documents that any of the queries finds; they score what those queries give them together.
#[derive(Debug)]
pub(super) struct AnyOf(pub(super) Vec<Box<dyn Query>>);

impl Clone for AnyOf {
    fn clone(&self) -> Self {
        Self(self.0.iter().map(|query| query.box_clone()).collect())
    }
}

impl Query for AnyOf {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        // Of words alone the engine knows which documents cannot be among the best.
        if scoring.is_scoring_enabled() && self.0.iter().all(|query| query.is::<TermQuery>()) {
            return BooleanQuery::union(self.clone().0).weight(scoring);
        }
        let any = self.0.iter().map(|query| Part::of(&**query, scoring)).collect::<tantivy::Result<_>>()?;
        Ok(Box::new(AnyWeight { any, scores: scoring.is_scoring_enabled() }))
    }
}

struct AnyWeight {
    any: Vec<Part>,
    scores: bool,
}

impl Weight for AnyWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        if self.scores {
            let any = self.any.iter().map(|part| part.weight.scorer(segment, boost)).collect::<tantivy::Result<_>>()?;
            return Ok(Box::new(AnyScorer::of(any)));
        }
        let lists = self.any.iter().map(|part| part.list(segment)).collect::<tantivy::Result<_>>()?;
        Ok(Box::new(Joined::any(lists, segment.max_doc())))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut explained = Explanation::new("any of", 0.0);
        for part in &self.any {
            if let Ok(detail) = part.weight.explain(segment, doc) {
                explained.add_detail(detail);
            }
        }
        Ok(explained)
    }
}

/// The documents of any of several scorers, one by one.
pub(super) struct AnyScorer {
    scorers: Vec<Box<dyn Scorer>>,
    /// Where each of them stands.
    docs: Vec<DocId>,
    /// The first of these.
    doc: DocId,
}

impl AnyScorer {
    pub(super) fn of(mut scorers: Vec<Box<dyn Scorer>>) -> Self {
        scorers.retain(|scorer| scorer.doc() != TERMINATED);
        let mut any = Self { docs: scorers.iter().map(|scorer| scorer.doc()).collect(), scorers, doc: TERMINATED };
        any.settle();
        any
    }

    fn settle(&mut self) -> DocId {
        self.doc = self.docs.iter().copied().min().unwrap_or(TERMINATED);
        self.doc
    }
}

impl DocSet for AnyScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        for (scorer, doc) in self.scorers.iter_mut().zip(&mut self.docs) {
            if *doc == self.doc {
                *doc = scorer.advance();
            }
        }
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        for (scorer, doc) in self.scorers.iter_mut().zip(&mut self.docs) {
            if *doc < target {
                *doc = scorer.seek(target);
            }
        }
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.scorers.iter().fold(0, |sum, scorer| sum.saturating_add(scorer.size_hint()))
    }

    fn cost(&self) -> u64 {
        self.scorers.iter().map(|scorer| scorer.cost()).sum()
    }
}

impl Scorer for AnyScorer {
    fn score(&mut self) -> Score {
        let here = self.scorers.iter_mut().zip(&self.docs).filter(|(_, doc)| **doc == self.doc);
        here.map(|(scorer, _)| scorer.score()).sum()
    }
}
