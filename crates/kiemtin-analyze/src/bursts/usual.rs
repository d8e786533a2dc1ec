//! How much of a subject is usual in an hour, and by how much does it vary?
//!
//! Expected = share of the subject at this hour of the day and this day of the week × volume. The share is that of the same hour
//! ± 1 over four weeks, without the days that stand out to either side: as robust as a median, which is 0 for a subject of few
//! counts. Volume is all coverage of the hour, or what is usual when that is more: when sources are down their share of a subject
//! must not make the others look busy.

use super::series::{BASELINE_DAYS, Series, day_of, first_hour, hour_of_day, weekday};
use crate::policies::Occurrence;

/// An hour with less than this share of its usual coverage is left out: too much is missing to tell a share.
const MISSING: f64 = 0.35;
/// Usual coverage below which nothing can be said to be missing, of an hour and of three.
const TOO_FEW: (f64, f64) = (40.0, 15.0);
/// Variance to mean is taken as at least this: stories come in groups.
const LEAST_DISPERSION: f64 = 1.5;
/// One day of so many is left out at either end.
const TRIM: usize = 9;
/// Hours of a window whose variation is measured: those of the fast detector.
pub(super) const WINDOW: i64 = 4;

/// Anscombe's difference: about normal with variance φ when `count` varies around `expected` (Anscombe 1948).
pub(super) fn surprise(count: f64, expected: f64) -> f64 {
    2.0 * ((count + 0.375).sqrt() - (expected + 0.375).sqrt())
}

/// What is usual for a subject.
pub(super) struct Usual {
    /// Share of the volume, by hour of the day.
    share: [f64; 24],
    /// Factor by day of the week, 0 for Monday.
    weekday: [f64; 7],
    /// Usual coverage by hour of the week.
    volume: Vec<f64>,
    /// Variance to mean of counts.
    pub(super) dispersion: f64,
    /// Days with coverage that it rests on.
    pub(super) days: usize,
    /// The subject's usual count of a day.
    pub(super) per_day: f64,
    /// Nothing after this hour is known.
    last: i64,
}

impl Usual {
    /// From the four weeks before the day `end`; nothing after the hour `last` is read. `planned` are the subject's busy days: they say nothing about others.
    pub(super) fn new(series: &Series, end: i64, last: i64, planned: &[Occurrence]) -> Self {
        let covered: Vec<i64> = (end - BASELINE_DAYS..end).filter(|d| sum_of_day(series, *d).1 > 0.0).collect();
        let mut usual = Self {
            share: [0.0; 24],
            weekday: [1.0; 7],
            volume: volume(series, &covered),
            dispersion: LEAST_DISPERSION,
            days: covered.len(),
            per_day: 0.0,
            last,
        };
        let ordinary: Vec<i64> = covered.iter().copied().filter(|d| !planned.iter().any(|p| p.day == *d)).collect();
        let ordinary = if ordinary.len() * 2 >= covered.len() { ordinary } else { covered };
        usual.learn(series, &ordinary);
        usual
    }

    fn learn(&mut self, series: &Series, days: &[i64]) {
        // (subject, volume) of each hour that is not missing.
        let hours: Vec<(i64, [(f64, f64); 24])> = days
            .iter()
            .map(|day| {
                let first = first_hour(*day);
                (*day, std::array::from_fn(|h| self.counted(series, first + h as i64).unwrap_or_default()))
            })
            .collect();
        let total = |of: &[(f64, f64); 24]| of.iter().fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
        let ratio = |(subject, volume): (f64, f64)| if volume > 0.0 { subject / volume } else { 0.0 };
        let mut kept: Vec<&(i64, [(f64, f64); 24])> = hours.iter().collect();
        kept.sort_by(|a, b| ratio(total(&a.1)).total_cmp(&ratio(total(&b.1))).then(a.0.cmp(&b.0)));
        let cut = kept.len() / TRIM;
        let kept = kept.get(cut..kept.len() - cut).unwrap_or_default();
        let all = kept.iter().map(|d| total(&d.1)).fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
        let pooled = ratio(all);
        self.per_day = all.0 / kept.len().max(1) as f64;
        for hour in 0..24 {
            let around = [(hour + 23) % 24, hour, (hour + 1) % 24];
            let (subject, volume) = kept
                .iter()
                .flat_map(|d| around.map(|h| d.1.get(h).copied().unwrap_or_default()))
                .fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
            // Few counts say little of an hour: it is drawn towards the whole day by as much as chance would move it.
            let weight = 8.0;
            if let Some(share) = self.share.get_mut(hour) {
                *share = pooled * (subject + weight) / (pooled * volume + weight);
            }
        }
        self.dispersion = self.measure(series, days);
        self.weekday = self.weekdays(&hours);
        self.dispersion = self.measure(series, days);
    }

