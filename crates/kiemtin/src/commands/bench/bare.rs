//! Does a word typed without accents find the word that was meant? Words of two syllables, drawn as often as texts use them.
//!
//! The truth is the word with its accents as the text had it: the share of the first twenty hits that have it, and whether all
//! documents that have it are found.

use super::{Figures, Lines};
use kiemtin_store::{Order, SearchIndex, SearchRequest, TantivyIndex};
use kiemtin_text::query::{Phrase, Query};
use kiemtin_text::{key, scan};
use std::collections::HashSet;
use std::path::PathBuf;

/// Words that are drawn.
const WORDS: usize = 400;
/// Hits that count.
const FIRST: usize = 20;
/// A word in fewer documents is left out; in more, its documents are not all listed.
const DOCUMENTS: std::ops::RangeInclusive<u64> = 5..=1_000;
/// Documents between two that words are drawn from.
const STEP: usize = 7;

/// Asks and tells.
pub async fn run(index: &TantivyIndex, corpus: &[PathBuf], figures: &mut Figures) -> anyhow::Result<()> {
    let (mut asked, mut precision, mut recall, mut folded) = (0.0, 0.0, 0.0, 0.0);
    let mut lines = Lines::open(corpus)?;
    let mut numbers = super::edits::Numbers(11);
    let mut read = 0;
    while let Some((document, _)) = lines.next()? {
        read += 1;
        if read % STEP != 0 {
            continue;
        }
        let scanned = scan(&document.text);
        if scanned.tokens.len() < 20 || asked >= WORDS as f64 {
            continue;
        }
        let at = numbers.below(scanned.tokens.len() - 2);
        let Some([a, b]) = scanned.tokens.get(at..at + 2) else { continue };
        let together = index.is_word(a.key, b.key);
        if b.after_break || !(a.marked || b.marked) || !together {
            continue;
        }
        let word = format!("{} {}", scanned.word(a), scanned.word(b)).to_lowercase();
        let Some((truth, typed)) = Phrase::new(&word).zip(Phrase::new(&key::folded(&word))) else { continue };
        let (truth, typed) = (Query::Phrase(truth), Query::Phrase(typed));
        let both = ask(index, Query::And(vec![typed.clone(), truth.clone()])).await?;
        let truth = ask(index, truth).await?;
        if !DOCUMENTS.contains(&truth.0) {
            continue;
        }
        let bare = ask(index, typed).await?;
        let expected = FIRST.min(truth.1.len()) as f64;
        let right = bare.1.iter().take(FIRST).filter(|id| truth.1.contains(*id)).count() as f64;
        precision += right / expected.max(1.0);
        folded += truth.0 as f64 / bare.0.max(1) as f64;
        recall += both.0 as f64 / truth.0 as f64;
        asked += 1.0;
    }
    figures.tell("bare words", asked, "words")?;
    figures.tell("bare words, right among the first 20", precision / f64::max(asked, 1.0), "share")?;
    figures.tell("bare words, right among all with these letters", folded / f64::max(asked, 1.0), "share")?;
    figures.tell("bare words, found", recall / f64::max(asked, 1.0), "share")
}

/// Documents in number, and the first of them.
async fn ask(index: &TantivyIndex, query: Query) -> anyhow::Result<(u64, Vec<kiemtin_model::DocId>)> {
    let request = SearchRequest { query: Some(query), limit: 1_000, order: Order::Best, ..SearchRequest::default() };
    let found = index.search(&request).await?;
    let ids: HashSet<_> = found.hits.iter().map(|hit| hit.id.clone()).collect();
    anyhow::ensure!(ids.len() == found.hits.len(), "a document was found twice");
    Ok((found.total, found.hits.into_iter().map(|hit| hit.id).collect()))
}
