//! What is counted by time is what counting one by one gives.

use super::following::cursor;
use super::searching::{numbered, request};
use super::{Checked, START, sample};
use crate::{Dimension, IndexError, SearchIndex, Span, StoredDocument, TrendRequest};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{DocKind, Level, SourceGroup, Stance, Time, TopicScore};
use std::collections::{BTreeMap, BTreeSet};

/// Documents of all sorts, the same every time.
fn documents() -> Vec<StoredDocument> {
    let of = |n: usize, all: &[&str]| all.get(n % all.len()).copied().unwrap_or_default().to_owned();
    let made = |i: usize| {
        // Steps without a common divisor, so that everything meets everything.
        let hours = (i * 37 % 2_000) as i64;
        let text = of(i / 3, &["giá xăng tăng", "giá điện giảm", "xăng dầu và điện", "than"]);
        let mut made = sample(&format!("d{i}"), "Tin", &text, &of(i, &["a.vn", "b.vn", "c.vn", "d.vn", "e.vn"]), hours);
        let topics = (0..i % 4).map(|n| of(i / 7 + n, &["xang_dau", "dien", "gia", "than", "thep"]));
        made.topics = topics.collect::<BTreeSet<_>>().into_iter().map(|id| TopicScore { id, score: 1.0 }).collect();
        made.provinces = if i.is_multiple_of(5) { vec!["Huế".into(), "Đà Nẵng".into()] } else { vec![] };
        made.assessment.level = if i.is_multiple_of(11) { Level::Alert } else { Level::None };
        made.assessment.stance = if i.is_multiple_of(6) { Stance::Refutes } else { Stance::Reports };
        made.document.kind = if i.is_multiple_of(8) { DocKind::Social } else { DocKind::News };
        made.document.group = if i.is_multiple_of(9) { SourceGroup::OwnMedia } else { SourceGroup::Press };
        if i.is_multiple_of(13) {
            made.document.published_at = None;
        }
        made
    };
    numbered(&(0..600).map(made).collect::<Vec<_>>())
}

fn has(stored: &StoredDocument, word: &str) -> bool {
    stored.assessed.document.text.split(' ').any(|of| of == word)
}

fn values(stored: &StoredDocument, by: Option<&Dimension>) -> Vec<String> {
    let (document, assessment) = (&stored.assessed.document, &stored.assessed.assessment);
    let values = match by {
        None => vec![],
        Some(Dimension::Topic) => stored.assessed.topics.iter().map(|t| t.id.clone()).collect(),
        Some(Dimension::Province) => stored.assessed.provinces.iter().map(|p| kiemtin_text::key::folded(p)).collect(),
        Some(Dimension::Source) => vec![document.source.clone()],
        Some(Dimension::Group) => vec![document.group.as_str().to_owned()],
        Some(Dimension::Kind) => vec![document.kind.as_str().to_owned()],
        Some(Dimension::Stance) => vec![assessment.stance.as_str().to_owned()],
        Some(Dimension::Level) => vec![assessment.level.as_str().to_owned()],
    };
    if values.is_empty() { vec![String::new()] } else { values }
}

/// Start of the period (newest first, no date last) and values, with the number of documents.
type Cells = BTreeMap<(bool, i64, String, String), u32>;
/// Documents of a period that match, and all of them.
type Periods = BTreeMap<(bool, i64), (u64, u64)>;

fn one_by_one(documents: &[StoredDocument], asked: &TrendRequest, matches: &dyn Fn(&StoredDocument) -> bool) -> (Cells, Periods) {
    let (mut cells, mut periods) = (Cells::new(), Periods::new());
    for stored in documents {
        let at = stored.assessed.document.published_at;
        let within = at.map_or(asked.from.is_none() && asked.to.is_none(), |at| {
            asked.from.is_none_or(|from| at >= from) && asked.to.is_none_or(|to| at < to)
        });
        if !within {
            continue;
        }
        let period = at.map_or((true, 0), |at| (false, -asked.span.start_of(at).0));
        let counted = periods.entry(period).or_default();
        counted.1 += 1;
        if matches(stored) {
            counted.0 += 1;
            for a in values(stored, asked.by.first()) {
                for b in values(stored, asked.by.get(1)) {
                    *cells.entry((period.0, period.1, a.clone(), b)).or_default() += 1;
                }
            }
        }
    }
    (cells, periods)
}

