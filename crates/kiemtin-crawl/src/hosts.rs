//! Whose turn is it? One request at a time per host, a pause between the starts, and silence while a host asks for it.
//!
//! Pauses are kept by the runtime's timer and not by the [`Clock`](crate::Clock): a replayed or shifted clock must never
//! make the crawler impolite.

use crate::retry_after::back_off;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};

/// A host that was not asked for so long is forgotten.
const IDLE: Duration = Duration::from_secs(30 * 60);
/// How often idle hosts are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(60);

/// The hosts that are being asked.
pub(crate) struct Hosts {
    table: Mutex<Table>,
    running: Arc<Semaphore>,
    delay: Duration,
    longest_wait: Duration,
}

struct Table {
    slots: HashMap<String, Arc<AsyncMutex<Slot>>>,
    swept: Instant,
}

/// What is remembered of one host.
#[derive(Default)]
struct Slot {
    last_start: Option<Instant>,
    blocked_until: Option<Instant>,
    /// 429 and 503 answers in a row.
    refusals: u32,
    starts: u64,
}

/// The host asks to wait longer than this run may.
#[derive(Debug, PartialEq)]
pub(crate) struct TooLong;

/// The right to ask a host now; the next one starts after it is dropped.
pub(crate) struct Turn {
    slot: OwnedMutexGuard<Slot>,
    _running: OwnedSemaphorePermit,
}

impl Hosts {
    pub(crate) fn new(delay: Duration, longest_wait: Duration, parallel: usize) -> Self {
        let table = Table { slots: HashMap::new(), swept: Instant::now() };
        Self { table: Mutex::new(table), running: Arc::new(Semaphore::new(parallel.max(1))), delay, longest_wait }
    }

    /// Waits for the turn of `host`; `crawl_delay` is what its robots.txt asks for.
    pub(crate) async fn turn(&self, host: &str, crawl_delay: Option<Duration>) -> Result<Turn, TooLong> {
        let mut slot = self.slot(host).lock_owned().await;
        if let Some(until) = slot.blocked_until {
            if until.saturating_duration_since(Instant::now()) > self.longest_wait {
                return Err(TooLong);
            }
            sleep_until(until).await;
            slot.blocked_until = None;
        }
        if let Some(last) = slot.last_start {
            sleep_until(last + self.pause(host, slot.starts, crawl_delay)).await;
        }
        // Taken last, so that a host that waits holds no place of the others. It is never closed.
        let Ok(running) = Arc::clone(&self.running).acquire_owned().await else { return Err(TooLong) };
        slot.last_start = Some(Instant::now());
        slot.starts += 1;
        Ok(Turn { slot, _running: running })
    }

    fn slot(&self, host: &str) -> Arc<AsyncMutex<Slot>> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if now.saturating_duration_since(table.swept) >= SWEEP_EVERY {
            table.sweep(now);
        }
        Arc::clone(table.slots.entry(host.to_owned()).or_default())
    }

    /// The time between two starts: the configured one ±20 %, so that hosts polled together drift apart, or the crawl
    /// delay and up to 20 % more: it is a promise to the publisher. Drawn from a hash, so that a run can be repeated.
    fn pause(&self, host: &str, starts: u64, crawl_delay: Option<Duration>) -> Duration {
        let mut hash = DefaultHasher::new();
        (host, starts).hash(&mut hash);
        let drawn = (hash.finish() % 401) as u32; // 0..=400 thousandths
        let own = self.delay * (800 + drawn) / 1_000;
        let asked = crawl_delay.unwrap_or_default() * (1_000 + drawn / 2) / 1_000;
        own.max(asked)
    }
}

impl Table {
    /// Forgets the hosts that are idle at `now`.
    fn sweep(&mut self, now: Instant) {
        self.swept = now;
        self.slots.retain(|_, slot| Arc::strong_count(slot) > 1 || slot.try_lock().map_or(true, |slot| !slot.is_idle(now)));
    }
}

