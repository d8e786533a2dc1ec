//! How well does one document answer, looked at closely: which of the words does it have, in the title, early, side by side, near?
//!
//! Only the best documents by BM25 are looked at, so positions are read for some hundred documents, whatever the size of the
//! index. What is seen becomes a few numbers, and a weighted sum of them puts the documents in order (a linear ranking model;
//! features as in Metzler and Croft 2005, "A Markov random field model for term dependencies").

use super::compile::LookedFor;
use super::gather::engine;
use super::marks::{Mark, Marks};
use super::places::{Places, Standing, rows};
use crate::index::IndexError;
use tantivy::{DocId, Searcher, SegmentReader, Term};

/// What is seen of a document.
pub(super) const FEATURES: usize = 8;
/// What each is worth, in the order of [`seen`]. Set on judged queries (`bench search --queries`), one at a time.
const WORTH: [f32; FEATURES] = [0.9, 1.8, 2.0, 1.8, 0.5, 1.5, 2.5, 1.0];
/// Parameters of BM25 (Robertson and Zaragoza 2009).
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// Words of title and text that are the beginning: reports tell first what they are about.
const LEAD: u32 = 150;
/// Words of the text that stand near one another.
const NEAR: u32 = 30;

/// How well a document answers.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Answer {
    pub(super) score: f32,
    /// Share of the words that it has, by rarity: 0 to 1.
    pub(super) covered: f32,
}

/// Rows of words to look for.
pub(super) struct Rows {
    /// Every word of them once, as a term of the field of all words, with its rarity (idf): rows share most of theirs.
    words: Vec<(Term, f32)>,
    /// Of each row the numbers of its words, in order, and what it counts against the best one.
    rows: Vec<(Vec<usize>, f32)>,
    /// Mean length of title and text.
    mean_length: f32,
}

/// A row in one document: the rarity of each word, and where it stands.
type Row<'a> = [(f32, &'a Standing)];

impl Rows {
    pub(super) fn new(searcher: &Searcher, wanted: &[LookedFor]) -> Result<Self, IndexError> {
        let documents = searcher.num_docs() as f32;
        let (mut words, mut rows) = (Vec::<(Term, f32)>::new(), vec![]);
        for LookedFor { words: row, share } in wanted {
            let mut numbers = vec![];
            for word in row {
                let known = words.iter().position(|(known, _)| known == word);
                if known.is_none() {
                    let seen = searcher.doc_freq(word).map_err(engine)? as f32;
                    words.push((word.clone(), (1.0 + (documents - seen.min(documents) + 0.5) / (seen + 0.5)).ln()));
                }
                numbers.push(known.unwrap_or(words.len() - 1));
            }
            rows.push((numbers, *share));
        }
        let mut tokens = 0;
        if let Some((word, _)) = words.first() {
            for segment in searcher.segment_readers() {
                tokens += segment.inverted_index(word.field()).map_err(engine)?.total_num_tokens();
            }
        }
        Ok(Self { words, rows, mean_length: (tokens as f32 / documents.max(1.0)).max(1.0) })
    }

    /// How well each of these documents of one segment answers, by the row that it answers best; they ascend, and so do the answers.
    pub(super) fn answers(&self, reader: &SegmentReader, docs: &[DocId]) -> Result<Vec<(DocId, Answer)>, IndexError> {
        let mut places = self.words.iter().map(|(word, _)| Places::of(reader, word)).collect::<Result<Vec<_>, _>>()?;
        let Some(field) = self.words.first().map(|(word, _)| word.field()) else {
            return Ok(docs.iter().map(|doc| (*doc, Answer::default())).collect());
        };
        let mut marks = Marks::of(reader, field, |mark| mark == Mark::Text)?;
        let lengths = reader.get_fieldnorms_reader(field).map_err(engine)?;
        let mut found = vec![Standing::default(); places.len()];
        let mut answers = Vec::with_capacity(docs.len());
        for doc in docs {
            marks.read(*doc);
            for (places, found) in places.iter_mut().zip(&mut found) {
                found.read(places, *doc, marks.text());
            }
            let length = lengths.fieldnorm(*doc) as f32 / self.mean_length;
            let mut best = Answer::default();
            for (numbers, share) in &self.rows {
                let word = |number: &usize| Some((self.words.get(*number)?.1, found.get(*number)?));
                let (seen, covered) = seen(&numbers.iter().filter_map(word).collect::<Vec<_>>(), length);
                let score = share * seen.iter().zip(WORTH).map(|(seen, worth)| seen * worth).sum::<f32>();
                if score > best.score {
                    best = Answer { score, covered };
                }
            }
            answers.push((*doc, best));
        }
        Ok(answers)
    }
}

/// What is seen of one document, and the share of the words that it has. `length`: against the mean.
fn seen(row: &Row<'_>, length: f32) -> ([f32; FEATURES], f32) {
    let all: f32 = row.iter().map(|(idf, _)| idf).sum::<f32>().max(0.1);
    let (mut bm25, mut in_title, mut covered, mut early) = (0.0, 0.0, 0.0, 0.0);
    for (idf, word) in row {
        let count = word.text().len() as f32;
        bm25 += idf * count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length));
        in_title += if word.title().is_empty() { 0.0 } else { *idf };
        covered += if word.all().is_empty() { 0.0 } else { *idf };
        early += if !word.title().is_empty() || word.text().first().is_some_and(|first| *first < LEAD) { *idf } else { 0.0 };
    }
    let covered = covered / all;
    let (pairs, pair_count) = pairs(row);
    let in_a_row = rows((0..).zip(row.iter().map(|(_, word)| word.title())));
    let row_in_title = f32::from(u8::from(!in_a_row.is_empty()));
    let near = near(row).max(in_title) / all;
    ([bm25 / all, in_title / all, row_in_title, pairs, (1.0 + pair_count).ln(), covered, early / all, near], covered)
}

/// Share of the neighbours in the query that stand side by side in the text or the title; and how often in all.
fn pairs(row: &Row<'_>) -> (f32, f32) {
    let of = row.len().saturating_sub(1).max(1) as f32;
    // Title and text are too far apart for a row.
    let times = |two: &Row<'_>| rows((0..).zip(two.iter().map(|(_, word)| word.all()))).len() as f32;
    let times: Vec<f32> = row.windows(2).map(times).collect();
    (times.iter().filter(|times| **times > 0.0).count() as f32 / of, times.iter().sum::<f32>() / of)
}

/// Most that stands of the words, by rarity, within [`NEAR`] words of the text.
fn near(row: &Row<'_>) -> f32 {
    let mut places: Vec<(u32, usize)> =
        row.iter().enumerate().flat_map(|(word, (_, places))| places.text().iter().map(move |place| (*place, word))).collect();
    places.sort_unstable();
    let idf = |word: usize| row.get(word).map_or(0.0, |(idf, _)| *idf);
    let (mut counts, mut left, mut sum, mut best) = (vec![0u32; row.len()], places.iter(), 0.0f32, 0.0f32);
    let mut first = left.next();
    for (place, word) in &places {
        if let Some(count) = counts.get_mut(*word) {
            sum += if *count == 0 { idf(*word) } else { 0.0 };
            *count += 1;
        }
        while let Some((_, gone)) = first.filter(|(at, _)| at + NEAR < *place) {
            if let Some(count) = counts.get_mut(*gone) {
                *count -= 1;
                sum -= if *count == 0 { idf(*gone) } else { 0.0 };
            }
            first = left.next();
        }
        best = best.max(sum);
    }
    best
}