pub(super) async fn counts_as_one_by_one(index: &dyn SearchIndex) -> Checked {
    let mut documents = documents();
    for (n, batch) in documents.chunks(170).enumerate() {
        index.apply(batch.to_vec(), &cursor(index, n as i64 + 1)).await?;
    }
    // Some are taken back: their new versions are of another source and day.
    for stored in documents.iter_mut().filter(|d| d.seq % 17 == 0) {
        stored.assessed.document.source = "moi.vn".into();
        stored.assessed.document.published_at = Some(START.plus(5 * DAY_MS + stored.seq));
    }
    let edited: Vec<_> = documents.iter().filter(|d| d.seq % 17 == 0).cloned().collect();
    index.apply(edited.clone(), &cursor(index, 900)).await?;
    type Matches = dyn Fn(&StoredDocument) -> bool;
    let queries: [(&str, &Matches); 4] = [
        ("", &|_| true),
        ("điện", &|d| has(d, "điện")),
        ("source:moi.vn", &|d| d.assessed.document.source == "moi.vn"),
        ("xăng -source:a.vn", &|d| has(d, "xăng") && d.assessed.document.source != "a.vn"),
    ];
    let whole = (None, None);
    let part = (Some(START.plus(3 * DAY_MS + HOUR_MS / 2)), Some(START.plus(40 * DAY_MS)));
    let sorts: [&[Dimension]; 7] = [
        &[],
        &[Dimension::Topic],
        &[Dimension::Source],
        &[Dimension::Topic, Dimension::Source],
        &[Dimension::Level, Dimension::Stance],
        &[Dimension::Province, Dimension::Topic],
        &[Dimension::Kind, Dimension::Group],
    ];
    for (query, matches) in queries {
        for (from, to) in [whole, part, (part.0, None), (None, part.1)] {
            for span in [Span::Hour, Span::Day, Span::Week, Span::Month] {
                for by in sorts {
                    let asked = TrendRequest { query: request(query).query, from, to, span, by: by.to_vec(), ..TrendRequest::default() };
                    let told = format!("{query} {span:?} {by:?} {from:?} {to:?}");
                    let trend = index.trend(&asked).await?;
                    assert_eq!(trend.indexed_through, 900, "{told}");
                    let start = |start: Option<Time>| start.map_or((true, 0), |at| (false, -at.0));
                    let name = |at: usize, cell: &crate::TrendCell| {
                        let place = cell.values.get(at).map_or(0, |v| *v as usize);
                        trend.values.get(at).and_then(|names| names.get(place)).cloned().unwrap_or_default()
                    };
                    let cells = trend.cells.iter().map(|cell| {
                        let period = trend.periods.get(cell.period as usize).and_then(|p| p.start);
                        let (undated, at) = start(period);
                        ((undated, at, name(0, cell), name(1, cell)), cell.documents)
                    });
                    let (expect, expect_periods) = one_by_one(&documents, &asked, matches);
                    assert!(trend.cells.is_sorted_by_key(|cell| cell.period), "cells by period: {told}");
                    assert_eq!(trend.cells.len(), expect.len(), "every cell once: {told}");
                    assert_eq!(cells.collect::<Cells>(), expect, "{told}");
                    let periods: Vec<_> = trend.periods.iter().map(|p| (start(p.start), (p.matching, p.all))).collect();
                    assert_eq!(periods, expect_periods.clone().into_iter().collect::<Vec<_>>(), "periods, newest first: {told}");
                    let sums = expect_periods.values().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
                    assert_eq!((trend.matching, trend.all), sums, "sums: {told}");
                }
            }
        }
    }
    Ok(())
}

