//! What is written about far more than usual now, and who is told?
//!
//! A round looks at the subjects that are busy: topics, narratives and saved searches with some documents in the last four hours,
//! and those that have a warning. It keeps nothing in memory: a round after a restart sees what the one before saw, and writes
//! what becomes of a subject in one transaction, so that nothing is told twice or forgotten.

mod evidence;
mod series;

pub use evidence::{Evidence, gather};
pub use series::{Known, Planned, between, series};

use kiemtin_analyze::bursts::{AT_MOST_A_DAY, Detector, Judged, Standing, Step, judge, read_from, urgency};
use kiemtin_analyze::policies::Calendar;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{Detection, Subject, SubjectKind, Time, Warning};
use kiemtin_store::{Batch, Store, StoreError};
use std::collections::BTreeSet;

/// Hours in which a subject must be busy to be looked at, the present one included, and how much.
const BUSY_HOURS: i64 = 4;
const BUSY: u32 = 3;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Subjects that were judged.
    pub judged: usize,
    /// Warnings given.
    pub given: u32,
    /// Warnings that go on.
    pub going_on: u32,
    /// Warnings that are over.
    pub ended: u32,
}

/// What a round knows of the world beside the store.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// (id, name) of the topics.
    pub topics: Vec<(String, String)>,
    /// What is expected when.
    pub calendar: Calendar,
}

/// What was found of a subject.
struct Finding {
    subject: Subject,
    judged: Judged,
    evidence: Evidence,
    /// A warning of it was given before and lasts.
    open: bool,
}

/// Looks at everything that is busy at `now`, and tells these channels.
pub async fn round(store: &dyn Store, about: &About, channels: &[String], now: Time) -> anyhow::Result<Round> {
    let (hour, passed) = (now.0.div_euclid(HOUR_MS), now.0.rem_euclid(HOUR_MS) as f64 / HOUR_MS as f64);
    let open: BTreeSet<Subject> = open_subjects(store).await?;
    let busy = store.busy_subjects(hour - BUSY_HOURS + 1, hour, BUSY).await?;
    let planned = Planned::new(&about.calendar, hour);
    let known = Known::read(store, &about.topics, &busy).await?;
    let looked_at: BTreeSet<Subject> = busy.into_iter().filter(|s| known.has(s)).chain(open.iter().cloned()).collect();
    let mut done = Round { judged: looked_at.len(), ..Round::default() };
    if looked_at.is_empty() {
        return Ok(done);
    }
    let all = store.hour_counts(None, read_from(hour), hour).await?;
    let mut findings = vec![];
    for subject in looked_at {
        let series = series(store, &subject, &all, (read_from(hour), hour)).await?;
        let mut judged = judge(&series, hour, passed, &planned.of_topics(of_topic(&subject)));
        if judged.detector.is_none() && !open.contains(&subject) {
            continue;
        }
        let evidence = gather(store, &subject, &judged, hour).await?;
        let topics = evidence.topics.iter().map(String::as_str);
        judged = judge(&series, hour, passed, &planned.of_topics(topics));
        let open = open.contains(&subject);
        findings.push(Finding { subject, judged, evidence, open });
    }
    if !findings.is_empty() {
        write(store, findings, &known, channels, now, &mut done).await?;
    }
    Ok(done)
}

/// The topic that a subject is.
pub fn of_topic(subject: &Subject) -> Option<&str> {
    (subject.kind == SubjectKind::Topic).then_some(subject.id.as_str())
}

async fn open_subjects(store: &dyn Store) -> Result<BTreeSet<Subject>, StoreError> {
    let mut subjects = BTreeSet::new();
    let mut cursor = None;
    loop {
        let page = store.warnings(true, cursor.as_deref(), 500).await?;
        subjects.extend(page.items.into_iter().map(|w| w.subject));
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok(subjects);
        }
    }
}

