//! How many edited copies and quotes does the copy index find, how often is it wrong, and what does it cost?
//!
//! Every article longer than [`LEAST_BYTES`] stands in the index; [`SOURCES`] of them are edited in every way and asked
//! for. A pair that is found counts as right when the exact sets of three syllables agree in a quarter of one text or in
//! 15 % of both.

use super::Figures;
use super::edits::{EDITS, Numbers};
use crate::cli::Common;
use kiemtin_analyze::copies::{Bounds, CopyIndex, Likeness, Relation};
use kiemtin_model::Document;
use kiemtin_text::winnow::{Prints, prints};
use kiemtin_text::{Key, scan};
use std::collections::HashSet;
use std::time::{Duration, Instant};

const LEAST_BYTES: usize = 1_200;
const SOURCES: usize = 600;
/// Texts per measured stretch of a growing index.
const STRETCH: u32 = 10_000;

/// Runs the bench.
pub fn run(_: &Common, documents: &[Document], figures: &mut Figures) -> anyhow::Result<()> {
    let texts: Vec<&str> = documents.iter().map(|d| d.text.as_str()).filter(|t| t.len() > LEAST_BYTES).collect();
    anyhow::ensure!(texts.len() > 1, "the corpus holds fewer than two articles of {LEAST_BYTES} bytes");
    figures.tell("articles", texts.len() as f64, "documents")?;
    let printed = speed(&texts, figures)?;
    let index = filled(&printed);
    quality(&texts, &index, figures)?;
    figures.tell("memory per article", index.bytes() as f64 / texts.len() as f64, "B")?;
    growth(&printed, figures)?;
    super::short_copies::run(documents, figures)
}

/// Prints of all texts, and what they cost.
fn speed(texts: &[&str], figures: &mut Figures) -> anyhow::Result<Vec<Prints>> {
    let (mut all, mut spent) = (vec![], Duration::ZERO);
    for text in texts {
        let scanned = scan(text);
        let begun = Instant::now();
        all.push(prints(&scanned.tokens));
        spent += begun.elapsed();
    }
    let bytes: usize = texts.iter().map(|t| t.len()).sum();
    figures.tell("prints of scanned text", bytes as f64 / 1e6 / spent.as_secs_f64(), "MB/s")?;
    let stored: usize = all.iter().map(|p| p.to_bytes().len()).sum();
    figures.tell("stored prints per article", stored as f64 / texts.len() as f64, "B")?;
    Ok(all)
}

fn filled(printed: &[Prints]) -> CopyIndex {
    let mut index = CopyIndex::default();
    for (prints, number) in printed.iter().zip(1..) {
        index.add(number, Some(prints));
    }
    index
}

fn quality(texts: &[&str], index: &CopyIndex, figures: &mut Figures) -> anyhow::Result<()> {
    let mut numbers = Numbers(3);
    let sources: Vec<usize> = (0..SOURCES).map(|_| numbers.below(texts.len())).collect();
    let (mut right, mut told, mut wrong_story, mut stories) = (0u32, 0u32, 0u32, 0u32);
    for (name, edit) in EDITS {
        let (mut found, mut same) = (0u32, 0u32);
        for source in &sources {
            let text = texts.get(*source).copied().unwrap_or_default();
            let other = texts.get(numbers.below(texts.len())).copied().unwrap_or_default();
            let edited = edit(text, other, &mut numbers);
            let of_edited = triples(&edited);
            for like in index.like(&prints(&scan(&edited).tokens)) {
                let Some(relation) = like.relation() else { continue };
                let its = texts.get(like.number as usize - 1).copied().unwrap_or_default();
                let (part, jaccard) = overlap(&of_edited, &triples(its));
                told += 1;
                right += u32::from(part >= 0.25 || jaccard >= 0.15);
                if relation == Relation::Same {
                    stories += 1;
                    wrong_story += u32::from(part < 0.25 && jaccard < 0.15);
                }
                found += u32::from(is(&like, *source));
                same += u32::from(is(&like, *source) && relation == Relation::Same);
            }
        }
        figures.tell(&format!("recall: {name}"), f64::from(found) / SOURCES as f64, "share")?;
        figures.tell(&format!("joins the story: {name}"), f64::from(same) / SOURCES as f64, "share")?;
    }
    figures.tell("pairs told", f64::from(told), "pairs")?;
    figures.tell("precision", f64::from(right) / f64::from(told.max(1)), "share")?;
    figures.tell("precision of stories", 1.0 - f64::from(wrong_story) / f64::from(stories.max(1)), "share")
}

fn is(like: &Likeness, source: usize) -> bool {
    like.number as usize == source + 1
}

/// Every three syllables in a row, without accents.
pub(super) fn triples(text: &str) -> HashSet<[Key; 3]> {
    scan(text).tokens.windows(3).filter_map(|w| <[_; 3]>::try_from(w).ok()).map(|w| w.map(|t| t.fold)).collect()
}

/// The larger of the two containments, and the Jaccard index.
pub(super) fn overlap(a: &HashSet<[Key; 3]>, b: &HashSet<[Key; 3]>) -> (f64, f64) {
    let shared = a.intersection(b).count() as f64;
    let least = a.len().min(b.len()).max(1) as f64;
    (shared / least, shared / (a.len() as f64 + b.len() as f64 - shared).max(1.0))
}

/// Fills an index beyond its bounds with invented texts of the same lengths: time per text and memory on the way.
fn growth(printed: &[Prints], figures: &mut Figures) -> anyhow::Result<()> {
    let bounds = Bounds::default();
    let mut index = CopyIndex::new(bounds);
    let last = bounds.whole + bounds.sampled + 2 * STRETCH;
    let mut begun = Instant::now();
    let mut longest = Duration::ZERO;
    for number in 1..=last {
        let round = number / printed.len() as u32;
        let Some(prints) = printed.get(number as usize % printed.len()) else { continue };
        let list = prints.list.iter().map(|p| p ^ round.wrapping_mul(0x9e37_79b1)).collect();
        let prints = Prints { list, short: prints.short };
        let one = Instant::now();
        index.like(&prints);
        index.add(number, Some(&prints));
        longest = longest.max(one.elapsed());
        if number % STRETCH == 0 {
            if number == STRETCH || number == last / STRETCH * STRETCH {
                let each = begun.elapsed().as_secs_f64() * 1e6 / f64::from(STRETCH);
                figures.tell(&format!("asked and added, texts {} to {number}", number - STRETCH), each, "µs each")?;
                figures.tell(&format!("memory with {number} texts"), index.bytes() as f64 / 1e6, "MB")?;
            }
            begun = Instant::now();
        }
    }
    figures.tell("longest for one text", longest.as_secs_f64() * 1e3, "ms")
}
