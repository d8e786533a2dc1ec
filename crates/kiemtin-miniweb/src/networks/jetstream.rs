//! The stream of all posts of Bluesky: Jetstream, v1 wire.
//!
//! After the README and the documentation of bluesky-social/jetstream: `GET /subscribe` with `wantedCollections`, `cursor` (microseconds
//! since 1970, inclusive; one that is too old is moved to the oldest event without a word; none: what happens from now on) and
//! `maxMessageSizeBytes`; text frames with `did`, `time_us`, `kind`; `identity` and `account` events come whatever is wanted; any
//! data that a client sends closes the connection.

use super::bluesky::{did, record};
use super::{Local, people};
use crate::calendar::Moment;
use crate::error::MiniWebError;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::get};
use serde_json::{Value, json};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

const POSTS: &str = "app.bsky.feed.post";

/// What a test may turn.
#[derive(Clone, Debug, Default)]
pub struct Switches {
    /// The connection breaks off after so many frames.
    pub drops_after: Option<usize>,
    /// The client is too slow after so many frames.
    pub slow_after: Option<usize>,
    /// Status and body in the place of a stream.
    pub refuses: Option<(u16, String)>,
    /// Events before this time are no longer there, in microseconds.
    pub kept_from_us: u64,
    /// Sends frames larger than the client wants.
    pub ignores_size: bool,
}

#[derive(Debug)]
struct Event {
    time_us: u64,
    collection: Option<&'static str>,
    text: String,
}

#[derive(Debug, Default)]
struct Inside {
    events: Vec<Event>,
    switches: Switches,
}

#[derive(Clone, Debug)]
struct Shared {
    inside: Arc<Mutex<Inside>>,
    /// How many events there are: told to who listens.
    told: watch::Sender<usize>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Inside> {
        // A panic elsewhere leaves it whole: every change is one call.
        self.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The running server.
#[derive(Debug)]
pub struct Jetstream {
    local: Local,
    shared: Shared,
}

impl Jetstream {
    /// Serves a stream without events at an address.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(address: Ipv4Addr) -> Result<Self, MiniWebError> {
        let shared = Shared { inside: Arc::default(), told: watch::channel(0).0 };
        let app = Router::new().route("/subscribe", get(subscribe)).with_state(shared.clone());
        Ok(Self { local: Local::start("jetstream", address, app).await?, shared })
    }

    /// What it is asked at, and what it was asked.
    pub fn local(&self) -> &Local {
        &self.local
    }

    /// Changes a switch.
    pub fn switch(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut self.shared.lock().switches);
    }

    /// A post is created (`create`) or changed (`update`).
    pub fn post(&self, time_us: u64, operation: &str, rkey: &str, text: &str) {
        let created_ms = i64::try_from(time_us / 1_000).unwrap_or(0);
        let record = record(text, created_ms, rkey.len());
        self.commit(
            time_us,
            POSTS,
            &json!({ "rev": "3l", "operation": operation, "collection": POSTS, "rkey": rkey, "record": record, "cid": "bafyreia" }),
        );
    }

    /// A post is deleted.
    pub fn delete(&self, time_us: u64, rkey: &str) {
        self.commit(time_us, POSTS, &json!({ "rev": "3l", "operation": "delete", "collection": POSTS, "rkey": rkey }));
    }

    /// Somebody likes something, which nobody here wants.
    pub fn like(&self, time_us: u64) {
        let record = json!({ "$type": "app.bsky.feed.like", "createdAt": Moment(0).iso_utc() });
        let commit = json!({ "rev": "3l", "operation": "create", "collection": "app.bsky.feed.like", "rkey": "3like", "record": record });
        self.commit(time_us, "app.bsky.feed.like", &commit);
    }

    /// An account gets a new handle.
    pub fn identity(&self, time_us: u64) {
        let told = json!({ "did": did(), "handle": people::nth(people::HANDLES, 0), "seq": 7, "time": Moment(0).iso_utc() });
        self.raw(time_us, json!({ "did": did(), "time_us": time_us, "kind": "identity", "identity": told }).to_string());
    }

