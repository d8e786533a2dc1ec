//! Which of the documents that have the words have them where the query wants them? The index has one list of documents for each
//! word; the places tell.

use super::compile::{Compiler, Scope, Way, only_in_rules};
use super::pieces::{Boxed, Terms};
use super::spans::{Look, Row, Spans};
use crate::index::IndexError;
use kiemtin_text::query::Query as Ours;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, Searcher, SegmentReader, TERMINATED, TantivyError};

/// Documents that are looked at one by one. They score what `candidates` gives them.
#[derive(Debug)]
pub(super) struct LookedAt {
    /// Finds all of them, and others.
    pub(super) candidates: Box<dyn Query>,
    /// What they must have.
    pub(super) spans: Spans,
    /// The field of all words.
    pub(super) all: Field,
}

impl Clone for LookedAt {
    fn clone(&self) -> Self {
        Self { candidates: self.candidates.box_clone(), spans: self.spans.clone(), all: self.all }
    }
}

impl Compiler<'_> {
    /// Where a query stands, as it is looked for in this way.
    pub(super) fn spans_of(&self, query: &Ours, way: Way) -> Result<Spans, IndexError> {
        let all = |of: &[Ours]| of.iter().map(|one| self.spans_of(one, way)).collect::<Result<Vec<_>, _>>();
        Ok(match query {
            Ours::Phrase(phrase) => {
                let terms = Terms::new(self.fields, self.fields.all, &phrase.text);
                Spans::Rows(vec![terms.row(phrase, way)], way.scope.part())
            }
            Ours::Prefix(prefix) => Spans::Rows(self.rows_begun(prefix, way.bare)?.into_iter().map(Row::from).collect(), way.scope.part()),
            Ours::And(of) => Spans::And(all(of)?),
            Ours::Or(of) => Spans::Or(all(of)?),
            Ours::AtLeast(least, of) => Spans::AtLeast(*least, all(of)?),
            Ours::Not(of) => Spans::Not(Box::new(self.spans_of(of, way)?)),
            Ours::Near { sides, distance, ordered } => {
                let sides = Box::new((self.spans_of(&sides.0, way)?, self.spans_of(&sides.1, way)?));
                Spans::Near { sides, distance: *distance, ordered: *ordered }
            }
            Ours::In(part, query) => self.spans_of(query, Way { scope: Scope::Part(*part), ..way })?,
            Ours::Filter(filter) => Spans::Found(self.filter(filter)?),
            Ours::Named(..) | Ours::Entity(_) => return Err(only_in_rules(query)),
        })
    }

    /// Of the documents that `candidates` finds, those that have `spans`.
    pub(super) fn looked_at(&self, candidates: Boxed, spans: Spans) -> Boxed {
        Box::new(LookedAt { candidates, spans, all: self.fields.all })
    }
}

impl Query for LookedAt {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let searcher = scoring.searcher().cloned();
        Ok(Box::new(LookedAtWeight { candidates: self.candidates.weight(scoring)?, of: self.clone(), searcher }))
    }
}

struct LookedAtWeight {
    candidates: Box<dyn Weight>,
    of: LookedAt,
    searcher: Option<Searcher>,
}

impl Weight for LookedAtWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let scoring = match &self.searcher {
            Some(searcher) => EnableScoring::disabled_from_searcher(searcher),
            None => EnableScoring::disabled_from_schema(segment.schema()),
        };
        let look = Look::new(&self.of.spans, segment, self.of.all, scoring);
        let look = look.map_err(|error| TantivyError::InternalError(error.to_string()))?;
        let mut scorer = LookedAtScorer { candidates: self.candidates.scorer(segment, boost)?, look };
        scorer.go_on();
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.candidates.explain(segment, doc)
    }
}

struct LookedAtScorer {
    candidates: Box<dyn Scorer>,
    look: Look,
}

impl LookedAtScorer {
    /// Goes on to the next document, from where it stands, that has what is wanted.
    fn go_on(&mut self) -> DocId {
        loop {
            let doc = self.candidates.doc();
            if doc == TERMINATED || self.look.has(doc) {
                return doc;
            }
            self.candidates.advance();
        }
    }
}

impl DocSet for LookedAtScorer {
    fn advance(&mut self) -> DocId {
        self.candidates.advance();
        self.go_on()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.candidates.seek(target);
        self.go_on()
    }

    fn doc(&self) -> DocId {
        self.candidates.doc()
    }

    fn size_hint(&self) -> u32 {
        self.candidates.size_hint()
    }
}

impl Scorer for LookedAtScorer {
    fn score(&mut self) -> Score {
        self.candidates.score()
    }
}
