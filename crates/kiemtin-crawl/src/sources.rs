//! How are the documents of a source found? One file per kind of listing, and one line here.

mod feed;
mod listing;
mod sitemap;
pub(crate) mod xml;

pub(crate) use feed::asked_pause;
pub use feed::{FeedEntry, ParsedFeed, parse_feed};
pub use listing::check_selector;
pub(crate) use listing::parse_page;

use crate::hub::HubLinks;
use kiemtin_model::canonical::canonical_url;
use kiemtin_model::dating::believed;
use kiemtin_model::{DateNote, DateRefusal, FeedKind, FeedSpec, Lead, LeadBody, Outcome, Source, Time};
use serde::de::DeserializeOwned;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// Most leads that one listing may give.
pub(crate) const MAX_LEADS: usize = 2_000;
/// Most notes that one listing may give; more are only counted.
const MAX_NOTES: usize = 50;

/// Largest JSON listing, in bytes: as values it takes up to 30 times as much memory.
const MAX_JSON_BYTES: usize = 4 << 20;

/// A way to read a listing.
pub struct SourceKind {
    /// The word in a source's file.
    pub kind: FeedKind,
    read: Read,
}

type Read = fn(&Listed<'_>) -> Result<Listing, Outcome>;

/// All kinds. A new one is one file and one line.
pub const SOURCE_KINDS: &[SourceKind] = &[
    SourceKind { kind: FeedKind::Feed, read: feed::read },
    SourceKind { kind: FeedKind::NewsSitemap, read: sitemap::read },
    SourceKind { kind: FeedKind::Listing, read: listing::read },
];

/// A listing as it came.
pub(crate) struct Listed<'a> {
    /// Whose it is.
    pub(crate) source: &'a Source,
    /// How it is read.
    pub(crate) feed: &'a FeedSpec,
    /// Its text.
    pub(crate) text: &'a str,
    /// Its address after redirects.
    pub(crate) url: &'a str,
    /// When it came; a document cannot be much younger.
    pub(crate) now: Time,
}

/// What a listing says.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Documents, in the order of the listing, each address once.
    pub(crate) leads: Vec<Lead>,
    /// Further listings of the same kind (a sitemap index).
    pub(crate) more: Vec<String>,
    /// What was repaired or lost, with the place.
    pub(crate) notes: Vec<String>,
    /// Least time until the next poll that it asks for.
    pub(crate) pause: Option<Duration>,
    /// The hubs that tell of its news.
    pub(crate) links: HubLinks,
    seen: HashSet<String>,
    lost_notes: usize,
}

/// Reads a listing by its kind.
pub(crate) fn read(listed: &Listed<'_>) -> Result<Listing, Outcome> {
    let reader = SOURCE_KINDS.iter().find(|k| k.kind == listed.feed.kind).map(|k| k.read);
    let mut listing = reader.map_or_else(|| Err(unreadable("no reader for this kind of listing")), |read| read(listed))?;
    listing.drop_shared_guids(listed);
    if listing.lost_notes > 0 {
        let more = format!("{} more notes", listing.lost_notes);
        listing.notes.push(more);
    }
    Ok(listing)
}

/// What a listing gives of one document.
#[derive(Debug, Default)]
pub(crate) struct Item {
    pub(crate) link: String,
    pub(crate) title: String,
    pub(crate) published_at: Option<Time>,
    pub(crate) updated_at: Option<Time>,
    /// The id that the listing gives it.
    pub(crate) guid: Option<String>,
    /// The whole text, where the listing has it.
    pub(crate) text: Option<String>,
}

impl Listing {
    /// Remembers something that was repaired or lost.
    pub(crate) fn note(&mut self, note: String) {
        if self.notes.len() < MAX_NOTES { self.notes.push(note) } else { self.lost_notes += 1 }
    }

    /// Adds a document, unless its address cannot be followed or is known; `place` names it in notes. Gives its lead.
    pub(crate) fn add(&mut self, listed: &Listed<'_>, place: &str, item: Item) -> Option<&mut Lead> {
        if item.link.trim().is_empty() {
            self.note(format!("{place}: no link, left out"));
            return None;
        }
        let Some(url) = canonical_url(listed.url, &item.link) else {
            let link: String = item.link.chars().take(100).collect();
            self.note(format!("{place}: \"{link}\" is no address that can be followed, left out"));
            return None;
        };
        if self.leads.len() >= MAX_LEADS {
            self.note(format!("{place}: left out, a listing gives at most {MAX_LEADS} documents"));
            return None;
        }
        if !self.seen.insert(url.clone()) {
            return None;
        }
        let (published_at, date_note) = self.believed(listed, place, item.published_at);
        let (updated_at, _) = self.believed(listed, place, item.updated_at);
        let body = item.text.map_or(LeadBody::Page, LeadBody::Inline);
        let source = listed.source.id.clone();
        self.leads.push(Lead { source, url, title: item.title, published_at, date_note, updated_at, guid: item.guid, body });
        self.leads.last_mut()
    }

    /// A time of the listing, or why it is not used.
    fn believed(&mut self, listed: &Listed<'_>, place: &str, time: Option<Time>) -> (Option<Time>, Option<DateNote>) {
        let Some(at) = time else { return (None, None) };
        let Err(why) = believed(at, listed.now) else { return (time, None) };
        let words = if why == DateRefusal::Future { "lies in the future" } else { "is older than newspapers on the web" };
        self.note(format!("{place}: the date {at} {words} and is not used"));
        (None, Some(DateNote::new(&at.to_string(), why)))
    }
}

