//! How much may one asker ask, and all of them at once?
//!
//! A request passes two limits once it is known who asks: the rate of its class ([`rates`]), and for searches the number that run
//! at once; a live stream takes a place for as long as it lasts ([`streams`]). Sizes are bounded beside the routes (`BODIES`) and in [`crate::envelope`], the cost of one query in the index.

pub mod rates;
pub mod streams;

use crate::asker::Asker;
use crate::fault::Fault;
use crate::service::Service;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kiemtin_model::Actor;
use rates::{Class, Rates, Standing};
use std::time::Duration;
use streams::Streams;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Longest wait for a turn to search.
const SEARCH_WAIT: Duration = Duration::from_secs(3);
/// Pushes whose bodies are read or wait for the writer at once: a body may have 10 MB.
const PUSHES_AT_ONCE: usize = 8;

/// What one asker may ask in a minute, and what all may at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowed {
    /// Requests that read little.
    pub reads: u32,
    /// Searches, trends and what counts like them.
    pub searches: u32,
    /// Requests that change something.
    pub changes: u32,
    /// Pushes of documents.
    pub pushes: u32,
    /// Lines of pushes.
    pub lines: u32,
    /// Searches of everybody at once.
    pub searches_at_once: usize,
    /// Live streams of everybody that are open.
    pub streams: usize,
    /// Live streams of one asker.
    pub streams_of_one: usize,
}

impl Default for Allowed {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Allowed {
    const DEFAULT: Self = Self {
        reads: 6_000,
        searches: 1_200,
        changes: 120,
        pushes: 600,
        lines: 6_000,
        searches_at_once: 16,
        streams: 800,
        streams_of_one: 600,
    };

    /// Nothing is refused: for measuring.
    pub const fn everything() -> Self {
        let all = u32::MAX;
        let searches_at_once = Semaphore::MAX_PERMITS;
        Self { reads: all, searches: all, changes: all, pushes: all, lines: all, searches_at_once, ..Self::DEFAULT }
    }
}

/// The limits of a running service.
pub struct Limits {
    rates: Rates,
    searches: Semaphore,
    pushes: Semaphore,
    pub(crate) streams: Streams,
    most_streams: usize,
}

impl Limits {
    /// With nothing asked yet.
    pub fn new(allowed: Allowed) -> Self {
        Self {
            rates: Rates::new(allowed),
            searches: Semaphore::new(allowed.searches_at_once),
            pushes: Semaphore::new(PUSHES_AT_ONCE),
            streams: Streams::new(allowed.streams, allowed.streams_of_one),
            most_streams: allowed.streams,
        }
    }

    /// Most live streams that are open at once: so many connections last for minutes.
    pub fn most_streams(&self) -> usize {
        self.most_streams
    }

    /// A place for one more push.
    ///
    /// # Errors
    /// None is free: the asker is to come again, nothing is kept waiting.
    pub(crate) fn push_place(&self) -> Result<SemaphorePermit<'_>, Fault> {
        self.pushes.try_acquire().map_err(|_| Fault::busy())
    }

    /// Takes the lines of a push from what its asker may push.
    ///
    /// # Errors
    /// That many are not allowed now: none is taken.
    pub(crate) fn take_lines(&self, service: &Service, actor: &Actor, lines: usize) -> Result<(), Fault> {
        let lines = u32::try_from(lines).unwrap_or(u32::MAX);
        self.rates.take(&owner(actor), Class::Line, lines, service.now()).map(drop).map_err(|standing| Fault::too_many(standing.wait_s))
    }

    /// A turn to search.
    ///
    /// # Errors
    /// None came within [`SEARCH_WAIT`].
    pub(crate) async fn search_turn(&self) -> Result<SemaphorePermit<'_>, Fault> {
        match tokio::time::timeout(SEARCH_WAIT, self.searches.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) | Err(_) => Err(Fault::busy()),
        }
    }
}

/// Under which name somebody's requests are counted and their pushes remembered: who acts, and by which token.
pub(crate) fn owner(actor: &Actor) -> String {
    format!("{}\u{1f}{}\u{1f}{}", actor.kind, actor.name, actor.token)
}

/// Answers a request of somebody who was let in, within the limits.
pub(crate) async fn within(service: &Service, asker: &Asker, request: Request, next: Next) -> Response {
    let class = class_of(&request);
    match service.limits.rates.take(&owner(&asker.actor), class, 1, service.now()) {
        Err(standing) => told(Fault::too_many(standing.wait_s).into_response(), class, standing),
        Ok(standing) if class == Class::Search => match service.limits.search_turn().await {
            Ok(_turn) => told(next.run(request).await, class, standing),
            Err(fault) => fault.into_response(),
        },
        Ok(standing) => told(next.run(request).await, class, standing),
    }
}

/// Addresses that count over the index, or read much.
const SEARCHES: &[&str] = &[
    "/api/v1/exports/{file}",
    "/api/v1/reports/{file}",
    "/api/v1/search",
    "/api/v1/trends",
    "/api/v1/feedback",
    "/api/v1/policies",
    "/api/v1/policies/{id}",
    "/reports",
    "/search",
    "/trends",
    "/feedback",
    "/policies",
    "/policies/{id}",
];

fn class_of(request: &Request) -> Class {
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    match path {
        "/api/v1/documents" if request.method() == Method::POST => Class::Push,
        // They change nothing, and take a processor as a search does.
        "/api/v1/classify" | "/rules" if request.method() == Method::POST => Class::Search,
        _ if !request.method().is_safe() => Class::Change,
        path if SEARCHES.contains(&path) => Class::Search,
        _ => Class::Read,
    }
}

/// Says how much is left, as draft-ietf-httpapi-ratelimit-headers has it.
fn told(mut response: Response, class: Class, standing: Standing) -> Response {
    let name = class.name();
    let Standing { quota, left, full_s, .. } = standing;
    for (header, value) in
        [("ratelimit-policy", format!("\"{name}\";q={quota};w=60")), ("ratelimit", format!("\"{name}\";r={left};t={full_s}"))]
    {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(header), value);
        }
    }
    response
}
