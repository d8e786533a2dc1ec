//! Which documents does any of several queries find?
//!
//! The engine's own union reads some thousand documents ahead wherever it is asked for one, which is right where all are read. Here
//! unions are also asked for single documents (the best ones, what all words of a search have), and each query is then asked for that
//! document alone; and scores are summed for those documents that are asked for.

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
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
        Ok(Box::new(AnyWeight(self.0.iter().map(|query| query.weight(scoring)).collect::<tantivy::Result<_>>()?)))
    }
}

struct AnyWeight(Vec<Box<dyn Weight>>);

impl Weight for AnyWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut any = AnyScorer { scorers: vec![], docs: vec![], doc: TERMINATED };
        for weight in &self.0 {
            let scorer = weight.scorer(segment, boost)?;
            if scorer.doc() != TERMINATED {
                any.docs.push(scorer.doc());
                any.scorers.push(scorer);
            }
        }
        any.settle();
        Ok(Box::new(any))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut explained = Explanation::new("any of", 0.0);
        for weight in &self.0 {
            if let Ok(detail) = weight.explain(segment, doc) {
                explained.add_detail(detail);
            }
        }
        Ok(explained)
    }
}

struct AnyScorer {
    scorers: Vec<Box<dyn Scorer>>,
    /// Where each of them stands.
    docs: Vec<DocId>,
    /// The first of these.
    doc: DocId,
}

impl AnyScorer {
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
