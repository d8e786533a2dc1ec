//! What does one listener get, and when does it end?
//!
//! A stream is asked for its next part when the one before is on its way: a slow client holds nobody up and fills no memory. It ends
//! after some minutes, and when whoever opened it may no longer come in or may see something else, so that the rights are asked
//! anew by the browser's own reconnecting; at the end of the service it ends at once.

use super::{Frame, Live, READ, Wanted, frames};
use crate::asker::Asker;
use crate::fault::Fault;
use crate::gate;
use crate::limits::streams::Place;
use crate::service::Service;
use axum::body::Bytes;
use axum::http::HeaderMap;
use kiemtin_store::StoreError;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;
use tokio::time::Instant;

/// How long a stream lasts at least, and by how much its end is spread, so that not all come back at one moment.
const LASTS: Duration = Duration::from_secs(600);
const SPREAD_S: u64 = 120;
/// How long a browser waits before it comes back, in milliseconds.
const RETRY_MS: u32 = 3_000;

/// One listener.
pub struct Stream {
    service: Arc<Service>,
    /// Who listens, and by what they came in.
    asker: Asker,
    headers: HeaderMap,
    wanted: Wanted,
    frames: broadcast::Receiver<Arc<Frame>>,
    ended: watch::Receiver<bool>,
    /// Number of the last entry that was told or left out.
    last: i64,
    /// Number of the last entry that the client knows of.
    told: i64,
    /// There may be more in the store.
    behind: bool,
    /// What is sent before anything else.
    opening: Option<String>,
    beat: Instant,
    ends: Instant,
    _place: Place,
}

impl Stream {
    /// Begins one after the entry with this number; none: with what happens from now on. A number that is not reached yet is one of
    /// another store: the client is told to load anew (`event: reset`).
    ///
    /// # Errors
    /// The store.
    pub async fn open(
        service: Arc<Service>,
        (asker, headers): (Asker, HeaderMap),
        wanted: Wanted,
        after: Option<i64>,
        place: Place,
    ) -> Result<Self, Fault> {
        let live: &Live = &service.live;
        // First listen, then look where the store is: what comes between stands in both and is told once.
        let (frames, ended) = (live.frames.subscribe(), live.ended.subscribe());
        let newest = service.store.last_alert_change().await?;
        let last = after.filter(|after| *after <= newest).unwrap_or(newest);
        let reset = if after.is_some_and(|after| after > newest) { "event: reset\ndata: {}\n" } else { "" };
        let opening = Some(format!("retry: {RETRY_MS}\nid: {last}\n{reset}\n"));
        let number = live.begun.fetch_add(1, Ordering::Relaxed);
        let now = Instant::now();
        let ends = now + LASTS + Duration::from_secs(number % SPREAD_S);
        let (beat, behind) = (now + live.beat, last < newest);
        Ok(Self { service, asker, headers, wanted, frames, ended, last, told: last, behind, opening, beat, ends, _place: place })
    }

    /// The next part; none at its end.
    pub async fn next(&mut self) -> Option<Bytes> {
        if let Some(opening) = self.opening.take() {
            return Some(opening.into());
        }
        loop {
            if *self.ended.borrow_and_update() {
                return None;
            }
            if self.behind {
                match self.catch_up().await {
                    Ok(text) if text.is_empty() => continue,
                    Ok(text) => return Some(text.into()),
                    Err(error) => {
                        tracing::error!(error = crate::fault::chain(&error), "a live stream could not catch up and ends");
                        return None;
                    }
                }
            }
            tokio::select! {
                // Rights before news.
                biased;
                _ = self.ended.changed() => {}
                () = tokio::time::sleep_until(self.beat) => return self.beaten().await,
                got = self.frames.recv() => match got {
                    Ok(frame) => if let Some(text) = self.take(&frame) { return Some(text) },
                    Err(RecvError::Lagged(_)) => self.behind = true,
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }

    /// A frame for this client, unless it has it or does not want or see it.
    fn take(&mut self, frame: &Frame) -> Option<Bytes> {
        if frame.id <= self.last {
            return None;
        }
        self.last = frame.id;
        let taken = self.wanted.takes(frame) && self.service.live.sees(&self.asker.sight, frame);
        taken.then(|| {
            self.told = frame.id;
            frame.text.clone()
        })
    }

    /// The next entries of the store.
    async fn catch_up(&mut self) -> Result<Vec<u8>, StoreError> {
        let service = Arc::clone(&self.service);
        // Never closed.
        let _turn = service.live.readers.acquire().await;
        let changes = service.store.alert_changes(self.last, READ).await?;
        self.behind = changes.len() == READ;
        let read = changes.last().map(|change| change.event.id);
        let text = frames(changes)?.iter().filter_map(|frame| self.take(frame)).flatten().collect();
        self.last = read.unwrap_or(self.last).max(self.last);
        Ok(text)
    }

    /// A sign of life, with the number that the client may resume after; none when the time is over or the rights have changed.
    async fn beaten(&mut self) -> Option<Bytes> {
        let now = Instant::now();
        self.beat = now + self.service.live.beat;
        if now >= self.ends || !self.may_stay().await {
            return None;
        }
        let news = std::mem::replace(&mut self.told, self.last) != self.last;
        Some(if news { format!("id: {}\n\n", self.last).into() } else { Bytes::from_static(b":\n\n") })
    }

    /// Whether who listens is let in as before. What cannot be found out ends the stream: the gate will say why.
    async fn may_stay(&self) -> bool {
        match gate::let_in_again(&self.service, &self.headers).await {
            Ok(now) => now.as_ref() == Some(&self.asker),
            Err(_) => false,
        }
    }
}
