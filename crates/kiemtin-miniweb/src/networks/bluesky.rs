//! A search of Bluesky: `app.bsky.feed.searchPosts`.
//!
//! After the lexicons of bluesky-social/atproto (`app/bsky/feed/searchPosts.json`, `app/bsky/feed/defs.json`,
//! `app/bsky/richtext/facet.json`): `q`, `sort`, `since` (inclusive), `until` (not), `lang`, `limit` (25, 100 at most), `cursor`; and
//! after docs.bsky.app for what it may refuse: `AuthMissing`, `ExpiredToken`, `InvalidRequest`, `RateLimitExceeded`, with
//! `RateLimit-*` headers (the reset in seconds since 1970). Posts are ordered by the earlier of their own date and the one of the
//! index.

use super::{Local, people};
use crate::calendar::Moment;
use crate::error::MiniWebError;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header::AUTHORIZATION};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::get};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const DEFAULT_LIMIT: usize = 25;
const MAX_LIMIT: usize = 100;

/// What a test may turn.
#[derive(Clone, Debug, Default)]
pub struct Switches {
    /// Only who has the token may search.
    pub closed: bool,
    /// The token that is taken.
    pub token: Option<String>,
    /// It has expired.
    pub expired: bool,
    /// Requests that are left until the limit is reached; none: there is no limit.
    pub left: Option<u32>,
    /// Put into answers as it is, before the first post.
    pub odd_post: Option<Value>,
    /// The whole answer, in the place of what was found.
    pub odd_answer: Option<String>,
}

#[derive(Debug)]
struct Post {
    rkey: String,
    text: String,
    created_ms: i64,
    indexed_ms: i64,
}

impl Post {
    fn sort_ms(&self) -> i64 {
        self.created_ms.min(self.indexed_ms)
    }
}

#[derive(Debug, Default)]
struct Inside {
    posts: Vec<Post>,
    switches: Switches,
    now_ms: i64,
}

type Shared = Arc<Mutex<Inside>>;

/// The running server.
#[derive(Debug)]
pub struct Bluesky {
    local: Local,
    inside: Shared,
}

fn lock(inside: &Shared) -> MutexGuard<'_, Inside> {
    // A panic elsewhere leaves it whole: every change is one assignment.
    inside.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Bluesky {
    /// Serves a search without posts at an address; `now_ms` is its time, in milliseconds since 1970.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(address: Ipv4Addr, now_ms: i64) -> Result<Self, MiniWebError> {
        let inside = Shared::new(Mutex::new(Inside { now_ms, ..Inside::default() }));
        let app = Router::new().route("/xrpc/app.bsky.feed.searchPosts", get(search)).with_state(Arc::clone(&inside));
        Ok(Self { local: Local::start("bluesky", address, app).await?, inside })
    }

    /// What it is asked at, and what it was asked.
    pub fn local(&self) -> &Local {
        &self.local
    }

    /// Changes a switch.
    pub fn switch(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut lock(&self.inside).switches);
    }

    /// A new post with its own date and the one of the index.
    pub fn post(&self, rkey: &str, text: &str, created_ms: i64, indexed_ms: i64) {
        lock(&self.inside).posts.push(Post { rkey: rkey.to_owned(), text: text.to_owned(), created_ms, indexed_ms });
    }
}

/// The account of all posts.
pub(super) fn did() -> &'static str {
    people::nth(people::ACCOUNT_IDS, 1)
}

/// A record of a post, with a mention before its text.
pub(super) fn record(text: &str, created_ms: i64, number: usize) -> Value {
    let handle = people::nth(people::HANDLES, number);
    let text = format!("@{handle} {text}");
    json!({
        "$type": "app.bsky.feed.post", "text": text, "createdAt": Moment(created_ms).iso_utc(), "langs": ["vi"],
        "facets": [{
            "$type": "app.bsky.richtext.facet", "index": { "byteStart": 0, "byteEnd": handle.len() + 1 },
            "features": [{ "$type": "app.bsky.richtext.facet#mention", "did": did() }],
        }],
        "reply": {
            "root": { "cid": "bafyroot", "uri": format!("at://{}/app.bsky.feed.post/3root", did()) },
            "parent": { "cid": "bafyroot", "uri": format!("at://{}/app.bsky.feed.post/3root", did()) },
        },
    })
}

