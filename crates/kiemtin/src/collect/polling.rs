//! One source in a pass: its feeds are polled one after another, and each poll gives the time of the next.

use super::{Before, Collector, DueSource, SourcePass, offers, send};
use crate::pipeline::{Intake, PolledFeed};
use kiemtin_crawl::schedule::{self, Change, Pace, Poll, PollResult, Pushes};
use kiemtin_crawl::{KnownListing, Polled};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{FeedKind, FeedSpec, HubOffer, Outcome, Priority, Refusal, Source, Subscription, Time};
use kiemtin_store::{FeedState, Reserved, SourceEvent, SourceEventKind};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// Most and fewest requests, or units of a quota, that one round over a network sets aside: what is left is asked for in the next.
const ROUND_UNITS: (u32, u32) = (60, 5);
/// Rounds over which the requests of a day are spread at least: what a killed round set aside is lost for the day.
const ROUNDS: u32 = 20;

/// Most posts that go with the thread that held them; retention takes what is beyond.
const MOST_OF_THREAD: usize = 20_000;

fn round_units(per_day: Option<u32>) -> u32 {
    let (most, fewest) = ROUND_UNITS;
    per_day.map_or(most, |per_day| (per_day / ROUNDS).clamp(fewest, most))
}

/// How a poll ended, and what its server said beside.
struct Ended {
    result: Listed,
    full: bool,
    /// What was read says that something before it is lost.
    missed: bool,
    /// What was set aside for it, and what it took.
    took: Option<(Reserved, u32)>,
    pause: Option<Duration>,
    moved_to: Option<String>,
    hub: Option<HubOffer>,
}

enum Listed {
    Unchanged,
    Items { items: Vec<String>, new: Vec<Time> },
    Failed(Outcome),
}

impl Collector {
    pub(super) async fn source(&self, due: DueSource, known: Before, queue: mpsc::Sender<Intake>) -> anyhow::Result<SourcePass> {
        let DueSource { source, mut feeds } = due;
        let mut done = SourcePass { source: source.id.clone(), ..SourcePass::default() };
        let mut seen = HashSet::new();
        let mut at = 0;
        while let Some(feed) = feeds.get(at).cloned() {
            at += 1;
            done.feeds += 1;
            let began = (self.clock)();
            let before = known.feeds.iter().find(|s| s.url == feed.url).cloned();
            let subscription = known.subscriptions.iter().find(|s| s.feed == feed.url);
            let mut state =
                before.unwrap_or_else(|| FeedState { url: feed.url.clone(), source: source.id.clone(), ..FeedState::default() });
            let (fresh, recheck) = (i64::from(self.settings.recheck_hours) * HOUR_MS, i64::from(self.settings.recheck_minutes) * 60_000);
            if schedule::wants_full(&state.plan, (self.clock)(), fresh, recheck) {
                know(&mut state, KnownListing::default());
            }
            let mut ended = self.poll_one(&source, &feed, &mut state, &mut seen, &mut done, &queue).await?;
            let events = self.plan_next(&mut state, &ended, source.priority, subscription);
            let offer = ended.hub.take().filter(|_| self.settings.websub.is_on());
            let wanted = offers::wanted(&state, offer, subscription)?.map(Box::new);
            if events.iter().any(|e| e.kind == SourceEventKind::Gap) {
                done.gaps += 1;
                // What fell out of the feed between two polls may still stand in the sitemap: it is read now.
                let sitemaps = source.feeds.iter().filter(|f| f.kind == FeedKind::NewsSitemap && !feeds.contains(f));
                feeds.extend(sitemaps.cloned().collect::<Vec<_>>());
            }
            let polled = PolledFeed { state, events, pauses: self.crawler.take_pauses(), began, wanted, took: ended.took };
            send(&queue, Intake::FeedDone(polled)).await?;
        }
        send(&queue, Intake::SourceDone(source.id.clone())).await?;
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
        let known = KnownListing { validators: state.validators.clone(), body_hash: state.body_hash.clone(), cursor: state.cursor.clone() };
        let full = known == KnownListing::default();
        let wanted = round_units(feed.per_day());
        let reserved = self.reserve(feed, wanted).await?;
        let allowance = reserved.as_ref().map_or(wanted, |reserved| reserved.units);
        let polled = match self.crawler.poll(source, feed, state.plan.address(&feed.url), &known, allowance).await {
            Ok(polled) => polled,
            Err(outcome) => {
                let reason = outcome.detail();
                tracing::warn!(source.id, feed.url, reason, "a feed could not be read");
                done.failures.push((source.id.clone(), reason));
                know(state, KnownListing::default());
                return Ok(Ended {
                    result: Listed::Failed(outcome),
                    full,
                    missed: false,
                    took: None,
                    pause: None,
                    moved_to: None,
                    hub: None,
                });
            }
        };
        let Polled { mut leads, known, notes, pause, moved_to, hub, mut deleted, deleted_under, stopped, spent, missed } = polled;
        for beginning in &deleted_under {
            deleted.extend(self.store.leads_under(beginning, MOST_OF_THREAD).await?);
            // What this round brought of it before is on its way.
            deleted.extend(leads.iter().flatten().map(|lead| &lead.url).filter(|url| url.starts_with(beginning)).cloned());
        }
        self.veil(source, leads.as_deref_mut().unwrap_or_default(), &mut deleted).await?;
        // What a round may take at most is not what a day may: the next one goes on.
        let day_is_over = spent < allowance || allowance < wanted;
        let stopped = stopped.filter(|why| day_is_over || *why != Outcome::Refused(Refusal::Budget));
        let took = reserved.map(|reserved| (reserved, spent));
        done.notes.extend(notes.into_iter().map(|n| format!("{}: {}: {n}", source.id, feed.url)));
        let (result, complete) = match leads {
            None => {
                done.unchanged += 1;
                (Listed::Unchanged, true)
            }
            Some(leads) => {
                // A round over a network goes on from where the last one ended: it shares nothing with it, and misses nothing.
                let whole = !kiemtin_crawl::is_network(feed.kind);
                let items = leads.iter().filter(|_| whole).map(|l| l.url.clone()).collect();
                let leads = leads.into_iter().filter(|l| seen.insert(l.url.clone())).collect();
                let sent = self.leads(source, leads, queue).await?;
                (Listed::Items { items, new: sent.new }, sent.complete)
            }
        };
        if !deleted.is_empty() {
            send(queue, Intake::Deleted(deleted)).await?;
        }
        match known {
            // A lead that failed must be listed again: the feed is asked in full next time.
            _ if !complete => know(state, KnownListing::default()),
            Some(known) => know(state, known),
            None => {}
        }
        let result = match stopped {
            None => result,
            Some(outcome) => {
                let reason = outcome.detail();
                tracing::warn!(source.id, feed.url, reason, "a round over a network ended before its end");
                done.failures.push((source.id.clone(), reason));
                Listed::Failed(outcome)
            }
        };
        Ok(Ended { result, full, missed, took, pause, moved_to, hub })
    }

