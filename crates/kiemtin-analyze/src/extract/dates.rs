//! When was a page published?
//!
//! In this order: ld+json `datePublished` (read leniently), meta, `time[datetime]`, the site's own selector, common
//! selectors of Vietnamese newspapers, the time in VCCorp addresses. Never a © year, a licence or the header clock.

use kiemtin_model::source::ArticleHints;
use kiemtin_model::{DateOrigin, Time, time::DAY_MS};
use kiemtin_text::date::parse_when;
use regex::Regex;
use std::sync::LazyLock;
use trafilatura::dom::Document as Dom;

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
const ELEMENTS: [&str; 12] = [
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
];
/// Earliest year that is believed.
const FIRST_YEAR: i16 = 1995;

static JSON_DATE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#""datePublished"\s*:\s*"([^"]{8,40})""#).ok());
/// `…-20250512083000123.htm`: the time to the second, Vietnamese.
static VCCORP: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(20\d{2})([01]\d)([0-3]\d)([0-2]\d)([0-5]\d)([0-5]\d)\d{0,6}\.(?:html?|chn)").ok());

/// The publication time and where it was found.
pub fn published(dom: &Dom, url: Option<&str>, hints: &ArticleHints, now: Time) -> Option<(Time, DateOrigin)> {
    let found = from_json(dom, now)
        .or_else(|| META.iter().find_map(|s| from_attribute(dom, s, "content", now)))
        .or_else(|| hints.date_selector.as_deref().and_then(|s| from_element(dom, s, now)))
        .or_else(|| ELEMENTS.iter().find_map(|s| from_element(dom, s, now)))
        .or_else(|| from_address(url?, now));
    found.map(|at| (at, DateOrigin::Page))
}

/// A date later than tomorrow, or from before the web, is not this page's.
fn believed(text: &str, now: Time) -> Option<Time> {
    let at = Time::from_when(&parse_when(text.trim())?)?;
    (at <= now.plus(DAY_MS) && at.year() >= FIRST_YEAR).then_some(at)
}

/// Not parsed as JSON: raw newlines and trailing commas are common in these scripts.
fn from_json(dom: &Dom, now: Time) -> Option<Time> {
    let regex = JSON_DATE.as_ref()?;
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

fn from_element(dom: &Dom, selector: &str, now: Time) -> Option<Time> {
    dom.query_selector_all(dom.root(), selector).into_iter().take(5).find_map(|node| {
        let attribute = |name: &str| dom.get_attribute(node, name).and_then(|v| believed(&v, now));
        attribute("datetime").or_else(|| attribute("content")).or_else(|| believed(&dom.iter_text(node, " "), now))
    })
}

fn from_address(url: &str, now: Time) -> Option<Time> {
    let c = VCCORP.as_ref()?.captures(url)?;
    let n = |i: usize| c.get(i).and_then(|m| m.as_str().parse::<i16>().ok()).unwrap_or(-1);
    let at = Time::local(n(1), n(2) as i8, n(3) as i8, n(4) as i8, n(5) as i8, n(6) as i8)?;
    (at <= now.plus(DAY_MS)).then_some(at)
}
