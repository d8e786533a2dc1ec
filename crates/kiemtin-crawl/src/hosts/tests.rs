//! Turns of hosts: pauses, order, limits that hosts share, refusals.

use super::*;
use std::net::Ipv4Addr;

const MS: Duration = Duration::from_millis(1);

fn hosts() -> Arc<Hosts> {
    Arc::new(Hosts::new(HostPace { delay: 50 * MS, longest_delay: 300 * MS, longest_wait: 200 * MS, parallel: 8 }))
}

async fn turn(hosts: &Hosts, host: &str) -> Result<Turn, TooLong> {
    hosts.turn(host, None, || async { None }).await
}

async fn ask(hosts: &Hosts, host: &str) {
    drop(turn(hosts, host).await.ok().unwrap().answered(None));
}

#[tokio::test]
async fn starts_are_apart_and_others_do_not_wait() {
    let hosts = hosts();
    let begun = Instant::now();
    for _ in 0..4 {
        ask(&hosts, "a.vn").await;
    }
    assert!(begun.elapsed() >= 3 * 40 * MS, "{:?}", begun.elapsed());
    let before = Instant::now();
    ask(&hosts, "b.vn").await;
    assert!(before.elapsed() < 40 * MS);
}

#[test]
fn the_pause_varies_but_never_shortens_a_crawl_delay() {
    let hosts = hosts();
    let pause = |starts, took, delay| hosts.pause("a.vn", &Slot { starts, last_took: took, ..Slot::default() }, delay);
    let pauses: Vec<Duration> = (0..100).map(|start| pause(start, MS, None)).collect();
    assert!(pauses.iter().all(|p| (40 * MS..=60 * MS).contains(p)));
    assert!(pauses.iter().any(|p| *p < 43 * MS) && pauses.iter().any(|p| *p > 57 * MS));
    assert!((0..100).all(|start| (10_000 * MS..=12_000 * MS).contains(&pause(start, MS, Some(10_000 * MS)))));
    assert_eq!(pause(7, MS, None), pause(7, MS, None));
    assert_eq!(pause(7, 100 * MS, None), 200 * MS, "a slow host is asked more rarely");
    assert_eq!(pause(7, 9_000 * MS, None), 300 * MS, "but not endlessly");
}

#[tokio::test]
async fn one_at_a_time() {
    let hosts = hosts();
    let first = turn(&hosts, "a.vn").await.ok().unwrap();
    let second = tokio::spawn({
        let hosts = Arc::clone(&hosts);
        async move { turn(&hosts, "a.vn").await.is_ok() }
    });
    tokio::time::sleep(150 * MS).await;
    assert!(!second.is_finished());
    drop(first);
    assert!(second.await.unwrap());
}

/// How many of these hosts may be asked together.
async fn together(names: &[(&str, u8)]) -> usize {
    let hosts = hosts();
    let mut held = Vec::new();
    for (host, address) in names {
        let place = async { Some(IpAddr::V4(Ipv4Addr::new(203, 0, 113, *address))) };
        match tokio::time::timeout(30 * MS, hosts.turn(host, None, || place)).await {
            Ok(turn) => held.push(turn.ok().unwrap()),
            Err(_) => break,
        }
    }
    held.len()
}

#[tokio::test]
async fn hosts_of_one_publisher_or_address_share_two_places() {
    assert_eq!(together(&[("a.bao.com.vn", 1), ("b.bao.com.vn", 2), ("c.bao.com.vn", 3)]).await, 2);
    assert_eq!(together(&[("a.vn", 1), ("b.vn", 1), ("c.vn", 1)]).await, 2);
    assert_eq!(together(&[("a.com.vn", 1), ("b.com.vn", 2), ("c.com.vn", 3), ("d.com.vn", 1)]).await, 4);
}

#[tokio::test]
async fn a_body_that_waits_holds_a_place() {
    let hosts = Hosts::new(HostPace { delay: MS, longest_delay: MS, longest_wait: MS, parallel: 1 });
    let held = turn(&hosts, "a.vn").await.ok().unwrap().answered(None);
    assert!(tokio::time::timeout(50 * MS, turn(&hosts, "b.vn")).await.is_err());
    drop(held);
    assert!(turn(&hosts, "b.vn").await.is_ok());
}

#[tokio::test]
async fn a_block_is_waited_for_or_not() {
    let hosts = hosts();
    hosts.block(turn(&hosts, "a.vn").await.ok().unwrap(), Some(150 * MS), Time(0));
    let before = Instant::now();
    let again = turn(&hosts, "a.vn").await.ok().unwrap();
    assert!(before.elapsed() >= 140 * MS);
    hosts.block(again, None, Time(0));
    assert_eq!(turn(&hosts, "a.vn").await.err(), Some(TooLong), "the second refusal in a row waits two minutes");
    assert!(turn(&hosts, "b.vn").await.is_ok());
}

#[tokio::test]
async fn a_pause_survives_a_restart() {
    let before = hosts();
    before.block(turn(&before, "a.vn").await.ok().unwrap(), Some(100_000 * MS), Time(5_000));
    let pauses = before.take_pauses();
    assert_eq!(pauses, [HostPause { host: "a.vn".into(), until: Time(105_000), refusals: 1 }]);
    assert!(before.take_pauses().is_empty());
    let after = hosts();
    after.resume(&pauses, Time(104_900));
    let begun = Instant::now();
    drop(turn(&after, "a.vn").await.ok().unwrap());
    assert!(begun.elapsed() >= 90 * MS);
    after.resume(&pauses, Time(6_000));
    assert_eq!(turn(&after, "a.vn").await.err(), Some(TooLong));
}

#[tokio::test]
async fn idle_hosts_are_forgotten_and_blocked_ones_are_not() {
    let hosts = hosts();
    ask(&hosts, "idle.vn").await;
    hosts.block(turn(&hosts, "blocked.vn").await.ok().unwrap(), Some(IDLE * 10), Time(0));
    let running = turn(&hosts, "running.vn").await.ok().unwrap();
    let mut table = hosts.table.lock().unwrap();
    table.sweep(Instant::now());
    assert_eq!((table.slots.len(), table.shared.len()), (3, 1), "limits that nobody holds are made anew");
    table.sweep(Instant::now() + IDLE * 2);
    assert!(!table.slots.contains_key("idle.vn") && table.slots.len() == 2);
    drop(running);
}
