//! A XenForo forum: the feed of one of its boxes, and the pages of its threads.
//!
//! After the templates and the routing of XenForo 2 (`thread_view`, `forum_view` as RSS, `error`, `login`): 20 posts a page, post
//! numbers of the whole forum, canonical addresses with the words of the title (others are redirected), a page behind the last one
//! leads to the last one, `post-N` leads to its page, guests get 403 with the form for members where they may not look.

mod page;

use super::{Local, people};
use crate::calendar::Moment;
use crate::error::MiniWebError;
use crate::markup;
use axum::Router;
use axum::extract::{Request as Asked, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Posts on a page, as the software has it without settings.
pub const PER_PAGE: usize = 20;
/// Threads that the feed names.
pub const IN_FEED: usize = 20;
/// When the first post was written: 12 May 2025, 08:00 in Vietnam.
const START_MS: i64 = 1_747_011_600_000;
const MINUTE_MS: i64 = 60_000;

/// A running forum.
#[derive(Debug)]
pub struct Forum {
    local: Local,
    board: Arc<Mutex<Board>>,
}

#[derive(Debug, Default)]
struct Board {
    threads: Vec<Thread>,
    /// Posts and edits so far: each is a minute later than the one before.
    moments: i64,
    posts: u64,
    is_closed: bool,
    /// Requests that are still answered before 429.
    left: Option<u32>,
    is_broken: bool,
}

#[derive(Debug)]
struct Thread {
    id: u64,
    title: String,
    is_closed: bool,
    posts: Vec<Post>,
}

#[derive(Debug)]
struct Post {
    number: u64,
    text: String,
    at: Moment,
    edited: Option<Moment>,
}

impl Forum {
    /// Opens a forum without threads at a free port of `address`.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(address: Ipv4Addr) -> Result<Self, MiniWebError> {
        let board = Arc::new(Mutex::new(Board::default()));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&board));
        Ok(Self { local: Local::start("xenforo", address, app).await?, board })
    }

    /// The feed of its box.
    pub fn feed(&self) -> String {
        format!("{}/f/chuyen-tro.17/index.rss", self.local.origin())
    }

    /// The running server.
    pub fn local(&self) -> &Local {
        &self.local
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        lock(&self.board)
    }

    /// What comes next is written from this time on, in milliseconds since 1970.
    pub fn begin(&self, at_ms: i64) {
        self.board().moments = (at_ms - START_MS) / MINUTE_MS;
    }

    /// Opens a thread; gives its id.
    pub fn open(&self, title: &str, text: &str) -> u64 {
        let mut board = self.board();
        let id = 900 + u64::try_from(board.threads.len()).unwrap_or(0);
        board.threads.push(Thread { id, title: title.to_owned(), is_closed: false, posts: vec![] });
        board.write(id, text);
        id
    }

    /// Adds a reply; gives its number.
    pub fn reply(&self, thread: u64, text: &str) -> u64 {
        self.board().write(thread, text)
    }

    /// Edits a post.
    pub fn edit(&self, number: u64, text: &str) {
        let mut board = self.board();
        let at = board.moment();
        if let Some(post) = board.threads.iter_mut().flat_map(|thread| &mut thread.posts).find(|post| post.number == number) {
            (post.text, post.edited) = (text.to_owned(), Some(at));
        }
    }

    /// Deletes a post.
    pub fn delete(&self, number: u64) {
        self.board().threads.iter_mut().for_each(|thread| thread.posts.retain(|post| post.number != number));
    }

    /// Deletes a thread.
    pub fn delete_thread(&self, id: u64) {
        self.board().threads.retain(|thread| thread.id != id);
    }

    /// Gives a thread another title, which its address follows.
    pub fn rename(&self, id: u64, title: &str) {
        if let Some(thread) = self.board().threads.iter_mut().find(|thread| thread.id == id) {
            thread.title = title.to_owned();
        }
    }

    /// Shows the whole box to members only, or to all again.
    pub fn close(&self, is_closed: bool) {
        self.board().is_closed = is_closed;
    }

    /// Shows a thread to members only.
    pub fn close_thread(&self, id: u64) {
        if let Some(thread) = self.board().threads.iter_mut().find(|thread| thread.id == id) {
            thread.is_closed = true;
        }
    }

    /// Answers so many more requests and then 429; `None`: all of them.
    pub fn limit(&self, left: Option<u32>) {
        self.board().left = left;
    }

    /// Answers threads with pages that hold no posts.
    pub fn break_pages(&self, is_broken: bool) {
        self.board().is_broken = is_broken;
    }
}

