//! Are due feeds found, and is what happened to sources kept?

use super::{Checked, START};
use crate::coverage::{MissingKind, POLL_FAILED, POLLED};
use crate::{EnrolledFeed, FeedState, SourceEvent, SourceEventKind, SourceState, Store};
use kiemtin_model::{HostPause, Priority, Time};

fn enrolled(source: &str, not_before: Time) -> EnrolledFeed {
    EnrolledFeed { source: source.into(), url: format!("https://{source}/rss"), not_before, priority: Priority::Normal }
}

async fn due(store: &dyn Store, now: Time) -> Result<Vec<String>, crate::StoreError> {
    Ok(store.due_feeds(now, 10).await?.into_iter().map(|f| f.source).collect())
}

pub(super) async fn host_pauses(store: &dyn Store) -> Checked {
    let pause = |host: &str, until, refusals| HostPause { host: host.into(), until: START.plus(until), refusals };
    let mut batch = store.begin().await?;
    for given in [pause("a.vn", 50, 1), pause("b.vn", 20, 1), pause("a.vn", 90, 2)] {
        batch.put_host_pause(&given, START).await?;
    }
    batch.commit().await?;
    assert_eq!(store.host_pauses(START).await?, [pause("a.vn", 90, 2), pause("b.vn", 20, 1)]);
    assert_eq!(store.host_pauses(START.plus(20)).await?, [pause("a.vn", 90, 2)]);
    Ok(())
}

pub(super) async fn due_feeds(store: &dyn Store) -> Checked {
    let both = [enrolled("bao", START.plus(2)), enrolled("dai", START.plus(1))];
    store.enrol_feeds(&both, START.plus(2)).await?;
    assert!(due(store, START).await?.is_empty(), "not before its time");
    assert_eq!(due(store, START.plus(2)).await?, ["dai", "bao"], "longest due first");
    assert_eq!(store.due_feeds(START.plus(2), 1).await?.len(), 1);
    let hurried = [EnrolledFeed { priority: Priority::High, ..both[0].clone() }, both[1].clone()];
    store.enrol_feeds(&hurried, START.plus(2)).await?;
    assert_eq!(due(store, START.plus(2)).await?, ["bao", "dai"], "by priority first");
    store.enrol_feeds(&both, START.plus(2)).await?;
    let polled = |next_poll_at| FeedState {
        source: "dai".into(),
        url: "https://dai/rss".into(),
        polled_at: START.plus(2),
        next_poll_at,
        ..FeedState::default()
    };
    let mut batch = store.begin().await?;
    batch.put_feed(&polled(Some(START.plus(9)))).await?;
    batch.commit().await?;
    assert_eq!(due(store, START.plus(2)).await?, ["bao"]);
    store.enrol_feeds(&both, START.plus(2)).await?;
    assert_eq!(due(store, START.plus(8)).await?, ["bao"], "a later poll is not brought forward by a restart");
    assert_eq!(store.feeds_of(&["dai".into()]).await?, [polled(Some(START.plus(9)))]);
    let mut batch = store.begin().await?;
    batch.put_feed(&polled(None)).await?;
    batch.commit().await?;
    store.enrol_feeds(&both, START.plus(2)).await?;
    assert_eq!(due(store, START.plus(99)).await?, ["bao"], "a retired feed stays so");
    store.enrol_feeds(&both[1..], START.plus(2)).await?;
    assert!(due(store, START.plus(99)).await?.is_empty(), "what is no longer configured is not polled");
    Ok(())
}

pub(super) async fn health(store: &dyn Store) -> Checked {
    store.enrol_feeds(&[enrolled("bao", START)], START).await?;
    let today = START.day_number();
    let mut batch = store.begin().await?;
    for n in 0..300 {
        let event = SourceEvent {
            source: "bao".into(),
            at: START.plus(n),
            feed: "https://bao/rss".into(),
            kind: SourceEventKind::Failed,
            detail: n.to_string(),
        };
        batch.put_source_event(&event).await?;
    }
    batch.count_source("bao", today, "new", 2).await?;
    batch.count_source("bao", today, "new", 3).await?;
    batch.count_source("bao", today - 40, "new", 7).await?;
    batch.count_source("bao", today, "gap", 1).await?;
    batch.count_source("bao", today, "failed: HTTP 404", 4).await?;
    batch.commit().await?;
    let told = store.source_health(&["bao".into(), "unknown".into()], START, 99).await?;
    let bao = &told[0];
    assert_eq!((bao.new_7_days, bao.gaps, bao.feeds, bao.state), (5, 1, 1, SourceState::Waiting));
    assert_eq!(bao.new_per_day, [(today, 5)], "28 days are looked at");
    assert_eq!((bao.events.len(), bao.events[0].detail.as_str()), (30, "299"), "the last 30 events, newest first");
    assert_eq!((told[1].source.as_str(), told[1].feeds, told[1].events.len()), ("unknown", 0, 0));
    let few = async |events| store.source_health(&["bao".into()], START, events).await.map(|told| told[0].events.len());
    assert_eq!((few(0).await?, few(2).await?), (0, 2), "no more events than asked");
    let counts = store.source_counts(today).await?;
    let expected = [("failed: HTTP 404", 4), ("gap", 1), ("new", 5)].map(|(what, n)| ("bao".to_owned(), what.to_owned(), n));
    assert_eq!(counts, expected);
    Ok(())
}

pub(super) async fn troubles(store: &dyn Store) -> Checked {
    let mut batch = store.begin().await?;
    for (source, day, what) in [
        ("a", 10, POLL_FAILED),
        ("b", 10, POLL_FAILED),
        ("b", 10, POLLED),
        ("b", 11, "gap"),
        ("c", 11, "gap"),
        ("c", 11, POLL_FAILED),
        ("a", 12, "failed: HTTP 404"),
        ("a", 13, POLL_FAILED),
    ] {
        batch.count_source(source, day, what, 2).await?;
    }
    batch.commit().await?;
    let told = store.source_troubles(10..=12).await?;
    let told: Vec<_> = told.iter().map(|t| (t.source.as_str(), t.day, t.kind)).collect();
    let expect = [("a", 10, MissingKind::Failed), ("b", 11, MissingKind::Gap), ("c", 11, MissingKind::Failed)];
    assert_eq!(told, expect, "days on which every poll failed, or shared nothing with those before");
    Ok(())
}