/// Writes what becomes of each subject; the most urgent first, as long as the day has room. Texts often tell several claims at once:
/// of claims that mostly the same documents tell, one is warned of.
async fn write(
    store: &dyn Store,
    mut findings: Vec<Finding>,
    known: &Known,
    channels: &[String],
    now: Time,
    done: &mut Round,
) -> anyhow::Result<()> {
    let urgent = |f: &Finding| urgency(&f.judged, f.evidence.reach);
    // What lasts comes first: it says which documents somebody was told of.
    findings.sort_by(|a, b| (b.open.cmp(&a.open)).then(urgent(b).total_cmp(&urgent(a))).then_with(|| a.subject.cmp(&b.subject)));
    let hour = now.0.div_euclid(HOUR_MS);
    let midnight = Time(now.day_number() * DAY_MS - 7 * HOUR_MS);
    let mut batch = store.begin().await?;
    let mut room = AT_MOST_A_DAY.saturating_sub(batch.warnings_since(midnight).await?);
    let mut told: Vec<Evidence> = vec![];
    for Finding { subject, judged, evidence, .. } in findings {
        let last = batch.last_warning(&subject).await?;
        let standing = Standing {
            open: last.as_ref().is_some_and(|w| w.ended_at.is_none()),
            last: last.as_ref().map(|w| w.ended_at.unwrap_or(w.counted_at).0.div_euclid(HOUR_MS)),
        };
        let step = standing.step(hour, &judged, || evidence.reach);
        let is_claim = subject.kind == SubjectKind::Narrative;
        if matches!(step, Step::Begins(_)) && is_claim && told.iter().any(|other| evidence.is_mostly(other)) {
            continue;
        }
        if is_claim && matches!(step, Step::Begins(_) | Step::GoesOn) {
            told.push(evidence.clone());
        }
        match (step, last) {
            (Step::Begins(detector), last) if room > 0 => {
                let Some(name) = known.name(&subject) else { continue };
                let wave = last.map_or(1, |w| w.wave + 1);
                room -= 1;
                done.given += 1;
                let warning = counted(begun(subject, wave, name, detector, &judged, now), &judged, evidence, now);
                give(batch.as_mut(), warning, channels).await?;
            }
            (Step::GoesOn, Some(last)) => {
                done.going_on += 1;
                batch.put_warning(&counted(last, &judged, evidence, now)).await?;
            }
            (Step::Ends, Some(last)) => {
                done.ended += 1;
                batch.put_warning(&Warning { ended_at: Some(now), ..last }).await?;
            }
            _ => {}
        }
    }
    Ok(batch.commit().await?)
}

async fn give(batch: &mut dyn Batch, warning: Warning, channels: &[String]) -> Result<(), StoreError> {
    let warning = Warning { id: batch.put_warning(&warning).await?, ..warning };
    for channel in channels {
        batch.put_warning_notice(&warning, channel).await?;
    }
    Ok(())
}

/// A warning at its beginning, without what is counted.
pub fn begun(subject: Subject, wave: u32, name: String, detector: Detector, judged: &Judged, now: Time) -> Warning {
    Warning {
        id: 0,
        subject,
        wave,
        name,
        detector: match detector {
            Detector::Fast => Detection::Fast,
            Detector::Slow => Detection::Slow,
            Detector::Rare => Detection::Rare,
        },
        since: Time(judged.from * HOUR_MS),
        at: now,
        counted_at: now,
        ended_at: None,
        count: 0,
        hours: 0,
        usual: 0.0,
        surprise: 0.0,
        highest: 0.0,
        threshold: judged.threshold,
        share: 0.0,
        sources: 0,
        top_sources: vec![],
        top_words: vec![],
        cause: None,
        immature: judged.immature,
    }
}

/// The same with what was counted now: the figures are those of its greatest surprise so far.
pub fn counted(warning: Warning, judged: &Judged, evidence: Evidence, now: Time) -> Warning {
    if warning.count > 0 && judged.surprise <= warning.highest {
        return Warning { counted_at: now, surprise: judged.surprise, ..warning };
    }
    Warning {
        counted_at: now,
        count: judged.count as u32,
        hours: judged.hours as u32,
        usual: judged.usual,
        surprise: judged.surprise,
        highest: judged.surprise,
        share: judged.share,
        sources: evidence.reach.sources,
        top_sources: evidence.top_sources,
        top_words: evidence.top_words,
        cause: evidence.cause.or(warning.cause),
        immature: judged.immature,
        ..warning
    }
}
