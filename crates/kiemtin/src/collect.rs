//! What is due, and one pass over it: poll the feeds, decide which leads to fetch, hand everything to the pipeline.
//!
//! Sources run side by side, requests to one host one after another (the crawler sees to that). The queue to the
//! pipeline is bounded: when storing is slow, fetching waits.

mod again;
mod offers;
mod polling;
mod watching;

pub use watching::Watcher;
mod recognise;

use crate::config::Crawl;
use crate::pipeline::{Intake, Pipeline};
use kiemtin_crawl::schedule::{self, Pace};
use kiemtin_crawl::{Clock, Crawler, Fetched, Held};
use kiemtin_model::{Failure, FeedSpec, Lead, LeadBody, Outcome, Refusal, Source, Subscription, Tally, Time, Validators};
use kiemtin_store::{EnrolledFeed, FeedState, LeadState, Store};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// Leads waiting for the pipeline.
const QUEUE: usize = 8;
/// Leads per transaction at most; fewer when none arrives for [`LINGER`].
const BATCH: usize = 32;
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

/// A source with those of its feeds that are to be polled.
#[derive(Clone)]
pub struct DueSource {
    /// The source.
    pub source: Arc<Source>,
    /// Its feeds that are due.
    pub feeds: Vec<FeedSpec>,
}

impl DueSource {
    /// All feeds of a source.
    pub fn whole(source: &Arc<Source>) -> Self {
        Self { source: Arc::clone(source), feeds: source.feeds.clone() }
    }
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
    /// Polls that shared nothing with the poll before.
    pub gaps: u64,
    /// Feeds that failed: source id and reason.
    pub failures: Vec<(String, String)>,
    /// What was repaired or lost in feeds.
    pub notes: Vec<String>,
}

/// What is known of a source before its feeds are polled.
struct Before {
    feeds: Vec<FeedState>,
    /// None where no hub is asked.
    subscriptions: Vec<Subscription>,
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
    source: String,
    feeds: u64,
    unchanged: u64,
    gaps: u64,
    failures: Vec<(String, String)>,
    notes: Vec<String>,
}

impl Collector {
    /// Polls these sources once. `progress` hears the counts after each batch.
    pub async fn pass(&self, pipeline: &Pipeline, sources: Vec<DueSource>, progress: &(dyn Fn(&Tally) + Sync)) -> anyhow::Result<Pass> {
        let (queue, taken) = mpsc::channel(QUEUE);
        let mut running = JoinSet::new();
        self.start(sources, &queue, &mut running).await?;
        drop(queue);
        let mut tally = Tally::default();
        consume(pipeline, taken, |batch, _| {
            tally.add(batch);
            progress(&tally);
        })
        .await?;
        let mut pass = Pass { tally, ..Pass::default() };
        while let Some(done) = running.join_next().await {
            let done = done??;
            pass.feeds += done.feeds;
            pass.feeds_unchanged += done.unchanged;
            pass.gaps += done.gaps;
            pass.failures.extend(done.failures);
            pass.notes.extend(done.notes);
        }
        Ok(pass)
    }

