//! What stands between the words of a document: punctuation, ends of sentences and paragraphs, quotation marks?
//!
//! The index has them as terms of the field of all words, each at the position of the word that follows. Positions jump at
//! punctuation; the marks tell by how much, and so how many words stand between two places.

use super::analyzer::{BREAK_GAP, SENTENCE_GAP};
use super::places::Places;
use crate::index::IndexError;
use kiemtin_text::query::{LEAD_SENTENCES, Part};
use tantivy::schema::Field;
use tantivy::{DocId, SegmentReader, Term};

/// Something between two words. Of breaks of several kinds at one place, the strongest counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mark {
    /// Punctuation inside a sentence.
    Break,
    Sentence,
    Paragraph,
    /// The text begins, with or without a title before it.
    Text,
    /// A quotation begins.
    Opens,
    /// A quotation has ended.
    Closes,
}

const ALL: [Mark; 6] = [Mark::Break, Mark::Sentence, Mark::Paragraph, Mark::Text, Mark::Opens, Mark::Closes];

impl Mark {
    /// Its term: no word has such a sign.
    pub(super) fn term(self) -> &'static str {
        match self {
            Self::Break => "¶,",
            Self::Sentence => "¶.",
            Self::Paragraph => "¶¶",
            Self::Text => "¶|",
            Self::Opens => "¶«",
            Self::Closes => "¶»",
        }
    }
}

/// The marks of the documents of one segment.
pub(super) struct Marks {
    lists: [Option<Places>; ALL.len()],
    /// Their positions in the document read last, ascending.
    at: [Vec<u32>; ALL.len()],
}

impl Marks {
    /// Only those that are `wanted`; the others look as if there were none.
    pub(super) fn of(segment: &SegmentReader, all: Field, wanted: impl Fn(Mark) -> bool) -> Result<Self, IndexError> {
        let mut lists = [const { None }; ALL.len()];
        for (list, mark) in lists.iter_mut().zip(ALL).filter(|(_, mark)| wanted(*mark)) {
            *list = Some(Places::of(segment, &Term::from_field_text(all, mark.term()))?);
        }
        Ok(Self { lists, at: Default::default() })
    }

    /// Reads those of this document. Documents come in ascending order.
    pub(super) fn read(&mut self, doc: DocId) {
        for (list, at) in self.lists.iter_mut().zip(&mut self.at) {
            match list {
                Some(list) => list.read(doc, at),
                None => at.clear(),
            }
        }
    }

    fn at(&self, mark: Mark) -> &[u32] {
        self.at.get(mark as usize).map_or(&[], Vec::as_slice)
    }

    /// How many of these marks stand behind `from`, up to `to`.
    fn count(&self, marks: &[Mark], from: u32, to: u32) -> u32 {
        let before = |at: &[u32], place| at.partition_point(|at| *at <= place) as u32;
        marks.iter().map(|mark| self.at(*mark)).map(|at| before(at, to).saturating_sub(before(at, from))).sum()
    }

    /// Where the text begins; behind everything if there is none.
    pub(super) fn text(&self) -> u32 {
        self.at(Mark::Text).first().copied().unwrap_or(u32::MAX)
    }

    /// How many words stand between the word at `from` and a later one at `to`.
    pub(super) fn words_between(&self, from: u32, to: u32) -> u32 {
        let holes = BREAK_GAP as u32 * self.count(&[Mark::Break], from, to)
            + SENTENCE_GAP as u32 * self.count(&[Mark::Sentence, Mark::Paragraph, Mark::Text], from, to);
        (to - from).saturating_sub(1 + holes)
    }

    /// Whether two places, the earlier one first, stand in one paragraph.
    pub(super) fn in_one_paragraph(&self, from: u32, to: u32) -> bool {
        self.count(&[Mark::Paragraph, Mark::Text], from, to) == 0
    }

    /// Whether a row of words, by the positions of its first and its last one, stands in this part of the document.
    pub(super) fn inside(&self, part: Part, (first, last): (u32, u32)) -> bool {
        let text = self.text();
        match part {
            Part::Title => first < text,
            Part::Text => first >= text,
            Part::Lead => first < text || self.count(&[Mark::Sentence, Mark::Paragraph], text, first) < LEAD_SENTENCES,
            Part::Quote => {
                // Quotations do not lie in one another: the last one that began before decides.
                let opened = self.at(Mark::Opens).partition_point(|at| *at <= first).checked_sub(1);
                let opened = opened.and_then(|number| self.at(Mark::Opens).get(number));
                opened.is_some_and(|from| self.at(Mark::Closes).iter().find(|at| *at > from).is_none_or(|end| last < *end))
            }
        }
    }
}
