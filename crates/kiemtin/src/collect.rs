//! One pass over the sources: poll their feeds, decide which leads to fetch, hand everything to the pipeline.
//!
//! Sources run side by side, requests to one host one after another (the crawler sees to that). The queue to the
//! pipeline is bounded: when storing is slow, fetching waits.

use crate::config::Crawl;
use crate::pipeline::{Intake, Pipeline};
use kiemtin_crawl::{Clock, Crawler, Fetched, Polled};
use kiemtin_model::{Failure, FeedSpec, Lead, LeadBody, Outcome, Source, Tally, Time, Validators};
use kiemtin_store::{FeedState, LeadState, Store};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Leads waiting for the pipeline.
const QUEUE: usize = 64;
/// Leads per transaction at most; fewer when none arrives for [`LINGER`].
const BATCH: usize = 64;
const LINGER: Duration = Duration::from_millis(200);

/// What a pass needs.
#[derive(Clone)]
pub struct Collector {
    /// Talks to publishers.
    pub crawler: Arc<Crawler>,
    /// The truth.
    pub store: Arc<dyn Store>,
    /// `[crawl]`
    pub settings: Crawl,
    /// The clock.
    pub clock: Clock,
}

/// What a pass did.
#[derive(Debug, Default)]
pub struct Pass {
    /// Outcomes of all leads.
    pub tally: Tally,
    /// Feeds polled.
    pub feeds: u64,
    /// Feeds that had nothing new (304).
    pub feeds_unchanged: u64,
    /// Feeds that failed: source id and reason.
    pub failures: Vec<(String, String)>,
    /// What was repaired or lost in feeds.
    pub notes: Vec<String>,
}

#[derive(Default)]
struct SourcePass {
    feeds: u64,
    unchanged: u64,
    failures: Vec<(String, String)>,
    notes: Vec<String>,
}

impl Collector {
    /// Polls these sources once. `progress` hears the counts after each batch.
    pub async fn pass(&self, pipeline: &Pipeline, sources: Vec<Arc<Source>>, progress: &(dyn Fn(&Tally) + Sync)) -> anyhow::Result<Pass> {
        let states = self.store.feed_states().await?;
        let (queue, taken) = mpsc::channel(QUEUE);
        let mut running = JoinSet::new();
        for source in sources {
            let known = states.iter().filter(|s| s.source == source.id).cloned().collect::<Vec<_>>();
            let (this, queue) = (self.clone(), queue.clone());
            running.spawn(async move { this.source(source, known, queue).await });
        }
        drop(queue);
        let mut pass = Pass { tally: consume(pipeline, taken, progress).await?, ..Pass::default() };
        while let Some(done) = running.join_next().await {
            let done = done??;
            pass.feeds += done.feeds;
            pass.feeds_unchanged += done.unchanged;
            pass.failures.extend(done.failures);
            pass.notes.extend(done.notes);
        }
        Ok(pass)
    }

    /// Whether any feed of a source is due.
    pub async fn due(&self, sources: &[Arc<Source>]) -> anyhow::Result<Vec<Arc<Source>>> {
        let states = self.store.feed_states().await?;
        let now = (self.clock)();
        let wait = i64::from(self.settings.poll_minutes) * 60_000;
        let due = |source: &Source| {
            source.feeds.iter().any(|f| {
                let state = states.iter().find(|s| s.url == f.url);
                // A poll that lies ahead was made on another clock.
                state.is_none_or(|s| now < s.polled_at || now.0 - s.polled_at.0 >= wait * i64::from(1 + s.failures.min(24)))
            })
        };
        Ok(sources.iter().filter(|s| s.enabled && due(s)).cloned().collect())
    }

    async fn source(&self, source: Arc<Source>, known: Vec<FeedState>, queue: mpsc::Sender<Intake>) -> anyhow::Result<SourcePass> {
        let mut done = SourcePass::default();
        let mut seen = HashSet::new();
        for feed in &source.feeds {
            done.feeds += 1;
            let before = known.iter().find(|s| s.url == feed.url);
            let validators = before.map(|s| s.validators.clone()).unwrap_or_default();
            let (validators, error) = match self.crawler.poll(&source, feed, &validators).await {
                Ok(Polled::Unchanged) => {
                    done.unchanged += 1;
                    (validators, String::new())
                }
                Ok(Polled::Listed { leads, validators, notes }) => {
                    done.notes.extend(notes.into_iter().map(|n| format!("{}: {}: {n}", source.id, feed.url)));
                    let leads = leads.into_iter().filter(|l| seen.insert(l.url.clone())).collect();
                    let complete = self.leads(&source, leads, &queue).await?;
                    // A lead that failed must be listed again: the feed is asked in full next time.
                    (if complete { validators } else { Validators::default() }, String::new())
                }
                Err(outcome) => {
                    let reason = outcome.detail();
                    tracing::warn!(source.id, feed.url, reason, "a feed could not be read");
                    done.failures.push((source.id.clone(), reason.clone()));
                    (Validators::default(), reason)
                }
            };
            let state = self.feed_state(&source, feed, before, validators, error);
            queue.send(Intake::FeedDone(state)).await.map_err(|_| anyhow::anyhow!("the pipeline stopped"))?;
        }
        Ok(done)
    }

