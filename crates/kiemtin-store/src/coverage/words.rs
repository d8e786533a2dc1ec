//! Which words are more frequent in what matches than in all coverage?

use super::told::{TopWord, TopWords};
use kiemtin_text::query::Query;
use kiemtin_text::{Key, scan};
use std::collections::HashMap;

/// Words that are told.
const MOST: usize = 20;
/// Fewest documents that say anything of words.
const SAMPLE: usize = 20;
/// Fewest documents that have a word, and least part of the sample.
const LEAST: u32 = 3;
const LEAST_PART: f64 = 0.02;
/// How much more frequent than in all coverage a word must be.
const LIFT: f64 = 1.5;
/// A longer word stands for a shorter one in it when it is in so many of its documents.
const SAME: f64 = 0.7;

/// How many documents of a sample have which words.
pub(super) struct Counted {
    pub(super) documents: usize,
    pub(super) words: Vec<(String, u32)>,
}

/// Words of the sample that stand out, the most telling first: by what a word adds to the divergence of the two samples (part
/// times logarithm of the lift, Kullback and Leibler 1951). Words of the query are left out.
pub(super) fn top(sample: &Counted, usual: &Counted, query: Option<&Query>) -> TopWords {
    let known: HashMap<Vec<Key>, u32> = usual.words.iter().map(|(word, count)| (keys(word), *count)).collect();
    let asked: Vec<String> = query.iter().flat_map(|q| q.phrases()).map(|p| p.text.to_lowercase()).collect();
    if sample.documents < SAMPLE {
        return TopWords { sample_size: sample.documents, words: vec![] };
    }
    let size = sample.documents as f64;
    let mut weighed = vec![];
    for (word, count) in &sample.words {
        let part = f64::from(*count) / size;
        if *count < LEAST || part < LEAST_PART || asked.iter().any(|asked| contains(asked, word) || contains(word, asked)) {
            continue;
        }
        let elsewhere = f64::from(known.get(&keys(word)).copied().unwrap_or(0));
        let usual_ratio = elsewhere / usual.documents.max(1) as f64;
        // Half a document more: what is in no other document is not infinitely telling.
        let lift = part / ((elsewhere + 0.5) / (usual.documents as f64 + 1.0));
        if lift >= LIFT {
            weighed.push((part * lift.ln(), TopWord { term: word.clone(), doc_count: *count, doc_ratio: part, usual_ratio }));
        }
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.term.cmp(&b.1.term)));
    let mut words: Vec<TopWord> = vec![];
    for (_, word) in weighed {
        let full = words.len() == MOST;
        match words.iter_mut().find(|taken| contains(&taken.term, &word.term) || contains(&word.term, &taken.term)) {
            None if !full => words.push(word),
            Some(taken) if word.term.len() > taken.term.len() && f64::from(word.doc_count) >= SAME * f64::from(taken.doc_count) => {
                *taken = word;
            }
            _ => {}
        }
    }
    // A longer word that took the place of one may hold others that were taken before.
    let all: Vec<String> = words.iter().map(|word| word.term.clone()).collect();
    words.retain(|word| !all.iter().any(|other| *other != word.term && contains(other, &word.term)));
    TopWords { sample_size: sample.documents, words }
}

/// A word without its spelling: `sức khoẻ` is `sức khỏe`.
fn keys(word: &str) -> Vec<Key> {
    scan(word).tokens.iter().map(|token| token.key).collect()
}

/// Whether these syllables have those in a row.
fn contains(syllables: &str, those: &str) -> bool {
    format!(" {syllables} ").contains(&format!(" {those} "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_text::query::parse;

    #[test]
    fn what_stands_out_is_told_once() {
        let counted = |documents, words: &[(&str, u32)]| Counted {
            documents,
            words: words.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect(),
        };
        let usual = counted(1_000, &[("hà nội", 300), ("sức khoẻ", 300), ("nguồn cung", 10), ("giá xăng", 50)]);
        let sample = counted(
            100,
            &[
                ("hà nội", 32),
                ("sức khỏe", 31),
                ("nguồn cung", 20),
                ("nguồn cung xăng dầu", 18),
                ("giá xăng", 90),
                ("tăng giá xăng", 30),
                ("dầu thô", 2),
            ],
        );
        let top = top(&sample, &usual, Some(&parse("\"giá xăng\"").unwrap()));
        let told: Vec<&str> = top.words.iter().map(|w| w.term.as_str()).collect();
        assert_eq!((told, top.sample_size), (vec!["nguồn cung xăng dầu"], 100));
        assert_eq!((top.words[0].doc_count, top.words[0].doc_ratio, top.words[0].usual_ratio), (18, 0.18, 0.0));
    }
}
