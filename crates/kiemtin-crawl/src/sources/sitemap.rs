//! Which articles does a sitemap name? (sitemaps.org, with the news extension; an index names further sitemaps)

use super::xml::{Piece, Pieces, local};
use super::{Item, Listed, Listing, MAX_LEADS, unreadable};
use kiemtin_model::canonical::canonical_url;
use kiemtin_model::{Outcome, Time};
use kiemtin_text::date::parse_when;
use kiemtin_text::markup::{decode_entities, strip_tags};
use std::cmp::Reverse;

/// Most sitemaps of an index that are read: the ones changed last.
const MAX_SITEMAPS: usize = 10;
/// Most entries of one sitemap (the protocol's own limit).
const MAX_ENTRIES: usize = 50_000;

/// An entry while it is read.
#[derive(Default)]
struct Entry {
    index: bool,
    loc: String,
    changed: String,
    published: String,
    title: String,
}

pub(super) fn read(listed: &Listed<'_>) -> Result<Listing, Outcome> {
    let mut listing = Listing::default();
    let entries = entries(listed.text);
    if entries.is_empty() {
        if !["<urlset", "<sitemapindex", ":urlset", ":sitemapindex"].iter().any(|root| listed.text.contains(root)) {
            return Err(unreadable("no sitemap: neither <urlset> nor <sitemapindex>"));
        }
        listing.note("the sitemap has no entries".into());
    }
    let (index, mut pages): (Vec<Entry>, Vec<Entry>) = entries.into_iter().partition(|e| e.index);
    if pages.len() > MAX_LEADS {
        listing.note(format!("only the {MAX_LEADS} youngest of {} entries are read", pages.len()));
        // Entries of one time keep the order of the sitemap.
        pages.sort_by_key(|e| Reverse(date(&e.published).or_else(|| date(&e.changed))));
        pages.truncate(MAX_LEADS);
    }
    for (number, entry) in (1..).zip(pages) {
        let place = format!("entry {number}");
        let (published_at, updated_at) = (date(&entry.published), date(&entry.changed));
        for (given, read) in [(&entry.published, published_at), (&entry.changed, updated_at)] {
            if !given.trim().is_empty() && read.is_none() {
                listing.note(format!("{place}: the date \"{}\" cannot be read", given.trim().chars().take(60).collect::<String>()));
            }
        }
        let title = strip_tags(&entry.title).replace('\n', " ");
        listing.add(listed, &place, Item { link: entry.loc, title, published_at, updated_at, ..Item::default() });
    }
    listing.more = newest(index, listed, &mut listing);
    Ok(listing)
}

/// The sitemaps of an index that are worth reading.
fn newest(mut index: Vec<Entry>, listed: &Listed<'_>, listing: &mut Listing) -> Vec<String> {
    if index.len() > MAX_SITEMAPS {
        listing.note(format!("only the {MAX_SITEMAPS} sitemaps changed last of {} are read", index.len()));
        index.sort_by_key(|e| Reverse(date(&e.changed)));
        index.truncate(MAX_SITEMAPS);
    }
    index.into_iter().filter_map(|e| canonical_url(listed.url, &e.loc)).collect()
}

fn entries(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut open = "";
    for piece in Pieces::new(text) {
        match piece {
            Piece::Start { name, self_closing, .. } => {
                open = if self_closing { "" } else { name };
                if matches!(local(name), "url" | "sitemap") {
                    if entries.len() >= MAX_ENTRIES {
                        break;
                    }
                    entries.push(Entry { index: local(name) == "sitemap", ..Entry::default() });
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
mod tests {
    use super::super::tests::read_as;
    use super::*;
    use kiemtin_model::{FeedKind, SourceGroup};

    fn read_text(text: &str) -> Result<Listing, Outcome> {
        read_as(FeedKind::NewsSitemap, SourceGroup::Press, text, |_| {})
    }

    #[test]
    fn news_entries() {
        let listing = read_text(
            r#"<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="x" xmlns:image="y">
            <url><loc> https://bao.vn/a.html?id=1&amp;p=2 </loc><lastmod>2025-05-12T09:00:00+07:00</lastmod>
              <image:image><image:loc>https://anh.vn/a.jpg</image:loc><image:title>Ảnh</image:title></image:image>
              <news:news><news:publication><news:name>Báo</news:name></news:publication><news:publication_date>2025-05-12T08:30:00+07:00</news:publication_date>
              <news:title><![CDATA[Giá xăng & dầu]]></news:title></news:news></url>
            <url><loc>https://bao.vn/b.html</loc><lastmod>hôm qua</lastmod></url>
            <url><loc>https://bao.vn/c.html</loc><news:publication_date>2031-01-01</news:publication_date></url>
            <url><lastmod>2025-05-12</lastmod></url><url><loc>ftp://bao.vn/d</loc></url></urlset>"#,
        )
        .unwrap();
        assert_eq!(listing.leads.len(), 3);
        let first = &listing.leads[0];
        assert_eq!((first.url.as_str(), first.title.as_str()), ("https://bao.vn/a.html?id=1&p=2", "Giá xăng & dầu"));
        assert_eq!(first.published_at.unwrap().to_string(), "2025-05-12T08:30:00+07:00");
        assert_eq!(first.updated_at.unwrap().to_string(), "2025-05-12T09:00:00+07:00");
        assert_eq!(listing.leads[2].published_at, None, "in the future");
        assert_eq!(listing.notes.len(), 3, "{:?}", listing.notes);
    }

    #[test]
    fn an_index_names_its_newest_sitemaps() {
        let entry = |n: usize| format!("<sitemap><loc>https://bao.vn/s{n}.xml</loc><lastmod>2025-05-{n:02}</lastmod></sitemap>");
        let listing = read_text(&format!("<sitemapindex>{}</sitemapindex>", (1..=15).map(entry).collect::<String>())).unwrap();
        assert_eq!(listing.more.len(), MAX_SITEMAPS);
        assert_eq!(listing.more[0], "https://bao.vn/s15.xml");
        assert!(listing.leads.is_empty() && listing.notes.len() == 1);
    }

    #[test]
    fn broken_and_large() {
        assert!(read_text("<html><body>404</body></html>").is_err());
        assert_eq!(read_text("<urlset></urlset>").unwrap().notes.len(), 1);
        assert_eq!(read_text("<urlset><url><loc>https://bao.vn/a").unwrap().leads.len(), 1);
        let many: String =
            (0..5_000).map(|n| format!("<url><loc>https://bao.vn/{n}</loc><lastmod>2025-01-{:02}</lastmod></url>", n % 28 + 1)).collect();
        let listing = read_text(&format!("<urlset>{many}</urlset>")).unwrap();
        assert_eq!(listing.leads.len(), MAX_LEADS);
        assert!(listing.leads[0].url.ends_with("/27"));
    }
}
