//! What does a page say of where its site lists what it publishes?

use super::address::{is_article, is_feed, is_sitemap, same_site, urgency};
use super::selectors::link_selector;
use crate::sources::parse_page;
use kiemtin_model::Outcome;
use kiemtin_model::canonical::canonical_url;
use kiemtin_text::markup::{decode_entities, strip_tags};
use scraper::{Html, Selector};
use std::collections::HashSet;
use url::Url;

/// Most links that are read of a page.
const MAX_LINKS: usize = 20_000;
/// Most addresses that are kept of each kind.
const MAX_KEPT: usize = 60;
/// Longest name of a site, in characters.
const MAX_NAME: usize = 80;

/// What a page says.
#[derive(Debug, Default)]
pub(super) struct PageFacts {
    /// Name of the site; may be empty.
    pub(super) name: String,
    /// Feeds that the page names in its head.
    pub(super) alternates: Vec<String>,
    /// Links that look like feeds or like a page of feeds, the most useful first.
    pub(super) feeds: Vec<String>,
    /// Links that look like sitemaps.
    pub(super) sitemaps: Vec<String>,
    /// Links to articles of the same site.
    pub(super) articles: Vec<String>,
    /// What finds the links to articles.
    pub(super) link_selector: Option<String>,
}

/// Reads the page at `url`. Fails for markup that is not safe to parse.
pub(super) fn read(html: &str, url: &Url) -> Result<PageFacts, Outcome> {
    let page = parse_page(html)?;
    let mut facts = PageFacts { name: name(&page), link_selector: link_selector(&page, url), ..PageFacts::default() };
    let mut seen = HashSet::new();
    let resolve = |href: &str| canonical_url(url.as_str(), href).and_then(|address| Url::parse(&address).ok());
    for link in select(&page, "link[rel][href]") {
        let rel = link.attr("rel").unwrap_or_default().to_ascii_lowercase();
        let Some(target) = link.attr("href").and_then(resolve) else { continue };
        let kind = link.attr("type").unwrap_or_default().trim().to_ascii_lowercase();
        if rel.split_whitespace().any(|word| word == "sitemap") {
            keep(&mut facts.sitemaps, &mut seen, &target);
        }
        let feed = matches!(
            kind.as_str(),
            "application/rss+xml" | "application/atom+xml" | "application/feed+json" | "application/rdf+xml" | "text/xml+rss"
        );
        let said = link.attr("title").unwrap_or_default().to_lowercase();
        let comments = ["comment", "bình luận"].iter().any(|word| said.contains(word)) || of_comments(&target, url);
        if rel.split_whitespace().any(|word| word == "alternate") && feed && !comments {
            keep(&mut facts.alternates, &mut seen, &target);
        }
    }
    for anchor in select(&page, "a[href]").take(MAX_LINKS) {
        let Some(target) = anchor.attr("href").and_then(resolve) else { continue };
        if !same_site(&target, url) {
            continue;
        }
        // A link that readers are told is RSS may go anywhere.
        let said = || anchor.text().any(|text| text.trim().eq_ignore_ascii_case("rss"));
        if is_article(&target) {
            keep(&mut facts.articles, &mut seen, &target);
        } else if is_sitemap(&target) {
            keep(&mut facts.sitemaps, &mut seen, &target);
        } else if (is_feed(&target) || said()) && !of_comments(&target, url) && target.as_str() != url.as_str() {
            keep(&mut facts.feeds, &mut seen, &target);
        }
    }
    facts.feeds.sort_by_key(|feed| urgency(feed));
    Ok(facts)
}

fn keep(kept: &mut Vec<String>, seen: &mut HashSet<String>, target: &Url) {
    if kept.len() < MAX_KEPT && seen.insert(target.to_string()) {
        kept.push(target.to_string());
    }
}

/// The feed of what readers say below this page, or anywhere.
fn of_comments(feed: &Url, page: &Url) -> bool {
    let own = page.path().trim_end_matches('/');
    let below = feed.path().trim_end_matches('/').strip_suffix("/feed").is_some_and(|start| start == own);
    feed.path().contains("/comments/") || (below && is_article(page))
}

fn select<'a>(page: &'a Html, css: &str) -> impl Iterator<Item = scraper::ElementRef<'a>> + use<'a> {
    let found: Vec<_> = Selector::parse(css).map(|s| page.select(&s).collect()).unwrap_or_default();
    found.into_iter()
}

/// The name that the page gives its site, else the first part of its title.
fn name(page: &Html) -> String {
    let content = |css: &str| select(page, css).find_map(|meta| meta.attr("content").map(str::to_owned)).filter(|c| !c.trim().is_empty());
    let given = content("meta[property='og:site_name']").or_else(|| content("meta[name='application-name']"));
    let title = || {
        let title = select(page, "title").next().map(|t| t.text().collect::<String>()).unwrap_or_default();
        [" - ", " | ", " – ", " :: "].iter().fold(title, |title, cut| title.split(cut).next().unwrap_or_default().to_owned())
    };
    let name = decode_entities(&given.unwrap_or_else(title)).into_owned();
    strip_tags(&name).split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_names() {
        let html = r#"<head><title>Báo Tỉnh - Tin mới</title><meta property="og:site_name" content=" Báo
            Tỉnh &amp; Huyện "><link rel="alternate" type="application/rss+xml" href="/feed/"><link rel="alternate" type="application/rss+xml" href="/comments/feed/">
            <link rel="alternate" type="application/rss+xml" title="Dòng Bình luận" href="/tin/feed/">
            <link rel="alternate" hreflang="en" href="/en/"><link rel="alternate" type="application/json+oembed" href="/oembed"></head>
            <a href="/rss/the-thao.rss">Thể thao</a><a href="/rss/home.rss">Trang chủ</a><a href="/feed/">RSS</a><a href="/dich-vu">RSS</a>
            <a href="/sitemap.xml">Sơ đồ</a><a href="https://khac.vn/rss">RSS</a><a href="/gia-xang-tang-1234567.html">Giá xăng</a>"#;
        let facts = read(html, &Url::parse("https://bao.vn/").unwrap()).unwrap();
        assert_eq!(facts.name, "Báo Tỉnh & Huyện");
        assert_eq!(facts.alternates, ["https://bao.vn/feed/"]);
        assert_eq!(facts.feeds, ["https://bao.vn/rss/home.rss", "https://bao.vn/rss/the-thao.rss", "https://bao.vn/dich-vu"]);
        assert_eq!((facts.sitemaps.len(), facts.articles.len()), (1, 1));
        let article = Url::parse("https://bao.vn/gia-xang-tang-manh-tu-chieu-nay/").unwrap();
        let own = r#"<link rel="alternate" type="application/rss+xml" href="feed/"><title>Giá xăng | Báo</title>"#;
        let facts = read(own, &article).unwrap();
        assert!(facts.alternates.is_empty() && facts.name == "Giá xăng", "{facts:?}");
    }

    #[test]
    fn a_page_of_nothing_but_links_is_read_within_bounds() {
        let many: String = (0..40_000).map(|n| format!("<a href=/rss/{n}.rss>x</a>")).collect();
        assert_eq!(read(&many, &Url::parse("https://bao.vn/").unwrap()).unwrap().feeds.len(), MAX_KEPT);
        let more: String = (0..100_000).map(|n| format!("<a href=/{n}>x</a>")).collect();
        assert!(read(&more, &Url::parse("https://bao.vn/").unwrap()).is_err());
    }
}
