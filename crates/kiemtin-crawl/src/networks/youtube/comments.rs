//! What is said under the videos of a channel that match keywords?
//!
//! `commentThreads.list` gives the newest threads first, with some of their replies. Comments are found by keyword, so the cursor
//! holds no id of one: how far each video was read is told by time.

use super::api::{Said, ask};
use super::{Video, is_id, link, videos};
use crate::networks::wire::{bounded, ended, read_cursor, when, write_cursor};
use crate::networks::{Harvest, Reading, Round};
use crate::sources::{Item, Listing, MAX_LEADS, read_json, unreadable};
use kiemtin_model::{Outcome, Refusal, Time};
use serde::Deserialize;
use serde::Serialize;
use serde_json::Value;

/// Its name and version before the cursor's own words.
const NAME: &str = "youtube-comments-1";
/// Videos that are remembered.
const MOST_KNOWN: usize = 50;
/// Pages under one video: of the first reading, and of every other one.
const FIRST_PAGES: u32 = 5;
const MOST_PAGES: u32 = 20;
/// Comments that one page may hold: 100 threads with up to five replies each.
const MOST_OF_PAGE: usize = 600;

/// How far each video was read; read longest ago first.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Cursor {
    videos: Vec<Known>,
}

/// How far one video was read.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Known {
    id: String,
    /// The newest time of a comment, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
    /// Nobody may comment there: it is not asked again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    off: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    #[serde(default)]
    items: Vec<Value>,
    next_page_token: Option<String>,
}

#[derive(Deserialize)]
struct Thread {
    snippet: ThreadSnippet,
    replies: Option<Replies>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ThreadSnippet {
    top_level_comment: Comment,
}

#[derive(Deserialize)]
struct Replies {
    #[serde(default)]
    comments: Vec<Comment>,
}

#[derive(Deserialize)]
struct Comment {
    #[serde(default)]
    id: String,
    snippet: Snippet,
}

/// Of a comment only its words and times.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Snippet {
    #[serde(default)]
    text_display: String,
    #[serde(default)]
    published_at: String,
    #[serde(default)]
    updated_at: String,
}

/// How the reading of one video ended.
enum Came {
    /// Down to what was known.
    Through,
    /// The round has no room for the rest.
    Full,
}

pub(in crate::networks) fn read<'a>(round: &'a mut Round<'_>) -> Reading<'a> {
    Box::pin(read_round(round))
}

async fn read_round(round: &Round<'_>) -> Result<Harvest, Outcome> {
    if !round.has_token() {
        return Err(Outcome::Refused(Refusal::Token));
    }
    let mut harvest = Harvest::default();
    let mut cursor: Cursor = read_cursor(round, NAME, &mut harvest.listing);
    let videos = videos(round, &mut harvest.listing).await?;
    let mut wanted: Vec<(usize, &Video)> =
        (1..).zip(&videos).filter(|(_, video)| round.matches(&format!("{}\n{}", video.title, video.description))).collect();
    // Those never read come first, then the one read longest ago: each has its turn, however small the allowance.
    wanted.sort_by_key(|(_, video)| cursor.videos.iter().position(|known| known.id == video.id).map_or(0, |at| at + 1));
    let mut stopped = None;
    let mut is_first = true;
    for (number, video) in wanted {
        let mut known = cursor.known(&video.id);
        if known.off {
            continue;
        }
        let place = format!("video {number}");
        let mut found = vec![];
        let came = read_video(round, &place, &known, &mut found, &mut harvest.listing).await;
        let newest = found.iter().filter_map(|item| item.updated_at.max(item.published_at)).max();
        // Whether this video alone fills a round.
        let is_too_much = std::mem::take(&mut is_first) && !found.is_empty();
        // Newest first as they came; a page that another comment pushed on may repeat one.
        for item in found.into_iter().rev() {
            harvest.listing.add(&round.listed(super::WATCH), &place, item);
        }
        match came {
            Ok(Ok(Came::Through)) => known.until = newest.map(|at| at.0).max(known.until).or(Some(0)),
            // What is behind this is asked for again from the start: only where that would go on for ever it is given up.
            Ok(Ok(Came::Full)) if is_too_much => {
                harvest.listing.note(format!("{place}: older comments are left out, a round has no room for more"));
                known.until = newest.map(|at| at.0).max(known.until).or(Some(0));
            }
            Ok(Ok(Came::Full)) => break,
            Ok(Err(Said::NoComments)) => {
                harvest.listing.note(format!("{place}: comments are turned off"));
                known.off = true;
            }
            Ok(Err(Said::NotFound)) => harvest.listing.note(format!("{place}: it is gone")),
            Ok(Err(said @ (Said::Quota | Said::Slower | Said::Key))) => stopped = Some(said.outcome()),
            Ok(Err(said)) => harvest.listing.note(format!("{place}: left out, {}", said.outcome().detail())),
            Err(outcome) => stopped = Some(outcome),
        }
        if stopped.is_some() {
            break;
        }
        cursor.put(known);
    }
    harvest.cursor = write_cursor(NAME, &cursor);
    ended(harvest, stopped)
}

impl Cursor {
    fn known(&self, id: &str) -> Known {
        self.videos.iter().find(|known| known.id == id).cloned().unwrap_or(Known { id: id.to_owned(), ..Known::default() })
    }

    fn put(&mut self, known: Known) {
        self.videos.retain(|other| other.id != known.id);
        self.videos.push(known);
        let excess = self.videos.len().saturating_sub(MOST_KNOWN);
        self.videos.drain(..excess);
    }
}

