//! What is it that an address answered with? Told by content and read by the readers that collecting uses.

use super::address::{is_article, same_site};
use super::page::{self, PageFacts};
use super::{Found, Known};
use crate::charset;
use crate::client::{Body, gunzip};
use crate::crawler::is_binary;
use crate::sources::{self, Listed};
use kiemtin_model::{FeedKind, FeedSpec, FoundBy, Lead, Outcome, Refusal, Source, SourceGroup, Time};
use url::Url;

/// Bytes at the front in which a feed or sitemap shows itself.
const FRONT: usize = 4_096;

/// What came.
pub(super) enum Answer {
    /// A feed, a sitemap or an index.
    Listing {
        /// What it lists.
        found: Found,
        /// Some of its documents.
        leads: Vec<Lead>,
        /// Further sitemaps of an index.
        parts: Vec<String>,
    },
    /// A page.
    Page {
        /// What it says.
        facts: Box<PageFacts>,
        /// The list of articles on it, read by the selector that seems best.
        list: Option<(Found, Vec<Lead>)>,
        /// Its markup.
        html: String,
    },
}

/// Reads a body of at most `limit` bytes unpacked.
pub(super) fn read(body: Body, known: Known, limit: usize, now: Time) -> Result<Answer, Outcome> {
    let bytes = gunzip(body.bytes, limit)?;
    if is_binary(&bytes) {
        return Err(Outcome::Refused(Refusal::ContentType));
    }
    let text = charset::decode(&bytes, body.content_type.as_deref()).text;
    drop(bytes);
    let url = body.final_url;
    if let Some(kind) = kind_of_listing(&text) {
        let feed = FeedSpec::of(kind, url.to_string());
        let (found, leads, parts) = listing(feed, known, &text, &url, now)?;
        return Ok(Answer::Listing { found, leads, parts });
    }
    let mut facts = Box::new(page::read(&text, &url)?);
    let list = facts.link_selector.take().and_then(|css| {
        let feed = FeedSpec { link_selector: Some(css), ..FeedSpec::of(FeedKind::Listing, url.to_string()) };
        listing(feed, known, &text, &url, now).ok().map(|(found, leads, _)| (found, leads))
    });
    Ok(Answer::Page { facts, list, html: text })
}

/// Reads a listing as a poll would.
fn listing(feed: FeedSpec, known: Known, text: &str, url: &Url, now: Time) -> Result<(Found, Vec<Lead>, Vec<String>), Outcome> {
    let source = source_of(&feed);
    let read = sources::read(&Listed { source: &source, feed: &feed, text, url: url.as_str(), now })?;
    let of_articles = read.leads.iter().filter_map(|lead| Url::parse(&lead.url).ok()).filter(|to| same_site(to, url) && is_article(to));
    let (articles, entries) = (of_articles.count(), read.leads.len());
    let found = Found {
        known,
        entries,
        articles: articles as f64 / entries.max(1) as f64,
        newest: read.leads.iter().filter_map(|lead| lead.published_at.or(lead.updated_at)).max(),
        news: feed.kind == FeedKind::NewsSitemap && read.leads.iter().any(|lead| lead.published_at.is_some()),
        recommended: false,
        notes: read.notes,
        feed,
    };
    Ok((found, read.leads, read.more))
}

/// The readers ask whose the listing is; nothing of it is kept.
fn source_of(feed: &FeedSpec) -> Source {
    Source {
        reach: kiemtin_model::Reach::Narrow,
        id: String::new(),
        name: String::new(),
        site: feed.url.clone(),
        group: SourceGroup::Press,
        found_by: FoundBy::Channel,
        lang: "vi".into(),
        priority: kiemtin_model::Priority::Normal,
        enabled: true,
        feeds: vec![],
        keep_days: None,
        article: Default::default(),
    }
}

/// The kind of listing that a text is; `None` for a page.
fn kind_of_listing(text: &str) -> Option<FeedKind> {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let front: String = start.chars().take(FRONT).collect::<String>().to_ascii_lowercase();
    if front.starts_with('{') {
        return front.contains("jsonfeed.org").then_some(FeedKind::Feed);
    }
    let roots = [
        (["<urlset", "<sitemapindex", ":urlset", ":sitemapindex"].as_slice(), FeedKind::NewsSitemap),
        (["<rss", "<feed", "<rdf:rdf", ":feed "].as_slice(), FeedKind::Feed),
    ];
    // A page may show a feed in its text; then its own root stands before it.
    let page = ["<!doctype html", "<html", "<head", "<body"].iter().filter_map(|root| front.find(root)).min().unwrap_or(usize::MAX);
    let at = |names: &[&str]| names.iter().filter_map(|name| front.find(name)).min();
    roots.iter().find_map(|(names, kind)| at(names).filter(|at| *at < page).map(|_| *kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_are_told_by_content() {
        let check = |text: &str, expected: Option<FeedKind>| assert_eq!(kind_of_listing(text), expected, "{text}");
        check("\u{feff}<?xml version='1.0'?><!-- x --><rss version='2.0'>", Some(FeedKind::Feed));
        check("<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom'>", Some(FeedKind::Feed));
        check("<rdf:RDF xmlns='x'>", Some(FeedKind::Feed));
        check("{\"version\": \"https://jsonfeed.org/version/1\"}", Some(FeedKind::Feed));
        check("{\"a\": 1}", None);
        check("<?xml version='1.0'?><urlset xmlns='x'>", Some(FeedKind::NewsSitemap));
        check("<ns0:sitemapindex xmlns:ns0='x'>", Some(FeedKind::NewsSitemap));
        check("<!DOCTYPE html><p>Thẻ &lt;rss> <rss>", None);
        check("<html><body><feed>", None);
        check("", None);
    }
}
