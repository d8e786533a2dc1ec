//! Bài: what did it say, who repeats it, and what was changed later?

use crate::catalogue::Catalogue;
use crate::documents::{CopyItem, DifferencePiece, DocumentFile, MAX_VERSIONS, VersionDifference, VersionItem};
use crate::view::chrome::{Chrome, LevelBadge};
use crate::view::story::story_link;
use crate::view::words::{address, count, link};
use askama::Template;
use kiemtin_model::{DateOrigin, Document, FoundBy, Level, PublishedFrom, Time};

/// Paragraphs of an unchanged passage that are shown at each of its ends, and the least number that is folded.
const CONTEXT: usize = 1;
const FOLDED: usize = 2;

/// The page.
#[derive(Template)]
#[template(path = "article.html")]
pub struct DocumentPage {
    /// Around it.
    pub chrome: Chrome,
    /// Its title, or what stands for one.
    pub title: String,
    /// Its level, when it has a flag.
    pub level: Option<LevelBadge>,
    /// Kinds of its flags, in words.
    pub kinds: String,
    /// Number of the present version.
    pub version: u32,
    /// Name of its source.
    pub source: String,
    /// Page of its source.
    pub source_page: Option<String>,
    /// Group of the source and kind of document.
    pub about: String,
    /// Where it can be read.
    pub link: Option<String>,
    /// Why there is no link.
    pub no_link: &'static str,
    /// When it was published, and where that stands.
    pub published: String,
    /// When it was taken in.
    pub fetched: String,
    /// Topics and units.
    pub topics: String,
    /// Its paragraphs; none where its publisher does not want its text shown.
    pub paragraphs: Vec<String>,
    /// Its publisher does not want its text shown: neither it nor what was edited stands here.
    pub withheld: bool,
    /// Earlier versions, newest first.
    pub versions: Vec<VersionView>,
    /// There are more than are listed.
    pub more_versions: bool,
    /// The chosen version against the next.
    pub chosen: Option<Compared>,
    /// Address of the page without a chosen version.
    pub here: String,
    /// Its event, when that has several reports: (address, how far it spread).
    pub story: Option<(String, String)>,
    /// Its text elsewhere.
    pub copies: Vec<CopyView>,
}

/// A version in the list.
pub struct VersionView {
    /// `Bản 1 → 2`.
    pub name: String,
    /// Where its difference is shown.
    pub href: String,
    /// When it was replaced.
    pub at: String,
    /// What changed, in words.
    pub what: String,
    /// It is the chosen one.
    pub on: bool,
}

/// Two versions compared.
pub struct Compared {
    /// The old one.
    pub old: u32,
    /// The new one.
    pub new: u32,
    /// When it came.
    pub at: String,
    /// The titles, when they differ.
    pub title: Vec<Block>,
    /// The texts.
    pub text: Vec<Block>,
}

/// A part of a shown difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// Stands in both.
    Same(String),
    /// Only the new one has it.
    Added(String),
    /// Only the old one has it.
    Removed(String),
    /// Unchanged paragraphs: (how many, their text).
    Folded(usize, String),
}

/// A copy.
pub struct CopyView {
    /// Its title, or its source.
    pub title: String,
    /// Its page here.
    pub page: String,
    /// Where it can be read.
    pub link: Option<String>,
    /// Source, group, time, version.
    pub about: String,
}

impl DocumentPage {
    /// The page of a document, with a version compared to the next one.
    pub fn new(chrome: Chrome, file: DocumentFile, chosen: Option<VersionDifference>, catalogue: &Catalogue) -> Self {
        let d = &file.document;
        let here = page_address(&d.id.0);
        let on = chosen.as_ref().map(|c| c.version);
        // A text shown whole is a copy of the page, too.
        let withheld = d.restrictions.no_snippet || d.restrictions.no_archive;
        let text = if withheld { "" } else { d.text.as_str() };
        let configured = catalogue.sources.iter().any(|s| s.id == d.source);
        let names = file.topics.iter().map(|t| catalogue.topic(t).to_owned()).chain(file.units.iter().cloned());
        Self {
            chrome,
            title: Some(title(&d.title, text)).filter(|t| !t.is_empty()).unwrap_or_else(|| file.source_name.clone()),
            level: (file.level != Level::None).then(|| file.level.into()),
            kinds: file.kinds.iter().map(|k| k.vi()).collect::<Vec<_>>().join(" · "),
            version: file.version,
            source: file.source_name.clone(),
            source_page: configured.then(|| format!("/sources/{}", d.source)),
            about: format!("{} · {}", d.group.vi(), d.kind.vi()),
            link: link(d.url.as_deref()),
            no_link: if d.found_by == FoundBy::Channel {
                "không có địa chỉ mở được"
            } else {
                "không lưu: bài tìm theo từ khoá"
            },
            published: published(d),
            fetched: d.fetched_at.vi(),
            topics: names.collect::<Vec<_>>().join(" · "),
            withheld,
            paragraphs: text.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
            versions: file.versions.iter().map(|v| version(v, &here, on)).collect(),
            more_versions: file.versions.len() == MAX_VERSIONS && file.versions.last().is_some_and(|v| v.version > 1),
            chosen: chosen.filter(|_| !withheld).map(compared),
            story: story_link(&file.spread),
            copies: file.copies.iter().map(copy).collect(),
            here,
        }
    }
}

