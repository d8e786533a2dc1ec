//! Asks the index and the store for everything that an answer tells, each count once.

use super::laid_out::{by_value_of, groups, points, ratio, value};
use super::missing::{LEAD_DAYS, MissingKind, MissingSource, PerDay, missing};
use super::range::Range;
use super::told::{Change, Coverage, Driver, Previous, Series, SourceShare, TopWords};
use super::words::{self, Counted};
use super::{CoverageRequest, MOST_QUERIES, NamedQuery};
use crate::events::EventSpread;
use crate::found::{FindError, in_events, with_saved};
use crate::index::{SearchIndex, SearchRequest};
use crate::store::Store;
use crate::trend::{Dimension, Span, Trend, TrendRequest};
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{DocId, Document, Time};
use kiemtin_text::query::{Filter, Query};
use std::collections::{BTreeSet, HashSet};

/// Sources and stories that are told.
const TOP_SOURCES: usize = 10;
const TOP_STORIES: usize = 8;
/// Documents of the sample whose events are looked at: one that drives coverage has several of them.
const DRIVERS_READ: usize = 400;
/// Words of a text that stand for its title.
const TITLE_WORDS: usize = 16;
/// Characters of a text that its words are counted in: the beginning of a long one says what it is about.
const BEGINNING: usize = 1_500;
/// Most cells of what is counted by source and day.
const MOST_CELLS: usize = 5_000_000;
/// Most documents that are read for words.
const MOST_READ: usize = 5_000;

/// Counts.
///
/// # Errors
/// A request that cannot be answered, with advice; what the index or the store says.
pub async fn coverage(store: &dyn Store, index: &dyn SearchIndex, request: &CoverageRequest) -> Result<Coverage, FindError> {
    if request.queries.len() > MOST_QUERIES {
        return Err(FindError::Query(format!("so sánh được nhiều nhất {MOST_QUERIES} câu tìm; hãy bỏ bớt")));
    }
    let range = Range::of(request)?;
    let all = [NamedQuery { name: String::new(), query: None }];
    let queries = if request.queries.is_empty() { all.as_slice() } else { &request.queries };
    let asker = Asker { store, index, request, range: &range };
    let read = request.read.min(MOST_READ) / (queries.len() + 1);
    let (missing, usual) = tokio::try_join!(asker.missing(), asker.usual_words(read))?;
    let lacking: BTreeSet<&str> = missing.iter().filter(|m| m.kind != MissingKind::Gap).map(|m| m.source.as_str()).collect();
    let sources = lacking.iter().map(|source| Query::Filter(Filter::Source((*source).to_owned()))).collect::<Vec<_>>();
    let lacking_query = (!sources.is_empty()).then_some(Query::Or(sources));
    let without = match &lacking_query {
        Some(query) => Some(index.trend(&asker.counting(Some(query.clone()))).await?),
        None => None,
    };
    let lost = without.as_ref().map_or(0, |trend| trend.matching);
    let steady = lacking_query.as_ref().zip(without.as_ref());
    let mut series = vec![];
    let mut indexed_through = 0;
    for query in queries {
        let one = asker.series(query, steady, &missing, (read, &usual)).await?;
        indexed_through = one.1;
        series.push(one.0);
    }
    let steady_part = series.first().and_then(|one: &Series| ratio(one.total_count - lost.min(one.total_count), one.total_count));
    Ok(Coverage {
        from: range.from,
        to: range.to,
        by: range.span,
        group: request.by.map(Dimension::as_str),
        series,
        steady_part,
        missing_sources: lacking.into_iter().map(str::to_owned).collect(),
        missing,
        indexed_through,
    })
}

/// What everything that is asked has in common.
struct Asker<'a> {
    store: &'a dyn Store,
    index: &'a dyn SearchIndex,
    request: &'a CoverageRequest,
    range: &'a Range,
}

