//! Where does a word stand in a document: at which places of the title, and at which of the text?
//!
//! The field of all words begins with the title; a mark tells where the text begins.

use super::gather::engine;
use crate::index::IndexError;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, SegmentReader, Term};

/// The places of one term of the field of all words in one segment; none: the segment does not have it.
pub(super) struct Places(Option<SegmentPostings>);

impl Places {
    pub(super) fn of(segment: &SegmentReader, term: &Term) -> Result<Self, IndexError> {
        let index = segment.inverted_index(term.field()).map_err(engine)?;
        Ok(Self(index.read_postings(term, IndexRecordOption::WithFreqsAndPositions).map_err(engine)?))
    }

    /// Puts the places in this document into `at`, ascending. Documents come in ascending order.
    pub(super) fn read(&mut self, doc: DocId, at: &mut Vec<u32>) {
        at.clear();
        let Some(postings) = &mut self.0 else { return };
        if postings.doc() < doc {
            postings.seek(doc);
        }
        if postings.doc() == doc {
            postings.positions(at);
        }
    }
}

/// The places of one word in one document, ascending.
#[derive(Clone, Default)]
pub(super) struct Standing {
    all: Vec<u32>,
    in_title: usize,
}

impl Standing {
    /// Reads them; the text begins at `text`.
    pub(super) fn read(&mut self, places: &mut Places, doc: DocId, text: u32) {
        places.read(doc, &mut self.all);
        self.in_title = self.all.partition_point(|at| *at < text);
    }

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
