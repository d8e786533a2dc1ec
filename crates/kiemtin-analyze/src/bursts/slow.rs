//! The slow detector: has the subject been written about as it is during a story, for some hours?
//!
//! A sum of evidence (CUSUM of log likelihood ratios: Page 1954; optimal for a change of known size, Moustakides 1986). Each hour
//! adds how much likelier its count is with twice the usual than with the usual, or takes as much off; the sum never falls below 0.
//! Counts are negative binomial, so an hour of few counts says little, whichever way it goes.

use super::judge::Expected;
use super::series::{BASELINE_DAYS, Series, day_of, first_hour};
use super::usual::{Usual, surprise};
use libm::lgamma;

/// The slow detector asks whether an hour has so many times the usual, or the usual.
pub const STORY_RATIO: f64 = 2.0;
/// Least sum of the slow detector. A subject whose sum rises higher by itself needs as much as its fourth highest day of the
/// four weeks had, at most [`SLOW_MOST`].
pub const SLOW: f64 = 5.9;
/// Most that the slow detector asks for.
pub const SLOW_MOST: f64 = 12.0;
/// Part by which the threshold is lowered in the quietest hours: they say little of a story, and chance says little in them as well.
const QUIET: f64 = 0.4;
/// Hours that say how quiet it is.
const QUIET_HOURS: i64 = 7;
/// Days whose highest sum may be that of a story: the threshold is set by the day after them.
const STORY_DAYS: usize = 3;
/// The slow detector does not count further than so many times its threshold: a big story must not look like one for days.
pub(super) const CAP: f64 = 1.5;
/// A story is over when so many hours together have no more than chance makes of the usual: where little is usual, an hour without
/// anything says little, and it would take days to take off what the story added.
const OVER_HOURS: i64 = 12;

/// Evidence of an hour for [`STORY_RATIO`] times the usual: the logarithm of the likelihood ratio of negative binomial counts with
/// this variance to mean. 0 where a count speaks for neither, at 1.44 times the usual.
fn evidence(count: f64, usual: f64, dispersion: f64) -> f64 {
    // The shape of the gamma that the rate is drawn from.
    let shape = (usual / (dispersion - 1.0)).max(f64::MIN_POSITIVE);
    let log_gammas = lgamma(count + STORY_RATIO * shape) - lgamma(STORY_RATIO * shape) - lgamma(count + shape) + lgamma(shape);
    log_gammas - (STORY_RATIO - 1.0) * shape * dispersion.ln()
}

/// Part of the threshold that is asked for, by what is usual of the last hours. When nothing is known of them, all of it is.
pub(super) fn asked(hours: &[Expected], hour: i64, per_day: f64) -> f64 {
    let last: Vec<f64> = hours.iter().filter(|e| e.hour > hour - QUIET_HOURS).map(|e| e.usual).collect();
    if last.is_empty() || per_day <= 0.0 {
        return 1.0;
    }
    let mean = last.iter().sum::<f64>() / last.len() as f64;
    let part = (mean * 24.0 / per_day).min(1.0);
    1.0 - QUIET * (1.0 - part)
}

/// What this subject has to reach: see [`SLOW`].
pub(super) fn calibrated(series: &Series, usual: &Usual, end: i64) -> f64 {
    let hours: Vec<Expected> = (first_hour(day_of(end) - BASELINE_DAYS)..first_hour(day_of(end)))
        .filter_map(|hour| {
            let (count, volume) = usual.counted(series, hour)?;
            Some(Expected { hour, count, usual: usual.expected(hour, volume), dispersion: usual.dispersion, planned: None })
        })
        .collect();
    let mut highest = [0.0_f64; BASELINE_DAYS as usize];
    for (hour, (sum, _)) in hours.iter().zip(sums(&hours, f64::MAX)) {
        let days_ago = usize::try_from(day_of(end) - day_of(hour.hour) - 1).ok();
        if let Some(of_day) = days_ago.and_then(|days| highest.get_mut(days)) {
            *of_day = of_day.max(sum);
        }
    }
    highest.sort_by(|a, b| b.total_cmp(a));
    highest.get(STORY_DAYS).copied().unwrap_or_default().clamp(SLOW, SLOW_MOST)
}

/// The sum, held at `most`, and the hour since which it is above 0.
pub(super) fn sum(hours: &[Expected], most: f64) -> (f64, i64) {
    sums(hours, most).last().unwrap_or_default()
}

/// The sum in each hour, held at `most`, and the hour since which it is above 0.
fn sums(hours: &[Expected], most: f64) -> impl Iterator<Item = (f64, i64)> {
    let (mut sum, mut since) = (0.0_f64, 0);
    hours.iter().enumerate().map(move |(i, e)| {
        if sum <= 0.0 {
            since = e.hour;
        }
        sum = (sum + evidence(e.count, e.usual, e.dispersion)).clamp(0.0, most);
        if sum > 0.0 && e.hour - since >= OVER_HOURS && is_over(hours.get(..=i).unwrap_or_default()) {
            sum = 0.0;
        }
        (sum, since)
    })
}

/// Do the last hours have no more than chance makes of the usual?
fn is_over(hours: &[Expected]) -> bool {
    let Some(now) = hours.last() else { return true };
    let last = hours.iter().rev().take_while(|e| e.hour > now.hour - OVER_HOURS);
    let (count, usual) = last.fold((0.0, 0.0), |a, e| (a.0 + e.count, a.1 + e.usual));
    surprise(count, usual) <= now.dispersion.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_for_a_story_above_less_than_half_as_many_again() {
        // With little dispersion counts are Poisson: (ratio − 1) / ln ratio = 1.44 times the usual speaks for neither.
        let even = |count: f64, usual: f64| evidence(count, usual, 1.000_1);
        assert!(even(144.0, 100.0) < 0.0 && even(145.0, 100.0) > 0.0);
        let poisson = 30.0 * std::f64::consts::LN_2 - 20.0;
        assert!((even(30.0, 20.0) - poisson).abs() < 0.01, "{} is not {poisson}", even(30.0, 20.0));
        assert!(evidence(20.0, 10.0, 3.0) < even(20.0, 10.0), "what varies more says less");
        assert!(evidence(0.0, 0.0, 3.0).abs() < 1e-9 && evidence(f64::from(u32::MAX), 1.0, 3.0).is_finite());
    }
}
