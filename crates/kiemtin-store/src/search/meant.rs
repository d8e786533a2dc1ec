//! Did the person mean something else than was typed?
//!
//! The readings of the words are weighed by the texts themselves; then the index is asked how many documents have each of them
//! in a row. Only a wording that stands nowhere is replaced, and the answer says so; otherwise others are only proposed.

use super::compile::Compiler;
use super::gather::engine;
use super::pieces::{Terms, in_a_row};
use super::plan::Plain;
use crate::index::{IndexError, Instead, Meant, SearchRequest};
use kiemtin_text::query::Query;
use kiemtin_text::readings::{Assumes, Readings};
use kiemtin_text::scan;
use tantivy::Searcher;
use tantivy::collector::Count;

/// Readings that are looked at.
const LOOKED_AT: usize = 8;
/// Most wordings that are proposed.
const PROPOSED: usize = 3;
/// A reading is only proposed when it is so much likelier than what was typed, in nats.
const LIKELIER: f32 = 1.0;
/// And only takes its place when it is so much likelier.
const CLEARLY_LIKELIER: f32 = 3.0;
/// Words that never stand in a row, in the one spelling or the other, are only replaced when they find nothing.
const SURELY: f32 = 8.0;
/// Fewest documents with a wording that is proposed.
const FEWEST: u64 = 3;

/// What to look for instead, and what to propose.
pub(super) fn look(
    searcher: &Searcher,
    compiler: &Compiler<'_>,
    request: &SearchRequest,
    readings: &Readings,
) -> Result<(Option<Instead>, Vec<Meant>), IndexError> {
    let nothing = Ok((None, vec![]));
    let Some(plain) = request.query.as_ref().and_then(Plain::of) else { return nothing };
    let row = plain.row();
    let scanned = scan(&row);
    let syllables: usize = plain.units.iter().flat_map(|unit| &unit.typed).map(|p| p.syllables.len()).sum();
    if scanned.tokens.iter().any(|t| t.after_break) || scanned.tokens.len() != syllables {
        return nothing;
    }
    let found = readings.of(&row, LOOKED_AT);
    // As typed: itself, or with the accents that were left out.
    let bare = scanned.marked == 0;
    let typed = found.iter().find(|r| r.assumes <= Assumes::NoAccents);
    let price = typed.map_or(f32::INFINITY, |r| r.price);
    let counted = |text: &str| -> Result<u64, IndexError> {
        let query = in_a_row(Terms::new(compiler.fields.text, text).exact);
        Ok(searcher.search(&*query, &Count).map_err(engine)? as u64)
    };
    let likelier: Vec<_> = found.iter().filter(|r| price - r.price > LIKELIER && r.assumes > Assumes::NoAccents).collect();
    // Counting a row of words costs as much as a search for it: not for what is typed right.
    let in_typed = if likelier.is_empty() { 0 } else { counted(typed.map_or(row.as_str(), |r| &r.text))? };
    let (mut instead, mut meant) = (None, vec![]);
    for reading in likelier {
        let count = counted(&reading.text)?;
        let clear = price - reading.price;
        // Only the likeliest reading is put in the place of what was typed.
        let first = found.first().is_some_and(|best| best == reading);
        if first
            && in_typed == 0
            && clear > if count >= FEWEST { CLEARLY_LIKELIER } else { SURELY }
            && let Some(query) = plain.spelt(&reading.text)
        {
            let finds = |query: &Query| {
                let request = SearchRequest { query: Some(query.clone()), ..request.clone() };
                searcher.search(&*compiler.matching(&request)?, &Count).map_err(engine)
            };
            let typed = request.query.as_ref().map(finds).transpose()?.unwrap_or(0);
            if count > 0 || finds(&query)? > typed {
                instead = Some(Instead { text: reading.text.clone(), query });
                continue;
            }
        }
        if count >= FEWEST && count > in_typed {
            meant.push(Meant { text: reading.text.clone(), count });
        }
    }
    // What else bare words may stand for: other words with these letters.
    if bare {
        for reading in found.iter().filter(|r| r.assumes == Assumes::NoAccents && Some(r.text.as_str()) != typed.map(|t| t.text.as_str())) {
            let count = counted(&reading.text)?;
            if count >= FEWEST {
                meant.push(Meant { text: reading.text.clone(), count });
            }
        }
    }
    meant.sort_by_key(|meant| std::cmp::Reverse(meant.count));
    meant.truncate(PROPOSED);
    Ok((instead, meant))
}
