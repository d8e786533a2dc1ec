//! The same answers found the plain way: what the compiled set is held against in tests.

use super::ast::{Filter, Part, Query, Spelling, Syllable};
use super::filter::About;
use super::matched::{Matched, TextView, TokenSpan};
use super::samples::search;
use super::{QuerySetBuilder, parse, parse_rule};
use crate::entity::Entities;
use crate::scan::{Token, scan};
use proptest::prelude::*;

/// A document, and whether what is asked is a search.
type Asked<'v, 'a> = (&'v TextView<'a>, bool);

/// Whether a word is one that was asked for.
fn same(token: &Token, syllable: &Syllable, spelling: Spelling, (view, search): Asked<'_, '_>) -> bool {
    let fold = view.unaccented || spelling == Spelling::Loose || search && spelling == Spelling::Usual && !syllable.marked;
    if fold { token.fold == syllable.fold } else { token.key == syllable.key }
}

/// Whether a search has the punctuation between its words that the text has.
fn unbroken(window: &[Token], text: &str, (_, search): Asked<'_, '_>) -> bool {
    !search || window.iter().zip(&scan(text).tokens).skip(1).all(|(own, typed)| own.after_break == typed.after_break)
}

fn matches(query: &Query, asked: Asked<'_, '_>, part: Option<Part>) -> Option<Vec<TokenSpan>> {
    let (view, _) = asked;
    let all = |of: &[Query]| of.iter().filter_map(|q| matches(q, asked, part)).collect::<Vec<_>>();
    match query {
        Query::Prefix(prefix) => {
            let mut spans = vec![];
            let length = prefix.before.len() + 1;
            for (field, scanned) in view.fields.iter().enumerate() {
                for (at, window) in scanned.tokens.windows(length).enumerate() {
                    let before = window.iter().zip(&prefix.before).all(|(t, s)| same(t, s, prefix.spelling, asked));
                    let last = &window[length - 1];
                    let loose = view.unaccented || prefix.spelling == Spelling::Loose;
                    let span = (field, at as u32, (at + length) as u32);
                    let row = window.iter().all(|t| t.sentence == window[0].sentence);
                    let row = row && unbroken(window, &prefix.text, asked);
                    if before && row && prefix.last.holds(last, scanned.word(last), loose) && inside(part, view, span) {
                        spans.push(span);
                    }
                }
            }
            (!spans.is_empty()).then_some(spans)
        }
        Query::Phrase(phrase) => {
            let mut spans = vec![];
            for (field, scanned) in view.fields.iter().enumerate() {
                for (at, window) in scanned.tokens.windows(phrase.syllables.len()).enumerate() {
                    let same = window.iter().zip(&phrase.syllables).all(|(t, s)| same(t, s, phrase.spelling, asked));
                    let capitals = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).map(char::is_uppercase).collect::<Vec<_>>();
                    let wanted = scan(&phrase.text);
                    let mut both = window.iter().zip(&wanted.tokens);
                    let cased = phrase.spelling != Spelling::Cased
                        || both.all(|(own, wanted_one)| capitals(scanned.word(own)) == capitals(wanted.word(wanted_one)));
                    let span = (field, at as u32, (at + phrase.syllables.len()) as u32);
                    let row = window.iter().all(|t| t.sentence == window[0].sentence) && unbroken(window, &phrase.text, asked);
                    if same && cased && row && inside(part, view, span) {
                        spans.push(span);
                    }
                }
            }
            (!spans.is_empty()).then_some(spans)
        }
        Query::Entity(test) => {
            let mut spans = vec![];
            for (field, scanned) in view.fields.iter().enumerate() {
                let entities = Entities::default();
                let held = entities.of(test.kind, scanned).iter().filter(|e| test.holds(e)).map(|e| (field, e.first, e.after));
                spans.extend(held.filter(|s| inside(part, view, *s)));
            }
            (!spans.is_empty()).then_some(spans)
        }
        Query::Named(..) => None,
        Query::And(of) => (all(of).len() == of.len()).then(|| all(of).concat()),
        Query::Or(of) => (!all(of).is_empty()).then(|| all(of).concat()),
        Query::AtLeast(least, of) => (all(of).len() >= *least).then(|| all(of).concat()),
        Query::Not(q) => matches(q, asked, part).is_none().then(Vec::new),
        Query::Near { sides, distance, ordered } => {
            let (left, right) = (matches(&sides.0, asked, part)?, matches(&sides.1, asked, part)?);
            let mut out = vec![];
            for a in &left {
                for b in &right {
                    let paragraph = |s: &TokenSpan| view.fields[s.0].tokens[s.1 as usize].paragraph;
                    let after = a.2 <= b.1 && b.1 - a.2 <= *distance;
                    let before = !ordered && b.2 <= a.1 && a.1 - b.2 <= *distance;
                    if a.0 == b.0 && paragraph(a) == paragraph(b) && (after || before) {
                        out.extend([*a, *b]);
                    }
                }
            }
            (!out.is_empty()).then_some(out)
        }
        Query::In(inner, q) => matches(q, asked, Some(*inner)),
        Query::Filter(Filter::Kind(kind)) => (kind == view.kind).then(Vec::new),
        Query::Filter(Filter::Stance(stance)) => (stance == view.about.stance).then(Vec::new),
        Query::Filter(Filter::Province(province)) => view.about.provinces.contains(province).then(Vec::new),
        Query::Filter(Filter::Date(dates)) => {
            let (from, before) = dates.span(view.about.now);
            let at = view.about.published?;
            (from.is_none_or(|f| f <= at) && before.is_none_or(|b| at < b)).then(Vec::new)
        }
        Query::Filter(_) => None,
    }
}

