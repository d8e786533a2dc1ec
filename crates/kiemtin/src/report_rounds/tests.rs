//! A year of weeks by a clock of the test's own.

use super::*;
use crate::followers::index_now;
use kiemtin_model::Notice;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_store::conformance::{put, sample};
use kiemtin_store::{ReportStore, SqliteStore, TantivyIndex};
use kiemtin_web::CatalogueTopic;
use std::collections::BTreeSet;
use std::path::Path;

fn at(text: &str) -> Time {
    Time::parse(&format!("{text}+07:00")).unwrap()
}

async fn opened(folder: &Path, timetable: Vec<Entry>) -> (Arc<SqliteStore>, ReportRounds) {
    let store = Arc::new(SqliteStore::open(&folder.join("kiemtin.db")).await.unwrap());
    std::fs::create_dir_all(folder.join("index")).unwrap();
    let index = Arc::new(TantivyIndex::open(&folder.join("index")).unwrap());
    let topic =
        CatalogueTopic { id: "gia-dien".into(), name: "Giá điện".into(), units: vec!["Cục Điện lực".into()], weight: 0.0 };
    let rounds = ReportRounds {
        store: store.clone(),
        index,
        catalogue: Catalogue { topics: vec![topic], sources: vec![], departments: vec!["Sở Công Thương Hà Nội".into()] },
        policies: Arc::default(),
        lexicon: Arc::default(),
        knowledge: Arc::new(|| Arc::new(Knowledge::load(&Default::default(), vec![], &mut vec![]))),
        timetable,
        remind_yearly: true,
        channels: vec!["journal".to_owned()],
    };
    (store, rounds)
}

/// What the outbox was told of reports: (period, scope, of the past).
async fn told(store: &SqliteStore) -> Vec<(String, String, bool)> {
    let due = store.outbox_due(Time(i64::MAX), 10_000).await.unwrap();
    let news = |delivery: kiemtin_model::Delivery| match delivery.notice {
        Notice::Report(news) => Some((news.period.to_string(), news.scope.clone(), news.report.is_some())),
        _ => None,
    };
    due.into_iter().filter_map(news).collect()
}

#[tokio::test]
async fn each_week_of_a_year_is_reported_once_whatever_stops() {
    let folder = tempfile::tempdir().unwrap();
    let entries = vec![Entry::default(), Entry { unit: EACH_UNIT.into(), ..Entry::default() }];
    let (first, end) = (at("2026-01-01T00:00:00"), at("2027-01-05T00:00:00"));
    let (mut now, mut looks) = (first, 0);
    let (mut store, mut rounds) = opened(folder.path(), entries.clone()).await;
    put(&*store, &[sample("a", "Giá điện tăng", "", "bao.vn", 24)]).await.unwrap();
    while now < end {
        index_now(&*rounds.store, &*rounds.index, &|_, _| {}).await.unwrap();
        let mut waiting = None;
        rounds.round(now, &mut waiting).await.unwrap();
        // A restart now and then; the service stands still for three weeks in summer, and for a day every month.
        looks += 1;
        if looks % 37 == 0 {
            store.close().await;
            drop(rounds);
            (store, rounds) = opened(folder.path(), entries.clone()).await;
        }
        now = now.plus(match now.day().as_str() {
            day if day == "2026-07-13" => 21 * DAY_MS,
            day if day.ends_with("-15") => DAY_MS,
            _ => 5 * HOUR_MS,
        });
    }
    let all = told(&store).await;
    let weeks =
        |scope: &str| -> Vec<&str> { all.iter().filter(|(_, of, past)| of == scope && *past).map(|(week, ..)| week.as_str()).collect() };
    // The first is the last that was due when the service began, then every one up to 2026-W53.
    let mut expected: Vec<String> = vec!["2025-W52".into()];
    expected.extend((1..=53).map(|week| format!("2026-W{week:02}")));
    assert_eq!(weeks("Bộ Công Thương"), expected);
    assert_eq!(weeks("Cục Điện lực"), expected);
    let reminded: Vec<&str> = all.iter().filter(|(.., past)| !past).map(|(_, scope, _)| scope.as_str()).collect();
    assert_eq!(reminded.len(), 2 * 3, "each unit and the house, on two days: {reminded:?}");
    assert_eq!(reminded.iter().collect::<BTreeSet<_>>().len(), 3);
    let kept = store.reports(None, 200).await.unwrap().items;
    assert_eq!(kept.len(), 2 * 54);
    store.close().await;
}

#[tokio::test]
async fn a_report_waits_for_the_index() {
    let folder = tempfile::tempdir().unwrap();
    let (store, rounds) = opened(folder.path(), vec![Entry::default()]).await;
    put(&*store, &[sample("a", "Giá điện tăng", "", "bao.vn", 24)]).await.unwrap();
    let (now, mut waiting) = (at("2026-03-09T07:00:00"), None);
    assert_eq!(rounds.round(now, &mut waiting).await.unwrap(), 0);
    assert_eq!(waiting, Some(1), "the index has not seen the document");
    index_now(&*rounds.store, &*rounds.index, &|_, _| {}).await.unwrap();
    assert_eq!(rounds.round(now, &mut waiting).await.unwrap(), 1);
    assert_eq!(rounds.round(now, &mut waiting).await.unwrap(), 0, "once");
    assert_eq!(rounds.round(now.plus(7 * DAY_MS - 1), &mut waiting).await.unwrap(), 0, "not before its time");
    assert_eq!(rounds.round(now.plus(7 * DAY_MS), &mut waiting).await.unwrap(), 1);
    store.close().await;
}
