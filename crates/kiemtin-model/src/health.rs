//! Do we see everything of a source that we should? Told from its listings and from what they named, never by a person's word.

use crate::time::DAY_MS;
use crate::{Time, words};
use serde::Serialize;

/// Days looked back on: four weeks against which the last one is held.
pub const DAYS: usize = 28;
/// The last week.
const WEEK: usize = 7;
/// Fewest addresses in a usual week for its volume to say anything.
const USUAL_LEAST: f64 = 7.0;
/// Failures in a row from which a listing counts as failing: one may be an accident.
const FAILING: u32 = 2;

words! {
    /// State of a source. The order is that of concern: what needs somebody comes first.
    HealthState {
        /// The publisher turns us away.
        Blocked = "blocked" / "Bị chặn",
        /// None of its listings can be read.
        Failing = "failing" / "Mất kết nối",
        /// It named nothing for a week, and usually does.
        Silent = "silent" / "Im lặng",
        /// Some of its listings cannot be read.
        Partly = "partly" / "Lỗi một phần",
        /// Less than half of what it usually names.
        Fewer = "fewer" / "Ít bất thường",
        /// More than three times what it usually names.
        More = "more" / "Nhiều bất thường",
        /// Not asked yet.
        Never = "never" / "Chưa thu thập",
        /// As it should be.
        Working = "working" / "Hoạt động",
        /// Switched off in the configuration.
        Off = "off" / "Đã tắt",
    }
}

/// What is known of one of its listings.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ListingHealth {
    /// Its address as configured.
    pub url: String,
    /// Last poll; none before the first one.
    pub polled_at: Option<Time>,
    /// Failures in a row.
    pub failures: u32,
    /// Last failure in words; empty when the last poll went well.
    pub error: String,
}

/// Addresses that a source named for the first time on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DayCount {
    /// Vietnamese calendar day, counted from 1970-01-01.
    pub day: i64,
    /// Addresses.
    pub named: u32,
    /// Those of them that became documents.
    pub kept: u32,
}

/// The health of a source at one moment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SourceHealth {
    /// Its state.
    pub state: HealthState,
    /// Why, in Vietnamese words; empty where there is nothing to say.
    pub reason: String,
    /// Last time that one of its listings was asked.
    pub polled_at: Option<Time>,
    /// Addresses named first in the last seven days.
    pub last_week: u32,
    /// Usual number of a week: the mean of the three weeks before; none while there is no such past.
    pub usual_week: Option<f64>,
    /// The last 28 days, oldest first, empty ones included.
    pub days: Vec<DayCount>,
    /// Its listings.
    pub listings: Vec<ListingHealth>,
}

impl SourceHealth {
    /// From what is stored. `days`: those with anything in them, in any order; older ones are left out.
    pub fn new(enabled: bool, listings: Vec<ListingHealth>, days: &[DayCount], now: Time) -> Self {
        let today = now.day_number();
        let first = today + 1 - DAYS as i64;
        let of = |day: i64| days.iter().find(|d| d.day == day).copied().unwrap_or(DayCount { day, ..DayCount::default() });
        let days: Vec<DayCount> = (first..=today).map(of).collect();
        let named = |days: &[DayCount]| days.iter().map(|d| d.named).sum::<u32>();
        let (before, week) = days.split_at(DAYS - WEEK);
        let last_week = named(week);
        // A source that is younger than two weeks has no usual week.
        let known = before.iter().position(|d| d.named > 0).map(|at| before.len() - at).filter(|days| *days >= WEEK);
        let usual_week = known.map(|days| f64::from(named(before)) * WEEK as f64 / days as f64);
        let polled_at = listings.iter().filter_map(|l| l.polled_at).max();
        let (state, reason) = state(enabled, &listings, last_week, usual_week);
        Self { state, reason, polled_at, last_week, usual_week, days, listings }
    }

    /// Addresses named first today.
    pub fn today(&self) -> u32 {
        self.days.last().map_or(0, |d| d.named)
    }

    /// Whether somebody should look at it.
    pub fn troubled(&self) -> bool {
        self.state < HealthState::Never
    }
}

