//! Is this markup safe to parse, and what is its plain text?
//!
//! Tree builders for HTML need time that grows with the square of the nesting depth and of the number of attributes of a
//! tag, and some overflow their stack (a page of 100,000 nested `div` holds one for more than 40 seconds). [`prescan`]
//! finds such pages in one pass, before any tree is built. [`strip_tags`] turns a fragment into text without a tree.
//! Both read every byte a bounded number of times.

mod entities;
mod tags;

pub use entities::{decode as decode_entities, named as named_entity};
use tags::{Piece, Tag, Tags};
use thiserror::Error;

/// Deepest nesting of elements that a page may have.
pub const MAX_DEPTH: usize = 500;
/// Most attributes that one tag may have.
pub const MAX_ATTRIBUTES: usize = 1_000;

/// Most elements that a page may have: the longest articles with their comments have a tenth of it, and a tree of so many takes some
/// 250 MB.
pub const MAX_ELEMENTS: usize = 50_000;

/// Why a page is not parsed. Offsets are bytes from the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MarkupFault {
    /// Elements are nested deeper than [`MAX_DEPTH`].
    #[error("elements are nested more than {MAX_DEPTH} deep (byte {at})")]
    TooDeep {
        /// The tag that is too deep.
        at: usize,
    },
    /// A tag has more than [`MAX_ATTRIBUTES`] attributes.
    #[error("a tag has more than {MAX_ATTRIBUTES} attributes (byte {at})")]
    TooManyAttributes {
        /// That tag.
        at: usize,
    },
    /// The page has more than [`MAX_ELEMENTS`] elements.
    #[error("more than {MAX_ELEMENTS} elements (byte {at})")]
    TooManyElements {
        /// The first one too many.
        at: usize,
    },
}

/// Checks nesting, attributes and number of elements of a page as a tree builder would meet them. An error means: do not parse it.
pub fn prescan(html: &str) -> Result<(), MarkupFault> {
    let mut open: Vec<&str> = Vec::new();
    // Formatting elements that were closed by another element's end: a tree builder opens them again and again.
    let mut reopened = 0usize;
    let mut elements = 0usize;
    let mut tags = Tags::new(html);
    while let Some(piece) = tags.next() {
        let Piece::Tag(tag) = piece else { continue };
        elements += usize::from(!tag.end);
        if elements > MAX_ELEMENTS {
            return Err(MarkupFault::TooManyElements { at: tag.at });
        }
        if tag.attributes > MAX_ATTRIBUTES {
            return Err(MarkupFault::TooManyAttributes { at: tag.at });
        }
        if tag.end {
            close(&mut open, &tag, &mut reopened);
        } else if !(is_void(tag.name) || tag.self_closing && tags.foreign()) {
            close_implied(&mut open, tag.name);
            open.push(tag.name);
            if open.len() + reopened > MAX_DEPTH {
                return Err(MarkupFault::TooDeep { at: tag.at });
            }
        }
        tags.set_foreign(in_foreign(&open));
    }
    Ok(())
}

/// Closes the nearest open element of that name and everything inside it; an end tag without one closes nothing.
fn close(open: &mut Vec<&str>, tag: &Tag<'_>, reopened: &mut usize) {
    match open.iter().rposition(|name| name.eq_ignore_ascii_case(tag.name)) {
        Some(at) => {
            *reopened += open.iter().skip(at + 1).filter(|name| is_formatting(name)).count();
            open.truncate(at);
        }
        None if is_formatting(tag.name) => *reopened = reopened.saturating_sub(1),
        None => {}
    }
}

/// Closes the element at the top whose end tag may be left out before `next`.
fn close_implied(open: &mut Vec<&str>, next: &str) {
    while let Some(top) = open.last() {
        let ends = |tops: &[&str], nexts: &[&str]| is_one_of(top, tops) && is_one_of(next, nexts);
        let implied = ends(&["p"], BLOCKS)
            || ends(&["li"], &["li"])
            || ends(&["dt", "dd"], &["dt", "dd"])
            || ends(&["option"], &["option", "optgroup"])
            || ends(&["td", "th"], &["td", "th", "tr", "tbody", "tfoot"])
            || ends(&["tr"], &["tr", "tbody", "tfoot"])
            || ends(&["thead", "tbody", "colgroup", "caption"], &["tbody", "tfoot", "thead"]);
        if !implied {
            return;
        }
        open.pop();
    }
}

/// Elements before which an open paragraph ends.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "td",
    "th",
    "tr",
    "ul",
];

fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|n| n.eq_ignore_ascii_case(name))
}

fn is_void(name: &str) -> bool {
    const VOID: &[&str] = &[
        "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "img", "image", "input", "keygen", "link", "meta",
        "param", "source", "track", "wbr",
    ];
    is_one_of(name, VOID)
}

fn is_formatting(name: &str) -> bool {
    is_one_of(name, &["b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"])
}

/// Whether markup is read by the rules of SVG and MathML, where `<style>` and `<title>` may hold elements.
fn in_foreign(open: &[&str]) -> bool {
    open.iter()
        .rev()
        .find(|name| is_one_of(name, &["svg", "math", "foreignobject", "desc", "annotation-xml"]))
        .is_some_and(|name| is_one_of(name, &["svg", "math"]))
}

/// The text of an HTML fragment: entities decoded, `<br>`, paragraphs, list items and headings on lines of their own,
/// scripts and styles dropped, white space of one line joined. A text without markup comes back as it is, trimmed.
pub fn strip_tags(html: &str) -> String {
    strip_tags_with(html, |_| None)
}

/// As [`strip_tags`], with other words in the place of some elements: `instead` is given each start tag as it is written. Such
/// an element ends with its end tag or, where that is missing, before the next paragraph.
pub fn strip_tags_with(html: &str, instead: impl Fn(&str) -> Option<&'static str>) -> String {
    let mut out = String::with_capacity(html.len());
    let mut left_out: Option<&str> = None;
    let mut tags = Tags::new(html);
    while let Some(piece) = tags.next() {
        if let Some(name) = left_out {
            let Piece::Tag(tag) = &piece else { continue };
            if tag.end && tag.name.eq_ignore_ascii_case(name) {
                left_out = None;
            }
            if !is_one_of(tag.name, BLOCKS) {
                continue;
            }
            left_out = None;
        }
        if let Piece::Tag(tag) = &piece
            && !tag.end
            && let Some(words) = instead(tags.written(tag))
        {
            push_text(&mut out, words);
            left_out = Some(tag.name);
            continue;
        }
        match piece {
            Piece::Text(text) => push_text(&mut out, &decode_entities(text)),
            Piece::Tag(tag) if tag.name.eq_ignore_ascii_case("br") || is_one_of(tag.name, BLOCKS) => {
                let kept = out.trim_end_matches(' ').len();
                out.truncate(kept);
                if !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
            }
            Piece::Tag(_) => {}
        }
    }
    out.truncate(out.trim_end().len());
    out
}

fn push_text(out: &mut String, text: &str) {
    for c in text.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
    }
}

#[cfg(test)]
mod tests;
