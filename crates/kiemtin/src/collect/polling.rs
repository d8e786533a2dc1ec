//! One source in a pass: its feeds are polled one after another, and each poll gives the time of the next.

use super::{Collector, SourcePass};
use crate::pipeline::Intake;
use kiemtin_crawl::Polled;
use kiemtin_crawl::schedule::{self, Change, PollResult};
use kiemtin_model::{FeedSpec, Outcome, Source, Time, Validators};
use kiemtin_store::{FeedState, SourceEvent, SourceEventKind};
use std::collections::HashSet;
use std::sync::Arc;
use tokio::sync::mpsc;

/// How a poll ended.
enum Ended {
    Unchanged,
    Listed { items: Vec<String>, new: Vec<Time> },
    Failed(Outcome),
}

impl Collector {
    pub(super) async fn source(
        &self,
        source: Arc<Source>,
        known: Vec<FeedState>,
        queue: mpsc::Sender<Intake>,
    ) -> anyhow::Result<SourcePass> {
        let mut done = SourcePass::default();
        let mut seen = HashSet::new();
        for feed in &source.feeds {
            done.feeds += 1;
            let before = known.iter().find(|s| s.url == feed.url).cloned();
            let mut state =
                before.unwrap_or_else(|| FeedState { url: feed.url.clone(), source: source.id.clone(), ..FeedState::default() });
            if schedule::wants_full(&state.plan, (self.clock)()) {
                state.validators = Validators::default();
            }
            let full = state.validators == Validators::default();
            let ended = self.poll_one(&source, feed, &mut state, &mut seen, &mut done, &queue).await?;
            let events = self.plan_next(&mut state, &ended, full);
            queue.send(Intake::FeedDone(state, events)).await.map_err(|_| anyhow::anyhow!("the pipeline stopped"))?;
        }
        Ok(done)
    }

    /// Polls a feed and sends its leads on; leaves the validators of the next poll in `state`.
    async fn poll_one(
        &self,
        source: &Arc<Source>,
        feed: &FeedSpec,
        state: &mut FeedState,
        seen: &mut HashSet<String>,
        done: &mut SourcePass,
        queue: &mpsc::Sender<Intake>,
    ) -> anyhow::Result<Ended> {
        match self.crawler.poll(source, feed, &state.validators).await {
            Ok(Polled::Unchanged) => {
                done.unchanged += 1;
                Ok(Ended::Unchanged)
            }
            Ok(Polled::Listed { leads, validators, notes }) => {
                done.notes.extend(notes.into_iter().map(|n| format!("{}: {}: {n}", source.id, feed.url)));
                let items = leads.iter().map(|l| l.url.clone()).collect();
                let leads = leads.into_iter().filter(|l| seen.insert(l.url.clone())).collect();
                let sent = self.leads(source, leads, queue).await?;
                // A lead that failed must be listed again: the feed is asked in full next time.
                state.validators = if sent.complete { validators } else { Validators::default() };
                Ok(Ended::Listed { items, new: sent.new })
            }
            Err(outcome) => {
                let reason = outcome.detail();
                tracing::warn!(source.id, feed.url, reason, "a feed could not be read");
                done.failures.push((source.id.clone(), reason));
                state.validators = Validators::default();
                Ok(Ended::Failed(outcome))
            }
        }
    }

    /// Writes the next poll into `state`, and gives what is worth telling.
    fn plan_next(&self, state: &mut FeedState, ended: &Ended, full: bool) -> Vec<SourceEvent> {
        let now = (self.clock)();
        let items: Vec<&str>;
        let result = match ended {
            Ended::Unchanged => PollResult::Unchanged,
            Ended::Listed { items: urls, new } => {
                items = urls.iter().map(String::as_str).collect();
                PollResult::Listed { items: &items, new }
            }
            Ended::Failed(outcome) => PollResult::Failed(outcome),
        };
        let next = schedule::next(std::mem::take(&mut state.plan), &state.url, &result, full, now, &self.pace());
        let error = if let Ended::Failed(outcome) = ended { outcome.detail() } else { String::new() };
        state.failures = if error.is_empty() { 0 } else { state.failures.saturating_add(1) };
        (state.plan, state.next_poll_at, state.polled_at) = (next.plan, next.at, now);
        state.error.clone_from(&error);
        let event = next.change.map(|change| SourceEvent {
            source: state.source.clone(),
            at: now,
            feed: state.url.clone(),
            kind: match change {
                Change::Gap => SourceEventKind::Gap,
                Change::Recovered => SourceEventKind::Recovered,
                Change::Failed => SourceEventKind::Failed,
                Change::Blocked => SourceEventKind::Blocked,
                Change::Dead => SourceEventKind::Dead,
                Change::Retired => SourceEventKind::Retired,
            },
            detail: error,
        });
        event.into_iter().collect()
    }
}
