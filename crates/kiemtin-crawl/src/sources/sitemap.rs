//! Which articles does a sitemap name? (sitemaps.org, with the news extension; an index names further sitemaps)
//!
//! A news sitemap names what was published in the last two days; what is older there is left to the listing that had it
//! when it was new. A time of the last change counts only where it can be one: many servers write the present moment.

use super::xml::{Piece, Pieces, local};
use super::{Item, Listed, Listing, MAX_LEADS, unreadable};
use kiemtin_model::canonical::canonical_url;
use kiemtin_model::dating::believed;
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{DateNote, DateRefusal, Outcome, Time};
use kiemtin_text::date::parse_when;
use kiemtin_text::markup::{decode_entities, strip_tags};
use std::cmp::Reverse;
use std::collections::HashSet;

/// Most sitemaps of an index that are read: the ones changed last.
const MAX_SITEMAPS: usize = 10;
/// Most entries of one sitemap or index (the protocol's own limit).
const MAX_ENTRIES: usize = 50_000;
/// Most articles of a news sitemap (the news extension's own limit).
const MAX_NEWS: usize = 1_000;
/// Age up to which an article belongs into a news sitemap, in milliseconds (the news extension's own limit).
const NEWS_MS: i64 = 48 * HOUR_MS;
/// Distance from now, in milliseconds, within which a time of the last change is taken for the server's clock …
const JUST_NOW_MS: i64 = 60_000;
/// … when this many entries have one and all of them are so near.
const FEWEST_JUST_NOW: usize = 2;

/// An entry while it is read.
#[derive(Default)]
struct Entry {
    index: bool,
    news: bool,
    loc: String,
    changed: String,
    published: String,
    title: String,
}

impl Entry {
    fn changed_at(&self) -> Option<Time> {
        date(&self.changed)
    }

    /// When an article of a news sitemap came out, as far as the sitemap tells.
    fn came_out(&self) -> Option<Time> {
        date(&self.published).or_else(|| self.changed_at())
    }
}

pub(super) fn read(listed: &Listed<'_>) -> Result<Listing, Outcome> {
    let mut listing = Listing::default();
    let mut entries = entries(listed.text, &mut listing);
    if entries.is_empty() {
        if !["<urlset", "<sitemapindex", ":urlset", ":sitemapindex"].iter().any(|root| listed.text.contains(root)) {
            return Err(unreadable("no sitemap: neither <urlset> nor <sitemapindex>"));
        }
        listing.note("the sitemap has no entries".into());
    }
    doubt_changes(&mut entries, listed.now, &mut listing);
    let (index, mut pages): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|e| e.index);
    let news = pages.iter().any(|e| e.news);
    if news {
        leave_out_old(&mut pages, listed.now, &mut listing);
    }
    let most = if news { MAX_NEWS } else { MAX_LEADS };
    if pages.len() > most {
        listing.note(format!("only the {most} youngest of {} entries are read", pages.len()));
        // Entries of one time keep the order of the sitemap.
        pages.sort_by_cached_key(|e| Reverse(e.came_out()));
        pages.truncate(most);
    }
    for (number, entry) in (1..).zip(pages) {
        let place = format!("entry {number}");
        let (published_at, updated_at) = (date(&entry.published), entry.changed_at());
        for (given, read) in [(&entry.published, published_at), (&entry.changed, updated_at)] {
            if !given.trim().is_empty() && read.is_none() {
                listing.note(format!("{place}: the date \"{}\" cannot be read", given.trim().chars().take(60).collect::<String>()));
            }
        }
        let title = strip_tags(&entry.title).replace('\n', " ");
        let unread = published_at.is_none() && !entry.published.trim().is_empty();
        if let Some(lead) = listing.add(listed, &place, Item { link: entry.loc, title, published_at, updated_at, ..Item::default() }) {
            lead.date_note = lead.date_note.take().or_else(|| unread.then(|| DateNote::new(&entry.published, DateRefusal::Unreadable)));
        }
    }
    listing.more = newest(index, listed, &mut listing);
    Ok(listing)
}

