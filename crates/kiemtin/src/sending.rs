//! Who sends what is due to receivers, and what follows from an attempt?
//!
//! One process per store sends: the one that holds the lock file. The lock ends with the process, however that ends, and the next
//! one first takes up what was being sent, under the same key. Each receiver is served by a task of its own, one delivery at a
//! time: a slow one delays no other.

#[cfg(test)]
mod tests;

use crate::followers::ROUND;
use anyhow::Context;
use kiemtin_crawl::Clock;
use kiemtin_deliver::formats::report::{Letterhead, ReportFormat, file_name, format};
use kiemtin_deliver::{Attachment, DeliverSettings, SendError, Sender, Times};
use kiemtin_model::report::Report;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{Lang, Notice, Time, Told};
use kiemtin_store::{Claimed, FailedAttempt, Store};
use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// File in the folder of the store that the process which sends holds locked.
const LOCK: &str = "sending.lock";
/// Receivers that are served at one time.
const PARALLEL: usize = 32;
/// Ended deliveries that are forgotten in one step.
const PRUNE_STEP: usize = 1_000;
/// Bytes of files that go with one mail: what mail servers usually take, as base64 has it.
const MOST_BYTES: usize = 14 << 20;
/// Between two tries to note what became of an attempt.
const NOTE_AGAIN: Duration = Duration::from_secs(1);
/// How long the service waits at its end for what is being sent.
const GRACE: Duration = Duration::from_secs(3);

/// Whether a process sends for the store in this folder: a service runs there.
pub fn somebody_sends(folder: &Path) -> anyhow::Result<bool> {
    let path = folder.join(LOCK);
    let file = match File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        opened => opened.with_context(|| format!("cannot read {}", path.display()))?,
    };
    match file.try_lock() {
        Ok(()) => Ok(false),
        Err(std::fs::TryLockError::WouldBlock) => Ok(true),
        Err(std::fs::TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot lock {}", path.display())),
    }
}

/// Sends to receivers.
pub struct Dispatcher {
    store: Arc<dyn Store>,
    sender: Arc<Sender>,
    clock: Clock,
    letterhead: Letterhead,
    lock_file: PathBuf,
    lock: Mutex<Option<File>>,
    busy: Mutex<HashSet<i64>>,
}

impl Dispatcher {
    /// For the store in this folder.
    pub fn new(store: Arc<dyn Store>, sender: Arc<Sender>, clock: Clock, folder: &Path, letterhead: Letterhead) -> Self {
        Self { store, sender, clock, letterhead, lock_file: folder.join(LOCK), lock: Mutex::default(), busy: Mutex::default() }
    }

