//! When was a page published, and when changed last?
//!
//! In this order: the source's own selector where its format is configured, ld+json `datePublished`, meta, the source's
//! selector without a format, `time[datetime]` and common selectors of Vietnamese newspapers, the address. Never a © year, a
//! licence, the header clock, the time of a change or a distance from now ("2 giờ trước"): what is not believed is noted.

use super::head::Head;
use super::ld_json::Property;
use kiemtin_model::dating::believed;
use kiemtin_model::source::ArticleHints;
use kiemtin_model::{DateNote, DateRefusal, PublishedFrom, Time};
use kiemtin_text::date::{DateFormat, Labelled, When, labelled, parse_when, relative_phrase};
use regex::Regex;
use std::sync::LazyLock;
use trafilatura::dom::{Document as Dom, NodeId};

/// Names of `meta` elements with the time of publication, most exact first.
const META: [&str; 14] = [
    "article:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "date",
    "dc.date.issued",
    "og:published_time",
    "article:published",
    "publish-date",
    "publish_date",
    "parsely-pub-date",
    "dcterms.issued",
    "dcterms.created",
    "datecreated",
];
/// Names of `meta` elements with the time of the last change.
const META_MODIFIED: [&str; 5] = ["article:modified_time", "datemodified", "og:updated_time", "dcterms.modified", "article:modified"];
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
/// Parts of the class of an element that holds the time of a change.
const MODIFIED: [&str; 5] = ["update", "modified", "lastmod", "capnhat", "datemodified"];
/// Class of the hAtom microformat: the time of a change by its definition, the publication on most pages that have only it.
const HATOM: [&str; 1] = ["updated"];
/// Parts of a class that say that it holds the publication all the same.
const PUBLISHED: [&str; 6] = ["published", "publish", "entry", "post", "created", "ngaydang"];

/// `…-20250512083000123.htm`: the time to the second, Vietnamese.
static VCCORP: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(20\d{2})([01]\d)([0-3]\d)([0-2]\d)([0-5]\d)([0-5]\d)\d{0,6}\.(?:html?|chn)").ok());
/// `/2025/05/12/`: the day.
static DAY_PATH: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"/((?:19|20)\d{2})/([01]?\d)/([0-3]?\d)/").ok());

/// Longest text of an element that is a date and not a paragraph with one, in bytes.
const LONGEST_DATE: usize = 120;
/// Longest text of an element that is only a distance from now, in bytes.
const LONGEST_DISTANCE: usize = 40;
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

/// What a page says of its times.
#[derive(Default)]
pub(super) struct Dates {
    /// When it was published, and what says so.
    pub(super) published: Option<(Time, PublishedFrom)>,
    /// When it was changed last.
    pub(super) modified: Option<Time>,
    /// The first date that was not believed.
    pub(super) refused: Option<DateNote>,
    /// What the source's own hints did not find.
    pub(super) notes: Vec<String>,
}

/// Reads the times of a page that was fetched at `now`.
pub(super) fn read(dom: &Dom, head: &Head, url: Option<&str>, hints: Option<&ArticleHints>, now: Time) -> Dates {
    let mut reader = Reader { dom, now, dates: Dates::default(), changed: None, hatom: None };
    let selector = hints.and_then(|h| h.date_selector.as_deref());
    let format = hints.and_then(|h| h.date_format.as_deref()).and_then(|f| DateFormat::parse(f).ok());
    let first = |found: Option<Time>, from: PublishedFrom| found.map(|at| (at, from));
    let by_format = |r: &mut Reader| first(r.by_hint(selector?, Some(format.as_ref()?)), PublishedFrom::Selector);
    let by_selector = |r: &mut Reader| first(r.by_hint(selector.filter(|_| format.is_none())?, None), PublishedFrom::Selector);
    let published = by_format(&mut reader)
        .or_else(|| first(head.json(Property::Published).find_map(|v| reader.stated(&v)), PublishedFrom::JsonLd))
        .or_else(|| first(META.iter().flat_map(|n| head.metas(n)).find_map(|v| reader.stated(v)), PublishedFrom::Meta))
        .or_else(|| by_selector(&mut reader))
        .or_else(|| first(ELEMENTS.iter().find_map(|s| reader.by_element(s)).or(reader.hatom), PublishedFrom::Element))
        .or_else(|| first(url.and_then(|u| from_address(u, now)), PublishedFrom::Address));
    let plain = |text: &str| believed(Time::from_when(&parse_when(text)?)?, now).ok();
    let modified = head.json(Property::Modified).find_map(|v| plain(&v));
    let modified = modified.or_else(|| META_MODIFIED.iter().flat_map(|n| head.metas(n)).find_map(plain));
    Dates { published, modified: modified.or(reader.changed), ..reader.dates }
}

struct Reader<'a> {
    dom: &'a Dom,
    now: Time,
    dates: Dates,
    /// Time of a change that stands in an element.
    changed: Option<Time>,
    /// Time of an element of class "updated".
    hatom: Option<Time>,
}

