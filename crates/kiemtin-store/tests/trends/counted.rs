//! Counts, totals and stories equal a count one by one over what the store holds: 200 random queries, spans and dimensions.

use super::{MIDNIGHT, World};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{AssessedDocument, DocId, DocKind, SourceGroup, Stance, Time, TopicScore};
use kiemtin_store::conformance::{Checked, sample};
use kiemtin_store::coverage::{CoverageRequest, NamedQuery, OTHERS, coverage};
use kiemtin_store::{Dimension, SearchIndex, Span, Store, StoredDocument, TrendRequest};
use kiemtin_text::query::parse;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use std::collections::{BTreeMap, BTreeSet, HashMap};

const WORDS: [&str; 6] = ["xăng", "điện", "than", "thép", "gạo", "muối"];
const SOURCES: [&str; 5] = ["a.vn", "b.vn", "c.vn", "d.vn", "e.vn"];
const TOPICS: [&str; 4] = ["xang_dau", "dien", "gia", "than"];

/// Numbers that look random and are the same every time (Marsaglia 2003).
struct Xorshift(u64);

impl Xorshift {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % end as u64) as usize
    }
}

/// Documents with copies (also across periods, in the same millisecond, and without a date), and new versions of some.
fn documents() -> Vec<(AssessedDocument, DocId)> {
    let mut random = Xorshift(0x5EED_2026_1126);
    let mut made: Vec<(AssessedDocument, DocId)> = vec![];
    for n in 0..500 {
        let copied = (n > 10 && random.below(3) == 0).then(|| random.below(n));
        let source = SOURCES[random.below(SOURCES.len())];
        let text = match copied {
            Some(of) => made[of].0.document.text.clone(),
            None => (0..3).map(|_| WORDS[random.below(WORDS.len())]).collect::<Vec<_>>().join(" "),
        };
        let mut one = sample(&format!("d{n}"), "Tin", &text, source, 0);
        let hours = random.below(70 * 24) as i64;
        one.document.published_at = match random.below(12) {
            0 => None,
            1 => copied.and_then(|of| made[of].0.document.published_at),
            _ => Some(MIDNIGHT.plus(hours * HOUR_MS + random.below(3) as i64)),
        };
        let topics: BTreeSet<&str> = (0..random.below(4)).map(|_| TOPICS[random.below(TOPICS.len())]).collect();
        one.topics = topics.into_iter().map(|id| TopicScore { id: id.into(), score: 1.0 }).collect();
        one.assessment.stance = Stance::ALL[random.below(Stance::ALL.len())];
        one.document.kind = DocKind::ALL[random.below(DocKind::ALL.len())];
        one.document.group = SourceGroup::ALL[random.below(SourceGroup::ALL.len())];
        let story = copied.map_or_else(|| one.document.id.clone(), |of| made[of].1.clone());
        made.push((one, story));
    }
    for n in (0..500).step_by(9) {
        let (mut one, story) = made[n].clone();
        one.document.text = format!("{} {}", one.document.text, WORDS[random.below(WORDS.len())]);
        one.document.published_at = one.document.published_at.map(|at| at.plus(random.below(40) as i64 * HOUR_MS));
        one.content_hash = one.document.content_hash();
        made.push((one, story));
    }
    made
}

#[derive(Clone, Debug)]
struct Asked {
    query: Option<String>,
    from: Option<i64>,
    days: Option<i64>,
    span: Span,
    by: Vec<Dimension>,
}

fn asked() -> impl Strategy<Value = Asked> {
    let word = prop::sample::select(WORDS.to_vec());
    let term = prop_oneof![
        4 => word.clone().prop_map(str::to_owned),
        1 => prop::sample::select(SOURCES.to_vec()).prop_map(|s| format!("source:{s}")),
        1 => prop::sample::select(TOPICS.to_vec()).prop_map(|t| format!("topic:{t}")),
    ];
    let query = prop_oneof![
        1 => Just(None),
        3 => term.clone().prop_map(Some),
        2 => (term.clone(), term.clone()).prop_map(|(a, b)| Some(format!("{a} {b}"))),
        2 => (term.clone(), term.clone()).prop_map(|(a, b)| Some(format!("{a} OR {b}"))),
        1 => (word, term).prop_map(|(a, b)| Some(format!("{a} -{b}"))),
    ];
    let dimension = prop::sample::select(vec![Dimension::Source, Dimension::Topic, Dimension::Stance, Dimension::Kind, Dimension::Group]);
    let hours = prop::option::weighted(0.7, -48_i64..72 * 24);
    let days = prop::option::weighted(0.7, 1_i64..50);
    (query, hours, days, prop::sample::select(Span::ALL.to_vec()), prop::collection::vec(dimension, 0..3)).prop_map(
        |(query, from, days, span, mut by)| {
            by.dedup();
            Asked { query, from, days, span, by }
        },
    )
}

