//! The Graph API of Facebook: the posts of one page.
//!
//! After "Page Feed", "Page Published Posts", "Paginated Results", "Handle Errors" and "Rate Limits" of the Graph API: a token that
//! expires (190/463), fields only as asked for, at most 100 posts a page, `since` and `until`, cursors, a `next` that carries the
//! token, shares of what is allowed in `X-App-Usage`, refusals with code 4 where it is used up. `/feed` also holds what visitors
//! wrote, `/published_posts` does not.

use super::{Local, people};
use crate::calendar::Moment;
use crate::error::MiniWebError;
use axum::Router;
use axum::extract::{Request as Asked, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The page.
pub const PAGE: &str = "112233445566";
/// The token that is accepted.
pub const TOKEN: &str = "EAAGThuNghiemKhongPhaiMaThat";
/// Words of visitors, which stand in the feed only.
pub const VISITOR: &str = "KHACH-VIET tôi hỏi chút";
/// When the first post was written: 12 May 2025, 08:00 in Vietnam.
const START_MS: i64 = 1_747_011_600_000;
const MINUTE_MS: i64 = 60_000;

/// A running API.
#[derive(Debug)]
pub struct Graph {
    local: Local,
    wall: Arc<Mutex<Wall>>,
}

#[derive(Debug, Default)]
struct Wall {
    posts: Vec<Post>,
    moments: i64,
    numbers: u64,
    refusal: Option<(u16, i64, i64)>,
    share: u32,
    calls: u32,
    is_broken: bool,
}

#[derive(Debug)]
struct Post {
    id: String,
    message: Option<String>,
    at: Moment,
    updated: Moment,
    is_odd: bool,
}

impl Graph {
    /// Opens a page without posts at a free port of `address`.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(address: Ipv4Addr) -> Result<Self, MiniWebError> {
        let wall = Arc::new(Mutex::new(Wall::default()));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&wall));
        Ok(Self { local: Local::start("facebook", address, app).await?, wall })
    }

    /// The feed of the page, as a source's file names it.
    pub fn feed(&self) -> String {
        format!("{}/v26.0/{PAGE}/feed", self.local.origin())
    }

    /// The running server.
    pub fn local(&self) -> &Local {
        &self.local
    }

    /// Calls that were counted.
    pub fn calls(&self) -> u32 {
        self.wall().calls
    }

    fn wall(&self) -> MutexGuard<'_, Wall> {
        lock(&self.wall)
    }

    /// What comes next is written from this time on, in milliseconds since 1970.
    pub fn begin(&self, at_ms: i64) {
        self.wall().moments = (at_ms - START_MS) / MINUTE_MS;
    }

    /// Publishes a post; without words it is a picture. Gives its id.
    pub fn publish(&self, message: &str) -> String {
        let mut wall = self.wall();
        let at = wall.moment();
        wall.numbers += 1;
        let id = format!("{PAGE}_{}", 700_000 + wall.numbers);
        let message = (!message.is_empty()).then(|| message.to_owned());
        wall.posts.push(Post { id: id.clone(), message, at, updated: at, is_odd: false });
        id
    }

    /// Edits a post.
    pub fn edit(&self, id: &str, message: &str) {
        let mut wall = self.wall();
        let at = wall.moment();
        wall.post(id, |post| (post.message, post.updated) = (Some(message.to_owned()), at));
    }

    /// Somebody comments on a post: its time of change moves, its words stay.
    pub fn comment_on(&self, id: &str) {
        let mut wall = self.wall();
        let at = wall.moment();
        wall.post(id, |post| post.updated = at);
    }

    /// Gives a post a message that is no text.
    pub fn spoil(&self, id: &str) {
        self.wall().post(id, |post| post.is_odd = true);
    }

    /// Deletes a post.
    pub fn delete(&self, id: &str) {
        self.wall().posts.retain(|post| post.id != id);
    }

    /// Refuses everything with this status, code and subcode; `None`: nothing.
    pub fn refuse(&self, with: Option<(u16, i64, i64)>) {
        self.wall().refusal = with;
    }

    /// Percent of the allowed calls that were used; at 100 and more calls are refused.
    pub fn share(&self, percent: u32) {
        self.wall().share = percent;
    }

    /// Answers with something else than JSON.
    pub fn break_answers(&self, is_broken: bool) {
        self.wall().is_broken = is_broken;
    }
}

fn lock(wall: &Mutex<Wall>) -> MutexGuard<'_, Wall> {
    // A panic elsewhere leaves it whole enough for who looks at what was asked.
    wall.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Wall {
    fn moment(&mut self) -> Moment {
        self.moments += 1;
        Moment(START_MS + self.moments * MINUTE_MS)
    }

    fn post(&mut self, id: &str, change: impl FnOnce(&mut Post)) {
        if let Some(post) = self.posts.iter_mut().find(|post| post.id == id) {
            change(post);
        }
    }
}

