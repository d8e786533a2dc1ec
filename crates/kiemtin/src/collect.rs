//! What is due, and one pass over it: poll the feeds, decide which leads to fetch, hand everything to the pipeline.
//!
//! Sources run side by side, requests to one host one after another (the crawler sees to that). The queue to the
//! pipeline is bounded: when storing is slow, fetching waits.

mod polling;
mod recognise;

use crate::config::Crawl;
use crate::pipeline::{Intake, Pipeline};
use kiemtin_crawl::schedule::{self, Pace};
use kiemtin_crawl::{Clock, Crawler, Fetched, Held};
use kiemtin_model::{Failure, Lead, LeadBody, Outcome, Source, Tally, Time, Validators};
use kiemtin_store::{EnrolledFeed, FeedState, LeadState, Store};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Leads waiting for the pipeline.
const QUEUE: usize = 16;
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

/// What became of the leads of one listing.
struct Sent {
    /// None failed in a way that a later poll may mend.
    complete: bool,
    /// When those came out that were not known before.
    new: Vec<Time>,
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
        let ids: Vec<String> = sources.iter().map(|s| s.id.clone()).collect();
        let mut states: HashMap<String, Vec<FeedState>> = HashMap::new();
        for state in self.store.feeds_of(&ids).await? {
            states.entry(state.source.clone()).or_default().push(state);
        }
        let (queue, taken) = mpsc::channel(QUEUE);
        let mut running = JoinSet::new();
        for source in sources {
            let known = states.remove(&source.id).unwrap_or_default();
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

    /// Makes the feeds of these sources the ones that are polled. `spread`: those that are due wait up to one start interval,
    /// each its own part of it, so that a start does not ask all of them at once.
    /// Hosts that asked before the start to be left alone are left alone.
    pub async fn enrol(&self, sources: &[Arc<Source>], spread: bool) -> anyhow::Result<()> {
        self.crawler.resume(&self.store.host_pauses((self.clock)()).await?);
        let (now, window) = ((self.clock)(), if spread { self.pace().start_ms } else { 0 });
        let enabled = sources.iter().filter(|s| s.enabled);
        let feeds: Vec<EnrolledFeed> = enabled
            .flat_map(|source| {
                source.feeds.iter().map(|feed| EnrolledFeed {
                    source: source.id.clone(),
                    url: feed.url.clone(),
                    not_before: now.plus(schedule::spread_ms(&feed.url, window)),
                    priority: source.priority,
                })
            })
            .collect();
        Ok(self.store.enrol_feeds(&feeds, now).await?)
    }

    /// The sources that have a feed that is due, each with these feeds alone; at most `limit` feeds, longest due first.
    pub async fn due(&self, sources: &[Arc<Source>], limit: usize) -> anyhow::Result<Vec<Arc<Source>>> {
        let due = self.store.due_feeds((self.clock)(), limit).await?;
        let mut wanted: HashMap<&str, Vec<&str>> = HashMap::new();
        for feed in &due {
            wanted.entry(&feed.source).or_default().push(&feed.url);
        }
        let due_of = |source: &Arc<Source>| {
            let urls = wanted.get(source.id.as_str())?;
            let feeds = source.feeds.iter().filter(|f| urls.contains(&f.url.as_str())).cloned().collect();
            Some(Arc::new(Source { feeds, ..Source::clone(source) }))
        };
        Ok(if wanted.is_empty() { vec![] } else { sources.iter().filter_map(due_of).collect() })
    }

    fn pace(&self) -> Pace {
        Pace { start_ms: i64::from(self.settings.poll_minutes) * 60_000, quiet_hours: self.settings.quiet_hours, ..Pace::default() }
    }

    /// Sends every lead on.
    async fn leads(&self, source: &Arc<Source>, mut leads: Vec<Lead>, queue: &mpsc::Sender<Intake>) -> anyhow::Result<Sent> {
        let urls: Vec<String> = leads.iter().map(|l| l.url.clone()).collect();
        let mut known = self.store.lead_states(&urls).await?;
        let mut named = self.recognise(source, &mut leads, &mut known).await?;
        let mut sent = Sent { complete: true, new: vec![] };
        for lead in leads {
            let before = known.get(&lead.url);
            if before.is_none() {
                sent.new.push(lead.published_at.unwrap_or((self.clock)()));
            }
            let (intake, held) = self.lead(source, before, lead).await;
            if let Intake::Ended(_, Outcome::Failed(failure)) = &intake {
                sent.complete &= matches!(failure, Failure::Status(404 | 410) | Failure::Parse(_));
            }
            if let Intake::Ended(state, Outcome::Failed(_) | Outcome::Refused(_)) = &intake {
                // An address that cannot be read is not the one to show.
                named.retain(|n| n.guid.url != state.url);
            }
            queue.send(intake).await.map_err(|_| anyhow::anyhow!("the pipeline stopped"))?;
            // Until here the page counts as a running request: when storing is slow, fetching waits.
            drop(held);
        }
        if !named.is_empty() {
            queue.send(Intake::Named(named)).await.map_err(|_| anyhow::anyhow!("the pipeline stopped"))?;
        }
        Ok(sent)
    }

    async fn lead(&self, source: &Arc<Source>, known: Option<&LeadState>, lead: Lead) -> (Intake, Option<Held>) {
        let now = (self.clock)();
        let mut state = known.cloned().unwrap_or_else(|| new_state(&lead, now));
        if let LeadBody::Inline(_) = lead.body
            && let Some(intake) = Intake::inline(&lead, source, state.clone(), &self.clock)
        {
            return (intake, None);
        }
        if known.is_some_and(|k| !self.ask_again(k, &lead, now)) {
            return (Intake::Ended(state, Outcome::Unchanged), None);
        }
        state.listed_update = lead.updated_at.or(state.listed_update);
        state.fetched_at = Some(now);
        match self.crawler.fetch(lead, &state.validators).await {
            Fetched::Page(page, held) => (Intake::Page(*page, Arc::clone(source), state), Some(held)),
            Fetched::NotModified => (Intake::Ended(state, Outcome::Unchanged), None),
            Fetched::Ended(outcome) => (Intake::Ended(state, outcome), None),
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

#[cfg(test)]
mod completeness;
#[cfg(test)]
mod sameness;