    fn feed_state(&self, source: &Source, feed: &FeedSpec, before: Option<&FeedState>, validators: Validators, error: String) -> FeedState {
        let failures = if error.is_empty() { 0 } else { before.map_or(0, |s| s.failures) + 1 };
        FeedState { url: feed.url.clone(), source: source.id.clone(), validators, polled_at: (self.clock)(), failures, error }
    }

    /// Sends every lead on; `false` when one failed in a way that a later poll may mend.
    async fn leads(&self, source: &Arc<Source>, leads: Vec<Lead>, queue: &mpsc::Sender<Intake>) -> anyhow::Result<bool> {
        let urls: Vec<String> = leads.iter().map(|l| l.url.clone()).collect();
        let known = self.store.lead_states(&urls).await?;
        let mut complete = true;
        for lead in leads {
            let intake = self.lead(source, known.get(&lead.url), lead).await;
            if let Intake::Ended(_, Outcome::Failed(failure)) = &intake {
                complete &= matches!(failure, Failure::Status(404 | 410) | Failure::Parse(_));
            }
            queue.send(intake).await.map_err(|_| anyhow::anyhow!("the pipeline stopped"))?;
        }
        Ok(complete)
    }

    async fn lead(&self, source: &Arc<Source>, known: Option<&LeadState>, lead: Lead) -> Intake {
        let now = (self.clock)();
        let mut state = known.cloned().unwrap_or_else(|| new_state(&lead, now));
        if let LeadBody::Inline(_) = lead.body
            && let Some(intake) = Intake::inline(&lead, source, state.clone(), &self.clock)
        {
            return intake;
        }
        if known.is_some_and(|k| !self.ask_again(k, &lead, now)) {
            return Intake::Ended(state, Outcome::Unchanged);
        }
        state.listed_update = lead.updated_at.or(state.listed_update);
        state.fetched_at = Some(now);
        match self.crawler.fetch(lead, &state.validators).await {
            Fetched::Page(page) => Intake::Page(page, Arc::clone(source), state),
            Fetched::NotModified => Intake::Ended(state, Outcome::Unchanged),
            Fetched::Ended(outcome) => Intake::Ended(state, outcome),
        }
    }

    /// A known address is asked again when its listing says that it changed, when it failed, or while it is fresh.
    fn ask_again(&self, known: &LeadState, lead: &Lead, now: Time) -> bool {
        let changed = lead.updated_at.is_some_and(|at| known.listed_update.is_none_or(|before| at > before));
        let fresh = lead.published_at.is_some_and(|at| now.0 - at.0 < i64::from(self.settings.recheck_hours) * 3_600_000);
        let rested = known.fetched_at.is_none_or(|at| now.0 - at.0 >= i64::from(self.settings.recheck_minutes) * 60_000);
        known.document.is_none() || changed || (fresh && rested)
    }
}

fn new_state(lead: &Lead, now: Time) -> LeadState {
    LeadState {
        url: lead.url.clone(),
        source: lead.source.clone(),
        first_seen: now,
        fetched_at: None,
        listed_update: lead.updated_at,
        validators: Validators::default(),
        outcome: String::new(),
        failures: 0,
        document: None,
    }
}

async fn consume(pipeline: &Pipeline, mut taken: mpsc::Receiver<Intake>, progress: &(dyn Fn(&Tally) + Sync)) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    while let Some(first) = taken.recv().await {
        let mut batch = vec![first];
        while batch.len() < BATCH {
            match tokio::time::timeout(LINGER, taken.recv()).await {
                Ok(Some(next)) => batch.push(next),
                Ok(None) | Err(_) => break,
            }
        }
        tally.add(&pipeline.take_in(batch).await?);
        progress(&tally);
    }
    Ok(tally)
}
