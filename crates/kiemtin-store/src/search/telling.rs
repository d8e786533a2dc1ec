//! Which words tell a text from all others? What «more like this» looks for.
//!
//! Words are weighed by how often they stand in the text and how rare they are in the index (tf·idf with logarithmic tf, Manning
//! et al. 2008, 6.4); syllables that belong together count as one word. The words become an ordinary query, so that a person
//! sees what was looked for and may change it.

use super::gather::engine;
use super::pieces::Terms;
use super::plan::TOGETHER;
use super::schema::Fields;
use crate::index::IndexError;
use kiemtin_text::query::Phrase;
use kiemtin_text::readings::Readings;
use kiemtin_text::{Scanned, scan};
use std::collections::HashMap;
use tantivy::Searcher;

/// Words of a text that are read: the beginning of a long one says what it is about.
const READ: usize = 1_500;
/// Most words that are looked for.
const MOST: usize = 12;
/// A word of the title counts as so many of the text.
const TITLE: f32 = 3.0;
/// A word that more than this share of all documents has tells nothing.
const COMMON: f32 = 0.2;

/// The most telling words, the best first; none when the text has only words that stand everywhere or nowhere else.
pub(super) fn telling(
    searcher: &Searcher,
    fields: &Fields,
    readings: &Readings,
    title: &str,
    text: &str,
) -> Result<Vec<Phrase>, IndexError> {
    let mut counts: HashMap<String, f32> = HashMap::new();
    for (part, weight) in [(title, TITLE), (text, 1.0)] {
        let scanned = scan(part);
        for word in words(&scanned, readings) {
            *counts.entry(word).or_default() += weight;
        }
    }
    let documents = searcher.num_docs().max(1) as f32;
    let mut rarities: HashMap<tantivy::Term, f32> = HashMap::new();
    let mut weighed = vec![];
    for (word, count) in counts {
        // The rarest syllable of a word: the word itself is no commoner.
        let mut rarest = documents;
        for (_, term) in Terms::new(fields, fields.all, &word).exact {
            let known = match rarities.get(&term) {
                Some(known) => *known,
                None => {
                    let frequency = searcher.doc_freq(&term).map_err(engine)? as f32;
                    rarities.insert(term, frequency);
                    frequency
                }
            };
            rarest = rarest.min(known);
        }
        if rarest > 1.0 && rarest <= (documents * COMMON).max(2.0) {
            weighed.push(((1.0 + count.ln()) * (documents / rarest).ln(), word));
        }
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    Ok(weighed.into_iter().take(MOST).filter_map(|(_, word)| Phrase::new(&word)).collect())
}

/// The words of a text, those of two syllables as one.
fn words(scanned: &Scanned<'_>, readings: &Readings) -> Vec<String> {
    let mut words = vec![];
    let tokens = scanned.tokens.get(..READ.min(scanned.tokens.len())).unwrap_or_default();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let word = scanned.word(token).to_lowercase();
        let next = tokens.get(at + 1).filter(|next| !next.after_break && next.sentence == token.sentence);
        let joined = next.filter(|next| readings.affinity(token.key, next.key).is_some_and(|affinity| affinity > TOGETHER));
        if let Some(next) = joined {
            words.push(format!("{word} {}", scanned.word(next).to_lowercase()));
            at += 1;
        } else if word.chars().all(char::is_alphabetic) && word.chars().count() > 1 {
            words.push(word);
        }
        at += 1;
    }
    words
}
