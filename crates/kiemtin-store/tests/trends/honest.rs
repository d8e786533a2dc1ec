//! A source that was down leaves a mark, not a dip; a reprint moves no line of stories.

use super::{MIDNIGHT, World, on, own};
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{AssessedDocument, DocId};
use kiemtin_store::conformance::Checked;
use kiemtin_store::coverage::{Coverage, CoverageRequest, MissingKind, NamedQuery, POLL_FAILED, POLLED, coverage};
use kiemtin_store::{FindError, Span, Store};
use kiemtin_text::query::parse;

/// The week in which a source is down.
const DOWN: std::ops::Range<i64> = 40..47;

/// 60 days of six sources, 8 documents a day each; one in `one_in(source)` is about electricity. `d.vn` is down for a week.
fn corpus(one_in: impl Fn(&str) -> i64) -> Vec<(AssessedDocument, DocId)> {
    let mut all = vec![];
    for source in ["a.vn", "b.vn", "c.vn", "d.vn", "e.vn", "f.vn"] {
        for day in (0..60).filter(|day| source != "d.vn" || !DOWN.contains(day)) {
            for n in 0..8 {
                let text = if (day * 8 + n) % one_in(source) == 0 { "giá điện tăng" } else { "chuyện khác" };
                all.push(own(on(&format!("{day}-{n}"), &format!("{text} {source} {day} {n}"), source, day, n + 6)));
            }
        }
    }
    all
}

async fn ask(world: &World, adjust: impl FnOnce(&mut CoverageRequest)) -> Result<Coverage, FindError> {
    let mut request = CoverageRequest {
        queries: vec![NamedQuery { name: "điện".into(), query: Some(parse("điện").unwrap()) }],
        from: Some(MIDNIGHT),
        to: Some(MIDNIGHT.plus(60 * DAY_MS)),
        now: MIDNIGHT.plus(60 * DAY_MS),
        ..CoverageRequest::default()
    };
    adjust(&mut request);
    coverage(&world.store, &world.index, &request).await
}

/// Days with a mark, and the range of the shares.
fn marks(told: &Coverage) -> Vec<(i64, String, MissingKind)> {
    let first = MIDNIGHT.day_number();
    told.missing.iter().map(|m| (m.day - first, m.source.clone(), m.kind)).collect()
}

fn spread(values: impl Iterator<Item = f64> + Clone) -> f64 {
    values.clone().fold(f64::MIN, f64::max) - values.fold(f64::MAX, f64::min)
}

#[tokio::test]
async fn a_removed_source_leaves_a_mark_not_a_dip_in_share() -> Checked {
    let world = World::of(&corpus(|_| 4)).await?;
    let told = ask(&world, |_| ()).await?;
    let week: Vec<_> = DOWN.map(|day| (day, "d.vn".to_owned(), MissingKind::Silent)).collect();
    assert_eq!(marks(&told), week, "without any note of a failure: its silence is the sign");
    let points = &told.series[0].points;
    assert!((points[41].count, points[41].total_count) == (10, 40) && (points[39].count, points[39].total_count) == (12, 48));
    assert!(spread(points.iter().map(|p| p.ratio.unwrap())) < 1e-9, "it takes from both sides");
    assert!(points.iter().enumerate().all(|(day, p)| p.missing.is_empty() != DOWN.contains(&(day as i64))));
    assert_eq!(told.missing_sources, ["d.vn"]);
    Ok(())
}

#[tokio::test]
async fn the_steady_share_holds_where_the_removed_source_writes_more_about_it() -> Checked {
    let world = World::of(&corpus(|source| if source == "d.vn" { 1 } else { 4 })).await?;
    let told = ask(&world, |_| ()).await?;
    let series = &told.series[0];
    let shares = series.points.iter().map(|p| p.ratio.unwrap());
    assert!(spread(shares) > 0.1, "the plain share dips: three quarters of a source's documents are about it");
    let steady = series.points.iter().map(|p| p.steady_ratio.unwrap());
    assert!(spread(steady) < 1e-9 && (series.steady_ratio.unwrap() - 0.25).abs() < 1e-9);
    assert_eq!(marks(&told).len(), 7);
    Ok(())
}