impl Reader<'_> {
    fn refuse(&mut self, text: &str, why: DateRefusal) {
        if self.dates.refused.is_none() && !text.trim().is_empty() {
            self.dates.refused = Some(DateNote::new(text, why));
        }
    }

    /// A date that the page gives as a date: what cannot be read of it is noted.
    fn stated(&mut self, text: &str) -> Option<Time> {
        let Some(at) = parse_when(text).and_then(|w| Time::from_when(&w)) else {
            let why = if relative_phrase(text).is_some() { DateRefusal::Relative } else { DateRefusal::Unreadable };
            self.refuse(text, why);
            return None;
        };
        believed(at, self.now).map_err(|why| self.refuse(text, why)).ok()
    }

    /// A date found in running text. Only the date itself is noted: names may stand beside it.
    fn found(&mut self, when: &When) -> Option<Time> {
        let at = Time::from_when(when)?;
        believed(at, self.now).map_err(|why| self.refuse(&at.to_string(), why)).ok()
    }

    /// The element that the source's configuration names.
    fn by_hint(&mut self, selector: &str, format: Option<&DateFormat>) -> Option<Time> {
        let nodes = self.dom.query_selector_all(self.dom.root(), selector);
        let found = nodes.iter().take(MOST_ELEMENTS).find_map(|n| self.by_format(*n, format));
        // Somebody chose this element: what its class says does not count.
        let found = found.or_else(|| nodes.iter().take(MOST_ELEMENTS).find_map(|n| self.of(*n, true)));
        if found.is_none() {
            self.dates.notes.push(format!("date_selector \"{selector}\" finds no date on the page"));
        }
        found
    }

    fn by_format(&mut self, node: NodeId, format: Option<&DateFormat>) -> Option<Time> {
        let format = format?;
        let texts =
            [self.dom.get_attribute(node, "content"), self.dom.get_attribute(node, "datetime"), Some(self.dom.iter_text(node, " "))];
        let when = texts.into_iter().flatten().find_map(|text| format.find(&text))?;
        self.found(&when)
    }

    /// The first element of a kind that no configuration chose: it may stand anywhere on the page.
    fn by_element(&mut self, selector: &str) -> Option<Time> {
        let dom = self.dom;
        let nodes = dom.query_selector_all(dom.root(), selector).into_iter().filter(|n| !elsewhere(dom, *n)).take(MOST_ELEMENTS);
        nodes.into_iter().find_map(|n| self.of(n, false))
    }

    /// The publication time that an element tells, by its attributes or its text. The time of a change is kept apart: by the
    /// words before it, and by the class of an element that nobody has `chosen`.
    fn of(&mut self, node: NodeId, chosen: bool) -> Option<Time> {
        let marks = if chosen { String::new() } else { marks(self.dom, node) };
        // WordPress marks the publication as "published updated".
        let publication = has_word(&marks, &PUBLISHED);
        let (changed, hatom) = (!publication && has_word(&marks, &MODIFIED), !publication && has_word(&marks, &HATOM));
        let attributes = ["datetime", "content"].into_iter().filter_map(|name| self.dom.get_attribute(node, name));
        let stated = attributes.collect::<Vec<_>>().iter().find_map(|value| self.stated(value));
        let (published, modified) = match stated {
            Some(at) => (Some(at), None),
            None => self.of_text(&self.dom.iter_text(node, " "), chosen),
        };
        self.changed = self.changed.or(modified).or(published.filter(|_| changed));
        self.hatom = self.hatom.or(published.filter(|_| hatom && !changed));
        published.filter(|_| !changed && !hatom)
    }

    /// Publication and change, as a line tells them.
    fn of_text(&mut self, text: &str, chosen: bool) -> (Option<Time>, Option<Time>) {
        let text = text.trim();
        if text.len() > LONGEST_DATE {
            return (None, None);
        }
        let read = labelled(text);
        let distance = relative_phrase(text);
        match distance {
            // "Hôm nay, 22/11/2025": what day it is now, the clock of the page.
            Some(today) if !chosen && read.published.is_some() && matches!(today.as_str(), "hom nay" | "today") => return (None, None),
            Some(distance) if read == Labelled::default() && text.len() <= LONGEST_DISTANCE => {
                self.refuse(&distance, DateRefusal::Relative)
            }
            _ => {}
        }
        (read.published.and_then(|w| self.found(&w)), read.modified.and_then(|w| self.found(&w)))
    }
}

/// Class, id and property of an element, in small letters.
fn marks(dom: &Dom, node: NodeId) -> String {
    let mut marks = dom.class_name(node);
    for mark in [dom.id_attr(node), dom.get_attribute(node, "itemprop").unwrap_or_default()] {
        marks.push(' ');
        marks.push_str(&mark);
    }
    marks.make_ascii_lowercase();
    marks
}

fn has_word(marks: &str, words: &[&str]) -> bool {
    marks.split(|c: char| !c.is_ascii_alphanumeric()).any(|w| words.contains(&w))
}

/// Whether an element stands in a part of the page whose dates are not the article's.
fn elsewhere(dom: &Dom, node: NodeId) -> bool {
    std::iter::successors(Some(node), |n| dom.parent(*n)).any(|n| match dom.tag_name(n) {
        "nav" | "footer" | "aside" => true,
        "body" | "html" => false,
        // The head of an article holds its title; the head of the page does not.
        tag => {
            let named = has_word(&marks(dom, n), &ELSEWHERE);
            (named || tag == "header") && dom.query_selector(n, "h1").is_none()
        }
    })
}

fn from_address(url: &str, now: Time) -> Option<Time> {
    let numbers = |regex: &Regex| {
        let c = regex.captures(url)?;
        Some((1..7).map(|i| c.get(i).map_or(0, |m| m.as_str().parse::<i16>().unwrap_or(-1))).collect::<Vec<_>>())
    };
    let [year, rest @ ..] = &numbers(VCCORP.as_ref()?).or_else(|| numbers(DAY_PATH.as_ref()?))?[..] else { return None };
    let [month, day, hour, minute, second] = rest.iter().map(|n| i8::try_from(*n).unwrap_or(-1)).collect::<Vec<_>>()[..] else {
        return None;
    };
    believed(Time::local(*year, month, day, hour, minute, second)?, now).ok()
}
