//! Did the person mean something else than was typed?
//!
//! The readings of the words are weighed by the texts themselves; then the index is asked how many documents have each of them
//! in a row. Only a wording that stands nowhere, or hardly anywhere, is replaced, and the answer says so; otherwise others are only
//! proposed.

use super::asking::Asking;
use super::compile::Compiler;
use super::plan::Plain;
use crate::index::{IndexError, Meant, SearchRequest};
use kiemtin_text::key::folded;
use kiemtin_text::query::Query;
use kiemtin_text::readings::{Assumes, Reading, Readings};
use kiemtin_text::scan;

/// Readings that are looked at.
const LOOKED_AT: usize = 8;
/// Readings that are made.
const READINGS: usize = 12;
/// A wording in so many documents is no mistake.
const WRITTEN: u64 = 20;
/// Most wordings that are proposed.
const PROPOSED: usize = 3;
/// A reading is only proposed when it is so much likelier than what was typed, in nats.
const LIKELIER: f32 = 1.0;
/// And no more than so much less likely than the likeliest of all.
const NEARLY: f32 = 4.0;
/// It only takes the place of what was typed when it is so much likelier.
const CLEARLY_LIKELIER: f32 = 3.0;
/// Words that never stand in a row, in the one spelling or the other, are only replaced when they find nothing.
const SURELY: f32 = 8.0;
/// What was typed is replaced only when so many times more documents have the other wording.
const FAR_FEWER: u64 = 30;
/// Fewest documents with a wording that is proposed.
const FEWEST: u64 = 3;

/// What else was probably meant.
#[derive(Default)]
pub(super) struct Looked {
    /// What to look for in the place of what was typed: in words, and as a query.
    pub(super) better: Option<(String, Query)>,
    /// What to propose.
    pub(super) others: Vec<Meant>,
    /// All readings of what was typed, likeliest first; none when nothing was put in its place that needed them.
    pub(super) found: Vec<Reading>,
}

/// Looks at the words of a query that is only words and conditions.
pub(super) fn look(
    asking: &Asking<'_>,
    compiler: &Compiler<'_>,
    request: &SearchRequest,
    readings: &Readings,
) -> Result<Looked, IndexError> {
    let Some(plain) = request.query.as_ref().and_then(Plain::of) else { return Ok(Looked::default()) };
    let row = plain.row();
    let as_typed = |text: &str| compiler.row(compiler.fields.all, text, |t| &t.exact);
    let counted = |text: &str| -> Result<u64, IndexError> { asking.count_to(&*as_typed(text), Meant::MOST_COUNTED) };
    // Words with all their accents that many wrote are what was meant.
    let scanned = scan(&row);
    let marked = scanned.marked == scanned.tokens.len();
    let written = if marked { Some(asking.count_to(&*as_typed(&row), WRITTEN)?) } else { None };
    if written == Some(WRITTEN) {
        return Ok(Looked::default());
    }
    let found = readings.of(&row, READINGS);
    // As typed: itself, or with the accents that were left out.
    let bare = scanned.marked == 0;
    let typed = found.iter().find(|r| r.assumes <= Assumes::NoAccents);
    let price = typed.map_or(f32::INFINITY, |r| r.price);
    let finds = |query: &Query| -> Result<u64, IndexError> {
        let request = SearchRequest { query: Some(query.clone()), ..request.clone() };
        asking.count_to(&*compiler.matching(&request)?, Meant::MOST_COUNTED)
    };
    let best = found.first().map_or(0.0, |r| r.price);
    let likelier =
        |reading: &&Reading| price - reading.price > LIKELIER && reading.price - best < NEARLY && reading.assumes > Assumes::NoAccents;
    let likelier: Vec<&Reading> = found.iter().take(LOOKED_AT).filter(likelier).collect();
    // Counting a row of words costs as much as a search for it: not for what is typed right.
    let typed_text = typed.map_or(row.as_str(), |r| &r.text);
    let in_typed = match written {
        _ if likelier.is_empty() => 0,
        Some(all) if typed_text == row => all,
        _ => counted(typed_text)?,
    };
    let mut looked = Looked::default();
    for reading in likelier {
        let Some((text, query)) = plain.spelt(&reading.text) else { continue };
        let count = counted(&text)?;
        // Only the likeliest reading is put in the place of what was typed, and what somebody wrote is never lost for a few more.
        let first = found.first() == Some(reading);
        if first && price - reading.price > CLEARLY_LIKELIER && in_typed * FAR_FEWER <= count {
            let typed = request.query.as_ref().map(finds).transpose()?.unwrap_or(0);
            let better = finds(&query)?;
            // Words that never stand in a row must find enough where nothing was found, or be surer and find more.
            let sure = count >= FEWEST || typed == 0 && better >= FEWEST || price - reading.price > SURELY && better > typed;
            if sure && better > 0 {
                looked.better = Some((text, query));
                continue;
            }
        }
        if count >= FEWEST && count > in_typed {
            looked.others.push(Meant { text, count });
        }
    }
    // What else bare words may stand for: other words with these letters.
    if bare {
        for reading in found
            .iter()
            .take(LOOKED_AT)
            .filter(|r| r.assumes == Assumes::NoAccents && Some(r.text.as_str()) != typed.map(|t| t.text.as_str()))
        {
            let Some((text, _)) = plain.spelt(&reading.text) else { continue };
            let count = counted(&text)?;
            if count >= FEWEST {
                looked.others.push(Meant { text, count });
            }
        }
    }
    looked.others.sort_by_key(|meant| std::cmp::Reverse(meant.count));
    // The same letters without accents are the same wording, typed lazily.
    let mut letters: Vec<String> = looked.better.iter().map(|(text, _)| folded(text)).collect();
    looked.others.retain(|meant| {
        let own = folded(&meant.text);
        let said = letters.contains(&own) && scan(&meant.text).marked == 0;
        letters.push(own);
        !said
    });
    looked.others.truncate(PROPOSED);
    Ok(Looked { found, ..looked })
}