fn state(enabled: bool, listings: &[ListingHealth], week: u32, usual: Option<f64>) -> (HealthState, String) {
    let failing: Vec<&ListingHealth> = listings.iter().filter(|l| l.failures >= FAILING).collect();
    let error = failing.first().map(|l| l.error.clone()).unwrap_or_default();
    let usual = usual.filter(|usual| *usual >= USUAL_LEAST);
    let volume = |usual: f64| format!("7 ngày qua {week} địa chỉ mới, thường khoảng {usual:.0}");
    let refused = |l: &&ListingHealth| ["HTTP 401", "HTTP 403", "HTTP 429", "HTTP 451"].iter().any(|code| l.error.contains(code));
    if !enabled {
        (HealthState::Off, String::new())
    } else if listings.iter().all(|l| l.polled_at.is_none()) {
        (HealthState::Never, String::new())
    } else if !failing.is_empty() && failing.len() == listings.len() {
        (if failing.iter().all(refused) { HealthState::Blocked } else { HealthState::Failing }, error)
    } else if let Some(usual) = usual.filter(|_| week == 0) {
        (HealthState::Silent, volume(usual))
    } else if !failing.is_empty() {
        (HealthState::Partly, format!("{} trong {} danh sách không đọc được: {error}", failing.len(), listings.len()))
    } else if let Some(usual) = usual.filter(|usual| f64::from(week) * 2.0 < *usual) {
        (HealthState::Fewer, volume(usual))
    } else if let Some(usual) = usual.filter(|usual| f64::from(week) > *usual * 3.0) {
        (HealthState::More, volume(usual))
    } else {
        (HealthState::Working, String::new())
    }
}

/// The first moment that [`SourceHealth`] looks back on.
pub fn looked_back(now: Time) -> Time {
    now.plus(-(DAYS as i64) * DAY_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time(1_795_000_000_000);

    fn listing(failures: u32, error: &str) -> ListingHealth {
        ListingHealth { url: "https://bao.vn/rss".into(), polled_at: Some(NOW), failures, error: error.into() }
    }

    /// So many addresses a day from `from` to `to` days ago.
    fn days(parts: &[(i64, i64, u32)]) -> Vec<DayCount> {
        let of = |(from, to, named): &(i64, i64, u32)| {
            let named = *named;
            (*to..=*from).map(move |ago| DayCount { day: NOW.day_number() - ago, named, kept: named }).collect::<Vec<_>>()
        };
        parts.iter().flat_map(of).collect()
    }

    #[test]
    fn states_follow_from_listings_and_volume() {
        use HealthState::*;
        let (well, bad, forbidden) = (listing(0, ""), listing(3, "failed: HTTP 500"), listing(2, "failed: HTTP 403"));
        let usual = days(&[(27, 0, 10)]);
        for (listings, counts, expected) in [
            (vec![well.clone()], usual.clone(), Working),
            (vec![well.clone()], vec![], Working),
            (vec![listing(1, "failed: HTTP 500")], usual.clone(), Working),
            (vec![bad.clone()], usual.clone(), Failing),
            (vec![bad.clone(), well.clone()], usual.clone(), Partly),
            (vec![forbidden.clone()], usual.clone(), Blocked),
            (vec![forbidden, bad.clone()], usual.clone(), Failing),
            (vec![well.clone()], days(&[(27, 7, 10)]), Silent),
            (vec![bad, well.clone()], days(&[(27, 7, 10)]), Silent),
            (vec![well.clone()], days(&[(27, 7, 10), (6, 0, 4)]), Fewer),
            (vec![well.clone()], days(&[(27, 7, 10), (6, 0, 31)]), More),
            // A usual week of three is too little to say anything.
            (vec![well.clone()], days(&[(27, 25, 3)]), Working),
            // Known for nine days only.
            (vec![well.clone()], days(&[(9, 7, 40)]), Working),
            (vec![ListingHealth { polled_at: None, ..well.clone() }], vec![], Never),
        ] {
            let health = SourceHealth::new(true, listings, &counts, NOW);
            assert_eq!(health.state, expected, "{health:?}");
            assert_eq!(health.reason.is_empty(), matches!(expected, Working | Never), "{health:?}");
        }
        assert_eq!(SourceHealth::new(false, vec![listing(9, "x")], &usual, NOW).state, Off);
    }

    #[test]
    fn the_usual_week_is_that_of_the_days_known() {
        let health = SourceHealth::new(true, vec![listing(0, "")], &days(&[(16, 0, 3)]), NOW);
        assert_eq!((health.usual_week, health.last_week, health.today(), health.days.len()), (Some(21.0), 21, 3, DAYS));
        assert!(!health.troubled());
    }
}
