//! When is a feed polled next? Pure: what is known, how the poll went and the time give the next plan.
//!
//! The interval follows the observed arrivals: the median time between the last 20 new items, shortened when a poll brings
//! much, lengthened when it brings nothing. A feed that fails is asked ever more rarely, but never dropped in silence: only
//! 410 (gone for good) ends it. A feed whose hub has shown that it tells of news is left in peace for longer. Times of one feed are moved by a share drawn from a hash of its address, so that feeds
//! which began together drift apart and a run can be repeated.

mod moves;
mod pushes;

pub use pushes::Pushes;

use kiemtin_model::subscription::LEAST_POLL_MS;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{Failure, FeedPlan, FeedStanding, Outcome, Priority, Refusal, Time};
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::time::Duration;

const MINUTE_MS: i64 = 60_000;
/// Gaps that the interval is made from.
const GAPS: usize = 20;
/// Fewer gaps say nothing.
const FEW_GAPS: usize = 3;
/// A feed that brings nothing new is polled at least once in so many usual gaps.
const MOST_GAPS: i64 = 12;
/// Prints of the last listing that are remembered.
const LISTED: usize = 100;
/// Validators are left out once in this time, so that a server which answers 304 wrongly is found out.
const FULL_EVERY: i64 = DAY_MS;
/// Failures, or time of failing, after which a feed is asked once a week; and time after which once in 30 days.
const MANY_FAILURES: f64 = 30.0;
const LONG_FAILING: i64 = 14 * DAY_MS;
const VERY_LONG_FAILING: i64 = 60 * DAY_MS;
/// 404 for so long: the feed is dead.
const MISSING_UNTIL_DEAD: i64 = 7 * DAY_MS;
/// A feed whose requests of the day are used up is looked at again after this time.
const EXHAUSTED_MS: i64 = 30 * MINUTE_MS;
/// A feed whose token does not serve is asked again after this time: a person may have renewed it.
const UNAUTHORISED_MS: i64 = HOUR_MS;
/// 403 answers in a row that make a feed blocked.
const REFUSALS_UNTIL_BLOCKED: u32 = 3;

/// Bounds of the pace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Interval of a feed of which nothing is known yet, in milliseconds. 0: every feed is always due.
    pub start_ms: i64,
    /// Shortest interval, in milliseconds.
    pub least_ms: i64,
    /// Longest interval of a feed that can be read, in milliseconds.
    pub most_ms: i64,
    /// Hours of the Vietnamese day, from and before, in which intervals are twice as long; `22..5` passes midnight.
    pub quiet_hours: Option<(u8, u8)>,
    /// Of the source: a high one is polled twice as often, a low one half as often.
    pub priority: Priority,
}

impl Default for Pace {
    fn default() -> Self {
        Self { start_ms: 10 * MINUTE_MS, least_ms: LEAST_POLL_MS, most_ms: 6 * HOUR_MS, quiet_hours: None, priority: Priority::Normal }
    }
}

/// A poll: how it went and what its server said beside.
#[derive(Clone, Copy, Debug)]
pub struct Poll<'a> {
    /// How it went.
    pub result: PollResult<'a>,
    /// It went without validators, and the body was read whatever it was.
    pub full: bool,
    /// Least time until the next poll that feed or server ask for.
    pub pause: Option<Duration>,
    /// Where the address has moved for good, by the server's word.
    pub moved_to: Option<&'a str>,
    /// What its hub has told, where one tells of its news now.
    pub pushes: Option<Pushes>,
    /// What was read says itself that something before it is lost.
    pub missed: bool,
}

/// How a poll went.
#[derive(Clone, Copy, Debug)]
pub enum PollResult<'a> {
    /// The same as last time, by the server's word.
    Unchanged,
    /// A listing.
    Listed {
        /// Addresses of its items.
        items: &'a [&'a str],
        /// When those came out that were not known before; the time of the poll where a listing gives none.
        new: &'a [Time],
    },
    /// It could not be read.
    Failed(&'a Outcome),
}

