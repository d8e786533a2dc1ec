//! What does the feed of a network say of each entry, where the general reader does not give it?
//!
//! Reads a few named elements of RSS and Atom and no others: the elements of authors are not among them.

use super::wire::{MOST_OF_TEXT, when};
use crate::sources::unreadable;
use crate::sources::xml::{Piece, Pieces, local};
use kiemtin_model::{Outcome, Time};
use kiemtin_text::markup::decode_entities;

/// Most entries that are read.
const MOST_ENTRIES: usize = 200;

/// One entry. Texts are as written, entities decoded once.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Entry {
    /// Title, on one line.
    pub(super) title: String,
    /// Address (RSS).
    pub(super) link: String,
    /// Its id: `guid` of RSS, `yt:videoId` of YouTube.
    pub(super) id: String,
    pub(super) published_at: Option<Time>,
    pub(super) updated_at: Option<Time>,
    /// `media:description`.
    pub(super) text: String,
    /// `slash:comments`: how many replies it has.
    pub(super) replies: Option<u64>,
}

/// The entries of a feed, in its order; an entry that never ends is left out.
pub(super) fn entries(xml: &str) -> Result<Vec<Entry>, Outcome> {
    let mut found: Vec<Entry> = vec![];
    let mut is_feed = false;
    let mut entry: Option<Entry> = None;
    let mut field: Option<(&str, String)> = None;
    for piece in Pieces::new(xml) {
        match piece {
            Piece::Start { name, self_closing, .. } => match local(name) {
                "rss" | "feed" | "RDF" => is_feed = true,
                "item" | "entry" if !self_closing => (entry, field) = (Some(Entry::default()), None),
                _ if entry.is_some() && field.is_none() && !self_closing && is_read(name) => field = Some((name, String::new())),
                _ => {}
            },
            Piece::Text(text) => push(&mut field, &decode_entities(text)),
            Piece::CData(text) => push(&mut field, text),
            Piece::End { name } => {
                if let Some((_, text)) = field.take_if(|(open, _)| *open == name)
                    && let Some(entry) = &mut entry
                {
                    entry.set(name, &text);
                }
                if matches!(local(name), "item" | "entry") {
                    found.extend(entry.take());
                    field = None;
                }
            }
        }
        if found.len() == MOST_ENTRIES {
            break;
        }
    }
    if is_feed { Ok(found) } else { Err(unreadable("no feed: neither RSS nor Atom")) }
}

fn is_read(name: &str) -> bool {
    matches!(name, "title" | "link" | "guid" | "pubDate" | "published" | "updated" | "slash:comments" | "yt:videoId" | "media:description")
}

fn push(field: &mut Option<(&str, String)>, text: &str) {
    if let Some((_, inside)) = field {
        let room = (4 * MOST_OF_TEXT).saturating_sub(inside.len());
        inside.extend(text.chars().take(room));
    }
}

impl Entry {
    /// The first of several elements of one name counts.
    fn set(&mut self, name: &str, text: &str) {
        let text = text.trim();
        let first = |into: &mut String| {
            if into.is_empty() {
                *into = text.to_owned();
            }
        };
        match name {
            "title" if self.title.is_empty() => {
                self.title = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(1_000).collect();
            }
            "link" => first(&mut self.link),
            "guid" | "yt:videoId" => first(&mut self.id),
            "media:description" => first(&mut self.text),
            "pubDate" | "published" => self.published_at = self.published_at.or_else(|| when(text)),
            "updated" => self.updated_at = self.updated_at.or_else(|| when(text)),
            "slash:comments" => self.replies = self.replies.or_else(|| text.parse().ok()),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_and_videos_without_their_authors() {
        let rss = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Diễn đàn</title><link>https://f.vn</link><item><title>Giá &amp; điện\n mới</title>\
            <pubDate>Mon, 12 May 2025 08:30:00 +0700</pubDate><link>https://f.vn/t/gia.12/</link><guid isPermaLink=\"false\">12</guid>\
            <author>invalid@example.com (Tên Người)</author><dc:creator>Tên Người</dc:creator><comments>https://f.vn/x</comments>\
            <content:encoded><![CDATA[<title>x</title>]]></content:encoded><slash:comments>31</slash:comments></item></channel></rss>";
        let read = entries(rss).unwrap();
        let [one] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!(
            (one.title.as_str(), one.link.as_str(), one.id.as_str(), one.replies),
            ("Giá & điện mới", "https://f.vn/t/gia.12/", "12", Some(31))
        );
        assert_eq!(one.published_at, when("2025-05-12T08:30:00+07:00"));
        let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><author><name>Tên Người</name></author><entry><id>yt:video:a1</id><yt:videoId>a1</yt:videoId>\
            <title>Video 1</title><author><name>Tên Người</name><uri>https://y/c</uri></author><published>2025-05-12T01:30:00+00:00</published>\
            <updated>2025-05-12T02:30:00+00:00</updated><media:group><media:title>Khác</media:title><media:description>Dòng 1\nDòng 2 &lt;3</media:description>\
            </media:group></entry><entry><yt:videoId>a2</yt:videoId>";
        let read = entries(atom).unwrap();
        let [one] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!((one.id.as_str(), one.title.as_str(), one.text.as_str()), ("a1", "Video 1", "Dòng 1\nDòng 2 <3"));
        assert!(!format!("{read:?}").contains("Tên Người"));
    }

    #[test]
    fn what_is_no_feed_or_a_hostile_one() {
        assert!(entries("<html><p>x</p></html>").is_err() && entries("").is_err());
        let many = format!("<rss>{}", "<item><title>x</title></item>".repeat(5_000));
        assert_eq!(entries(&many).unwrap().len(), MOST_ENTRIES);
        let long = format!("<rss><item><title>{}</title></item></rss>", "đ".repeat(1 << 20));
        assert_eq!(entries(&long).unwrap().first().map(|e| e.title.chars().count()), Some(1_000));
        assert!(entries(&"<rss><item>".repeat(100_000)).unwrap().is_empty());
    }
}