impl Asked {
    fn from(&self) -> Option<Time> {
        self.from.map(|hours| MIDNIGHT.plus(hours * HOUR_MS))
    }

    fn to(&self) -> Option<Time> {
        self.days.map(|days| self.from().unwrap_or(MIDNIGHT.plus(30 * DAY_MS)).plus(days * DAY_MS))
    }

    /// One term of the query.
    fn has(stored: &StoredDocument, term: &str) -> bool {
        match term.split_once(':') {
            Some(("source", source)) => stored.assessed.document.source == source,
            Some((_, topic)) => stored.assessed.topics.iter().any(|t| t.id == topic),
            None => stored.assessed.document.text.split(' ').any(|word| word == term),
        }
    }

    fn matches(&self, stored: &StoredDocument) -> bool {
        let Some(query) = &self.query else { return true };
        let parts: Vec<&str> = query.split(' ').collect();
        match parts.as_slice() {
            [one] => Self::has(stored, one),
            [a, "OR", b] => Self::has(stored, a) || Self::has(stored, b),
            [a, b] => Self::has(stored, a) && b.strip_prefix('-').map_or_else(|| Self::has(stored, b), |b| !Self::has(stored, b)),
            _ => unreachable!("{query}"),
        }
    }

    fn within(&self, stored: &StoredDocument) -> bool {
        match stored.assessed.document.published_at {
            None => self.from.is_none() && self.days.is_none(),
            Some(at) => self.from().is_none_or(|from| at >= from) && self.to().is_none_or(|to| at < to),
        }
    }
}

fn values(stored: &StoredDocument, by: Option<&Dimension>) -> Vec<String> {
    let (document, assessment) = (&stored.assessed.document, &stored.assessed.assessment);
    let mut values: Vec<String> = match by {
        Some(Dimension::Topic) => stored.assessed.topics.iter().map(|t| t.id.clone()).collect(),
        Some(Dimension::Source) => vec![document.source.clone()],
        Some(Dimension::Group) => vec![document.group.as_str().to_owned()],
        Some(Dimension::Kind) => vec![document.kind.as_str().to_owned()],
        Some(Dimension::Stance) => vec![assessment.stance.as_str().to_owned()],
        _ => vec![],
    };
    if values.is_empty() {
        values.push(String::new());
    }
    values.sort();
    values
}

type Combination = (String, String);

fn combinations(stored: &StoredDocument, by: &[Dimension]) -> Vec<Combination> {
    let (first, second) = (values(stored, by.first()), values(stored, by.get(1)));
    first.iter().flat_map(|a| second.iter().map(|b| (a.clone(), b.clone()))).collect()
}

/// By start of the period (none: no date): documents that match, all, stories.
type Periods = BTreeMap<Option<Time>, (u64, u64, u64)>;
/// By start of the period and values: documents, stories.
type Cells = BTreeMap<(Option<Time>, Combination), (u32, u32)>;

fn one_by_one(all: &[StoredDocument], asked: &Asked) -> (Periods, Cells) {
    let (mut periods, mut cells) = (Periods::new(), Cells::new());
    let start = |stored: &StoredDocument| stored.assessed.document.published_at.map(|at| asked.span.start_of(at));
    let mut firsts: HashMap<&str, &StoredDocument> = HashMap::new();
    for stored in all.iter().filter(|stored| asked.within(stored)) {
        let period = periods.entry(start(stored)).or_default();
        period.1 += 1;
        if !asked.matches(stored) {
            continue;
        }
        period.0 += 1;
        for values in combinations(stored, &asked.by) {
            cells.entry((start(stored), values)).or_default().0 += 1;
        }
        let order = |stored: &StoredDocument| {
            let at = stored.assessed.document.published_at;
            (at.is_none(), at, combinations(stored, &asked.by))
        };
        let first = firsts.entry(&stored.story.0).or_insert(stored);
        if order(stored) < order(first) {
            *first = stored;
        }
    }
    for first in firsts.values() {
        periods.entry(start(first)).or_default().2 += 1;
        for values in combinations(first, &asked.by) {
            cells.entry((start(first), values)).or_default().1 += 1;
        }
    }
    (periods, cells)
}

