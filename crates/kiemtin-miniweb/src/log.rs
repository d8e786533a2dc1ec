//! Which requests were served, and when?

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The newest requests that are kept.
const KEPT: usize = 50_000;
/// Characters kept of a path and of a user agent.
const KEPT_CHARS: usize = 400;

/// A request that was served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Id of the site.
    pub site: &'static str,
    /// Path and query.
    pub path: String,
    /// Status of the answer.
    pub status: u16,
    /// When the request came, in milliseconds since the start.
    pub at_ms: u64,
    /// When the answer was ready, in milliseconds since the start.
    pub done_ms: u64,
    /// What the client called itself; empty when it did not say.
    pub user_agent: String,
}

/// The newest requests of a run.
#[derive(Debug)]
pub(crate) struct Log {
    started: Instant,
    requests: Mutex<VecDeque<Request>>,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self { started: Instant::now(), requests: Mutex::new(VecDeque::new()) }
    }

    /// Milliseconds since the start.
    pub(crate) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn add(&self, mut request: Request) {
        for text in [&mut request.path, &mut request.user_agent] {
            if let Some((end, _)) = text.char_indices().nth(KEPT_CHARS) {
                text.truncate(end);
            }
        }
        // A panic elsewhere leaves the list whole: every change of it is one call.
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        if requests.len() == KEPT {
            requests.pop_front();
        }
        requests.push_back(request);
    }

    /// In the order in which the requests came.
    pub(crate) fn all(&self) -> Vec<Request> {
        let mut all: Vec<Request> = self.requests.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect();
        all.sort_by_key(|request| request.at_ms);
        all
    }
}
