//! Does the pace follow the arrivals, and do 10,000 feeds stay polite for a day?

use super::*;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

const NOW: Time = Time(1_772_413_200_000);
const FEED: &str = "https://bao.vn/rss";

fn pace() -> Pace {
    Pace::default()
}

fn poll(result: PollResult<'_>, full: bool) -> Poll<'_> {
    Poll { result, full, pause: None, moved_to: None, pushes: None, missed: false }
}

fn with(interval_minutes: i64) -> FeedPlan {
    FeedPlan { interval_ms: interval_minutes * MINUTE_MS, ..FeedPlan::default() }
}

#[test]
fn the_interval_follows_the_arrivals() {
    let ten: Vec<String> = (0..10).map(|n| format!("https://bao.vn/{n}")).collect();
    let items: Vec<&str> = ten.iter().map(String::as_str).collect();
    let check = |plan: FeedPlan, new: &[Time], expected_minutes: i64| {
        let next = next(plan, FEED, &poll(PollResult::Listed { items: &items, new }, true), NOW, &pace());
        assert_eq!(next.plan.interval_ms / MINUTE_MS, expected_minutes, "{new:?}");
        let wait = next.at.unwrap().0 - NOW.0;
        assert!(wait >= next.plan.interval_ms && wait <= next.plan.interval_ms * 11 / 10);
    };
    check(FeedPlan::default(), &[], 10);
    check(with(10), &[], 15);
    check(with(300), &[], 360);
    let every_ten: Vec<Time> = (0..4).map(|n| NOW.plus(-n * 10 * MINUTE_MS)).collect();
    check(with(10), &every_ten, 5);
    check(with(3), &[NOW; 9], 2);
    let regular = FeedPlan { gaps_ms: vec![30 * MINUTE_MS; 20], newest_item: Some(NOW.plus(-30 * MINUTE_MS)), ..with(10) };
    check(regular.clone(), &[NOW], 30);
    check(FeedPlan { interval_ms: 40 * MINUTE_MS, ..regular }, &[NOW.plus(-1), NOW, NOW, NOW], 20);
    let unchanged = next(with(10), FEED, &poll(PollResult::Unchanged, false), NOW, &pace());
    assert_eq!(unchanged.plan.interval_ms, 15 * MINUTE_MS);
}

#[test]
fn what_feed_and_server_ask_for_is_the_least_pause() {
    let minutes = |n: u64| Some(Duration::from_secs(n * 60));
    let wait = |plan: FeedPlan, result, pause, priority| {
        let pace = Pace { priority, ..pace() };
        let next = next(plan, FEED, &Poll { pause, ..poll(result, false) }, NOW, &pace);
        (next.at.unwrap().0 - NOW.0) / MINUTE_MS
    };
    let check = |plan: FeedPlan, result, pause, priority, least: i64| {
        let got = wait(plan, result, pause, priority);
        assert!((least..=least * 11 / 10 + 1).contains(&got), "{got} of {least}");
    };
    let (same, normal) = (PollResult::Unchanged, Priority::Normal);
    check(with(10), same, None, normal, 15);
    check(with(10), same, minutes(60), normal, 60);
    check(with(60), same, minutes(60), normal, 90);
    // A service that refuses and says for how long; a shorter word does not hurry what failed.
    let later = Outcome::Failed(Failure::RetryLater);
    check(with(10), PollResult::Failed(&later), None, normal, 10);
    check(with(10), PollResult::Failed(&later), minutes(60), normal, 60);
    check(with(120), PollResult::Failed(&later), minutes(60), normal, 120);
    check(with(10), same, minutes(24 * 60), normal, 6 * 60);
    check(FeedPlan { floor_ms: 40 * MINUTE_MS, ..with(10) }, same, minutes(5), normal, 40);
    check(with(10), same, None, Priority::High, 7);
    check(with(10), same, None, Priority::Low, 30);
    check(with(2), PollResult::Listed { items: &["a"], new: &[NOW; 4] }, None, Priority::High, 2);
    let before = next(with(60), FEED, &poll(PollResult::Listed { items: &["a"], new: &[] }, true), NOW, &pace()).plan;
    check(before, PollResult::Listed { items: &["b"], new: &[NOW] }, minutes(120), normal, 45);
}

#[test]
fn a_challenge_blocks_at_once_and_patience_is_no_failure_of_the_feed() {
    let failed = |outcome: Outcome| next(with(10), FEED, &poll(PollResult::Failed(&outcome), false), NOW, &pace());
    let challenged = failed(Outcome::Refused(Refusal::Challenge));
    assert_eq!((challenged.plan.standing, challenged.change), (FeedStanding::Blocked, Some(Change::Blocked)));
    assert_eq!(failed(Outcome::Failed(Failure::RetryLater)).plan.failures, 0.5);
}

#[test]
fn a_lost_overlap_is_a_gap() {
    let check = |before: &[&str], now: &[&str], expected: Option<Change>| {
        let first = next(with(60), FEED, &poll(PollResult::Listed { items: before, new: &[] }, true), NOW, &pace());
        let second = next(first.plan, FEED, &poll(PollResult::Listed { items: now, new: &[NOW] }, true), NOW, &pace());
        assert_eq!(second.change, expected, "{before:?} {now:?}");
        if expected.is_some() {
            assert!(second.plan.interval_ms <= 45 * MINUTE_MS);
        }
    };
    check(&["a", "b"], &["b", "c"], None);
    check(&["a", "b"], &["c", "d"], Some(Change::Gap));
    check(&["a", "b"], &[], None);
    check(&[], &["a"], None);
    let long: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    let long: Vec<&str> = long.iter().map(String::as_str).collect();
    check(&["250"], &long, None);
    let told = Poll { missed: true, ..poll(PollResult::Listed { items: &[], new: &[] }, false) };
    assert_eq!(next(with(60), FEED, &told, NOW, &pace()).change, Some(Change::Gap), "by the word of a network");
}

#[test]
fn failures_are_asked_ever_more_rarely_and_end_in_a_word() {
    let failure = |f: Failure| Outcome::Failed(f);
    let run = |outcome: &Outcome, times: usize| {
        let (mut plan, mut now, mut changes) = (with(10), NOW, vec![]);
        for _ in 0..times {
            let next = next(plan, FEED, &poll(PollResult::Failed(outcome), false), now, &pace());
            changes.extend(next.change);
            plan = next.plan;
            let Some(at) = next.at else { return (plan, None, changes) };
            assert!(at > now && at.0 - now.0 <= 33 * DAY_MS);
            let wait = at.0 - now.0;
            now = at;
            if changes.len() > 9 {
                return (plan, Some(wait), changes);
            }
        }
        (plan, Some(now.0), changes)
    };
    let (plan, _, changes) = run(&failure(Failure::Status(410)), 5);
    assert_eq!((plan.standing, changes.as_slice()), (FeedStanding::Retired, &[Change::Retired][..]));
    assert_eq!(run(&failure(Failure::Status(410)), 5).1, None, "never again");
    let (plan, _, changes) = run(&failure(Failure::Status(403)), 5);
    assert_eq!((plan.standing, changes.as_slice()), (FeedStanding::Blocked, &[Change::Failed, Change::Blocked][..]));
    let (plan, at, changes) = run(&failure(Failure::Status(404)), 200);
    assert_eq!((plan.standing, changes.as_slice()), (FeedStanding::Dead, &[Change::Failed, Change::Dead][..]));
    assert!(at.unwrap() > NOW.0 + 365 * DAY_MS, "the last of 200 questions comes after years");
    let (plan, _, _) = run(&failure(Failure::Network("DNS".into())), 4);
    assert_eq!(plan.failures, 2.0);
    let well = next(plan, FEED, &poll(PollResult::Unchanged, false), NOW, &pace());
    assert_eq!((well.change, well.plan.failures, well.plan.standing), (Some(Change::Recovered), 0.0, FeedStanding::Live));
}

#[test]
fn quiet_hours_full_polls_and_no_pace() {
    let night = Pace { quiet_hours: Some((22, 5)), ..pace() };
    let at = |hour: i64| Time(NOW.day_number() * DAY_MS - 7 * HOUR_MS + hour * HOUR_MS);
    let wait = |hour: i64| next(with(10), FEED, &poll(PollResult::Unchanged, false), at(hour), &night).at.unwrap().0 - at(hour).0;
    assert!(wait(23) >= 30 * MINUTE_MS && wait(4) >= 30 * MINUTE_MS);
    assert!(wait(5) < 30 * MINUTE_MS && wait(21) < 30 * MINUTE_MS);
    let listed = next(with(10), FEED, &poll(PollResult::Listed { items: &["a"], new: &[] }, true), NOW, &pace()).plan;
    assert!(
        !wants_full(&listed, NOW.plus(HOUR_MS), 0, 0) && wants_full(&listed, NOW.plus(DAY_MS), 0, 0) && wants_full(&with(10), NOW, 0, 0)
    );
    assert!(
        wants_full(&FeedPlan { newest_item: Some(NOW), ..listed }, NOW.plus(HOUR_MS), 2 * HOUR_MS, HOUR_MS),
        "fresh items are looked at again"
    );
    let always = Pace { start_ms: 0, ..pace() };
    assert_eq!(next(with(10), FEED, &poll(PollResult::Unchanged, false), NOW, &always).at, Some(NOW));
}

/// A feed of the simulation: it publishes every `every` milliseconds and lists its last 20 items.
struct Simulated {
    host: usize,
    name: String,
    every: i64,
    plan: FeedPlan,
    polled_at: Time,
    seen: i64,
    missed: i64,
}

impl Simulated {
    /// Polls; gives the time of the next poll.
    fn poll(&mut self, now: Time, pace: &Pace, numbers: &[String]) -> Time {
        let published = (now.0 - NOW.0) / self.every;
        let first = (published - 19).max(0);
        let listed: Vec<&str> = numbers[first as usize..=published as usize].iter().map(String::as_str).collect();
        let new: Vec<Time> = (self.seen.max(first)..=published).map(|n| NOW.plus(n * self.every)).collect();
        self.missed += (first - self.seen).max(0);
        (self.seen, self.polled_at) = (published + 1, now);
        let next =
            next(std::mem::take(&mut self.plan), &self.name, &poll(PollResult::Listed { items: &listed, new: &new }, true), now, pace);
        self.plan = next.plan;
        next.at.unwrap()
    }
}

/// 10,000 feeds on 1,000 hosts for 24 hours. A host has one connection and two seconds between starts: its budget is 43,200
/// requests a day. Turns at a host are given as `Hosts` gives them: one after another, in the order of coming.
#[test]
fn ten_thousand_feeds_for_a_day() {
    const DELAY: i64 = 2_000;
    let pace = pace();
    // Names of the items of every feed: 24 hours of the fastest, and what the last turn waits.
    let numbers: Vec<String> = (0..=500).map(|n| n.to_string()).collect();
    let mut feeds: Vec<Simulated> = (0..10_000)
        .map(|n| Simulated {
            host: n % 1_000,
            name: format!("https://bao{}.vn/rss/{n}", n % 1_000),
            every: [3, 10, 30, 120, 600][n % 5] * MINUTE_MS,
            plan: FeedPlan::default(),
            polled_at: NOW,
            seen: 0,
            missed: 0,
        })
        .collect();
    let mut queue: BinaryHeap<Reverse<(i64, usize)>> =
        feeds.iter().enumerate().map(|(n, f)| Reverse((NOW.0 + spread_ms(&f.name, pace.start_ms), n))).collect();
    let (mut free, mut polls) = (vec![NOW.0; 1_000], vec![0_u32; 1_000]);
    let (mut longest_wait, mut longest_pause) = (0, 0);
    while let Some(Reverse((due, n))) = queue.pop().filter(|Reverse((due, _))| *due < NOW.0 + DAY_MS) {
        let feed = &mut feeds[n];
        let start = due.max(free[feed.host]);
        free[feed.host] = start + DELAY;
        polls[feed.host] += 1;
        longest_wait = longest_wait.max(start - due);
        longest_pause = longest_pause.max(start - feed.polled_at.0);
        let at = feed.poll(Time(start), &pace, &numbers);
        queue.push(Reverse((at.0, n)));
        assert_eq!(queue.len(), 10_000, "a feed is in the queue once");
    }
    let (most, total) = (polls.iter().max().unwrap(), polls.iter().map(|p| u64::from(*p)).sum::<u64>());
    let state: usize =
        feeds.iter().map(|f| size_of::<FeedPlan>() + f.plan.gaps_ms.capacity() * 8 + f.plan.last_listed.capacity() * 4).sum();
    let missed: i64 = feeds.iter().map(|f| f.missed).sum();
    eprintln!(
        "{total} polls, at most {most} of a host, waits ≤ {longest_wait} ms, pauses ≤ {longest_pause} ms, {state} bytes, {missed} missed"
    );
    assert!(*most <= 43_200 / 5, "a host is asked {most} times a day");
    assert!(longest_wait < 60_000, "a due feed waits {longest_wait} ms for its host");
    assert!(longest_pause <= pace.most_ms * 11 / 10 + 60_000, "no feed starves: {longest_pause} ms");
    assert!(feeds.iter().all(|f| NOW.0 + DAY_MS - f.polled_at.0 <= pace.most_ms * 12 / 10));
    assert!(feeds.iter().all(|f| f.plan.gaps_ms.len() <= GAPS && f.plan.last_listed.len() <= LISTED));
    assert!(state < 10_000 * 1_000, "{state} bytes of state");
    assert_eq!(missed, 0, "articles that left their listing unseen");
}
