//! Which documents come first? The newest; or the best by BM25, by where the words stand, and by what was probably meant.
//!
//! The best are found in two steps (Matveeva et al. 2006, "nested ranker"): the [`WINDOW`] best by BM25 in the text and in the
//! title, where the engine skips what cannot get there (block-max WAND, Ding and Suel 2011), so that the cost hardly grows with
//! the index; then only these are looked at for titles, words side by side and whole phrases. Where few documents have all the words
//! of a reading, those that have most of what is rare among them are looked at as well, and stand where they belong: a report of the matter that
//! calls one thing by another name is better than one that has all the words by chance.

use super::asking::{Asking, Scored};
use super::closely::Rows;
use super::columns::Columns;
use super::compile::{Plan, Relaxed};
use super::feedback;
use super::gather::engine;
use super::kept::{Answer, What};
use crate::index::IndexError;
use kiemtin_model::Time;
use kiemtin_model::time::DAY_MS;
use std::collections::HashSet;
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocAddress, DocId, DocSet, Score, SegmentReader, TERMINATED};

/// Documents that are looked at closely.
pub(super) const WINDOW: usize = 200;
/// What BM25 of the whole query is worth beside what is seen closely.
const WHOLE: f32 = 0.01;
/// Documents that have only some of the words, beside those that have all: so many at most, with this share of them at least, by
/// rarity. They are looked for where fewer than [`WINDOW`] have all, and where the plan says so.
const MOST_PARTIAL: usize = 20;
const LEAST_COVERED: f32 = 0.4;
/// Days after which half of what newness is worth is gone, and what is left of a match that is very old: the decay of Li and
/// Croft 2003, "Time-based language models", with a floor, so that the one old text that answers stays on the page.
const HALF_LIFE_DAYS: f32 = 30.0;
const OLDEST: f32 = 0.3;
/// Most documents of one time of publication that are read beyond what was asked for, to put them into a firm order.
const MOST_TIES: usize = 10_000;

/// A document in the order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    pub score: f32,
    pub at: DocAddress,
    /// Share of the words that it has, by rarity; 0 where it was not looked at closely.
    pub covered: f32,
    /// It has some of the words only.
    pub partial: bool,
}

/// A document that was found, and what it scores by the query that found it; none: it is not sure that it has all the words.
type Candidate = (Option<Score>, DocAddress);

/// Which of the documents that match are known already, with their scores.
pub(super) enum Known {
    /// All of them, no more than the window.
    All(Scored),
    /// The window: the best by BM25 of the whole query.
    Best(Scored),
    /// None.
    Nothing,
}

/// At least `places` documents, when so many match: first the window, then the others by BM25. `fresh`: newer ones are favoured, as
/// seen at this moment.
pub(super) fn best(
    asking: &Asking<'_>,
    columns: &Columns,
    plan: &Plan,
    places: usize,
    known: &Known,
    fresh: Option<Time>,
) -> Result<Vec<Placed>, IndexError> {
    let searcher = asking.searcher;
    let mut window: Vec<Candidate> = match known {
        Known::All(window) | Known::Best(window) => window.iter().map(|(score, at)| (Some(*score), *at)).collect(),
        Known::Nothing => vec![],
    };
    let mut seen: HashSet<DocAddress> = window.iter().map(|(_, at)| *at).collect();
    // Whether there are as many as are looked at.
    let find = |query: &dyn Query, window: &mut Vec<Candidate>, seen: &mut HashSet<DocAddress>| -> Result<bool, IndexError> {
        let found = asking.top(query, WINDOW)?;
        let enough = found.len() == WINDOW;
        window.extend(found.into_iter().filter(|(_, at)| seen.insert(*at)).map(|(score, at)| (Some(score), at)));
        Ok(enough)
    };
    let mut enough = vec![];
    if !matches!(known, Known::All(_)) {
        for query in &plan.candidates {
            enough.push(find(&**query, &mut window, &mut seen)?);
        }
        if window.len() < WINDOW && matches!(known, Known::Nothing) {
            // What no candidate query covers.
            find(&*plan.matching, &mut window, &mut seen)?;
        }
    }
    if fresh.is_some() {
        let newest = newest(asking, columns, &*plan.matching, WINDOW)?.into_iter().map(|p| p.at).filter(|at| seen.insert(*at));
        window.extend(newest.map(|at| (None, at)));
    }
    let all_seen = window.len() < WINDOW;
    let mut placed = look_closely(asking, plan, window, What::Closely { partial: false })?;
    let wanted = |some: &&Relaxed| all_seen || plan.wide || some.unless.is_some_and(|at| enough.get(at) != Some(&true));
    let relaxed: Vec<&Relaxed> = plan.relaxed.iter().filter(wanted).collect();
    placed.extend(partial(asking, columns, plan, &relaxed, &mut seen)?);
    sort(columns, &mut placed);
    // Without rows of words nothing was looked at closely: what was asked for has its own order.
    if !plan.rows.is_empty() {
        feedback::add(searcher, columns, &mut placed)?;
    }
    if let Some(now) = fresh {
        age(columns, &mut placed, now);
    }
    sort(columns, &mut placed);
    if !all_seen && !matches!(known, Known::All(_)) && placed.len() < places {
        let least = placed.last().map_or(0.0, |p| p.score);
        for (score, at) in asking.top(&*plan.matching, places)? {
            if seen.insert(at) {
                placed.push(Placed { score: score.min(least), at, covered: 0.0, partial: false });
            }
        }
    }
    Ok(placed)
}

