//! YouTube: the Atom feed of a channel, and the part of the Data API v3 that lists uploads and comments.
//!
//! After "PlaylistItems: list", "CommentThreads: list", "YouTube Data API – Errors" and "Quota calculator": one unit a call (a wrong
//! call too), the key in `X-Goog-Api-Key` or `key`, at most 100 results a page, page tokens that mean nothing to others, threads
//! newest first with at most five replies each, refusals with a `reason`. robots.txt forbids the feed, as the real one does; a
//! switch allows it.

mod answers;

use super::Local;
use crate::calendar::Moment;
use crate::error::MiniWebError;
use axum::Router;
use axum::extract::{Request as Asked, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The channel.
pub const CHANNEL: &str = "UCdienNuocThuNghiem01234";
/// The key that is accepted.
pub const KEY: &str = "AIzaThuNghiemKhongPhaiKhoaThat000000000";
/// When the first video came out: 12 May 2025, 08:00 in Vietnam.
const START_MS: i64 = 1_747_011_600_000;
const MINUTE_MS: i64 = 60_000;

/// A running service.
#[derive(Debug)]
pub struct Youtube {
    local: Local,
    site: Arc<Mutex<Site>>,
}

#[derive(Debug)]
struct Site {
    videos: Vec<Video>,
    moments: i64,
    comments: u64,
    allows_feed: bool,
    accepts_key: bool,
    is_enabled: bool,
    is_broken: bool,
    /// Units that are still given today.
    quota: u32,
    units: u32,
    slower: bool,
}

#[derive(Debug)]
struct Video {
    id: String,
    title: String,
    description: String,
    at: Moment,
    updated: Moment,
    is_silent: bool,
    is_gone: bool,
    threads: Vec<Thread>,
}

#[derive(Debug)]
struct Thread {
    top: Comment,
    replies: Vec<Comment>,
}

#[derive(Debug)]
struct Comment {
    id: String,
    text: String,
    at: Moment,
    updated: Moment,
}

impl Youtube {
    /// Opens a channel without videos at a free port of `address`.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(address: Ipv4Addr) -> Result<Self, MiniWebError> {
        let site = Site {
            videos: vec![],
            moments: 0,
            comments: 0,
            allows_feed: false,
            accepts_key: true,
            is_enabled: true,
            is_broken: false,
            quota: 10_000,
            units: 0,
            slower: false,
        };
        let site = Arc::new(Mutex::new(site));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&site));
        Ok(Self { local: Local::start("youtube", address, app).await?, site })
    }

    /// The feed of the channel.
    pub fn feed(&self) -> String {
        format!("{}/feeds/videos.xml?channel_id={CHANNEL}", self.local.origin())
    }

    /// The base address of the API.
    pub fn api(&self) -> String {
        format!("{}/youtube/v3", self.local.origin())
    }

    /// The running server.
    pub fn local(&self) -> &Local {
        &self.local
    }

    /// Units that were taken.
    pub fn units(&self) -> u32 {
        self.site().units
    }

    fn site(&self) -> MutexGuard<'_, Site> {
        lock(&self.site)
    }

    /// What comes next is written from this time on, in milliseconds since 1970.
    pub fn begin(&self, at_ms: i64) {
        self.site().moments = (at_ms - START_MS) / MINUTE_MS;
    }

    /// Publishes a video; gives its id.
    pub fn publish(&self, title: &str, description: &str) -> String {
        let mut site = self.site();
        let at = site.moment();
        let id = format!("vid-{:02}_abc", site.videos.len());
        let (title, description) = (title.to_owned(), description.to_owned());
        site.videos.push(Video { id: id.clone(), title, description, at, updated: at, is_silent: false, is_gone: false, threads: vec![] });
        id
    }

    /// Gives a video another description.
    pub fn describe(&self, video: &str, description: &str) {
        let mut site = self.site();
        let at = site.moment();
        site.video(video, |video| (video.description, video.updated) = (description.to_owned(), at));
    }

    /// Deletes a video.
    pub fn delete(&self, video: &str) {
        self.site().video(video, |video| video.is_gone = true);
    }

    /// Turns the comments of a video off.
    pub fn silence(&self, video: &str) {
        self.site().video(video, |video| video.is_silent = true);
    }

    /// Writes a comment under a video; gives its id.
    pub fn comment(&self, video: &str, text: &str) -> String {
        let mut site = self.site();
        let top = site.write(text, "");
        let id = top.id.clone();
        site.video(video, |video| video.threads.push(Thread { top, replies: vec![] }));
        id
    }

    /// Answers a comment.
    pub fn reply(&self, comment: &str, text: &str) {
        let mut site = self.site();
        let reply = site.write(text, comment);
        if let Some(thread) = site.videos.iter_mut().flat_map(|video| &mut video.threads).find(|thread| thread.top.id == comment) {
            thread.replies.push(reply);
        }
    }

    /// Edits a comment.
    pub fn edit(&self, comment: &str, text: &str) {
        let mut site = self.site();
        let at = site.moment();
        let mut all = site.videos.iter_mut().flat_map(|video| &mut video.threads).map(|thread| &mut thread.top);
        if let Some(top) = all.find(|top| top.id == comment) {
            (top.text, top.updated) = (text.to_owned(), at);
        }
    }

    /// Deletes a comment with its replies.
    pub fn delete_comment(&self, comment: &str) {
        self.site().videos.iter_mut().for_each(|video| video.threads.retain(|thread| thread.top.id != comment));
    }

    /// Whether robots.txt allows the feed.
    pub fn allow_feed(&self, allows: bool) {
        self.site().allows_feed = allows;
    }

    /// Whether the key is accepted, and whether the API is turned on for its project.
    pub fn accept(&self, key: bool, enabled: bool) {
        let mut site = self.site();
        (site.accepts_key, site.is_enabled) = (key, enabled);
    }

    /// Units that are still given today.
    pub fn quota(&self, units: u32) {
        self.site().quota = units;
    }

    /// Asks for slower calls.
    pub fn slow_down(&self, slower: bool) {
        self.site().slower = slower;
    }

    /// Answers the API with something else than JSON.
    pub fn break_answers(&self, is_broken: bool) {
        self.site().is_broken = is_broken;
    }
}

