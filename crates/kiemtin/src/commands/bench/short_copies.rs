//! How many edited copies of a short text are found, and how often are two different ones taken for one?
//!
//! Headlines and first sentences of the corpus with 8 to 29 syllables stand in the index; [`SOURCES`] of them are edited as posts
//! are. As each text comes in, it is asked for among those before: what it would join is wrong unless the articles behind both
//! share a quarter of one's rows of three syllables.

use super::Figures;
use super::edits::{Numbers, bare};
use kiemtin_analyze::copies::{CopyIndex, Relation};
use kiemtin_model::Document;
use kiemtin_text::winnow::{Prints, prints};
use kiemtin_text::{Key, read_informal};
use std::collections::HashSet;
use std::time::{Duration, Instant};

/// Syllables of a text: from, and up to.
const LENGTH: std::ops::Range<usize> = 8..30;
const SOURCES: usize = 1_500;
/// Texts in the index at most.
const MOST: usize = 40_000;

/// An edit of a post. `other` is a text that has nothing to do with it.
type Edit = fn(text: &str, other: &str, numbers: &mut Numbers) -> String;

const EDITS: &[(&str, Edit)] = &[
    ("no accents", |text, _, _| bare(text)),
    ("emoji", |text, _, n| {
        text.split_whitespace().map(|w| if n.share() < 0.2 { format!("{w} 🔥") } else { w.to_owned() }).collect::<Vec<_>>().join(" ")
    }),
    ("dots", |text, _, _| format!("{}...", text.trim_end_matches('.'))),
    ("letters drawn out", |text, _, n| {
        let word =
            |w: &str| w.chars().last().filter(|c| c.is_alphabetic() && n.share() < 0.3).map_or(w.to_owned(), |c| format!("{w}{c}{c}{c}"));
        text.split_whitespace().map(word).collect::<Vec<_>>().join(" ")
    }),
    ("words before", |text, _, _| format!("Hot: {text}")),
    ("words after", |text, _, _| format!("{text} chia sẻ gấp")),
    ("1 word changed", |text, other, n| changed(text, other, 1, n)),
    ("2 words changed", |text, other, n| changed(text, other, 2, n)),
    ("3 words changed", |text, other, n| changed(text, other, 3, n)),
    ("words before and after, 1 changed", |text, other, n| format!("Hot: {} chia sẻ gấp", changed(text, other, 1, n))),
];

/// So many words of a text, other than figures, replaced by words of another one.
fn changed(text: &str, other: &str, count: usize, numbers: &mut Numbers) -> String {
    let others: Vec<&str> = other.split_whitespace().collect();
    let mut words: Vec<&str> = text.split_whitespace().collect();
    for _ in 0..count {
        let (at, new) = (numbers.below(words.len()), others.get(numbers.below(others.len())));
        if let (Some(word), Some(new)) = (words.get_mut(at), new)
            && ![*word, *new].into_iter().any(|w| w.contains(|c: char| c.is_ascii_digit()))
        {
            *word = new;
        }
    }
    words.join(" ")
}

/// A short text, and the article that it stands over.
struct Short<'d> {
    text: String,
    article: &'d str,
}

/// Runs it.
pub fn run(documents: &[Document], figures: &mut Figures) -> anyhow::Result<()> {
    let shorts = shorts(documents);
    if shorts.len() < 2 {
        return figures.tell("short: texts", shorts.len() as f64, "texts");
    }
    let printed: Vec<Prints> = shorts.iter().map(|s| of(&s.text)).collect();
    let mut index = CopyIndex::default();
    let (mut joined, mut wrong, mut spent) = (0u32, 0u32, Duration::ZERO);
    for ((short, prints), number) in shorts.iter().zip(&printed).zip(1..) {
        let begun = Instant::now();
        let like = index.like(prints);
        index.add(number, Some(prints));
        spent += begun.elapsed();
        let same = like.into_iter().filter(|l| l.relation() == Some(Relation::Same));
        let mut others = same.filter_map(|l| shorts.get(l.number as usize - 1)).filter(|o| o.article != short.article);
        if let Some(other) = others.next() {
            joined += 1;
            wrong += u32::from(!alike(short.article, other.article));
        }
    }
    figures.tell("short: texts", shorts.len() as f64, "texts")?;
    figures.tell("short: asked and added", spent.as_secs_f64() * 1e6 / shorts.len() as f64, "µs each")?;
    figures.tell("short: memory per text", index.bytes() as f64 / shorts.len() as f64, "B")?;
    recall(&shorts, &index, figures)?;
    figures.tell("short: joined another article", f64::from(joined) / shorts.len() as f64, "share")?;
    figures.tell("short: joined wrongly", f64::from(wrong) / shorts.len() as f64, "share")
}

fn recall(shorts: &[Short<'_>], index: &CopyIndex, figures: &mut Figures) -> anyhow::Result<()> {
    let mut numbers = Numbers(5);
    let sources: Vec<usize> = (0..SOURCES).map(|_| numbers.below(shorts.len())).collect();
    let mut all = 0u32;
    for (name, edit) in EDITS {
        let mut found = 0u32;
        for source in &sources {
            let text = |at: usize| shorts.get(at).map_or("", |s| s.text.as_str());
            let edited = edit(text(*source), text(numbers.below(shorts.len())), &mut numbers);
            let same = index.like(&of(&edited)).into_iter().filter(|l| l.relation() == Some(Relation::Same));
            found += u32::from(same.take(40).any(|l| l.number as usize == source + 1));
        }
        all += found;
        figures.tell(&format!("short: joins the story: {name}"), f64::from(found) / SOURCES as f64, "share")?;
    }
    figures.tell("short: joins the story, all edits", f64::from(all) / (SOURCES * EDITS.len()) as f64, "share")
}

/// Headlines and first sentences of this length, each once.
fn shorts(documents: &[Document]) -> Vec<Short<'_>> {
    let mut seen = HashSet::new();
    let mut shorts = vec![];
    for document in documents {
        let first = document.text.trim().split(['\n', '.', '!', '?']).next().unwrap_or_default();
        for text in [document.title.as_str(), first] {
            let keys: Vec<Key> = read_informal(text, true).tokens.iter().map(|t| t.fold).collect();
            if LENGTH.contains(&keys.len()) && shorts.len() < MOST && seen.insert(keys) {
                shorts.push(Short { text: text.to_owned(), article: &document.text });
            }
        }
    }
    shorts
}

fn of(text: &str) -> Prints {
    prints(&read_informal(text, true).tokens)
}

/// A quarter of one article's rows of three syllables stand in the other one.
fn alike(a: &str, b: &str) -> bool {
    super::copies::overlap(&super::copies::triples(a), &super::copies::triples(b)).0 >= 0.25
}