impl Slot {
    fn is_idle(&self, now: Instant) -> bool {
        let silent = self.last_start.is_none_or(|last| now.saturating_duration_since(last) >= IDLE);
        silent && self.blocked_until.is_none_or(|until| until <= now)
    }
}

impl Turn {
    /// The host refused (429, 503): nobody asks it before `wait`, or before a growing pause when it names none.
    pub(crate) fn block(&mut self, wait: Option<Duration>) {
        let wait = wait.unwrap_or_else(|| back_off(self.slot.refusals));
        self.slot.refusals += 1;
        self.slot.blocked_until = Some(Instant::now() + wait);
    }

    /// The host answered.
    pub(crate) fn answered(&mut self) {
        self.slot.refusals = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn hosts() -> Hosts {
        Hosts::new(50 * MS, 200 * MS, 8)
    }

    #[tokio::test]
    async fn starts_are_apart_and_others_do_not_wait() {
        let hosts = hosts();
        let begun = Instant::now();
        for _ in 0..4 {
            drop(hosts.turn("a.vn", None).await.ok().unwrap());
        }
        assert!(begun.elapsed() >= 3 * 40 * MS, "{:?}", begun.elapsed());
        let before = Instant::now();
        drop(hosts.turn("b.vn", None).await.ok().unwrap());
        assert!(before.elapsed() < 40 * MS);
    }

    #[test]
    fn the_pause_varies_but_never_shortens_a_crawl_delay() {
        let hosts = hosts();
        let pauses: Vec<Duration> = (0..100).map(|start| hosts.pause("a.vn", start, None)).collect();
        assert!(pauses.iter().all(|p| (40 * MS..=60 * MS).contains(p)));
        assert!(pauses.iter().any(|p| *p < 43 * MS) && pauses.iter().any(|p| *p > 57 * MS));
        assert!((0..100).all(|start| (10_000 * MS..=12_000 * MS).contains(&hosts.pause("a.vn", start, Some(10_000 * MS)))));
        assert_eq!(hosts.pause("a.vn", 7, None), hosts.pause("a.vn", 7, None));
    }

    #[tokio::test]
    async fn one_at_a_time() {
        let hosts = Arc::new(hosts());
        let turn = hosts.turn("a.vn", None).await.ok().unwrap();
        let second = tokio::spawn({
            let hosts = Arc::clone(&hosts);
            async move { hosts.turn("a.vn", None).await.is_ok() }
        });
        tokio::time::sleep(150 * MS).await;
        assert!(!second.is_finished());
        drop(turn);
        assert!(second.await.unwrap());
    }

    #[tokio::test]
    async fn a_block_is_waited_for_or_not() {
        let hosts = hosts();
        hosts.turn("a.vn", None).await.ok().unwrap().block(Some(150 * MS));
        let before = Instant::now();
        let mut turn = hosts.turn("a.vn", None).await.ok().unwrap();
        assert!(before.elapsed() >= 140 * MS);
        turn.block(None);
        assert!(turn.slot.blocked_until.unwrap() - Instant::now() > 100_000 * MS, "the second refusal in a row waits two minutes");
        drop(turn);
        assert_eq!(hosts.turn("a.vn", None).await.err(), Some(TooLong));
        assert!(hosts.turn("b.vn", None).await.is_ok());
    }

    #[tokio::test]
    async fn idle_hosts_are_forgotten_and_blocked_ones_are_not() {
        let hosts = hosts();
        drop(hosts.turn("idle.vn", None).await.ok().unwrap());
        hosts.turn("blocked.vn", None).await.ok().unwrap().block(Some(IDLE * 10));
        let running = hosts.turn("running.vn", None).await.ok().unwrap();
        let mut table = hosts.table.lock().unwrap();
        table.sweep(Instant::now());
        assert_eq!(table.slots.len(), 3);
        table.sweep(Instant::now() + IDLE * 2);
        assert!(!table.slots.contains_key("idle.vn") && table.slots.len() == 2);
        drop(running);
    }
}