/// What a poll changed that a person may want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It shared nothing with the poll before, or its network says that posts are lost: something may have been missed.
    Gap,
    /// It can be read again.
    Recovered,
    /// It failed.
    Failed,
    /// It refused for the third time.
    Blocked,
    /// What was public is shown to members only.
    Closed,
    /// The token is missing, wrong or has expired.
    Unauthorised,
    /// Not found for seven days.
    Dead,
    /// Gone for good.
    Retired,
    /// Its new address is believed and polled from now on.
    Moved,
    /// Its new address cannot be read: the configured one is polled again.
    MovedBack,
}

/// Plan, time of the next poll (none: never) and what changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// The plan to keep.
    pub plan: FeedPlan,
    /// The next poll.
    pub at: Option<Time>,
    /// What changed.
    pub change: Option<Change>,
}

/// Whether a poll must ask for the whole body, without validators: once a day; and once every `recheck_ms` while an item is
/// younger than `fresh_ms`, because its page is looked at again for edits, whether its listing changes or not.
pub fn wants_full(plan: &FeedPlan, now: Time, fresh_ms: i64, recheck_ms: i64) -> bool {
    let fresh = plan.newest_item.is_some_and(|at| now.0 - at.0 < fresh_ms);
    let every = if fresh { recheck_ms.min(FULL_EVERY) } else { FULL_EVERY };
    plan.full_at.is_none_or(|at| now < at || now.0 - at.0 >= every)
}

/// Share of `window_ms` that a feed waits after a start, so that a restart does not ask all at once.
pub fn spread_ms(feed: &str, window_ms: i64) -> i64 {
    drawn(feed, 0, window_ms)
}

/// The plan after a poll of `feed` at `now`.
pub fn next(mut plan: FeedPlan, feed: &str, poll: &Poll<'_>, now: Time, pace: &Pace) -> Next {
    // What feed and server ask for is no reason to miss news again: after a gap it does not count until the next poll.
    let mut floor = poll.pause.map_or(0, |pause| i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)).min(pace.most_ms);
    // A service that refuses and says for how long is left alone for so long, this once.
    let asked = if matches!(poll.result, PollResult::Failed(_)) && pace.start_ms > 0 { floor } else { 0 };
    let change = match poll.result {
        PollResult::Failed(Outcome::Refused(Refusal::Budget)) => {
            // Nothing is wrong with it: it goes on when the first requests of the day before no longer count.
            plan.standing = FeedStanding::Exhausted;
            return Next { plan, at: Some(now.plus(EXHAUSTED_MS + drawn(feed, now.0, EXHAUSTED_MS / 10))), change: None };
        }
        PollResult::Failed(outcome) => {
            floor = plan.floor_ms;
            moves::failed(&mut plan, outcome).or_else(|| failed(&mut plan, outcome, now))
        }
        PollResult::Unchanged => {
            let recovered = read(&mut plan, now, false);
            // A server that says "the same" says nothing of the feed's own wish.
            floor = floor.max(plan.floor_ms);
            plan.interval_ms = longer(&plan, pace);
            moves::seen(&mut plan, feed, poll.moved_to, now).or(recovered)
        }
        PollResult::Listed { items, new } => {
            let recovered = read(&mut plan, now, poll.full);
            let gap = overlap_lost(&mut plan, items) || poll.missed;
            remember_arrivals(&mut plan, new, now);
            if poll.pushes.is_some_and(|pushes| pushes.missed_any(new, now)) {
                plan.hub_missed_at = Some(now);
            }
            plan.interval_ms = interval(&plan, items.len(), new.len(), gap, pace);
            let moved = moves::seen(&mut plan, feed, poll.moved_to, now);
            if gap {
                floor = 0;
                Some(Change::Gap)
            } else {
                moved.or(recovered)
            }
        }
    };
    plan.floor_ms = floor;
    let at = (plan.standing != FeedStanding::Retired).then(|| {
        // After a gap its own pace counts until the next poll, whatever the hub tells.
        let told = change != Some(Change::Gap) && poll.pushes.is_some_and(|pushes| pushes.are_trusted(plan.hub_missed_at));
        let wait = if plan.failures > 0.0 {
            back_off(&plan, now, pace)
        } else if told && pace.start_ms > 0 {
            pace.most_ms
        } else {
            paced(&plan, now, pace)
        }
        .max(asked);
        // Up to a tenth more, another one each time.
        now.plus(wait + drawn(feed, now.0, wait / 10))
    });
    Next { plan, at, change }
}

