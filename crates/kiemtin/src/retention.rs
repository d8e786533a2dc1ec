//! What is kept no longer? Posts of forums and social networks that were kept long enough are forgotten, and what was forgotten is made
//! unreadable on disk.
//!
//! Looked at a few minutes after the start of the service and then daily, and by `kiemtin prune`. A look that was cut off is gone on with
//! by the next one: nothing is kept in memory that matters.

use crate::followers;
use crate::followers::ROUND;
use kiemtin_crawl::Clock;
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{ForgetReason, Time};
use kiemtin_store::{IndexError, PostPlace, SearchIndex, Seq, Store};
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

/// Before when posts were taken in that are kept no longer; none when posts are kept for good.
pub fn before(social_days: u16, now: Time) -> Option<Time> {
    (social_days > 0).then(|| now.plus(-i64::from(social_days) * DAY_MS))
}

/// Forgets what was taken in before `before`. `progress` is called after each transaction.
pub async fn prune(store: &dyn Store, before: Time, now: Time, progress: &(dyn Fn(Pruned) + Sync)) -> anyhow::Result<Pruned> {
    let (mut pruned, mut after): (Pruned, Option<PostPlace>) = Default::default();
    loop {
        // Looked at inside the transaction: an alert may be opened again at any time.
        let mut batch = store.begin().await?;
        let posts = batch.old_posts(before, after, AT_ONCE).await?;
        let Some(last) = posts.last() else { return Ok(pruned) };
        after = Some(last.place);
        for post in &posts {
            if post.held {
                pruned.held += 1;
            } else {
                pruned.forgotten += u64::from(batch.forget(&post.id, ForgetReason::Retention, now).await?);
            }
        }
        batch.commit().await?;
        progress(pruned);
    }
}

/// What [`prune`] would do.
pub async fn count(store: &dyn Store, before: Time) -> anyhow::Result<Pruned> {
    let (mut pruned, mut after): (Pruned, Option<PostPlace>) = Default::default();
    loop {
        let posts = store.old_posts(before, after, AT_ONCE * 10).await?;
        let Some(last) = posts.last() else { return Ok(pruned) };
        after = Some(last.place);
        let held = posts.iter().filter(|post| post.held).count() as u64;
        pruned.held += held;
        pruned.forgotten += posts.len() as u64 - held;
    }
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
    /// Days that posts are kept; 0: for good.
    social_days: u16,
    next: Time,
    /// Last document that was forgotten when the disk was clean.
    cleaned: Seq,
}

impl RetentionRounds {
    /// For a service that starts at `now`.
    pub fn new(store: Arc<dyn Store>, index: Arc<dyn SearchIndex>, social_days: u16, now: Time) -> Self {
        Self { store, index, social_days, next: now.plus(FIRST_MS), cleaned: 0 }
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
        let pruned = match before(self.social_days, now) {
            Some(before) => prune(self.store.as_ref(), before, now, &|_| {}).await?,
            None => Pruned::default(),
        };
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