/// Where a document is shown.
pub fn page_address(id: &str) -> String {
    format!("/documents/{id}")
}

fn title(title: &str, text: &str) -> String {
    if !title.is_empty() {
        return title.to_owned();
    }
    let start: String = text.chars().take(90).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    if text.chars().nth(90).is_some() { format!("{start}…") } else { start }
}

/// When it was published and what says so; else why a date that stood there is not believed. Then the last change.
fn published(d: &Document) -> String {
    let from = d.dating.published_from;
    let mut words = match (d.published_at, &d.dating.date_note) {
        (Some(at), _) if d.date_origin == DateOrigin::Guess => format!("{} (suy từ chữ trên trang)", at.vi()),
        (Some(at), _) if from == PublishedFrom::Unknown => at.vi(),
        (Some(at), _) => format!("{} (theo {})", at.vi(), from.vi()),
        (None, Some(note)) => format!("không rõ (ngày ghi trên trang {})", note.why.vi()),
        (None, None) => "không rõ".to_owned(),
    };
    if let Some(at) = d.dating.modified_at {
        words.push_str(&format!(", sửa lần cuối {}", at.vi()));
    }
    words
}

fn version(v: &VersionItem, here: &str, on: Option<u32>) -> VersionView {
    let syllables = |n: usize, word: &str| (n > 0).then(|| format!("{word} {} tiếng", count(n as u64)));
    let parts = [v.title_changed.then(|| "đổi tiêu đề".to_owned()), syllables(v.added, "thêm"), syllables(v.removed, "bớt")];
    let what = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
    VersionView {
        name: format!("Bản {} → {}", v.version, v.version + 1),
        href: format!("{}#khac", address(here, &[("version", &v.version.to_string())])),
        at: v.replaced_at.vi(),
        what: if what.is_empty() { "chỉ đổi dấu câu hoặc cách viết".to_owned() } else { what },
        on: on == Some(v.version),
    }
}

fn copy(c: &CopyItem) -> CopyView {
    let at = c.published_at.map_or_else(|| format!("không rõ ngày đăng, thu thập {}", c.fetched_at.vi()), Time::vi);
    CopyView {
        title: if c.title.is_empty() { c.source_name.clone() } else { c.title.clone() },
        page: page_address(&c.id.0),
        link: link(c.url.as_deref()),
        about: format!("{} · {} · {at} · bản {}", c.source_name, c.group.vi(), c.version),
    }
}

fn compared(d: VersionDifference) -> Compared {
    let title_changed = d.title.iter().any(|p| p.op != "same");
    Compared {
        old: d.version,
        new: d.next,
        at: d.replaced_at.vi(),
        title: if title_changed { d.title.into_iter().map(block).collect() } else { vec![] },
        text: folded(d.text),
    }
}

fn block(piece: DifferencePiece) -> Block {
    match piece.op {
        "added" => Block::Added(piece.text),
        "removed" => Block::Removed(piece.text),
        _ => Block::Same(piece.text),
    }
}

/// Long unchanged passages are folded, but for the paragraphs next to a change.
fn folded(pieces: Vec<DifferencePiece>) -> Vec<Block> {
    let last = pieces.len().saturating_sub(1);
    let mut blocks = vec![];
    for (number, piece) in pieces.into_iter().enumerate() {
        if piece.op != "same" {
            blocks.push(block(piece));
            continue;
        }
        let lines: Vec<&str> = piece.text.split_inclusive('\n').collect();
        // The part of a line at a change belongs to its paragraph; where the text begins or ends nothing is next to a change.
        let (before, after) = (if number == 0 { 0 } else { CONTEXT + 1 }, if number == last { 0 } else { CONTEXT + 1 });
        let middle = lines.len().saturating_sub(before + after);
        if middle < FOLDED {
            blocks.push(Block::Same(piece.text));
            continue;
        }
        let part = |from: usize, to: usize| lines.get(from..to).unwrap_or_default().concat();
        let parts = [
            Block::Same(part(0, before)),
            Block::Folded(middle, part(before, before + middle)),
            Block::Same(part(before + middle, lines.len())),
        ];
        blocks.extend(parts.into_iter().filter(|b| !matches!(b, Block::Same(text) if text.is_empty())));
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_unchanged_passages_are_folded() {
        let piece = |op: &'static str, text: &str| DifferencePiece { op, text: text.into() };
        let lines = |from: usize, to: usize| (from..to).map(|n| format!("đoạn {n}\n")).collect::<String>();
        let blocks = folded(vec![piece("same", &lines(0, 8)), piece("added", "mới\n"), piece("same", &lines(8, 11))]);
        let expected = [Block::Folded(6, lines(0, 6)), Block::Same(lines(6, 8)), Block::Added("mới\n".into()), Block::Same(lines(8, 11))];
        assert_eq!(blocks, expected);
        let long = folded(vec![piece("removed", "cũ "), piece("same", &lines(0, 9)), piece("removed", "cũ")]);
        let shown: Vec<_> = long.iter().map(|b| matches!(b, Block::Folded(5, _))).collect();
        assert_eq!(shown, [false, false, true, false, false]);
        assert_eq!(folded(vec![]), []);
    }
}