fn inside(part: Option<Part>, view: &TextView<'_>, (field, first, _): TokenSpan) -> bool {
    match part {
        None => true,
        Some(Part::Title) => field == 0,
        Some(Part::Text) => field == 1,
        Some(Part::Lead) => field == 0 || view.fields[field].tokens[first as usize].sentence < super::LEAD_SENTENCES,
        Some(Part::Quote) => unreachable!("not generated"),
    }
}

/// A query from a word stream, as deep as the numbers say.
fn query() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[abc]( [abc]){0,2}".prop_map(|s| format!("\"{s}\"")),
        Just("~a".to_owned()),
        Just("=B".to_owned()),
        Just("#percent>=5".to_owned()),
        Just("kind:news".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} AND {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("2 of ({a}, {b}, {c})")),
            (inner.clone(), inner.clone(), 1..5u32).prop_map(|(a, b, n)| format!("({a}) NEAR/{n} ({b})")),
            (inner.clone(), inner.clone(), 1..5u32).prop_map(|(a, b, n)| format!("({a}) ONEAR/{n} ({b})")),
            inner.clone().prop_map(|a| format!("NOT ({a})")),
            (inner, prop_oneof![Just("title"), Just("text"), Just("lead")]).prop_map(|(a, p)| format!("{p}:({a})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]
    #[test]
    fn a_set_answers_as_the_plain_way(
        queries in prop::collection::vec(query(), 1..4),
        title in "[abcáB ]{0,8}",
        text in "[abcáB 7%.\n]{0,40}",
    ) {
        let (title, text) = (scan(&title), scan(&text));
        let parsed: Vec<Query> = queries.iter().map(|q| parse_rule(q).unwrap()).collect();
        let mut builder = QuerySetBuilder::default();
        let ids: Vec<_> = parsed.iter().map(|q| builder.add(q)).collect();
        let set = builder.build();
        let matched = Matched::new(&set, TextView::new(&title, &text, "", "news"));
        for ((query, id), written) in parsed.iter().zip(ids).zip(&queries) {
            let expected = matches(query, (&TextView::new(&title, &text, "", "news"), false), None).map(|mut spans| {
                spans.sort_unstable();
                spans.dedup();
                spans
            });
            prop_assert_eq!(matched.find(id), expected, "{}", written);
        }
    }

    #[test]
    fn a_set_answers_searches_as_the_plain_way(
        queries in prop::collection::vec(search(), 1..4),
        title in "[abcáB ]{0,8}",
        text in "[abcáảăB 7.\n]{0,60}",
        day in 0..4i64,
    ) {
        let (title, text) = (scan(&title), scan(&text));
        let provinces = ["Huế".to_owned()];
        // Days from 2026-10-31 on.
        let published = Some((20_757 + day) * 86_400_000);
        let about = About { stance: "asks", provinces: &provinces, published, now: 20_759 * 86_400_000, ..About::default() };
        let view = || TextView { about, ..TextView::new(&title, &text, "", "news") };
        let parsed: Vec<Query> = queries.iter().map(|q| parse(q).unwrap()).collect();
        let mut builder = QuerySetBuilder::default();
        let ids: Vec<_> = parsed.iter().map(|q| builder.add_search(q)).collect();
        let set = builder.build();
        let matched = Matched::new(&set, view());
        for ((query, id), written) in parsed.iter().zip(ids).zip(&queries) {
            let expected = matches(query, (&view(), true), None).map(|mut spans| {
                spans.sort_unstable();
                spans.dedup();
                spans
            });
            prop_assert_eq!(matched.holds(id), expected.is_some(), "{}", written);
            prop_assert_eq!(matched.find(id), expected, "{}", written);
        }
    }
}

fn found(query: &str, text: &str) -> bool {
    let mut builder = QuerySetBuilder::default();
    let id = builder.add(&parse_rule(query).unwrap());
    let set = builder.build();
    let (title, text) = (scan(""), scan(text));
    Matched::new(&set, TextView::new(&title, &text, "vnexpress", "news")).holds(id)
}

#[test]
fn matches_text() {
    let text = "Giá xăng dầu tăng mạnh. Nhiều cây xăng hết hàng.\nNgười dân được khuyên \"không mua tích trữ\".";
    for (query, expected) in [
        ("giá xăng", true),
        ("GIÁ XĂNG DẦU", true),
        ("gia xang", false),
        ("~gia xang", true),
        ("=Giá xăng", true),
        ("=giá xăng", false),
        ("=GIÁ XĂNG", false),
        ("=\"Nhiều cây xăng\"", true),
        ("tăng mạnh nhiều", false),
        ("giá NEAR/3 tăng", true),
        ("tăng ONEAR/3 giá", false),
        ("tăng NEAR/3 giá", true),
        ("hết hàng NEAR/20 tích trữ", false),
        ("2 of (giá xăng, giá điện, tích trữ)", true),
        ("giá xăng AND NOT tích trữ", false),
        ("source:vnexpress AND xăng", true),
        ("title:xăng", false),
        ("lead:tích trữ", true),
        ("quote:tích trữ", true),
        ("quote:giá xăng", false),
    ] {
        assert_eq!(found(query, text), expected, "{query}");
    }
    let text = &format!("{text} Cả điện, nước đều tăng.");
    let searched = |query: &str| {
        let mut builder = QuerySetBuilder::default();
        let id = builder.add_search(&parse(query).unwrap());
        let set = builder.build();
        let (title, text) = (scan(""), scan(text));
        Matched::new(&set, TextView::new(&title, &text, "vnexpress", "news")).holds(id)
    };
    for (query, expected) in [
        ("\"gia xang\"", true),
        ("\"giá xang\"", true),
        ("\"giả xang\"", false),
        ("\"giá xăng d*\"", true),
        ("\"gia xang d*\"", true),
        ("\"giá xăng t*\"", false),
        ("khuy*", true),
        ("khuyế*", false),
        ("\"tăng mạnh nh*\"", false),
        ("source:tuoitre,vnexpress hàng", true),
        ("\"xăng dầu\"", true),
        ("\"điện nước\"", false),
        ("\"điện, nước\"", true),
        ("\"điện nư*\"", false),
    ] {
        assert_eq!(searched(query), expected, "{query}");
    }
    assert!(found("giá xăng dầu", "gia xang dau tang manh nguoi dan keu"), "typed without accents");
    assert!(!found("mua tích trữ", "không mua tịch thu"), "other accents are other words");
}
