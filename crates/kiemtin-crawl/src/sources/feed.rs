//! What does a feed list? RSS 0.9–2.0, RDF, Atom 0.3 and 1.0, JSON Feed; told apart by content.
//!
//! XML goes through [`repair`] and then through `feed-rs`, on a thread of its own with a large stack: a reader that panics
//! or needs much stack ends that feed and nothing else.

mod hub;
mod json;
mod pace;
mod prolog;
mod repair;
mod text;

pub(crate) use pace::asked_pause;

use super::{Item, Listed, Listing, MAX_LEADS, unreadable};
use crate::charset;
use crate::hub::HubLinks;
use kiemtin_model::canonical::canonical_url;
use kiemtin_model::{DateNote, DateRefusal, Outcome, SourceGroup, Time};
use kiemtin_text::date::{parse_when, relative_phrase};
use kiemtin_text::markup::strip_tags;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use url::Url;

const MAX_ENTRIES: usize = MAX_LEADS;
/// Stack of the thread that reads XML. It is only mapped as far as it is used.
const STACK_BYTES: usize = 64 << 20;
/// Later than any date that can be read (year 5138), in milliseconds: a date of an entry that cannot be read travels through
/// `feed-rs` as this time plus its place in the list of such dates.
const UNREAD: i64 = 100_000_000_000_000;
/// Unreadable dates that are told one by one.
const DATES_TOLD: usize = 5;

/// A feed as read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ParsedFeed {
    /// Title of the feed; may be empty.
    pub title: String,
    /// Entries in the order of the feed, at most 2,000.
    pub entries: Vec<FeedEntry>,
    /// What was repaired or lost, with the place.
    pub notes: Vec<String>,
    /// The hubs that tell of its news, by its own word.
    pub links: HubLinks,
}

/// One entry of a feed. Texts are plain, NFC.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FeedEntry {
    /// Title, on one line; may be empty.
    pub title: String,
    /// Absolute address where the feed's own is known; as given otherwise; may be empty.
    pub link: String,
    /// Id as the feed gives it; may be empty.
    pub id: String,
    /// Publication time.
    pub published_at: Option<Time>,
    /// A publication time that stood there and cannot be read.
    pub date_note: Option<DateNote>,
    /// Time of the last change.
    pub updated_at: Option<Time>,
    /// Short text; may be empty.
    pub summary: String,
    /// Whole text, where the feed has it; may be empty.
    pub content: String,
}

/// Reads a feed. `url` is its address (for relative links; may be empty). The error says in words why it is none.
pub fn parse_feed(bytes: &[u8], url: &str) -> Result<ParsedFeed, String> {
    let decoded = charset::decode(bytes, None);
    let mut parsed = parse_text(&decoded.text, url)?;
    if decoded.damaged {
        parsed.notes.insert(0, format!("some bytes are no {} and stand as U+FFFD", decoded.encoding));
    }
    Ok(parsed)
}

/// Leads from the entries. Posts of forums and networks are whole in their feed; articles are on their pages.
pub(super) fn read(listed: &Listed<'_>) -> Result<Listing, Outcome> {
    let parsed = parse_text(listed.text, listed.url).map_err(unreadable)?;
    let inline = matches!(listed.source.group, SourceGroup::Forum | SourceGroup::Social);
    let mut listing = Listing { links: parsed.links, ..Listing::default() };
    parsed.notes.into_iter().for_each(|note| listing.note(note));
    for (number, entry) in (1..).zip(parsed.entries) {
        let text = if entry.content.len() > entry.summary.len() { entry.content } else { entry.summary };
        let text = Some(text).filter(|t| inline && !t.is_empty());
        let item = Item {
            link: entry.link,
            title: entry.title,
            published_at: entry.published_at,
            updated_at: entry.updated_at,
            guid: Some(entry.id).filter(|id| !id.is_empty()),
            text,
        };
        if let Some(lead) = listing.add(listed, &format!("entry {number}"), item) {
            lead.date_note = lead.date_note.take().or(entry.date_note);
        }
    }
    Ok(listing)
}

fn parse_text(text: &str, url: &str) -> Result<ParsedFeed, String> {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let mut parsed = if start.starts_with('{') { json::parse(start, url)? } else { parse_xml(text, url)? };
    let without_date = parsed.entries.iter().filter(|e| e.published_at.is_none() && e.updated_at.is_none()).count();
    if parsed.entries.is_empty() {
        parsed.notes.push("the feed has no entries".into());
    } else if without_date > 0 {
        parsed.notes.push(format!("{without_date} of {} entries have no date that can be read", parsed.entries.len()));
    }
    Ok(parsed)
}

