//! Where do the phrases of a set stand in one document? Found in the order of the text, then put together by phrase.

use super::matched::{TextView, TokenSpan};
use super::set::{QuerySet, Wanted};
use super::table::NONE;

/// Longest memory kept from one document to the next, in hits: what a huge text needed is given back.
const KEPT: usize = 1 << 18;

/// A place: the first token, with the field in the top bit, and the number of tokens.
#[derive(Clone, Copy, Default, Debug)]
struct At(u32, u32);

/// Every phrase of a set that stands in a document.
#[derive(Default)]
pub(super) struct Hits {
    /// Number of each token in the vocabulary, per field.
    pub numbers: [Vec<u32>; 2],
    /// Phrase → its place in `found` + 1, 0 for one that was not found.
    slots: Vec<u32>,
    /// The phrases found, each with the end of its range in `places`.
    found: Vec<(u32, u32)>,
    /// In the order of the text: place in `found`, place in the text.
    raw: Vec<(u32, At)>,
    places: Vec<At>,
}

impl Hits {
    /// Finds the phrases of a set in a document. Nothing may be held from another one, see [`Hits::clear`].
    pub fn find(&mut self, set: &QuerySet, view: &TextView<'_>) {
        self.slots.resize(set.size().0.max(self.slots.len()), 0);
        let Self { numbers, slots, found, raw, places } = self;
        for (field, (scanned, numbers)) in view.fields.iter().zip(numbers.iter_mut()).enumerate() {
            let tokens = scanned.tokens.as_slice();
            set.vocabulary.read(tokens, view.unaccented, numbers);
            let numbers = numbers.as_slice();
            let mut take = |phrase: u32, first: u32, mut after: u32| {
                if first >> 31 != 0 {
                    return;
                }
                if set.is_checked(phrase) {
                    match set.phrases.get(phrase as usize).and_then(|p| checked(p, view, numbers, (field, first, after))) {
                        Some(end) => after = end,
                        None => return,
                    }
                }
                let Some(slot) = slots.get_mut(phrase as usize) else { return };
                if *slot == 0 {
                    found.push((phrase, 0));
                    *slot = found.len() as u32;
                }
                let at = *slot - 1;
                if let Some((_, count)) = found.get_mut(at as usize) {
                    *count += 1;
                    raw.push((at, At(first | (field as u32) << 31, after - first)));
                }
            };
            let own = |i: usize| numbers.get(i).copied().unwrap_or(0);
            if view.unaccented {
                set.folded.find(tokens, own, &mut take);
            } else {
                set.exact.find(tokens, own, &mut take);
                set.loose.find(tokens, |i| tokens.get(i).map_or(0, |t| set.vocabulary.fold_of(own(i), t)), &mut take);
            }
            // What is only the beginning of a word begins and ends before it.
            set.begun.find(scanned, |phrase, at| take(phrase, at, at));
        }
        // A counting sort (Knuth, TAOCP 3, 5.2): how many of each, where they begin, each to its place.
        let mut from = 0;
        for (_, count) in found.iter_mut() {
            (*count, from) = (from, from + *count);
        }
        places.clear();
        places.resize(raw.len(), At::default());
        for (slot, at) in raw.drain(..) {
            let Some((_, next)) = found.get_mut(slot as usize) else { continue };
            if let Some(place) = places.get_mut(*next as usize) {
                *place = at;
            }
            *next += 1;
        }
    }

    /// The phrases found, each once.
    pub fn phrases(&self) -> impl Iterator<Item = u32> + '_ {
        self.found.iter().map(|(phrase, _)| *phrase)
    }

    /// Gives `take` the places of each of these phrases that was found; `wanted` says of a phrase whether it is one of them.
    pub fn places(&self, phrases: &[u32], wanted: impl Fn(u32) -> bool, mut take: impl FnMut(TokenSpan)) {
        let mut give = |slot: usize| {
            let end = |slot: usize| self.found.get(slot).map_or(0, |(_, end)| *end as usize);
            let from = slot.checked_sub(1).map_or(0, end);
            for At(first, length) in self.places.get(from..end(slot)).unwrap_or_default() {
                let (field, first) = ((first >> 31) as usize, first & (u32::MAX >> 1));
                take((field, first, first + length));
            }
        };
        // Of a long list only those are looked at that were found.
        if phrases.len() < self.found.len() * 2 {
            let slot = |phrase: &u32| self.slots.get(*phrase as usize).and_then(|slot| slot.checked_sub(1));
            phrases.iter().filter_map(slot).for_each(|slot| give(slot as usize));
        } else {
            self.found.iter().enumerate().filter(|(_, (phrase, _))| wanted(*phrase)).for_each(|(slot, _)| give(slot));
        }
    }

    /// Forgets the document, keeps the memory for the next one.
    pub fn clear(&mut self) {
        for (phrase, _) in self.found.drain(..) {
            if let Some(slot) = self.slots.get_mut(phrase as usize) {
                *slot = 0;
            }
        }
        if self.places.len() > KEPT || self.numbers.iter().any(|n| n.len() > KEPT) {
            *self = Self { slots: std::mem::take(&mut self.slots), ..Self::default() };
        }
    }
}

/// The token after a phrase whose syllables stand here: with its capital letters, its accents and the word that it only begins,
/// as far as it asks for them. `None` when they are not there.
#[inline(never)]
fn checked(phrase: &Wanted, view: &TextView<'_>, numbers: &[u32], (field, first, after): TokenSpan) -> Option<u32> {
    let here = numbers.get(first as usize..after as usize)?;
    let scanned = view.fields.get(field)?;
    for (place, wanted) in (first..).zip(&phrase.capitals) {
        if view.token(field, place)?.capitals != *wanted {
            return None;
        }
    }
    if !view.unaccented && !phrase.marked.iter().zip(here).all(|(wanted, own)| *wanted == NONE || wanted == own) {
        return None;
    }
    // The first word may stand after anything.
    for (place, wanted) in (first..).zip(&phrase.breaks).skip(1) {
        if view.token(field, place)?.after_break != *wanted {
            return None;
        }
    }
    let Some(last) = &phrase.last else { return Some(after) };
    let token = view.token(field, after)?;
    // A phrase never crosses a sentence.
    let torn = after > first && view.token(field, first)?.sentence != token.sentence;
    (!torn && last.holds(token, scanned.word(token), view.unaccented)).then_some(after + 1)
}
