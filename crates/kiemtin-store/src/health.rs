//! How is a source doing? Computed from what was stored about it: its feeds, its events and its counts per day.

use crate::types::{FeedState, FeedSubscription, SourceEvent};
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{FeedStanding, Time, words};
use schemars::JsonSchema;
use serde::Serialize;

/// Days of [`SourceHealth::new_per_day`]: the week that is looked at stands in the last 28.
pub const HEALTH_DAYS: i64 = 28;
/// Events of a source that are shown.
pub const HEALTH_EVENTS: usize = 30;
/// A source that used to publish and brought nothing for so long is silent.
const SILENT_MS: i64 = 2 * DAY_MS;
/// Weighted failures in a row after which a feed counts as lost.
const LOST_FAILURES: f64 = 5.0;
/// A feed whose poll is late by this many of its intervals (and 10 minutes) is slow.
const LATE_INTERVALS: i64 = 2;
const LATE_MS: i64 = 10 * 60_000;
/// Articles a week below which a volume says nothing.
const VOLUME_LEAST: f64 = 7.0;

words! {
    /// State of a source, the most pressing one that holds.
    SourceState {
        /// A publisher refuses us.
        Blocked = "blocked" / "bị chặn",
        /// What was public is shown to members only.
        Closed = "closed" / "không còn công khai",
        /// A token is missing, wrong or has expired: it must be renewed.
        Unauthorised = "unauthorised" / "mã truy cập hỏng",
        /// No feed of it can be read.
        Lost = "lost" / "mất",
        /// The requests of the day are used up.
        Exhausted = "exhausted" / "hết hạn mức ngày",
        /// Some feeds fail, or polls come late.
        Slow = "slow" / "chậm",
        /// It can be read, used to publish, and has not for two days.
        Silent = "silent" / "im lặng",
        /// It was never polled.
        Waiting = "waiting" / "chờ thu thập",
        /// All is well.
        Active = "active" / "hoạt động",
    }
}

words! {
    /// What is strange about the number of new documents of the last 7 days against 28.
    VolumeAlarm {
        /// Less than a third of the usual.
        Low = "low" / "ít hơn hẳn bình thường",
        /// More than three times the usual.
        High = "high" / "nhiều hơn hẳn bình thường",
    }
}

/// How a source is doing.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SourceHealth {
    /// Its id.
    pub source: String,
    /// State.
    pub state: SourceState,
    /// The state in Vietnamese.
    pub state_vi: &'static str,
    /// Feeds known.
    pub feeds: u32,
    /// Feeds that failed at their last poll.
    pub feeds_failing: u32,
    /// Some feed is blocked by its publisher.
    pub blocked: bool,
    /// Last failure in words, when a feed fails.
    pub error: Option<String>,
    /// Last poll of any feed.
    pub last_poll: Option<Time>,
    /// Next poll of any feed.
    pub next_poll: Option<Time>,
    /// When its newest listed item came out.
    pub newest_item: Option<Time>,
    /// Polls of the last 7 days that shared nothing with the poll before: something may have been missed.
    pub gaps: u64,
    /// [day number since 1970-01-01 in Vietnam, new documents], ascending; days without any are left out. The last 28 days.
    pub new_per_day: Vec<(i64, u64)>,
    /// New documents of the last 7 days, the present one included.
    pub new_7_days: u64,
    /// New documents of the last 28 days, as a mean per 7 days.
    pub usual_7_days: f64,
    /// Whether the last 7 days are far from usual.
    pub volume: Option<VolumeAlarm>,
    /// The last events, newest first; at most 30.
    pub events: Vec<SourceEvent>,
    /// Hubs (WebSub) that tell of news of its feeds; none where events were not asked for.
    pub subscriptions: Vec<FeedSubscription>,
}

