//! Whose turn is it? One request at a time per host, a pause between the starts, and silence while a host asks for it.
//!
//! Hosts of one publisher (registrable domain) and hosts at one address share what they can bear: at most two of them are
//! asked at a time. A host that answers slowly is asked more rarely. Pauses are kept by the runtime's timer and not by the
//! [`Clock`](crate::Clock): a replayed or shifted clock must never make the crawler impolite; the clock only says until
//! when a pause lasts that must survive a restart.

mod shared;
#[cfg(test)]
mod tests;

use crate::retry_after::back_off;
use kiemtin_model::canonical::registrable_domain;
use kiemtin_model::{HostPause, Time};
use shared::SharedLimits;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// A host that was not asked for so long is forgotten.
const IDLE: Duration = Duration::from_secs(30 * 60);
/// How often idle hosts are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(60);
/// The pause is at least so many times what the last answer took (Heritrix takes five times, the rule here is two).
const OF_LAST_ANSWER: u32 = 2;
/// Longest pause of a host that says nothing and cannot be remembered for longer: a day.
const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 3_600);

/// How hosts are paced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostPace {
    /// Between two starts.
    pub(crate) delay: Duration,
    /// Longest pause that a slow host earns.
    pub(crate) longest_delay: Duration,
    /// Longest wait for a host that asked to be left alone.
    pub(crate) longest_wait: Duration,
    /// Requests at one time.
    pub(crate) parallel: usize,
}

/// The hosts that are being asked.
pub(crate) struct Hosts {
    table: Mutex<Table>,
    running: Arc<Semaphore>,
    pace: HostPace,
}

struct Table {
    slots: HashMap<String, Arc<AsyncMutex<Slot>>>,
    shared: SharedLimits,
    swept: Instant,
    /// Pauses that were not handed out to be stored yet.
    unsaved: Vec<HostPause>,
}

/// What is remembered of one host.
#[derive(Default)]
struct Slot {
    last_start: Option<Instant>,
    /// What the last request took, with its body.
    last_took: Duration,
    blocked_until: Option<Instant>,
    /// 429 and 503 answers in a row.
    refusals: u32,
    starts: u64,
    /// Where it was last reached.
    address: Option<IpAddr>,
}

/// The host asks to wait longer than this run may.
#[derive(Debug, PartialEq)]
pub(crate) struct TooLong;

/// The right to ask a host now; the next one starts after it is dropped.
pub(crate) struct Turn {
    slot: OwnedMutexGuard<Slot>,
    host: String,
    began: Instant,
    _shared: Vec<OwnedSemaphorePermit>,
    running: OwnedSemaphorePermit,
}

/// A place among the requests that run at one time. It is kept while a body is not handed on, so that no more bodies are in
/// memory than requests may run.
#[derive(Debug)]
pub struct Held {
    _place: Option<OwnedSemaphorePermit>,
}

impl Held {
    /// For what was answered without a request.
    pub(crate) fn nothing() -> Self {
        Self { _place: None }
    }
}

impl Hosts {
    pub(crate) fn new(pace: HostPace) -> Self {
        let table = Table { slots: HashMap::new(), shared: SharedLimits::default(), swept: Instant::now(), unsaved: Vec::new() };
        Self { table: Mutex::new(table), running: Arc::new(Semaphore::new(pace.parallel.max(1))), pace }
    }

    /// Waits for the turn of `host`; `crawl_delay` is what its robots.txt asks for, `lookup` tells where it is when it was not
    /// asked before.
    pub(crate) async fn turn<F>(&self, host: &str, crawl_delay: Option<Duration>, lookup: impl FnOnce() -> F) -> Result<Turn, TooLong>
    where
        F: Future<Output = Option<IpAddr>>,
    {
        let mut slot = self.slot(host).lock_owned().await;
        if let Some(until) = slot.blocked_until {
            if until.saturating_duration_since(Instant::now()) > self.pace.longest_wait {
                return Err(TooLong);
            }
            sleep_until(until).await;
            slot.blocked_until = None;
        }
        if let Some(last) = slot.last_start {
            sleep_until(last + self.pause(host, &slot, crawl_delay)).await;
        }
        if slot.address.is_none() {
            slot.address = lookup().await;
        }
        let limits = self.lock().shared.of(registrable_domain(host), slot.address);
        let mut places = Vec::with_capacity(2);
        // Always publisher before address, so that nobody waits in a circle. They are never closed.
        for limit in limits {
            let Ok(place) = limit.acquire_owned().await else { return Err(TooLong) };
            places.push(place);
        }
        // Taken last, so that a host that waits holds no place of the others.
        let Ok(running) = Arc::clone(&self.running).acquire_owned().await else { return Err(TooLong) };
        let began = Instant::now();
        slot.last_start = Some(began);
        slot.starts += 1;
        Ok(Turn { slot, host: host.to_owned(), began, _shared: places, running })
    }