/// Reads the comments of a video down to those that are known into `found`. `Ok(Err(…))` is a refusal of the API.
async fn read_video(
    round: &Round<'_>,
    place: &str,
    known: &Known,
    found: &mut Vec<Item>,
    listing: &mut Listing,
) -> Result<Result<Came, Said>, Outcome> {
    let mut token = String::new();
    let pages = if known.until.is_none() { FIRST_PAGES } else { MOST_PAGES };
    for _ in 0..pages {
        if round.allowance.left() == 0 || listing.leads.len() + found.len() + MOST_OF_PAGE > MAX_LEADS {
            return Ok(Ok(Came::Full));
        }
        let mut parameters = vec![
            ("part", "snippet,replies"),
            ("videoId", known.id.as_str()),
            ("order", "time"),
            ("maxResults", "100"),
            ("textFormat", "plainText"),
        ];
        if !token.is_empty() {
            parameters.push(("pageToken", token.as_str()));
        }
        let text = match ask(round, "commentThreads", &parameters).await? {
            Ok(text) => text,
            Err(said) => return Ok(Err(said)),
        };
        let page: Page = read_json(&text).map_err(|e| unreadable(format!("no list of comments: {e}")))?;
        let mut reached = false;
        for (order, value) in (1..).zip(page.items).take(MOST_OF_PAGE) {
            let thread: Thread = match serde_json::from_value(value) {
                Ok(thread) => thread,
                Err(e) => {
                    listing.note(format!("{place}, thread {order}: left out, {}", category(&e)));
                    continue;
                }
            };
            let replies = thread.replies.map(|replies| replies.comments).unwrap_or_default();
            let top = thread.snippet.top_level_comment;
            // Threads are ordered by the time of their first comment.
            reached |= when(&top.snippet.published_at).is_some_and(|at| known.until.is_some_and(|until| at.0 < until));
            // Replies come oldest first.
            for comment in replies.into_iter().rev().chain([top]) {
                match item(&known.id, &comment) {
                    Some(item) if is_unread(&item, known.until) && found.len() < MAX_LEADS => found.push(item),
                    Some(_) => {}
                    None => listing.note(format!("{place}, thread {order}: a comment without id or words, left out")),
                }
            }
        }
        match page.next_page_token.filter(|next| !reached && !next.is_empty() && next.len() <= 2_000) {
            Some(next) => token = next,
            None => return Ok(Ok(Came::Through)),
        }
    }
    listing.note(format!("{place}: comments older than its newest {pages} pages are not read"));
    Ok(Ok(Came::Through))
}

/// What is wrong with JSON, without its words.
fn category(error: &serde_json::Error) -> &'static str {
    if error.is_data() { "a field of another type" } else { "it cannot be read" }
}

fn item(video: &str, comment: &Comment) -> Option<Item> {
    let text = bounded(comment.snippet.text_display.trim().to_owned());
    let is_comment = is_id(&comment.id.replace('.', "")) && !text.is_empty();
    let (published_at, updated_at) = (when(&comment.snippet.published_at), when(&comment.snippet.updated_at));
    is_comment.then(|| Item {
        link: format!("{}&lc={}", link(video), comment.id),
        published_at,
        updated_at: updated_at.filter(|at| Some(*at) != published_at),
        text: Some(text),
        ..Item::default()
    })
}

/// Whether a comment was written or edited since the video was read. One of the same second may have come after that reading:
/// it is given once more rather than lost.
fn is_unread(item: &Item, until: Option<i64>) -> bool {
    let at: Option<Time> = item.updated_at.max(item.published_at);
    until.is_none_or(|until| at.is_none_or(|at| at.0 >= until))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comment(json: &str) -> Comment {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_comment_without_its_author() {
        let json = r#"{"kind":"youtube#comment","id":"UgxA.9b","snippet":{"authorDisplayName":"@Tên Người","authorChannelId":{"value":"UCx"},"textDisplay":"Giá điện\ntăng",
            "textOriginal":"Giá điện\ntăng","likeCount":5,"publishedAt":"2025-05-12T01:30:00Z","updatedAt":"2025-05-12T02:30:00Z"}}"#;
        let item = item("v1", &comment(json)).unwrap();
        assert_eq!((item.link.as_str(), item.text.as_deref()), ("https://www.youtube.com/watch?v=v1&lc=UgxA.9b", Some("Giá điện\ntăng")));
        assert_eq!((item.published_at, item.updated_at), (when("2025-05-12T01:30:00Z"), when("2025-05-12T02:30:00Z")));
        let at = |text: &str| when(text).map(|at| at.0);
        assert!(is_unread(&item, None) && is_unread(&item, at("2025-05-12T02:30:00Z")) && !is_unread(&item, at("2025-05-12T02:30:01Z")));
        assert!(!format!("{item:?}").contains("Người"));
        assert!(super::item("v1", &comment(r#"{"id":"a/../b","snippet":{"textDisplay":"x"}}"#)).is_none());
        assert!(super::item("v1", &comment(r#"{"id":"a","snippet":{"textDisplay":" "}}"#)).is_none());
    }

    #[test]
    fn the_oldest_reading_is_forgotten_first() {
        let mut cursor = Cursor::default();
        (0..60).for_each(|n| cursor.put(Known { id: format!("v{n}"), ..Known::default() }));
        cursor.put(Known { id: "v20".into(), off: true, ..Known::default() });
        assert_eq!(
            (cursor.videos.len(), cursor.videos.last().map(|known| known.id.as_str()), cursor.known("v20").off),
            (MOST_KNOWN, Some("v20"), true)
        );
        assert!(cursor.videos.iter().all(|known| known.id != "v9"));
    }
}