    /// What is counted in an hour and the volume it is to be seen against; none when much of the coverage is missing.
    pub(super) fn counted(&self, series: &Series, hour: i64) -> Option<(f64, f64)> {
        let next = (hour + 2).min(self.last + 1);
        let around = series.sum(hour - 1, next).all;
        let usual: f64 = (hour - 1..next).map(|h| self.volume_of(h)).sum();
        let (counts, usual_here) = (series.at(hour), self.volume_of(hour));
        let missing = |all: u32, usual: f64, least: f64| usual >= least && f64::from(all) < MISSING * usual;
        if missing(counts.all, usual_here, TOO_FEW.0) || missing(around, usual, TOO_FEW.1) {
            return None;
        }
        Some((f64::from(counts.subject), f64::from(counts.all).max(usual_here)))
    }

    fn volume_of(&self, hour: i64) -> f64 {
        self.volume.get(weekday(day_of(hour)) * 24 + hour_of_day(hour)).copied().unwrap_or_default()
    }

    /// Expected count of an hour with this volume.
    pub(super) fn expected(&self, hour: i64, volume: f64) -> f64 {
        let share = self.share.get(hour_of_day(hour)).copied().unwrap_or_default();
        share * self.weekday.get(weekday(day_of(hour))).copied().unwrap_or(1.0) * volume
    }

    /// As [`Usual::expected`] of an hour of which only this part has passed.
    pub(super) fn volume_so_far(&self, series: &Series, hour: i64, passed: f64) -> f64 {
        f64::from(series.at(hour).all).max(self.volume_of(hour) * passed)
    }

    /// Factors of the days of the week: the middle of the four, drawn towards 1 by as much as chance explains (James & Stein 1961).
    fn weekdays(&self, hours: &[(i64, [(f64, f64); 24])]) -> [f64; 7] {
        let weight = self.dispersion * 8.0;
        let mut factors: [Vec<f64>; 7] = Default::default();
        let mut expected_days = vec![];
        for (day, counts) in hours {
            let first = first_hour(*day);
            let expected: f64 = counts.iter().enumerate().map(|(h, (_, volume))| self.expected(first + h as i64, *volume)).sum();
            let subject: f64 = counts.iter().map(|(subject, _)| subject).sum();
            expected_days.push(expected);
            if let Some(of) = factors.get_mut(weekday(*day)) {
                of.push((subject + weight) / (expected + weight));
            }
        }
        let middle = factors.map(|mut of| if of.len() < 2 { 1.0 } else { median(&mut of) });
        let spread = middle.iter().map(|f| (f - 1.0).powi(2)).sum::<f64>() / 7.0;
        let mean = expected_days.iter().sum::<f64>() / expected_days.len().max(1) as f64;
        let by_chance = self.dispersion * mean / (mean + weight).powi(2) / 3.0;
        let trusted = if spread > 0.0 { (1.0 - by_chance / spread).clamp(0.0, 1.0) } else { 0.0 };
        middle.map(|f| 1.0 + (f - 1.0) * trusted)
    }

    /// Variance to mean over windows of the days, without the most surprising of them.
    fn measure(&self, series: &Series, days: &[i64]) -> f64 {
        let mut squares = vec![];
        for day in days {
            for part in 0..24 / WINDOW {
                let from = first_hour(*day) + part * WINDOW;
                let counts: Vec<(f64, f64)> = (from..from + WINDOW)
                    .filter_map(|h| self.counted(series, h).map(|(subject, volume)| (subject, self.expected(h, volume))))
                    .collect();
                let (count, expected) = counts.iter().fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
                if counts.len() == WINDOW as usize && expected >= 0.5 {
                    squares.push(surprise(count, expected).powi(2));
                }
            }
        }
        squares.sort_by(f64::total_cmp);
        let kept = squares.len() - squares.len() / 33;
        let mean = squares.iter().take(kept).sum::<f64>() / kept.max(1) as f64;
        // Without the largest 3 % the mean square of a normal variable is 0.85.
        (mean / 0.85).max(LEAST_DISPERSION)
    }
}

fn sum_of_day(series: &Series, day: i64) -> (f64, f64) {
    let sum = series.sum(first_hour(day), first_hour(day + 1));
    (f64::from(sum.subject), f64::from(sum.all))
}

/// Middle of the coverage in the same hour ± 1 of the same day of the week; of any day, when fewer than two are known.
fn volume(series: &Series, days: &[i64]) -> Vec<f64> {
    let mut table = vec![0.0; 7 * 24];
    for wanted in 0..7 {
        let same: Vec<i64> = days.iter().copied().filter(|d| weekday(*d) == wanted).collect();
        let of = if same.len() >= 2 { &same[..] } else { days };
        for hour in 0..24_i64 {
            let mut values: Vec<f64> =
                of.iter().flat_map(|d| (-1..=1).map(|o| f64::from(series.at(first_hour(*d) + hour + o).all))).collect();
            if let Some(cell) = table.get_mut(wanted * 24 + hour as usize) {
                *cell = median(&mut values);
            }
        }
    }
    table
}

/// Middle of some values; 0 of none.
pub(super) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = |i: usize| values.get(i).copied().unwrap_or_default();
    match values.len() {
        0 => 0.0,
        n => (at(n / 2) + at((n - 1) / 2)) / 2.0,
    }
}
