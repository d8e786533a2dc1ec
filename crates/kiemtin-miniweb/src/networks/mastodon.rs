//! A server of the Mastodon API: public timeline, hashtags, one status, and what it says of itself.
//!
//! After docs.joinmastodon.org: methods/timelines (paging by `max_id`, `since_id`, `min_id`; 20 statuses, 40 at most),
//! methods/statuses, api/rate-limits (300 requests in 5 minutes; `X-RateLimit-*`, with the reset as an ISO time), entities/Status,
//! entities/Instance (`configuration.timelines_access`, since 4.5.0), and the error bodies named there. Ids are those of the
//! software: milliseconds since 1970, then 16 bits.

use super::{Local, people};
use crate::calendar::Moment;
use crate::error::MiniWebError;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header::AUTHORIZATION};
use axum::response::{IntoResponse, Response};
use axum::{Json, Router, routing::get};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 40;
const PUBLIC: &str = "https://mxh.example/api/v1/timelines/public";
const WINDOW_MS: i64 = 300_000;

/// How timelines are closed to who has no token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Access {
    /// Not at all.
    #[default]
    Public,
    /// `401`, and `authenticated` in what the server says of itself.
    Refused,
    /// An empty list, and `authenticated` in what the server says of itself.
    Empty,
}

/// What a test may turn.
#[derive(Clone, Debug, Default)]
pub struct Switches {
    /// Who may read timelines.
    pub access: Access,
    /// The token that is taken; any other one is refused.
    pub token: Option<String>,
    /// Requests that are left until the limit is reached; none: there is no limit.
    pub left: Option<u32>,
    /// Ids are small numbers and no times.
    pub small_ids: bool,
    /// Put into timelines as it is, before the first status.
    pub odd_status: Option<Value>,
    /// The whole answer of a timeline, in the place of a list.
    pub odd_answer: Option<String>,
    /// Requests of timelines after which answers are `500`.
    pub breaks_after: Option<u32>,
}

#[derive(Debug)]
struct Status {
    id: u64,
    at_ms: i64,
    edited_ms: Option<i64>,
    content: String,
}

#[derive(Debug, Default)]
struct Inside {
    statuses: Vec<Status>,
    switches: Switches,
    now_ms: i64,
    posted: u64,
}

type Shared = Arc<Mutex<Inside>>;

/// The running server.
#[derive(Debug)]
pub struct Mastodon {
    local: Local,
    inside: Shared,
}

fn lock(inside: &Shared) -> MutexGuard<'_, Inside> {
    // A panic elsewhere leaves it whole: every change is one assignment.
    inside.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Mastodon {
    /// Serves an empty server at an address; `now_ms` is its time, in milliseconds since 1970.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(address: Ipv4Addr, now_ms: i64) -> Result<Self, MiniWebError> {
        let inside = Shared::new(Mutex::new(Inside { now_ms, ..Inside::default() }));
        let app = Router::new()
            .route("/api/v1/timelines/public", get(public))
            .route("/api/v1/timelines/tag/{tag}", get(tag))
            .route("/api/v1/statuses/{id}", get(single))
            .route("/api/v2/instance", get(instance))
            .with_state(Arc::clone(&inside));
        Ok(Self { local: Local::start("mastodon", address, app).await?, inside })
    }

    /// What it is asked at, and what it was asked.
    pub fn local(&self) -> &Local {
        &self.local
    }

    /// Changes a switch.
    pub fn switch(&self, change: impl FnOnce(&mut Switches)) {
        change(&mut lock(&self.inside).switches);
    }

    /// A new status with this text as markup; gives its id.
    pub fn post(&self, content: &str, at_ms: i64) -> u64 {
        let mut inside = lock(&self.inside);
        inside.posted += 1;
        let number = inside.posted;
        let id = if inside.switches.small_ids { number } else { (u64::try_from(at_ms).unwrap_or(0) << 16) | (number & 0xffff) };
        inside.statuses.push(Status { id, at_ms, edited_ms: None, content: content.to_owned() });
        id
    }

    /// Edits a status.
    pub fn edit(&self, id: u64, content: &str, at_ms: i64) {
        for status in lock(&self.inside).statuses.iter_mut().filter(|status| status.id == id) {
            (status.edited_ms, status.content) = (Some(at_ms), content.to_owned());
        }
    }

    /// Deletes a status.
    pub fn delete(&self, id: u64) {
        lock(&self.inside).statuses.retain(|status| status.id != id);
    }

    /// Moves its time on.
    pub fn set_now(&self, now_ms: i64) {
        lock(&self.inside).now_ms = now_ms;
    }
}

