//! What does a page say: title, text, time, without navigation, advertisement, comments and by-lines?
//!
//! The body comes from one walk over the parsed tree where that walk is sure, else from `trafilatura`, the best-measured
//! library; a lead that is missing is put back, what is none of the article (by-lines, breadcrumbs, the header clock,
//! calls to follow) is cut, and dates are read by our own cascade.

mod body;
pub mod clean;
mod dates;

pub use dates::PublishedFrom;

use crate::language::language;
use kiemtin_model::canonical::canonical_url;
use kiemtin_model::source::ArticleHints;
use kiemtin_model::{DateOrigin, Time};
use kiemtin_text::markup::{MAX_ELEMENTS, MarkupFault, prescan, strip_tags};
use trafilatura::dom::Document as Dom;
use trafilatura::{HtmlDateMode, Options};

/// Stack that the tree builder and extractor may need on an allowed page; run [`extract`] on a thread with this much.
pub const STACK_BYTES: usize = 256 << 20;

/// Captions of pictures: they differ between copies of one article and are no part of what it says.
const CAPTIONS: &str = "figcaption, .caption, .image-caption, .photo-caption, .PhotoCMS_Caption, .pCaption, .Image, .chu-thich, .chuthich";

/// A page that gives no article.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// Too deep or with too many attributes to be parsed safely.
    #[error("hostile markup: {0}")]
    Hostile(MarkupFault),
    /// No text found.
    #[error("no article text found on the page")]
    Empty,
}

/// What a page says.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Extracted {
    /// Address that the page names as its own, on the same site; else the given one.
    pub canonical_url: Option<String>,
    /// Title.
    pub title: String,
    /// Text, paragraphs on lines of their own, the lead first.
    pub text: String,
    /// Description given by the page.
    pub description: String,
    /// Publication time.
    pub published_at: Option<Time>,
    /// Where it was found.
    #[serde(skip)]
    pub date_origin: DateOrigin,
    /// Which part of the page named the publication time.
    pub published_from: PublishedFrom,
    /// Time of the last change, as the page states it in its metadata.
    pub modified_at: Option<Time>,
    /// Name of the site.
    pub site_name: String,
    /// Language, ISO 639-1.
    pub lang: String,
}

/// Reads a page. `url` is its address, `now` the time before which it was published.
pub fn extract(html: &str, url: Option<&str>, hints: &ArticleHints, now: Time) -> Result<Extracted, ExtractError> {
    prescan(html).map_err(ExtractError::Hostile)?;
    let dom = Dom::parse(html);
    let when = dates::published(&dom, url, hints, now);
    let modified_at = dates::modified(&dom, now);
    let canonical_url = canonical(&dom, url);
    let meta_title = first_meta(&dom, &["meta[property='og:title']", "meta[name='title']"]);
    let h1 = dom.query_selector(dom.root(), "h1").map(|n| dom.iter_text(n, " ")).unwrap_or_default();
    let description = first_meta(&dom, &["meta[property='og:description']", "meta[name='description']"]);
    let sapo = sapo(&dom);
    let site_name = first_meta(&dom, &["meta[property='og:site_name']"]);
    let (body, meta_title, site_name) = match body::body(&dom) {
        Some(body) => (body, meta_title, site_name),
        None => {
            let second = second_opinion(dom, url)?;
            let or = |given: String, found: String| if given.trim().is_empty() { found } else { given };
            (strip_tags(&second.content_html), or(meta_title, second.metadata.title), or(site_name, second.metadata.sitename))
        }
    };
    let title =
        [h1.as_str(), meta_title.as_str()].into_iter().map(|t| clean::one_line(t, 1_000)).find(|t| !t.is_empty()).unwrap_or_default();
    let description = clean::one_line(&description, 2_000);
    let body = clean::article_text(&body);
    let text = clean::with_lead(&body, &title, &clean::one_line(&sapo, 2_000));
    if text.is_empty() {
        return Err(ExtractError::Empty);
    }
    let (published_at, date_origin, published_from) = match when {
        Some((at, from)) => (Some(at), DateOrigin::Page, from),
        None => (None, DateOrigin::Missing, PublishedFrom::Missing),
    };
    let lang = language(&title, &text);
    let site_name = clean::one_line(&site_name, 200);
    Ok(Extracted { canonical_url, title, text, description, published_at, date_origin, published_from, modified_at, site_name, lang })
}

/// The slower engine, for pages that the first one doubts.
fn second_opinion(dom: Dom, url: Option<&str>) -> Result<trafilatura::ExtractResult, ExtractError> {
    let mut options = Options::default()
        .with_fallback(true)
        .with_exclude_comments(true)
        .with_html_date_mode(HtmlDateMode::Fast)
        .with_prune_selector(CAPTIONS)
        .with_max_tree_size(MAX_ELEMENTS);
    if let Some(parsed) = url.and_then(|u| url::Url::parse(u).ok()) {
        options = options.with_url(parsed);
    }
    trafilatura::extract_document(dom, &options).map_err(|_| ExtractError::Empty)
}

fn first_meta(dom: &Dom, selectors: &[&str]) -> String {
    let content = |s: &&str| dom.query_selector(dom.root(), s).and_then(|n| dom.get_attribute(n, "content"));
    selectors.iter().find_map(content).unwrap_or_default()
}

/// The lead as Vietnamese newspapers mark it.
fn sapo(dom: &Dom) -> String {
    const SELECTORS: [&str; 8] =
        [".sapo", ".detail-sapo", "p.description", ".article-sapo", ".singular-sapo", ".post-sapo", ".lead", "h2.sapo"];
    let text = |s: &&str| dom.query_selector(dom.root(), s).map(|n| dom.iter_text(n, " ")).filter(|t| !t.trim().is_empty());
    SELECTORS.iter().find_map(text).unwrap_or_default()
}

/// `rel=canonical` counts only on the same site and when it is no home page (two pages must not become one).
fn canonical(dom: &Dom, url: Option<&str>) -> Option<String> {
    let own = url.and_then(|u| canonical_url(u, u));
    let node = dom.query_selector(dom.root(), "link[rel='canonical']");
    let named = node.and_then(|n| dom.get_attribute(n, "href")).and_then(|h| canonical_url(url.unwrap_or(&h), &h));
    let (Some(named), Some(asked)) = (&named, &own) else { return own.or(named) };
    let parse = |u: &str| url::Url::parse(u).ok();
    let (Some(a), Some(b)) = (parse(named), parse(asked)) else { return own };
    let site = |u: &url::Url| {
        let host = u.host_str().unwrap_or_default();
        let host = ["www.", "m.", "amp."].iter().find_map(|p| host.strip_prefix(p)).unwrap_or(host).to_owned();
        (host, u.port_or_known_default())
    };
    if site(&a) == site(&b) && a.path() != "/" { Some(named.clone()) } else { own }
}

#[cfg(test)]
mod tests;
