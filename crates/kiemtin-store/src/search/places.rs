//! Where does a word stand in a document: at which places of the title, and at which of the text?
//!
//! The field of all words begins with the title, so its first places are those of the field of titles, and the others are in the text.

use super::gather::engine;
use crate::index::IndexError;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, Term};

/// The places of one word in one segment.
pub(super) struct Places {
    all: Option<SegmentPostings>,
    title: Option<SegmentPostings>,
}

/// The places of one word in one document, ascending.
#[derive(Clone, Default)]
pub(super) struct Standing {
    all: Vec<u32>,
    in_title: usize,
}

impl Standing {
    pub(super) fn all(&self) -> &[u32] {
        &self.all
    }

    pub(super) fn title(&self) -> &[u32] {
        self.all.get(..self.in_title).unwrap_or_default()
    }

    /// Counted from the beginning of the title, as all places are.
    pub(super) fn text(&self) -> &[u32] {
        self.all.get(self.in_title..).unwrap_or_default()
    }
}

impl Places {
    /// `word` is a term of the field of all words.
    pub(super) fn of(segment: &SegmentReader, word: &Term, title: Field) -> Result<Self, IndexError> {
        let places = |term: &Term, what| {
            let index = segment.inverted_index(term.field()).map_err(engine)?;
            index.read_postings(term, what).map_err(engine)
        };
        let titled = Term::from_field_text(title, word.value().as_str().unwrap_or_default());
        Ok(Self { all: places(word, IndexRecordOption::WithFreqsAndPositions)?, title: places(&titled, IndexRecordOption::WithFreqs)? })
    }

    /// Puts the places in this document into `standing`. Documents come in ascending order.
    pub(super) fn read(&mut self, doc: DocId, standing: &mut Standing) {
        standing.all.clear();
        standing.in_title = 0;
        if let Some(all) = &mut self.all
            && has(all, doc)
        {
            all.positions(&mut standing.all);
        }
        if let Some(title) = &mut self.title
            && has(title, doc)
        {
            standing.in_title = title.term_freq() as usize;
        }
    }
}

fn has(postings: &mut SegmentPostings, doc: DocId) -> bool {
    if postings.doc() < doc {
        postings.seek(doc);
    }
    postings.doc() == doc
}

/// Where all words stand in a row, each so far after the first one: the places of the first one, ascending.
pub(super) fn rows<'a>(words: impl IntoIterator<Item = (u32, &'a [u32])>) -> Vec<u32> {
    let mut words = words.into_iter();
    let Some((_, first)) = words.next() else { return vec![] };
    let mut found = first.to_vec();
    for (after, places) in words {
        found.retain(|at| places.binary_search(&(at + after)).is_ok());
    }
    found
}