async fn search(State(inside): State<Shared>, Query(query): Query<HashMap<String, String>>, headers: HeaderMap) -> Response {
    let mut inside = lock(&inside);
    if let Some(left) = &mut inside.switches.left {
        if *left == 0 {
            return error(&inside, StatusCode::TOO_MANY_REQUESTS, "RateLimitExceeded", "Rate Limit Exceeded");
        }
        *left -= 1;
    }
    if let Some(refusal) = unknown(&inside, &headers) {
        return refusal;
    }
    if let Some(odd) = &inside.switches.odd_answer {
        return ([("content-type", "application/json; charset=utf-8")], odd.clone()).into_response();
    }
    let (from, limit, found) = match find(&inside, &query) {
        Ok(found) => found,
        Err(words) => return error(&inside, StatusCode::BAD_REQUEST, "InvalidRequest", &words),
    };
    let shown: Vec<Value> = found.iter().skip(from).take(limit).enumerate().map(|(number, post)| view(post, number)).collect();
    let next = (from + shown.len() < found.len()).then(|| (from + shown.len()).to_string());
    let hits = found.len();
    let posts: Vec<Value> = inside.switches.odd_post.iter().cloned().chain(shown).collect();
    let mut told = json!({ "hitsTotal": hits, "posts": posts });
    if let (Some(next), Some(told)) = (next, told.as_object_mut()) {
        told.insert("cursor".into(), next.into());
    }
    limited(&inside, Json(told).into_response())
}

/// The refusal of who may not search.
fn unknown(inside: &Inside, headers: &HeaderMap) -> Option<Response> {
    let token = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(|value| value.strip_prefix("Bearer "));
    match token {
        None if inside.switches.closed => Some(error(inside, StatusCode::UNAUTHORIZED, "AuthMissing", "Authentication Required")),
        None => None,
        Some(_) if inside.switches.expired => Some(error(inside, StatusCode::BAD_REQUEST, "ExpiredToken", "Token has expired")),
        Some(token) if Some(token) == inside.switches.token.as_deref() => None,
        Some(_) => Some(error(inside, StatusCode::UNAUTHORIZED, "InvalidToken", "Token could not be verified")),
    }
}

type Found<'a> = (usize, usize, Vec<&'a Post>);

/// What is found, newest first, with the place and size of the page; fails with the words of the protocol.
fn find<'a>(inside: &'a Inside, query: &HashMap<String, String>) -> Result<Found<'a>, String> {
    let q = query.get("q").ok_or("Error: Params must have the property \"q\"")?;
    let limit = query.get("limit").map_or(Ok(DEFAULT_LIMIT), |limit| limit.parse().map_err(|_| "Error: limit must be an integer"))?;
    if !(1..=MAX_LIMIT).contains(&limit) {
        return Err(format!("Error: limit can not be greater than {MAX_LIMIT}"));
    }
    let time = |name: &str| {
        let read = |text: &String| text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_millisecond);
        query.get(name).map(read).transpose().map_err(|_| format!("Error: {name} must be a valid datetime"))
    };
    let (since, until) = (time("since")?, time("until")?);
    let phrase = q.trim_matches('"').to_lowercase();
    let is_vietnamese = query.get("lang").is_none_or(|lang| lang == "vi");
    let mut found: Vec<&Post> = inside
        .posts
        .iter()
        .filter(|post| is_vietnamese && post.text.to_lowercase().contains(&phrase))
        .filter(|post| since.is_none_or(|since| post.sort_ms() >= since) && until.is_none_or(|until| post.sort_ms() < until))
        .collect();
    found.sort_by_key(|post| std::cmp::Reverse(post.sort_ms()));
    let from = query.get("cursor").and_then(|cursor| cursor.parse().ok()).unwrap_or(0);
    Ok((from, limit, found))
}

/// A `postView`.
fn view(post: &Post, number: usize) -> Value {
    let handle = people::nth(people::HANDLES, number);
    json!({
        "uri": format!("at://{}/app.bsky.feed.post/{}", did(), post.rkey), "cid": "bafyreib",
        "author": {
            "did": did(), "handle": handle, "displayName": people::nth(people::NAMES, number),
            "avatar": format!("https://cdn.example/{}", people::nth(people::AVATARS, number)), "labels": [],
        },
        "record": record(&post.text, post.created_ms, number),
        "replyCount": 1, "repostCount": 2, "likeCount": 3, "quoteCount": 0, "indexedAt": Moment(post.indexed_ms).iso_utc(), "labels": [],
    })
}

fn error(inside: &Inside, status: StatusCode, word: &str, message: &str) -> Response {
    limited(inside, (status, Json(json!({ "error": word, "message": message }))).into_response())
}

fn limited(inside: &Inside, mut answer: Response) -> Response {
    let left = inside.switches.left.unwrap_or(2_999);
    let reset = inside.now_ms.div_euclid(1_000) + 300;
    let date = Moment(inside.now_ms).http();
    let headers = [
        ("date", date),
        ("ratelimit-limit", "3000".to_owned()),
        ("ratelimit-remaining", left.to_string()),
        ("ratelimit-reset", reset.to_string()),
        ("ratelimit-policy", "3000;w=300".to_owned()),
    ];
    for (name, value) in headers {
        if let Ok(value) = value.parse() {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}
