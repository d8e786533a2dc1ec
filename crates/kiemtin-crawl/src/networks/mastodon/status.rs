//! What stands in one post of the Mastodon API? The account that comes with it is never read into any type.

use super::super::words::{ACCOUNT, kept};
use crate::sources::Item;
use kiemtin_model::Time;
use kiemtin_text::date::parse_when;
use kiemtin_text::markup::strip_tags_with;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// Bits of an id below its time: ids of Mastodon are milliseconds since 1970, then a sequence (`Mastodon::Snowflake`).
const SEQUENCE_BITS: u32 = 16;
/// The id of a post and its own date are no further apart, in milliseconds, where ids are times.
const ID_SLACK_MS: u64 = 24 * 3_600_000;

/// What stands before the name of an account in addresses of Mastodon and of servers that speak like it.
const ACCOUNT_PARTS: &[&str] = &["@", "/users/", "/user/", "/u/", "/p/", "/profile/", "/~"];

/// The part of a post that is read (entity `Status`).
#[derive(Deserialize)]
pub(super) struct Status {
    #[serde(default)]
    pub(super) id: String,
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

impl Status {
    /// Whether it is a public post of its own: a repeat is another post that is listed where it was written.
    pub(super) fn is_own(&self) -> bool {
        self.reblog.is_none() && matches!(self.visibility.as_deref(), None | Some("public" | "unlisted"))
    }

    pub(super) fn created_at(&self) -> Option<Time> {
        date(&self.created_at)
    }

    pub(super) fn edited_at(&self) -> Option<Time> {
        date(self.edited_at.as_deref()?)
    }

    /// What is taken of it; `None` when it has no text.
    pub(super) fn item(self) -> Option<Item> {
        let (published_at, updated_at) = (self.created_at(), self.edited_at());
        let parts = [self.spoiler_text, strip_tags_with(&self.content, instead)];
        let text = kept(&parts.into_iter().filter(|part| !part.trim().is_empty()).collect::<Vec<_>>().join("\n"));
        let link = without_account(&self.id, self.url.or(self.uri).unwrap_or_default());
        (!text.is_empty()).then(|| Item { link, published_at, updated_at, text: Some(text), ..Item::default() })
    }
}

fn date(text: &str) -> Option<Time> {
    parse_when(text).and_then(|when| Time::from_when(&when))
}

/// A mention is marked by its anchor (`class="u-url mention"`; hashtags are `mention hashtag`). A quote of another post is told
/// by a first line for servers that know no quotes (`class="quote-inline"`), with the address of that post.
fn instead(tag: &str) -> Option<&'static str> {
    let classes = tag.split_once("class=").map(|(_, value)| value.trim_start_matches(['"', '\'']))?;
    let classes: Vec<&str> = classes.split(['"', '\'', '>']).next()?.split_whitespace().collect();
    if classes.contains(&"quote-inline") {
        return Some("");
    }
    (classes.contains(&"mention") && !classes.contains(&"hashtag")).then_some(ACCOUNT)
}

/// The address of a post often names its account (`/@name/1`, `/users/name/statuses/1`); the one by its number, on the server
/// that listed it, does not.
fn without_account(id: &str, link: String) -> String {
    let named = link.is_empty() || ACCOUNT_PARTS.iter().any(|part| link.contains(part));
    if is_id(id) && named { format!("/web/statuses/{id}") } else { link }
}

/// Whether an id can stand in an address.
pub(super) fn is_id(id: &str) -> bool {
    !id.is_empty() && id.len() <= 64 && id.chars().all(|c| c.is_ascii_alphanumeric())
}

/// Whether one id stands for a later post than another: numbers, and the ids of Pleroma, are ordered by length and letters.
pub(super) fn is_later(id: &str, than: &str) -> bool {
    (id.len(), id) > (than.len(), than)
}

/// When a post with this id came to the server, where ids are times.
pub(super) fn time_of(id: &str, created_at: Option<Time>) -> Option<Time> {
    let at = id.parse::<u64>().ok()? >> SEQUENCE_BITS;
    let told = u64::try_from(created_at?.0).ok()?;
    (at.abs_diff(told) <= ID_SLACK_MS).then(|| i64::try_from(at).ok().map(Time))?
}

/// The last id before all posts of a moment.
pub(super) fn id_before(at: Time) -> String {
    (u64::try_from(at.0).unwrap_or(0) << SEQUENCE_BITS).saturating_sub(1).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(json: &str) -> Option<Item> {
        serde_json::from_str::<Status>(json).unwrap().item()
    }

    #[test]
    fn mentions_quotes_and_links() {
        let json = r##"{"id":"7","url":"https://m.example/@nguoi/7","created_at":"2025-05-12T01:30:00.000Z","spoiler_text":"Tin",
            "content":"<p class=\"quote-inline\">RE: <a href=\"https://m.example/@ai/1\">https://m.example/@ai/1</a></p><p>Giá xăng <span class=\"h-card\" translate=\"no\"><a href=\"https://m.example/@ai\" class=\"u-url mention\">@<span>ai_do</span></a></span> <a href=\"/tags/xang\" class=\"mention hashtag\" rel=\"tag\">#<span>xang</span></a><br>2%</p>"}"##;
        let read = item(json).unwrap();
        assert_eq!(read.text.as_deref(), Some("Tin\nGiá xăng [tên tài khoản] #xang\n2%"));
        assert_eq!(read.link, "/web/statuses/7");
        let open =
            item(r#"{"id":"8","url":"https://m.example/notice/8","content":"<p><a class='mention'>@ai_do rồi</p><p>sau đó</p>"}"#).unwrap();
        assert_eq!((open.text.as_deref(), open.link.as_str()), (Some("[tên tài khoản]\nsau đó"), "https://m.example/notice/8"));
        assert!(item(r#"{"id":"9","content":"<p> </p>"}"#).is_none());
    }

    #[test]
    fn ids_that_are_times() {
        let at = Time::parse("2025-05-12T08:30:00Z").unwrap();
        let id = ((at.0 as u64) << 16 | 77).to_string();
        assert_eq!(time_of(&id, Some(at.plus(-40_000))), Some(at));
        assert_eq!((time_of("77", Some(at)), time_of(&id, None), time_of("AbC", Some(at))), (None, None, None));
        assert!(is_later(&id, &id_before(at)) && !is_later(&id_before(at), &id_before(at.plus(1))) && is_later("10", "9"));
    }
}