fn lock(board: &Mutex<Board>) -> MutexGuard<'_, Board> {
    // A panic elsewhere leaves it whole enough for who looks at what was asked.
    board.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Board {
    fn moment(&mut self) -> Moment {
        self.moments += 1;
        Moment(START_MS + self.moments * MINUTE_MS)
    }

    fn write(&mut self, thread: u64, text: &str) -> u64 {
        let at = self.moment();
        // Other boxes of the forum take numbers too.
        self.posts += 3;
        let number = 45_000_000 + self.posts;
        if let Some(thread) = self.threads.iter_mut().find(|other| other.id == thread) {
            thread.posts.push(Post { number, text: text.to_owned(), at, edited: None });
        }
        number
    }
}

impl Thread {
    fn path(&self) -> String {
        format!("/t/{}.{}/", markup::fold(&self.title), self.id)
    }

    fn pages(&self) -> usize {
        self.posts.len().div_ceil(PER_PAGE).max(1)
    }

    fn last(&self) -> i64 {
        self.posts.last().map_or(0, |post| post.at.0)
    }
}

async fn answer(State(board): State<Arc<Mutex<Board>>>, asked: Asked) -> Response {
    let host = asked.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let origin = format!("http://{host}");
    let path = asked.uri().path();
    let mut board = lock(&board);
    if path == "/robots.txt" {
        return "User-agent: *\nDisallow: /u/\nDisallow: /login/\n".into_response();
    }
    if let Some(left) = &mut board.left {
        if *left == 0 {
            return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "600")], "Too Many Requests").into_response();
        }
        *left -= 1;
    }
    if path.starts_with("/f/chuyen-tro.17/") && path.ends_with("/index.rss") {
        if board.is_closed {
            return html(StatusCode::FORBIDDEN, page::login());
        }
        return ([(header::CONTENT_TYPE, "application/rss+xml; charset=utf-8")], page::rss(&board, &origin)).into_response();
    }
    let mut parts = path.trim_matches('/').split('/');
    let found = match (parts.next(), parts.next()) {
        (Some("t"), Some(named)) => named.rsplit('.').next().and_then(|id| id.parse::<u64>().ok()),
        _ => None,
    };
    let Some(thread) = found.and_then(|id| board.threads.iter().find(|thread| thread.id == id)) else {
        return html(StatusCode::NOT_FOUND, page::error("The requested thread could not be found."));
    };
    if thread.is_closed || board.is_closed {
        return html(StatusCode::FORBIDDEN, page::login());
    }
    let wanted = parts.next().unwrap_or_default();
    if let Some(number) = wanted.strip_prefix("post-").and_then(|number| number.parse::<u64>().ok()) {
        return match thread.posts.iter().position(|post| post.number == number) {
            Some(at) => moved(&canonical(thread, at / PER_PAGE + 1)),
            None => html(StatusCode::NOT_FOUND, page::error("The requested post could not be found.")),
        };
    }
    let number = wanted.strip_prefix("page-").and_then(|number| number.parse::<usize>().ok()).unwrap_or(1);
    let number = number.clamp(1, thread.pages());
    let right = canonical(thread, number);
    if path != right {
        return moved(&right);
    }
    html(StatusCode::OK, if board.is_broken { page::broken() } else { page::thread(thread, number) })
}

/// The one address of a page of a thread.
fn canonical(thread: &Thread, page: usize) -> String {
    if page > 1 { format!("{}page-{page}", thread.path()) } else { thread.path() }
}

fn moved(to: &str) -> Response {
    (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to.to_owned())]).into_response()
}

fn html(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}

/// Name, account id and picture of a member.
fn member(number: u64) -> (&'static str, &'static str, &'static str) {
    let at = usize::try_from(number / 3).unwrap_or(0);
    (people::nth(people::NAMES, at), people::nth(people::ACCOUNT_IDS, at), people::nth(people::AVATARS, at))
}
