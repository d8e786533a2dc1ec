//! JSON Feed 1.1.

use crate::listed;
use crate::view::View;
use serde_json::{Value, json};

/// The feed of a site.
pub(crate) fn write(view: View<'_>) -> String {
    let (spec, origin) = (view.spec(), view.origin());
    let items: Vec<Value> = listed::entries(view)
        .iter()
        .map(|entry| {
            json!({
                "id": entry.id,
                "url": entry.url,
                "title": entry.title,
                "summary": entry.summary,
                "content_text": entry.summary,
                "date_published": entry.published.iso(),
                "date_modified": entry.updated.iso(),
                "tags": [entry.section],
            })
        })
        .collect();
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": spec.name,
        "description": spec.slogan,
        "language": "vi",
        "home_page_url": format!("{origin}/"),
        "feed_url": format!("{origin}{}", spec.feed_path),
        "items": items,
    })
    .to_string()
}
