//! What did the maker of this feed mean? Turns markup that is almost a feed into one that an XML reader accepts.
//!
//! Mends what newspapers really publish: junk before the root, bare `&`, HTML entities, `<` and raw HTML in texts, a
//! missing or odd version, Atom 0.3, upper-case tags, unclosed elements, items after the end of their channel. What names
//! authors is dropped here, before anything reads it. Refuses what no honest feed has: entities that build on entities,
//! and elements nested too deeply.

use super::super::MAX_LEADS;
use super::super::xml::{Piece, Pieces, attributes, local};
use super::prolog::{Dialect, Prolog, find_root};
use super::text::{Texts, base64, escape_html, escape_text};

/// Deepest nesting of elements that a feed may have.
const MAX_DEPTH: usize = 100;

/// A feed that an XML reader accepts.
pub(super) struct Repaired {
    pub(super) xml: String,
    pub(super) notes: Vec<String>,
}

/// Mends `text`; the error says why it is no feed that may be read.
pub(super) fn repair(text: &str) -> Result<Repaired, String> {
    let Prolog { dialect, root, prefix, start, notes } = find_root(text)?;
    let mut writer =
        Writer { out: root, open: Vec::new(), dialect, items: 0, dropping: 0, notes, channel: false, summary: false, titled: false };
    let mut pieces = Pieces::new(text);
    pieces.at = start;
    let mut texts = Texts::new(text);
    while let Some(piece) = pieces.next() {
        match piece {
            Piece::Start { name, attributes, self_closing } => {
                let name = canonical_name(name, &prefix, dialect);
                let is_item = matches!(name, "item" | "entry");
                if is_item && writer.items >= MAX_LEADS {
                    writer.notes.push(format!("only the first {MAX_LEADS} entries are read (byte {})", pieces.at));
                    break;
                }
                writer.before(name, pieces.at);
                if self_closing {
                    writer.empty(name, attributes);
                } else if let Some(kind) = text_kind(name) {
                    let inside = texts.inside(pieces.at, local(name), kind);
                    pieces.at = inside.next;
                    writer.text(name, attributes, inside.raw);
                } else {
                    writer.start(name, attributes, pieces.at)?;
                }
            }
            Piece::End { name } => writer.end(canonical_name(name, &prefix, dialect)),
            Piece::Text(text) => writer.loose_text(text),
            Piece::CData(_) => {}
        }
    }
    Ok(writer.finish())
}

/// How the end of a text element is found.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum TextKind {
    /// Holds no markup: ends at the next tag.
    Short,
    /// May hold raw HTML: ends at its own end tag, or where its item ends.
    Long,
}

/// Whether an element holds nothing but text.
fn text_kind(name: &str) -> Option<TextKind> {
    match local(name) {
        "title" | "description" | "summary" | "content" | "encoded" | "subtitle" | "rights" | "copyright" => Some(TextKind::Long),
        "link" | "guid" | "pubDate" | "id" | "updated" | "published" | "date" | "lastBuildDate" | "language" | "url" | "name"
        | "category" | "generator" | "ttl" | "subject" => Some(TextKind::Short),
        _ => None,
    }
}

/// The name that readers look for: its usual case, without the root's prefix, old names replaced.
fn canonical_name<'a>(name: &'a str, prefix: &str, dialect: Dialect) -> &'a str {
    const USUAL: &[&str] = &[
        "rss",
        "channel",
        "item",
        "title",
        "link",
        "description",
        "pubDate",
        "guid",
        "image",
        "url",
        "lastBuildDate",
        "ttl",
        "feed",
        "entry",
        "updated",
        "published",
        "summary",
        "content",
        "id",
        "abstract",
        "rdf:RDF",
        "content:encoded",
        "dc:date",
    ];
    const OLD: &[(&str, &str)] = &[
        ("issued", "published"),
        ("created", "published"),
        ("abstract", "description"),
        ("modified", "updated"),
        ("tagline", "subtitle"),
        ("dcterms:issued", "dc:date"),
        ("dcterms:created", "dc:date"),
        ("dcterms:modified", "atom:updated"),
        ("a10:updated", "atom:updated"),
    ];
    const OTHER_ROOT: &[(Dialect, &str, &str)] =
        &[(Dialect::Atom, "item", "entry"), (Dialect::Rss, "entry", "item"), (Dialect::Rss, "dc:date", "pubDate")];
    let name = if prefix.is_empty() { name } else { name.strip_prefix(prefix).and_then(|n| n.strip_prefix(':')).unwrap_or(name) };
    let usual = USUAL.iter().copied().find(|u| u.eq_ignore_ascii_case(name)).unwrap_or(name);
    let usual = OLD.iter().find(|(old, _)| *old == usual).map_or(usual, |(_, new)| new);
    OTHER_ROOT.iter().find(|(of, other, _)| *of == dialect && *other == usual).map_or(usual, |(.., own)| own)
}