type Asked = Query<HashMap<String, String>>;

async fn public(State(inside): State<Shared>, Query(query): Asked, headers: HeaderMap) -> Response {
    timeline(&inside, &query, &headers, None)
}

async fn tag(State(inside): State<Shared>, Path(tag): Path<String>, Query(query): Asked, headers: HeaderMap) -> Response {
    timeline(&inside, &query, &headers, Some(&tag))
}

fn timeline(inside: &Shared, query: &HashMap<String, String>, headers: &HeaderMap, tag: Option<&str>) -> Response {
    let mut inside = lock(inside);
    if let Some(refusal) = counted(&mut inside) {
        return refusal;
    }
    if let Some(left) = &mut inside.switches.breaks_after {
        if *left == 0 {
            return (StatusCode::INTERNAL_SERVER_ERROR, "We're sorry, but something went wrong.").into_response();
        }
        *left -= 1;
    }
    let asker = match asker(&inside, headers) {
        Ok(asker) => asker,
        Err(refusal) => return *refusal,
    };
    if inside.switches.access != Access::Public && !asker {
        return match inside.switches.access {
            Access::Empty => limited(&inside, Json(json!([])).into_response()),
            _ => error(&inside, StatusCode::UNAUTHORIZED, "This method requires an authenticated user"),
        };
    }
    if let Some(odd) = &inside.switches.odd_answer {
        return ([("content-type", "application/json; charset=utf-8")], odd.clone()).into_response();
    }
    let number = |name: &str| query.get(name).and_then(|value| value.parse::<u64>().ok());
    let limit = number("limit").and_then(|n| usize::try_from(n).ok()).unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let wanted = tag.map(|tag| format!("#<span>{}</span>", tag.to_lowercase()));
    let mut fitting: Vec<&Status> = inside
        .statuses
        .iter()
        .filter(|status| wanted.as_ref().is_none_or(|tag| status.content.to_lowercase().contains(tag)))
        .filter(|status| number("max_id").is_none_or(|id| status.id < id))
        .filter(|status| number("since_id").is_none_or(|id| status.id > id))
        .filter(|status| number("min_id").is_none_or(|id| status.id > id))
        .collect();
    fitting.sort_by_key(|status| std::cmp::Reverse(status.id));
    let skipped = if query.contains_key("min_id") { fitting.len().saturating_sub(limit) } else { 0 };
    let shown: Vec<&Status> = fitting.into_iter().skip(skipped).take(limit).collect();
    let link = match (shown.first(), shown.last()) {
        (Some(first), Some(last)) => format!("<{PUBLIC}?max_id={}>; rel=\"next\", <{PUBLIC}?min_id={}>; rel=\"prev\"", last.id, first.id),
        _ => String::new(),
    };
    let odd = inside.switches.odd_status.iter().cloned();
    let values: Vec<Value> = odd.chain(shown.into_iter().map(entity)).collect();
    limited(&inside, ([("link", link)], Json(values)).into_response())
}

async fn single(State(inside): State<Shared>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let mut inside = lock(&inside);
    if let Some(refusal) = counted(&mut inside) {
        return refusal;
    }
    if let Err(refusal) = asker(&inside, &headers) {
        return *refusal;
    }
    let found = id.parse::<u64>().ok().and_then(|id| inside.statuses.iter().find(|status| status.id == id));
    match found {
        Some(status) => limited(&inside, Json(entity(status)).into_response()),
        None => error(&inside, StatusCode::NOT_FOUND, "Record not found"),
    }
}