    /// Whether a host asked to be left alone for longer than may be waited for.
    pub(crate) async fn is_left_alone(&self, host: &str) -> bool {
        let until = self.slot(host).lock().await.blocked_until;
        until.is_some_and(|until| until.saturating_duration_since(Instant::now()) > self.pace.longest_wait)
    }

    /// The host refused (429, 503): nobody asks it before `wait`, or before a growing pause when it names none. `now` is the
    /// clock's time, for the pause that is stored.
    pub(crate) fn block(&self, mut turn: Turn, wait: Option<Duration>, now: Time) {
        let wait = wait.unwrap_or_else(|| {
            let pause = back_off(turn.slot.refusals);
            pause + pause * drawn(&turn.host, turn.slot.starts) / 800
        });
        turn.slot.refusals += 1;
        turn.slot.blocked_until = Some(Instant::now() + wait);
        let until = now.plus(i64::try_from(wait.as_millis()).unwrap_or(i64::MAX / 2));
        self.lock().unsaved.push(HostPause { host: turn.host.clone(), until, refusals: turn.slot.refusals });
    }

    /// Pauses since this was last called: to be stored, so that a restart keeps them.
    pub(crate) fn take_pauses(&self) -> Vec<HostPause> {
        std::mem::take(&mut self.lock().unsaved)
    }

    /// Takes up pauses from before a restart, as of `now`.
    pub(crate) fn resume(&self, pauses: &[HostPause], now: Time) {
        for pause in pauses {
            let left = Duration::from_millis(u64::try_from(pause.until.0 - now.0).unwrap_or(0)).min(LONGEST_PAUSE);
            let slot = Slot { blocked_until: Some(Instant::now() + left), refusals: pause.refusals, ..Slot::default() };
            self.lock().slots.insert(pause.host.clone(), Arc::new(AsyncMutex::new(slot)));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot(&self, host: &str) -> Arc<AsyncMutex<Slot>> {
        let mut table = self.lock();
        let now = Instant::now();
        if now.saturating_duration_since(table.swept) >= SWEEP_EVERY {
            table.sweep(now);
        }
        Arc::clone(table.slots.entry(host.to_owned()).or_default())
    }

    /// The time between two starts: the configured one ±20 %, so that hosts polled together drift apart, or twice the time of
    /// the last answer, or the crawl delay and up to 20 % more: it is a promise to the publisher.
    fn pause(&self, host: &str, slot: &Slot, crawl_delay: Option<Duration>) -> Duration {
        let drawn = drawn(host, slot.starts);
        let own = self.pace.delay * (800 + drawn) / 1_000;
        let slow = (slot.last_took * OF_LAST_ANSWER).min(self.pace.longest_delay);
        let asked = crawl_delay.unwrap_or_default() * (1_000 + drawn / 2) / 1_000;
        own.max(slow).max(asked)
    }
}

/// 0 to 400, from a hash, so that a run can be repeated.
fn drawn(host: &str, starts: u64) -> u32 {
    let mut hash = DefaultHasher::new();
    (host, starts).hash(&mut hash);
    (hash.finish() % 401) as u32
}

impl Table {
    /// Forgets the hosts that are idle at `now`.
    fn sweep(&mut self, now: Instant) {
        self.swept = now;
        self.slots.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.try_lock().map_or(true, |slot| !slot.is_idle(now)));
        self.shared.sweep();
    }
}

impl Slot {
    fn is_idle(&self, now: Instant) -> bool {
        let silent = self.last_start.is_none_or(|last| now.saturating_duration_since(last) >= IDLE);
        silent && self.blocked_until.is_none_or(|until| until <= now)
    }
}

impl Turn {
    /// The host answered, from this address; the place among the running requests is kept.
    pub(crate) fn answered(self, from: Option<IpAddr>) -> Held {
        let Self { mut slot, began, running, .. } = self;
        slot.last_took = began.elapsed();
        slot.refusals = 0;
        slot.address = from.or(slot.address);
        Held { _place: Some(running) }
    }

    /// The request failed.
    pub(crate) fn failed(mut self) {
        self.slot.last_took = self.began.elapsed();
    }
}
