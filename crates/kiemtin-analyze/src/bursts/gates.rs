//! Is a burst worth telling somebody, and what is told first?

use super::judge::{Detector, Judged};

/// Least sources of a burst.
pub const LEAST_SOURCES: u32 = 3;
/// Least documents of a burst, weighted 1 per source and group of copies.
pub const LEAST_DOCUMENTS: u32 = 5;
/// While nothing is known of what is usual, a rare subject needs so many sources.
const SOURCES_WHEN_IMMATURE: u32 = 4;
/// After a warning of a subject ended, none is given for so long.
pub const REARM_HOURS: i64 = 6;
/// Most warnings of a Vietnamese day; the most urgent of a round are given first.
pub const AT_MOST_A_DAY: u32 = 20;

/// How far a burst reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Documents of the hours that were counted, weighted.
    pub documents: u32,
    /// Their sources.
    pub sources: u32,
}

/// Why nobody is told of a burst.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is none.
    NoBurst,
    /// Too few sources.
    FewSources,
    /// Too few documents.
    FewDocuments,
}

/// Whether somebody is to be told of what was judged.
pub fn warrants(judged: &Judged, reach: Reach) -> Result<Detector, Refused> {
    let detector = judged.detector.ok_or(Refused::NoBurst)?;
    let (sources, documents) = match detector {
        Detector::Rare if judged.immature => (SOURCES_WHEN_IMMATURE, SOURCES_WHEN_IMMATURE),
        Detector::Rare => (LEAST_SOURCES, LEAST_SOURCES),
        Detector::Fast | Detector::Slow => (LEAST_SOURCES, LEAST_DOCUMENTS),
    };
    if reach.sources < sources {
        return Err(Refused::FewSources);
    }
    if reach.documents < documents {
        return Err(Refused::FewDocuments);
    }
    Ok(detector)
}

/// What is told first: surprise × sources.
pub fn urgency(judged: &Judged, reach: Reach) -> f64 {
    judged.surprise.max(1.0) * f64::from(reach.sources)
}

/// Where the warnings of a subject stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// One was given and is not over.
    pub open: bool,
    /// The last hour in which one was going on.
    pub last: Option<i64>,
}

/// What becomes of a subject's warnings in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// None is given.
    Quiet,
    /// One is to be given.
    Begins(Detector),
    /// The one that was given goes on.
    GoesOn,
    /// It is over.
    Ends,
}

impl Standing {
    /// What becomes of it in this hour. `reach` is only asked for when it matters.
    pub fn step(&self, hour: i64, judged: &Judged, reach: impl FnOnce() -> Reach) -> Step {
        match (self.open, self.last) {
            (true, _) if judged.lasts => Step::GoesOn,
            (true, _) => Step::Ends,
            (false, Some(last)) if hour - last < REARM_HOURS => Step::Quiet,
            (false, _) if judged.detector.is_none() => Step::Quiet,
            (false, _) => warrants(judged, reach()).map_or(Step::Quiet, Step::Begins),
        }
    }

    /// Where it stands after that.
    pub fn after(self, hour: i64, step: Step) -> Self {
        match step {
            Step::Quiet => self,
            Step::Begins(_) | Step::GoesOn => Self { open: true, last: Some(hour) },
            Step::Ends => Self { open: false, last: Some(hour) },
        }
    }
}
