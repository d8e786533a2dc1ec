//! Where does a document name what is on record? One pass over its words for all names at once.

use kiemtin_text::query::{Phrase, TextView};
use kiemtin_text::{Key, Token};
use std::collections::HashMap;

/// Most names kept per document: a bound on hostile texts.
const MOST: usize = 2_048;
/// Bits of the filter in front of the tables.
const FILTER_BITS: u32 = 14;

/// Phrases, each with one meaning or several.
#[derive(Clone, Debug)]
pub struct Names<M> {
    exact: Table<M>,
    folded: Table<M>,
}

/// A name found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Named<M> {
    /// 0 title, 1 text.
    pub field: usize,
    /// First token.
    pub first: usize,
    /// Token after the last one.
    pub next: usize,
    /// Number of its sentence in this field.
    pub sentence: u32,
    /// What it means.
    pub meaning: M,
}

#[derive(Clone, Debug)]
struct Table<M> {
    filter: Vec<u64>,
    by_first: HashMap<Key, Vec<(Vec<Key>, M)>>,
}

impl<M> Default for Names<M> {
    fn default() -> Self {
        Self { exact: Table::default(), folded: Table::default() }
    }
}

impl<M> Default for Table<M> {
    fn default() -> Self {
        Self { filter: vec![0; 1 << (FILTER_BITS - 6)], by_first: HashMap::new() }
    }
}

impl<M: Copy> Names<M> {
    /// Adds a phrase; one without words is left out. `distinct`: a single syllable is not looked for without its accents,
    /// where it may be many words («bậc», «bác»).
    pub fn add(&mut self, phrase: &str, meaning: M, distinct: bool) {
        let Some(phrase) = Phrase::new(phrase) else { return };
        self.exact.add(phrase.syllables.iter().map(|s| s.key).collect(), meaning);
        if distinct && phrase.syllables.len() == 1 && phrase.syllables.iter().any(|s| s.marked) {
            return;
        }
        self.folded.add(phrase.syllables.iter().map(|s| s.fold).collect(), meaning);
    }

    /// Whether a document has any of them: `find` without its list, and over at the first.
    pub fn any(&self, view: &TextView<'_>) -> bool {
        let (table, key): (_, fn(&Token) -> Key) = if view.unaccented { (&self.folded, |t| t.fold) } else { (&self.exact, |t| t.key) };
        view.fields.iter().any(|scanned| {
            scanned.tokens.iter().enumerate().any(|(first, token)| {
                table.starting(key(token)).iter().any(|(rest, _)| {
                    let window = scanned.tokens.get(first + 1..first + 1 + rest.len());
                    window.is_some_and(|w| w.iter().zip(rest).all(|(t, k)| key(t) == *k && t.sentence == token.sentence))
                })
            })
        })
    }

    /// All names in a document, by field and place. A text typed without accents is compared without.
    pub fn find(&self, view: &TextView<'_>) -> Vec<Named<M>> {
        let (table, key): (_, fn(&Token) -> Key) = if view.unaccented { (&self.folded, |t| t.fold) } else { (&self.exact, |t| t.key) };
        let mut found = vec![];
        for (field, scanned) in view.fields.iter().enumerate() {
            for (first, token) in scanned.tokens.iter().enumerate() {
                for (rest, meaning) in table.starting(key(token)) {
                    let Some(window) = scanned.tokens.get(first + 1..first + 1 + rest.len()) else { continue };
                    let same = window.iter().zip(rest).all(|(t, k)| key(t) == *k && t.sentence == token.sentence);
                    if same && found.len() < MOST {
                        let next = first + 1 + rest.len();
                        found.push(Named { field, first, next, sentence: token.sentence, meaning: *meaning });
                    }
                }
            }
        }
        found
    }
}

impl<M> Table<M> {
    fn add(&mut self, keys: Vec<Key>, meaning: M) {
        let mut keys = keys.into_iter();
        let Some(first) = keys.next() else { return };
        let (slot, bit) = place(first);
        if let Some(bits) = self.filter.get_mut(slot) {
            *bits |= bit;
        }
        self.by_first.entry(first).or_default().push((keys.collect(), meaning));
    }

    fn starting(&self, key: Key) -> &[(Vec<Key>, M)] {
        let (slot, bit) = place(key);
        if self.filter.get(slot).is_none_or(|bits| bits & bit == 0) {
            return &[];
        }
        self.by_first.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// Where the filter has the bit of a key.
fn place(key: Key) -> (usize, u64) {
    let hash = key.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (64 - FILTER_BITS);
    ((hash >> 6) as usize, 1 << (hash & 63))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_text::scan;

    #[test]
    fn finds_all_overlapping_names() {
        let mut names = Names::default();
        for (phrase, meaning) in [("giá điện", 1), ("giá điện bình quân", 2), ("bình quân", 3), ("", 4)] {
            names.add(phrase, meaning, false);
        }
        let found = |text: &str| {
            let (title, text) = (scan("Giá điện"), scan(text));
            let named = names.find(&TextView::new(&title, &text, "", "news"));
            named.iter().map(|n| (n.field, n.first, n.meaning)).collect::<Vec<_>>()
        };
        assert_eq!(found("nay giá điện bình quân tăng"), [(0, 0, 1), (1, 1, 1), (1, 1, 2), (1, 3, 3)]);
        assert_eq!(found("giá. điện bình quân"), [(0, 0, 1), (1, 2, 3)]);
        let any = |text: &str| names.any(&TextView::new(&scan(""), &scan(text), "", "news"));
        assert!(any("tăng giá điện") && any("gia dien") && !any("giá. điện"));
    }
}
