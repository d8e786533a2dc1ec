//! Which videos does a YouTube channel have, and what is said under those that matter?
//!
//! The videos come from the channel's Atom feed or, with a key, from the list of its uploads (`playlistItems.list`, one unit).
//! YouTube's robots.txt forbids the feed to machines since 2025, and what it forbids is not asked: there the key is the way.
//! Accounts, views and likes are in no type here.

mod api;
mod comments;

use super::entries::entries;
use super::wire::{bounded, ended, print, read_cursor, when, write_cursor};
use super::{Harvest, Reading, Round};
use crate::sources::{Item, Listing, read_json, unreadable};
use kiemtin_model::canonical::canonical_url;
use kiemtin_model::{Outcome, Time};
use serde::{Deserialize, Serialize};
use url::Url;

pub(super) use comments::read as read_comments;

/// Its name and version before the cursor's own words.
const NAME: &str = "youtube-1";
/// Newest videos that are looked at: as many as the feed has.
const MOST_VIDEOS: usize = 15;

/// A video.
struct Video {
    id: String,
    title: String,
    description: String,
    published_at: Option<Time>,
    updated_at: Option<Time>,
}

/// The videos that were listed, newest first, with a print of their words. The channel is a listed one: its ids may stay.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Cursor {
    videos: Vec<(String, u32)>,
}

pub(super) fn read<'a>(round: &'a mut Round<'_>) -> Reading<'a> {
    Box::pin(read_round(round))
}

async fn read_round(round: &Round<'_>) -> Result<Harvest, Outcome> {
    let mut harvest = Harvest::default();
    let before: Cursor = read_cursor(round, NAME, &mut harvest.listing);
    let videos = videos(round, &mut harvest.listing).await?;
    let mut now = Cursor::default();
    // Oldest first.
    for (number, video) in (1..).zip(&videos).collect::<Vec<_>>().into_iter().rev() {
        let print = print(&format!("{}\n{}", video.title, video.description));
        now.videos.insert(0, (video.id.clone(), print));
        let known = before.videos.iter().find(|(id, _)| *id == video.id);
        if known.is_some_and(|(_, before)| *before == print) {
            continue;
        }
        let text = if video.description.is_empty() { video.title.clone() } else { video.description.clone() };
        let item = Item {
            link: link(&video.id),
            title: video.title.clone(),
            published_at: video.published_at,
            // The feed's time of change moves with every view; it counts when the words are others.
            updated_at: known.and(video.updated_at.or(Some(round.now))),
            guid: None,
            text: Some(text),
        };
        harvest.listing.add(&round.listed(WATCH), &format!("video {number}"), item);
    }
    harvest.deleted = gone(&before, &now).into_iter().filter_map(|id| canonical_url("", &link(id))).collect();
    harvest.cursor = write_cursor(NAME, &now);
    ended(harvest, None)
}

const WATCH: &str = "https://www.youtube.com/watch";

fn link(id: &str) -> String {
    format!("{WATCH}?v={id}")
}

/// Videos that stood before an older one that is still listed, and are listed no more.
fn gone<'a>(before: &'a Cursor, now: &Cursor) -> Vec<&'a str> {
    let here = |id: &str| now.videos.iter().any(|(other, _)| other == id);
    let last = before.videos.iter().rposition(|(id, _)| here(id)).unwrap_or(0);
    before.videos.iter().take(last).filter(|(id, _)| !here(id)).map(|(id, _)| id.as_str()).collect()
}

/// The newest videos of the channel, newest first.
async fn videos(round: &Round<'_>, listing: &mut Listing) -> Result<Vec<Video>, Outcome> {
    let mut found = if round.has_token() { uploads(round).await? } else { feed(round).await? };
    let all = found.len();
    found.retain(|video| is_id(&video.id));
    if found.len() < all {
        listing.note(format!("{} videos without an id, left out", all - found.len()));
    }
    if all == 0 {
        listing.note("the channel has no videos".into());
    }
    found.truncate(MOST_VIDEOS);
    Ok(found)
}

async fn feed(round: &Round<'_>) -> Result<Vec<Video>, Outcome> {
    let answered = round.page(round.address).await?;
    let video = |entry: super::entries::Entry| Video {
        id: entry.id,
        title: entry.title,
        description: bounded(entry.text),
        published_at: entry.published_at,
        updated_at: entry.updated_at,
    };
    Ok(entries(&answered.text)?.into_iter().map(video).collect())
}

/// A page of `playlistItems.list?part=snippet`.
#[derive(Deserialize)]
struct Playlist {
    #[serde(default)]
    items: Vec<PlaylistItem>,
}

#[derive(Deserialize)]
struct PlaylistItem {
    snippet: Snippet,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Snippet {
    #[serde(default)]
    title: String,
    #[serde(default)]
    description: String,
    #[serde(default)]
    published_at: String,
    resource_id: ResourceId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceId {
    #[serde(default)]
    video_id: String,
}

async fn uploads(round: &Round<'_>) -> Result<Vec<Video>, Outcome> {
    let playlist = uploads_of(round.address).ok_or_else(|| unreadable("the address of the feed names no channel_id and no playlist_id"))?;
    let parameters = [("part", "snippet"), ("playlistId", playlist.as_str()), ("maxResults", "15")];
    let text = api::ask(round, "playlistItems", &parameters).await?.map_err(api::Said::outcome)?;
    let page: Playlist = read_json(&text).map_err(|e| unreadable(format!("no list of videos: {e}")))?;
    let video = |item: PlaylistItem| Video {
        id: item.snippet.resource_id.video_id,
        title: item.snippet.title.split_whitespace().collect::<Vec<_>>().join(" "),
        description: bounded(item.snippet.description),
        published_at: when(&item.snippet.published_at),
        updated_at: None,
    };
    Ok(page.items.into_iter().map(video).collect())
}

/// The playlist of all uploads of the channel whose feed this is: `UU…` of the channel `UC…`.
fn uploads_of(feed: &str) -> Option<String> {
    let url = Url::parse(feed).ok()?;
    let named = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let uploads = || named("channel_id").and_then(|id| id.strip_prefix("UC").map(|rest| format!("UU{rest}")));
    named("playlist_id").or_else(uploads).filter(|id| is_id(id))
}

/// Whether it is written as ids of videos and playlists are.
fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn videos_that_are_gone() {
        let list = |ids: &[&str]| Cursor { videos: ids.iter().map(|id| ((*id).to_owned(), 0)).collect() };
        let before = list(&["d", "c", "b", "a"]);
        let check = |now: &[&str], expected: &[&str]| assert_eq!(gone(&before, &list(now)), expected, "{now:?}");
        check(&["e", "d", "c", "b"], &[]);
        check(&["d", "b", "a"], &["c"]);
        check(&["c", "b", "a"], &["d"]);
        check(&["x", "y"], &[]);
        check(&[], &[]);
    }

    #[test]
    fn the_uploads_of_a_channel() {
        let check = |query: &str, expected: Option<&str>| {
            assert_eq!(uploads_of(&format!("https://www.youtube.com/feeds/videos.xml?{query}")).as_deref(), expected, "{query}");
        };
        check("channel_id=UCabc-_1", Some("UUabc-_1"));
        check("playlist_id=PLx", Some("PLx"));
        check("channel_id=abc", None);
        check("channel_id=UC%2F..", None);
        check("", None);
    }
}
