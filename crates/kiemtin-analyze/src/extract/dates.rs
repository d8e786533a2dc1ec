//! When was a page published?
//!
//! In this order: ld+json `datePublished` (read leniently), meta, `time[datetime]`, the site's own selector, common
//! selectors of Vietnamese newspapers, the time in VCCorp addresses. Never a © year, a licence or the header clock.

use kiemtin_model::source::ArticleHints;
use kiemtin_model::{Time, time::DAY_MS};
use kiemtin_text::date::parse_when;
use regex::Regex;
use std::sync::LazyLock;
use trafilatura::dom::{Document as Dom, NodeId};

const META: [&str; 8] = [
    "meta[property='article:published_time']",
    "meta[itemprop='datePublished']",
    "meta[name='pubdate']",
    "meta[name='publishdate']",
    "meta[name='date']",
    "meta[name='dc.date.issued']",
    "meta[property='og:published_time']",
    "meta[name='article:published_time']",
];
/// Elements that hold the time of the article, most exact first.
const ELEMENTS: [&str; 18] = [
    "[data-role='publishdate']",
    "time[datetime]",
    "[itemprop='datePublished']",
    "article time",
    "span.date",
    ".author-time",
    ".detail-time",
    ".bread-crumb-detail__time",
    ".article-date",
    ".publish-date",
    ".post-date",
    ".article-time",
    ".submitted",
    "[class*='ngay' i]",
    "[class*='publish' i]",
    "[class*='date' i]",
    "[class*='time' i]",
    "time",
];
/// Earliest year that is believed.
const FIRST_YEAR: i16 = 1995;

static JSON_DATE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""datePublished"\s*:\s*"([^"]{8,40})""#).ok());
static JSON_MODIFIED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""dateModified"\s*:\s*"([^"]{8,40})""#).ok());
/// `…-20250512083000123.htm`: the time to the second, Vietnamese.
static VCCORP: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(20\d{2})([01]\d)([0-3]\d)([0-2]\d)([0-5]\d)([0-5]\d)\d{0,6}\.(?:html?|chn)").ok());

/// Longest text of an element that is a date and not a paragraph with one, in bytes.
const LONGEST_DATE: usize = 120;
/// Most elements looked at for one selector.
const MOST_ELEMENTS: usize = 12;
/// Parts of a page whose dates are not the article's: today's date, a licence, other articles, what readers say.
const ELSEWHERE: [&str; 14] = [
    "header",
    "footer",
    "copyright",
    "now",
    "clock",
    "today",
    "current",
    "topbar",
    "related",
    "sidebar",
    "comment",
    "nav",
    "license",
    "menu",
];

/// Which part of a page named its publication time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PublishedFrom {
    /// `datePublished` of ld+json.
    JsonLd,
    /// A `meta` element.
    Meta,
    /// The element that the source's configuration names.
    Selector,
    /// An element that holds a date by its kind or class.
    Element,
    /// The address of the page.
    Address,
    /// Nothing did, or only dates that cannot be: before the web, or later than tomorrow.
    Missing,
}

/// The publication time and where it was found.
pub(super) fn published(dom: &Dom, url: Option<&str>, hints: &ArticleHints, now: Time) -> Option<(Time, PublishedFrom)> {
    let of = |from: PublishedFrom| move |at: Time| (at, from);
    let hinted = || hints.date_selector.as_deref().and_then(|s| from_element(dom, s, now, false));
    from_json(dom, JSON_DATE.as_ref()?, now)
        .map(of(PublishedFrom::JsonLd))
        .or_else(|| META.iter().find_map(|s| from_attribute(dom, s, "content", now)).map(of(PublishedFrom::Meta)))
        .or_else(|| hinted().map(of(PublishedFrom::Selector)))
        .or_else(|| ELEMENTS.iter().find_map(|s| from_element(dom, s, now, true)).map(of(PublishedFrom::Element)))
        .or_else(|| from_address(url?, now).map(of(PublishedFrom::Address)))
}

/// The time of the last change, from ld+json or meta.
pub(super) fn modified(dom: &Dom, now: Time) -> Option<Time> {
    const META: [&str; 3] = ["meta[property='article:modified_time']", "meta[itemprop='dateModified']", "meta[property='og:updated_time']"];
    JSON_MODIFIED.as_ref().and_then(|r| from_json(dom, r, now)).or_else(|| META.iter().find_map(|s| from_attribute(dom, s, "content", now)))
}

/// A date later than tomorrow, or from before the web, is not this page's.
fn believed(text: &str, now: Time) -> Option<Time> {
    let at = Time::from_when(&parse_when(text.trim())?)?;
    (at <= now.plus(DAY_MS) && at.year() >= FIRST_YEAR).then_some(at)
}

/// Not parsed as JSON: raw newlines and trailing commas are common in these scripts.
fn from_json(dom: &Dom, regex: &Regex, now: Time) -> Option<Time> {
    let scripts = dom.scripts_with_type(&["application/ld+json"]);
    scripts.into_iter().find_map(|n| {
        let text = dom.iter_text(n, "");
        regex.captures_iter(&text).find_map(|c| believed(c.get(1)?.as_str(), now))
    })
}

fn from_attribute(dom: &Dom, selector: &str, attribute: &str, now: Time) -> Option<Time> {
    let node = dom.query_selector(dom.root(), selector)?;
    believed(&dom.get_attribute(node, attribute)?, now)
}

/// `guarded` for elements that no configuration chose: they may stand anywhere on the page.
fn from_element(dom: &Dom, selector: &str, now: Time, guarded: bool) -> Option<Time> {
    let nodes = dom.query_selector_all(dom.root(), selector).into_iter();
    nodes.filter(|n| !guarded || !elsewhere(dom, *n)).take(MOST_ELEMENTS).find_map(|node| {
        let attribute = |name: &str| dom.get_attribute(node, name).and_then(|v| believed(&v, now));
        attribute("datetime").or_else(|| attribute("content")).or_else(|| {
            let text = dom.iter_text(node, " ");
            (text.len() <= LONGEST_DATE).then(|| believed(&text, now))?
        })
    })
}

/// Whether an element stands in a part of the page whose dates are not the article's.
fn elsewhere(dom: &Dom, node: NodeId) -> bool {
    std::iter::successors(Some(node), |n| dom.parent(*n)).any(|n| match dom.tag_name(n) {
        "nav" | "footer" | "aside" => true,
        "body" | "html" => false,
        // The head of an article holds its title; the head of the page does not.
        tag => {
            let mut marks = dom.class_name(n);
            marks.push(' ');
            marks.push_str(&dom.id_attr(n));
            marks.make_ascii_lowercase();
            let named = marks.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| ELSEWHERE.contains(&w));
            (named || tag == "header") && dom.query_selector(n, "h1").is_none()
        }
    })
}

fn from_address(url: &str, now: Time) -> Option<Time> {
    let c = VCCORP.as_ref()?.captures(url)?;
    let n = |i: usize| c.get(i).and_then(|m| m.as_str().parse::<i16>().ok()).unwrap_or(-1);
    let at = Time::local(n(1), n(2) as i8, n(3) as i8, n(4) as i8, n(5) as i8, n(6) as i8)?;
    (at <= now.plus(DAY_MS)).then_some(at)
}
