//! The public preview of a Telegram channel (`t.me/s/<channel>`).
//!
//! After what `t.me` answers: the newest 20 posts, oldest first; `?before=N` the 20 before; a channel without a preview leads to
//! `/<channel>`; no robots.txt; `data-post` writes the channel as it writes itself; "edited" without a time.

use super::{Local, people};
use crate::calendar::Moment;
use crate::error::MiniWebError;
use crate::markup::escape;
use axum::Router;
use axum::extract::{Request as Asked, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Posts on a page.
pub const SHOWN: usize = 20;
/// The channel, as it writes itself.
pub const CHANNEL: &str = "Kenh_Dien_Nuoc";
/// When the first post was written: 12 May 2025, 08:00 in Vietnam.
const START_MS: i64 = 1_747_011_600_000;

/// A running preview.
#[derive(Debug)]
pub struct Preview {
    local: Local,
    channel: Arc<Mutex<Channel>>,
}

#[derive(Debug, Default)]
struct Channel {
    posts: Vec<Post>,
    numbers: u64,
    has_no_preview: bool,
    left: Option<u32>,
    is_broken: bool,
}

#[derive(Debug)]
struct Post {
    number: u64,
    text: String,
    is_edited: bool,
}

impl Preview {
    /// Opens a channel without posts at a free port of `address`.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn start(address: Ipv4Addr) -> Result<Self, MiniWebError> {
        let channel = Arc::new(Mutex::new(Channel::default()));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&channel));
        Ok(Self { local: Local::start("telegram", address, app).await?, channel })
    }

    /// The preview page.
    pub fn page(&self) -> String {
        format!("{}/s/{}", self.local.origin(), CHANNEL.to_lowercase())
    }

    /// The running server.
    pub fn local(&self) -> &Local {
        &self.local
    }

    fn channel(&self) -> MutexGuard<'_, Channel> {
        lock(&self.channel)
    }

    /// Publishes a post; empty words make it a picture. Gives its number.
    pub fn publish(&self, text: &str) -> u64 {
        let mut channel = self.channel();
        channel.numbers += 1;
        let number = channel.numbers;
        channel.posts.push(Post { number, text: text.to_owned(), is_edited: false });
        number
    }

    /// Edits a post.
    pub fn edit(&self, number: u64, text: &str) {
        if let Some(post) = self.channel().posts.iter_mut().find(|post| post.number == number) {
            (post.text, post.is_edited) = (text.to_owned(), true);
        }
    }

    /// Deletes a post; its number is not given again.
    pub fn delete(&self, number: u64) {
        self.channel().posts.retain(|post| post.number != number);
    }

    /// Shows no preview any more, or one again.
    pub fn close(&self, is_closed: bool) {
        self.channel().has_no_preview = is_closed;
    }

    /// Answers so many more requests and then 429; `None`: all of them.
    pub fn limit(&self, left: Option<u32>) {
        self.channel().left = left;
    }

    /// Answers with pages nested too deeply to be read.
    pub fn break_pages(&self, is_broken: bool) {
        self.channel().is_broken = is_broken;
    }
}

fn lock(channel: &Mutex<Channel>) -> MutexGuard<'_, Channel> {
    // A panic elsewhere leaves it whole enough for who looks at what was asked.
    channel.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(State(channel): State<Arc<Mutex<Channel>>>, asked: Asked) -> Response {
    let (path, query) = (asked.uri().path(), asked.uri().query().unwrap_or_default());
    let mut channel = lock(&channel);
    if path == "/robots.txt" {
        return StatusCode::NOT_FOUND.into_response();
    }
    if let Some(left) = &mut channel.left {
        if *left == 0 {
            return (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, "900")]).into_response();
        }
        *left -= 1;
    }
    let is_channel = |name: &str| name.eq_ignore_ascii_case(CHANNEL);
    match path.strip_prefix("/s/").filter(|name| is_channel(name)) {
        Some(_) if channel.has_no_preview => (StatusCode::FOUND, [(header::LOCATION, format!("/{CHANNEL}"))]).into_response(),
        Some(_) => {
            let number =
                |key: &str| query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == key)?.1.parse::<u64>().ok();
            html(preview(&channel, number("before"), number("after")))
        }
        None if is_channel(path.trim_matches('/')) => {
            html("<div class=\"tgme_page\"><a class=\"tgme_action_button_new\">View in Telegram</a></div>".into())
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn html(body: String) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response()
}

