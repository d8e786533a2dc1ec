//! The public timeline of a Mastodon server, with its paging.

use crate::markup::escape;
use crate::view::View;
use crate::web::Page;
use serde_json::{Value, json};

/// Statuses on a page when the request does not say, and at most.
const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 40;
/// Characters of a link that are shown.
const SHOWN_OF_LINK: usize = 30;

/// Which statuses are asked for.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Window {
    pub(crate) limit: Option<usize>,
    /// Only older ones; the newest of these.
    pub(crate) max_id: Option<u64>,
    /// Only newer ones; the newest of these.
    pub(crate) since_id: Option<u64>,
    /// Only newer ones; the oldest of these, so that no gap is left.
    pub(crate) min_id: Option<u64>,
}

/// A page of the timeline, newest first, and its `Link` header.
pub(crate) fn timeline(view: View<'_>, window: Window) -> (String, Option<String>) {
    let limit = window.limit.unwrap_or(DEFAULT_LIMIT).clamp(1, MAX_LIMIT);
    let fits = |page: &&Page| {
        window.max_id.is_none_or(|id| page.number < id)
            && window.since_id.is_none_or(|id| page.number > id)
            && window.min_id.is_none_or(|id| page.number > id)
    };
    let all: Vec<&Page> = view.newest().filter(fits).collect();
    let skipped = if window.min_id.is_some() { all.len().saturating_sub(limit) } else { 0 };
    let shown: Vec<&Page> = all.into_iter().skip(skipped).take(limit).collect();
    let statuses: Vec<Value> = shown.iter().map(|page| status(view, page)).collect();
    (Value::from(statuses).to_string(), links(view, &shown, limit))
}

fn links(view: View<'_>, shown: &[&Page], limit: usize) -> Option<String> {
    let (first, last) = (shown.first()?, shown.last()?);
    let base = format!("{}/api/v1/timelines/public?limit={limit}", view.origin());
    let previous = format!("<{base}&min_id={}>; rel=\"prev\"", first.number);
    // A page that is not full is the last one.
    if shown.len() < limit {
        return Some(previous);
    }
    Some(format!("<{base}&max_id={}>; rel=\"next\", {previous}", last.number))
}

fn status(view: View<'_>, page: &Page) -> Value {
    let (origin, member, seed) = (view.origin(), page.member(), page.seed);
    let id = page.number.to_string();
    let url = crate::listed::listed_url(view, page);
    json!({
        "id": id,
        "created_at": page.published.iso_utc(),
        "in_reply_to_id": null,
        "in_reply_to_account_id": null,
        "sensitive": false,
        "spoiler_text": "",
        "visibility": "public",
        "language": "vi",
        "uri": format!("{origin}/users/{member}/statuses/{id}"),
        "url": url,
        "replies_count": seed % 7,
        "reblogs_count": seed % 31,
        "favourites_count": seed % 113,
        "edited_at": null,
        "content": content(view, page),
        "reblog": null,
        "account": {
            "id": (seed % 100_000).to_string(),
            "username": member,
            "acct": member,
            "display_name": member,
            "locked": false,
            "bot": false,
            "note": "",
            "url": format!("{origin}/@{member}"),
            "avatar": format!("{origin}/anh/dai-dien.svg"),
            "followers_count": seed % 4_000,
            "following_count": seed % 300,
            "statuses_count": seed % 900,
        },
        "media_attachments": [],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "card": null,
        "poll": null,
    })
}

/// The text as the software renders it: hashtags and links become anchors, the middle of a link is all that is shown of it.
fn content(view: View<'_>, page: &Page) -> String {
    let mut out = String::new();
    for paragraph in &view.text(page).paragraphs {
        let lines: Vec<String> =
            paragraph.lines().map(|line| line.split(' ').map(|word| render(word, &view.origin())).collect::<Vec<_>>().join(" ")).collect();
        out.push_str(&format!("<p>{}</p>", lines.join("<br />")));
    }
    out
}

fn render(word: &str, origin: &str) -> String {
    if let Some(tag) = word.strip_prefix('#').filter(|tag| !tag.is_empty() && tag.chars().all(char::is_alphanumeric)) {
        let tag = escape(tag);
        return format!("<a href=\"{origin}/tags/{tag}\" class=\"mention hashtag\" rel=\"tag\">#<span>{tag}</span></a>");
    }
    for scheme in ["https://", "http://"] {
        if let Some(rest) = word.strip_prefix(scheme) {
            let shown: String = rest.chars().take(SHOWN_OF_LINK).collect();
            let hidden: String = rest.chars().skip(SHOWN_OF_LINK).collect();
            return format!(
                "<a href=\"{}\" rel=\"nofollow noopener\" target=\"_blank\"><span class=\"invisible\">{scheme}</span>\
                 <span class=\"{}\">{}</span><span class=\"invisible\">{}</span></a>",
                escape(word),
                if hidden.is_empty() { "" } else { "ellipsis" },
                escape(&shown),
                escape(&hidden),
            );
        }
    }
    escape(word)
}

/// The page of one status.
pub(crate) fn single(view: View<'_>, page: &Page) -> String {
    let (name, member) = (escape(view.spec().name), page.member());
    format!(
        "<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n<title>@{member} - {name}</title>\n\
         <link rel=\"canonical\" href=\"{url}\">\n<link rel=\"stylesheet\" href=\"/giao-dien.css\">\n</head>\n<body>\n<main class=\"detailed-status\">\n\
         <a class=\"detailed-status__display-name\" href=\"/@{member}\">@{member}</a>\n<div class=\"status__content\">{content}</div>\n\
         <time class=\"formatted\" datetime=\"{at}\">{shown}</time>\n</main>\n</body>\n</html>\n",
        url = escape(&view.url(page)),
        content = content(view, page),
        at = page.published.iso(),
        shown = page.published.day_first(),
    )
}

/// The home page: what the server says of itself.
pub(crate) fn home(view: View<'_>) -> String {
    let (name, slogan) = (escape(view.spec().name), escape(view.spec().slogan));
    format!(
        "<!DOCTYPE html>\n<html lang=\"vi\">\n<head>\n<meta charset=\"utf-8\">\n<title>{name}</title>\n\
         <link rel=\"stylesheet\" href=\"/giao-dien.css\">\n</head>\n<body>\n<main><h1>{name}</h1><p>{slogan}</p></main>\n</body>\n</html>\n"
    )
}
