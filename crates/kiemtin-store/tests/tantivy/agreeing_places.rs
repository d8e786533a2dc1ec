//! A search finds what a document that comes in is held to match: with distances, paragraphs, leads and quotations. So a saved search
//! tells of what it finds.

use super::Checked;
use super::agreeing::{Numbers, indexed};
use kiemtin_store::conformance::sample;
use kiemtin_store::{SearchIndex, SearchRequest};
use kiemtin_text::key::folded;
use kiemtin_text::query::{Matched, QuerySetBuilder, TextView, parse};
use kiemtin_text::scan;

const WORDS: [&str; 8] = ["giá", "gia", "xăng", "xang", "dầu", "điện", "tăng", "hết"];
const BETWEEN: [&str; 12] = [" ", " ", " ", " ", " ", " ", ", ", ". ", "\n", " “", "” ", " \""];
const DOCUMENTS: usize = 150;
const QUERIES: usize = 1_500;

/// So many words and what stands between them.
fn text(numbers: &mut Numbers, words: usize) -> String {
    let mut text = String::new();
    for _ in 0..words {
        let word = WORDS[numbers.below(WORDS.len())];
        text.push_str(&capitalized(numbers, word));
        text.push_str(BETWEEN[numbers.below(BETWEEN.len())]);
    }
    text
}

/// Some words begin with a capital letter, some have others.
fn capitalized(numbers: &mut Numbers, word: &str) -> String {
    let capital: fn(usize) -> bool = [|at| at == 0, |_| true, |at| at == 1, |_| false, |_| false, |_| false][numbers.below(6)];
    word.chars().enumerate().flat_map(|(at, c)| if capital(at) { c.to_uppercase().collect() } else { vec![c] }).collect()
}

fn row(numbers: &mut Numbers) -> String {
    let words: Vec<&str> = (0..=numbers.below(2)).map(|_| WORDS[numbers.below(WORDS.len())]).collect();
    match numbers.below(6) {
        0 => format!("{}*", WORDS[numbers.below(WORDS.len())].chars().take(2).collect::<String>()),
        1 => format!("~\"{}\"", words.join(" ")),
        2 => format!("=\"{}\"", words.iter().map(|word| capitalized(numbers, word)).collect::<Vec<_>>().join(" ")),
        _ => format!("\"{}\"", words.join(" ")),
    }
}

/// A side of `NEAR`, or what an exclusion excludes.
fn side(numbers: &mut Numbers, depth: usize) -> String {
    match numbers.below(if depth == 0 { 4 } else { 9 }) {
        4 => format!("({} OR {})", row(numbers), side(numbers, depth - 1)),
        5 => format!("({} AND {})", row(numbers), side(numbers, depth - 1)),
        6 => near(numbers, depth - 1),
        7 => format!("({} AND NOT {})", row(numbers), side(numbers, depth - 1)),
        8 => format!("{}:({})", ["title", "text", "lead", "quote"][numbers.below(4)], side(numbers, depth - 1)),
        _ => row(numbers),
    }
}

fn near(numbers: &mut Numbers, depth: usize) -> String {
    let operator = ["NEAR", "ONEAR"][numbers.below(2)];
    format!("({} {operator}/{} {})", side(numbers, depth), 1 + numbers.below(9), side(numbers, depth))
}

fn typed(numbers: &mut Numbers) -> String {
    match numbers.below(6) {
        0 => format!("{} AND NOT {}", row(numbers), near(numbers, 1)),
        1 => format!("2 of ({}, {}, {})", near(numbers, 0), row(numbers), side(numbers, 1)),
        2 => format!("{}:({})", ["title", "text", "lead", "quote"][numbers.below(4)], side(numbers, 2)),
        3 => format!("{} OR {}", near(numbers, 1), side(numbers, 1)),
        _ => near(numbers, 2),
    }
}

#[tokio::test]
async fn a_search_finds_what_a_document_that_comes_in_matches() -> Checked {
    let folder = tempfile::tempdir()?;
    let mut numbers = Numbers(20_261_129);
    let mut samples = vec![];
    for at in 0..DOCUMENTS {
        let (title, words) = (numbers.below(6), 1 + numbers.below(40));
        let (mut title, mut text) = (text(&mut numbers, title), text(&mut numbers, words));
        if numbers.below(3) == 0 {
            (title, text) = (folded(&title), folded(&text));
        }
        samples.push(sample(&format!("d{at}"), &title, &text, "bao.vn", i64::try_from(at)?));
    }
    let index = indexed(folder.path(), &samples).await?;
    let (mut asked, mut telling) = (0, 0);
    for _ in 0..QUERIES {
        let typed = typed(&mut numbers);
        let query = parse(&typed).map_err(|error| format!("{typed}: {error}"))?;
        if query.only_excludes() {
            continue;
        }
        let mut builder = QuerySetBuilder::default();
        let wanted = builder.add_search(&query);
        let set = builder.build();
        let request = SearchRequest { query: Some(query), limit: DOCUMENTS, as_typed: true, ..SearchRequest::default() };
        let found = index.search(&request).await.map_err(|error| format!("{typed}: {error}"))?;
        let mut expected = 0;
        for sample in &samples {
            let document = &sample.document;
            let (title, text) = (scan(&document.title), scan(&document.text));
            let unaccented = (title.marked + text.marked) * 20 < title.tokens.len() + text.tokens.len();
            let view = TextView { unaccented, ..TextView::new(&title, &text, &document.source, document.kind.as_str()) };
            let matches = Matched::new(&set, view).holds(wanted);
            let is_found = found.hits.iter().any(|hit| !hit.partial && hit.id == document.id);
            assert_eq!(is_found, matches, "{typed}: «{}» «{}»", document.title, document.text);
            expected += u64::from(matches);
        }
        assert_eq!(found.total, expected, "{typed}");
        asked += 1;
        telling += usize::from(expected > 0 && expected < DOCUMENTS as u64);
    }
    assert!(asked > QUERIES / 2 && telling > asked / 2, "{telling} of {asked} say little");
    Ok(())
}
