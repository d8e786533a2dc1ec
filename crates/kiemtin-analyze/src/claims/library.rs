//! All claims, weighed and indexed: which of them share enough with a stretch of text to be compared?

use super::file::{self, Claim, ClaimFile, ClaimStatus};
use super::words::{DENY, Hit, Word, Words, WordsBuilder};
use crate::claims::SUGGEST;
use crate::faults::{ConfigFile, Fault};

/// Share of its weight that a common word keeps.
const LIGHT: f32 = 0.35;
/// Words of more than this share of the claims open no comparison: they would open all of them.
const COMMON: f32 = 0.3;
/// Stretches of a text compared with one claim at most, so that no text costs more than its length should.
const MOST_COMPARED: usize = 64;

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
    /// Word → claims in which it opens a comparison, with its weight.
    postings: Vec<Vec<(u16, f32)>>,
    /// Weight of such words from which a claim is compared.
    floors: Vec<f32>,
}

/// A stretch of text to be compared with a claim: hits by number.
pub struct Candidate {
    /// Number of the claim.
    pub claim: usize,
    /// The hits of the stretch.
    pub hits: std::ops::Range<usize>,
}

impl ClaimLibrary {
    /// Reads `config/claims/*.toml`: words in files that begin with `words`, one claim in each other.
    pub fn load(files: &[ConfigFile], faults: &mut Vec<Fault>) -> Self {
        let mut builder = WordsBuilder::default();
        let (words, claims): (Vec<_>, Vec<_>) = files.iter().partition(|f| f.stem().starts_with("words"));
        words.into_iter().for_each(|f| builder.read(f, faults));
        let read: Vec<_> = claims.into_iter().filter_map(|f| Some((f, f.read::<ClaimFile>(faults)?))).collect();
        let words = builder.build(read.iter().flat_map(|(_, c)| c.phrasings.iter().chain([&c.statement])).map(String::as_str));
        let claims = read.into_iter().filter_map(|(f, c)| file::claim(f, c, &words, faults)).collect();
        Self::weighed(claims, words)
    }

    fn weighed(claims: Vec<Claim>, words: Words) -> Self {
        let deny = words.group(DENY);
        let spoken: Vec<Vec<Vec<Word>>> = claims.iter().map(|c| c.phrasings.iter().map(|p| words.of_phrasing(p)).collect()).collect();
        let mut known_by = vec![0u32; words.count];
        for claim in &spoken {
            let mut own: Vec<Word> = claim.iter().flatten().copied().collect();
            own.sort_unstable();
            own.dedup();
            own.iter().for_each(|w| known_by[*w as usize] += 1);
        }
        let all = claims.len() as f32;
        let weight = |w: Word| {
            let rare = ((all + 1.0) / (known_by[w as usize] as f32)).ln();
            if words.light.contains(&w) { rare * LIGHT } else { rare }
        };
        let phrasing = |said: &Vec<Word>| {
            let words: Vec<(Word, f32)> = said.iter().filter(|w| Some(**w) != deny).map(|w| (*w, weight(*w))).collect();
            Phrasing { weight: words.iter().map(|(_, w)| w).sum(), words, denies: deny.is_some_and(|d| said.contains(&d)) }
        };
        let phrasings: Vec<Vec<Phrasing>> = spoken.iter().map(|c| c.iter().map(phrasing).collect()).collect();
        let opens = |w: Word| known_by[w as usize] as f32 <= (all * COMMON).max(1.0);
        let mut postings: Vec<Vec<(u16, f32)>> = vec![vec![]; words.count];
        let mut floors = vec![];
        for (number, claim) in phrasings.iter().enumerate() {
            let of_status = claims[number].status;
            let mut floor = f32::INFINITY;
            for phrasing in claim.iter().filter(|_| of_status != ClaimStatus::Retired) {
                let closed: f32 = phrasing.words.iter().filter(|(w, _)| !opens(*w)).map(|(_, w)| w).sum();
                floor = floor.min(SUGGEST as f32 * phrasing.weight - closed);
                for (word, weight) in phrasing.words.iter().filter(|(w, _)| opens(*w)) {
                    let list = &mut postings[*word as usize];
                    if list.last().is_none_or(|(c, _)| *c as usize != number) {
                        list.push((number as u16, *weight));
                    }
                }
            }
            // At least something must speak for it.
            floors.push(floor.max(0.5));
        }
        Self { claims, words, phrasings, deny, postings, floors }
    }

    /// The claim with this id.
    pub fn claim(&self, id: &str) -> Option<&Claim> {
        self.claims.iter().find(|c| c.id == id)
    }

    /// Stretches of one or two sentences that share enough with a claim, by claim and place.
    pub(super) fn candidates(&self, hits: &[Hit]) -> Vec<Candidate> {
        let mut found: Vec<Candidate> = vec![];
        let mut compared = vec![0; self.claims.len()];
        let (mut shared, mut seen) = (vec![0.0f32; self.claims.len()], vec![0u32; self.words.count]);
        let mut touched: Vec<u16> = vec![];
        let units = units(hits);
        for (number, unit) in units.iter().enumerate() {
            let next = units.get(number + 1).filter(|n| hits[n.start].sentence <= hits[unit.start].sentence + 1);
            let window = unit.start..next.map_or(unit.end, |n| n.end);
            let stamp = number as u32 + 1;
            for hit in &hits[window.clone()] {
                if std::mem::replace(&mut seen[hit.word as usize], stamp) == stamp {
                    continue;
                }
                for (claim, weight) in &self.postings[hit.word as usize] {
                    let sum = &mut shared[*claim as usize];
                    if *sum == 0.0 {
                        touched.push(*claim);
                    }
                    *sum += weight;
                }
            }
            for claim in touched.drain(..) {
                let claim = claim as usize;
                let enough = std::mem::take(&mut shared[claim]) >= self.floors[claim];
                if enough && compared[claim] < MOST_COMPARED {
                    compared[claim] += 1;
                    found.push(Candidate { claim, hits: window.clone() });
                }
            }
        }
        found
    }
}

/// Longest stretch of hits that is taken as one sentence.
const LONGEST_UNIT: usize = 48;

/// The hits sentence by sentence; a very long sentence is cut.
fn units(hits: &[Hit]) -> Vec<std::ops::Range<usize>> {
    let mut units: Vec<std::ops::Range<usize>> = vec![];
    for (at, hit) in hits.iter().enumerate() {
        match units.last_mut() {
            Some(last) if hits[last.start].sentence == hit.sentence && last.len() < LONGEST_UNIT => last.end = at + 1,
            _ => units.push(at..at + 1),
        }
    }
    units
}