#[tokio::test]
async fn failures_that_were_noted_are_marked_by_day_week_and_hour() -> Checked {
    let world = World::of(&corpus(|_| 4)).await?;
    let day = MIDNIGHT.day_number();
    let mut batch = world.store.begin().await?;
    for failed in DOWN {
        batch.count_source("d.vn", day + failed, POLL_FAILED, 9).await?;
    }
    // Some polls went well; all failed, but everything came in later; nothing was shared with the poll before.
    batch.count_source("a.vn", day + 50, POLL_FAILED, 3).await?;
    batch.count_source("a.vn", day + 50, POLLED, 3).await?;
    batch.count_source("b.vn", day + 51, POLL_FAILED, 3).await?;
    batch.count_source("c.vn", day + 52, "gap", 1).await?;
    batch.count_source("never.vn", day + 53, POLL_FAILED, 1).await?;
    batch.commit().await?;
    let mut expect: Vec<_> = DOWN.map(|day| (day, "d.vn".to_owned(), MissingKind::Failed)).collect();
    expect.push((52, "c.vn".to_owned(), MissingKind::Gap));
    assert_eq!(marks(&ask(&world, |_| ()).await?), expect);
    // Days 40 to 46 are Saturday to Friday: two weeks are touched.
    let weeks = ask(&world, |request| request.span = Some(Span::Week)).await?;
    let marked: Vec<_> = weeks.series[0].points.iter().flat_map(|p| p.missing.iter().map(|m| (p.date.as_str(), m.days))).collect();
    assert_eq!(marked, [("2026-W15", 2), ("2026-W16", 5), ("2026-W17", 1)]);
    let hours = ask(&world, |request| {
        (request.from, request.to) = (Some(MIDNIGHT.plus(46 * DAY_MS)), Some(MIDNIGHT.plus(48 * DAY_MS)));
        request.span = Some(Span::Hour);
    });
    let marked = hours.await?.series[0].points.iter().map(|p| !p.missing.is_empty()).collect::<Vec<_>>();
    assert_eq!((marked.len(), marked.iter().filter(|m| **m).count(), marked[23]), (48, 24, true), "all hours of the day");
    Ok(())
}

#[tokio::test]
async fn reprints_move_documents_and_no_story() -> Checked {
    let story = |day: i64| own(on(&format!("s{day}"), &format!("giá điện ngày {day}"), "a.vn", day, 8));
    let mut documents: Vec<_> = (0..30).map(story).collect();
    let before = ask(&World::of(&documents).await?, |_| ()).await?;
    let (first, id) = documents[10].clone();
    for (n, source) in ["b.vn", "c.vn", "d.vn", "b.vn", "c.vn", "d.vn"].into_iter().enumerate() {
        let reprint = on(&format!("r{n}"), &first.document.text, source, 10 + n as i64 / 2, 10);
        documents.push((reprint, id.clone()));
    }
    let world = World::of(&documents).await?;
    let after = ask(&world, |request| (request.read, request.previous) = (100, true)).await?;
    let stories = |told: &Coverage| told.series[0].points.iter().map(|p| p.stories).collect::<Vec<_>>();
    assert_eq!(stories(&before), stories(&after), "also reprints of the next days");
    let counts: Vec<u64> = after.series[0].points.iter().skip(9).take(5).map(|p| p.count).collect();
    assert_eq!((counts, after.series[0].stories), (vec![1, 3, 3, 3, 1], 30));
    let driver = &after.series[0].drivers;
    assert_eq!((driver.len(), &driver[0].story, driver[0].documents, driver[0].sources), (1, &id, 7, 4));
    let sources: Vec<_> = after.series[0].top_sources.iter().map(|s| (s.source.as_str(), s.count)).collect();
    assert_eq!(sources, [("a.vn", 30), ("b.vn", 2), ("c.vn", 2), ("d.vn", 2)]);
    assert_eq!(after.series[0].top_words.sample_size, 30, "of copies, one is read");
    Ok(())
}

#[tokio::test]
async fn documents_without_a_date_are_told_and_in_no_period() -> Checked {
    let mut documents = vec![own(on("dated", "giá điện", "a.vn", 3, 9))];
    for name in ["undated", "other"] {
        let mut made = on(name, if name == "undated" { "giá điện tăng" } else { "chuyện khác" }, "a.vn", 3, 9);
        made.document.published_at = None;
        documents.push(own(made));
    }
    let world = World::of(&documents).await?;
    let told = ask(&world, |_| ()).await?;
    let series = &told.series[0];
    assert_eq!((series.count, series.total_count, series.undated), (1, 1, 1));
    let all = ask(&world, |request| request.queries.clear()).await?;
    assert_eq!((all.series[0].count, all.series[0].undated), (1, 2));
    Ok(())
}

#[tokio::test]
async fn the_time_before_is_as_long() -> Checked {
    let documents: Vec<_> =
        (0..20).map(|n| own(on(&format!("d{n}"), &format!("giá điện {n}"), "a.vn", if n < 5 { 3 } else { 13 }, 9))).collect();
    let world = World::of(&documents).await?;
    let told = ask(&world, |request| {
        (request.from, request.to, request.now) =
            (Some(MIDNIGHT.plus(10 * DAY_MS)), Some(MIDNIGHT.plus(20 * DAY_MS)), MIDNIGHT.plus(30 * DAY_MS));
        request.previous = true;
    })
    .await?;
    let series = &told.series[0];
    let previous = series.previous.as_ref().unwrap();
    assert_eq!((previous.from, previous.to), (MIDNIGHT, MIDNIGHT.plus(10 * DAY_MS)));
    assert_eq!((series.count, previous.count, previous.change.count, previous.change.ratio), (15, 5, Some(2.0), Some(0.0)));
    assert_eq!((series.points[3].previous_count, series.points[3].count), (Some(5), 15), "held against the same place");
    let six = ask(&world, |request| request.queries = vec![request.queries[0].clone(); 6]).await.unwrap_err();
    assert!(six.to_string().contains("nhiều nhất 5"), "{six}");
    let empty = ask(&World::of(&[]).await?, |request| request.queries.clear()).await?;
    assert!(empty.series[0].points.len() == 60 && empty.series[0].ratio.is_none() && empty.missing.is_empty());
    Ok(())
}
