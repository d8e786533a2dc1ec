//! A document as the rules see it: title and text in one row of sentences.

use kiemtin_model::{Evidence, Field};
use kiemtin_text::Scanned;
use kiemtin_text::query::{Matched, QueryId, QuerySet, TextView, TokenSpan};

/// A stretch of words of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Title or text.
    pub field: Field,
    /// First byte in that field.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
    /// Number of its sentence; the sentences of the text follow those of the title.
    pub sentence: u32,
}

/// A scanned document, matched against all queries of the knowledge.
pub struct View<'a> {
    matched: Matched<'a, 'a>,
    title_sentences: u32,
}

impl<'a> View<'a> {
    /// Matches a scanned title and text.
    pub fn new(queries: &'a QuerySet, title: &'a Scanned<'a>, text: &'a Scanned<'a>, source: &'a str, kind: &'a str) -> Self {
        let title_sentences = title.tokens.last().map_or(0, |t| t.sentence + 1);
        Self { matched: Matched::new(queries, TextView::new(title, text, source, kind)), title_sentences }
    }

    /// Title and text as queries see them.
    pub fn text(&self) -> &TextView<'a> {
        &self.matched.view
    }

    /// Topics of the document, for `topic:`; to be set before any rule is asked.
    pub fn set_topics(&mut self, topics: Vec<String>) {
        self.matched.set_topics(topics);
    }

    /// Typed without accents, or not Vietnamese.
    pub fn unaccented(&self) -> bool {
        self.matched.view.unaccented
    }

    /// Whether a query matches.
    pub fn holds(&self, query: QueryId) -> bool {
        self.matched.holds(query)
    }

    /// Whether a query can match, as far as the phrases found tell: never wrongly `false`.
    pub fn may_hold(&self, query: QueryId) -> bool {
        self.matched.may_hold(query)
    }

    /// Gives `take` every phrase, and every list of phrases, of the knowledge that stands somewhere in the document, each once.
    pub fn leaves_held(&self, take: impl FnMut(QueryId)) {
        self.matched.leaves_held(take);
    }

    /// Where a query matches first.
    pub fn first(&self, query: QueryId) -> Option<Place> {
        self.matched.first(query).and_then(|span| self.place(span))
    }

    /// Numbers of the words of a field in the vocabulary of the knowledge.
    pub fn numbers(&self, field: Field) -> &[u32] {
        self.matched.numbers(usize::from(field == Field::Text))
    }

    /// Where a query matches; empty for a match without a place (what only excludes or filters), `None` for no match.
    pub fn places(&self, query: QueryId) -> Option<Vec<Place>> {
        Some(self.matched.find(query)?.into_iter().filter_map(|span| self.place(span)).collect())
    }

    /// Quotations of the title and of the text, as ranges of token numbers.
    pub fn quotes(&self) -> &[Vec<(u32, u32)>; 2] {
        self.matched.quotes()
    }

    /// Title or text with its tokens.
    pub fn scanned(&self, field: Field) -> &'a Scanned<'a> {
        let [title, text] = self.matched.view.fields;
        match field {
            Field::Title => title,
            Field::Text => text,
        }
    }

    /// The words of a field.
    pub fn field(&self, field: Field) -> &'a str {
        self.scanned(field).text
    }

    /// Number of sentences of the title.
    pub fn title_sentences(&self) -> u32 {
        self.title_sentences
    }

    /// Bytes of a match.
    pub fn place(&self, span: TokenSpan) -> Option<Place> {
        let field = if span.0 == 0 { Field::Title } else { Field::Text };
        let tokens = &self.scanned(field).tokens;
        let (first, last) = (tokens.get(span.1 as usize)?, tokens.get((span.2 as usize).checked_sub(1)?)?);
        let sentence = self.numbered(field, first.sentence);
        Some(Place { field, start: first.start as usize, end: last.end as usize, sentence })
    }

    /// Number of the sentence that holds a byte.
    pub fn sentence_at(&self, field: Field, byte: usize) -> u32 {
        let tokens = &self.scanned(field).tokens;
        let next = tokens.partition_point(|t| (t.end as usize) <= byte);
        let own = tokens.get(next).or(tokens.last()).map_or(0, |t| t.sentence);
        self.numbered(field, own)
    }

    /// First byte and byte after the last word of the sentence of a place.
    pub fn sentence_bytes(&self, place: &Place) -> (usize, usize) {
        let own = match place.field {
            Field::Title => place.sentence,
            Field::Text => place.sentence.saturating_sub(self.title_sentences),
        };
        self.scanned(place.field).sentence_span(own)
    }

    /// A place as evidence.
    pub fn evidence(&self, place: &Place) -> Evidence {
        let text = self.field(place.field).get(place.start..place.end).unwrap_or_default().to_owned();
        Evidence { field: place.field, start: place.start, end: place.end, text }
    }

    fn numbered(&self, field: Field, sentence: u32) -> u32 {
        if field == Field::Title { sentence } else { sentence + self.title_sentences }
    }
}