    /// Whether this process is the one that sends. When it becomes it, what another one left is due again.
    pub async fn is_ours(&self) -> anyhow::Result<bool> {
        if self.lock.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return Ok(true);
        }
        let file = File::create(&self.lock_file).with_context(|| format!("cannot write {}", self.lock_file.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Ok(false),
            Err(std::fs::TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("cannot lock {}", self.lock_file.display()));
            }
        }
        self.store.release_claims().await?;
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
        Ok(true)
    }

    /// Sends what is due until the service stops; gives the number of deliveries to `delivered`.
    pub async fn run(self: Arc<Self>, delivered: impl Fn(u64) + Send + Sync + 'static, mut stopped: watch::Receiver<bool>) {
        let delivered = Arc::new(delivered);
        let mut under_way = JoinSet::new();
        let mut pruned: Option<Time> = None;
        let mut broken = false;
        while !*stopped.borrow() {
            if broken && under_way.is_empty() {
                broken = self.store.release_claims().await.is_err();
            }
            if let Err(error) = self.begin(&mut under_way, &delivered, &mut pruned).await {
                tracing::error!(error = format!("{error:#}"), "sending to receivers failed and is tried again");
            }
            tokio::select! {
                () = tokio::time::sleep(ROUND) => {}
                Some(ended) = under_way.join_next() => if let Err(error) = ended {
                    tracing::error!(%error, "a task that sends broke off");
                    broken = true;
                },
                _ = stopped.changed() => {}
            }
        }
        // What is cut off is sent again at the next start, under the same key.
        let ended = async { while under_way.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(GRACE, ended).await;
        under_way.shutdown().await;
    }

    async fn begin<F: Fn(u64) + Send + Sync + 'static>(
        self: &Arc<Self>,
        under_way: &mut JoinSet<()>,
        delivered: &Arc<F>,
        pruned: &mut Option<Time>,
    ) -> anyhow::Result<()> {
        if !self.is_ours().await? {
            return Ok(());
        }
        let now = (self.clock)();
        self.store.make_digests(now).await?;
        // A clock that was set back must not stop it.
        if pruned.is_none_or(|last| !(0..HOUR_MS).contains(&(now.0 - last.0))) {
            let before = now.plus(-i64::from(self.sender.settings().keep_days) * DAY_MS);
            if self.store.prune_deliveries(before, PRUNE_STEP).await? == 0 {
                *pruned = Some(now);
            }
        }
        for receiver in self.store.receivers_ready(now).await? {
            let Some(turn) = self.turn(receiver) else { continue };
            let (dispatcher, delivered) = (Arc::clone(self), Arc::clone(delivered));
            under_way.spawn(async move {
                match dispatcher.serve(turn.receiver).await {
                    Ok(sent) => delivered(sent),
                    Err(error) => tracing::error!(error = format!("{error:#}"), "sending to a receiver failed and is tried again"),
                }
            });
        }
        Ok(())
    }

    fn turn(self: &Arc<Self>, receiver: i64) -> Option<Turn> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        let free = busy.len() < PARALLEL && busy.insert(receiver);
        free.then(|| Turn { dispatcher: Arc::clone(self), receiver })
    }

    /// Sends all that is due to one receiver at this moment, and waits for it; for the command that tests it.
    pub async fn round_of(&self, receiver: i64) -> anyhow::Result<u64> {
        self.serve(receiver).await
    }

    /// Sends to one receiver until nothing is due or an attempt fails.
    async fn serve(&self, receiver: i64) -> anyhow::Result<u64> {
        let mut sent = 0;
        while let Some(claimed) = self.store.claim_delivery(receiver, (self.clock)()).await? {
            let times = Times { made_at: claimed.made_at, at: (self.clock)() };
            let Claimed { receiver, secret, idempotency_key, told, .. } = &claimed;
            let files = if self.sender.takes_files(&receiver.channel) { self.files(told).await? } else { vec![] };
            let outcome = self.sender.send(receiver, secret, idempotency_key, (told, &files), times).await;
            let at = (self.clock)();
            let failed = outcome.as_ref().err().map(|error| after(&claimed, error, self.sender.settings(), at));
            // Until it is noted nothing else goes to this receiver.
            while let Err(error) = self.note(claimed.id, at, outcome.as_deref().unwrap_or(""), failed.as_ref()).await {
                tracing::error!(error = crate::reasons(&error), "what became of a delivery could not be noted yet");
                tokio::time::sleep(NOTE_AGAIN).await;
            }
            match failed {
                None => sent += 1,
                Some(failed) => {
                    tracing::warn!(delivery = claimed.id, receiver = claimed.receiver.id, reason = failed.reason, "a delivery failed");
                    if failed.rest_until.is_some() {
                        break;
                    }
                }
            }
        }
        Ok(sent)
    }

    /// The files of reports that are told of; as many as fit into a mail.
    async fn files(&self, told: &Told) -> anyhow::Result<Vec<Attachment>> {
        let notices = match told {
            Told::One(notice) => std::slice::from_ref(&**notice),
            Told::Digest(notices) => notices,
            Told::Test => &[],
        };
        let mut files: Vec<Attachment> = vec![];
        for notice in notices {
            let Notice::Report(news) = notice else { continue };
            let Some(id) = news.report else { continue };
            let Some((_, report)) = self.store.report(id).await? else { continue };
            let (head, formats) = (self.letterhead.clone(), news.formats.clone());
            let made = move || formats.iter().filter_map(|name| format(name)).map(|format| attachment(&report, format, &head)).collect();
            let made: anyhow::Result<Vec<Attachment>> = tokio::task::spawn_blocking(made).await?;
            files.extend(made?);
        }
        let mut room = MOST_BYTES;
        files.retain(|file| match room.checked_sub(file.bytes.len()) {
            Some(left) => {
                room = left;
                true
            }
            None => {
                tracing::warn!(file = file.name, bytes = file.bytes.len(), "a file is too large for a mail and does not go with it");
                false
            }
        });
        Ok(files)
    }

    async fn note(&self, id: i64, at: Time, answer: &str, failed: Option<&FailedAttempt>) -> Result<(), kiemtin_store::StoreError> {
        match failed {
            None => self.store.delivery_done(id, at, answer).await,
            Some(failed) => self.store.delivery_failed(id, failed).await,
        }
    }
}

fn attachment(report: &Report, format: &ReportFormat, head: &Letterhead) -> anyhow::Result<Attachment> {
    // The mail that it goes with is Vietnamese.
    let lang = Lang::Vi;
    let bytes = format.bytes(report, head, lang)?;
    Ok(Attachment { name: file_name(report, lang, format.name), media_type: format.media_type, bytes })
}

/// The right to serve a receiver; given back when it is dropped.
struct Turn {
    dispatcher: Arc<Dispatcher>,
    receiver: i64,
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.dispatcher.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.receiver);
    }
}

/// What follows from a failed attempt. The delivery waits by its own attempts, the receiver by its own failures: a message that
/// fails alone does not hold up the others for long.
fn after(claimed: &Claimed, error: &SendError, settings: &DeliverSettings, at: Time) -> FailedAttempt {
    let test = claimed.told == Told::Test;
    let late = at.0 - claimed.first_tried_at.0 >= i64::from(settings.give_up_hours) * HOUR_MS;
    let asked = error.wait_ms.unwrap_or(0);
    let wait = |failures: u32| at.plus(backoff(settings, failures, &claimed.idempotency_key).max(asked));
    FailedAttempt {
        at,
        retry_at: (!test && !error.permanent && !late).then(|| wait(claimed.attempts)),
        rest_until: (!test && !error.permanent).then(|| wait(claimed.failures + 1)),
        silent: error.silent,
        reason: if late && !error.permanent {
            format!("quá {} giờ: {}", settings.give_up_hours, error.reason)
        } else {
            error.reason.clone()
        },
    }
}

/// Milliseconds after so many failures: doubling up to the longest, less up to a quarter, so that receivers that failed together do
/// not come back together.
fn backoff(settings: &DeliverSettings, failures: u32, key: &str) -> i64 {
    let doubled = settings.retry_first_ms.saturating_mul(1 << failures.saturating_sub(1).min(30)).min(settings.retry_longest_ms);
    // FNV-1a: spreads, and needs no randomness.
    let spread =
        key.bytes().chain(failures.to_le_bytes()).fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
    let less = doubled / 4 * (spread >> 48) / 0xffff;
    i64::try_from(doubled - less).unwrap_or(i64::MAX)
}