pub(super) async fn stories_count_where_they_began(index: &dyn SearchIndex) -> Checked {
    // (name, story, source, day): "b" and "c" are reprints of "a", "e" of "d".
    let of = [("a", "a", "a.vn", 1), ("b", "a", "b.vn", 1), ("c", "a", "b.vn", 2), ("d", "d", "b.vn", 2), ("e", "d", "a.vn", 9)];
    let made: Vec<_> = of.iter().map(|(name, _, source, day)| sample(name, "Tin", "giá xăng", source, day * 24)).collect();
    let mut stored = numbered(&made);
    for (stored, (_, story, ..)) in stored.iter_mut().zip(of) {
        stored.story = kiemtin_model::DocId(story.into());
    }
    index.apply(stored.clone(), &cursor(index, 9)).await?;
    let asked = |from: i64, by: Vec<Dimension>| TrendRequest {
        from: Some(START.plus(from * DAY_MS)),
        to: Some(START.plus(99 * DAY_MS)),
        by,
        stories: true,
        largest: 5,
        sample: 3,
        ..TrendRequest::default()
    };
    let trend = index.trend(&asked(0, vec![])).await?;
    let counted: Vec<_> = trend.periods.iter().map(|p| (p.matching, p.stories)).collect();
    assert_eq!(counted, [(1, 0), (2, 1), (2, 1)], "newest first: reprints, also of other days, are no stories of their own");
    assert_eq!(trend.cells.iter().map(|c| c.stories).collect::<Vec<_>>(), [0, 1, 1]);
    let largest: Vec<_> = trend.largest.iter().map(|l| (l.story.0.as_str(), l.documents)).collect();
    assert_eq!((largest, trend.stories), (vec![("a", 3), ("d", 2)], 2), "the largest, by the first document");
    assert_eq!((trend.sample.len(), &trend.sample[0]), (3, &made[4].document.id), "a sample, newest first");
    let by_source = index.trend(&asked(0, vec![Dimension::Source])).await?;
    let sums = by_source.cells.iter().fold(BTreeMap::new(), |mut sums: BTreeMap<u32, (u32, u32)>, cell| {
        let sum = sums.entry(cell.values[0]).or_default();
        (sum.0, sum.1) = (sum.0 + cell.documents, sum.1 + cell.stories);
        sums
    });
    assert_eq!(sums.into_values().collect::<Vec<_>>(), [(2, 1), (3, 1)], "where its first document stands: the sums add up");
    let later = index.trend(&asked(2, vec![])).await?;
    assert_eq!(later.periods.iter().map(|p| p.stories).collect::<Vec<_>>(), [0, 2], "the first of the time asked for");
    let plain = index.trend(&TrendRequest { stories: false, largest: 5, ..asked(0, vec![]) }).await?;
    assert_eq!((plain.matching, plain.stories, plain.largest.len()), (5, 0, 0), "not counted unless asked for");
    Ok(())
}

pub(super) async fn too_much_is_refused(index: &dyn SearchIndex) -> Checked {
    index.apply(documents(), &cursor(index, 600)).await?;
    let by = vec![Dimension::Source, Dimension::Topic];
    let few = TrendRequest { by: by.clone(), most_cells: 50, ..TrendRequest::default() };
    let Err(IndexError::Query(advice)) = index.trend(&few).await else { return Err("more cells than asked for".into()) };
    assert!(advice.contains("50 ô") && advice.contains("tháng"), "{advice}");
    let three = TrendRequest { by: [by, vec![Dimension::Kind]].concat(), ..TrendRequest::default() };
    assert!(matches!(index.trend(&three).await, Err(IndexError::Query(_))), "at most two fields");
    let empty = TrendRequest { from: Some(START.plus(9_000 * DAY_MS)), ..TrendRequest::default() };
    assert_eq!(index.trend(&empty).await?.periods, [], "no period without a document");
    Ok(())
}
