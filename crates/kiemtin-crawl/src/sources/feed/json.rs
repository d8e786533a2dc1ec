//! What does a JSON Feed list? (jsonfeed.org, versions 1 and 1.1)

use super::super::read_json;
use super::{FeedEntry, MAX_ENTRIES, ParsedFeed, absolute, note, one_line};
use kiemtin_model::Time;
use kiemtin_text::date::parse_when;
use kiemtin_text::markup::strip_tags;
use serde::Deserialize;
use serde_json::Value;

/// The part of a feed that is read; authors are not.
#[derive(Deserialize)]
struct JsonFeed {
    #[serde(default)]
    title: String,
    items: Vec<Value>,
    feed_url: Option<String>,
    #[serde(default)]
    hubs: Vec<Value>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    id: Value,
    url: Option<String>,
    external_url: Option<String>,
    title: Option<String>,
    content_text: Option<String>,
    content_html: Option<String>,
    summary: Option<String>,
    date_published: Option<String>,
    date_modified: Option<String>,
}

/// Reads a JSON Feed.
pub(super) fn parse(text: &str, url: &str) -> Result<ParsedFeed, String> {
    let feed: JsonFeed = read_json(text).map_err(|e| format!("no JSON Feed: {e}"))?;
    let mut parsed = ParsedFeed { title: one_line(&feed.title), ..ParsedFeed::default() };
    // Other kinds of hubs speak other protocols.
    for hub in feed.hubs.iter().filter(|hub| hub["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("websub"))) {
        parsed.links.take("hub", hub["url"].as_str().unwrap_or_default());
    }
    parsed.links.take("self", &feed.feed_url.unwrap_or_default());
    if feed.items.len() > MAX_ENTRIES {
        parsed.notes.push(format!("only the first {MAX_ENTRIES} of {} entries are read", feed.items.len()));
    }
    for (number, value) in (1..).zip(feed.items.into_iter().take(MAX_ENTRIES)) {
        let item: Item = match serde_json::from_value(value) {
            Ok(item) => item,
            Err(e) => {
                parsed.notes.push(format!("entry {number}: left out, {e}"));
                continue;
            }
        };
        let mut date = |text: Option<String>| {
            let text = text?;
            let read = parse_when(&text).and_then(|w| Time::from_when(&w));
            if read.is_none() {
                parsed.notes.push(format!("entry {number}: the date \"{}\" cannot be read", text.chars().take(60).collect::<String>()));
            }
            read
        };
        let given = item.date_published.clone().unwrap_or_default();
        let (published_at, updated_at) = (date(item.date_published), date(item.date_modified));
        let date_note = (published_at.is_none() && !given.trim().is_empty()).then(|| note(&given));
        let id = match item.id {
            Value::String(id) => id,
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let link = item.url.or(item.external_url).or_else(|| Some(id.clone()).filter(|id| id.starts_with("http"))).unwrap_or_default();
        let content = item.content_html.map(|html| strip_tags(&html)).or(item.content_text);
        let summary = item.summary.map(|s| strip_tags(&s)).or_else(|| content.clone()).unwrap_or_default();
        let title = item.title.map(|t| one_line(&t)).unwrap_or_default();
        parsed.entries.push(FeedEntry {
            title,
            link: absolute(url, &link),
            id,
            published_at,
            date_note,
            updated_at,
            summary,
            content: content.unwrap_or_default(),
        });
    }
    Ok(parsed)
}
