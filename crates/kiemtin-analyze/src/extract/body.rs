//! Which element of a parsed page holds the article, and what does it say?
//!
//! A cheap first engine: one walk over the tree scores the parents of paragraphs, as Readability does (Arc90, 2009), and
//! one walk over the winner writes its text. It answers only when it is sure (the winner is marked as an article body, or
//! holds nearly all paragraphs of the page, and few of its words are links); else a slower engine is asked.

use super::clean::one_line;
use std::collections::HashMap;
use trafilatura::dom::{Document as Dom, NodeId};

/// Shortest paragraph that counts as prose, in bytes.
const PROSE: usize = 80;
/// Shortest body that is believed, in bytes.
const LEAST_BODY: usize = 500;
/// The same for a body that is marked as one: notices of authorities are short, and their lists are lost by the slower engine.
const LEAST_MARKED: usize = 200;
/// Share of the page's prose that the text of an unmarked winner is as long as.
const MOST_OF_PAGE: f64 = 0.9;
/// The same for a winner that is marked as the body: comments and teasers may stand beside it.
const PART_OF_PAGE: f64 = 0.8;
/// Longest paragraph of a teaser, in bytes.
const LONGEST_TEASER: usize = 500;
/// Deepest nesting that is looked at: the scan before parsing allows no deeper page.
const MAX_DEPTH: usize = 600;
/// Most elements that a configured selector may name: a paragraph each, at most.
const MOST_NAMED: usize = 500;
/// Share of a line's bytes that are links when the line is a link and no sentence.
const LINK_LINE: f64 = 0.8;

/// Elements without text of an article.
const SKIPPED: [&str; 22] = [
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "aside",
    "footer",
    "form",
    "button",
    "select",
    "iframe",
    "svg",
    "math",
    "figcaption",
    "textarea",
    "input",
    "object",
    "video",
    "audio",
    "canvas",
    "head",
    "dialog",
];
/// Words of class and id of boxes that stand inside articles and are none of their text.
const BOXES: [&str; 52] = [
    "related",
    "relate",
    "relation",
    "lienquan",
    "share",
    "sharing",
    "social",
    "comment",
    "comments",
    "binhluan",
    "ads",
    "ad",
    "adv",
    "advert",
    "advertisement",
    "banner",
    "quangcao",
    "sponsor",
    "promo",
    "newsletter",
    "subscribe",
    "breadcrumb",
    "breadcrumbs",
    "tags",
    "taglist",
    "copyright",
    "author",
    "byline",
    "credit",
    "caption",
    "photocms",
    "chuthich",
    "sidebar",
    "widget",
    "nav",
    "menu",
    "footer",
    "toolbar",
    "follow",
    "rating",
    "vote",
    "recommend",
    "recommended",
    "readmore",
    "xemthem",
    "docthem",
    "tinlienquan",
    "tinmoi",
    "popup",
    "modal",
    "hidden",
    "print",
];
/// Words of class and id that mark the element of the article's body, joined with their neighbours ("detail-content").
const BODIES: [&str; 24] = [
    "articlebody",
    "articlecontent",
    "articledetail",
    "detailcontent",
    "contentdetail",
    "detailcontentbody",
    "fckdetail",
    "singularcontent",
    "entrycontent",
    "postcontent",
    "postbody",
    "newscontent",
    "newsdetail",
    "contentnews",
    "noidung",
    "maincontentdetail",
    "detailcmain",
    "storybody",
    "storycontent",
    "fieldnamebody",
    "journalcontentarticle",
    "ctldetail",
    "cmsbody",
    "bodycontent",
];

/// The text of the article, lines as on the page; `None` when this engine is not sure.
pub(super) fn body(dom: &Dom) -> Option<String> {
    let root = dom.body()?;
    let mut scores = Scores::default();
    scores.walk(dom, root, 0, false);
    let best = scores.by_node.iter().max_by_key(|(_, s)| (s.bytes, s.order)).map(|(n, _)| *n)?;
    let marked = std::iter::successors(Some(best), |n| dom.parent(*n)).take(3).find(|n| is_body(dom, *n));
    let written = text_of(dom, marked.unwrap_or(best));
    let shortest = if marked.is_some() { LEAST_MARKED } else { LEAST_BODY };
    let least = scores.total() as f64 * if marked.is_some() { PART_OF_PAGE } else { MOST_OF_PAGE };
    (written.len() >= shortest && written.len() as f64 >= least).then_some(written)
}

/// The text of the elements that a selector names; an element inside another one is not told twice.
pub(super) fn by_selector(dom: &Dom, selector: &str) -> String {
    let nodes = dom.query_selector_all(dom.root(), selector);
    let inside = |node: &NodeId| std::iter::successors(dom.parent(*node), |n| dom.parent(*n)).take(MAX_DEPTH).any(|n| nodes.contains(&n));
    nodes.iter().take(MOST_NAMED).filter(|n| !inside(n)).map(|n| text_of(dom, *n)).collect::<Vec<_>>().join("\n")
}

