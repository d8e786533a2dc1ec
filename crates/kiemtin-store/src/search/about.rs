//! What is a document about? The words that it has often and that few others have.
//!
//! The index keeps them in a column, so that the best documents of a search can be compared with one another without their texts: the
//! number of each word, 16 bits of a hash of its key, four to a value, the most telling first. Zeros fill the last value. Weighed by
//! tf-idf (Salton and Buckley 1988), where what was learnt of the texts says how rare a word is.

use super::gather::engine;
use super::schema::ABOUT;
use crate::index::IndexError;
use kiemtin_text::readings::Readings;
use kiemtin_text::{Key, Scanned};
use std::cmp::Reverse;
use tantivy::columnar::Column;
use tantivy::{DocAddress, Searcher};

/// Words that are kept of a document. With twice as many nDCG@10 was the same within 0.002.
const WORDS: usize = 32;
/// A word of the title counts as if it stood in the text so often.
const IN_TITLE: usize = 2;
/// A word that was seen less often, in all texts that were learnt and here, is taken for a slip.
const FEWEST: u32 = 3;
/// Words with a larger share than e to the power of less this say nothing: «và», «của».
const COMMON: f32 = 4.0;
/// The first word weighs 1, the one at this place after it half as much.
const HALF: f32 = 16.0;

/// The values of a document.
pub(super) fn of([title, text]: [&Scanned<'_>; 2], readings: &Readings) -> Vec<u64> {
    let of_title = title.tokens.iter().flat_map(|token| [token.key.0; IN_TITLE]);
    let mut words: Vec<u64> = of_title.chain(text.tokens.iter().map(|token| token.key.0)).collect();
    words.sort_unstable();
    let mut telling: Vec<(f32, Key)> = vec![];
    for same in words.chunk_by(u64::eq) {
        let Some(key) = same.first().map(|key| Key(*key)) else { continue };
        let here = same.len() as u32;
        let (seen, all) = readings.seen(key);
        // Figures are never counted: they say little.
        if seen == 0 || seen.saturating_add(here) < FEWEST {
            continue;
        }
        let rarity = (all as f32 / seen as f32).ln() - COMMON;
        if rarity > 0.0 {
            telling.push(((1.0 + (here as f32).ln()) * rarity, key));
        }
    }
    let first = |a: &(f32, Key), b: &(f32, Key)| b.0.total_cmp(&a.0).then(a.1.0.cmp(&b.1.0));
    if telling.len() > WORDS {
        telling.select_nth_unstable_by(WORDS, first);
        telling.truncate(WORDS);
    }
    telling.sort_unstable_by(first);
    let value = |four: &[(f32, Key)]| four.iter().rev().fold(0, |value, (_, key)| value << 16 | u64::from(number(*key)));
    telling.chunks(4).map(value).collect()
}

/// The number of a word; never 0.
fn number(key: Key) -> u16 {
    ((key.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as u16).max(1)
}

/// The numbers in the values of a document.
fn numbers(values: impl IntoIterator<Item = u64>) -> impl Iterator<Item = u16> {
    values.into_iter().flat_map(|value| [0, 16, 32, 48].map(|shift| (value >> shift) as u16)).filter(|number| *number != 0)
}

/// What the documents of an index are about.
pub(super) struct About {
    columns: Vec<Column<u64>>,
}

impl About {
    pub(super) fn new(searcher: &Searcher) -> Result<Self, IndexError> {
        let columns = searcher.segment_readers().iter().map(|segment| segment.fast_fields().u64(ABOUT));
        Ok(Self { columns: columns.collect::<Result<_, _>>().map_err(engine)? })
    }

    /// The words of a document, by their numbers, with weights whose squares sum up to 1; none where nothing is known.
    pub(super) fn of(&self, at: DocAddress) -> Vec<(u16, f32)> {
        let values = self.columns.get(at.segment_ord as usize).into_iter().flat_map(|column| column.values_for_doc(at.doc_id));
        let mut words: Vec<(u16, f32)> =
            numbers(values).enumerate().map(|(place, number)| (number, HALF / (HALF + place as f32))).collect();
        let length = words.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        words.iter_mut().for_each(|(_, weight)| *weight /= length);
        words.sort_unstable_by_key(|(number, weight)| (*number, Reverse(weight.to_bits())));
        words.dedup_by_key(|(number, _)| *number);
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_text::scan;

    fn about(readings: &Readings, title: &str, text: &str) -> Vec<u16> {
        numbers(of([&scan(title), &scan(text)], readings)).collect()
    }

    #[test]
    fn words_that_are_many_here_and_rare_elsewhere_come_first() {
        let mut readings = Readings::default();
        for at in 0..400 {
            readings.learn(&scan(&format!("Hôm nay có nhiều tin về thị trường và người dân số {at}.")));
        }
        for _ in 0..5 {
            readings.learn(&scan("Hồ tiêu và cà phê."));
        }
        let word = |word: &str| number(scan(word).tokens[0].key);
        let found = about(&readings, "Hồ tiêu", "Hôm nay giá hồ tiêu và cà phê: tiêu tăng, tiêu giảm.");
        assert_eq!(found.first(), Some(&word("tiêu")), "often here, rare elsewhere");
        assert!(found.contains(&word("phê")) && !found.contains(&word("hôm")) && !found.contains(&word("và")), "{found:?}");
        assert!(!found.contains(&word("giảm")), "never counted");
        let many = (0..500).map(|at| format!("từ{at}")).collect::<Vec<_>>().join(" ");
        (0..3).for_each(|_| readings.learn(&scan(&many)));
        assert_eq!(about(&readings, "", &many).len(), WORDS);
        assert!(about(&readings, "", "").is_empty());
    }
}
