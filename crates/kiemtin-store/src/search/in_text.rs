//! Which documents have a row of words in their text, and not in their title alone?
//!
//! The index has one field of all words and one of titles: of what has the row anywhere, the places tell.

use super::places::{Places, Standing, rows};
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, TantivyError, Term};

/// A row of words, looked for in texts.
#[derive(Debug)]
pub(super) struct InText {
    /// Finds it anywhere.
    anywhere: Box<dyn Query>,
    /// Its words in the field of all, and how far each is from the first one.
    words: Vec<(u32, Term)>,
    title: Field,
}

impl InText {
    /// `words` with their places in the row; `anywhere` finds what has them so in the field of all words.
    pub(super) fn new(anywhere: Box<dyn Query>, words: &[(usize, Term)], title: Field) -> Self {
        let first = words.first().map_or(0, |(at, _)| *at);
        let words = words.iter().map(|(at, term)| ((at - first) as u32, term.clone())).collect();
        Self { anywhere, words, title }
    }
}

impl Clone for InText {
    fn clone(&self) -> Self {
        Self { anywhere: self.anywhere.box_clone(), words: self.words.clone(), title: self.title }
    }
}

impl Query for InText {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(InTextWeight { anywhere: self.anywhere.weight(scoring)?, of: self.clone() }))
    }
}

struct InTextWeight {
    anywhere: Box<dyn Weight>,
    of: InText,
}

impl Weight for InTextWeight {
    fn scorer(&self, segment: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let place = |(after, term): &(u32, Term)| Ok((*after, Places::of(segment, term, self.of.title)?));
        let words = self.of.words.iter().map(place).collect::<Result<Vec<_>, crate::index::IndexError>>();
        let words = words.map_err(|error| TantivyError::InternalError(error.to_string()))?;
        let standing = vec![Standing::default(); words.len()];
        let mut scorer = InTextScorer { anywhere: self.anywhere.scorer(segment, boost)?, words, standing };
        scorer.go_on();
        Ok(Box::new(scorer))
    }

    fn explain(&self, segment: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.anywhere.explain(segment, doc)
    }
}

struct InTextScorer {
    anywhere: Box<dyn Scorer>,
    words: Vec<(u32, Places)>,
    standing: Vec<Standing>,
}

impl InTextScorer {
    /// Goes on to the next document, from where it stands, that has the row in its text.
    fn go_on(&mut self) -> DocId {
        loop {
            let doc = self.anywhere.doc();
            if doc == TERMINATED || self.has_in_text(doc) {
                return doc;
            }
            self.anywhere.advance();
        }
    }

    fn has_in_text(&mut self, doc: DocId) -> bool {
        for ((_, places), standing) in self.words.iter_mut().zip(&mut self.standing) {
            places.read(doc, standing);
        }
        let words = self.words.iter().zip(&self.standing);
        !rows(words.map(|((after, _), standing)| (*after, standing.text()))).is_empty()
    }
}

impl DocSet for InTextScorer {
    fn advance(&mut self) -> DocId {
        self.anywhere.advance();
        self.go_on()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.anywhere.seek(target);
        self.go_on()
    }

    fn doc(&self) -> DocId {
        self.anywhere.doc()
    }

    fn size_hint(&self) -> u32 {
        self.anywhere.size_hint()
    }
}

impl Scorer for InTextScorer {
    fn score(&mut self) -> Score {
        self.anywhere.score()
    }
}