#[tokio::test(flavor = "multi_thread")]
async fn trends_equal_a_count_one_by_one() -> Checked {
    let world = World::of(&documents()).await?;
    let all = world.store.changes_since(0, 10_000).await?;
    assert!(all.len() == 500 && all.iter().any(|d| d.version > 1) && all.iter().any(|d| d.assessed.document.published_at.is_none()));
    let handle = tokio::runtime::Handle::current();
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let run = |asked: Asked| {
        tokio::task::block_in_place(|| handle.block_on(equal(&world, &all, &asked))).map_err(|e| TestCaseError::fail(e.to_string()))
    };
    TestRunner::new_with_rng(config, prop::test_runner::TestRng::deterministic_rng(prop::test_runner::RngAlgorithm::ChaCha))
        .run(&asked(), run)
        .map_err(|failed| failed.to_string().into())
}

async fn equal(world: &World, all: &[StoredDocument], asked: &Asked) -> Checked {
    let query = asked.query.as_deref().map(parse).transpose().map_err(|e| e.to_string())?;
    let (from, to) = (asked.from(), asked.to());
    let request =
        TrendRequest { query: query.clone(), from, to, span: asked.span, by: asked.by.clone(), stories: true, ..TrendRequest::default() };
    let trend = world.index.trend(&request).await?;
    let (periods, cells) = one_by_one(all, asked);
    let counted: Periods = trend.periods.iter().map(|p| (p.start, (p.matching, p.all, p.stories))).collect();
    assert_eq!(counted, periods, "periods of {asked:?}");
    let name = |at: usize, number: u32| trend.values.get(at).map_or_else(String::new, |values| values[number as usize].clone());
    let counted: Cells = trend
        .cells
        .iter()
        .map(|c| {
            let values = (name(0, c.values[0]), name(1, c.values[1]));
            ((trend.periods[c.period as usize].start, values), (c.documents, c.stories))
        })
        .collect();
    assert_eq!(counted, cells, "cells of {asked:?}");
    let sums = periods.values().fold((0, 0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1, sum.2 + of.2));
    assert_eq!((trend.matching, trend.all, trend.stories), sums, "sums of {asked:?}");

    // What people see is made from it: every period is there, also those without a document.
    let (Some(from), Some(to)) = (from, to) else { return Ok(()) };
    let by = asked.by.first().copied();
    let queries = vec![NamedQuery { name: asked.query.clone().unwrap_or_default(), query }];
    let request = CoverageRequest {
        queries,
        from: Some(from),
        to: Some(to),
        span: Some(asked.span),
        by,
        now: to,
        as_typed: true,
        ..CoverageRequest::default()
    };
    let told = coverage(&world.store, &world.index, &request).await?;
    let series = &told.series[0];
    assert!(series.points.windows(2).all(|w| asked.span.after(w[0].start) == w[1].start), "no period is left out");
    for point in &series.points {
        let expect = periods.get(&Some(point.start)).copied().unwrap_or_default();
        assert_eq!((point.count, point.total_count, point.stories), expect, "{} of {asked:?}", point.date);
        assert_eq!(point.ratio, (expect.1 > 0).then(|| expect.0 as f64 / expect.1 as f64));
    }
    let (periods, cells) = one_by_one(all, &Asked { by: by.into_iter().collect(), ..asked.clone() });
    for group in series.groups.iter().filter(|group| group.value != OTHERS) {
        for (point, counted) in series.points.iter().zip(&group.points) {
            let expect = cells.get(&(Some(point.start), (group.value.clone(), String::new()))).copied().unwrap_or_default();
            assert_eq!(*counted, (u64::from(expect.0), u64::from(expect.1)), "{} {} of {asked:?}", group.value, point.date);
        }
    }
    if by.is_some_and(|by| by != Dimension::Topic) {
        let sum = series.groups.iter().fold((0, 0), |sum, g| (sum.0 + g.count, sum.1 + g.stories));
        assert_eq!(sum, periods.values().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.2)), "groups add up: {asked:?}");
    }
    Ok(())
}