fn preview(channel: &Channel, before: Option<u64>, after: Option<u64>) -> String {
    if channel.is_broken {
        return "<div>".repeat(20_000);
    }
    let fits = |post: &&Post| before.is_none_or(|n| post.number < n) && after.is_none_or(|n| post.number > n);
    let all: Vec<&Post> = channel.posts.iter().filter(fits).collect();
    let skipped = if after.is_some() { 0 } else { all.len().saturating_sub(SHOWN) };
    let shown: Vec<&Post> = all.into_iter().skip(skipped).take(SHOWN).collect();
    let older = shown.first().filter(|first| channel.posts.iter().any(|post| post.number < first.number));
    let pager = older.map_or_else(String::new, |first| {
        format!("<div class=\"tgme_widget_message_centered\"><a href=\"/s/{CHANNEL}?before={0}\" class=\"tme_messages_more js-messages_more\" data-before=\"{0}\"></a></div>\n", first.number)
    });
    let posts: String = shown.into_iter().map(wrapped).collect();
    format!(
        "<!DOCTYPE html>\n<html>\n<head><meta charset=\"utf-8\"><title>Kênh – Telegram</title></head>\n<body class=\"widget_frame_base tgme_webpreview\">\n\
         <div class=\"tgme_channel_info\"><div class=\"tgme_channel_info_counter\"><span class=\"counter_value\">18.4K</span></div></div>\n\
         <section class=\"tgme_channel_history js-message_history\">\n{pager}{posts}</section>\n</body>\n</html>\n"
    )
}

/// A post: some are forwarded from a person, some answer one, some are signed, some name one in their text.
fn wrapped(post: &Post) -> String {
    let (number, order) = (post.number, usize::try_from(post.number).unwrap_or(0));
    let (name, handle, avatar) =
        (people::nth(people::NAMES, order), people::nth(people::HANDLES, order), people::nth(people::AVATARS, order));
    let part = |shown: bool, markup: String| if shown { markup } else { String::new() };
    let forwarded = part(
        order.is_multiple_of(3),
        format!(
            "<div class=\"tgme_widget_message_forwarded_from accent_color\">Forwarded from <a class=\"tgme_widget_message_forwarded_from_name\" href=\"https://t.me/{handle}\"><span dir=\"auto\">{name}</span></a></div>\n"
        ),
    );
    let reply = part(
        order % 4 == 1,
        format!(
            "<a class=\"tgme_widget_message_reply\" href=\"https://t.me/{CHANNEL}/1\"><div class=\"tgme_widget_message_author accent_color\"><span class=\"tgme_widget_message_author_name\">{name}</span></div>\
                 <div class=\"tgme_widget_message_text js-message_reply_text\" dir=\"auto\">TRICH-DAN của {name}</div></a>\n"
        ),
    );
    let mention = part(order % 5 == 2, format!(" <a href=\"https://t.me/{handle}\" target=\"_blank\">@{handle}</a>"));
    let text = part(
        !post.text.is_empty(),
        format!(
            "<div class=\"tgme_widget_message_text js-message_text\" dir=\"auto\">{}{mention}</div>\n",
            escape(&post.text).replace('\n', "<br/>")
        ),
    );
    let picture = part(post.text.is_empty(), "<a class=\"tgme_widget_message_photo_wrap\" href=\"#\"></a>\n".into());
    let at = Moment(START_MS + i64::try_from(number).unwrap_or(0) * 60_000).iso_utc().replace(".000Z", "+00:00");
    format!(
        "<div class=\"tgme_widget_message_wrap js-widget_message_wrap\"><div class=\"tgme_widget_message text_not_supported_wrap js-widget_message\" data-post=\"{CHANNEL}/{number}\">\n\
         <div class=\"tgme_widget_message_user\"><a href=\"https://t.me/{CHANNEL}\"><i class=\"tgme_widget_message_user_photo\"><img src=\"/{avatar}\"></i></a></div>\n\
         <div class=\"tgme_widget_message_bubble\">\n<div class=\"tgme_widget_message_author accent_color\"><a class=\"tgme_widget_message_owner_name\" href=\"https://t.me/{CHANNEL}\"><span dir=\"auto\">Kênh</span></a></div>\n\
         {forwarded}{reply}{picture}{text}<div class=\"tgme_widget_message_footer compact js-message_footer\"><div class=\"tgme_widget_message_info short js-message_info\">\
         <span class=\"tgme_widget_message_views\">1.2K</span><span class=\"copyonly\"> views</span><span class=\"tgme_widget_message_meta\">\
         <span class=\"tgme_widget_message_from_author\" dir=\"auto\">{name}</span>, {edited}<a class=\"tgme_widget_message_date\" href=\"https://t.me/{CHANNEL}/{number}\">\
         <time datetime=\"{at}\" class=\"time\">08:30</time></a></span></div></div>\n</div></div></div>\n",
        edited = part(post.is_edited, "edited  ".into()),
    )
}