/// Elements that are left out with all that is in them: people, and media but for the text of a group.
fn is_dropped(name: &str) -> bool {
    matches!(
        local(name),
        "author"
            | "creator"
            | "contributor"
            | "managingEditor"
            | "webMaster"
            | "credit"
            | "owner"
            | "person"
            | "publisher"
            | "textInput"
            | "textinput"
    ) || name.starts_with("itunes:")
        || name.starts_with("podcast:")
        || (name.starts_with("media:") && !matches!(name, MEDIA_GROUP | MEDIA_TEXT))
}

/// Wraps the media of one entry; only its text is of use, so the wrapping is not written.
const MEDIA_GROUP: &str = "media:group";
/// The text of a video: the summary of an entry that has none.
const MEDIA_TEXT: &str = "media:description";

struct Open<'a> {
    name: &'a str,
    /// Whether its start tag was written.
    written: bool,
    /// Whether all that is in it is left out.
    drops: bool,
}

struct Writer<'a> {
    out: String,
    open: Vec<Open<'a>>,
    dialect: Dialect,
    items: usize,
    /// Open elements that are left out with all that is in them.
    dropping: usize,
    notes: Vec<String>,
    channel: bool,
    /// Whether the entry has a summary.
    summary: bool,
    /// Whether the entry has a title.
    titled: bool,
}

impl<'a> Writer<'a> {
    /// Closes what must have ended, and opens what must have begun, before `name` at byte `at`.
    fn before(&mut self, name: &str, at: usize) {
        let is_item = matches!(name, "item" | "entry");
        if is_item {
            self.items += 1;
            (self.summary, self.titled) = (false, false);
            if let Some(depth) = self.open.iter().position(|o| matches!(o.name, "item" | "entry")) {
                self.notes.push(format!("entry {} is not closed (byte {at})", self.items - 1));
                self.close_to(depth);
            }
            if self.dialect == Dialect::Rss {
                // Whatever is open inside the channel has ended.
                self.close_to(usize::from(self.channel));
            }
        }
        if self.dialect == Dialect::Rss && !self.channel && name != "channel" {
            self.open_channel();
        }
    }

    fn open_channel(&mut self) {
        self.channel = true;
        self.out.push_str("<channel>");
        self.open.push(Open { name: "channel", written: true, drops: false });
    }