fn read(plan: &mut FeedPlan, now: Time, full: bool) -> Option<Change> {
    let failed = plan.failing_since.is_some();
    (plan.standing, plan.failures, plan.refusals) = (FeedStanding::Live, 0.0, 0);
    (plan.failing_since, plan.missing_since) = (None, None);
    if full {
        plan.full_at = Some(now);
    }
    failed.then_some(Change::Recovered)
}

fn failed(plan: &mut FeedPlan, outcome: &Outcome, now: Time) -> Option<Change> {
    // A network that is down and a host that asks for patience say little about the feed.
    let soft = matches!(outcome, Outcome::Failed(Failure::Network(_) | Failure::RetryLater));
    plan.failures += if soft { 0.5 } else { 1.0 };
    let first = plan.failing_since.is_none();
    plan.failing_since.get_or_insert(now);
    let status = if let Outcome::Failed(Failure::Status(status)) = outcome { *status } else { 0 };
    plan.refusals = if status == 403 { plan.refusals + 1 } else { 0 };
    let missing = if status == 404 { *plan.missing_since.get_or_insert(now) } else { now };
    if status != 404 {
        plan.missing_since = None;
    }
    let standing = if status == 410 {
        FeedStanding::Retired
    } else if status == 404 && now.0 - missing.0 >= MISSING_UNTIL_DEAD {
        FeedStanding::Dead
    } else if plan.refusals >= REFUSALS_UNTIL_BLOCKED || matches!(outcome, Outcome::Refused(Refusal::Challenge | Refusal::Robots)) {
        FeedStanding::Blocked
    } else {
        match outcome {
            Outcome::Refused(Refusal::Closed) => FeedStanding::Closed,
            Outcome::Refused(Refusal::Token) => FeedStanding::Unauthorised,
            _ => plan.standing,
        }
    };
    let moved = standing != plan.standing;
    plan.standing = standing;
    match standing {
        FeedStanding::Retired if moved => Some(Change::Retired),
        FeedStanding::Dead if moved => Some(Change::Dead),
        FeedStanding::Blocked if moved => Some(Change::Blocked),
        FeedStanding::Closed if moved => Some(Change::Closed),
        FeedStanding::Unauthorised if moved => Some(Change::Unauthorised),
        _ => first.then_some(Change::Failed),
    }
}

/// Longer with every failure up to a day; then once a week, then once in 30 days.
fn back_off(plan: &FeedPlan, now: Time, pace: &Pace) -> i64 {
    let failing = plan.failing_since.map_or(0, |since| now.0 - since.0);
    if failing >= VERY_LONG_FAILING {
        return 30 * DAY_MS;
    }
    if plan.standing == FeedStanding::Dead || plan.failures >= MANY_FAILURES || failing >= LONG_FAILING {
        return 7 * DAY_MS;
    }
    match plan.standing {
        FeedStanding::Unauthorised => return UNAUTHORISED_MS,
        FeedStanding::Closed => return DAY_MS,
        _ => {}
    }
    let base = if plan.interval_ms > 0 { plan.interval_ms } else { pace.start_ms };
    ((base as f64 * plan.failures.max(1.0)) as i64).min(DAY_MS)
}

