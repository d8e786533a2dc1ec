//! What is known of the subjects of warnings: their hours, their names, their planned days?

use kiemtin_analyze::bursts::{Hour, READ_DAYS, Series, day_of};
use kiemtin_analyze::policies::{Calendar, Occurrence};
use kiemtin_model::{Subject, SubjectKind};
use kiemtin_store::{HourCount, Store, StoreError};
use std::collections::HashMap;

/// What is expected on the days that a round reads.
#[derive(Clone, Debug, Default)]
pub struct Planned(Vec<Occurrence>);

impl Planned {
    /// On the days that a judgement of this hour reads.
    pub fn new(calendar: &Calendar, hour: i64) -> Self {
        Self(calendar.occurrences(day_of(hour) - READ_DAYS, day_of(hour)))
    }

    /// On the days of these hours.
    pub fn between(calendar: &Calendar, (from, to): (i64, i64)) -> Self {
        Self(calendar.occurrences(day_of(from), day_of(to)))
    }

    /// What concerns any of these topics.
    pub fn of_topics<'a>(&self, topics: impl IntoIterator<Item = &'a str>) -> Vec<Occurrence> {
        let topics: Vec<&str> = topics.into_iter().collect();
        let concerns = |o: &&Occurrence| o.topics.is_empty() || o.topics.iter().any(|t| topics.contains(&t.as_str()));
        self.0.iter().filter(concerns).cloned().collect()
    }
}

/// Names of the subjects that are watched.
#[derive(Clone, Debug, Default)]
pub struct Known {
    names: HashMap<Subject, String>,
}

impl Known {
    /// Topics of the configuration as (id, name), all saved searches, and the narratives among these subjects by their claim.
    pub async fn read(store: &dyn Store, topics: &[(String, String)], subjects: &[Subject]) -> Result<Self, StoreError> {
        let mut names: HashMap<Subject, String> = topics.iter().map(|(id, name)| (Subject::topic(id), name.clone())).collect();
        for state in store.saved_searches().await? {
            names.insert(Subject::search(state.search.id), state.search.name);
        }
        let numbers: Vec<i64> = subjects.iter().filter(|s| s.kind == SubjectKind::Narrative).filter_map(|s| s.id.parse().ok()).collect();
        for (number, (claim, _)) in store.claims_of(&numbers).await? {
            names.insert(Subject::narrative(number), claim);
        }
        Ok(Self { names })
    }

    /// Whether it is watched.
    pub fn has(&self, subject: &Subject) -> bool {
        self.names.contains_key(subject)
    }

    /// Its name.
    pub fn name(&self, subject: &Subject) -> Option<String> {
        self.names.get(subject).cloned()
    }
}

/// Hours of a subject from the first to the last of these, with all coverage as it was read.
pub async fn series(store: &dyn Store, subject: &Subject, all: &[HourCount], (from, to): (i64, i64)) -> Result<Series, StoreError> {
    let own = store.hour_counts(Some(subject), from, to).await?;
    Ok(between(&own, all, (from, to)))
}

/// Two lists of counts as one series.
pub fn between(own: &[HourCount], all: &[HourCount], (from, to): (i64, i64)) -> Series {
    let mut hours = vec![Hour::default(); usize::try_from(to - from + 1).unwrap_or_default()];
    let place = |hour: i64| usize::try_from(hour - from).ok();
    for count in all {
        if let Some(hour) = place(count.hour).and_then(|i| hours.get_mut(i)) {
            hour.all = count.counts;
        }
    }
    for count in own {
        if let Some(hour) = place(count.hour).and_then(|i| hours.get_mut(i)) {
            hour.subject = count.counts;
        }
    }
    Series { first: from, hours }
}
