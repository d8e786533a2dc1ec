//! All claims, weighed and indexed: which of them may a stretch of text tell?

use super::file::{self, Claim, ClaimFile, ClaimStatus};
use super::words::{DENY, Hit, Word, Words};
use crate::faults::{ConfigFile, Fault};
use kiemtin_text::query::QuerySetBuilder;
use std::ops::Range;

/// Stretches of a text compared with one claim at most, so that no text costs more than its length should.
const MOST_COMPARED: usize = 64;
/// What a claim is about: the first two entries of `must`.
const ABOUT: u32 = 0b11;
/// Longest row of words that is taken as one sentence.
const LONGEST_UNIT: usize = 48;

/// A way of saying a claim, weighed.
#[derive(Clone, Debug)]
pub struct Phrasing {
    /// Its distinct words in order, those that deny left out, each with its weight.
    pub words: Vec<(Word, f32)>,
    /// Sum of the weights.
    pub weight: f32,
    /// It denies something itself ("không thanh toán thì cắt").
    pub denies: bool,
}

/// The claims of `config/claims`.
#[derive(Clone, Debug, Default)]
pub struct ClaimLibrary {
    /// In order of the files.
    pub claims: Vec<Claim>,
    /// What a text is read with.
    pub(super) words: Words,
    /// Phrasings of each claim.
    pub(super) phrasings: Vec<Vec<Phrasing>>,
    /// The word that denies.
    pub(super) deny: Option<Word>,
    /// Word → claims that must hold it, with a bit for each place of `must` where it stands.
    postings: Vec<Vec<(u16, u32)>>,
}

/// A stretch of text to be compared with a claim.
pub struct Candidate {
    /// Number of the claim.
    pub claim: usize,
    /// The hits of the stretch, by number.
    pub hits: Range<usize>,
}

impl ClaimLibrary {
    /// Reads `config/claims/*.toml`: words in files that begin with `words`, one claim in each other.
    pub fn load(files: &[ConfigFile], queries: &mut QuerySetBuilder, faults: &mut Vec<Fault>) -> Self {
        let (words, claims): (Vec<_>, Vec<_>) = files.iter().partition(|f| f.stem().starts_with("words"));
        let words = Words::load(words.into_iter(), queries, faults);
        let read = claims.into_iter().filter_map(|f| f.read::<ClaimFile>(faults).map(|c| (f, c))).collect::<Vec<_>>();
        let claims = read.into_iter().filter_map(|(f, c)| file::claim(f, c, (&words, queries), faults)).collect();
        Self::weighed(claims, words, queries)
    }

    /// A word known by few claims says more than one known by many: inverse document frequency over the claims.
    fn weighed(claims: Vec<Claim>, words: Words, queries: &QuerySetBuilder) -> Self {
        let deny = words.group(DENY);
        let spoken: Vec<Vec<Vec<Word>>> =
            claims.iter().map(|c| c.phrasings.iter().map(|p| words.of_phrasing(p, queries)).collect()).collect();
        let mut known_by = vec![0u32; words.count()];
        for claim in &spoken {
            let mut own: Vec<Word> = claim.iter().flatten().copied().collect();
            own.sort_unstable();
            own.dedup();
            own.iter().for_each(|w| known_by[*w as usize] += 1);
        }
        let weight = |w: Word| ((claims.len() as f32 + 1.0) / known_by[w as usize] as f32).ln();
        let phrasing = |said: &Vec<Word>| {
            let words: Vec<(Word, f32)> = said.iter().filter(|w| Some(**w) != deny).map(|w| (*w, weight(*w))).collect();
            Phrasing { weight: words.iter().map(|(_, w)| w).sum(), words, denies: deny.is_some_and(|d| said.contains(&d)) }
        };
        let phrasings: Vec<Vec<Phrasing>> = spoken.iter().map(|c| c.iter().map(phrasing).collect()).collect();
        let mut postings: Vec<Vec<(u16, u32)>> = vec![vec![]; words.count()];
        for (number, claim) in claims.iter().enumerate().filter(|(_, c)| c.status != ClaimStatus::Retired) {
            for (bit, word) in claim.must.iter().enumerate().flat_map(|(bit, any)| any.iter().map(move |w| (bit, *w))) {
                let list = &mut postings[word as usize];
                match list.last_mut() {
                    Some((last, bits)) if *last as usize == number => *bits |= 1 << bit,
                    _ => list.push((number as u16, 1 << bit)),
                }
            }
        }
        Self { claims, words, phrasings, deny, postings }
    }

    /// The claim with this id.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|c| c.id == id)
    }

    /// Stretches of one or two sentences that hold what a claim is about (the first two of `must`) and miss one of the rest at most.
    pub(super) fn candidates(&self, hits: &[Hit]) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = vec![];
        let mut compared = vec![0; self.claims.len()];
        let mut held = vec![0u32; self.claims.len()];
        let mut touched: Vec<u16> = vec![];
        let units = units(hits);
        for (number, unit) in units.iter().enumerate() {
            let next = units.get(number + 1).filter(|n| hits[n.start].sentence <= hits[unit.start].sentence + 1);
            let window = unit.start..next.map_or(unit.end, |n| n.end);
            for (claim, bits) in hits[window.clone()].iter().flat_map(|h| &self.postings[h.word as usize]) {
                let bits_held = &mut held[*claim as usize];
                if *bits_held == 0 {
                    touched.push(*claim);
                }
                *bits_held |= bits;
            }
            for claim in touched.drain(..) {
                let claim = claim as usize;
                let bits = std::mem::take(&mut held[claim]);
                let missing = self.claims[claim].must.len() - bits.count_ones() as usize;
                let most = usize::from(self.claims[claim].status != ClaimStatus::Watched);
                if bits & ABOUT == ABOUT && missing <= most && compared[claim] < MOST_COMPARED {
                    compared[claim] += 1;
                    found.push(Candidate { claim, hits: window.clone() });
                }
            }
        }
        found
    }
}

/// The hits sentence by sentence; a very long sentence is cut.
fn units(hits: &[Hit]) -> Vec<Range<usize>> {
    let mut units: Vec<Range<usize>> = vec![];
    for (at, hit) in hits.iter().enumerate() {
        match units.last_mut() {
            Some(last) if hits[last.start].sentence == hit.sentence && last.len() < LONGEST_UNIT => last.end = at + 1,
            _ => units.push(at..at + 1),
        }
    }
    units
}