/// Whether this listing shares nothing with the one before, both with items.
fn overlap_lost(plan: &mut FeedPlan, items: &[&str]) -> bool {
    if items.is_empty() {
        return false;
    }
    let listed: Vec<u32> = items.iter().take(LISTED).map(|item| (hash(item, 0) >> 32) as u32).collect();
    // A listing longer than what is remembered may hold the others further down.
    let all = |print: &u32| items.iter().skip(LISTED).any(|item| (hash(item, 0) >> 32) as u32 == *print);
    let lost = !plan.last_listed.is_empty() && !plan.last_listed.iter().any(|print| listed.contains(print) || all(print));
    plan.last_listed = listed;
    lost
}

fn remember_arrivals(plan: &mut FeedPlan, new: &[Time], now: Time) {
    let mut times: Vec<Time> = new.iter().map(|at| (*at).min(now)).collect();
    times.sort_unstable();
    for at in times {
        if let Some(before) = plan.newest_item {
            if at < before {
                continue;
            }
            plan.gaps_ms.push(at.0 - before.0);
        }
        plan.newest_item = Some(at);
    }
    let excess = plan.gaps_ms.len().saturating_sub(GAPS);
    plan.gaps_ms.drain(..excess);
}

fn interval(plan: &FeedPlan, items: usize, new: usize, gap: bool, pace: &Pace) -> i64 {
    let now = if plan.interval_ms > 0 { plan.interval_ms } else { pace.start_ms };
    if new == 0 {
        return longer(plan, pace);
    }
    let observed = median_gap(plan).unwrap_or(now);
    let wanted = if gap || new * 10 > items * 3 { observed.min(now / 2) } else { observed };
    bounded(wanted, pace)
}

/// The usual time between two new items; `None` when too few are known.
fn median_gap(plan: &FeedPlan) -> Option<i64> {
    let mut gaps = plan.gaps_ms.clone();
    gaps.sort_unstable();
    gaps.get(gaps.len() / 2).copied().filter(|_| gaps.len() >= FEW_GAPS)
}

/// Half as long again, but no longer than some usual gaps: a newspaper that writes every few minutes by day is not found asleep
/// for hours in the morning. A feed without a past that brings nothing begins at the start interval.
fn longer(plan: &FeedPlan, pace: &Pace) -> i64 {
    let wanted = if plan.interval_ms > 0 { plan.interval_ms + plan.interval_ms / 2 } else { pace.start_ms };
    let most = median_gap(plan).map_or(pace.most_ms, |gap| (gap * MOST_GAPS).max(3 * pace.start_ms));
    bounded(wanted.min(most), pace)
}

fn bounded(wanted: i64, pace: &Pace) -> i64 {
    if pace.start_ms == 0 { 0 } else { wanted.max(pace.least_ms).min(pace.most_ms) }
}

/// The wait of a feed that can be read: its interval by the source's priority, but no less than it asks for itself.
fn paced(plan: &FeedPlan, now: Time, pace: &Pace) -> i64 {
    let interval = match pace.priority {
        Priority::High => plan.interval_ms / 2,
        Priority::Normal => plan.interval_ms,
        Priority::Low => plan.interval_ms * 2,
    };
    let floor = if pace.start_ms == 0 { 0 } else { plan.floor_ms };
    quiet(bounded(interval, pace).max(floor), now, pace)
}

fn quiet(interval_ms: i64, now: Time, pace: &Pace) -> i64 {
    let hour = ((now.0 + 7 * HOUR_MS).rem_euclid(DAY_MS) / HOUR_MS) as u8;
    let is_quiet = pace
        .quiet_hours
        .is_some_and(|(from, before)| if from <= before { (from..before).contains(&hour) } else { hour >= from || hour < before });
    if is_quiet { interval_ms * 2 } else { interval_ms }
}

fn drawn(feed: &str, salt: i64, below: i64) -> i64 {
    let below = u64::try_from(below).unwrap_or(0).max(1);
    i64::try_from(hash(feed, salt) % below).unwrap_or(0)
}

fn hash(text: &str, salt: i64) -> u64 {
    let mut hash = DefaultHasher::new();
    (text, salt).hash(&mut hash);
    hash.finish()
}

#[cfg(test)]
mod tests;