/// The text below `node`, blocks on lines of their own, without boxes and lines of links.
fn text_of(dom: &Dom, node: NodeId) -> String {
    let mut lines = Lines::default();
    for child in dom.child_nodes(node) {
        lines.walk(dom, child, 0, false);
    }
    lines.end_line();
    lines.out
}

#[derive(Clone, Copy)]
struct Score {
    bytes: usize,
    /// Later elements win a tie: the result is the same on every run.
    order: usize,
}

#[derive(Default)]
struct Scores {
    by_node: HashMap<NodeId, Score>,
    total: usize,
    /// Parents of prose in boxes: paragraphs and their bytes.
    in_boxes: HashMap<NodeId, (usize, usize)>,
}

impl Scores {
    /// Prose of the page. That in boxes counts too, so that a body inside a box is missed; but not the one short paragraph
    /// of a card: a page of many teasers is no reason for doubt.
    fn total(&self) -> usize {
        let bodies = self.in_boxes.values().filter(|(paragraphs, bytes)| *paragraphs > 1 || *bytes > LONGEST_TEASER);
        self.total + bodies.map(|(_, bytes)| bytes).sum::<usize>()
    }

    /// Prose in boxes makes no box a winner.
    fn walk(&mut self, dom: &Dom, node: NodeId, depth: usize, boxed: bool) {
        if depth > MAX_DEPTH {
            return;
        }
        for child in dom.child_nodes(node) {
            let name = dom.tag_name(child);
            if SKIPPED.contains(&name) {
                continue;
            }
            if !name.is_empty() && name != "p" {
                self.walk(dom, child, depth + 1, boxed || is_box(dom, child));
                continue;
            }
            let text = dom.text_content(child);
            let size = text.trim().len();
            if size < PROSE || link_bytes(dom, child) * 2 > size {
                continue;
            }
            if boxed {
                let of_parent = self.in_boxes.entry(node).or_default();
                *of_parent = (of_parent.0 + 1, of_parent.1 + size);
            } else {
                self.total += size;
                let order = self.by_node.len();
                self.by_node.entry(node).or_insert(Score { bytes: 0, order }).bytes += size;
            }
        }
    }
}

fn link_bytes(dom: &Dom, node: NodeId) -> usize {
    dom.iter(node, &["a"]).into_iter().map(|a| dom.text_content(a).trim().len()).sum()
}

#[derive(Default)]
struct Lines {
    out: String,
    line: String,
    links: usize,
}

impl Lines {
    fn walk(&mut self, dom: &Dom, node: NodeId, depth: usize, in_link: bool) {
        if depth > MAX_DEPTH {
            return;
        }
        if dom.is_text(node) {
            let text = dom.text_content(node);
            self.links += if in_link { text.trim().len() } else { 0 };
            self.line.push_str(&text);
            return;
        }
        let name = dom.tag_name(node);
        if name.is_empty() || SKIPPED.contains(&name) || is_box(dom, node) {
            return;
        }
        let cell = matches!(name, "td" | "th");
        let block = is_block(name);
        if block {
            self.end_line();
        }
        for child in dom.child_nodes(node) {
            self.walk(dom, child, depth + 1, in_link || name == "a");
        }
        if block {
            self.end_line();
        } else if cell {
            self.line.push(' ');
        }
    }

    fn end_line(&mut self) {
        let line = one_line(&self.line, usize::MAX);
        if !line.is_empty() && (self.links as f64) < line.len() as f64 * LINK_LINE {
            self.out.push_str(&line);
            self.out.push('\n');
        }
        self.line.clear();
        self.links = 0;
    }
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "br"
            | "li"
            | "ul"
            | "ol"
            | "dl"
            | "dt"
            | "dd"
            | "tr"
            | "table"
            | "tbody"
            | "thead"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "blockquote"
            | "section"
            | "article"
            | "figure"
            | "pre"
            | "header"
            | "main"
            | "hr"
            | "center"
    )
}

/// Class and id of an element in small letters.
fn marks(dom: &Dom, node: NodeId) -> String {
    let mut marks = dom.class_name(node);
    marks.push(' ');
    marks.push_str(&dom.id_attr(node));
    marks.make_ascii_lowercase();
    marks
}

fn is_box(dom: &Dom, node: NodeId) -> bool {
    let marks = marks(dom, node);
    marks.len() > 1
        && !matches!(dom.tag_name(node), "body" | "article" | "main")
        && marks
            .split_whitespace()
            .any(|mark| mark.split(['-', '_', ':']).any(|w| BOXES.contains(&w)) || BOXES.contains(&mark.replace(['-', '_'], "").as_str()))
        && !is_body(dom, node)
}

fn is_body(dom: &Dom, node: NodeId) -> bool {
    dom.get_attribute(node, "itemprop").is_some_and(|p| p.eq_ignore_ascii_case("articleBody"))
        || dom.get_attribute(node, "data-role").is_some_and(|r| r == "content")
        || marks(dom, node).split_whitespace().any(|m| BODIES.contains(&m.replace(['-', '_'], "").as_str()))
}
