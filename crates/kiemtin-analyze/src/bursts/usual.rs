//! How much of a subject is usual in an hour, and by how much does it vary?
//!
//! Expected = share of the subject at this hour of the day and this day of the week × volume. The share rests on four weeks, without
//! the days that stand out to either side: as robust as a median, which is 0 for a subject of few counts. Hours and days of the
//! week are believed to differ from the whole by as much as chance does not explain (empirical Bayes).

use super::series::{BASELINE_DAYS, Series, day_of, first_hour, hour_of_day, weekday};
use super::volume::{Volume, trimmed_mean_square};
use crate::policies::Occurrence;

/// Variance to mean is taken as at least this: stories come in groups.
const LEAST_DISPERSION: f64 = 1.5;
/// One day of so many is left out at either end.
const TRIM: usize = 9;
/// Counts by which an hour is drawn to the day before its variation is known.
const FEW_COUNTS: f64 = 8.0;
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
    /// What a share is a share of.
    volume: Volume,
    /// Variance to mean of counts.
    pub(super) dispersion: f64,
    /// Days with coverage that it rests on.
    pub(super) days: usize,
    /// The subject's usual count of a day.
    pub(super) per_day: f64,
}

impl Usual {
    /// From the four weeks before the day `end`; nothing after the hour `last` is read. `planned` are the subject's busy days: they say nothing about others.
    pub(super) fn new(series: &Series, end: i64, last: i64, planned: &[Occurrence]) -> Self {
        let covered: Vec<i64> = (end - BASELINE_DAYS..end).filter(|d| sum_of_day(series, *d).1 > 0.0).collect();
        let mut usual = Self {
            share: [0.0; 24],
            weekday: [1.0; 7],
            volume: Volume::new(series, &covered, end, last),
            dispersion: LEAST_DISPERSION,
            days: covered.len(),
            per_day: 0.0,
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
        let around: [(f64, f64); 24] = std::array::from_fn(|hour| {
            let hours = [(hour + 23) % 24, hour, (hour + 1) % 24];
            let counts = kept.iter().flat_map(|d| hours.map(|h| d.1.get(h).copied().unwrap_or_default()));
            counts.fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1))
        });
        self.share = around.map(|(subject, volume)| pooled * (subject + FEW_COUNTS) / (pooled * volume + FEW_COUNTS));
        self.dispersion = self.measure(series, days);
        self.share = drawn_together(&around, pooled, self.dispersion);
        self.weekday = self.weekdays(&hours);
        self.dispersion = self.measure(series, days);
    }

    /// What is counted in an hour and the volume it is to be seen against; none when much of the coverage is missing.
    pub(super) fn counted(&self, series: &Series, hour: i64) -> Option<(f64, f64)> {
        Some((f64::from(series.at(hour).subject), self.volume.of(series, hour)?))
    }

    /// The volume of an hour of which only this part has passed.
    pub(super) fn volume_so_far(&self, series: &Series, hour: i64, passed: f64) -> f64 {
        self.volume.so_far(series, hour, passed)
    }

    /// Expected count of an hour with this volume.
    pub(super) fn expected(&self, hour: i64, volume: f64) -> f64 {
        let share = self.share.get(hour_of_day(hour)).copied().unwrap_or_default();
        share * self.weekday.get(weekday(day_of(hour))).copied().unwrap_or(1.0) * volume
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
        trimmed_mean_square(&mut squares).max(LEAST_DISPERSION)
    }
}

fn sum_of_day(series: &Series, day: i64) -> (f64, f64) {
    let sum = series.sum(first_hour(day), first_hour(day + 1));
    (f64::from(sum.subject), f64::from(sum.all))
}

/// Shares by hour of the day, drawn towards that of the whole day by as much as chance explains: the hours' own variance is what
/// theirs is above that of counts (DerSimonian & Laird 1986).
fn drawn_together(around: &[(f64, f64); 24], pooled: f64, dispersion: f64) -> [f64; 24] {
    // What chance makes of an hour's share, relative to the day's: 1 / weight.
    let weight = |volume: f64| pooled * volume / dispersion;
    let ratio = |(subject, volume): (f64, f64)| if volume > 0.0 { subject / (pooled * volume) } else { 1.0 };
    let known: Vec<(f64, f64)> = around.iter().filter(|a| weight(a.1) > 0.0).map(|a| (ratio(*a), weight(a.1))).collect();
    let sum = |of: &dyn Fn(&(f64, f64)) -> f64| known.iter().map(of).sum::<f64>();
    let weights = sum(&|k| k.1);
    if weights <= 0.0 {
        return [pooled; 24];
    }
    let mean = sum(&|k| k.0 * k.1) / weights;
    let spread = sum(&|k| k.1 * (k.0 - mean).powi(2));
    let own = ((spread - (known.len() as f64 - 1.0)) / (weights - sum(&|k| k.1 * k.1) / weights).max(f64::MIN_POSITIVE)).max(0.0);
    around.map(|a| {
        let weight = weight(a.1);
        let trusted = if weight > 0.0 { own / (own + 1.0 / weight) } else { 0.0 };
        pooled * (1.0 + (ratio(a) - 1.0) * trusted)
    })
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
