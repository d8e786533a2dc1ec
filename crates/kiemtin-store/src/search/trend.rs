//! How many documents of which sort are there in every period of time?
//!
//! Every segment is sorted by time, newest first: a period is a range of documents in it ([`super::periods`]). The periods are
//! gone through from the newest to the oldest in all segments side by side, so that one short list of counters, one per
//! combination of values, is enough for any number of periods, and matching documents are read in their order.

use super::counter::Counter;
use super::gather::engine;
use super::limit::Limit;
use super::periods::{Period, Periods, first_before};
use super::sample::Sample;
use super::schema::{self, Fields};
use super::stories::{Stories, StoryKeys};
use super::values::{Numbers, Values, names};
use crate::index::IndexError;
use crate::trend::{Trend, TrendPeriod, TrendRequest};
use kiemtin_model::Time;
use std::ops::Range;
use std::sync::Arc;
use tantivy::fastfield::AliveBitSet;
use tantivy::query::{AllQuery, EnableScoring, Query, Scorer, Weight};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, Searcher, SegmentReader, TERMINATED};

/// Documents whose values are read together.
const BLOCK: usize = 1_024;
/// Most cells that may be asked for.
const MOST_CELLS: usize = 5_000_000;

/// Counts.
pub(super) fn count(
    searcher: &Searcher,
    fields: &Fields,
    periods: &Periods,
    matching: &dyn Query,
    request: &TrendRequest,
    limit: &Limit,
) -> Result<Trend, IndexError> {
    periods.keep(searcher);
    if request.by.len() > 2 {
        return Err(IndexError::Query("chỉ đếm được theo nhiều nhất hai tiêu chí; hãy bỏ bớt".into()));
    }
    let values = request.by.iter().map(|by| names(searcher, by.as_str())).collect::<Result<Vec<_>, _>>()?;
    let counter = Counter::new(&values)?;
    let stories = request.stories.then(|| Stories::new(searcher, &counter, request.by.len())).transpose()?;
    let mut tally = Tally { counter, stories, sample: Sample::of(request.sample) };
    let everything = matching.is::<AllQuery>();
    let weight = matching.weight(EnableScoring::disabled_from_searcher(searcher)).map_err(engine)?;
    let mut parts = vec![];
    for (ord, segment) in (0u32..).zip(searcher.segment_readers()) {
        limit.check()?;
        parts.push(Part::open((ord, segment), (!everything).then_some(&*weight), request, &values, periods)?);
    }
    let mut trend = Trend {
        periods: vec![],
        values,
        cells: vec![],
        matching: 0,
        all: 0,
        stories: 0,
        largest: vec![],
        sample: vec![],
        indexed_through: 0,
    };
    let most = request.most_cells.min(MOST_CELLS);
    loop {
        limit.check()?;
        let start = parts.iter().filter_map(Part::newest).max();
        let mut period = TrendPeriod { start, matching: 0, all: 0, stories: 0 };
        tally.at(trend.periods.len() as u32, start.is_some());
        for part in &mut parts {
            let docs = match start {
                Some(start) => part.of(start),
                None => part.undated(),
            };
            period.all += part.living(&docs);
            period.matching += part.count(docs.end, &mut tally, limit)?;
        }
        if period.all > 0 {
            tally.counter.empty(trend.periods.len() as u32, &mut trend.cells);
            (trend.matching, trend.all) = (trend.matching + period.matching, trend.all + period.all);
            trend.periods.push(period);
        }
        if trend.cells.len() > most {
            return Err(IndexError::Query(format!(
                "kết quả có quá {most} ô; hãy chọn kỳ dài hơn (tuần, tháng), bớt tiêu chí hoặc thu hẹp khoảng ngày"
            )));
        }
        if start.is_none() {
            break;
        }
    }
    limit.check()?;
    if let Some(stories) = tally.stories {
        trend.largest = stories.largest(searcher, fields, request.largest)?;
        stories.count(&mut trend);
    }
    trend.sample = tally.sample.names(searcher, fields)?;
    Ok(trend)
}

/// What is counted and noted of the documents that match.
struct Tally {
    counter: Counter,
    stories: Option<Stories>,
    sample: Sample,
}

impl Tally {
    /// What follows is of this period, which has a date or not.
    fn at(&mut self, period: u32, dated: bool) {
        if let Some(stories) = &mut self.stories {
            stories.at(period, dated);
        }
    }
}

/// What is left to be counted of a segment.
struct Part<'a> {
    /// Number of the segment.
    ord: u32,
    periods: Arc<Vec<Period>>,
    /// Place of the next period.
    next: usize,
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
    /// What stories are told apart by, where they are counted.
    keys: Option<StoryKeys>,
}

/// Documents that match, in their order.
enum Matches {
    All(Range<DocId>),
    Of(Box<dyn Scorer>),
}

impl<'a> Part<'a> {
    fn open(
        (ord, segment): (u32, &'a SegmentReader),
        weight: Option<&dyn Weight>,
        request: &TrendRequest,
        names: &[Vec<String>],
        periods: &Periods,
    ) -> Result<Self, IndexError> {
        let published = segment.fast_fields().i64(schema::PUBLISHED).map_err(engine)?;
        // Documents without a date are the last of a segment.
        let dated = published.values.num_vals();
        let whole_time = request.from.is_none() && request.to.is_none();
        let periods = periods.of(segment, request.span).map_err(engine)?;
        let start = request.to.map_or(0, |to| first_before(&published, 0..dated, to));
        let end = request.from.map_or(dated, |from| first_before(&published, 0..dated, from)).max(start);
        let keys = request.stories.then(|| StoryKeys::open(segment, &published, !request.by.is_empty())).transpose()?;
        let mut part = Self {
            ord,
            keys,
            next: periods.partition_point(|period| period.end <= start),
            periods,
            dated: start..end,
            undated: if whole_time { dated..segment.max_doc() } else { 0..0 },
            alive: segment.alive_bitset(),
            matches: Matches::All(0..0),
            block: [0; COLLECT_BLOCK_BUFFER_LEN],
            counted: 0,
            values: request.by.iter().zip(names).map(|(by, names)| Values::open(segment, by.as_str(), names)).collect::<Result<_, _>>()?,
            numbers: Default::default(),
            docs: Vec::with_capacity(BLOCK),
        };
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

    /// When the newest period begins that has documents left.
    fn newest(&self) -> Option<Time> {
        if self.dated.is_empty() { None } else { self.periods.get(self.next).map(|period| period.start) }
    }

    /// Takes the documents of the period that begins then.
    fn of(&mut self, start: Time) -> Range<DocId> {
        let end = match self.periods.get(self.next) {
            Some(period) if period.start == start => period.end.clamp(self.dated.start, self.dated.end),
            _ => return self.dated.start..self.dated.start,
        };
        self.next += 1;
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
    fn count(&mut self, end: DocId, tally: &mut Tally, limit: &Limit) -> Result<u64, IndexError> {
        let mut matching = 0;
        loop {
            let next = self.docs.get(self.counted..).unwrap_or_default();
            let before = next.partition_point(|doc| *doc < end);
            let places = self.counted..self.counted + before;
            tally.counter.add(places.clone(), self.values.len(), &self.numbers);
            if let (Some(stories), Some(keys)) = (&mut tally.stories, &self.keys) {
                stories.add(places.clone(), keys, &self.numbers, &mut tally.counter);
            }
            tally.sample.add(self.ord, self.docs.get(places).unwrap_or_default());
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
        if let Some(keys) = &mut self.keys {
            keys.read(&self.docs);
        }
        Ok(true)
    }
}
