//! Which part of a text shows best why it was found?

use crate::query::{Matched, Query, QueryId, QuerySet, QuerySetBuilder, Spelling, Syllable, TextView, TokenSpan};
use crate::scan::{Scanned, Token, scan};

/// A piece of a text with the words that were looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The piece, on one line, with `…` where something was left out.
    pub text: String,
    /// (start, end) of each highlighted stretch, in Unicode scalar values of `text`.
    pub highlights: Vec<(usize, usize)>,
}

/// What a query found in documents, to be shown one document after the other.
pub struct Highlighter<'q> {
    query: Option<&'q Query>,
    /// The query again, if it asks where words stand: then only those that stand so are highlighted.
    places: Option<(QuerySet, QueryId)>,
}

impl<'q> Highlighter<'q> {
    /// Of this query; none highlights nothing.
    pub fn new(query: Option<&'q Query>) -> Self {
        let places = query.filter(|query| query.asks_where()).map(|query| {
            let mut builder = QuerySetBuilder::default();
            let id = builder.add_search(&without_conditions(query));
            (builder.build(), id)
        });
        Self { query, places }
    }

    /// The highlights of a title, in Unicode scalar values, and the [`snippet`] of the text under it; without a text, of the title.
    pub fn show(&self, title: &str, text: &str, max_chars: usize) -> (Vec<(usize, usize)>, Snippet) {
        let read = [scan(title), scan(text)];
        let places = self.places(&read);
        let spans = |field: usize| {
            let mut spans = read.get(field).zip(self.query).map(|(scanned, query)| all_spans(scanned, query)).unwrap_or_default();
            if let Some(places) = &places {
                spans.retain(|span| places.iter().any(|place| covers(&read, *place, field, *span)));
            }
            spans
        };
        let in_title = spans(0);
        let shown = usize::from(!text.is_empty());
        let in_body = if shown == 0 { in_title.clone() } else { spans(1) };
        let [of_title, of_text] = &read;
        let body = if shown == 0 { of_title } else { of_text };
        let snippet = cut(body.text, body, &in_body, best_start(body, &in_body, max_chars), max_chars);
        (in_chars(title, &joined(in_title)), snippet)
    }