fn lock(site: &Mutex<Site>) -> MutexGuard<'_, Site> {
    // A panic elsewhere leaves it whole enough for who looks at what was asked.
    site.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Site {
    fn moment(&mut self) -> Moment {
        self.moments += 1;
        Moment(START_MS + self.moments * MINUTE_MS)
    }

    fn video(&mut self, id: &str, change: impl FnOnce(&mut Video)) {
        if let Some(video) = self.videos.iter_mut().find(|video| video.id == id) {
            change(video);
        }
    }

    fn write(&mut self, text: &str, parent: &str) -> Comment {
        let at = self.moment();
        self.comments += 1;
        let own = format!("Ugx{:05}AaABAg", self.comments);
        let id = if parent.is_empty() { own } else { format!("{parent}.{own}") };
        Comment { id, text: text.to_owned(), at, updated: at }
    }
}

async fn answer(State(site): State<Arc<Mutex<Site>>>, asked: Asked) -> Response {
    let path = asked.uri().path().to_owned();
    let query = asked.uri().query().unwrap_or_default().to_owned();
    let key = asked.headers().get("x-goog-api-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    let mut site = lock(&site);
    match path.as_str() {
        "/robots.txt" => {
            let feed = if site.allows_feed { "" } else { "Disallow: /feeds/videos.xml\n" };
            format!("User-agent: Mediapartners-Google*\nDisallow:\n\nUser-agent: *\nDisallow: /api/\nDisallow: /comment\n{feed}Disallow: /youtubei/\n").into_response()
        }
        "/feeds/videos.xml" if parameter(&query, "channel_id").as_deref() == Some(CHANNEL) => {
            ([(header::CONTENT_TYPE, "text/xml; charset=UTF-8")], answers::feed(&site)).into_response()
        }
        "/youtube/v3/playlistItems" | "/youtube/v3/commentThreads" => api(&mut site, &path, &query, key),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

fn api(site: &mut Site, path: &str, query: &str, key: Option<String>) -> Response {
    match key.or_else(|| parameter(query, "key")) {
        None => return refusal(403, "forbidden", "Method doesn't allow unregistered callers (callers without established identity)."),
        Some(key) if key != KEY || !site.accepts_key => return json(400, &answers::invalid_key()),
        Some(_) if !site.is_enabled => {
            return refusal(403, "accessNotConfigured", "YouTube Data API v3 has not been used in project 0 before or it is disabled.");
        }
        Some(_) => {}
    }
    if site.slower {
        return refusal(403, "rateLimitExceeded", "The request cannot be completed because you have exceeded your rate limit.");
    }
    if site.quota == 0 {
        return refusal(
            403,
            "quotaExceeded",
            "The request cannot be completed because you have exceeded your <a href=\"/youtube/v3/getting-started#quota\">quota</a>.",
        );
    }
    site.quota -= 1;
    site.units += 1;
    if site.is_broken {
        return "{\"items\": [".into_response();
    }
    let most: usize = match parameter(query, "maxResults").map(|most| most.parse()) {
        None => 20,
        Some(Ok(most)) if (1..=100).contains(&most) => most,
        Some(_) => return refusal(400, "invalidParameter", "Invalid value for maxResults."),
    };
    let Some(part) = parameter(query, "part") else { return refusal(400, "missingRequiredParameter", "No filter selected.") };
    if path.ends_with("playlistItems") {
        let uploads = CHANNEL.replacen("UC", "UU", 1);
        return match parameter(query, "playlistId") {
            Some(playlist) if playlist == uploads => json(200, &answers::uploads(site, most.min(50))),
            _ => refusal(404, "playlistNotFound", "The playlist identified with the request's playlistId parameter cannot be found."),
        };
    }
    let wanted = parameter(query, "videoId");
    let Some(video) = site.videos.iter().find(|video| !video.is_gone && Some(&video.id) == wanted.as_ref()) else {
        return refusal(404, "videoNotFound", "The video identified by the videoId parameter could not be found.");
    };
    if video.is_silent {
        return refusal(403, "commentsDisabled", "The video identified by the videoId parameter has disabled comments.");
    }
    let from = match parameter(query, "pageToken").map(|token| token.strip_prefix("QURTSl9").and_then(|from| from.parse::<usize>().ok())) {
        None => 0,
        Some(Some(from)) => from,
        Some(None) => return refusal(400, "invalidPageToken", "The request specifies an invalid page token."),
    };
    json(200, &answers::threads(video, from, most, part.contains("replies")))
}

fn parameter(query: &str, name: &str) -> Option<String> {
    let value = query.split('&').filter_map(|pair| pair.split_once('=')).find(|(key, _)| *key == name)?.1;
    Some(value.replace("%2C", ","))
}

fn refusal(status: u16, reason: &str, words: &str) -> Response {
    json(status, &answers::refusal(status, reason, words))
}

fn json(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json; charset=UTF-8")], body.to_string()).into_response()
}