    /// An account is taken down.
    pub fn account(&self, time_us: u64) {
        let told = json!({ "active": false, "status": "takendown", "did": did(), "seq": 8, "time": Moment(0).iso_utc() });
        self.raw(time_us, json!({ "did": did(), "time_us": time_us, "kind": "account", "account": told }).to_string());
    }

    /// A frame as it is.
    pub fn raw(&self, time_us: u64, text: String) {
        self.push(Event { time_us, collection: None, text });
    }

    fn commit(&self, time_us: u64, collection: &'static str, commit: &Value) {
        let text = json!({ "did": did(), "time_us": time_us, "kind": "commit", "commit": commit }).to_string();
        self.push(Event { time_us, collection: Some(collection), text });
    }

    fn push(&self, event: Event) {
        let mut inside = self.shared.lock();
        inside.events.push(event);
        self.shared.told.send_replace(inside.events.len());
    }
}

/// What a client asks for.
struct Wanted {
    collections: Vec<String>,
    cursor: Option<u64>,
    most_bytes: usize,
}

async fn subscribe(State(shared): State<Shared>, RawQuery(query): RawQuery, upgrade: WebSocketUpgrade) -> Response {
    if let Some((status, body)) = shared.lock().switches.refuses.clone() {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        return (status, [("content-type", "application/json")], body).into_response();
    }
    match wanted(query.as_deref().unwrap_or_default()) {
        Ok(wanted) => upgrade.on_upgrade(move |socket| stream(socket, shared, wanted)),
        Err(words) => (StatusCode::BAD_REQUEST, Json(json!({ "error": "InvalidRequest", "message": words }))).into_response(),
    }
}

fn wanted(query: &str) -> Result<Wanted, String> {
    let mut wanted = Wanted { collections: vec![], cursor: None, most_bytes: 0 };
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let number = || value.parse::<u64>().map_err(|_| format!("invalid {name}: {value}"));
        match name {
            "wantedCollections" if value.split('.').count() < 3 => return Err(format!("invalid collection: {value}")),
            "wantedCollections" => wanted.collections.push(value.to_owned()),
            "cursor" => wanted.cursor = Some(number()?),
            "maxMessageSizeBytes" => wanted.most_bytes = usize::try_from(number()?).unwrap_or(0),
            _ => {}
        }
    }
    Ok(wanted)
}

async fn stream(mut socket: WebSocket, shared: Shared, wanted: Wanted) {
    let mut told = shared.told.subscribe();
    // Events that were there when a client came without a cursor are not for it.
    let mut at = if wanted.cursor.is_none() { *told.borrow() } else { 0 };
    let mut sent = 0;
    if socket.send(Message::Ping(b"kiemtin".as_slice().into())).await.is_err() {
        return;
    }
    loop {
        let (frames, switches) = {
            let inside = shared.lock();
            let from = wanted.cursor.unwrap_or(0).max(inside.switches.kept_from_us);
            let fits = |event: &&Event| {
                let asked = event.collection.is_none_or(|own| wanted.collections.is_empty() || wanted.collections.iter().any(|c| c == own));
                let small = wanted.most_bytes == 0 || inside.switches.ignores_size || event.text.len() <= wanted.most_bytes;
                event.time_us >= from && asked && small
            };
            let frames: Vec<String> = inside.events.iter().skip(at).filter(fits).map(|event| event.text.clone()).collect();
            at = inside.events.len();
            (frames, inside.switches.clone())
        };
        for frame in frames {
            if switches.drops_after == Some(sent) {
                return;
            }
            if switches.slow_after == Some(sent) {
                let slow = json!({ "$type": "error", "error": "ConsumerTooSlow", "message": "client is too slow" }).to_string();
                // Whether it gets there or not, this is the end.
                drop(socket.send(Message::Text(slow.into())).await);
                return;
            }
            if socket.send(Message::Text(frame.into())).await.is_err() {
                return;
            }
            sent += 1;
        }
        tokio::select! {
            changed = told.changed() => if changed.is_err() { return },
            came = socket.recv() => match came {
                Some(Ok(Message::Pong(_) | Message::Ping(_))) => {}
                // It speaks and does not listen.
                _ => return,
            },
        }
    }
}
