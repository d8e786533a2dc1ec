//! How well does one document answer, looked at closely: where do the words stand, in a row, in the title, how early, how near?
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
pub(super) const FEATURES: usize = 11;
/// What each is worth, in the order of [`Row::seen`]. Set by hand on judged queries (`bench search --queries`).
const WORTH: [f32; FEATURES] = [0.3, 1.8, 2.0, 1.0, 0.8, 1.0, 1.0, 0.3, 0.5, 0.5, 0.3];
/// Parameters of BM25 (Robertson and Zaragoza 2009).
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// A place in the text is half as early as the beginning after so many words.
const EARLY: f32 = 60.0;

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

    /// The score of each of these documents of one segment, in their order; they ascend.
    pub(super) fn scores(&self, searcher: &Searcher, segment: u32, docs: &[DocAddress]) -> Result<Vec<f32>, IndexError> {
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
        let mut scores = Vec::with_capacity(docs.len());
        for doc in docs {
            for (at, place) in places.iter_mut().enumerate() {
                positions(&mut place.text, doc.doc_id, found.text.get_mut(at));
                positions(&mut place.title, doc.doc_id, found.title.get_mut(at));
            }
            let length = lengths.as_ref().map_or(0, |l| l.fieldnorm(doc.doc_id));
            let seen = self.seen(&found, length as f32);
            scores.push(seen.iter().zip(WORTH).map(|(seen, worth)| seen * worth).sum());
        }
        Ok(scores)
    }

    /// What is seen of one document.
    fn seen(&self, found: &Found, length: f32) -> [f32; FEATURES] {
        let all: f32 = self.words.iter().map(|w| w.idf).sum::<f32>().max(0.1);
        let mut bm25 = 0.0;
        let (mut in_title, mut rarest) = (0.0, (0.0f32, 0usize));
        let mut least = f32::MAX;
        for (at, word) in self.words.iter().enumerate() {
            let count = found.text.get(at).map_or(0, Vec::len) as f32;
            bm25 += word.idf * count * (K1 + 1.0) / (count + K1 * (1.0 - B + B * length / self.mean_length));
            in_title += if found.title.get(at).is_some_and(|p| !p.is_empty()) { word.idf } else { 0.0 };
            least = least.min(count);
            if word.idf > rarest.0 {
                rarest = (word.idf, at);
            }
        }
        let stand = rows(&found.text);
        let early = |at: Option<u32>| at.map_or(0.0, |at| 1.0 / (1.0 + at as f32 / EARLY));
        let (pairs, pairs_in_title, pair_count) = self.pairs(found);
        [
            bm25 / all,
            in_title / all,
            f32::from(u8::from(!rows(&found.title).is_empty())),
            (1.0 + stand.len() as f32).ln(),
            early(stand.first().copied()),
            pairs,
            pairs_in_title,
            (1.0 + pair_count).ln(),
            nearness(&found.text),
            early(found.text.get(rarest.1).and_then(|p| p.first()).copied()),
            (1.0 + least).ln(),
        ]
    }

    /// Share of the neighbours in the query that stand side by side in the text, and in the title; and how often in all.
    fn pairs(&self, found: &Found) -> (f32, f32, f32) {
        let of = self.words.len().saturating_sub(1).max(1) as f32;
        let (mut text, mut title, mut count) = (0.0, 0.0, 0.0);
        for pair in found.text.windows(2) {
            let times = rows(pair).len() as f32;
            count += times;
            text += f32::from(u8::from(times > 0.0));
        }
        for pair in found.title.windows(2) {
            title += f32::from(u8::from(!rows(pair).is_empty()));
        }
        (text / of, title / of, count / of)
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

/// 1 when all words stand side by side somewhere, less the further apart they are at their nearest; 0 when one is missing.
fn nearness(words: &[Vec<u32>]) -> f32 {
    let mut at: Vec<usize> = vec![0; words.len()];
    let mut best = u32::MAX;
    loop {
        let (mut low, mut high, mut lowest) = (u32::MAX, 0, 0);
        for (word, (places, at)) in words.iter().zip(&at).enumerate() {
            let Some(place) = places.get(*at) else {
                return if best == u32::MAX { 0.0 } else { words.len() as f32 / (best + 1).max(words.len() as u32) as f32 };
            };
            if *place < low {
                (low, lowest) = (*place, word);
            }
            high = high.max(*place);
        }
        best = best.min(high - low);
        if let Some(at) = at.get_mut(lowest) {
            *at += 1;
        }
    }
}
