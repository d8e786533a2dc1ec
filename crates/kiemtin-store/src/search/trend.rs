//! How many documents of which sort are there in every period of time?
//!
//! Every segment is sorted by time, newest first: a period is a range of documents in it, whose ends are found by bisection.
//! The periods are gone through from the newest to the oldest in all segments side by side, so that one short list of counters,
//! one per combination of values, is enough for any number of periods, and matching documents are read in their order.

use super::gather::engine;
use super::limit::Limit;
use super::schema;
use super::values::{Numbers, Values, names};
use crate::index::IndexError;
use crate::trend::{Trend, TrendCell, TrendPeriod, TrendRequest};
use kiemtin_model::Time;
use std::ops::Range;
use tantivy::columnar::Column;
use tantivy::fastfield::AliveBitSet;
use tantivy::query::{AllQuery, EnableScoring, Query, Scorer, Weight};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, Searcher, SegmentReader, TERMINATED};

/// Documents whose values are read together.
const BLOCK: usize = 1_024;
/// Most counters: combinations of values of two fields.
const MOST_COMBINATIONS: usize = 4_000_000;
/// Most cells that may be asked for.
const MOST_CELLS: usize = 5_000_000;

/// Counts.
pub(super) fn count(searcher: &Searcher, matching: &dyn Query, request: &TrendRequest, limit: &Limit) -> Result<Trend, IndexError> {
    if request.by.len() > 2 {
        return Err(IndexError::Query("chỉ đếm được theo nhiều nhất hai tiêu chí; hãy bỏ bớt".into()));
    }
    let values = request.by.iter().map(|by| names(searcher, by.as_str())).collect::<Result<Vec<_>, _>>()?;
    let mut counter = Counter::new(&values)?;
    let everything = matching.is::<AllQuery>();
    let weight = matching.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(engine)?;
    let mut parts = vec![];
    for segment in searcher.segment_readers() {
        limit.check()?;
        parts.push(Part::open(segment, (!everything).then_some(&*weight), request, &values)?);
    }
    let mut trend = Trend { periods: vec![], values, cells: vec![], matching: 0, all: 0, indexed_through: 0 };
    let most = request.most_cells.min(MOST_CELLS);
    loop {
        limit.check()?;
        let newest = parts.iter().filter_map(Part::newest).max();
        let start = newest.map(|newest| request.span.start_of(newest));
        let mut period = TrendPeriod { start, matching: 0, all: 0 };
        for part in &mut parts {
            let docs = match start {
                Some(start) => part.since(start),
                None => part.undated(),
            };
            period.all += part.living(&docs);
            period.matching += part.count(docs.end, &mut counter, limit)?;
        }
        if period.all > 0 {
            counter.empty(trend.periods.len() as u32, &mut trend.cells);
            (trend.matching, trend.all) = (trend.matching + period.matching, trend.all + period.all);
            trend.periods.push(period);
        }
        if trend.cells.len() > most {
            return Err(IndexError::Query(format!(
                "kết quả có quá {most} ô; hãy chọn kỳ dài hơn (tuần, tháng), bớt tiêu chí hoặc thu hẹp khoảng ngày"
            )));
        }
        if start.is_none() {
            return Ok(trend);
        }
    }
}

/// What is left to be counted of a segment.
struct Part<'a> {
    published: Column<i64>,
    /// Documents of the time asked for; those that were counted are taken away.
    dated: Range<DocId>,
    undated: Range<DocId>,
    alive: Option<&'a AliveBitSet>,
    /// What was not yet read.
    matches: Matches,
    block: [DocId; COLLECT_BLOCK_BUFFER_LEN],
    /// What was read, and how many of it were counted.
    docs: Vec<DocId>,
    counted: usize,
    values: Vec<Values>,
    numbers: [Numbers; 2],
}

/// Documents that match, in their order.
enum Matches {
    All(Range<DocId>),
    Of(Box<dyn Scorer>),
}

impl<'a> Part<'a> {
    fn open(
        segment: &'a SegmentReader,
        weight: Option<&dyn Weight>,
        request: &TrendRequest,
        names: &[Vec<String>],
    ) -> Result<Self, IndexError> {
        let published = segment.fast_fields().i64(schema::PUBLISHED).map_err(engine)?;
        // Documents without a date are the last of a segment.
        let dated = published.values.num_vals();
        let whole_time = request.from.is_none() && request.to.is_none();
        let mut part = Self {
            published,
            dated: 0..dated,
            undated: if whole_time { dated..segment.max_doc() } else { 0..0 },
            alive: segment.alive_bitset(),
            matches: Matches::All(0..0),
            block: [0; COLLECT_BLOCK_BUFFER_LEN],
            counted: 0,
            values: request.by.iter().zip(names).map(|(by, names)| Values::open(segment, by.as_str(), names)).collect::<Result<_, _>>()?,
            numbers: Default::default(),
            docs: Vec::with_capacity(BLOCK),
        };
        if let Some(to) = request.to {
            part.dated.start = part.first_before(to);
        }
        if let Some(from) = request.from {
            part.dated.end = part.first_before(from);
        }
        part.matches = match weight {
            None => Matches::All(part.dated.start..if whole_time { segment.max_doc() } else { part.dated.end }),
            Some(weight) => {
                let mut scorer = weight.scorer(segment, 1.0).map_err(engine)?;
                if scorer.doc() < part.dated.start {
                    scorer.seek(part.dated.start);
                }
                Matches::Of(scorer)
            }
        };
        Ok(part)
    }

    fn newest(&self) -> Option<Time> {
        (!self.dated.is_empty()).then(|| Time(self.published.values.get_val(self.dated.start)))
    }

