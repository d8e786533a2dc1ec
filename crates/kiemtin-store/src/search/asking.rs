//! How are the segments of the index asked: what matches, how much, what is best?
//!
//! Several at a time if cores are idle ([`super::idle`]), within a time, and what a large segment answered before is not asked
//! again ([`super::kept`]).

use super::best::{Best, Least};
use super::facets::{Counted, SegmentFacets};
use super::gather::engine;
use super::generation::lock;
use super::idle;
use super::kept::{Answer, Kept, Question, What, is_large};
use super::limit::Limit;
use super::sorts::Sorts;
use crate::index::IndexError;
use std::cmp::Reverse;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{DocAddress, DocId, DocSet, Score, Searcher, SegmentReader, TERMINATED};

/// Documents between two looks at the clock, and counted in one go.
const BLOCK: usize = 512;

/// Documents with what they score by a query.
pub(super) type Scored = Vec<(Score, DocAddress)>;

/// Segments with their numbers.
type Segments<'a> = Vec<(u32, &'a SegmentReader)>;

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

    fn segments(&self) -> Segments<'a> {
        (0u32..).zip(self.searcher.segment_readers()).collect()
    }

    /// What the segments answer, in their order: as before, if that serves, or as they are found now, several at a time.
    pub(super) fn answers(
        &self,
        question: Question,
        segments: &[(u32, &SegmentReader)],
        serves: impl Fn(u32, &Answer) -> bool,
        find: impl Fn(u32, &SegmentReader) -> Result<Answer, IndexError> + Sync,
    ) -> Result<Vec<Arc<Answer>>, IndexError> {
        let known = segments.iter().map(|(ord, segment)| self.kept.known(question, segment, |known| serves(*ord, known))).collect();
        self.others(question, segments, known, find)
    }

    /// What is known, and what the other segments answer.
    fn others(
        &self,
        question: Question,
        segments: &[(u32, &SegmentReader)],
        known: Vec<Option<Arc<Answer>>>,
        find: impl Fn(u32, &SegmentReader) -> Result<Answer, IndexError> + Sync,
    ) -> Result<Vec<Arc<Answer>>, IndexError> {
        let open: Segments<'_> = segments.iter().zip(&known).filter(|(_, known)| known.is_none()).map(|(segment, _)| *segment).collect();
        let find = |(ord, segment): &(u32, &SegmentReader)| {
            self.time.check()?;
            self.kept.find(question, segment, || find(*ord, segment))
        };
        let mut found = idle::each(&open, helpers(&open), find)?.into_iter();
        Ok(known.into_iter().filter_map(|known| known.or_else(|| found.next())).collect())
    }

    /// The best by score, best first. The largest segments come first: what they have lets the engine skip most of the others.
    pub(super) fn top(&self, query: &dyn Query, most: usize) -> Result<Scored, IndexError> {
        let question = self.kept.question(query, What::Best(most), self.searcher.num_docs())?;
        let weight = self.weight(query, true)?;
        let mut segments = self.segments();
        segments.sort_by_key(|(_, segment)| Reverse(segment.num_docs()));
        let most = most.min(self.searcher.num_docs() as usize);
        // Looked up once: others who ask the same keep answers and push out others at any time.
        let known: Vec<_> = segments.iter().map(|(_, segment)| self.kept.known(question, segment, |_| true)).collect();
        let best_of_known = |known: &[Option<Arc<Answer>>]| {
            let answered = segments.iter().zip(known).filter_map(|((ord, _), known)| Some((*ord, Arc::clone(known.as_ref()?))));
            best_of(most, answered)
        };
        // What was passed over before can be passed over again if what is known is better.
        let enough = best_of_known(&known).threshold();
        let serves = |answer: &Arc<Answer>| answer.above <= Score::MIN || answer.above < enough;
        let known: Vec<_> = known.into_iter().map(|answer| answer.filter(serves)).collect();
        let best = Mutex::new(best_of_known(&known));
        let least = Least::of(enough);
        let find = |segment_ord, segment: &SegmentReader| {
            // What is noted is what was passed over: others may raise it at any time.
            let begun = least.passed();
            let (mut here, mut above) = (Best::of(most), begun);
            let mut offer = |doc_id, score| {
                if is_alive(segment, doc_id) {
                    here.offer(score, DocAddress { segment_ord, doc_id });
                    least.raise(here.threshold());
                }
                above = least.passed();
                here.threshold().max(above)
            };
            weight.for_each_pruning(begun, segment, &mut offer).map_err(engine)?;
            let found = Answer { best: of_segment(here), above, ..Answer::default() };
            let mut best = lock(&best);
            found.offer_to(&mut best, segment_ord);
            least.raise(best.threshold());
            Ok(found)
        };
        self.others(question, &segments, known, find)?;
        let best = best.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(best.sorted().collect())
    }

    /// How many documents match; and of which sort, if `sorts` are given.
    pub(super) fn count(&self, query: &dyn Query, sorts: Option<&Sorts>) -> Result<Counted, IndexError> {
        let question = self.kept.question(query, What::Count { sorts: sorts.is_some() }, self.searcher.num_docs())?;
        let weight = self.weight(query, false)?;
        let segments = self.segments();
        let find = |_, segment: &SegmentReader| {
            let mut here = SegmentFacets::open(segment, sorts)?;
            match sorts {
                Some(_) => self.time.blocks(&*weight, segment, |docs| here.add(docs))?,
                None => here.add_total(self.time.count(&*weight, segment)?),
            }
            Ok(Answer { counted: here.counted(), ..Answer::default() })
        };
        counted_of(&segments, &self.answers(question, &segments, |_, _| true, find)?, sorts)
    }

    /// Both in one pass over all that matches: for queries whose matches must be looked at one by one anyway (phrases, and whatever is
    /// joined with them), where a second pass would read the places of the words again.
    pub(super) fn both(&self, query: &dyn Query, most: usize, sorts: Option<&Sorts>) -> Result<(Counted, Scored), IndexError> {
        let question = self.kept.question(query, What::Both { most, sorts: sorts.is_some() }, self.searcher.num_docs())?;
        let weight = self.weight(query, true)?;
        let segments = self.segments();
        let answers = self.answers(question, &segments, |_, _| true, |_, segment| self.both_of(&*weight, segment, most, sorts))?;
        let counted = counted_of(&segments, &answers, sorts)?;
        Ok((counted, best_of(most, (0..).zip(answers)).sorted().collect()))
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
        let found = AtomicUsize::new(0);
        let find = |(segment_ord, segment): &(u32, &SegmentReader)| {
            let mut here = vec![];
            self.time.check()?;
            let mut scorer = weight.scorer(segment, 1.0).map_err(engine)?;
            let mut doc_id = scorer.doc();
            while doc_id != TERMINATED && found.load(Relaxed) <= most {
                if is_alive(segment, doc_id) {
                    found.fetch_add(1, Relaxed);
                    here.push((scorer.score(), DocAddress { segment_ord: *segment_ord, doc_id }));
                }
                doc_id = scorer.advance();
            }
            Ok(here)
        };
        let segments = self.segments();
        let Some((first, others)) = segments.split_first() else { return Ok(Some(vec![])) };
        // What many documents have, the first segment tells by itself.
        let mut all = find(first)?;
        if found.load(Relaxed) <= most {
            all.extend(idle::each(others, helpers(others), find)?.into_iter().flatten());
        }
        Ok((all.len() <= most).then_some(all))
    }

    /// How many documents match, as far as `most`: little more is looked at.
    pub(super) fn count_to(&self, query: &dyn Query, most: u64) -> Result<u64, IndexError> {
        let question = self.kept.question(query, What::CountTo(most), self.searcher.num_docs())?;
        let weight = self.weight(query, false)?;
        let find = |_, segment: &SegmentReader| {
            let (mut here, mut scorer) = (0, weight.scorer(segment, 1.0).map_err(engine)?);
            while scorer.doc() != TERMINATED && here < most {
                here += u64::from(is_alive(segment, scorer.doc()));
                scorer.advance();
            }
            Ok(Answer::of_total(here))
        };
        let count = |segments| -> Result<u64, IndexError> {
            Ok(self.answers(question, segments, |_, _| true, find)?.iter().map(|answer| answer.counted.total).sum())
        };
        let segments = self.segments();
        // What many documents have, the first segment tells by itself.
        let (first, others) = segments.split_at(segments.len().min(1));
        let found = count(first)?;
        Ok(if found < most { (found + count(others)?).min(most) } else { most })
    }
}