    /// Where the query stands as it asks; `None` when it does not ask, or does not stand so (in what has only some of its words).
    fn places(&self, [title, text]: &[Scanned<'_>; 2]) -> Option<Vec<TokenSpan>> {
        let (set, id) = self.places.as_ref()?;
        let unaccented = (title.marked + text.marked) * 20 < title.tokens.len() + text.tokens.len();
        Matched::new(set, TextView { unaccented, ..TextView::new(title, text, "", "") }).find(*id)
    }
}

/// A query without the conditions on other things than words: they have no place.
fn without_conditions(query: &Query) -> Query {
    match query {
        Query::And(of) => {
            Query::And(of.iter().filter(|part| !matches!(part, Query::Filter(_) | Query::Not(_))).map(without_conditions).collect())
        }
        query => query.clone(),
    }
}

/// Whether a place, in words of a field, holds a stretch of bytes of this field.
fn covers(read: &[Scanned<'_>; 2], place: TokenSpan, field: usize, (start, end, _): (usize, usize, usize)) -> bool {
    let tokens = read.get(field).map_or(&[][..], |scanned| &scanned.tokens);
    let (first, last) = (tokens.get(place.1 as usize), tokens.get((place.2 as usize).saturating_sub(1)));
    place.0 == field && first.is_some_and(|t| t.start as usize <= start) && last.is_some_and(|t| end <= t.end as usize)
}

/// The stretch of about `max_chars` characters with the most different phrases of the query; the beginning without one.
/// A syllable typed without accents is highlighted whatever accents it has in the text.
pub fn snippet(text: &str, query: Option<&Query>, max_chars: usize) -> Snippet {
    let scanned = scan(text);
    let spans = query.map_or(vec![], |query| all_spans(&scanned, query));
    let from = best_start(&scanned, &spans, max_chars);
    cut(text, &scanned, &spans, from, max_chars)
}

/// Byte ranges of stretches, ascending, not overlapping.
fn joined(spans: Vec<(usize, usize, usize)>) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = vec![];
    for (start, end, _) in spans {
        match out.last_mut() {
            Some(last) if start < last.1 => last.1 = last.1.max(end),
            _ => out.push((start, end)),
        }
    }
    out
}

/// Ranges of bytes, ascending, in Unicode scalar values.
fn in_chars(text: &str, ranges: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let (mut chars, mut bytes) = (0, 0);
    let mut at = |byte: usize| {
        chars += text.get(bytes..byte).map_or(0, |passed| passed.chars().count());
        bytes = byte;
        chars
    };
    ranges.iter().map(|(start, end)| (at(*start), at(*end))).collect()
}

/// (first byte, byte after the last, number of the phrase), ascending.
fn all_spans(scanned: &Scanned<'_>, query: &Query) -> Vec<(usize, usize, usize)> {
    let mut spans = vec![];
    // A text typed without accents was found by its bare letters.
    let bare = scanned.unaccented();
    let same = |t: &Token, s: &Syllable| if s.marked && !bare { t.key == s.key } else { t.fold == s.fold };
    let mut number = 0;
    let mut add = |length: usize, holds: &dyn Fn(&[Token]) -> bool| {
        for window in scanned.tokens.windows(length.max(1)).filter(|w| holds(w)) {
            if let (Some(a), Some(b)) = (window.first(), window.last()) {
                spans.push((a.start as usize, b.end as usize, number));
            }
        }
        number += 1;
    };
    for phrase in query.phrases() {
        add(phrase.syllables.len(), &|window| window.iter().zip(&phrase.syllables).all(|(t, s)| same(t, s)));
    }
    for prefix in query.prefixes() {
        add(prefix.before.len() + 1, &|window| {
            let begun = window.last().is_some_and(|t| prefix.last.holds(t, scanned.word(t), bare || prefix.spelling == Spelling::Loose));
            begun && window.iter().zip(&prefix.before).all(|(t, s)| same(t, s))
        });
    }
    spans.sort_unstable();
    spans
}

fn best_start(scanned: &Scanned<'_>, spans: &[(usize, usize, usize)], max_chars: usize) -> usize {
    // Vietnamese letters take 1.4 bytes on average; a byte window only ranks candidates, the cut counts characters.
    let reach = max_chars + max_chars / 3;
    let mut best = (0, 0);
    for (i, (start, _, _)) in spans.iter().enumerate() {
        let mut seen: Vec<usize> = spans.get(i..).unwrap_or_default().iter().take_while(|s| s.1 <= start + reach).map(|s| s.2).collect();
        seen.sort_unstable();
        seen.dedup();
        if seen.len() > best.0 {
            best = (seen.len(), *start);
        }
    }
    // Begin with the sentence when it begins nearby, else a few words before the first highlight.
    let at = scanned.tokens.partition_point(|t| (t.start as usize) < best.1);
    let Some(token) = scanned.tokens.get(at) else { return 0 };
    let (sentence, _) = scanned.sentence_span(token.sentence);
    if best.1.saturating_sub(sentence) <= reach / 2 {
        return sentence;
    }
    scanned.tokens.get(at.saturating_sub(8)).map_or(0, |t| t.start as usize)
}

fn cut(text: &str, scanned: &Scanned<'_>, spans: &[(usize, usize, usize)], from: usize, max_chars: usize) -> Snippet {
    let rest = text.get(from..).unwrap_or("");
    let limit = rest.char_indices().nth(max_chars).map_or(text.len(), |(i, _)| from + i);
    let last = scanned.tokens.iter().rev().find(|t| t.end as usize <= limit && t.start as usize >= from);
    let to = if limit == text.len() { limit } else { last.map_or(limit, |t| t.end as usize) };
    let mut out = Snippet { text: String::new(), highlights: vec![] };
    let mut length = 0;
    if from > 0 {
        out.text.push_str("… ");
        length += 2;
    }
    let mut open: Option<(usize, usize)> = None;
    let mut next = spans.iter().filter(|s| s.0 >= from && s.1 <= to).peekable();
    for (i, c) in text.get(from..to).unwrap_or("").char_indices() {
        let at = from + i;
        if let Some((start, _)) = open.take_if(|o| at >= o.1) {
            out.highlights.push((start, length));
        }
        while let Some(span) = next.next_if(|s| s.0 <= at) {
            open = Some(open.map_or((length, span.1), |o| (o.0, o.1.max(span.1))));
        }
        out.text.push(if c.is_whitespace() { ' ' } else { c });
        length += 1;
    }
    if let Some((start, _)) = open {
        out.highlights.push((start, length));
    }
    if to < text.len() {
        out.text.push_str(" …");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::parse;

    #[test]
    fn only_what_stands_as_asked_is_highlighted() {
        let check = |query: &str, expected: [&[&str]; 2]| {
            let (title, text) = ("Giá xăng, giá điện", "Giá dầu giảm. Hôm nay giá bán lẻ điện tăng, ông nói “điện sẽ tăng”.\nGiá thép.");
            let parsed = parse(query).unwrap();
            let (in_title, snippet) = Highlighter::new(Some(&parsed)).show(title, text, 240);
            let words = |text: &str, ranges: &[(usize, usize)]| -> Vec<String> {
                ranges.iter().map(|(from, to)| text.chars().skip(*from).take(to - from).collect()).collect()
            };
            assert_eq!([words(title, &in_title), words(&snippet.text, &snippet.highlights)], expected, "{query}");
        };
        check("giá điện", [&["Giá", "giá", "điện"], &["Giá", "giá", "điện", "điện", "Giá"]]);
        check("giá NEAR/2 điện", [&["Giá", "giá", "điện"], &["giá", "điện"]]);
        check("giá ONEAR/2 điện kind:news -vàng", [&["Giá", "giá", "điện"], &["giá", "điện"]]);
        check("title:giá điện", [&["Giá", "giá", "điện"], &["điện", "điện"]]);
        check("quote:điện", [&[], &["điện"]]);
        // It does not stand so: what is there is shown.
        check("giá NEAR/1 thép vàng", [&["Giá", "giá"], &["Giá", "giá", "Giá", "thép"]]);
    }

    #[test]
    fn without_a_text_the_title_is_shown() {
        let query = parse("giá NEAR/3 điện").unwrap();
        let (in_title, snippet) = Highlighter::new(Some(&query)).show("Giá xăng, giá điện", "", 240);
        assert_eq!((in_title.len(), snippet.text.as_str(), snippet.highlights.len()), (3, "Giá xăng, giá điện", 3));
        let (none, snippet) = Highlighter::new(None).show("Giá", "xăng", 240);
        assert_eq!((none, snippet.text.as_str(), snippet.highlights), (vec![], "xăng", vec![]));
    }

    fn marked(text: &str, query: &str, max: usize) -> Vec<String> {
        let s = snippet(text, Some(&parse(query).unwrap()), max);
        let chars: Vec<char> = s.text.chars().collect();
        s.highlights.iter().map(|(a, b)| chars[*a..*b].iter().collect()).collect()
    }

    #[test]
    fn shows_the_words_found() {
        let long = format!("{} Ngày mai giá xăng dầu sẽ giảm. {}", "Lời văn thật dài. ".repeat(40), "Kết thúc. ".repeat(40));
        assert_eq!(marked(&long, "\"giá xăng\"", 80), ["giá xăng"]);
        assert_eq!(marked(&long, "gia xang dau", 80), ["giá", "xăng", "dầu"]);
        assert!(marked(&long, "già xăng", 80) == ["xăng"]);
        assert_eq!(marked("sap het xang roi ba con oi", "\"hết xăng\"", 80), ["het xang"]);
        assert_eq!(marked(&long, "\"gia xăng d*\" giả*", 80), ["giá xăng dầu", "giảm"]);
        let s = snippet(&long, Some(&parse("giảm").unwrap()), 60);
        assert!(s.text.starts_with("… Ngày mai") && s.text.ends_with(" …") && s.text.chars().count() < 70, "{s:?}");
        assert_eq!(snippet("ngắn", None, 80), Snippet { text: "ngắn".into(), highlights: vec![] });
    }

    #[test]
    fn overlapping_phrases_are_one_stretch() {
        assert_eq!(joined(all_spans(&scan("giá xăng dầu"), &parse("\"giá xăng\" \"xăng dầu\"").unwrap())), [(0, "giá xăng dầu".len())]);
    }
}
