//! Which documents come first? The newest; or the best by BM25, by where the words stand, and by what was probably meant.
//!
//! The best are found in two steps (Matveeva et al. 2006, "nested ranker"): the [`WINDOW`] best by BM25 in the text and in the
//! title, where the engine skips what cannot get there (block-max WAND, Ding and Suel 2011), so that the cost hardly grows with
//! the index; then only these are looked at for titles, words side by side and whole phrases. Where few documents have all the words,
//! those that have most of what is rare among them are looked at as well, and stand where they belong: a report of the matter that
//! calls one thing by another name is better than one that has all the words by chance.

use super::asking::{Asking, Scored};
use super::closely::Rows;
use super::compile::Plan;
use super::feedback;
use super::gather::engine;
use super::kept::{Answer, What};
use super::limit::Limit;
use super::schema;
use crate::index::IndexError;
use kiemtin_model::Time;
use kiemtin_model::time::DAY_MS;
use std::cmp::Ordering;
use std::collections::HashSet;
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocAddress, DocId, DocSet, Score, Searcher, TERMINATED};

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
pub(super) fn best(asking: &Asking<'_>, plan: &Plan, places: usize, known: &Known, fresh: Option<Time>) -> Result<Vec<Placed>, IndexError> {
    let searcher = asking.searcher;
    let mut window: Vec<Candidate> = match known {
        Known::All(window) | Known::Best(window) => window.iter().map(|(score, at)| (Some(*score), *at)).collect(),
        Known::Nothing => vec![],
    };
    let mut seen: HashSet<DocAddress> = window.iter().map(|(_, at)| *at).collect();
    let find = |query: &dyn Query, window: &mut Vec<Candidate>, seen: &mut HashSet<DocAddress>| -> Result<(), IndexError> {
        let found = asking.top(query, WINDOW)?.into_iter().filter(|(_, at)| seen.insert(*at));
        window.extend(found.map(|(score, at)| (Some(score), at)));
        Ok(())
    };
    if !matches!(known, Known::All(_)) {
        for query in &plan.candidates {
            find(&**query, &mut window, &mut seen)?;
        }
        if window.len() < WINDOW && matches!(known, Known::Nothing) {
            // What no candidate query covers.
            find(&*plan.matching, &mut window, &mut seen)?;
        }
    }
    if fresh.is_some() {
        let newest = newest(searcher, &*plan.matching, WINDOW, &asking.time)?.into_iter().map(|p| p.at).filter(|at| seen.insert(*at));
        window.extend(newest.map(|at| (None, at)));
    }
    let all_seen = window.len() < WINDOW;
    let mut placed = look_closely(asking, plan, window, What::Closely { partial: false })?;
    if all_seen || plan.wide {
        placed.extend(partial(asking, plan, &mut seen)?);
    }
    sort(searcher, &mut placed)?;
    // Without rows of words nothing was looked at closely: what was asked for has its own order.
    if !plan.rows.is_empty() {
        feedback::add(searcher, &mut placed)?;
    }
    if let Some(now) = fresh {
        age(searcher, &mut placed, now)?;
    }
    sort(searcher, &mut placed)?;
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
fn partial(asking: &Asking<'_>, plan: &Plan, seen: &mut HashSet<DocAddress>) -> Result<Vec<Placed>, IndexError> {
    let searcher = asking.searcher;
    let mut found = vec![];
    for query in &plan.relaxed {
        let some = asking.top(&**query, WINDOW / 2)?.into_iter().map(|(_, at)| at).filter(|at| seen.insert(*at));
        found.extend(some.map(|at| (None, at)));
    }
    let mut found = look_closely(asking, plan, found, What::Closely { partial: true })?;
    found.retain(|place| place.covered >= LEAST_COVERED);
    sort(searcher, &mut found)?;
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
    for of_segment in placed.chunk_by_mut(|a, b| a.at.segment_ord == b.at.segment_ord) {
        let Some(segment) = of_segment.first().map(|p| p.at.segment_ord) else { continue };
        let reader = searcher.segment_reader(segment);
        let docs: Vec<DocId> = of_segment.iter().map(|p| p.at.doc_id).collect();
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
        let serves = |known: &Answer| docs.iter().all(|doc| known.of(*doc).is_some());
        let find = || Ok(Answer { closely: rows.answers(reader, &docs)?, ..Answer::default() });
        let answer = asking.kept.answer(question, reader, serves, find)?;
        for place in of_segment {
            let closely = answer.of(place.at.doc_id).unwrap_or_default();
            place.score += closely.score;
            place.covered = closely.covered;
        }
    }
    Ok(placed)
}

/// Takes from each score what its age costs; a document without a date is as old as what is left at the least.
fn age(searcher: &Searcher, placed: &mut [Placed], now: Time) -> Result<(), IndexError> {
    let ages = Ages::new(searcher)?;
    for place in placed {
        let days = ages.published(place.at).map_or(f32::INFINITY, |at| (now.0 - at).max(0) as f32 / DAY_MS as f32);
        place.score *= OLDEST + (1.0 - OLDEST) * (-days / HALF_LIFE_DAYS).exp2();
    }
    Ok(())
}

/// Best first; ties by date and by sequence number, newest first, so that pages never overlap.
fn sort(searcher: &Searcher, placed: &mut [Placed]) -> Result<(), IndexError> {
    let ages = Ages::new(searcher)?;
    placed.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| ages.newer_first(a.at, b.at)));
    Ok(())
}