/// So many cores can help: each with a segment that takes a while.
fn helpers(segments: &[(u32, &SegmentReader)]) -> usize {
    segments.iter().filter(|(_, segment)| is_large(segment)).count().saturating_sub(1)
}

/// The best of what these segments answered.
fn best_of(most: usize, answers: impl IntoIterator<Item = (u32, Arc<Answer>)>) -> Best {
    let mut best = Best::of(most);
    answers.into_iter().for_each(|(segment_ord, answer)| answer.offer_to(&mut best, segment_ord));
    best
}

/// What these segments counted, together.
fn counted_of(segments: &[(u32, &SegmentReader)], answers: &[Arc<Answer>], sorts: Option<&Sorts>) -> Result<Counted, IndexError> {
    let mut all = Counted::nothing();
    for ((_, segment), answer) in segments.iter().zip(answers) {
        all.add(&answer.counted, segment, sorts)?;
    }
    Ok(all)
}

pub(super) fn is_alive(segment: &SegmentReader, doc_id: DocId) -> bool {
    segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc_id))
}

/// The best of one segment.
fn of_segment(best: Best) -> Vec<(Score, DocId)> {
    best.sorted().map(|(score, at)| (score, at.doc_id)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tantivy::query::TermQuery;
    use tantivy::schema::{IndexRecordOption, Schema, TEXT};
    use tantivy::{Index, TantivyDocument, Term};

    /// Two segments that are large enough for their answers to be kept.
    #[test]
    fn all_who_ask_the_same_at_the_same_time_get_the_same() {
        let mut schema = Schema::builder();
        let field = schema.add_text_field("words", TEXT);
        let index = Index::create_in_ram(schema.build());
        let mut writer = index.writer_with_num_threads(1, 32_000_000).unwrap();
        writer.set_merge_policy(Box::new(tantivy::merge_policy::NoMergePolicy));
        for segment in 0..2 {
            for number in 0..20_500 {
                let mut document = TantivyDocument::new();
                document.add_text(field, "xăng ".repeat(1 + (number * 7 + segment) % 13));
                writer.add_document(document).unwrap();
            }
            writer.commit().unwrap();
        }
        let searcher = index.reader().unwrap().searcher();
        let query = TermQuery::new(Term::from_field_text(field, "xăng"), IndexRecordOption::WithFreqs);
        let kept = Kept::default();
        let asking = Asking { searcher: &searcher, kept: &kept, time: Limit::of(Duration::from_secs(600)) };
        let all = asking.few(&query, 50_000).unwrap().unwrap();
        let mut expected = Best::of(300);
        all.iter().for_each(|(score, at)| expected.offer(*score, *at));
        let expected: Scored = expected.sorted().collect();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for turn in 0..200 {
                        assert!(asking.top(&query, 300).unwrap() == expected, "turn {turn}");
                        assert_eq!(asking.count(&query, None).unwrap().total, 41_000);
                        if turn % 3 == 0 {
                            kept.forget();
                        }
                    }
                });
            }
        });
    }
}
