//! Invented hourly counts with a story put in, for measuring detectors: the simulation against which thresholds were set.
//!
//! Counts are negative binomial (variance three times the mean) around a shape by hour of the day and day of the week, with days
//! that are busier than others for all coverage alike. A seed always gives the same series.

use super::series::{Hour, Series, day_of, hour_of_day, weekday};

/// Hours of a series: twelve weeks.
pub const HOURS: i64 = 12 * 7 * 24;
/// Length of a story in hours.
pub const STORY: i64 = 36;
/// Variance to mean of the counts.
const DISPERSION: f64 = 3.0;
/// All other coverage, documents an hour.
const COVERAGE: f64 = 200.0;
/// The first hour of a series: Monday, 5 January 2026, 0:00 in Vietnam.
pub const FIRST: i64 = 490_985;
/// Coverage by hour of the day, as newspapers write.
const DAY: [f64; 24] =
    [0.35, 0.2, 0.15, 0.12, 0.2, 0.5, 0.9, 1.3, 1.6, 1.7, 1.7, 1.5, 1.2, 1.2, 1.5, 1.7, 1.8, 1.6, 1.3, 1.2, 1.1, 0.9, 0.7, 0.5];
/// Coverage by day of the week, from Monday.
const WEEK: [f64; 7] = [1.05, 1.1, 1.1, 1.1, 1.1, 0.85, 0.7];

/// A stream of chance: splitmix64 (Steele, Lea & Flood 2014).
pub struct Chance(u64);

impl Chance {
    /// A stream that is always the same for a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    /// Evenly from 0 to 1, neither included.
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64 + f64::EPSILON
    }

    /// Normal, mean 0 and variance 1 (Box & Muller 1958).
    fn normal(&mut self) -> f64 {
        (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// Gamma with mean `shape` (Marsaglia & Tsang 2000).
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            return self.gamma(shape + 1.0) * self.unit().powf(1.0 / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.unit().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    /// Poisson: waiting times are added up; normal where that is as good.
    fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 400.0 {
            return (mean + mean.sqrt() * self.normal()).round().max(0.0) as u32;
        }
        let (mut count, mut waited) = (0, -self.unit().ln());
        while waited < mean {
            count += 1;
            waited -= self.unit().ln();
        }
        count
    }

    /// Negative binomial with this mean and variance [`DISPERSION`] × mean.
    fn count(&mut self, mean: f64) -> u32 {
        if mean <= 0.0 {
            return 0;
        }
        let rate = self.gamma(mean / (DISPERSION - 1.0)) * (DISPERSION - 1.0);
        self.poisson(rate)
    }
}

/// Usual coverage of an hour, 1 in the mean of a week.
pub fn shape(hour: i64) -> f64 {
    let of = |table: &[f64], at: usize| table.get(at).copied().unwrap_or(1.0) / (table.iter().sum::<f64>() / table.len() as f64);
    of(&DAY, hour_of_day(hour)) * of(&WEEK, weekday(day_of(hour)))
}

/// A series of a subject with `rate` documents an hour; from hour `story` on, for [`STORY`] hours, a story adds `factor` times as
/// many (×1.5: 25 instead of 10).
pub fn series(seed: u64, rate: f64, story: Option<(i64, f64)>) -> Series {
    let mut chance = Chance::new(seed);
    let mut busy = 1.0;
    let hours = (FIRST..FIRST + HOURS).map(|hour| {
        if hour_of_day(hour) == 0 {
            busy = (0.1 * chance.normal()).exp();
        }
        let factor = story.filter(|(from, _)| (*from..from + STORY).contains(&hour)).map_or(1.0, |(_, factor)| 1.0 + factor);
        let usual = shape(hour) * busy;
        let subject = chance.count(rate * usual * factor);
        Hour { subject, all: subject + chance.count(COVERAGE * usual) }
    });
    Series { first: FIRST, hours: hours.collect() }
}
