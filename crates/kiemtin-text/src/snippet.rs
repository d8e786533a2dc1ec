//! Which part of a text shows best why it was found?

use crate::query::{Query, Spelling, Syllable};
use crate::scan::{Scanned, Token, scan};

/// A piece of a text with the words that were looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snippet {
    /// The piece, on one line, with `…` where something was left out.
    pub text: String,
    /// (start, end) of each highlighted stretch, in Unicode scalar values of `text`.
    pub highlights: Vec<(usize, usize)>,
}

/// The stretch of about `max_chars` characters with the most different phrases of the query; the beginning without one.
/// A syllable typed without accents is highlighted whatever accents it has in the text.
pub fn snippet(text: &str, query: Option<&Query>, max_chars: usize) -> Snippet {
    let scanned = scan(text);
    let spans = query.map_or(vec![], |query| all_spans(&scanned, query));
    let from = best_start(&scanned, &spans, max_chars);
    cut(text, &scanned, &spans, from, max_chars)
}

/// Byte ranges of every phrase of the query in `text`, ascending, not overlapping.
pub fn highlight(text: &str, query: &Query) -> Vec<(usize, usize)> {
    let scanned = scan(text);
    let mut out: Vec<(usize, usize)> = vec![];
    for (start, end, _) in all_spans(&scanned, query) {
        match out.last_mut() {
            Some(last) if start < last.1 => last.1 = last.1.max(end),
            _ => out.push((start, end)),
        }
    }
    out
}

/// As [`highlight`], in Unicode scalar values.
pub fn highlight_chars(text: &str, query: &Query) -> Vec<(usize, usize)> {
    let (mut chars, mut bytes) = (0, 0);
    let mut at = |byte: usize| {
        chars += text.get(bytes..byte).map_or(0, |passed| passed.chars().count());
        bytes = byte;
        chars
    };
    highlight(text, query).into_iter().map(|(start, end)| (at(start), at(end))).collect()
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
        assert_eq!(highlight("giá xăng dầu", &parse("\"giá xăng\" \"xăng dầu\"").unwrap()), [(0, "giá xăng dầu".len())]);
    }
}
