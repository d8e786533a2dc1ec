//! Does a subject burst in this hour? Two detectors and a rule for what is rarely written about.
//!
//! *Fast*: the count of four hours against what is usual, as Anscombe's difference in units of its own variation. *Slow*: what every
//! hour since two days ago says for a story, added up (see [`super::slow`]). Below some documents a day neither can tell chance from
//! news: there, several sources within two hours are the sign.

use super::series::{BASELINE_DAYS, JUDGED_DAYS, Series, day_of, first_hour};
use super::slow::{self, CAP, SLOW};
use super::usual::{Usual, WINDOW, median, surprise};
use crate::policies::Occurrence;

/// Least surprise of the fast detector.
pub const FAST: f64 = 4.3;
/// Least part of the present hour that is reckoned with: many documents are dated to the full hour.
const LEAST_PASSED: f64 = 0.25;
/// Thresholds are raised by this while fewer than four weeks are known.
const IMMATURE: f64 = 1.25;
/// A burst lasts while it has this part of what began it.
const LASTS: f64 = 0.5;
/// Usual count of a day below which a subject is rare.
pub const RARE_A_DAY: f64 = 1.0;
/// Hours in which several sources make a rare subject's burst.
pub const RARE_HOURS: i64 = 2;
/// Days below which they are raised by more.
const FEW_DAYS: usize = 7;
const FEW: f64 = 1.6;

/// What saw the burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detector {
    /// Four hours far above the usual.
    Fast,
    /// Above the usual for long.
    Slow,
    /// Several sources about something rare.
    Rare,
}

/// A judgement with what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What saw a burst, if anything did. Whether somebody is told is for [`super::warrants`] to say.
    pub detector: Option<Detector>,
    /// A burst that was seen before is not over.
    pub lasts: bool,
    /// The first hour of what was counted.
    pub from: i64,
    /// The hours from then to this one that were counted; those in which much of the coverage is missing are left out.
    pub hours: i64,
    /// Weighted count of these hours.
    pub count: f64,
    /// What is usual of them.
    pub usual: f64,
    /// Surprise: of the fast detector, in units of variation, or the slow one's sum of evidence, a natural logarithm.
    pub surprise: f64,
    /// What the surprise had to reach.
    pub threshold: f64,
    /// Share of all coverage of these hours.
    pub share: f64,
    /// Variance to mean of the counts.
    pub dispersion: f64,
    /// Usual count of a day.
    pub per_day: f64,
    /// Fewer than four weeks are known.
    pub immature: bool,
    /// The calendar's event that was reckoned with.
    pub planned: Option<String>,
}

