//! In which sentence do the words stand that something was concluded from?

use kiemtin_model::{Document, Evidence, Field};
use kiemtin_text::{Scanned, char_offset, scan};
use schemars::JsonSchema;
use serde::Serialize;

/// Longest passage shown, in Unicode scalar values; a longer sentence is cut around its evidence.
const MAX_CHARS: usize = 320;

/// A stretch of a document with the words marked in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// Where it stands.
    pub field: Field,
    /// The stretch, `…` where a sentence was cut.
    pub text: String,
    /// Byte ranges of `text` that are evidence, ascending, not overlapping.
    pub marks: Vec<(usize, usize)>,
}

/// Evidence as the API gives it: offsets in Unicode scalar values.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Evidence")]
pub struct EvidenceItem {
    /// Part of the document.
    pub field: Field,
    /// First scalar value in that field.
    pub start: usize,
    /// Scalar value after the last one.
    pub end: usize,
    /// Exactly the words from `start` to `end`.
    pub text: String,
    /// The sentence around them.
    pub sentence: String,
}

/// Reads the evidence of one document; scans its text once. Of a text of which its publisher wants no excerpt shown, the
/// evidence alone is given, without the sentence around it.
pub struct Reader<'a> {
    words_only: bool,
    title: Scanned<'a>,
    text: Scanned<'a>,
}

impl<'a> Reader<'a> {
    /// Of this document.
    pub fn new(document: &'a Document) -> Self {
        Self { words_only: document.restrictions.no_snippet, title: scan(&document.title), text: scan(&document.text) }
    }

    fn field(&self, field: Field) -> &Scanned<'a> {
        match field {
            Field::Title => &self.title,
            Field::Text => &self.text,
        }
    }

    /// What is shown of the text around a piece of evidence.
    fn around(&self, e: &Evidence) -> Option<(usize, usize)> {
        let field = self.field(e.field);
        if self.words_only && e.field == Field::Text {
            return field.text.get(e.start..e.end).map(|_| (e.start, e.end));
        }
        sentence(field, e.start, e.end)
    }

    /// The evidence with public offsets and sentences.
    pub fn items(&self, evidence: &[Evidence]) -> Vec<EvidenceItem> {
        let item = |e: &Evidence| {
            let field = self.field(e.field);
            let sentence = self.around(e).and_then(|(a, b)| field.text.get(a..b)).unwrap_or(&e.text);
            EvidenceItem {
                field: e.field,
                start: char_offset(field.text, e.start),
                end: char_offset(field.text, e.end),
                text: e.text.clone(),
                sentence: sentence.to_owned(),
            }
        };
        evidence.iter().map(item).collect()
    }

    /// The sentences with the evidence marked, each sentence once, in the order of the document.
    pub fn passages(&self, evidence: &[Evidence]) -> Vec<Passage> {
        let mut sorted: Vec<&Evidence> = evidence.iter().collect();
        sorted.sort_by_key(|e| (e.field, e.start, e.end));
        let mut groups: Vec<Group> = vec![];
        for e in sorted {
            let Some((from, to)) = self.around(e) else { continue };
            match groups.last_mut() {
                Some(group) if group.field == e.field && from < group.to => {
                    group.to = group.to.max(to);
                    match group.marks.last_mut() {
                        Some(last) if e.start <= last.1 => last.1 = last.1.max(e.end),
                        _ => group.marks.push((e.start, e.end)),
                    }
                }
                _ => groups.push(Group { field: e.field, from, to, marks: vec![(e.start, e.end)] }),
            }
        }
        groups.iter().map(|g| cut(self.field(g.field).text, g)).collect()
    }
}

/// The sentences that hold a byte range, their closing mark included; `None` when the range is not one of the text.
fn sentence(scanned: &Scanned<'_>, start: usize, end: usize) -> Option<(usize, usize)> {
    scanned.text.get(start..end)?;
    let first = scanned.tokens.iter().find(|t| t.end as usize > start)?;
    let last = scanned.tokens.iter().rev().find(|t| (t.start as usize) < end).unwrap_or(first);
    let (from, _) = scanned.sentence_span(first.sentence);
    let (_, to) = scanned.sentence_span(last.sentence.max(first.sentence));
    let (from, to) = (from.min(start), to.max(end));
    let closing: usize = scanned
        .text
        .get(to..)?
        .chars()
        .take_while(|c| matches!(c, '.' | '!' | '?' | '…' | '"' | '”' | '»' | '%' | ')'))
        .map(char::len_utf8)
        .sum();
    Some((from, to + closing))
}

/// Sentences that touch, as a byte range of their field, with the evidence in them.
struct Group {
    field: Field,
    from: usize,
    to: usize,
    marks: Vec<(usize, usize)>,
}

