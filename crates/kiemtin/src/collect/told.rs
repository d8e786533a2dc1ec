//! Does a hub shorten the way of an article, and does nothing depend on it? The whole service against a hub on loopback.

mod hub;

use super::Watcher;
use crate::subscriber::Subscriber;
use hub::{Manner, World};
use kiemtin_model::{SubscriptionState, Tally};
use kiemtin_store::{SourceEventKind, Store};
use std::time::{Duration, Instant};

/// In minutes.
const DAY: i64 = 24 * 60;

struct Nobody;

impl Watcher for Nobody {
    fn busy(&self) {}
    fn recorded(&self, _: &Tally) {}
    fn polled(&self, _: &str, _: &[(String, String)], _: u64) {}
    fn idle(&self, _: &Tally) {}
}

/// Asks the hubs that are due; gives how many.
async fn ask(world: &World) -> usize {
    Subscriber::of(&world.running.collector).round().await.unwrap()
}

/// Waits until so many documents are stored; gives how long it took.
async fn stored(world: &World, documents: u64) -> Duration {
    let begun = Instant::now();
    while world.documents().await < documents {
        assert!(begun.elapsed() < Duration::from_secs(8), "{} of {documents} documents", world.documents().await);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    begun.elapsed()
}

/// A world whose hub grants what it is asked and has told of one article: it is trusted.
async fn told_once() -> World {
    let world = World::new().await;
    world.poll().await;
    assert_eq!(ask(&world).await, 1);
    world.wait(5);
    world.publish(&[(1, 0), (2, 4)]);
    assert_eq!(world.hub.push(None).await, 202);
    world.poll().await;
    assert_eq!(world.documents().await, 2);
    assert!(world.until_poll().await >= 6 * 60, "left to its hub");
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_feed_to_the_hub_and_back_within_seconds() {
    let world = World::new().await;
    let script = async {
        stored(&world, 1).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        let wanted = world.subscription().await;
        assert_eq!((wanted.callback.len(), wanted.secret.len(), wanted.state), (32, 64, SubscriptionState::Wanted));
        assert_eq!((ask(&world).await, ask(&world).await), (1, 0));
        assert_eq!(world.subscription().await.state, SubscriptionState::Active);
        assert!((4..=6).contains(&world.until_poll().await), "a hub that only agreed is not trusted yet");
        world.wait(3);
        world.publish(&[(1, 0), (2, 2)]);
        assert_eq!(world.hub.push(None).await, 202);
        stored(&world, 2).await;
        tokio::time::sleep(Duration::from_millis(500)).await;
        assert!(world.until_poll().await >= 6 * 60, "left to its hub");
        world.wait(3 * 60);
        assert!(world.until_poll().await >= 3 * 60 - 1);
        world.publish(&[(1, 0), (2, 2), (3, 182)]);
        assert_eq!(world.hub.push(Some("khóa khác")).await, 202);
        tokio::time::sleep(Duration::from_millis(700)).await;
        assert_eq!(world.documents().await, 2, "a wrong signature does nothing");
        assert_eq!(world.hub.push(None).await, 202);
        let took = stored(&world, 3).await;
        println!("stored {} ms after the push", took.as_millis());
        assert!(took < Duration::from_secs(5), "{took:?}");
    };
    tokio::select! {
        ended = world.running.collector.watch(&world.running.pipeline, &world.sources, &Nobody) => panic!("{ended:?}"),
        () = script => {}
    }
    let health = world.running.store.source_health(&["bao".into()], world.now(), 9).await.unwrap();
    assert_eq!(health[0].events.iter().map(|e| e.kind).collect::<Vec<_>>(), [SourceEventKind::Subscribed]);
}

#[tokio::test]
async fn a_lease_is_renewed_and_survives_a_restart() {
    let world = told_once().await;
    let first = world.subscription().await;
    world.wait(7 * 24 * 60);
    assert_eq!(ask(&world).await, 0, "not before four fifths of ten days");
    let world = world.restarted().await;
    assert_eq!(world.subscription().await, first);
    world.wait(24 * 60);
    assert_eq!((ask(&world).await, ask(&world).await), (1, 0));
    let renewed = world.subscription().await;
    assert_eq!((renewed.since, renewed.callback), (first.since, first.callback), "without a break");
    assert_eq!(world.minutes_until(renewed.lease_until), 10 * DAY);
    world.wait(8 * 24 * 60);
    *world.hub.manner.lock().unwrap() = Manner::Answers(503, String::new());
    ask(&world).await;
    assert_eq!(world.subscription().await.state_at(world.now()), SubscriptionState::Active, "what was granted stays");
    world.wait(2 * 24 * 60);
    assert_eq!(world.subscription().await.state_at(world.now()), SubscriptionState::Wanted, "and ends");
}

#[tokio::test]
async fn a_hub_that_falls_silent_costs_one_late_article() {
    let world = told_once().await;
    world.publish(&[(1, 0), (2, 4), (3, 60)]);
    world.wait(6 * 60);
    world.poll().await;
    assert_eq!(world.documents().await, 2, "not due yet: up to a tenth more than six hours");
    world.wait(40);
    world.poll().await;
    assert_eq!(world.documents().await, 3, "found without the hub");
    assert_eq!(world.minutes_until(world.plan().await.hub_missed_at), 0);
    let own = world.until_poll().await;
    assert!(own < 6 * 60, "at its own pace again: {own} minutes");
    world.wait(own + 1);
    world.poll().await;
    assert!(world.until_poll().await < 6 * 60, "and stays there");
    world.wait(2);
    assert_eq!(world.hub.push(None).await, 202);
    world.poll().await;
    assert!(world.until_poll().await >= 6 * 60, "until the hub tells again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_while_a_poll_runs_is_polled_again() {
    let world = told_once().await;
    world.wait(7 * 60);
    world.site.slow.lock().unwrap().insert("/rss/bao".into(), Duration::from_millis(800));
    let tell = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(world.hub.push(None).await, 202);
    };
    tokio::join!(world.poll(), tell);
    assert_eq!(world.until_poll().await, 2, "as soon as may be");
    world.wait(2);
    world.poll().await;
    assert!(world.until_poll().await >= 6 * 60);
    for _ in 0..3 {
        world.hub.push(None).await;
    }
    assert_eq!(world.until_poll().await, 2, "a hub that tells without end brings a poll every two minutes");
}

#[tokio::test]
async fn hubs_that_do_not_want_us() {
    let check = async |manner: Manner, state: SubscriptionState, error: &str, asked_again: i64| {
        let world = World::new().await;
        *world.hub.manner.lock().unwrap() = manner;
        world.poll().await;
        let before = world.until_poll().await;
        ask(&world).await;
        for _ in 0..50 {
            tokio::time::sleep(Duration::from_millis(20)).await;
            if world.subscription().await.state == state {
                break;
            }
        }
        let one = world.subscription().await;
        let again = world.minutes_until(Some(one.due_at));
        assert_eq!((one.state, one.error.as_str(), again), (state, error, asked_again), "{error}");
        assert_eq!(world.until_poll().await, before, "its own pace");
        let health = world.running.store.source_health(&["bao".into()], world.now(), 9).await.unwrap();
        let told = health[0].events.iter().any(|e| e.kind == SourceEventKind::SubscriptionRefused);
        assert_eq!(told, state == SubscriptionState::Refused, "{error}");
        world
    };
    let answers = |status, to: &str| Manner::Answers(status, to.to_owned());
    check(answers(404, ""), SubscriptionState::Refused, "failed: HTTP 404", 7 * DAY).await;
    check(answers(308, "http://10.0.0.1/hub"), SubscriptionState::Refused, "refused: private network address", 7 * DAY).await;
    check(answers(302, "/hub"), SubscriptionState::Refused, "failed: HTTP 302", 7 * DAY).await;
    check(Manner::Denies, SubscriptionState::Refused, "không nhận", 7 * DAY).await;
    check(answers(500, ""), SubscriptionState::Wanted, "failed: HTTP 500", 60).await;
    let world = check(Manner::Silent, SubscriptionState::Asked, "", DAY).await;
    world.wait(24 * 60);
    ask(&world).await;
    let one = world.subscription().await;
    assert_eq!((one.state, world.minutes_until(Some(one.due_at))), (SubscriptionState::Wanted, 60));
    assert_eq!(world.hub.asked(), 1, "given up, not asked at once");
    world.wait(60);
    ask(&world).await;
    assert_eq!((world.hub.asked(), world.subscription().await.failures), (2, 1));
}

#[tokio::test]
async fn nobody_is_asked_where_no_callback_is_configured() {
    let mut world = World::new().await;
    world.running.collector.settings.websub.callback.clear();
    world.poll().await;
    assert_eq!(world.running.store.subscriptions_of(&["bao".into()]).await.unwrap(), []);
    assert_eq!((ask(&world).await, world.hub.asked()), (0, 0));
}