    /// Begins to poll these sources, each in a task of its own.
    async fn start(
        &self,
        sources: Vec<DueSource>,
        queue: &mpsc::Sender<Intake>,
        running: &mut JoinSet<anyhow::Result<SourcePass>>,
    ) -> anyhow::Result<()> {
        let ids: Vec<String> = sources.iter().map(|s| s.source.id.clone()).collect();
        let mut states: HashMap<String, Vec<FeedState>> = HashMap::new();
        for state in self.store.feeds_of(&ids).await? {
            states.entry(state.source.clone()).or_default().push(state);
        }
        let mut told: HashMap<String, Vec<Subscription>> = HashMap::new();
        let subscriptions = if self.settings.websub.is_on() { self.store.subscriptions_of(&ids).await? } else { vec![] };
        for one in subscriptions {
            told.entry(one.source.clone()).or_default().push(one);
        }
        for due in sources {
            let id = &due.source.id;
            let (feeds, subscriptions) = (states.remove(id).unwrap_or_default(), told.remove(id).unwrap_or_default());
            let known = Before { feeds, subscriptions };
            let (this, queue) = (self.clone(), queue.clone());
            running.spawn(async move { this.source(due, known, queue).await });
        }
        Ok(())
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

    /// The sources that have a feed that is due, with these feeds; at most `limit` feeds, by priority and then longest due first.
    pub async fn due(&self, sources: &[Arc<Source>], limit: usize) -> anyhow::Result<Vec<DueSource>> {
        let due = self.store.due_feeds((self.clock)(), limit).await?;
        let mut wanted: HashMap<&str, Vec<&str>> = HashMap::new();
        for feed in &due {
            wanted.entry(&feed.source).or_default().push(&feed.url);
        }
        let due_of = |source: &Arc<Source>| {
            let urls = wanted.get(source.id.as_str())?;
            let feeds = source.feeds.iter().filter(|f| urls.contains(&f.url.as_str())).cloned().collect();
            Some(DueSource { source: Arc::clone(source), feeds })
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
            match &intake {
                Intake::Ended(_, Outcome::Failed(failure)) => {
                    sent.complete &= matches!(failure, Failure::Status(404 | 410) | Failure::Parse(_));
                }
                Intake::Ended(state, Outcome::Unchanged) => sent.complete &= !again::is_wanted(state),
                _ => {}
            }
            if let Intake::Ended(state, Outcome::Failed(_) | Outcome::Refused(_)) = &intake {
                // An address that cannot be read is not the one to show.
                named.retain(|n| n.guid.url != state.url);
            }
            send(queue, intake).await?;
            // Until here the page counts as a running request: when storing is slow, fetching waits.
            drop(held);
        }
        if !named.is_empty() {
            send(queue, Intake::Named(named)).await?;
        }
        Ok(sent)
    }

    async fn lead(&self, source: &Arc<Source>, known: Option<&LeadState>, lead: Lead) -> (Intake, Option<Held>) {
        let now = (self.clock)();
        let mut state = known.cloned().unwrap_or_else(|| new_state(&lead, now));
        if known.is_some_and(|k| Refusal::is_forgotten(&k.outcome)) {
            // It was stored once, and is not to be again.
            return (Intake::Ended(state, Outcome::Unchanged), None);
        }
        if let LeadBody::Inline(_) = lead.body
            && let Some(intake) = Intake::inline(&lead, source, state.clone(), &self.clock)
        {
            return (intake, None);
        }
        if known.is_some_and(|k| !again::ask_again(&self.settings, k, &lead, now)) {
            return (Intake::Ended(state, Outcome::Unchanged), None);
        }
        state.listed_update = lead.updated_at.or(state.listed_update);
        state.fetched_at = Some(now);
        match self.crawler.fetch(lead, &state.validators).await {
            Fetched::Page(page, held) => (Intake::Page(page, Arc::clone(source), state), Some(held)),
            Fetched::NotModified => (Intake::Ended(state, Outcome::Unchanged), None),
            Fetched::Ended(outcome) => (Intake::Ended(state, outcome), None),
        }
    }
}

async fn send(queue: &mpsc::Sender<Intake>, intake: Intake) -> anyhow::Result<()> {
    queue.send(intake).await.map_err(|_| anyhow::anyhow!("the pipeline stopped"))
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

/// Hands everything to the pipeline in batches. `recorded` hears of each batch that is durable: its counts, and the sources of
/// which nothing is outstanding any more.
async fn consume(
    pipeline: &Pipeline,
    mut taken: mpsc::Receiver<Intake>,
    mut recorded: impl FnMut(&Tally, &[String]),
) -> anyhow::Result<()> {
    while let Some(first) = taken.recv().await {
        let mut batch = vec![first];
        while batch.len() < BATCH {
            match tokio::time::timeout(LINGER, taken.recv()).await {
                Ok(Some(next)) => batch.push(next),
                Ok(None) | Err(_) => break,
            }
        }
        let done = |intake: &Intake| if let Intake::SourceDone(source) = intake { Some(source.clone()) } else { None };
        let done: Vec<String> = batch.iter().filter_map(done).collect();
        recorded(&pipeline.take_in(batch).await?, &done);
    }
    Ok(())
}

#[cfg(test)]
mod completeness;
#[cfg(test)]
mod forgotten;
#[cfg(test)]
mod sameness;
#[cfg(test)]
mod told;
#[cfg(test)]
pub(crate) mod world;