async fn instance(State(inside): State<Shared>) -> Response {
    let mut inside = lock(&inside);
    if let Some(refusal) = counted(&mut inside) {
        return refusal;
    }
    let word = if inside.switches.access == Access::Public { "public" } else { "authenticated" };
    let access = json!({ "local": word, "remote": word });
    let told = json!({
        "domain": "mxh.example", "title": "Mạng thử", "version": "4.5.2",
        "configuration": { "timelines_access": { "live_feeds": access, "hashtag_feeds": access, "trending_link_feeds": access } },
        "contact": { "email": people::nth(people::NUMBERS, 3), "account": account(0) },
    });
    limited(&inside, Json(told).into_response())
}

/// Whether there is a token that is taken.
fn asker(inside: &Inside, headers: &HeaderMap) -> Result<bool, Box<Response>> {
    let Some(value) = headers.get(AUTHORIZATION) else { return Ok(false) };
    let token = value.to_str().ok().and_then(|value| value.strip_prefix("Bearer "));
    if token.is_some() && token == inside.switches.token.as_deref() {
        return Ok(true);
    }
    Err(Box::new(error(inside, StatusCode::UNAUTHORIZED, "The access token is invalid")))
}

/// Counts a request; gives the refusal when none was left.
fn counted(inside: &mut Inside) -> Option<Response> {
    let left = inside.switches.left.as_mut()?;
    if *left == 0 {
        return Some(error(inside, StatusCode::TOO_MANY_REQUESTS, "Too many requests"));
    }
    *left -= 1;
    None
}

fn error(inside: &Inside, status: StatusCode, words: &str) -> Response {
    limited(inside, (status, Json(json!({ "error": words }))).into_response())
}

/// With the headers of the rate limit.
fn limited(inside: &Inside, mut answer: Response) -> Response {
    let left = inside.switches.left.unwrap_or(299);
    let reset = Moment(inside.now_ms.div_euclid(WINDOW_MS) * WINDOW_MS + WINDOW_MS).iso_utc();
    let date = Moment(inside.now_ms).http();
    let limits = [("x-ratelimit-limit", "300".to_owned()), ("x-ratelimit-remaining", left.to_string()), ("x-ratelimit-reset", reset)];
    for (name, value) in limits.into_iter().chain([("date", date)]) {
        if let Ok(value) = value.parse() {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

fn account(number: usize) -> Value {
    let handle = people::nth(people::HANDLES, number);
    json!({
        "id": people::nth(people::ACCOUNT_IDS, 0), "username": handle, "acct": handle,
        "display_name": people::nth(people::NAMES, number), "url": format!("https://mxh.example/@{handle}"),
        "avatar": format!("https://mxh.example/{}", people::nth(people::AVATARS, number)),
        "note": "<p>Giới thiệu</p>", "followers_count": 48_213, "bot": false,
    })
}

fn entity(status: &Status) -> Value {
    let number = usize::try_from(status.id % 1_000).unwrap_or(0);
    let handle = people::nth(people::HANDLES, number);
    let other = people::nth(people::HANDLES, number + 1);
    let mention = format!(
        "<p><span class=\"h-card\" translate=\"no\"><a href=\"https://mxh.example/@{other}\" class=\"u-url mention\">@<span>{other}</span></a></span> {}</p>",
        status.content
    );
    json!({
        "id": status.id.to_string(), "created_at": Moment(status.at_ms).iso_utc(),
        "edited_at": status.edited_ms.map(|at| Moment(at).iso_utc()), "language": "vi", "visibility": "public",
        "sensitive": false, "spoiler_text": "", "in_reply_to_id": null, "in_reply_to_account_id": people::nth(people::ACCOUNT_IDS, 0),
        "uri": format!("https://mxh.example/users/{handle}/statuses/{}", status.id), "url": format!("https://mxh.example/@{handle}/{}", status.id),
        "replies_count": 3, "reblogs_count": 5, "favourites_count": 8, "content": mention, "reblog": null, "account": account(number),
        "mentions": [{ "id": people::nth(people::ACCOUNT_IDS, 0), "username": other, "acct": other, "url": format!("https://mxh.example/@{other}") }],
        "media_attachments": [], "tags": [], "emojis": [], "card": null, "poll": null,
    })
}
