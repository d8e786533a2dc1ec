//! What stands on a public timeline of the Mastodon API? (`GET /api/v1/timelines/…`)
//!
//! The accounts that come with the posts are never read into any type.

use super::{Item, Listed, Listing, read_json, unreadable};
use kiemtin_model::{Outcome, Time};
use kiemtin_text::date::parse_when;
use kiemtin_text::markup::strip_tags;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// The part of a post that is read.
#[derive(Deserialize)]
struct Status {
    #[serde(default)]
    id: String,
    url: Option<String>,
    uri: Option<String>,
    #[serde(default)]
    created_at: String,
    edited_at: Option<String>,
    #[serde(default)]
    content: String,
    #[serde(default)]
    spoiler_text: String,
    reblog: Option<IgnoredAny>,
    visibility: Option<String>,
}

pub(super) fn read(listed: &Listed<'_>) -> Result<Listing, Outcome> {
    let statuses: Vec<serde_json::Value> = read_json(listed.text).map_err(|e| unreadable(format!("no list of posts: {e}")))?;
    let mut listing = Listing::default();
    if statuses.is_empty() {
        listing.note("the timeline is empty (some servers answer so when it is not public)".into());
    }
    for (number, value) in (1..).zip(statuses) {
        let place = format!("post {number}");
        let status: Status = match serde_json::from_value(value) {
            Ok(status) => status,
            Err(e) => {
                listing.note(format!("{place}: left out, {e}"));
                continue;
            }
        };
        // A repeat is another post that is listed where it was written.
        if status.reblog.is_some() || !matches!(status.visibility.as_deref(), None | Some("public" | "unlisted")) {
            continue;
        }
        let text =
            [status.spoiler_text, strip_tags(&status.content)].into_iter().filter(|t| !t.trim().is_empty()).collect::<Vec<_>>().join("\n");
        if text.is_empty() {
            continue;
        }
        let date = |text: &str| parse_when(text).and_then(|w| Time::from_when(&w));
        let (published_at, updated_at) = (date(&status.created_at), status.edited_at.as_deref().and_then(date));
        if published_at.is_none() {
            listing.note(format!("{place}: no date that can be read"));
        }
        let link = without_account(&status.id, status.url.or(status.uri).unwrap_or_default());
        listing.add(listed, &place, Item { link, title: String::new(), published_at, updated_at, text: Some(text), ..Item::default() });
    }
    Ok(listing)
}

/// The address of a post names its account (`/@name/1`, `/users/name/statuses/1`); the one by its number, on the server
/// that listed it, does not.
fn without_account(id: &str, link: String) -> String {
    let numbered = !id.is_empty() && id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric());
    if numbered && (link.contains("/@") || link.contains("/users/")) { format!("/web/statuses/{id}") } else { link }
}

#[cfg(test)]
mod tests {
    use super::super::tests::read_as;
    use kiemtin_model::{FeedKind, LeadBody, SourceGroup};

    #[test]
    fn posts_without_their_authors() {
        let json = r#"[
            {"id":"1","created_at":"2025-05-12T01:30:00.000Z","edited_at":"2025-05-12T02:00:00.000Z","visibility":"public","url":"https://m.example/@nguoi/1",
             "content":"<p>Giá xăng <a href=\"x\">giảm</a><br>2%</p><p>M&amp;A</p>","spoiler_text":"Tin","reblog":null,
             "account":{"acct":"nguoi","display_name":"Tên Người","followers_count":5}},
            {"id":"2","created_at":"2025-05-12T01:30:00.000Z","url":"https://m.example/@a/2","content":"<p>x</p>","reblog":{"id":"9"}},
            {"id":"3","created_at":"hôm qua","uri":"https://m.example/3","content":"<p>y</p>"},
            {"id":"4","created_at":"2025-05-12T01:30:00.000Z","url":"https://m.example/4","content":"<p> </p>"},
            {"id":"5","content":"z","url":"https://m.example/5","visibility":"direct"},
            {"id":"6","content":["not","text"]}
        ]"#;
        let listing = read_as(FeedKind::Mastodon, SourceGroup::Social, json, |_| {}).unwrap();
        let [first, third] = listing.leads.as_slice() else { panic!("{listing:?}") };
        assert_eq!(first.body, LeadBody::Inline("Tin\nGiá xăng giảm\n2%\nM&A".into()));
        assert!(first.url.ends_with("/web/statuses/1") && first.title.is_empty(), "{}", first.url);
        assert_eq!(first.published_at.unwrap().to_string(), "2025-05-12T08:30:00+07:00");
        assert_eq!(first.updated_at.unwrap().to_string(), "2025-05-12T09:00:00+07:00");
        assert_eq!(third.published_at, None);
        assert_eq!(listing.notes.len(), 2, "{:?}", listing.notes);
        assert!(!format!("{listing:?}").contains("Tên Người") && !format!("{listing:?}").contains("nguoi"));
    }

    #[test]
    fn what_is_no_timeline() {
        let read = |json: &str| read_as(FeedKind::Mastodon, SourceGroup::Social, json, |_| {});
        assert!(read(r#"{"error":"The access token is invalid"}"#).is_err());
        assert!(read(&"[".repeat(100_000)).is_err());
        assert!(read(&format!("[{}0]", "0,".repeat(3_000_000))).is_err());
        assert_eq!(read("[]").unwrap().notes.len(), 1);
    }
}
