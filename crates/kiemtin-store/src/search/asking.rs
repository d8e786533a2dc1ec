//! How are the segments of the index asked: what matches, how much, what is best?
//!
//! One by one, within a time, and what a large segment answered before is not asked again ([`super::kept`]).

use super::best::Best;
use super::facets::{Counted, SegmentFacets};
use super::gather::engine;
use super::kept::{Answer, Kept, What};
use super::limit::Limit;
use super::sorts::Sorts;
use crate::index::IndexError;
use std::cmp::Reverse;
use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{DocAddress, DocId, DocSet, Score, Searcher, SegmentReader, TERMINATED};

/// Documents between two looks at the clock, and counted in one go.
const BLOCK: usize = 512;

/// Documents with what they score by a query.
pub(super) type Scored = Vec<(Score, DocAddress)>;

/// Whom to ask, and for how long.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) kept: &'a Kept,
    pub(super) time: Limit,
}

impl<'a> Asking<'a> {
    fn weight(&self, query: &dyn Query, scores: bool) -> Result<Box<dyn Weight>, IndexError> {
        let scoring = EnableScoring::enabled_from_searcher(self.searcher);
        query.weight(if scores { scoring } else { EnableScoring::disabled_from_searcher(self.searcher) }).map_err(engine)
    }

    fn segments(&self) -> impl Iterator<Item = (u32, &'a SegmentReader)> {
        (0u32..).zip(self.searcher.segment_readers())
    }

    /// The best by score, best first. The largest segments come first: what they have lets the engine skip most of the others.
    pub(super) fn top(&self, query: &dyn Query, most: usize) -> Result<Scored, IndexError> {
        let question = self.kept.question(query, What::Best(most), self.searcher.num_docs())?;
        let weight = self.weight(query, true)?;
        let mut segments: Vec<(u32, &SegmentReader)> = self.segments().collect();
        segments.sort_by_key(|(_, segment)| Reverse(segment.num_docs()));
        let most = most.min(self.searcher.num_docs() as usize);
        let mut best = Best::of(most);
        for (segment_ord, segment) in segments {
            self.time.check()?;
            let above = best.threshold();
            let find = || {
                let mut here = Best::of(most);
                let mut offer = |doc_id, score| {
                    if is_alive(segment, doc_id) {
                        here.offer(score, DocAddress { segment_ord, doc_id });
                    }
                    here.threshold().max(above)
                };
                weight.for_each_pruning(above, segment, &mut offer).map_err(engine)?;
                Ok(Answer { best: of_segment(here), above, ..Answer::default() })
            };
            let answer = self.kept.answer(question, segment, |known| known.above <= above, find)?;
            answer.best.iter().for_each(|(score, doc_id)| best.offer(*score, DocAddress { segment_ord, doc_id: *doc_id }));
        }
        Ok(best.sorted().collect())
    }

    /// How many documents match; and of which sort, if `sorts` are given.
    pub(super) fn count(&self, query: &dyn Query, sorts: Option<&Sorts>) -> Result<Counted, IndexError> {
        let question = self.kept.question(query, What::Count { sorts: sorts.is_some() }, self.searcher.num_docs())?;
        let weight = self.weight(query, false)?;
        let mut all = Counted::nothing();
        for (_, segment) in self.segments() {
            self.time.check()?;
            let find = || {
                let mut here = SegmentFacets::open(segment, sorts)?;
                match sorts {
                    Some(_) => self.time.blocks(&*weight, segment, |docs| here.add(docs))?,
                    None => here.add_total(self.time.count(&*weight, segment)?),
                }
                Ok(Answer { counted: here.counted(), ..Answer::default() })
            };
            all.add(&self.kept.answer(question, segment, |_| true, find)?.counted, segment, sorts)?;
        }
        Ok(all)
    }

