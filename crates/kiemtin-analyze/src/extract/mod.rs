//! What does a page say: title, text, time, without navigation, advertisement, comments and by-lines?
//!
//! The body comes from one walk over the parsed tree where that walk is sure, else from `trafilatura`, the best-measured
//! library; a lead that is missing is put back, what is none of the article (by-lines, breadcrumbs, the header clock,
//! calls to follow) is cut, and dates are read by our own cascade. Where the configuration of a source names elements,
//! those come first; what they do not find is told and read in the general way.

mod body;
pub mod clean;
mod dates;
mod head;
mod ld_json;
mod own_address;

use crate::language::language;
use head::Head;
use kiemtin_model::source::ArticleVersions;
use kiemtin_model::{DateNote, DateOrigin, PublishedFrom, Restrictions, Time};
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
    /// Time of the last change, as the page states it.
    pub modified_at: Option<Time>,
    /// The first date that stood there and was not believed.
    pub date_note: Option<DateNote>,
    /// Name of the site.
    pub site_name: String,
    /// Language, ISO 639-1.
    pub lang: String,
    /// What the publisher does not want shown.
    pub restrictions: Restrictions,
    /// Which hints of the source did not hold or found nothing, so that the general way was taken.
    #[serde(skip)]
    pub notes: Vec<String>,
}

/// Reads a page. `url` is its address, `now` the time it was fetched: it was published before, and the hints of its source
/// that were in force then are taken.
pub fn extract(html: &str, url: Option<&str>, hints: &ArticleVersions, now: Time) -> Result<Extracted, ExtractError> {
    prescan(html).map_err(ExtractError::Hostile)?;
    let mut dom = Dom::parse(html);
    let head = Head::of(&dom);
    let own = hints.at(now);
    let dates = dates::read(&dom, &head, url, own, now);
    let mut notes = dates.notes;
    notes.extend(hints.ended(now).map(|day| format!("the hints for this source ended on {day}")));
    let mut named = |key: &str, selector: Option<&String>| {
        let found = selector.map(|s| text_by(&dom, s));
        if let (Some(s), Some(None)) = (selector, &found) {
            notes.push(format!("{key} \"{s}\" finds no text on the page"));
        }
        found.flatten()
    };
    let own_title = named("title_selector", own.and_then(|h| h.title_selector.as_ref()));
    let own_lead = named("lead_selector", own.and_then(|h| h.lead_selector.as_ref()));
    let canonical_url = own_address::canonical(head.canonical.as_deref(), url);
    let h1 = dom.query_selector(dom.root(), "h1").map(|n| dom.iter_text(n, " ")).unwrap_or_default();
    let sapo = own_lead.unwrap_or_else(|| sapo(&dom));
    for selector in own.iter().flat_map(|h| &h.remove) {
        dom.query_selector_all(dom.root(), selector).into_iter().for_each(|node| dom.remove(node, true));
    }
    let own_body = own.and_then(|h| h.body_selector.as_ref()).and_then(|selector| {
        let body = Some(body::by_selector(&dom, selector)).filter(|text| !clean::article_text(text).is_empty());
        if body.is_none() {
            notes.push(format!("body_selector \"{selector}\" finds no text on the page"));
        }
        body
    });
    let (meta_title, site_name) = (head.first(&["og:title", "title"]), head.first(&["og:site_name"]));
    let (body, meta_title, site_name) = match own_body.or_else(|| body::body(&dom)) {
        Some(body) => (body, meta_title, site_name),
        None => {
            let second = second_opinion(dom, url)?;
            let or = |given: String, found: String| if given.trim().is_empty() { found } else { given };
            (strip_tags(&second.content_html), or(meta_title, second.metadata.title), or(site_name, second.metadata.sitename))
        }
    };
    let titles = [own_title.unwrap_or_default(), h1, meta_title];
    let title = titles.iter().map(|t| clean::one_line(t, 1_000)).find(|t| !t.is_empty()).unwrap_or_default();
    let body = clean::article_text(&body);
    let text = clean::with_lead(&body, &title, &clean::one_line(&sapo, 2_000));
    if text.is_empty() {
        return Err(ExtractError::Empty);
    }
    let (published_at, date_origin, published_from) = match dates.published {
        Some((at, from)) => (Some(at), DateOrigin::Page, from),
        None if dates.refused.is_some() => (None, DateOrigin::Missing, PublishedFrom::Rejected),
        None => (None, DateOrigin::Missing, PublishedFrom::Missing),
    };
    Ok(Extracted {
        canonical_url,
        lang: language(&title, &text),
        description: clean::one_line(&head.first(&["og:description", "description"]), 2_000),
        site_name: clean::one_line(&site_name, 200),
        restrictions: head.restrictions(),
        modified_at: dates.modified,
        date_note: dates.refused,
        title,
        text,
        published_at,
        date_origin,
        published_from,
        notes,
    })
}

/// The text of the first element that a selector finds with one; for `meta` its content.
fn text_by(dom: &Dom, selector: &str) -> Option<String> {
    let text = |node| match dom.tag_name(node) {
        "meta" => dom.get_attribute(node, "content").unwrap_or_default(),
        _ => dom.iter_text(node, " "),
    };
    dom.query_selector_all(dom.root(), selector).into_iter().map(text).find(|t| !t.trim().is_empty())
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

/// The lead as Vietnamese newspapers mark it.
fn sapo(dom: &Dom) -> String {
    const SELECTOR: &str = ".sapo, .detail-sapo, p.description, .article-sapo, .singular-sapo, .post-sapo, .lead";
    /// Most telling first.
    const CLASSES: [&str; 7] = ["sapo", "detail-sapo", "description", "article-sapo", "singular-sapo", "post-sapo", "lead"];
    let marked = dom.query_selector_all(dom.root(), SELECTOR);
    let classes: Vec<String> = marked.iter().map(|n| dom.class_name(*n)).collect();
    let of = |class: &&str| {
        let mut nodes = marked.iter().zip(&classes).filter(|(_, c)| c.split_whitespace().any(|c| c == *class)).map(|(n, _)| *n);
        // A paragraph alone is called "description"; "lead" may be a box of advertisements further down.
        let first = nodes.find(|n| *class != "description" || dom.tag_name(*n) == "p")?;
        Some(dom.iter_text(first, " ")).filter(|t| !t.trim().is_empty())
    };
    CLASSES.iter().find_map(of).unwrap_or_default()
}

#[cfg(test)]
mod tests;
