//! Which words of one document match a query?
//!
//! Phrases are looked up by their rarest-first syllable in a table of positions made once per document, and every
//! overlapping match counts. A text typed without accents is compared by folded keys (see [`TextView::unaccented`]).

use super::ast::{Filter, Phrase, Query};
use crate::key::Key;
use crate::scan::Scanned;
use std::collections::HashMap;

/// Most matches kept per query and document: a bound on hostile texts.
const MAX_MATCHES: usize = 256;

/// A document ready to be matched against many queries.
pub struct TextView<'a> {
    /// Title and text, in this order.
    pub fields: [&'a Scanned<'a>; 2],
    positions: [HashMap<Key, Vec<u32>>; 2],
    /// Less than one word in twenty of title and text together carries an accent: typed without accents, or not
    /// Vietnamese.
    pub unaccented: bool,
    /// Source id.
    pub source: &'a str,
    /// Document kind.
    pub kind: &'a str,
    /// Topic ids; set when they are known.
    pub topics: Vec<String>,
}

/// A match: field (0 title, 1 text), first token, token after the last one.
pub type TokenSpan = (usize, u32, u32);

/// Where a query matched. A query that only excludes or filters matches without a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// Places, at most 256.
    pub spans: Vec<TokenSpan>,
}

impl<'a> TextView<'a> {
    /// Makes the table of positions of both fields.
    pub fn new(title: &'a Scanned<'a>, text: &'a Scanned<'a>, source: &'a str, kind: &'a str) -> Self {
        let marked = [title, text].iter().map(|f| f.marked).sum::<usize>();
        let unaccented = marked * 20 < title.tokens.len() + text.tokens.len();
        let positions = [positions(title, unaccented), positions(text, unaccented)];
        Self { fields: [title, text], positions, unaccented, source, kind, topics: vec![] }
    }

    fn phrase(&self, phrase: &Phrase, only: Option<usize>, out: &mut Vec<TokenSpan>) {
        for (field, scanned) in self.fields.iter().enumerate() {
            if only.is_some_and(|f| f != field) {
                continue;
            }
            let fold = self.unaccented;
            let Some(first) = phrase.syllables.first() else { continue };
            let wanted = if fold { first.fold } else { first.key };
            let Some(starts) = self.positions.get(field).and_then(|p| p.get(&wanted)) else { continue };
            let len = phrase.syllables.len();
            for start in starts.iter().map(|s| *s as usize) {
                let Some(window) = scanned.tokens.get(start..start + len) else { continue };
                let same = window.iter().zip(&phrase.syllables).all(|(t, s)| if fold { t.fold == s.fold } else { t.key == s.key });
                let joined = window.iter().skip(1).all(|t| t.sentence == window.first().map_or(0, |f| f.sentence));
                if same && joined && out.len() < MAX_MATCHES {
                    out.push((field, start as u32, (start + len) as u32));
                }
            }
        }
    }

    fn paragraph(&self, span: TokenSpan) -> Option<u32> {
        self.fields.get(span.0)?.tokens.get(span.1 as usize).map(|t| t.paragraph)
    }
}

fn positions(scanned: &Scanned<'_>, unaccented: bool) -> HashMap<Key, Vec<u32>> {
    let mut table: HashMap<Key, Vec<u32>> = HashMap::with_capacity(scanned.tokens.len());
    for (i, token) in scanned.tokens.iter().enumerate() {
        let key = if unaccented { token.fold } else { token.key };
        table.entry(key).or_default().push(i as u32);
    }
    table
}

/// Matches of `query` in the document; `None` when it does not match.
pub fn find(query: &Query, view: &TextView<'_>) -> Option<Matches> {
    matches(query, view, None).map(|mut spans| {
        spans.sort_unstable();
        spans.dedup();
        Matches { spans }
    })
}

fn matches(query: &Query, view: &TextView<'_>, field: Option<usize>) -> Option<Vec<TokenSpan>> {
    match query {
        Query::Phrase(phrase) => {
            let mut spans = vec![];
            view.phrase(phrase, field, &mut spans);
            (!spans.is_empty()).then_some(spans)
        }
        Query::And(of) => {
            let mut all = vec![];
            for q in of {
                all.extend(matches(q, view, field)?);
            }
            Some(all)
        }
        Query::Or(of) => {
            let found: Vec<_> = of.iter().filter_map(|q| matches(q, view, field)).collect();
            (!found.is_empty()).then(|| found.concat())
        }
        Query::AtLeast(least, of) => {
            let found: Vec<_> = of.iter().filter_map(|q| matches(q, view, field)).collect();
            (found.len() >= *least).then(|| found.concat())
        }
        Query::Not(q) => matches(q, view, field).is_none().then(Vec::new),
        Query::Near { sides, distance, ordered } => {
            let (left, right) = (matches(&sides.0, view, field)?, matches(&sides.1, view, field)?);
            let near = near_pairs(view, &left, &right, *distance, *ordered);
            (!near.is_empty()).then_some(near)
        }
        Query::Title(q) => matches(q, view, Some(0)),
        Query::Text(q) => matches(q, view, Some(1)),
        Query::Filter(f) => match f {
            Filter::Source(s) => s == view.source,
            Filter::Kind(k) => k == view.kind,
            Filter::Topic(t) => view.topics.contains(t),
        }
        .then(Vec::new),
    }
}

fn near_pairs(view: &TextView<'_>, left: &[TokenSpan], right: &[TokenSpan], distance: u32, ordered: bool) -> Vec<TokenSpan> {
    let mut out = vec![];
    for a in left {
        for b in right {
            let gap = if a.2 <= b.1 {
                b.1 - a.2
            } else if !ordered && b.2 <= a.1 {
                a.1 - b.2
            } else {
                continue;
            };
            if a.0 == b.0 && gap <= distance && view.paragraph(*a) == view.paragraph(*b) && out.len() + 1 < MAX_MATCHES {
                out.extend([*a, *b]);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::{parse, parse_rule};
    use super::*;
    use crate::scan::scan;

    fn found(query: &str, text: &str) -> bool {
        let (title, text) = (scan(""), scan(text));
        find(&parse_rule(query).unwrap(), &TextView::new(&title, &text, "vnexpress", "news")).is_some()
    }

    #[test]
    fn matches_text() {
        let text = "Giá xăng dầu tăng mạnh. Nhiều cây xăng hết hàng.\nNgười dân được khuyên không mua tích trữ.";
        for (query, expected) in [
            ("giá xăng", true),
            ("GIÁ XĂNG DẦU", true),
            ("gia xang", false),
            ("tăng mạnh nhiều", false),
            ("giá NEAR/3 tăng", true),
            ("tăng ONEAR/3 giá", false),
            ("tăng NEAR/3 giá", true),
            ("hết hàng NEAR/20 tích trữ", false),
            ("2 of (giá xăng, giá điện, tích trữ)", true),
            ("giá xăng AND NOT tích trữ", false),
            ("source:vnexpress AND xăng", true),
            ("title:xăng", false),
        ] {
            assert_eq!(found(query, text), expected, "{query}");
        }
        assert!(found("giá xăng dầu", "gia xang dau tang manh nguoi dan keu"), "typed without accents");
        assert!(!found("mua tích trữ", "không mua tịch thu"), "other accents are other words");
    }

    #[test]
    fn plain_words_of_a_search_are_separate() {
        let (title, text) = (scan(""), scan("dầu và giá của xăng"));
        let view = TextView::new(&title, &text, "", "news");
        assert_eq!(find(&parse("giá xăng").unwrap(), &view).unwrap().spans.len(), 2);
    }
}