    /// Both in one pass over all that matches: for queries whose matches must be looked at one by one anyway (phrases, and whatever is
    /// joined with them), where a second pass would read the places of the words again.
    pub(super) fn both(&self, query: &dyn Query, most: usize, sorts: Option<&Sorts>) -> Result<(Counted, Scored), IndexError> {
        let question = self.kept.question(query, What::Both { most, sorts: sorts.is_some() }, self.searcher.num_docs())?;
        let weight = self.weight(query, true)?;
        let (mut all, mut best) = (Counted::nothing(), Best::of(most));
        for (segment_ord, segment) in self.segments() {
            self.time.check()?;
            let find = || self.both_of(&*weight, segment, most, sorts);
            let answer = self.kept.answer(question, segment, |_| true, find)?;
            answer.best.iter().for_each(|(score, doc_id)| best.offer(*score, DocAddress { segment_ord, doc_id: *doc_id }));
            all.add(&answer.counted, segment, sorts)?;
        }
        Ok((all, best.sorted().collect()))
    }

    fn both_of(&self, weight: &dyn Weight, segment: &SegmentReader, most: usize, sorts: Option<&Sorts>) -> Result<Answer, IndexError> {
        let (mut here, mut best) = (SegmentFacets::open(segment, sorts)?, Best::of(most));
        let mut block: Vec<DocId> = Vec::with_capacity(BLOCK);
        let mut scorer = weight.scorer(segment, 1.0).map_err(engine)?;
        let mut doc_id = scorer.doc();
        while doc_id != TERMINATED {
            if is_alive(segment, doc_id) {
                block.push(doc_id);
                best.offer(scorer.score(), DocAddress { segment_ord: 0, doc_id });
                if block.len() == BLOCK {
                    here.add(&block);
                    block.clear();
                    self.time.check()?;
                }
            }
            doc_id = scorer.advance();
        }
        here.add(&block);
        Ok(Answer { counted: here.counted(), best: of_segment(best), ..Answer::default() })
    }

    /// All that match, if they are no more than `most`: counted, found and looked at in one pass. Else nothing, after a look at little
    /// more than so many documents.
    pub(super) fn few(&self, query: &dyn Query, most: usize) -> Result<Option<Scored>, IndexError> {
        let weight = self.weight(query, true)?;
        let mut found = vec![];
        for (segment_ord, segment) in self.segments() {
            self.time.check()?;
            let mut scorer = weight.scorer(segment, 1.0).map_err(engine)?;
            let mut doc_id = scorer.doc();
            while doc_id != TERMINATED {
                if is_alive(segment, doc_id) {
                    if found.len() == most {
                        return Ok(None);
                    }
                    found.push((scorer.score(), DocAddress { segment_ord, doc_id }));
                }
                doc_id = scorer.advance();
            }
        }
        Ok(Some(found))
    }

    /// How many documents match, as far as `most`: little more is looked at.
    pub(super) fn count_to(&self, query: &dyn Query, most: u64) -> Result<u64, IndexError> {
        let question = self.kept.question(query, What::CountTo(most), self.searcher.num_docs())?;
        let weight = self.weight(query, false)?;
        let mut found = 0;
        for (_, segment) in self.segments() {
            self.time.check()?;
            let find = || {
                let (mut here, mut scorer) = (0, weight.scorer(segment, 1.0).map_err(engine)?);
                while scorer.doc() != TERMINATED && here < most {
                    here += u64::from(is_alive(segment, scorer.doc()));
                    scorer.advance();
                }
                Ok(Answer::of_total(here))
            };
            found += self.kept.answer(question, segment, |_| true, find)?.counted.total;
            if found >= most {
                return Ok(most);
            }
        }
        Ok(found)
    }
}

pub(super) fn is_alive(segment: &SegmentReader, doc_id: DocId) -> bool {
    segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc_id))
}

/// The best of one segment.
fn of_segment(best: Best) -> Vec<(Score, DocId)> {
    best.sorted().map(|(score, at)| (score, at.doc_id)).collect()
}
