//! A feed in JSON Feed 1.1 (<https://www.jsonfeed.org/version/1.1/>).

use super::{Entry, Feed};
use serde_json::{Value, json};

/// The document.
pub(super) fn write(feed: &Feed) -> String {
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.own,
        "language": "vi",
        "authors": [{ "name": "kiemtin" }],
        "items": feed.entries.iter().map(item).collect::<Vec<_>>(),
    })
    .to_string()
}

fn item(entry: &Entry) -> Value {
    json!({
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "content_text": entry.text,
        "date_published": entry.published,
        "date_modified": entry.updated,
        "tags": entry.tags,
    })
}
