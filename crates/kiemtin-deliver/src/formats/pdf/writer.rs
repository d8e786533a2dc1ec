//! How do paragraphs, headings and lists stand on a page?

use super::flow::{Flow, LEFT, Row, TEXT};
use super::fonts::{Fonts, Style};
use super::ink::{BLACK, Ink, Part};
use super::set::{self, Place, Side};
use super::tags::{Role, Tags};
use super::words::{self, Lines, Setting};
use crate::formats::paper::{Block, Run};
use kiemtin_model::lang::Lang;

/// Size of the text, in points.
pub(super) const BODY: f32 = 13.0;
/// From line to line, as a part of the size.
pub(super) const LEADING: f32 = 1.25;
/// A list stands in by so much, and its labels end so far before its words.
const INDENT: f32 = 9.0;
const LABEL_GAP: f32 = 6.0;

/// What is written so far.
pub(super) struct Writer<'a> {
    pub fonts: &'a Fonts,
    pub flow: Flow,
    pub tags: Tags,
    pub lang: Lang,
}

/// A paragraph of its own look.
#[derive(Clone, Copy)]
pub(super) struct Form {
    pub size: f32,
    pub style: Style,
    pub side: Side,
    /// Room above and below it.
    pub room: (f32, f32),
    /// It stands on the same page as what follows.
    pub keep: bool,
}

impl Writer<'_> {
    pub(super) fn block(&mut self, block: &Block) {
        match block {
            Block::Heading(level, words) => self.heading(*level, words),
            Block::Paragraph(runs) => {
                let form = Form { size: BODY, style: Style::default(), side: Side::Both, room: (3.0, 3.0), keep: false };
                self.paragraph(Role::Paragraph, runs, form);
            }
            Block::List { numbered, items } => self.list(*numbered, items),
            Block::Table(grid) => self.table(grid),
            Block::Chart(chart) => self.chart(chart),
        }
    }

    pub(super) fn lines(&mut self, part: Part, runs: &[Run], size: f32, style: Style, width: f32) -> Lines {
        words::lines(self.fonts, &mut self.tags, part, runs, Setting { size, style, width })
    }

    fn heading(&mut self, level: u8, words: &str) {
        let (style, above) =
            if level <= 1 { (Style { bold: true, italic: false }, 12.0) } else { (Style { bold: true, italic: true }, 8.0) };
        // The title of the document is the first heading.
        let role = Role::Heading(if level <= 1 { 2 } else { 3 }, words.to_owned());
        let form = Form { size: BODY, style, side: Side::Left, room: (above, 3.0), keep: true };
        let part = self.tags.add(None, role);
        let lines = self.lines(part, &[Run::plain(words)], form.size, form.style, TEXT);
        self.rows(&lines, form, Some((level, words.to_owned())));
    }

    pub(super) fn paragraph(&mut self, role: Role, runs: &[Run], form: Form) {
        let part = self.tags.add(None, role);
        let lines = self.lines(part, runs, form.size, form.style, TEXT);
        self.rows(&lines, form, None);
    }

    /// Each line a row.
    fn rows(&mut self, lines: &Lines, form: Form, mut heading: Option<(u8, String)>) {
        let place = Place { x: LEFT, width: TEXT, side: form.side, pitch: form.size * LEADING };
        self.flow.gap(form.room.0);
        for (at, line) in lines.lines.iter().enumerate() {
            let mut row = Row { height: place.pitch, keep: form.keep || together(at, lines.lines.len()), ..Row::default() };
            row.heading = heading.take();
            set::line(&mut row.inks, lines, line, place, 0.0);
            self.flow.put(row);
        }
        self.flow.gap(form.room.1);
    }

    fn list(&mut self, numbered: bool, items: &[Vec<Run>]) {
        let label = |at: usize| if numbered { format!("{}.", at + 1) } else { "-".to_owned() };
        let width = |label: &str| self.fonts.width(label, Style::default(), BODY);
        // Figures are all as wide as each other.
        let labels = if items.is_empty() { 0.0 } else { width(&label(items.len() - 1)) };
        let x = LEFT + INDENT + labels + LABEL_GAP;
        let place = Place { x, width: LEFT + TEXT - x, side: Side::Left, pitch: BODY * LEADING };
        let list = self.tags.add(None, Role::List { numbered });
        for (number, runs) in items.iter().enumerate() {
            let item = self.tags.add(list, Role::Item);
            let (sign, text) = (self.tags.add(item, Role::Label), self.tags.add(item, Role::ItemText));
            let lines = self.lines(text, runs, BODY, Style::default(), place.width);
            self.flow.gap(2.0);
            for (at, line) in lines.lines.iter().enumerate() {
                let mut row = Row { height: place.pitch, keep: together(at, lines.lines.len()), ..Row::default() };
                if at == 0 {
                    let text = label(number);
                    let x = LEFT + INDENT + labels - self.fonts.width(&text, Style::default(), BODY);
                    let y = set::baseline(place.pitch, BODY);
                    row.inks.push((sign, Ink::Words { x, y, text, style: Style::default(), size: BODY, colour: BLACK, stretch: 0.0 }));
                }
                set::line(&mut row.inks, &lines, line, place, 0.0);
                self.flow.put(row);
            }
            self.flow.gap(2.0);
        }
        self.flow.gap(3.0);
    }
}

/// No line of a paragraph stands alone at the end or the beginning of a page.
pub(super) fn together(at: usize, lines: usize) -> bool {
    at + 1 < lines && (at == 0 || at + 2 == lines)
}