fn parse_xml(text: &str, url: &str) -> Result<ParsedFeed, String> {
    let repaired = repair::repair(text)?;
    let unread = Arc::new(Mutex::new(Vec::new()));
    let feed = on_large_stack(repaired.xml, url.to_owned(), Arc::clone(&unread))?;
    let mut parsed =
        ParsedFeed { title: feed.title.map(|t| one_line(&t.content)).unwrap_or_default(), notes: repaired.notes, ..ParsedFeed::default() };
    parsed.links = hub::links(text);
    let unread = std::mem::take(&mut *unread.lock().unwrap_or_else(PoisonError::into_inner));
    parsed.notes.extend(unread.iter().take(DATES_TOLD).map(|date| format!("the date \"{date}\" cannot be read")));
    if unread.len() > DATES_TOLD {
        parsed.notes.push(format!("{} more dates cannot be read", unread.len() - DATES_TOLD));
    }
    parsed.entries = feed.entries.into_iter().take(MAX_ENTRIES).map(|entry| convert(entry, url, &unread)).collect();
    Ok(parsed)
}

/// Runs `feed-rs` where a panic or a deep stack harms nothing else.
fn on_large_stack(xml: String, url: String, unread: Arc<Mutex<Vec<String>>>) -> Result<feed_rs::model::Feed, String> {
    let read = move || {
        let parser = feed_rs::parser::Builder::new()
            .base_uri(Url::parse(&url).ok())
            .id_generator(|_, _, _| String::new())
            .timestamp_parser(move |text| {
                let read = parse_when(text).and_then(|when| Time::from_when(&when));
                let marked = || {
                    let mut unread = unread.lock().unwrap_or_else(PoisonError::into_inner);
                    unread.push(text.chars().take(60).collect());
                    i64::try_from(unread.len() - 1).ok().map(|at| Time(UNREAD + at))
                };
                let time = if read.is_none() && !text.trim().is_empty() { marked() } else { read };
                time.and_then(system_time).map(Into::into)
            })
            .build();
        parser.parse(xml.as_bytes()).map_err(|e| format!("no feed that can be read: {e}"))
    };
    let thread = std::thread::Builder::new()
        .name("feed".into())
        .stack_size(STACK_BYTES)
        .spawn(read)
        .map_err(|e| format!("no thread to read it on: {e}"))?;
    thread.join().unwrap_or_else(|_| Err("the feed reader gave up on it".into()))
}

fn system_time(time: Time) -> Option<SystemTime> {
    let distance = Duration::from_millis(time.0.unsigned_abs());
    if time.0 < 0 { SystemTime::UNIX_EPOCH.checked_sub(distance) } else { SystemTime::UNIX_EPOCH.checked_add(distance) }
}

/// A time of `feed-rs`, or the text that could not be read.
fn told(ms: Option<i64>, unread: &[String]) -> (Option<Time>, Option<DateNote>) {
    let Some(ms) = ms else { return (None, None) };
    let Some(at) = ms.checked_sub(UNREAD).and_then(|at| usize::try_from(at).ok()) else { return (Some(Time(ms)), None) };
    (None, unread.get(at).map(|text| note(text)))
}

/// Marks a date that cannot be read.
fn note(text: &str) -> DateNote {
    DateNote::new(text, if relative_phrase(text).is_some() { DateRefusal::Relative } else { DateRefusal::Unreadable })
}

fn convert(entry: feed_rs::model::Entry, url: &str, unread: &[String]) -> FeedEntry {
    let (published_at, date_note) = told(entry.published.map(|t| t.timestamp_millis()), unread);
    let (updated_at, _) = told(entry.updated.map(|t| t.timestamp_millis()), unread);
    let page = entry.links.iter().find(|l| l.rel.as_deref().is_none_or(|rel| rel == "alternate")).or(entry.links.first());
    let id = entry.id.trim().to_owned();
    // Many feeds give the address as the id only.
    let link =
        page.map(|l| l.href.trim().to_owned()).filter(|l| !l.is_empty()).or_else(|| Some(id.clone()).filter(|id| id.starts_with("http")));
    let summary = entry.summary.map(|t| strip_tags(&t.content));
    let content = entry.content.and_then(|c| c.body).map(|t| strip_tags(&t));
    FeedEntry {
        title: entry.title.map(|t| one_line(&t.content)).unwrap_or_default(),
        link: link.map(|l| absolute(url, &l)).unwrap_or_default(),
        id,
        published_at,
        date_note,
        updated_at,
        summary: summary.or_else(|| content.clone()).unwrap_or_default(),
        content: content.unwrap_or_default(),
    }
}

/// A title as people read it: without tags, entities decoded (feeds escape them twice), on one line.
fn one_line(title: &str) -> String {
    strip_tags(title).replace('\n', " ")
}

/// The link as an absolute address, where the feed's own is known and the link can be followed.
fn absolute(base: &str, link: &str) -> String {
    let joined = Url::parse(base).ok().filter(|_| canonical_url(base, link).is_some()).and_then(|base| base.join(link.trim()).ok());
    joined.map_or_else(|| link.trim().to_owned(), String::from)
}

#[cfg(test)]
mod oddities;
#[cfg(test)]
mod tests;
