//! What is kept no longer? Posts of forums and social networks that were kept long enough are forgotten, and what was forgotten is made
//! unreadable on disk.
//!
//! Looked at a few minutes after the start of the service and then daily, and by `kiemtin prune`. A look that was cut off is gone on with
//! by the next one: nothing is kept in memory that matters.

mod keeping;

pub use keeping::{Keeping, Shorter};

use crate::followers;
use crate::followers::ROUND;
use keeping::Fate;
use kiemtin_crawl::Clock;
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{ForgetReason, Time};
use kiemtin_store::{IndexError, SearchIndex, Seq, Store};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Posts of one transaction: a fraction of a second.
const AT_ONCE: usize = 100;
/// After the start of the service: what starts has more urgent work.
const FIRST_MS: i64 = 3 * 60_000;
/// Between two rounds.
const EVERY_MS: i64 = DAY_MS;
/// How often readers are waited for that still hold what was before.
const SCRUB_TRIES: usize = 20;

/// What a round did, or would do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Posts that went.
    pub forgotten: u64,
    /// Posts that were kept long enough and stay, for they stand in an alert that is open or ended lately.
    pub held: u64,
}

/// Forgets what is kept no longer at `now`. `progress` is called after each transaction.
pub async fn prune(store: &dyn Store, keeping: &Keeping, now: Time, progress: &(dyn Fn(Pruned) + Sync)) -> anyhow::Result<Pruned> {
    let mut pruned = Pruned::default();
    for pass in keeping.passes(now) {
        let mut after = None;
        loop {
            // Looked at inside the transaction: an alert may be opened again at any time.
            let mut batch = store.begin().await?;
            let posts = batch.old_posts(pass.old, after, AT_ONCE).await?;
            let Some(last) = posts.last() else { break };
            after = Some(last.place);
            for post in &posts {
                match pass.decides(post) {
                    Fate::Goes => pruned.forgotten += u64::from(batch.forget(&post.id, ForgetReason::Retention, now).await?),
                    Fate::IsHeld => pruned.held += 1,
                    Fate::IsLookedAtLater => {}
                }
            }
            batch.commit().await?;
            progress(pruned);
        }
    }
    Ok(pruned)
}

/// What [`prune`] would do.
pub async fn count(store: &dyn Store, keeping: &Keeping, now: Time) -> anyhow::Result<Pruned> {
    let mut pruned = Pruned::default();
    for pass in keeping.passes(now) {
        let mut after = None;
        loop {
            let posts = store.old_posts(pass.old, after, AT_ONCE * 10).await?;
            let Some(last) = posts.last() else { break };
            after = Some(last.place);
            for post in &posts {
                match pass.decides(post) {
                    Fate::Goes => pruned.forgotten += 1,
                    Fate::IsHeld => pruned.held += 1,
                    Fate::IsLookedAtLater => {}
                }
            }
        }
    }
    Ok(pruned)
}

/// Makes what was forgotten unreadable on disk: in the index, which follows first, and in the store. `false`: another process has the
/// index and does it there, or readers hold what was before; to be done again.
pub async fn clean(store: &dyn Store, index: &dyn SearchIndex) -> anyhow::Result<bool> {
    let mut clean = followers::index_now(store, index, &|_, _| {}).await?;
    if clean {
        match index.purge().await {
            Ok(_) => {}
            Err(IndexError::Busy) => clean = false,
            Err(error) => return Err(error.into()),
        }
    }
    for _ in 0..SCRUB_TRIES {
        if store.scrub().await? {
            return Ok(clean);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(false)
}

/// The rounds of a running service.
pub struct RetentionRounds {
    store: Arc<dyn Store>,
    index: Arc<dyn SearchIndex>,
    keeping: Keeping,
    next: Time,
    /// Last document that was forgotten when the disk was clean.
    cleaned: Seq,
}

impl RetentionRounds {
    /// For a service that starts at `now`.
    pub fn new(store: Arc<dyn Store>, index: Arc<dyn SearchIndex>, keeping: Keeping, now: Time) -> Self {
        Self { store, index, keeping, next: now.plus(FIRST_MS), cleaned: 0 }
    }

    /// Rounds until the service stops; one that fails is tried again.
    pub async fn run(mut self, clock: Clock, mut stopped: watch::Receiver<bool>) {
        while !*stopped.borrow() {
            tokio::select! {
                looked = self.look(clock()) => match looked {
                    Ok(Some(Pruned { forgotten, held })) => tracing::info!(forgotten, held, "posts that were kept long enough are forgotten"),
                    Ok(None) => {}
                    Err(error) => {
                        tracing::error!(error = format!("{error:#}"), "posts could not be forgotten; it is tried again");
                        self.next = clock().plus(FIRST_MS);
                    }
                },
                _ = stopped.changed() => return,
            }
            tokio::select! {
                () = tokio::time::sleep(ROUND) => {}
                _ = stopped.changed() => {}
            }
        }
    }

    /// Does what is due at `now`; none when it is not time.
    pub async fn look(&mut self, now: Time) -> anyhow::Result<Option<Pruned>> {
        // A clock that was set back must not put it off.
        if now < self.next && self.next <= now.plus(EVERY_MS) {
            return Ok(None);
        }
        let pruned = prune(self.store.as_ref(), &self.keeping, now, &|_| {}).await?;
        let last = self.store.last_forgotten().await?;
        let clean = last == self.cleaned || clean(self.store.as_ref(), self.index.as_ref()).await?;
        if clean {
            self.cleaned = last;
        }
        self.next = now.plus(if clean { EVERY_MS } else { FIRST_MS });
        Ok(Some(pruned))
    }
}

#[cfg(test)]
mod tests;
