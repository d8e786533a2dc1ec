//! How well do the detectors do on invented series?

use super::gates::{Reach, Standing, Step};
use super::judge::judge;
use super::series::{Series, read_from};
use super::simulated::{Chance, FIRST, HOURS, STORY, series, shape};

/// Hours of a month.
pub const MONTH: f64 = 30.0 * 24.0;
/// The first hour that is judged: after five weeks.
const BEGIN: i64 = FIRST + 5 * 7 * 24;

/// What was found in series that each have one story.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Series.
    pub stories: usize,
    /// Hours from the beginning of a story to its warning, of those that were found while they lasted; ascending.
    pub delays: Vec<i64>,
}

impl Found {
    /// Share of the stories that were found at most so many hours after they began.
    pub fn within(&self, hours: i64) -> f64 {
        self.delays.iter().filter(|d| **d <= hours).count() as f64 / self.stories.max(1) as f64
    }

    /// Delay in the middle of those found; none when none was.
    pub fn middle(&self) -> Option<i64> {
        self.delays.get(self.delays.len() / 2).copied()
    }
}

/// Hours in which warnings begin.
fn warnings(series: &Series, from: i64, to: i64) -> Vec<i64> {
    let mut standing = Standing::default();
    let mut begun = vec![];
    for hour in from..to {
        let judged = judge(series, hour, 1.0, &[]);
        let documents = judged.count as u32;
        let step = standing.step(hour, &judged, || Reach { documents, sources: documents });
        if matches!(step, Step::Begins(_)) {
            begun.push(hour);
        }
        standing = standing.after(hour, step);
    }
    begun
}

/// Warnings a month on quiet series of this rate (documents an hour), and the months that were judged.
pub fn false_alarms(rate: f64, seeds: std::ops::Range<u64>) -> (f64, f64) {
    let months = (seeds.end - seeds.start) as f64 * (FIRST + HOURS - BEGIN) as f64 / MONTH;
    let begun: usize = seeds.map(|seed| warnings(&series(seed, rate, None), BEGIN, FIRST + HOURS).len()).sum();
    (begun as f64 / months, months)
}

/// Puts a story of `factor` times the usual into each series, at an hour when news is written (by the shape of coverage).
pub fn found(rate: f64, factor: f64, seeds: std::ops::Range<u64>) -> Found {
    let mut found = Found { stories: seeds.clone().count(), delays: vec![] };
    for seed in seeds {
        let begin = story_hour(seed);
        let series = series(seed, rate, Some((begin, factor)));
        // From a day before: a warning that already stands finds nothing.
        let begun = warnings(&series, begin - 24, begin + STORY);
        found.delays.extend(begun.iter().map(|hour| hour - begin + 1).find(|delay| *delay >= 1));
    }
    found.delays.sort_unstable();
    found
}

fn story_hour(seed: u64) -> i64 {
    let mut chance = Chance::new(seed ^ 0x5151);
    loop {
        let hour = BEGIN + 24 + (chance.unit() * (FIRST + HOURS - STORY - BEGIN - 24) as f64) as i64;
        if chance.unit() * 2.5 < shape(hour) {
            debug_assert!(read_from(hour) >= FIRST);
            return hour;
        }
    }
}