/// Health of a source from its stored parts: `per_day` are new documents by day number, ascending, `gaps` those of 7 days.
/// Subscriptions are left out.
pub fn health(source: &str, feeds: &[FeedState], per_day: Vec<(i64, u64)>, gaps: u64, events: Vec<SourceEvent>, now: Time) -> SourceHealth {
    let polled = |feed: &&FeedState| feed.polled_at.0 > 0;
    let failing = feeds.iter().filter(|f| !f.error.is_empty()).count();
    let any = |standing: FeedStanding| feeds.iter().any(|f| f.plan.standing == standing);
    let blocked = any(FeedStanding::Blocked);
    let newest_item = feeds.iter().filter_map(|f| f.plan.newest_item).max();
    let today = now.day_number();
    let sum = |days: i64| per_day.iter().filter(|(day, _)| *day > today - days && *day <= today).map(|(_, n)| n).sum::<u64>();
    let (new_7_days, new_28_days) = (sum(7), sum(HEALTH_DAYS));
    let usual_7_days = new_28_days as f64 / 4.0;
    // A source that is new here has no usual.
    let old = per_day.first().is_some_and(|(day, _)| *day <= today - 21);
    let volume = if !old || usual_7_days < VOLUME_LEAST {
        None
    } else if (new_7_days as f64) < usual_7_days / 3.0 {
        Some(VolumeAlarm::Low)
    } else {
        (new_7_days as f64 > usual_7_days * 3.0).then_some(VolumeAlarm::High)
    };
    let lost = |f: &FeedState| {
        matches!(f.plan.standing, FeedStanding::Dead | FeedStanding::Retired) || (!f.error.is_empty() && f.plan.failures >= LOST_FAILURES)
    };
    let late = |f: &FeedState| f.next_poll_at.is_some_and(|at| now.0 - at.0 > LATE_INTERVALS * f.plan.interval_ms + LATE_MS);
    let last_new = per_day.iter().filter(|(_, n)| *n > 0).map(|(day, _)| *day).max();
    let state = if blocked {
        SourceState::Blocked
    } else if any(FeedStanding::Closed) {
        SourceState::Closed
    } else if any(FeedStanding::Unauthorised) {
        SourceState::Unauthorised
    } else if !feeds.iter().any(|f| polled(&f)) {
        SourceState::Waiting
    } else if feeds.iter().all(lost) {
        SourceState::Lost
    } else if any(FeedStanding::Exhausted) {
        SourceState::Exhausted
    } else if failing > 0 || feeds.iter().any(late) {
        SourceState::Slow
    } else if last_new.is_some_and(|day| (today - day) * DAY_MS > SILENT_MS) {
        SourceState::Silent
    } else {
        SourceState::Active
    };
    SourceHealth {
        source: source.to_owned(),
        state,
        state_vi: state.vi(),
        feeds: feeds.len() as u32,
        feeds_failing: failing as u32,
        blocked,
        error: feeds.iter().find(|f| !f.error.is_empty()).map(|f| f.error.clone()),
        last_poll: feeds.iter().filter(polled).map(|f| f.polled_at).max(),
        next_poll: feeds.iter().filter_map(|f| f.next_poll_at).min(),
        newest_item,
        gaps,
        new_per_day: per_day,
        new_7_days,
        usual_7_days,
        volume,
        events,
        subscriptions: vec![],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::FeedPlan;

    const NOW: Time = Time(1_772_413_200_000);

    fn feed(error: &str, adjust: impl FnOnce(&mut FeedPlan)) -> FeedState {
        let mut plan = FeedPlan { interval_ms: 600_000, ..FeedPlan::default() };
        adjust(&mut plan);
        FeedState {
            url: "https://bao.vn/rss".into(),
            source: "bao".into(),
            polled_at: NOW.plus(-60_000),
            next_poll_at: Some(NOW.plus(60_000)),
            error: error.into(),
            plan,
            ..FeedState::default()
        }
    }

    #[test]
    fn the_most_pressing_state_is_told() {
        let today = NOW.day_number();
        let check = |feeds: &[FeedState], days: &[(i64, u64)], expected: SourceState| {
            assert_eq!(health("bao", feeds, days.to_vec(), 0, vec![], NOW).state, expected);
        };
        let well = feed("", |_| ());
        check(std::slice::from_ref(&well), &[(today, 3)], SourceState::Active);
        check(std::slice::from_ref(&well), &[], SourceState::Active);
        check(std::slice::from_ref(&well), &[(today - 5, 3)], SourceState::Silent);
        check(&[well.clone(), feed("HTTP 500", |p| p.failures = 9.0)], &[(today, 3)], SourceState::Slow);
        check(&[feed("HTTP 500", |p| p.failures = 9.0)], &[(today, 3)], SourceState::Lost);
        check(&[feed("HTTP 404", |p| p.standing = FeedStanding::Dead)], &[], SourceState::Lost);
        check(&[well.clone(), feed("HTTP 403", |p| p.standing = FeedStanding::Blocked)], &[], SourceState::Blocked);
        check(&[well.clone(), feed("closed", |p| p.standing = FeedStanding::Closed)], &[], SourceState::Closed);
        check(&[well.clone(), feed("token", |p| p.standing = FeedStanding::Unauthorised)], &[], SourceState::Unauthorised);
        check(&[well.clone(), feed("budget", |p| p.standing = FeedStanding::Exhausted)], &[], SourceState::Exhausted);
        check(&[FeedState { next_poll_at: Some(NOW.plus(-3_600_000)), ..well.clone() }], &[(today, 1)], SourceState::Slow);
        check(&[FeedState { polled_at: Time(0), ..well }], &[], SourceState::Waiting);
        check(&[], &[], SourceState::Waiting);
    }

    #[test]
    fn a_week_is_held_against_four() {
        let today = NOW.day_number();
        let check = |per_day: &dyn Fn(i64) -> u64, expected: Option<VolumeAlarm>| {
            let days = (0..28).rev().map(|back| (today - back, per_day(back))).collect();
            let told = health("bao", &[feed("", |_| ())], days, 0, vec![], NOW);
            assert_eq!(told.volume, expected, "{} against {}", told.new_7_days, told.usual_7_days);
        };
        check(&|_| 10, None);
        check(&|back| if back < 7 { 1 } else { 20 }, Some(VolumeAlarm::Low));
        check(&|back| if back < 7 { 100 } else { 1 }, Some(VolumeAlarm::High));
        check(&|back| u64::from(back % 9 == 0), None);
        let young = health("bao", &[feed("", |_| ())], vec![(today - 3, 500)], 0, vec![], NOW);
        assert_eq!(young.volume, None, "no usual yet");
    }
}