    fn start(&mut self, name: &'a str, attributes: &str, at: usize) -> Result<(), String> {
        if name == "channel" && self.dialect == Dialect::Rss {
            if !self.channel {
                self.open_channel();
            }
            return Ok(());
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("elements are nested more than {MAX_DEPTH} deep (byte {at})"));
        }
        let drops = is_dropped(name);
        self.dropping += usize::from(drops);
        let written = self.dropping == 0 && name != MEDIA_GROUP;
        self.open.push(Open { name, written, drops });
        if written {
            self.tag(name, attributes, ">");
            if name == "item" {
                self.item_attributes(attributes);
            }
        }
        Ok(())
    }

    /// What RDF and the Channel Definition Format say in the start tag of an item. Elements that say it again win.
    fn item_attributes(&mut self, given: &str) {
        for (key, value) in attributes(given) {
            let name = match key.to_ascii_lowercase().as_str() {
                "rdf:about" => "guid",
                "href" => "link",
                "lastmod" => "pubDate",
                _ => continue,
            };
            self.out.push_str(&format!("<{name}>{}</{name}>", escape_text(value)));
        }
    }

    fn empty(&mut self, name: &str, attributes: &str) {
        let text_without_use = text_kind(name) == Some(TextKind::Long);
        if self.dropping == 0 && !is_dropped(name) && !text_without_use && !matches!(name, "channel" | MEDIA_GROUP) {
            self.tag(name, attributes, "/>");
        }
    }

    /// A whole text element; `raw` is what stands in it.
    fn text(&mut self, name: &str, given: &str, raw: &str) {
        if self.dropping > 0 || is_dropped(name) {
            return;
        }
        let attribute = |key: &str| attributes(given).into_iter().find(|(n, _)| *n == key).map(|(_, v)| v);
        if name == "link" && attribute("href").is_some() {
            return self.tag(name, given, "/>");
        }
        let long = text_kind(name) == Some(TextKind::Long);
        if raw.trim().is_empty() || (long && attribute("src").is_some()) {
            return;
        }
        let decoded = (long && attribute("mode") == Some("base64")).then(|| base64(raw));
        let raw = match &decoded {
            Some(Some(text)) => text,
            Some(None) => return self.notes.push(format!("<{name}> says base64 and is none: left out")),
            None => raw,
        };
        if local(name) == "title" && self.open.last().is_some_and(|o| matches!(o.name, "item" | "entry")) {
            if name != "title" && (self.titled || name != "dc:title") {
                return;
            }
            self.titled = true;
        }
        let name = if name == "dc:title" { "title" } else { name };
        if name == MEDIA_TEXT {
            if !std::mem::replace(&mut self.summary, true) {
                let name = if self.dialect == Dialect::Atom { "summary" } else { "description" };
                self.out.push_str(&format!("<{name}>{}</{name}>", escape_text(raw)));
            }
            return;
        }
        self.summary |= matches!(name, "summary" | "description");
        if self.dialect == Dialect::Atom && long && !name.contains(':') {
            // An XML reader refuses the whole feed for one type it does not know.
            let (kind, text) = match attribute("type").unwrap_or("text") {
                "" | "text" | "text/plain" | "plain" => ("text", escape_text(raw)),
                "html" | "text/html" => ("html", escape_text(raw)),
                t if t.contains("xhtml") => ("html", escape_html(raw)),
                _ => return,
            };
            self.out.push_str(&format!("<{name} type=\"{kind}\">{text}</{name}>"));
            return;
        }
        self.tag(name, given, ">");
        self.out.push_str(&escape_text(raw));
        self.out.push_str(&format!("</{name}>"));
    }

    fn tag(&mut self, name: &str, given: &str, end: &str) {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes(given).into_iter().filter(|(key, _)| *key != "xmlns") {
            self.out.push_str(&format!(" {key}=\"{}\"", escape_text(value).replace('"', "&quot;")));
        }
        self.out.push_str(end);
    }

    fn end(&mut self, name: &str) {
        // A channel of RSS 2 ends with the document: some write items after it.
        if self.dialect == Dialect::Rss && name == "channel" {
            return;
        }
        if let Some(depth) = self.open.iter().rposition(|open| open.name == name) {
            self.close_to(depth);
        }
    }

    fn close_to(&mut self, depth: usize) {
        while self.open.len() > depth {
            let Some(Open { name, written, drops }) = self.open.pop() else { return };
            self.dropping -= usize::from(drops);
            if written {
                self.out.push_str(&format!("</{name}>"));
            }
        }
    }

    /// Text that belongs to no text element is kept where some reader may want it, i.e. inside elements not known here.
    fn loose_text(&mut self, text: &str) {
        let inside_unknown = self.open.last().is_some_and(|o| o.written && !matches!(o.name, "channel" | "item" | "entry"));
        if self.dropping == 0 && inside_unknown {
            self.out.push_str(&escape_text(text));
        }
    }

    fn finish(mut self) -> Repaired {
        if self.dialect == Dialect::Rss && !self.channel {
            self.open_channel();
        }
        let implied = usize::from(self.channel);
        if self.open.len() > implied {
            self.notes.push(format!("the feed ends inside {}", self.open.last().map_or("", |o| o.name)));
        }
        self.close_to(0);
        self.out.push_str(match self.dialect {
            Dialect::Rss => "</rss>",
            Dialect::Atom => "</feed>",
        });
        Repaired { xml: self.out, notes: self.notes }
    }
}