    /// Sets aside what a round may take, where a limit of the day is configured.
    async fn reserve(&self, feed: &FeedSpec, wanted: u32) -> anyhow::Result<Option<Reserved>> {
        let Some(per_day) = feed.per_day() else { return Ok(None) };
        let name = feed.allowance_name();
        Ok(Some(self.store.reserve(&name, per_day, wanted, (self.clock)()).await?))
    }

    /// Writes the next poll into `state`, and gives what is worth telling.
    fn plan_next(&self, state: &mut FeedState, ended: &Ended, priority: Priority, subscription: Option<&Subscription>) -> Vec<SourceEvent> {
        let now = (self.clock)();
        let items: Vec<&str>;
        let result = match &ended.result {
            Listed::Unchanged => PollResult::Unchanged,
            Listed::Items { items: urls, new } => {
                items = urls.iter().map(String::as_str).collect();
                PollResult::Listed { items: &items, new }
            }
            Listed::Failed(outcome) => PollResult::Failed(outcome),
        };
        let active = subscription.filter(|one| one.is_active(now));
        let pushes = active.and_then(|one| Some(Pushes { since: one.since?, last: one.pushed_at }));
        let poll = Poll { result, full: ended.full, pause: ended.pause, moved_to: ended.moved_to.as_deref(), pushes, missed: ended.missed };
        let pace = Pace { priority, ..self.pace() };
        let next = schedule::next(std::mem::take(&mut state.plan), &state.url, &poll, now, &pace);
        let error = if let Listed::Failed(outcome) = &ended.result { outcome.detail() } else { String::new() };
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
                Change::Closed => SourceEventKind::Closed,
                Change::Unauthorised => SourceEventKind::Unauthorised,
                Change::Dead => SourceEventKind::Dead,
                Change::Retired => SourceEventKind::Retired,
                Change::Moved => SourceEventKind::Moved,
                Change::MovedBack => SourceEventKind::MovedBack,
            },
            detail: if change == Change::Moved { state.plan.address(&state.url).to_owned() } else { error },
        });
        event.into_iter().collect()
    }
}

/// What the next poll knows of the listing.
fn know(state: &mut FeedState, known: KnownListing) {
    (state.validators, state.body_hash) = (known.validators, known.body_hash);
    // A network goes on where it was, whatever failed.
    state.cursor = known.cursor.or(state.cursor.take());
}
