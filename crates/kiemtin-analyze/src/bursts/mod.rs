//! Is a subject written about far more than usual, and what is usual?
//!
//! ```text
//! series    weighted counts by hour: of the subject, and of all coverage
//! usual     what is to be expected of an hour, from the four weeks before
//! volume    what a count is seen against: all coverage, as far as chance does not explain it
//! judge     the detectors and the rule for rare subjects
//! slow      one of them: evidence added up hour by hour
//! gates     what must hold before somebody is told, and what is told first
//! words     what the burst's titles say that others do not
//! simulated invented series, for measuring
//! ```
//!
//! Everything is asked of the subject *given* all coverage: a crawl that catches up after an outage brings more of everything, and
//! a source that is down takes from both. A document counts 1 per source and group of copies, so that a reprint by the same outlet
//! adds nothing.

mod gates;
mod judge;
pub mod measured;
mod series;
pub mod simulated;
mod slow;
mod usual;
mod volume;
mod words;

pub use gates::{AT_MOST_A_DAY, LEAST_DOCUMENTS, LEAST_SOURCES, REARM_HOURS, Reach, Refused, Standing, Step, urgency, warrants};
pub use judge::{Detector, Judged, judge};
pub use series::{BASELINE_DAYS, Hour, READ_DAYS, Series, day_of, hour_of_day, read_from};
pub use words::telling_words;

#[cfg(test)]
mod tests;
