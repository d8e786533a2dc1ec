//! What follows the store: the search index, the outgoing notices, and what saved searches find in what was there before. Each
//! may be stopped at any point and goes on where it was.

use crate::warnings::{self, About};
use kiemtin_crawl::Clock;
use kiemtin_deliver::{CHANNELS, Channel};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{RECEIVERS, Time};
use kiemtin_store::saved::{self, Searches, Step};
use kiemtin_store::{
    IndexError, SearchIndex, SqliteStore, Store,
    follow::{FollowError, follow},
};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Documents per commit of the index: so few that a commit takes a fraction of a second, also on a machine that is busy.
const INDEX_BATCH: usize = 500;
/// Notices per round.
const OUTBOX_BATCH: usize = 100;
/// First wait after a failed delivery; doubles each time.
const RETRY_MS: i64 = 30_000;
/// Longest wait.
const RETRY_MAX_MS: i64 = 6 * 3_600_000;

/// Brings the index up to the store. `false`: another process writes the index and will do it.
pub async fn index_now(store: &dyn Store, index: &dyn SearchIndex, progress: &(dyn Fn(i64, i64) + Sync)) -> anyhow::Result<bool> {
    match follow(store, index, INDEX_BATCH, progress).await {
        Ok(_) => Ok(true),
        Err(FollowError::Index(IndexError::Busy)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Opened channels by id.
pub type Channels = HashMap<String, Arc<dyn Channel>>;

/// Opens the configured channels.
pub fn open_channels(ids: &[String], data: &Path) -> anyhow::Result<Channels> {
    let mut channels = Channels::new();
    for kind in CHANNELS.iter().filter(|c| ids.iter().any(|id| id == c.id)) {
        channels.insert(kind.id.to_owned(), (kind.open)(data)?);
    }
    Ok(channels)
}

/// Says what saved searches have to tell, gives notices to the receivers they are for, and sends what is due to the channels on this
/// machine. Gives the number of notices delivered there.
pub async fn dispatch(store: &dyn Store, channels: &Channels, cool_down_minutes: u32, clock: &Clock) -> anyhow::Result<u64> {
    let mut ids: Vec<String> = channels.keys().cloned().collect();
    ids.push(RECEIVERS.to_owned());
    ids.sort_unstable();
    saved::tell(store, &ids, clock()).await?;
    while store.fan_out(clock(), i64::from(cool_down_minutes) * 60_000, OUTBOX_BATCH).await? > 0 {}
    let mut delivered = 0;
    loop {
        let due = store.outbox_due(clock(), OUTBOX_BATCH).await?;
        if due.is_empty() {
            return Ok(delivered);
        }
        for notice in due {
            let at = clock();
            let sent = match channels.get(&notice.channel) {
                Some(channel) => channel.deliver(&notice, at).await.map_err(|e| crate::reasons(&e)),
                None => Err(format!("the channel \"{}\" is not configured", notice.channel)),
            };
            match sent {
                Ok(()) => {
                    store.outbox_done(notice.id, at).await?;
                    delivered += 1;
                }
                Err(reason) => {
                    tracing::warn!(notice.id, notice.channel, reason, "a notice could not be delivered and is tried again");
                    store.outbox_retry(notice.id, retry_at(at, notice.attempts), &reason).await?;
                }
            }
        }
    }
}

fn retry_at(now: Time, attempts: u32) -> Time {
    now.plus((RETRY_MS << attempts.min(16)).min(RETRY_MAX_MS))
}

/// Compares saved searches with the documents that were there before them, until the service stops.
pub async fn walk(store: Arc<SqliteStore>, searches: Arc<Searches>, clock: Clock, mut stopped: watch::Receiver<bool>) {
    // Once: what the lexicon puts into searches may be other words than when they were compared.
    if let Err(error) = saved::settle(store.as_ref(), searches.lexicon()).await {
        tracing::error!(error = crate::reasons(&error), "saved searches could not be held against the lexicon");
    }
    while !*stopped.borrow() {
        match saved::walk(store.as_ref(), &searches, clock()).await {
            Ok(Step::Left(_)) => continue,
            Ok(Step::Done) => {}
            Err(error) => tracing::error!(error = crate::reasons(&error), "comparing a saved search failed and is tried again"),
        }
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Between two rounds of warnings when nothing was recorded, and at least, by the clock of the service.
const WARN_EVERY_MS: i64 = HOUR_MS / 6;
const WARN_PAUSE_MS: i64 = HOUR_MS / 60;

/// Looks for what is written about far more than usual, until the service stops. A round that fails is tried again.
pub async fn warn(store: Arc<SqliteStore>, about: Arc<About>, channels: Vec<String>, clock: Clock, mut stopped: watch::Receiver<bool>) {
    let mut commits = store.commits();
    let mut last: Option<Time> = None;
    while !*stopped.borrow() {
        let (now, since) = (clock(), last.map_or(i64::MAX, |last| clock().0 - last.0));
        let news = commits.has_changed().unwrap_or(false);
        // A clock that was set back must not silence the warnings.
        if !(0..WARN_EVERY_MS).contains(&since) || (news && since >= WARN_PAUSE_MS) {
            commits.mark_unchanged();
            if let Err(error) = warnings::round(store.as_ref(), &about, &channels, now).await {
                tracing::error!(error = format!("{error:#}"), "a round of early warnings failed and is tried again");
            }
            last = Some(now);
        }
        tokio::select! {
            () = tokio::time::sleep(ROUND) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Between two commits of the index, at least: what a running service records meanwhile becomes searchable together.
pub const PAUSE: Duration = Duration::from_millis(100);
/// How often the followers of a running service look for work that nobody told them of: of other processes, or due by the clock.
pub const ROUND: Duration = Duration::from_millis(500);