/// The best of what has only some of the words.
fn partial(
    asking: &Asking<'_>,
    columns: &Columns,
    plan: &Plan,
    relaxed: &[&Relaxed],
    seen: &mut HashSet<DocAddress>,
) -> Result<Vec<Placed>, IndexError> {
    let mut found = vec![];
    for Relaxed { query, .. } in relaxed {
        let some = asking.top(&**query, WINDOW / 2)?.into_iter().map(|(_, at)| at).filter(|at| seen.insert(*at));
        found.extend(some.map(|at| (None, at)));
    }
    let mut found = look_closely(asking, plan, found, What::Closely { partial: true })?;
    found.retain(|place| place.covered >= LEAST_COVERED);
    sort(columns, &mut found);
    found.truncate(MOST_PARTIAL);
    Ok(found)
}

/// Scores these documents: by BM25, and by where the words of the readings of the query stand. The best reading counts.
fn look_closely(asking: &Asking<'_>, plan: &Plan, mut window: Vec<Candidate>, what: What) -> Result<Vec<Placed>, IndexError> {
    let searcher = asking.searcher;
    window.sort_unstable_by_key(|(_, at)| *at);
    let placed = |(score, at): Candidate| Placed { score: WHOLE * score.unwrap_or_default(), at, covered: 0.0, partial: score.is_none() };
    let mut placed: Vec<Placed> = window.into_iter().map(placed).collect();
    let weight = plan.matching.weight(EnableScoring::enabled_from_searcher(searcher)).map_err(engine)?;
    let question = asking.kept.question(&plan.rows, what, searcher.num_docs())?;
    let rows = Rows::new(searcher, &plan.rows)?;
    let mut looked_at: Vec<(u32, &SegmentReader, Vec<DocId>)> = vec![];
    for of_segment in placed.chunk_by_mut(|a, b| a.at.segment_ord == b.at.segment_ord) {
        let Some(segment) = of_segment.first().map(|p| p.at.segment_ord) else { continue };
        let reader = searcher.segment_reader(segment);
        if of_segment.iter().any(|place| place.partial) {
            let mut scorer = weight.scorer(reader, 1.0).map_err(engine)?;
            for place in of_segment.iter_mut().filter(|place| place.partial) {
                if scorer.doc() < place.at.doc_id {
                    scorer.seek(place.at.doc_id);
                }
                // What only some of the words led to may have all of them as well: it is no worse for that.
                if scorer.doc() == place.at.doc_id {
                    (place.partial, place.score) = (false, WHOLE * scorer.score());
                }
            }
        }
        looked_at.push((segment, reader, of_segment.iter().map(|place| place.at.doc_id).collect()));
    }
    let docs = |segment: u32| looked_at.iter().find(|(ord, ..)| *ord == segment).map_or(&[][..], |(.., docs)| docs);
    let serves = |segment, known: &Answer| docs(segment).iter().all(|doc| known.of(*doc).is_some());
    let find = |segment, reader: &SegmentReader| Ok(Answer { closely: rows.answers(reader, docs(segment))?, ..Answer::default() });
    let segments: Vec<(u32, &SegmentReader)> = looked_at.iter().map(|(ord, reader, _)| (*ord, *reader)).collect();
    let answers = asking.answers(question, &segments, serves, find)?;
    for (of_segment, answer) in placed.chunk_by_mut(|a, b| a.at.segment_ord == b.at.segment_ord).zip(answers) {
        for place in of_segment {
            let closely = answer.of(place.at.doc_id).unwrap_or_default();
            place.score += closely.score;
            place.covered = closely.covered;
        }
    }
    Ok(placed)
}

/// Takes from each score what its age costs; a document without a date is as old as what is left at the least.
fn age(columns: &Columns, placed: &mut [Placed], now: Time) {
    for place in placed {
        let days = columns.published(place.at).map_or(f32::INFINITY, |at| (now.0 - at).max(0) as f32 / DAY_MS as f32);
        place.score *= OLDEST + (1.0 - OLDEST) * (-days / HALF_LIFE_DAYS).exp2();
    }
}

/// Best first; ties by date and by sequence number, newest first, so that pages never overlap.
fn sort(columns: &Columns, placed: &mut [Placed]) {
    placed.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| columns.newer_first(a.at, b.at)));
}

/// The newest documents that match, at least `places` when there are so many. Each segment is sorted by time, newest first, so
/// only its beginning is read.
pub(super) fn newest(asking: &Asking<'_>, columns: &Columns, query: &dyn Query, places: usize) -> Result<Vec<Placed>, IndexError> {
    let searcher = asking.searcher;
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(engine)?;
    let mut placed = vec![];
    for (ord, segment) in (0u32..).zip(searcher.segment_readers()) {
        asking.time.check()?;
        let mut scorer = weight.scorer(segment, 1.0).map_err(engine)?;
        let (mut taken, mut last) = (0, None);
        let mut doc = scorer.doc();
        while doc != TERMINATED {
            let at = DocAddress { segment_ord: ord, doc_id: doc };
            if segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc)) {
                let published = columns.published(at);
                if taken >= places && (Some(published) != last || taken >= places.saturating_add(MOST_TIES)) {
                    break;
                }
                (taken, last) = (taken + 1, Some(published));
                placed.push(Placed { score: 0.0, at, covered: 0.0, partial: false });
            }
            doc = scorer.advance();
        }
    }
    placed.sort_by(|a, b| columns.newer_first(a.at, b.at));
    Ok(placed)
}
