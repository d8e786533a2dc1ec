//! Can a feed be left to its hub? A hub is believed once it has told of something, and no longer when it kept something back.

use kiemtin_model::Time;

/// A hub has so long to tell of an item, in milliseconds.
const LATE_MS: i64 = 10 * 60_000;

/// What the hub of a feed has told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pushes {
    /// Since when it tells.
    pub since: Time,
    /// When it last told of something.
    pub last: Option<Time>,
}

impl Pushes {
    /// Whether a poll at `now` found something new, of these times, of which the hub should have told and has not: it came out
    /// after the hub began to tell and some minutes ago, and the hub has been silent since. What gives no time is as old as the
    /// poll, and proves nothing.
    pub(super) fn missed_any(self, new: &[Time], now: Time) -> bool {
        let missed = |at: &Time| *at > self.since && now.0 - at.0 > LATE_MS && self.last.is_none_or(|last| last < *at);
        new.iter().any(missed)
    }

    /// Whether the hub told of something, and has kept nothing back since. Many feeds name a hub that nobody feeds any more: one
    /// that agrees to tell has proved nothing yet.
    pub(super) fn are_trusted(self, missed_at: Option<Time>) -> bool {
        self.last.is_some_and(|last| missed_at.is_none_or(|missed| missed < last))
    }
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::*;

    const NOW: Time = Time(1_772_413_200_000);
    const FEED: &str = "https://bao.vn/rss";

    fn ago(minutes: i64) -> Time {
        NOW.plus(-minutes * MINUTE_MS)
    }

    /// Minutes until the next poll of a feed that publishes every 10 minutes, when its last poll found what came out then.
    fn wait(plan: FeedPlan, pushed: Option<i64>, published: &[i64]) -> (i64, FeedPlan) {
        let new: Vec<Time> = published.iter().map(|minutes| ago(*minutes)).collect();
        let pushes = Some(Pushes { since: ago(3 * 60), last: pushed.map(ago) });
        let result = PollResult::Listed { items: &["a", "b", "c", "d"], new: &new };
        let poll = Poll { result, full: true, pause: None, moved_to: None, pushes, missed: false };
        let next = next(plan, FEED, &poll, NOW, &Pace { quiet_hours: Some((0, 24)), ..Pace::default() });
        ((next.at.unwrap().0 - NOW.0) / MINUTE_MS, next.plan)
    }

    #[test]
    fn a_hub_is_trusted_while_it_tells_of_everything() {
        let plan = || FeedPlan { interval_ms: 10 * MINUTE_MS, gaps_ms: vec![10 * MINUTE_MS; 20], ..FeedPlan::default() };
        let check = |pushed: Option<i64>, published: &[i64], trusted: bool| {
            let (minutes, plan) = wait(plan(), pushed, published);
            let expected = if trusted { 360..=396 } else { 4..=80 };
            assert!(expected.contains(&minutes), "pushed {pushed:?}, published {published:?} minutes ago: {minutes}");
            plan
        };
        check(Some(0), &[1], true);
        check(Some(30), &[], true);
        check(None, &[1], false);
        check(None, &[], false);
        check(Some(60), &[9], true);
        check(Some(60), &[70], true);
        check(Some(60), &[200], true);
        let lost = check(Some(60), &[11], false);
        assert_eq!(lost.hub_missed_at, Some(NOW));
        let (minutes, _) = wait(FeedPlan { hub_missed_at: Some(ago(20)), ..plan() }, Some(60), &[]);
        assert!(minutes < 100, "not believed until it tells again: {minutes}");
        let (minutes, _) = wait(FeedPlan { hub_missed_at: Some(ago(20)), ..plan() }, Some(10), &[]);
        assert!(minutes >= 360, "{minutes}");
    }

    #[test]
    fn a_gap_and_a_failure_are_polled_at_their_own_pace() {
        let pushes = Some(Pushes { since: ago(60), last: Some(ago(0)) });
        let plan = FeedPlan { interval_ms: 10 * MINUTE_MS, last_listed: vec![1, 2, 3], ..FeedPlan::default() };
        let minutes = |result| {
            let poll = Poll { result, full: true, pause: None, moved_to: None, pushes, missed: false };
            (next(plan.clone(), FEED, &poll, NOW, &Pace::default()).at.unwrap().0 - NOW.0) / MINUTE_MS
        };
        assert!(minutes(PollResult::Listed { items: &["x"], new: &[NOW] }) < 12);
        assert!(minutes(PollResult::Failed(&Outcome::Failed(Failure::Status(500)))) < 12);
        assert!(minutes(PollResult::Unchanged) >= 360);
    }
}