/// The sentences as one line, cut around the first mark when they are long.
fn cut(text: &str, group: &Group) -> Passage {
    let span = (group.from, group.to);
    let first = group.marks.first().map_or(span.0, |m| m.0);
    let inside = text.get(span.0..span.1).unwrap_or("");
    let (mut from, mut to) = span;
    if inside.chars().count() > MAX_CHARS {
        let before = text.get(span.0..first).unwrap_or("");
        from = before.char_indices().rev().nth(MAX_CHARS / 3).map_or(span.0, |(i, _)| span.0 + i);
        to = text.get(from..span.1).and_then(|t| t.char_indices().nth(MAX_CHARS)).map_or(span.1, |(i, _)| from + i);
    }
    let mut out = String::new();
    if from > span.0 {
        out.push('…');
    }
    // Moves a byte offset of the whole text into the passage. Line breaks and spaces keep their length.
    let lead = out.len();
    let place = |at: usize| at.clamp(from, to) - from + lead;
    let placed = group.marks.iter().map(|(a, b)| (place(*a), place(*b))).filter(|(a, b)| a < b).collect();
    out.push_str(&text.get(from..to).unwrap_or("").replace(['\n', '\r', '\t'], " "));
    if to < span.1 {
        out.push('…');
    }
    Passage { field: group.field, text: out, marks: placed }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::{DateOrigin, DocId, DocKind, FoundBy, SourceGroup, Time};

    fn document(text: &str) -> Document {
        Document {
            id: DocId("a".into()),
            url: None,
            source: "x".into(),
            source_id: None,
            group: SourceGroup::Press,
            kind: DocKind::News,
            found_by: FoundBy::Channel,
            title: "Tiêu đề".into(),
            text: text.into(),
            lang: "vi".into(),
            published_at: None,
            date_origin: DateOrigin::Missing,
            dating: Default::default(),
            fetched_at: Time(0),
            restrictions: Default::default(),
        }
    }

    fn evidence(text: &str, words: &str) -> Evidence {
        let start = text.find(words).unwrap();
        Evidence { field: Field::Text, start, end: start + words.len(), text: words.into() }
    }

    fn marked(p: &Passage) -> Vec<&str> {
        p.marks.iter().map(|(a, b)| &p.text[*a..*b]).collect()
    }

    #[test]
    fn one_sentence_is_shown_once_with_all_its_words() {
        let text = "Câu đầu. Giá điện bình quân là 2.500 đồng từ 10/5! Câu cuối.";
        let document = document(text);
        let reader = Reader::new(&document);
        let all = [evidence(text, "2.500 đồng"), evidence(text, "Giá điện"), evidence(text, "Câu cuối")];
        let passages = reader.passages(&all);
        assert_eq!(passages.len(), 2);
        assert_eq!(passages[0].text, "Giá điện bình quân là 2.500 đồng từ 10/5!");
        assert_eq!(marked(&passages[0]), ["Giá điện", "2.500 đồng"]);
        let items = reader.items(&all[..1]);
        let chars: Vec<char> = text.chars().collect();
        assert_eq!(chars[items[0].start..items[0].end].iter().collect::<String>(), "2.500 đồng");
        assert_eq!(items[0].sentence, passages[0].text);
    }

    #[test]
    fn without_leave_for_excerpts_only_the_words_are_shown() {
        let text = "Câu đầu. Giá điện bình quân là 2.500 đồng từ 10/5! Câu cuối.";
        let document = Document { restrictions: kiemtin_model::Restrictions { no_snippet: true, no_archive: false }, ..document(text) };
        let reader = Reader::new(&document);
        let all = [evidence(text, "2.500 đồng"), evidence(text, "Giá điện")];
        assert_eq!(reader.passages(&all).iter().map(|p| p.text.as_str()).collect::<Vec<_>>(), ["Giá điện", "2.500 đồng"]);
        assert_eq!(reader.items(&all)[0].sentence, "2.500 đồng");
        let title = Evidence { field: Field::Title, start: 0, end: "Tiêu".len(), text: "Tiêu".into() };
        assert_eq!(reader.items(&[title])[0].sentence, "Tiêu đề");
    }

    #[test]
    fn long_sentences_are_cut_and_foreign_offsets_do_no_harm() {
        let text = format!("{} giá điện tăng {}", "lời dẫn dài ".repeat(60), "và còn nữa ".repeat(60));
        let document = document(&text);
        let reader = Reader::new(&document);
        let passage = &reader.passages(&[evidence(&text, "giá điện tăng")])[0];
        assert!(passage.text.chars().count() <= MAX_CHARS + 2 && passage.text.starts_with('…') && passage.text.ends_with('…'));
        assert_eq!(marked(passage), ["giá điện tăng"]);
        let wrong = Evidence { field: Field::Text, start: 1, end: 999_999, text: "không có".into() };
        assert!(reader.passages(std::slice::from_ref(&wrong)).is_empty());
        assert_eq!(reader.items(&[wrong])[0].sentence, "không có");
    }
}