/// The newest documents that match, at least `places` when there are so many. Each segment is sorted by time, newest first, so
/// only its beginning is read.
pub(super) fn newest(searcher: &Searcher, query: &dyn Query, places: usize, time: &Limit) -> Result<Vec<Placed>, IndexError> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(engine)?;
    let ages = Ages::new(searcher)?;
    let mut placed = vec![];
    for (ord, segment) in (0u32..).zip(searcher.segment_readers()) {
        time.check()?;
        let mut scorer = weight.scorer(segment, 1.0).map_err(engine)?;
        let (mut taken, mut last) = (0, None);
        let mut doc = scorer.doc();
        while doc != TERMINATED {
            let at = DocAddress { segment_ord: ord, doc_id: doc };
            if segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc)) {
                let published = ages.published(at);
                if taken >= places && (Some(published) != last || taken >= places.saturating_add(MOST_TIES)) {
                    break;
                }
                (taken, last) = (taken + 1, Some(published));
                placed.push(Placed { score: 0.0, at, covered: 0.0, partial: false });
            }
            doc = scorer.advance();
        }
    }
    placed.sort_by(|a, b| ages.newer_first(a.at, b.at));
    Ok(placed)
}

/// Times and sequence numbers of documents.
struct Ages {
    published: Vec<tantivy::columnar::Column<i64>>,
    seq: Vec<tantivy::columnar::Column<u64>>,
}

impl Ages {
    fn new(searcher: &Searcher) -> Result<Self, IndexError> {
        let segments = || searcher.segment_readers().iter().map(|s| s.fast_fields());
        Ok(Self {
            published: segments().map(|f| f.i64(schema::PUBLISHED)).collect::<Result<_, _>>().map_err(engine)?,
            seq: segments().map(|f| f.u64(schema::SEQ)).collect::<Result<_, _>>().map_err(engine)?,
        })
    }

    fn published(&self, at: DocAddress) -> Option<i64> {
        self.published.get(at.segment_ord as usize).and_then(|c| c.first(at.doc_id))
    }

    fn newer_first(&self, a: DocAddress, b: DocAddress) -> Ordering {
        let seq = |at: DocAddress| self.seq.get(at.segment_ord as usize).and_then(|c| c.first(at.doc_id));
        self.published(b).cmp(&self.published(a)).then_with(|| seq(b).cmp(&seq(a)))
    }
}
