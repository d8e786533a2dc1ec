//! How much of a claim does a stretch of text say, and does it say it or deny it?

use super::library::{ClaimLibrary, Phrasing};
use super::words::{Hit, Word};

/// Score from which a text that holds all that the claim must hold is flagged. Measured on invented texts of three authors and on
/// 17,000 ordinary articles: below it articles on the same subject begin to match.
pub const FLAG: f64 = 0.6;
/// Score from which a claim is suggested to a person.
pub const SUGGEST: f64 = 0.6;
/// Share of the score that the words themselves give; their order gives the rest.
const WORDS: f32 = 0.75;
/// Most syllables from the first to the last of the words that a claim must hold.
const REACH: u32 = 36;
/// What speaks against a claim stands before its words, or at most so many syllables after them: what comes later is another matter.
const AGAINST_AFTER: u32 = 4;
/// A denial stands at most so many syllables before what it denies.
const DENIES_WITHIN: u32 = 2;

/// What a comparison found.
#[derive(Clone, Debug)]
pub struct Compared {
    /// 0 to 1: share of the weight of the best phrasing that the stretch holds, and in its order.
    pub score: f64,
    /// Hits that the best phrasing holds.
    pub shared: Vec<Hit>,
    /// First and last hit of all that the claim must hold; `None` when they do not stand close together, are denied, or something
    /// speaks against it.
    pub said: Option<(Hit, Hit)>,
}

impl ClaimLibrary {
    /// Compares a stretch with all phrasings of a claim.
    pub(super) fn compare(&self, claim: usize, hits: &[Hit]) -> Option<Compared> {
        let phrasings = self.phrasings.get(claim)?;
        let scored = phrasings.iter().map(|p| (score(p, hits), p));
        let (score, best) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
        let shared = hits.iter().filter(|h| best.words.iter().any(|(w, _)| *w == h.word)).copied().collect();
        let of_claim = self.claims.get(claim)?;
        let said = closest(&of_claim.must, hits).filter(|(_, last)| {
            let (end, sentence) = (hits[*last].next + AGAINST_AFTER, hits[*last].sentence);
            let before_end = |h: &&Hit| h.sentence < sentence || (h.sentence == sentence && h.first <= end);
            !hits.iter().filter(before_end).any(|h| of_claim.against.contains(&h.word))
        });
        let said = said.filter(|(a, b)| best.denies || !self.denied(&of_claim.must, &hits[*a..=*b], hits));
        let said = said.map(|(a, b)| (hits[a], hits[b]));
        Some(Compared { score: (f64::from(score) * 100.0).round() / 100.0, shared, said })
    }

    /// A word that denies stands right before one of these.
    fn denied(&self, must: &[Vec<Word>], inside: &[Hit], hits: &[Hit]) -> bool {
        let denials = || hits.iter().filter(|h| Some(h.word) == self.deny);
        let asked = |h: &&Hit| must.iter().any(|m| m.contains(&h.word));
        inside.iter().filter(asked).any(|h| {
            denials().any(|d| {
                d.field == h.field && d.sentence == h.sentence && !h.after_break && d.next <= h.first && h.first - d.next < DENIES_WITHIN
            })
        })
    }
}

/// Weight of the words found, and of the longest row of them that stands in the phrasing's order (longest common subsequence).
fn score(phrasing: &Phrasing, hits: &[Hit]) -> f32 {
    let found: f32 = phrasing.words.iter().filter(|(w, _)| hits.iter().any(|h| h.word == *w)).map(|(_, weight)| weight).sum();
    if found < phrasing.weight * super::SUGGEST as f32 {
        return 0.0;
    }
    let mut row = vec![0.0f32; phrasing.words.len() + 1];
    for hit in hits {
        let mut diagonal = 0.0;
        for (at, (word, weight)) in phrasing.words.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if *word == hit.word { above.max(diagonal + weight) } else { above.max(row[at]) };
            diagonal = above;
        }
    }
    let ordered = row.last().copied().unwrap_or(0.0);
    (WORDS * found + (1.0 - WORDS) * ordered) / phrasing.weight.max(f32::MIN_POSITIVE)
}

/// The shortest run of hits that holds one word of each group, as (first, last) hit; `None` when it is longer than [`REACH`]
/// syllables or nothing is asked for.
fn closest(must: &[Vec<Word>], hits: &[Hit]) -> Option<(usize, usize)> {
    if must.is_empty() {
        return None;
    }
    let mut last_seen: Vec<Option<usize>> = vec![None; must.len()];
    let mut best: Option<(u32, usize, usize)> = None;
    for (at, hit) in hits.iter().enumerate() {
        let mut any = false;
        for (seen, group) in last_seen.iter_mut().zip(must) {
            if group.contains(&hit.word) {
                *seen = Some(at);
                any = true;
            }
        }
        let Some(first) = any.then(|| last_seen.iter().copied().min().flatten()).flatten() else { continue };
        // Title and text are numbered apart: what spans both counts from the text's beginning.
        let length = if hits[first].field == hit.field { hit.next - hits[first].first } else { hit.next };
        if best.is_none_or(|(shortest, ..)| length < shortest) {
            best = Some((length, first, at));
        }
    }
    best.filter(|(length, ..)| *length <= REACH).map(|(_, first, last)| (first, last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::Field;

    fn hits(words: &[Word]) -> Vec<Hit> {
        let hit =
            |(at, word): (u32, &Word)| Hit { word: *word, field: Field::Text, first: at, next: at + 1, sentence: 0, after_break: false };
        (0..).zip(words).map(hit).collect()
    }

    #[test]
    fn words_and_their_order_count() {
        let phrasing = Phrasing { words: vec![(1, 1.0), (2, 1.0), (3, 2.0)], weight: 4.0, denies: false };
        for (text, want) in
            [(&[1, 2, 3][..], 1.0), (&[1, 9, 2, 9, 3], 1.0), (&[3, 1, 2], 0.875), (&[1, 3], 0.75), (&[1, 2], 0.0), (&[1], 0.0), (&[], 0.0)]
        {
            assert_eq!(score(&phrasing, &hits(text)), want, "{text:?}");
        }
    }

    #[test]
    fn the_closest_words_are_found() {
        let must = [vec![1], vec![2, 3]];
        for (text, want) in [(&[1, 9, 9, 3, 1, 2][..], Some((3, 4))), (&[2, 9, 1], Some((0, 2))), (&[1, 1], None), (&[], None)] {
            assert_eq!(closest(&must, &hits(text)), want, "{text:?}");
        }
        assert_eq!(closest(&[], &hits(&[1, 2])), None, "a claim that asks for nothing flags nothing");
    }
}
