//! How does a reader that speaks know what is a heading, a list or a cell? By a tree of parts beside the pages.

use super::ink::Part;
use crate::formats::words::letter;
use kiemtin_model::lang::Lang;
use krilla::tagging::{Identifier, ListNumbering, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree};
use std::num::NonZeroU16;

/// What a part is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Role {
    Heading(u16, String),
    Paragraph,
    List {
        numbered: bool,
    },
    Item,
    Label,
    ItemText,
    Table,
    Row,
    Head,
    Cell,
    Span,
    Link,
    /// A drawing, with what is said in its place.
    Figure(String),
}

/// All parts, in the order in which they are read.
#[derive(Default)]
pub(super) struct Tags {
    parts: Vec<Entry>,
    roots: Vec<usize>,
}

struct Entry {
    role: Role,
    /// Parts in it.
    parts: Vec<usize>,
    /// What stands on pages.
    shown: Vec<Identifier>,
}

impl Tags {
    /// A new part at the end of another one, or of the document.
    pub(super) fn add(&mut self, within: Part, role: Role) -> Part {
        let place = self.parts.len();
        match within.and_then(|within| self.parts.get_mut(within)) {
            Some(entry) => entry.parts.push(place),
            None => self.roots.push(place),
        }
        self.parts.push(Entry { role, parts: vec![], shown: vec![] });
        Some(place)
    }

    /// What was drawn belongs to a part. Each identifier is told once.
    pub(super) fn show(&mut self, part: usize, shown: Identifier) {
        if let Some(entry) = self.parts.get_mut(part) {
            entry.shown.push(shown);
        }
    }

    /// The tree as it stands in the file.
    pub(super) fn tree(mut self, lang: Lang) -> TagTree {
        let mut tree = TagTree::new().with_lang(Some(lang.tag().to_owned()));
        // A part stands after the one that it is in: from the end on, each is whole when it is taken.
        let mut groups: Vec<Option<TagGroup>> = self.parts.iter().map(|_| None).collect();
        for (place, entry) in self.parts.iter_mut().enumerate().rev() {
            let mut children: Vec<Node> = entry.shown.drain(..).map(Node::from).collect();
            children.extend(entry.parts.iter().filter_map(|part| groups.get_mut(*part)?.take()).map(Node::from));
            if let Some(group) = groups.get_mut(place).filter(|_| !children.is_empty() || matches!(entry.role, Role::Head | Role::Cell)) {
                *group = Some(TagGroup::with_children(kind(&entry.role), children));
            }
        }
        for group in self.roots.iter().filter_map(|part| groups.get_mut(*part)?.take()) {
            tree.push(group);
        }
        tree
    }
}

fn kind(role: &Role) -> TagKind {
    match role {
        Role::Heading(level, words) => Tag::Hn(NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN), Some(line(words))).into(),
        Role::Paragraph => Tag::P.into(),
        Role::List { numbered: true } => Tag::L(ListNumbering::Decimal).into(),
        Role::List { numbered: false } => Tag::L(ListNumbering::None).into(),
        Role::Item => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::ItemText => Tag::LBody.into(),
        Role::Table => Tag::Table.into(),
        Role::Row => Tag::TR.into(),
        Role::Head => Tag::TH(TableHeaderScope::Column).into(),
        Role::Cell => Tag::TD.into(),
        Role::Span => Tag::Span.into(),
        Role::Link => Tag::Link.into(),
        Role::Figure(said) => Tag::Figure(Some(line(said))).into(),
    }
}

/// Words from outside as they may stand there.
fn line(words: &str) -> String {
    words.chars().filter_map(letter).collect()
}
