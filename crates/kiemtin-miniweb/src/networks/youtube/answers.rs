//! How does YouTube write its feed, its lists and its refusals?

use super::{CHANNEL, Comment, Site, Thread, Video};
use crate::markup::escape;
use crate::networks::people;
use serde_json::{Value, json};

/// Videos of the feed.
const IN_FEED: usize = 15;
/// Replies that come with a thread.
const WITH_THREAD: usize = 5;

fn newest(site: &Site) -> impl Iterator<Item = &Video> {
    site.videos.iter().rev().filter(|video| !video.is_gone)
}

/// The Atom feed.
pub(super) fn feed(site: &Site) -> String {
    let owner = people::nth(people::NAMES, 0);
    let entry = |video: &Video| {
        format!(
            "<entry>\n <id>yt:video:{id}</id>\n <yt:videoId>{id}</yt:videoId>\n <yt:channelId>{CHANNEL}</yt:channelId>\n <title>{title}</title>\n \
             <link rel=\"alternate\" href=\"https://www.youtube.com/watch?v={id}\"/>\n <author>\n  <name>{owner}</name>\n  \
             <uri>https://www.youtube.com/channel/{account}</uri>\n </author>\n <published>{at}</published>\n <updated>{updated}</updated>\n <media:group>\n  \
             <media:title>{title}</media:title>\n  <media:content url=\"https://www.youtube.com/v/{id}?version=3\" type=\"application/x-shockwave-flash\" width=\"640\" height=\"390\"/>\n  \
             <media:description>{description}</media:description>\n  <media:community>\n   <media:starRating count=\"12\" average=\"5.00\" min=\"1\" max=\"5\"/>\n   \
             <media:statistics views=\"345\"/>\n  </media:community>\n </media:group>\n</entry>\n",
            id = video.id,
            title = escape(&video.title),
            account = people::nth(people::ACCOUNT_IDS, 2),
            at = video.at.iso_utc().replace(".000Z", "+00:00"),
            updated = video.updated.iso_utc().replace(".000Z", "+00:00"),
            description = escape(&video.description),
        )
    };
    let entries: String = newest(site).take(IN_FEED).map(entry).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns:yt=\"http://www.youtube.com/xml/schemas/2015\" xmlns:media=\"http://search.yahoo.com/mrss/\" \
         xmlns=\"http://www.w3.org/2005/Atom\">\n <id>yt:channel:{CHANNEL}</id>\n <yt:channelId>{CHANNEL}</yt:channelId>\n <title>{owner}</title>\n \
         <author>\n  <name>{owner}</name>\n </author>\n{entries}</feed>\n"
    )
}

/// `playlistItems.list`: newest first.
pub(super) fn uploads(site: &Site, most: usize) -> Value {
    let item = |video: &Video| {
        json!({
            "kind": "youtube#playlistItem",
            "snippet": {
                "publishedAt": video.at.iso_utc(),
                "channelId": CHANNEL,
                "title": video.title,
                "description": video.description,
                "channelTitle": people::nth(people::NAMES, 0),
                "videoOwnerChannelTitle": people::nth(people::NAMES, 0),
                "videoOwnerChannelId": people::nth(people::ACCOUNT_IDS, 2),
                "resourceId": {"kind": "youtube#video", "videoId": video.id},
            }
        })
    };
    let all = newest(site).count();
    json!({"kind": "youtube#playlistItemListResponse", "items": newest(site).take(most).map(item).collect::<Vec<_>>(), "pageInfo": {"totalResults": all, "resultsPerPage": most}})
}

/// `commentThreads.list`: newest first.
pub(super) fn threads(video: &Video, from: usize, most: usize, with_replies: bool) -> Value {
    let shown: Vec<Value> =
        video.threads.iter().rev().skip(from).take(most).map(|thread| self::thread(video, thread, with_replies)).collect();
    let next = from + shown.len();
    let mut page = json!({"kind": "youtube#commentThreadListResponse", "pageInfo": {"totalResults": shown.len(), "resultsPerPage": most}, "items": shown});
    if next < video.threads.len()
        && let Some(page) = page.as_object_mut()
    {
        page.insert("nextPageToken".into(), format!("QURTSl9{next}").into());
    }
    page
}

fn thread(video: &Video, thread: &Thread, with_replies: bool) -> Value {
    let mut value = json!({
        "kind": "youtube#commentThread",
        "id": thread.top.id,
        "snippet": {
            "channelId": CHANNEL,
            "videoId": video.id,
            "topLevelComment": comment(video, &thread.top),
            "canReply": true,
            "totalReplyCount": thread.replies.len(),
            "isPublic": true,
        }
    });
    if with_replies
        && !thread.replies.is_empty()
        && let Some(value) = value.as_object_mut()
    {
        let last = thread.replies.len().saturating_sub(WITH_THREAD);
        let replies: Vec<Value> = thread.replies.iter().skip(last).map(|reply| comment(video, reply)).collect();
        value.insert("replies".into(), json!({"comments": replies}));
    }
    value
}

fn comment(video: &Video, comment: &Comment) -> Value {
    let order = comment.id.len() + comment.text.len();
    json!({
        "kind": "youtube#comment",
        "id": comment.id,
        "snippet": {
            "channelId": CHANNEL,
            "videoId": video.id,
            "textDisplay": comment.text,
            "textOriginal": comment.text,
            "authorDisplayName": format!("@{}", people::nth(people::HANDLES, order)),
            "authorProfileImageUrl": format!("https://yt3.ggpht.com/{}", people::nth(people::AVATARS, order)),
            "authorChannelUrl": format!("http://www.youtube.com/@{}", people::nth(people::HANDLES, order)),
            "authorChannelId": {"value": people::nth(people::ACCOUNT_IDS, order)},
            "canRate": true,
            "viewerRating": "none",
            "likeCount": 3,
            "publishedAt": comment.at.iso_utc().replace(".000Z", "Z"),
            "updatedAt": comment.updated.iso_utc().replace(".000Z", "Z"),
        }
    })
}

/// A refusal with its reason.
pub(super) fn refusal(status: u16, reason: &str, words: &str) -> Value {
    json!({"error": {"code": status, "message": words, "errors": [{"message": words, "domain": "youtube.commentThread", "reason": reason, "location": "x", "locationType": "parameter"}]}})
}

/// What a key hears that is none: its reason stands among the details.
pub(super) fn invalid_key() -> Value {
    let words = "API key not valid. Please pass a valid API key.";
    json!({"error": {"code": 400, "message": words, "errors": [{"message": words, "domain": "global", "reason": "badRequest"}], "status": "INVALID_ARGUMENT",
        "details": [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}]}})
}