impl Listing {
    /// An id that several documents of a listing have names none of them; nor does one that is the address of the site or of
    /// the listing itself.
    fn drop_shared_guids(&mut self, listed: &Listed<'_>) {
        let own = [&listed.source.site, &listed.feed.url].map(|own| canonical_url("", own));
        let mut uses: HashMap<&str, u32> = HashMap::new();
        for guid in self.leads.iter().filter_map(|l| l.guid.as_deref()) {
            *uses.entry(guid).or_default() += 1;
        }
        let names_one = |guid: &str| uses.get(guid) == Some(&1) && !canonical_url("", guid).is_some_and(|url| own.contains(&Some(url)));
        let kept: Vec<bool> = self.leads.iter().map(|l| l.guid.as_deref().is_some_and(names_one)).collect();
        let shared = kept.iter().zip(&self.leads).filter(|(kept, lead)| !**kept && lead.guid.is_some()).count();
        for (lead, _) in self.leads.iter_mut().zip(&kept).filter(|(_, kept)| !**kept) {
            lead.guid = None;
        }
        if shared > 0 {
            self.note(format!("{shared} entries have an id that names no single entry; it is not used"));
        }
    }

    /// Takes over what a part of this listing, read from `address`, says. Parts of parts are not followed.
    pub(crate) fn join(&mut self, part: Self, address: &str) {
        for note in part.notes {
            self.note(format!("{address}: {note}"));
        }
        if !part.more.is_empty() {
            self.note(format!("{address}: names {} further listings, which are not followed", part.more.len()));
        }
        for lead in part.leads {
            if self.leads.len() < MAX_LEADS && self.seen.insert(lead.url.clone()) {
                self.leads.push(lead);
            }
        }
    }
}

/// Reads JSON of a bounded size; the error is in words.
pub(crate) fn read_json<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    if text.len() > MAX_JSON_BYTES {
        return Err(format!("{} bytes of JSON, at most {MAX_JSON_BYTES} are read", text.len()));
    }
    serde_json::from_str(text).map_err(|e| e.to_string())
}

/// How a listing ends that cannot be read.
pub(crate) fn unreadable(cause: impl Into<String>) -> Outcome {
    Outcome::Failed(kiemtin_model::Failure::Parse(cause.into()))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use kiemtin_model::{FoundBy, SourceGroup};

    /// Reads `text` as a listing of `kind` at `https://bao.vn/muc/`, on 12 May 2025.
    pub(crate) fn read_as(kind: FeedKind, group: SourceGroup, text: &str, adjust: impl FnOnce(&mut FeedSpec)) -> Result<Listing, Outcome> {
        let mut feed = FeedSpec::of(kind, "https://bao.vn/muc/");
        adjust(&mut feed);
        let source = Source {
            reach: kiemtin_model::Reach::Narrow,
            id: "bao".into(),
            name: "Báo".into(),
            site: "https://bao.vn/".into(),
            group,
            found_by: FoundBy::Channel,
            lang: "vi".into(),
            enabled: true,
            priority: kiemtin_model::Priority::Normal,
            feeds: vec![feed.clone()],
            keep_days: None,
            article: Default::default(),
        };
        let now = Time::parse("2025-05-12T12:00:00+07:00").unwrap();
        read(&Listed { source: &source, feed: &feed, text, url: &feed.url, now })
    }

    #[test]
    fn ids_that_name_one_entry_are_kept() {
        let check = |ids: [&str; 3], expected: [Option<&str>; 3]| {
            let item = |(n, id): (usize, &str)| {
                let guid = if id.is_empty() { String::new() } else { format!("<guid isPermaLink=\"false\">{id}</guid>") };
                format!("<item><title>Tin {n}</title><link>https://bao.vn/{n}.html</link>{guid}</item>")
            };
            let items: String = ids.into_iter().enumerate().map(item).collect();
            let text = format!("<rss version=\"2.0\"><channel><title>B</title>{items}</channel></rss>");
            let listing = read_as(FeedKind::Feed, SourceGroup::Press, &text, |_| ()).unwrap();
            assert_eq!(listing.leads.iter().map(|l| l.guid.as_deref()).collect::<Vec<_>>(), expected, "{ids:?}");
        };
        check(["a", "b", "c"], [Some("a"), Some("b"), Some("c")]);
        check(["https://bao.vn/?p=1", "", "c"], [Some("https://bao.vn/?p=1"), None, Some("c")]);
        check(["same", "same", "c"], [None, None, Some("c")]);
        check(["same", "same", "same"], [None, None, None]);
        check(["https://bao.vn", "https://bao.vn/muc/", "c"], [None, None, Some("c")]);
        let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>B</title><entry><id>tag:bao.vn,2026:1</id><title>A</title><link href=\"/a\"/></entry></feed>";
        let json = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"B\",\"items\":[{\"id\":12,\"url\":\"/a\"}]}";
        for (text, id) in [(atom, "tag:bao.vn,2026:1"), (json, "12")] {
            let listing = read_as(FeedKind::Feed, SourceGroup::Press, text, |_| ()).unwrap();
            assert_eq!(listing.leads[0].guid.as_deref(), Some(id));
        }
    }

    #[test]
    fn every_kind_has_exactly_one_reader() {
        for kind in FeedKind::ALL {
            let networks = crate::networks::NETWORKS.iter().filter(|n| n.kind == *kind).count();
            assert_eq!(SOURCE_KINDS.iter().filter(|k| k.kind == *kind).count() + networks, 1, "{kind}");
        }
    }
}
