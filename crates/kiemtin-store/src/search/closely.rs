//! How well does one document answer, looked at closely: which of the words does it have, in the title, early, side by side, near?
//!
//! Only the best documents by BM25 are looked at, so positions are read for some hundred documents, whatever the size of the
//! index. What is seen becomes a few numbers, and a weighted sum of them puts the documents in order (a linear ranking model;
//! features as in Metzler and Croft 2005, "A Markov random field model for term dependencies").

use super::gather::engine;
use crate::index::IndexError;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocId, DocSet, Searcher, Term};

/// What is seen of a document.
pub(super) const FEATURES: usize = 8;
/// What each is worth, in the order of [`Row::seen`]. Set on judged queries (`bench search --queries`), one at a time.
const WORTH: [f32; FEATURES] = [0.9, 1.8, 2.0, 1.8, 0.5, 1.5, 2.5, 1.0];
/// Parameters of BM25 (Robertson and Zaragoza 2009).
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// Words of the text that are its beginning: reports tell first what they are about.
const LEAD: u32 = 100;
/// Words of the text that stand near one another.
const NEAR: u32 = 30;

/// How well a document answers.
#[derive(Clone, Copy, Default)]
pub(super) struct Answer {
    pub(super) score: f32,
    /// Share of the words that it has, by rarity: 0 to 1.
    pub(super) covered: f32,
}

/// A row of words to look for.
pub(super) struct Row {
    /// The words in the text field and in the title field, with their rarity (idf), in order.
    words: Vec<Word>,
    /// Mean length of a text.
    mean_length: f32,
}

struct Word {
    text: Term,
    title: Term,
    idf: f32,
}

/// Places of one word in one segment.
struct Places {
    text: Option<SegmentPostings>,
    title: Option<SegmentPostings>,
}

impl Row {
    /// Words by their terms in the text and in the title.
    pub(super) fn new(searcher: &Searcher, text: &[Term], title: &[Term]) -> Result<Self, IndexError> {
        let documents = searcher.num_docs() as f32;
        let word = |(text, title): (&Term, &Term)| {
            let seen = searcher.doc_freq(text).map_err(engine)? as f32;
            let idf = (1.0 + (documents - seen.min(documents) + 0.5) / (seen + 0.5)).ln();
            Ok(Word { text: text.clone(), title: title.clone(), idf })
        };
        let words = text.iter().zip(title).map(word).collect::<Result<Vec<_>, IndexError>>()?;
        let mut tokens = 0;
        if let Some(field) = words.first().map(|w| w.text.field()) {
            for segment in searcher.segment_readers() {
                tokens += segment.inverted_index(field).map_err(engine)?.total_num_tokens();
            }
        }
        Ok(Self { words, mean_length: (tokens as f32 / documents.max(1.0)).max(1.0) })
    }

    /// How well each of these documents of one segment answers, in their order; they ascend.
    pub(super) fn answers(&self, searcher: &Searcher, segment: u32, docs: &[DocAddress]) -> Result<Vec<Answer>, IndexError> {
        let reader = searcher.segment_reader(segment);
        let postings = |term: &Term| {
            let index = reader.inverted_index(term.field()).map_err(engine)?;
            index.read_postings(term, IndexRecordOption::WithFreqsAndPositions).map_err(engine)
        };
        let mut places = vec![];
        for word in &self.words {
            places.push(Places { text: postings(&word.text)?, title: postings(&word.title)? });
        }
        let field = self.words.first().map(|w| w.text.field());
        let lengths = field.map(|f| reader.get_fieldnorms_reader(f)).transpose().map_err(engine)?;
        let mut found = Found { text: vec![vec![]; places.len()], title: vec![vec![]; places.len()] };
        let mut answers = Vec::with_capacity(docs.len());
        for doc in docs {
            for (at, place) in places.iter_mut().enumerate() {
                positions(&mut place.text, doc.doc_id, found.text.get_mut(at));
                positions(&mut place.title, doc.doc_id, found.title.get_mut(at));
            }
            let length = lengths.as_ref().map_or(0, |l| l.fieldnorm(doc.doc_id));
            let (seen, covered) = self.seen(&found, length as f32);
            answers.push(Answer { score: seen.iter().zip(WORTH).map(|(seen, worth)| seen * worth).sum(), covered });
        }
        Ok(answers)
    }

    /// What is seen of one document, and the share of the words that it has.
    fn seen(&self, found: &Found, length: f32) -> ([f32; FEATURES], f32) {
        let all: f32 = self.words.iter().map(|w| w.idf).sum::<f32>().max(0.1);
        let (mut bm25, mut in_title, mut covered, mut early) = (0.0, 0.0, 0.0, 0.0);
        for ((word, text), title) in self.words.iter().zip(&found.text).zip(&found.title) {
            let count = text.len() as f32;
            bm25 += word.idf * count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length / self.mean_length));
            in_title += if title.is_empty() { 0.0 } else { word.idf };
            covered += if text.is_empty() && title.is_empty() { 0.0 } else { word.idf };
            early += if !title.is_empty() || text.first().is_some_and(|first| *first < LEAD) { word.idf } else { 0.0 };
        }
        let covered = covered / all;
        let (pairs, pair_count) = self.pairs(found);
        let row_in_title = f32::from(u8::from(!rows(&found.title).is_empty()));
        let near = self.near(found).max(in_title) / all;
        ([bm25 / all, in_title / all, row_in_title, pairs, (1.0 + pair_count).ln(), covered, early / all, near], covered)
    }

    /// Share of the neighbours in the query that stand side by side in the text or the title; and how often in all.
    fn pairs(&self, found: &Found) -> (f32, f32) {
        let of = self.words.len().saturating_sub(1).max(1) as f32;
        let both = found.text.windows(2).zip(found.title.windows(2));
        let times: Vec<f32> = both.map(|(text, title)| (rows(text).len() + rows(title).len()) as f32).collect();
        (times.iter().filter(|times| **times > 0.0).count() as f32 / of, times.iter().sum::<f32>() / of)
    }

    /// Most that stands of the words, by rarity, within [`NEAR`] words of the text.
    fn near(&self, found: &Found) -> f32 {
        let mut places: Vec<(u32, usize)> =
            found.text.iter().enumerate().flat_map(|(word, places)| places.iter().map(move |place| (*place, word))).collect();
        places.sort_unstable();
        let idf = |word: usize| self.words.get(word).map_or(0.0, |w| w.idf);
        let (mut counts, mut left, mut sum, mut best) = (vec![0u32; self.words.len()], places.iter(), 0.0f32, 0.0f32);
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
}

/// Positions of each word of the row in one document.
struct Found {
    text: Vec<Vec<u32>>,
    title: Vec<Vec<u32>>,
}

fn positions(postings: &mut Option<SegmentPostings>, doc: DocId, out: Option<&mut Vec<u32>>) {
    let Some(out) = out else { return };
    out.clear();
    if let Some(postings) = postings {
        if postings.doc() < doc {
            postings.seek(doc);
        }
        if postings.doc() == doc {
            postings.positions(out);
        }
    }
}

/// Where all words stand in a row: positions of the first one, ascending.
fn rows(words: &[Vec<u32>]) -> Vec<u32> {
    let Some((first, rest)) = words.split_first() else { return vec![] };
    let follows = |at: &u32| (1u32..).zip(rest).all(|(step, places)| places.binary_search(&(at + step)).is_ok());
    first.iter().copied().filter(|at| follows(at)).collect()
}