/// Judges an hour by what was counted up to it. `passed` is the part of this hour that has passed (0 to 1). `planned` are the
/// days of the calendar that concern this subject, today's and those of the weeks before: such a day is compared with the earlier
/// ones of its event; where there are none, its counts are believed to vary twice as much. Reads the series from [`super::read_from`] on; an hour without
/// anything of the subject in the last four is never a burst.
pub fn judge(series: &Series, hour: i64, passed: f64, planned: &[Occurrence]) -> Judged {
    let today = day_of(hour);
    let usual = Usual::new(series, today - JUDGED_DAYS, hour, planned);
    let from = first_hour(today - JUDGED_DAYS);
    let hours: Vec<Expected> = (from..=hour).filter_map(|h| expect(series, &usual, (h, hour, passed), planned)).collect();
    let immature = (usual.days as i64) < BASELINE_DAYS;
    let raised = match usual.days {
        days if days < FEW_DAYS => FEW,
        _ if immature => IMMATURE,
        _ => 1.0,
    };
    let rare = usual.per_day < RARE_A_DAY;

    let last: Vec<&Expected> = hours.iter().filter(|e| e.hour > hour - if rare { RARE_HOURS } else { WINDOW }).collect();
    let fast = fast(&last);
    let mut slow = slow::sum(&hours, f64::MAX);
    let asked = slow::asked(&hours, hour, usual.per_day);
    let mut needed = SLOW * asked;
    if slow.0 >= needed * LASTS {
        needed = slow::calibrated(series, &usual, from) * asked;
        slow = slow::sum(&hours, needed * CAP);
    }
    let (detector, score, threshold, counted): (Option<Detector>, f64, f64, Vec<&Expected>) = if rare {
        let count: f64 = last.iter().map(|e| e.count).sum();
        // Before anything is known nothing is known to be rare.
        ((count > 0.0 && usual.days > 0).then_some(Detector::Rare), fast, 0.0, last)
    } else if fast >= FAST * raised || slow.0 < needed * raised {
        ((fast >= FAST * raised).then_some(Detector::Fast), fast, FAST * raised, last)
    } else {
        (Some(Detector::Slow), slow.0, needed * raised, hours.iter().filter(|e| e.hour >= slow.1).collect())
    };
    let lasts = if rare { detector.is_some() } else { fast >= FAST * LASTS || slow.0 >= needed * LASTS };
    let sum = |of: fn(&Expected) -> f64| counted.iter().map(|e| of(e)).sum::<f64>();
    let all = counted.iter().map(|e| f64::from(series.at(e.hour).all)).sum::<f64>();
    Judged {
        detector,
        lasts,
        from: counted.first().map_or(hour, |e| e.hour),
        hours: counted.len() as i64,
        count: sum(|e| e.count),
        usual: sum(|e| e.usual),
        surprise: score,
        threshold,
        share: if all > 0.0 { sum(|e| e.count) / all } else { 0.0 },
        dispersion: usual.dispersion,
        per_day: usual.per_day,
        immature,
        planned: counted.iter().rev().find_map(|e| e.planned.clone()),
    }
}

/// What is expected of an hour.
pub(super) struct Expected {
    pub(super) hour: i64,
    pub(super) count: f64,
    pub(super) usual: f64,
    pub(super) dispersion: f64,
    pub(super) planned: Option<String>,
}

fn expect(series: &Series, usual: &Usual, (hour, now, passed): (i64, i64, f64), planned: &[Occurrence]) -> Option<Expected> {
    let (count, volume) = if hour == now && passed < 1.0 {
        (f64::from(series.at(hour).subject), usual.volume_so_far(series, hour, passed.max(LEAST_PASSED)))
    } else {
        usual.counted(series, hour)?
    };
    let ordinary = usual.expected(hour, volume);
    let mut expected = Expected { hour, count, usual: ordinary, dispersion: usual.dispersion, planned: None };
    let day = day_of(hour);
    let mut wider = 1.0_f64;
    for today in planned.iter().filter(|p| p.day == day) {
        expected.planned = Some(today.title.clone());
        let mut earlier: Vec<f64> = planned
            .iter()
            .filter(|p| p.event == today.event && p.nth == today.nth && p.day < day)
            .filter_map(|p| share_around(series, usual, hour - (day - p.day) * 24))
            .map(|share| share * volume)
            .collect();
        if earlier.is_empty() {
            wider = wider.max(2.0);
        } else {
            // A few days say what is usual less surely than four weeks.
            wider = wider.max(1.0 + 1.0 / earlier.len() as f64);
            expected.usual = expected.usual.max(median(&mut earlier));
        }
    }
    expected.dispersion *= wider;
    Some(expected)
}

/// Share of the subject in the three hours around one of an earlier day; none when they are not in the series.
fn share_around(series: &Series, usual: &Usual, hour: i64) -> Option<f64> {
    if hour - 1 < series.first {
        return None;
    }
    let counts: Vec<(f64, f64)> = (hour - 1..hour + 2).filter_map(|h| usual.counted(series, h)).collect();
    let (subject, volume) = counts.iter().fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
    (volume > 0.0).then_some(subject / volume)
}

fn fast(last: &[&Expected]) -> f64 {
    let (count, usual) = last.iter().fold((0.0, 0.0), |a, e| (a.0 + e.count, a.1 + e.usual));
    let dispersion = last.iter().map(|e| e.dispersion).fold(1.0, f64::max);
    surprise(count, usual) / dispersion.sqrt()
}
