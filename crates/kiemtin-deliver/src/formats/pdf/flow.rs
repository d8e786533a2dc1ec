//! What comes on which page? Rows from top to bottom; what belongs together moves to the next page together.

use super::ink::{Ink, Part};
use std::rc::Rc;

/// Points of a millimetre.
const MM: f32 = 72.0 / 25.4;
/// A4, and its margins in an administrative document (Decree 30/2020/NĐ-CP, annex I).
pub(super) const WIDTH: f32 = 210.0 * MM;
pub(super) const HEIGHT: f32 = 297.0 * MM;
pub(super) const TOP: f32 = 20.0 * MM;
pub(super) const LEFT: f32 = 30.0 * MM;
pub(super) const BOTTOM: f32 = HEIGHT - 20.0 * MM;
/// Width of the text.
pub(super) const TEXT: f32 = WIDTH - LEFT - 15.0 * MM;
/// Height of the text on a page.
pub(super) const ROOM: f32 = BOTTOM - TOP;
/// Room for a signature.
pub(super) const SIGNATURE: f32 = 25.0 * MM;

/// A page.
#[derive(Default)]
pub(super) struct Leaf {
    pub inks: Vec<(Part, Ink)>,
}

/// What is never cut: a line, a row of a table, a chart. What it draws counts from its own top.
#[derive(Clone, Default)]
pub(super) struct Row {
    pub height: f32,
    /// Room above it, which falls away at the top of a page.
    pub before: f32,
    pub inks: Vec<(Part, Ink)>,
    /// It stands on the same page as what follows.
    pub keep: bool,
    /// What comes again above it at the top of a page: the heads of its table.
    pub head: Option<Rc<Row>>,
    /// It is a heading: level and words.
    pub heading: Option<(u8, String)>,
}

/// Where a heading stands.
pub(super) struct Bookmark {
    pub level: u8,
    pub words: String,
    /// Place of the page.
    pub page: usize,
    pub y: f32,
}

/// Pages so far.
pub(super) struct Flow {
    leaves: Vec<Leaf>,
    leaf: Leaf,
    /// Where the next row begins.
    y: f32,
    /// Nothing stands on the page yet.
    fresh: bool,
    /// Rows that wait for what they stand together with, and their height.
    waiting: Vec<Row>,
    height: f32,
    /// Room above what comes next.
    gap: f32,
    bookmarks: Vec<Bookmark>,
}

impl Flow {
    pub(super) fn new() -> Self {
        Self { leaves: vec![], leaf: Leaf::default(), y: TOP, fresh: true, waiting: vec![], height: 0.0, gap: 0.0, bookmarks: vec![] }
    }

    /// Room above what comes next.
    pub(super) fn gap(&mut self, height: f32) {
        self.gap = self.gap.max(height);
    }

    pub(super) fn put(&mut self, mut row: Row) {
        // What waits is whole where its last row keeps nothing with it; what no page holds together need not wait for more.
        if self.height > ROOM || self.waiting.last().is_some_and(|last| !last.keep) {
            self.settle();
        }
        row.before = row.before.max(std::mem::take(&mut self.gap));
        self.height += row.before + row.height;
        self.waiting.push(row);
    }

    /// What was put last stands on the same page as what follows.
    pub(super) fn join(&mut self) {
        if let Some(last) = self.waiting.last_mut() {
            last.keep = true;
        }
    }

    /// The pages, and the headings on them.
    pub(super) fn finish(mut self) -> (Vec<Leaf>, Vec<Bookmark>) {
        self.settle();
        self.leaves.push(self.leaf);
        (self.leaves, self.bookmarks)
    }

    fn settle(&mut self) {
        if self.y + self.height > BOTTOM && !self.fresh {
            self.turn();
        }
        self.height = 0.0;
        for row in std::mem::take(&mut self.waiting) {
            if !self.fresh && self.y + row.before + row.height > BOTTOM {
                self.turn();
            }
            if let Some(head) = row.head.as_deref().filter(|_| self.fresh) {
                let mut again = head.clone();
                // Read once is enough.
                again.inks.iter_mut().for_each(|(part, _)| *part = None);
                self.place(again);
            }
            self.place(row);
        }
    }

    fn turn(&mut self) {
        self.leaves.push(std::mem::take(&mut self.leaf));
        (self.y, self.fresh) = (TOP, true);
    }

    fn place(&mut self, row: Row) {
        if !self.fresh {
            self.y += row.before;
        }
        if let Some((level, words)) = row.heading {
            self.bookmarks.push(Bookmark { level, words, page: self.leaves.len(), y: self.y });
        }
        for (part, mut ink) in row.inks {
            ink.lower(self.y);
            self.leaf.inks.push((part, ink));
        }
        self.y += row.height;
        self.fresh = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(height: f32, keep: bool) -> Row {
        Row {
            height,
            keep,
            inks: vec![(Some(0), Ink::line((0.0, 0.0), (1.0, 0.0), super::super::ink::Pen::of(1.0, (0, 0, 0))))],
            ..Row::default()
        }
    }

    fn counts(rows: Vec<Row>) -> Vec<usize> {
        let mut flow = Flow::new();
        rows.into_iter().for_each(|row| flow.put(row));
        flow.finish().0.iter().map(|leaf| leaf.inks.len()).collect()
    }

    #[test]
    fn what_belongs_together_turns_the_page_together() {
        let third = ROOM / 3.0 - 1.0;
        assert_eq!(counts(vec![row(third, false), row(third, false), row(third, false), row(third, false)]), [3, 1]);
        assert_eq!(counts(vec![row(third, false), row(third, false), row(third, true), row(third, false)]), [2, 2]);
        let mut flow = Flow::new();
        [row(third, false), row(third, false), row(third, false)].into_iter().for_each(|row| flow.put(row));
        flow.join();
        flow.put(row(third, false));
        assert_eq!(flow.finish().0.iter().map(|leaf| leaf.inks.len()).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(counts(vec![row(third, true), row(third, true), row(third, true), row(third, true), row(third, false)]), [3, 2]);
    }

    #[test]
    fn a_head_comes_again_on_each_page_and_only_there() {
        let head = Rc::new(row(20.0, true));
        let body = || Row { head: Some(head.clone()), ..row(ROOM / 4.0, false) };
        let rows = std::iter::once((*head).clone()).chain((0..7).map(|_| body())).collect();
        assert_eq!(counts(rows), [4, 4, 2], "three rows to a page under their head");
    }

    #[test]
    fn what_is_taller_than_a_page_stands_alone() {
        assert_eq!(counts(vec![row(10.0, false), row(ROOM * 2.0, false), row(10.0, false)]), [1, 1, 1]);
    }
}
