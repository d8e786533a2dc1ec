//! What does a site answer to a path?

use crate::answer::Reply;
use crate::calendar::Moment;
use crate::feeds::{atom, json_feed, rdf, rss, sitemap};
use crate::listed::{self, DEAD, INTERNAL};
use crate::sites::Listing;
use crate::social::{channel, forum, mastodon};
use crate::view::View;
use crate::{layouts, markup};
use axum::http::{StatusCode, header};

/// What was asked of a site.
#[derive(Debug)]
pub(crate) enum Found {
    /// The page of an article or post.
    Article(Reply),
    /// Anything else.
    Other(Reply),
}

/// The answer to a path and its query (without the question mark; empty when there is none).
pub(crate) fn find(view: View<'_>, path: &str, query: &str) -> Found {
    if let Some(page) = article(view, path, query) {
        return Found::Article(html(view, layouts::article(view, page), view.updated(page)));
    }
    Found::Other(other(view, path, query))
}

/// Pages are found with their query if their addresses have one; tracking parameters do no harm.
fn article<'a>(view: View<'a>, path: &str, query: &str) -> Option<&'a crate::web::Page> {
    let first = query.split('&').next().unwrap_or_default();
    // `/@account/1` and `/web/statuses/1` are one post.
    let numbered = path.strip_prefix("/@").and_then(|p| p.split_once('/')).map(|(_, number)| format!("/web/statuses/{number}"));
    let path = numbered.as_deref().unwrap_or(path);
    let index = view.web.at(view.site, path).or_else(|| view.web.at(view.site, &format!("{path}?{first}")))?;
    view.web.pages.get(index)
}

fn other(view: View<'_>, path: &str, query: &str) -> Reply {
    if let Some(reply) = listing(view, path, query) {
        return reply;
    }
    if let Some(page) = listed::moved(view).filter(|page| listed::old_path(page) == path) {
        return Reply::passing(StatusCode::MOVED_PERMANENTLY, plain_text(), Vec::new()).with(header::LOCATION, page.path.clone());
    }
    let start = view.web.now.plus_days(-60).whole_seconds();
    match path {
        "/robots.txt" => return Reply::ok(plain_text(), listed::robots(view).into_bytes(), start),
        "/giao-dien.css" => return Reply::ok("text/css; charset=utf-8".into(), layouts::STYLE.into(), start),
        "/" => return html(view, layouts::front(view, None), view.changed()),
        _ => {}
    }
    if path.starts_with("/anh/") {
        return Reply::ok("image/svg+xml".into(), layouts::PICTURE.into(), start);
    }
    let wanted = ["/chuyen-muc/", "/forums/"].iter().find_map(|folder| path.strip_prefix(folder)).map(|name| name.trim_end_matches('/'));
    if let Some(section) = wanted.filter(|wanted| view.sections().iter().any(|own| markup::fold(own) == *wanted)) {
        return html(view, layouts::front(view, Some(section)), view.changed());
    }
    if let Some((_, title)) = INTERNAL.iter().find(|(internal, _)| view.spec().id == "tin-tong-hop" && *internal == path) {
        return html(view, layouts::plain(view, title, "Trang dành cho nội bộ tòa soạn."), start);
    }
    let text =
        if DEAD.iter().any(|(dead, _)| *dead == path) { "Bài viết đã được gỡ." } else { "Không tìm thấy trang này." };
    let body = view.spec().charset.encode(&layouts::plain(view, "404", text));
    Reply::passing(StatusCode::NOT_FOUND, html_type(view), body)
}

/// The feed, sitemap, timeline or listing page of the site.
fn listing(view: View<'_>, path: &str, query: &str) -> Option<Reply> {
    let spec = view.spec();
    if spec.listing == Listing::Sitemap {
        if let Some(part) = sitemap::PARTS.iter().position(|part| *part == path) {
            return Some(xml(view, "application/xml", sitemap::part(view, part)));
        }
        return (path == sitemap::INDEX).then(|| xml(view, "application/xml", sitemap::index(view)));
    }
    let feed_path = spec.feed_path.split('?').next().unwrap_or_default();
    if path != feed_path {
        return None;
    }
    Some(match spec.listing {
        Listing::Rss(habit) => xml(view, "application/rss+xml", rss::write(view, habit)),
        Listing::Rdf => xml(view, "application/rdf+xml", rdf::write(view)),
        Listing::Atom => xml(view, "application/atom+xml", atom::write(view)),
        Listing::ForumRss => xml(view, "application/rss+xml", forum::rss(view)),
        Listing::JsonFeed => Reply::ok("application/feed+json; charset=utf-8".into(), json_feed::write(view).into_bytes(), view.changed()),
        Listing::Page | Listing::Sitemap => html(view, layouts::list(view, None), view.changed()),
        Listing::Channel => {
            let window = channel::Window { before: number(query, "before"), after: number(query, "after") };
            html(view, channel::preview(view, window), view.changed())
        }
        Listing::Mastodon => {
            let window = mastodon::Window {
                limit: number(query, "limit").and_then(|n| usize::try_from(n).ok()),
                max_id: number(query, "max_id"),
                since_id: number(query, "since_id"),
                min_id: number(query, "min_id"),
            };
            let (body, link) = mastodon::timeline(view, window);
            let reply = Reply::ok("application/json; charset=utf-8".into(), body.into_bytes(), view.changed());
            match link {
                Some(link) => reply.with(header::LINK, link),
                None => reply,
            }
        }
    })
}

/// A number in the query; what is not a number counts as not said, as the real servers do.
fn number(query: &str, key: &str) -> Option<u64> {
    query.split('&').filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == key)?.1.parse().ok()
}

fn html(view: View<'_>, markup: String, changed: Moment) -> Reply {
    Reply::ok(html_type(view), view.spec().charset.encode(&markup), changed)
}

fn xml(view: View<'_>, media_type: &str, markup: String) -> Reply {
    let charset = view.spec().charset;
    Reply::ok(format!("{media_type}{}", charset.parameter()), charset.encode(&markup), view.changed())
}

fn html_type(view: View<'_>) -> String {
    format!("text/html{}", view.spec().charset.parameter())
}

fn plain_text() -> String {
    "text/plain; charset=utf-8".into()
}