/// Takes the times of the last change away when all of them say "now": believed, they would have every page fetched again
/// at every poll.
fn doubt_changes(entries: &mut [Entry], now: Time, listing: &mut Listing) {
    let mut given = 0;
    for changed in entries.iter().filter_map(Entry::changed_at) {
        if changed.0.abs_diff(now.0) > JUST_NOW_MS as u64 {
            return;
        }
        given += 1;
    }
    if given >= FEWEST_JUST_NOW {
        entries.iter_mut().for_each(|e| e.changed.clear());
        listing.note(format!("all {given} times of the last change say \"now\": none is believed"));
    }
}

/// Leaves out what came out more than two days ago; an article without a time stays.
fn leave_out_old(pages: &mut Vec<Entry>, now: Time, listing: &mut Listing) {
    let all = pages.len();
    // A date that is not believed (1970) says nothing of the age.
    let age = |e: &Entry| e.came_out().filter(|at| believed(*at, now).is_ok());
    pages.retain(|e| age(e).is_none_or(|at| at >= now.plus(-NEWS_MS)));
    if pages.len() < all {
        listing.note(format!("{} of {all} entries are older than 48 hours: no news, left out", all - pages.len()));
    }
}

/// The sitemaps of an index that are worth reading, each once.
fn newest(mut index: Vec<Entry>, listed: &Listed<'_>, listing: &mut Listing) -> Vec<String> {
    if index.len() > MAX_SITEMAPS {
        listing.note(format!("only the {MAX_SITEMAPS} sitemaps changed last of {} are read", index.len()));
        index.sort_by_cached_key(|e| Reverse(e.changed_at()));
        index.truncate(MAX_SITEMAPS);
    }
    let own = [listed.url, &listed.feed.url].map(|url| canonical_url(url, url));
    let mut seen = HashSet::new();
    let mut more = vec![];
    for entry in index {
        match canonical_url(listed.url, &entry.loc) {
            None => listing.note(format!("\"{}\" is no address of a sitemap", entry.loc.chars().take(100).collect::<String>())),
            Some(url) if own.iter().flatten().any(|own| *own == url) => listing.note("the index names itself".into()),
            Some(url) => {
                if seen.insert(url.clone()) {
                    more.push(url);
                }
            }
        }
    }
    more
}

fn entries(text: &str, listing: &mut Listing) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut open = "";
    for piece in Pieces::new(text) {
        match piece {
            Piece::Start { name, self_closing, .. } => {
                open = if self_closing { "" } else { name };
                match local(name) {
                    "url" | "sitemap" => {
                        if entries.len() >= MAX_ENTRIES {
                            listing.note(format!("only the first {MAX_ENTRIES} entries are read"));
                            break;
                        }
                        entries.push(Entry { index: local(name) == "sitemap", ..Entry::default() });
                    }
                    "news" | "publication_date" => entries.iter_mut().last().into_iter().for_each(|e| e.news = true),
                    _ => {}
                }
            }
            Piece::End { .. } => open = "",
            Piece::Text(text) => take(&mut entries, open, &decode_entities(text)),
            Piece::CData(text) => take(&mut entries, open, text),
        }
    }
    // An entry without an address says nothing.
    entries.retain_mut(|e| {
        e.loc = e.loc.trim().to_owned();
        !e.loc.is_empty()
    });
    entries
}

fn take(entries: &mut [Entry], open: &str, text: &str) {
    // Pictures and videos of an article have addresses and titles too.
    let of_media = ["image:", "video:", "xhtml:", "mobile:"].iter().any(|prefix| open.starts_with(prefix));
    let Some(entry) = entries.last_mut().filter(|_| !of_media) else { return };
    match local(open) {
        "loc" => entry.loc.push_str(text),
        "lastmod" => entry.changed.push_str(text),
        "publication_date" => entry.published.push_str(text),
        "title" => entry.title.push_str(text),
        _ => {}
    }
}

fn date(text: &str) -> Option<Time> {
    parse_when(text).and_then(|w| Time::from_when(&w))
}

#[cfg(test)]
mod tests;