async fn answer(State(wall): State<Arc<Mutex<Wall>>>, asked: Asked) -> Response {
    let host = asked.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_owned();
    let bearer =
        asked.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer ").map(str::to_owned));
    let (path, query) = (asked.uri().path().to_owned(), asked.uri().query().unwrap_or_default().to_owned());
    let mut wall = lock(&wall);
    wall.calls += 1;
    if bearer.or_else(|| parameter(&query, "access_token")).as_deref() != Some(TOKEN) {
        return refusal(&wall, 400, 190, 0, "Invalid OAuth access token - Cannot parse access token");
    }
    if let Some((status, code, subcode)) = wall.refusal {
        return refusal(&wall, status, code, subcode, "(#0) refused, as told");
    }
    if wall.share >= 100 {
        return refusal(&wall, 400, 4, 0, "(#4) Application request limit reached");
    }
    if wall.is_broken {
        return "{\"data\": [".into_response();
    }
    let edge = path.strip_prefix(&format!("/v26.0/{PAGE}/")).filter(|edge| matches!(*edge, "feed" | "published_posts"));
    let Some(edge) = edge else {
        return refusal(&wall, 404, 803, 0, "(#803) Some of the aliases you requested do not exist");
    };
    let number = |name: &str| parameter(&query, name).map(|value| value.parse::<i64>());
    let limit = match number("limit") {
        None => 25,
        Some(Ok(limit)) if (1..=100).contains(&limit) => usize::try_from(limit).unwrap_or(25),
        Some(_) => return refusal(&wall, 400, 100, 0, "(#100) limit must be between 1 and 100"),
    };
    let (since, until) = (number("since").and_then(Result::ok), number("until").and_then(Result::ok));
    let fits = |at: Moment| since.is_none_or(|since| at.0 >= since * 1_000) && until.is_none_or(|until| at.0 <= until * 1_000);
    let all: Vec<&Post> = wall.posts.iter().rev().filter(|post| fits(post.at)).collect();
    let from = match parameter(&query, "after") {
        None => 0,
        Some(after) => match after.strip_prefix("QVFI").and_then(|from| from.parse::<usize>().ok()) {
            Some(from) => from,
            None => return refusal(&wall, 400, 100, 0, "(#100) Invalid cursor"),
        },
    };
    let fields = parameter(&query, "fields").unwrap_or_else(|| "created_time,message,id".into());
    let shown: Vec<&Post> = all.iter().skip(from).take(limit).copied().collect();
    let next = from + shown.len();
    let mut data: Vec<Value> = shown.iter().map(|post| written(post, &fields)).collect();
    if edge == "feed" {
        data.push(json!({"id": format!("{PAGE}_1"), "message": VISITOR, "created_time": time(Moment(START_MS)), "from": {"name": people::nth(people::NAMES, 1), "id": people::nth(people::ACCOUNT_IDS, 3)}}));
    }
    let mut paging = json!({"cursors": {"before": format!("QVFI{from}"), "after": format!("QVFI{next}")}});
    if next < all.len()
        && let Some(paging) = paging.as_object_mut()
    {
        paging.insert("next".into(), format!("http://{host}{path}?access_token={TOKEN}&limit={limit}&after=QVFI{next}").into());
    }
    let body = if data.is_empty() { json!({"data": []}) } else { json!({"data": data, "paging": paging}) };
    ([("content-type", "application/json; charset=UTF-8".to_owned()), ("x-app-usage", usage(&wall))], body.to_string()).into_response()
}

/// A post with the fields that were asked for, and its author where that is one of them.
fn written(post: &Post, fields: &str) -> Value {
    let asked = |name: &str| fields.split([',', '{', '}']).any(|field| field == name);
    let mut value = Map::new();
    value.insert("id".into(), post.id.clone().into());
    let order = post.id.len() + usize::try_from(post.at.0 / MINUTE_MS % 97).unwrap_or(0);
    if let Some(message) = post.message.as_ref().filter(|_| asked("message")) {
        // Some posts thank a person by name, whom the wire marks.
        let named = order.is_multiple_of(3);
        let name = people::nth(people::NAMES, order);
        let text = if named { format!("{message} 🎉 cảm ơn {name}!") } else { message.clone() };
        if named && asked("message_tags") {
            let offset = message.chars().count() + " 🎉 cảm ơn ".chars().count();
            let tag = json!({"id": people::nth(people::ACCOUNT_IDS, 3), "name": name, "type": "user", "offset": offset, "length": name.chars().count()});
            value.insert("message_tags".into(), json!([tag]));
        }
        value.insert("message".into(), if post.is_odd { json!({"text": text}) } else { text.into() });
    }
    for (field, at) in [("created_time", post.at), ("updated_time", post.updated)] {
        if asked(field) {
            value.insert(field.into(), time(at).into());
        }
    }
    if asked("from") {
        value.insert("from".into(), json!({"name": people::nth(people::NAMES, 0), "id": people::nth(people::ACCOUNT_IDS, 3)}));
    }
    Value::Object(value)
}

/// `2025-05-12T01:00:00+0000`
fn time(at: Moment) -> String {
    at.iso_utc().replace(".000Z", "+0000")
}

fn usage(wall: &Wall) -> String {
    json!({"call_count": wall.share, "total_time": 1, "total_cputime": 2}).to_string()
}

fn refusal(wall: &Wall, status: u16, code: i64, subcode: i64, words: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let body =
        json!({"error": {"message": words, "type": "OAuthException", "code": code, "error_subcode": subcode, "fbtrace_id": "AThuNghiem"}});
    (status, [("content-type", "application/json; charset=UTF-8".to_owned()), ("x-app-usage", usage(wall))], body.to_string())
        .into_response()
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1;
    Some(value.replace("%2C", ",").replace("%7B", "{").replace("%7D", "}"))
}