    /// The first document that is older, from where the last period ended: steps that double, then bisection (Bentley and Yao
    /// 1976), since the next period is near.
    fn first_before(&self, time: Time) -> DocId {
        let Range { start, end } = self.dated;
        let older = |doc: DocId| self.published.values.get_val(doc) < time.0;
        let (mut low, mut step) = (start, 1);
        while low.saturating_add(step) < end && !older(low.saturating_add(step)) {
            low = low.saturating_add(step);
            step = step.saturating_mul(2);
        }
        let mut high = low.saturating_add(step).min(end);
        while low < high {
            let middle = low + (high - low) / 2;
            if older(middle) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        low
    }

    /// Takes the documents that were published since then.
    fn since(&mut self, start: Time) -> Range<DocId> {
        let end = self.first_before(start);
        let taken = self.dated.start..end;
        self.dated.start = end;
        taken
    }

    fn undated(&mut self) -> Range<DocId> {
        std::mem::take(&mut self.undated)
    }

    /// How many of the documents are not deleted.
    fn living(&self, docs: &Range<DocId>) -> u64 {
        match self.alive {
            None => u64::from(docs.end.saturating_sub(docs.start)),
            Some(alive) => docs.clone().filter(|doc| alive.is_alive(*doc)).count() as u64,
        }
    }

    /// Counts what matches before `end`, and was not counted yet. Gives its number.
    fn count(&mut self, end: DocId, counter: &mut Counter, limit: &Limit) -> Result<u64, IndexError> {
        let mut matching = 0;
        loop {
            let next = self.docs.get(self.counted..).unwrap_or_default();
            let before = next.partition_point(|doc| *doc < end);
            counter.add(self.counted..self.counted + before, self.values.len(), &self.numbers);
            self.counted += before;
            matching += before as u64;
            if before < next.len() || !self.read()? {
                return Ok(matching);
            }
            limit.check()?;
        }
    }

    /// Reads the next documents that match, with their values; false: there are none.
    fn read(&mut self) -> Result<bool, IndexError> {
        self.counted = 0;
        loop {
            self.docs.clear();
            match &mut self.matches {
                Matches::All(left) => {
                    let end = left.end.min(left.start.saturating_add(BLOCK as u32));
                    self.docs.extend(left.start..end);
                    left.start = end;
                }
                Matches::Of(scorer) => {
                    while self.docs.len() < BLOCK && scorer.doc() != TERMINATED {
                        let filled = scorer.fill_buffer(&mut self.block);
                        self.docs.extend(self.block.get(..filled).unwrap_or_default());
                    }
                }
            }
            if self.docs.is_empty() {
                return Ok(false);
            }
            if let Some(alive) = self.alive {
                self.docs.retain(|doc| alive.is_alive(*doc));
            }
            if !self.docs.is_empty() {
                break;
            }
        }
        for (values, numbers) in self.values.iter_mut().zip(&mut self.numbers) {
            values.read(&self.docs, numbers);
        }
        Ok(true)
    }
}

/// Counts of a period, one per combination of values.
struct Counter {
    counts: Vec<u32>,
    /// Values of the second field.
    second: u32,
    /// The combinations that are not 0: the first so many.
    touched: Vec<u32>,
    touched_len: usize,
}

impl Counter {
    fn new(values: &[Vec<String>]) -> Result<Self, IndexError> {
        let number = |at: usize| values.get(at).map_or(1, Vec::len);
        let combinations = number(0).saturating_mul(number(1));
        if combinations > MOST_COMBINATIONS {
            return Err(IndexError::Query("hai tiêu chí có quá nhiều giá trị để đếm cùng lúc; hãy bỏ bớt một tiêu chí".into()));
        }
        Ok(Self { counts: vec![0; combinations], second: number(1) as u32, touched: vec![0; combinations + 1], touched_len: 0 })
    }

    /// Counts the documents at these places.
    fn add(&mut self, places: Range<usize>, fields: usize, numbers: &[Numbers; 2]) {
        let [first, second] = numbers;
        match (fields, first.single(&places), second.single(&places)) {
            (0, ..) if !places.is_empty() => self.step(0, places.len() as u32),
            (0, ..) => {}
            (1, Some(first), _) => first.iter().for_each(|a| self.step(*a, 1)),
            (1, None, _) => places.for_each(|at| first.of(at).iter().for_each(|a| self.step(*a, 1))),
            (_, Some(first), Some(second)) => first.iter().zip(second).for_each(|(a, b)| self.step(a * self.second + b, 1)),
            _ => {
                for at in places {
                    for a in first.of(at) {
                        second.of(at).iter().for_each(|b| self.step(a * self.second + b, 1));
                    }
                }
            }
        }
    }

    /// Notes the combination without a branch, which would often be foreseen wrong.
    #[inline]
    fn step(&mut self, at: u32, documents: u32) {
        if let (Some(count), Some(touched)) = (self.counts.get_mut(at as usize), self.touched.get_mut(self.touched_len)) {
            *touched = at;
            self.touched_len += usize::from(*count == 0);
            *count += documents;
        }
    }

    /// Gives the counts as cells of the period and goes back to 0.
    fn empty(&mut self, period: u32, cells: &mut Vec<TrendCell>) {
        for at in self.touched.iter().take(std::mem::take(&mut self.touched_len)) {
            if let Some(count) = self.counts.get_mut(*at as usize) {
                let values = [at / self.second, at % self.second];
                cells.push(TrendCell { period, values, documents: std::mem::take(count) });
            }
        }
    }
}
