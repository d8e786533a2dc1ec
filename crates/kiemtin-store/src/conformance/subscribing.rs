//! Are subscriptions to hubs kept, and is nothing lost that a hub tells?

use super::{Checked, START};
use crate::{EnrolledFeed, FeedState, Store};
use kiemtin_model::subscription::LEAST_POLL_MS;
use kiemtin_model::{HubOffer, Priority, Subscription, SubscriptionState, Time};

fn enrolled(source: &str) -> EnrolledFeed {
    EnrolledFeed { source: source.into(), url: format!("https://{source}/rss"), not_before: START, priority: Priority::Normal }
}

fn wanted(source: &str, callback: &str, at: Time) -> Subscription {
    let feed = format!("https://{source}/rss");
    let offer = HubOffer { hub: "https://hub.vn/".into(), topic: feed.clone() };
    Subscription::wanted(source, &feed, offer, callback.into(), "bí mật".into(), at)
}

async fn put(store: &dyn Store, one: &Subscription) -> Checked {
    let mut batch = store.begin().await?;
    batch.put_subscription(one).await?;
    Ok(batch.commit().await?)
}

pub(super) async fn kept_and_due(store: &dyn Store) -> Checked {
    store.enrol_feeds(&["bao", "dai"].map(enrolled), START).await?;
    let (bao, mut dai) = (wanted("bao", "c1", START.plus(2)), wanted("dai", "c2", START.plus(1)));
    put(store, &bao).await?;
    put(store, &dai).await?;
    assert_eq!(store.subscription("c1").await?, Some(bao.clone()));
    assert_eq!(store.subscription("c9").await?, None);
    assert_eq!(store.subscriptions_due(START, 9).await?, []);
    assert_eq!(store.subscriptions_due(START.plus(2), 9).await?, [dai.clone(), bao.clone()], "longest due first");
    assert_eq!(store.subscriptions_due(START.plus(2), 1).await?, [dai.clone()]);
    dai.asked(START.plus(3));
    dai.verified(START.plus(4), None);
    dai.pushed_at = Some(START.plus(5));
    dai.failed(START.plus(6), "HTTP 500");
    put(store, &dai).await?;
    assert_eq!(store.subscriptions_of(&["dai".into()]).await?, [dai.clone()], "everything comes back");
    let told = store.source_health(&["dai".into(), "bao".into()], START.plus(7), 1).await?;
    let (active, asked) = (&told[0].subscriptions[0], &told[1].subscriptions[0]);
    assert_eq!((active.state, active.lease_until, active.error.as_str()), (SubscriptionState::Active, dai.lease_until, "HTTP 500"));
    assert_eq!(asked.state, SubscriptionState::Wanted);
    assert!(store.source_health(&["dai".into()], START, 0).await?[0].subscriptions.is_empty(), "no more than asked");
    put(store, &wanted("bao", "c3", START)).await?;
    assert_eq!(store.subscription("c1").await?, None, "a feed has one");
    let mut batch = store.begin().await?;
    batch.put_subscription(&wanted("bao", "c4", START)).await?;
    assert!(batch.subscription("c4").await?.is_some() && batch.subscription("c3").await?.is_none());
    drop(batch);
    assert!(store.subscription("c3").await?.is_some(), "undone with its transaction");
    store.enrol_feeds(&[enrolled("bao")], START).await?;
    assert_eq!(store.subscription("c2").await?, None, "a feed that is no longer configured has none");
    assert!(store.subscription("c3").await?.is_some());
    Ok(())
}

pub(super) async fn told_is_polled(store: &dyn Store) -> Checked {
    store.enrol_feeds(&[enrolled("bao")], START).await?;
    let hours = |n: i64| START.plus(n * kiemtin_model::time::HOUR_MS);
    let polled = |failures: u32, next_poll_at: Option<Time>| FeedState {
        source: "bao".into(),
        url: "https://bao/rss".into(),
        polled_at: START,
        failures,
        next_poll_at,
        ..FeedState::default()
    };
    let mut one = wanted("bao", "c1", START);
    // A poll that ends, then a hub that tells, or a hub that tells while the poll runs.
    let check = async |one: &mut Subscription, state: FeedState, told: Time, expected: Option<Time>| -> Checked {
        let mut batch = store.begin().await?;
        batch.put_feed(&state).await?;
        one.pushed_at = Some(told);
        batch.put_subscription(one).await?;
        batch.bring_forward(&one.source, &one.feed, told, told).await?;
        batch.commit().await?;
        assert_eq!(store.feeds_of(&["bao".into()]).await?[0].next_poll_at, expected, "{state:?} told {told:?}");
        Ok(())
    };
    check(&mut one, polled(0, Some(hours(6))), START.plus(1), Some(START.plus(LEAST_POLL_MS))).await?;
    check(&mut one, polled(0, Some(hours(6))), hours(1), Some(hours(1))).await?;
    check(&mut one, polled(9, Some(hours(6))), START.plus(1), Some(START.plus(10 * LEAST_POLL_MS))).await?;
    check(&mut one, polled(0, Some(START.plus(9))), hours(1), Some(START.plus(9))).await?;
    check(&mut one, polled(0, None), hours(1), None).await?;
    let ended = async |began: Time, at: Time| -> Result<Option<Time>, Box<dyn std::error::Error + Send + Sync>> {
        let mut batch = store.begin().await?;
        let state = FeedState { polled_at: at, ..polled(0, Some(hours(12))) };
        batch.put_feed(&state).await?;
        batch.bring_forward("bao", "https://bao/rss", began, at).await?;
        batch.commit().await?;
        Ok(store.feeds_of(&["bao".into()]).await?[0].next_poll_at)
    };
    assert_eq!(ended(hours(1).plus(1), hours(2)).await?, Some(hours(12)), "told before the poll began");
    assert_eq!(ended(hours(1), hours(2)).await?, Some(hours(2).plus(LEAST_POLL_MS)), "told while the poll ran");
    Ok(())
}
