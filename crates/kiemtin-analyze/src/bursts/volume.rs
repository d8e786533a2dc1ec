//! What is a subject's count of an hour to be seen against?
//!
//! Volume = what is usual of all coverage at this hour of the week × how busy the last twelve hours were. The count of the hour by
//! itself is as much chance as the subject's own; only what chance does not explain is believed, so that a crawl that catches up
//! makes no burst. When sources are down their share of a subject must not make the others look busy: the volume does not fall by
//! more than a little, and hours in which most is missing are left out.

use super::series::{Series, day_of, first_hour, hour_of_day, weekday};
use super::usual::{median, surprise};

/// An hour with less than this share of its usual coverage is left out: too much is missing to tell a share.
const MISSING: f64 = 0.35;
/// Usual coverage below which nothing can be said to be missing, of an hour and of three.
const TOO_FEW: (f64, f64) = (40.0, 15.0);
/// Hours that say how busy coverage is.
const BUSY_HOURS: usize = 12;
/// Least that these hours are believed to be of the usual.
const LEAST_BUSY: f64 = 0.8;
/// Usual coverage, in units of its variance to mean, at which half of what the hours say is believed: they differ by 14 %.
const HALF_BELIEVED: f64 = 50.0;
/// An hour's coverage is believed from so many standard deviations above the volume.
const BY_CHANCE: f64 = 2.0;

/// All coverage, by hour.
pub(super) struct Volume {
    /// Usual coverage by hour of the week.
    usual: Vec<f64>,
    /// The first hour of `busy`.
    first: i64,
    /// How busy coverage was up to each hour: 1 for as usual.
    busy: Vec<f64>,
    /// Variance to mean of the counts.
    noise: f64,
    /// Nothing after this hour is known.
    last: i64,
}

impl Volume {
    /// From the days `covered`, all before the day `end`; nothing after the hour `last` is read.
    pub(super) fn new(series: &Series, covered: &[i64], end: i64, last: i64) -> Self {
        let mut volume = Self {
            usual: by_hour_of_week(series, covered),
            first: covered.first().map_or(last, |d| first_hour(*d)),
            busy: vec![],
            noise: 1.0,
            last,
        };
        volume.busy = volume.how_busy(series);
        volume.noise = volume.measure(series, first_hour(end));
        volume.busy = volume.how_busy(series);
        volume
    }

    /// The volume of an hour; none when much of its coverage is missing.
    pub(super) fn of(&self, series: &Series, hour: i64) -> Option<f64> {
        (!self.missing(series, hour)).then(|| self.at_least(self.usual_of(hour) * self.busy_at(hour), f64::from(series.at(hour).all)))
    }

    /// The volume of an hour of which only this part has passed.
    pub(super) fn so_far(&self, series: &Series, hour: i64, passed: f64) -> f64 {
        self.at_least(self.usual_of(hour) * passed * self.busy_at(hour - 1), f64::from(series.at(hour).all))
    }

    /// What is smooth, or what was counted as far as chance does not explain it.
    fn at_least(&self, smooth: f64, all: f64) -> f64 {
        smooth.max(all - BY_CHANCE * (self.noise * smooth).sqrt())
    }

    fn usual_of(&self, hour: i64) -> f64 {
        self.usual.get(weekday(day_of(hour)) * 24 + hour_of_day(hour)).copied().unwrap_or_default()
    }

    fn busy_at(&self, hour: i64) -> f64 {
        usize::try_from(hour - self.first).ok().and_then(|i| self.busy.get(i)).copied().unwrap_or(1.0)
    }

    fn missing(&self, series: &Series, hour: i64) -> bool {
        let next = (hour + 2).min(self.last + 1);
        let around = series.sum(hour - 1, next).all;
        let usual: f64 = (hour - 1..next).map(|h| self.usual_of(h)).sum();
        let missing = |all: u32, usual: f64, least: f64| usual >= least && f64::from(all) < MISSING * usual;
        missing(series.at(hour).all, self.usual_of(hour), TOO_FEW.0) || missing(around, usual, TOO_FEW.1)
    }

    fn how_busy(&self, series: &Series) -> Vec<f64> {
        let prior = HALF_BELIEVED * self.noise;
        let mut window = std::collections::VecDeque::new();
        let mut sum = (0.0, 0.0);
        (self.first..=self.last)
            .map(|hour| {
                let here = if self.missing(series, hour) { (0.0, 0.0) } else { (f64::from(series.at(hour).all), self.usual_of(hour)) };
                window.push_back(here);
                sum = (sum.0 + here.0, sum.1 + here.1);
                if window.len() > BUSY_HOURS
                    && let Some(left) = window.pop_front()
                {
                    sum = (sum.0 - left.0, sum.1 - left.1);
                }
                ((sum.0 + prior) / (sum.1 + prior)).max(LEAST_BUSY)
            })
            .collect()
    }

    /// Variance to mean of the hours before `end`, without the most surprising of them.
    fn measure(&self, series: &Series, end: i64) -> f64 {
        let mut squares: Vec<f64> = (self.first..end)
            .filter(|hour| !self.missing(series, *hour))
            .map(|hour| surprise(f64::from(series.at(hour).all), self.usual_of(hour) * self.busy_at(hour)).powi(2))
            .collect();
        trimmed_mean_square(&mut squares).max(1.0)
    }
}

/// Variance of normal values from their squares, without the largest 3 %, which may be stories: the mean of what is left is 0.83 of it.
pub(super) fn trimmed_mean_square(squares: &mut [f64]) -> f64 {
    squares.sort_by(f64::total_cmp);
    let kept = squares.len() - squares.len() / 33;
    squares.iter().take(kept).sum::<f64>() / kept.max(1) as f64 / 0.83
}

/// Middle of the coverage in the same hour ± 1 of the same day of the week; of any day, when fewer than two are known.
fn by_hour_of_week(series: &Series, days: &[i64]) -> Vec<f64> {
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