impl Asker<'_> {
    fn counting(&self, query: Option<Query>) -> TrendRequest {
        let Range { from, to, span, .. } = *self.range;
        TrendRequest {
            query,
            now: self.request.now,
            from: Some(from),
            to: Some(to),
            span,
            most_cells: MOST_CELLS,
            ..TrendRequest::default()
        }
    }

    /// Which sources lack documents on which days?
    async fn missing(&self) -> Result<Vec<MissingSource>, FindError> {
        let (first, last) = (self.range.from.day_number(), self.range.to.plus(-1).day_number());
        let from = Span::Day.start_of(self.range.from).plus(-LEAD_DAYS * DAY_MS);
        let by = vec![Dimension::Source];
        let asked = TrendRequest { from: Some(from), span: Span::Day, by, ..self.counting(None) };
        let troubles = async { Ok(self.store.source_troubles(first - LEAD_DAYS..=last).await?) };
        let counts = async { Ok::<_, FindError>(self.index.trend(&asked).await?) };
        let (troubles, counts) = tokio::try_join!(troubles, counts)?;
        let mut published = PerDay::new();
        for cell in &counts.cells {
            let day = counts.periods.get(cell.period as usize).and_then(|p| p.start);
            if let (Some(source), Some(day)) = (value(&counts, 0, cell.values[0]), day) {
                published.entry(source.to_owned()).or_default().insert(day.day_number(), u64::from(cell.documents));
            }
        }
        published.remove("");
        Ok(missing(&published, &troubles, first..=last, self.request.now.day_number()))
    }

    /// Words of a sample of all coverage of this time.
    async fn usual_words(&self, read: usize) -> Result<Counted, FindError> {
        if read == 0 {
            return Ok(Counted { documents: 0, words: vec![] });
        }
        let asked = TrendRequest { sample: read, span: Span::Month, ..self.counting(None) };
        let sample = self.index.trend(&asked).await?.sample;
        self.words_of(&sample).await
    }

    /// The words of these documents; of copies, one is read.
    async fn words_of(&self, ids: &[DocId]) -> Result<Counted, FindError> {
        let mut stories = HashSet::new();
        let beginnings = self.store.beginnings(ids, BEGINNING).await?.into_iter().filter(|document| stories.insert(document.story.clone()));
        let texts: Vec<_> = beginnings.map(|document| (document.title, document.text)).collect();
        Ok(Counted { documents: texts.len(), words: self.index.frequent(texts).await? })
    }

    async fn series(
        &self,
        named: &NamedQuery,
        steady: Option<(&Query, &Trend)>,
        missing: &[MissingSource],
        (read, usual): (usize, &Counted),
    ) -> Result<(Series, i64), FindError> {
        let Understood { query, expanded, instead, unknown } = self.understood(named.query.as_ref()).await?;
        let request = self.request;
        let largest = if read > 0 { TOP_STORIES } else { 0 };
        let by = request.by.into_iter().collect();
        let main = TrendRequest { by, stories: true, largest, sample: read, ..self.counting(query.clone()) };
        let trend = async { Ok::<_, FindError>(self.index.trend(&main).await?) };
        let by_source = async {
            if read == 0 {
                return Ok(vec![]);
            }
            let asked = TrendRequest { by: vec![Dimension::Source], span: Span::Month, ..self.counting(query.clone()) };
            Ok::<_, FindError>(self.index.trend(&asked).await.map(|trend| by_value_of(&trend))?)
        };
        let of_lacking = async {
            let Some((sources, _)) = steady else { return Ok(None) };
            let both = [query.clone(), Some(sources.clone())].into_iter().flatten().collect();
            Ok::<_, FindError>(Some(self.index.trend(&self.counting(Some(Query::And(both)))).await?))
        };
        let undated = async {
            let asked = TrendRequest { from: None, to: None, span: Span::Month, ..self.counting(query.clone()) };
            let counted = self.index.trend(&asked).await?;
            Ok::<_, FindError>(counted.periods.iter().filter(|period| period.start.is_none()).map(|period| period.matching).sum())
        };
        let (trend, by_source, of_lacking, before, undated) =
            tokio::try_join!(trend, by_source, of_lacking, self.before(query.as_ref()), undated)?;
        let (drivers, top_words) = tokio::try_join!(self.drivers(query.as_ref(), &trend), async {
            if read == 0 {
                return Ok(TopWords::default());
            }
            Ok(words::top(&self.words_of(&trend.sample).await?, usual, query.as_ref()))
        })?;
        let without = steady.map(|(_, all)| all).zip(of_lacking.as_ref());
        let points = points(self.range, &trend, without, before.as_ref().map(|(_, trend, range)| (trend, range)), missing);
        let count = trend.matching;
        let steady_ratio = match without {
            Some((all, matching)) => ratio(count - matching.matching.min(count), trend.all - all.matching.min(trend.all)),
            None => ratio(count, trend.all),
        };
        let groups = if request.by.is_some() { groups(self.range, &trend) } else { vec![] };
        let share = |(source, count): (String, u64)| SourceShare { source, count, ratio: ratio(count, trend.matching).unwrap_or(0.0) };
        let series = Series {
            query: named.name.clone(),
            expanded,
            instead,
            unknown,
            count,
            total_count: trend.all,
            ratio: ratio(count, trend.all),
            stories: trend.stories,
            undated,
            steady_ratio,
            previous: before.map(|(previous, ..)| previous.against(&trend)),
            points,
            groups,
            top_sources: by_source.into_iter().take(TOP_SOURCES).map(share).collect(),
            top_words,
            drivers,
        };
        Ok((series, trend.indexed_through))
    }

    /// The query as a search would answer it: saved searches in the place of their names, the words of the lexicon, corrected.
    async fn understood(&self, query: Option<&Query>) -> Result<Understood, FindError> {
        let CoverageRequest { now, as_typed, .. } = *self.request;
        let lexicon = self.request.lexicon.clone();
        let query = match query {
            Some(query) => Some(in_events(self.store, query).await?),
            None => None,
        };
        let sight = self.request.sight.clone();
        let asked = SearchRequest { query, now, as_typed, lexicon, sight, ..SearchRequest::default() };
        let (asked, named) = with_saved(self.store, self.index, asked).await?;
        let told = |all: Vec<kiemtin_text::lexicon::Expansion>| all.into_iter().map(|one| (one.typed, one.into)).collect();
        let named = named.map(|named| told(named.expanded));
        // What stands as it is need not be searched for, but for its conditions: it is told which of them no document fulfils.
        let stands = |query: &Query| asked.as_typed && query.filters().is_empty();
        if asked.query.as_ref().is_none_or(stands) {
            return Ok(Understood { query: asked.query, expanded: named.unwrap_or_default(), instead: None, unknown: vec![] });
        }
        let result = self.index.search(&asked).await?;
        let expanded = named.unwrap_or_else(|| told(result.expanded));
        Ok(Understood { query: result.query, expanded, instead: result.instead, unknown: result.unknown })
    }

    /// The time before, if it was asked for.
    async fn before(&self, query: Option<&Query>) -> Result<Option<(Before, Trend, Range)>, FindError> {
        if !self.request.previous {
            return Ok(None);
        }
        let range = self.range.before(self.request.now)?;
        let asked = TrendRequest { from: Some(range.from), to: Some(range.to), stories: true, ..self.counting(query.cloned()) };
        let trend = self.index.trend(&asked).await?;
        let before = Before { from: range.from, to: range.to, count: trend.matching, all: trend.all, stories: trend.stories };
        Ok(Some((before, trend, range)))
    }

    /// The events with most documents: those of the largest groups of copies, and of a sample.
    async fn drivers(&self, query: Option<&Query>, trend: &Trend) -> Result<Vec<Driver>, FindError> {
        let sampled = trend.sample.get(..DRIVERS_READ.min(trend.sample.len())).unwrap_or_default();
        let groups: Vec<DocId> = self.store.known(sampled).await?.into_values().map(|known| known.story).collect();
        let largest = trend.largest.iter().map(|story| story.story.clone());
        let groups: BTreeSet<DocId> = groups.into_iter().chain(largest).collect();
        let spreads = self.store.spreads(&groups.into_iter().collect::<Vec<_>>()).await?;
        let mut events: Vec<EventSpread> = spreads.into_values().filter(|event| event.documents > 1).collect();
        events.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.id.cmp(&b.id)));
        events.dedup_by(|a, b| a.id == b.id);
        let mut drivers = vec![];
        for event in events.into_iter().take(2 * TOP_STORIES) {
            // What counts is what matches in this time: an event may have much that does not.
            let of_event = in_events(self.store, &Query::Filter(Filter::Story(event.id.0.clone()))).await?;
            let both = query.cloned().into_iter().chain([of_event]).collect();
            let asked = TrendRequest { by: vec![Dimension::Source], span: Span::Month, ..self.counting(Some(Query::And(both))) };
            let counted = self.index.trend(&asked).await?;
            if counted.matching > 1 {
                drivers.push((event.id, counted.matching, by_value_of(&counted).len()));
            }
        }
        drivers.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        drivers.truncate(TOP_STORIES);
        let ids: Vec<DocId> = drivers.iter().map(|(id, ..)| id.clone()).collect();
        let firsts = self.store.documents(&ids).await?;
        let driver = |(id, documents, sources): (DocId, u64, usize)| {
            let first = &firsts.iter().find(|stored| stored.assessed.document.id == id)?.assessed.document;
            let (title, published_at) = (shown_title(first), first.published_at);
            Some(Driver { story: id, title, published_at, documents: documents as u32, sources: sources as u32 })
        };
        Ok(drivers.into_iter().filter_map(driver).collect())
    }
}

/// Its title; of a post without one its beginning, where that may be shown.
fn shown_title(document: &Document) -> String {
    let beginning = || document.text.split_whitespace().take(TITLE_WORDS).collect::<Vec<_>>().join(" ");
    match document.title.is_empty() && !document.restrictions.no_snippet {
        true => beginning(),
        false => document.title.clone(),
    }
}

/// What is counted for a query.
struct Understood {
    query: Option<Query>,
    expanded: Vec<(String, Vec<String>)>,
    instead: Option<String>,
    unknown: Vec<String>,
}

/// What was counted of the time before.
struct Before {
    from: Time,
    to: Time,
    count: u64,
    all: u64,
    stories: u64,
}

impl Before {
    fn against(self, now: &Trend) -> Previous {
        let more = |now: u64, before: u64| (before > 0).then(|| (now as f64 - before as f64) / before as f64);
        let (share, before) = (ratio(now.matching, now.all), ratio(self.count, self.all));
        let change = Change {
            count: more(now.matching, self.count),
            ratio: share.zip(before).map(|(now, before)| now - before),
            stories: more(now.stories, self.stories),
        };
        let Self { from, to, count, all, stories } = self;
        Previous { from, to, count, total_count: all, ratio: before, stories, change }
    }
}
