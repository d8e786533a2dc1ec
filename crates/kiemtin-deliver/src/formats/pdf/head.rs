//! What stands at the beginning of a document, and at the top of each page? Who writes, the name of the state and its motto, what it
//! is about (Decree 30/2020/NĐ-CP, annex I).

use super::flow::{LEFT, Leaf, Row, TEXT, WIDTH};
use super::fonts::Style;
use super::ink::{BLACK, Colour, Ink, Part, Pen};
use super::set::{self, Place, Side};
use super::tags::Role;
use super::words::Lines;
use super::writer::{BODY, Form, LEADING, Writer};
use crate::formats::paper::{Paper, Run, state};

/// Size of title and subject.
const TITLE: f32 = 14.0;
const PLAIN: Style = Style { bold: false, italic: false };
const BOLD: Style = Style { bold: true, italic: false };
const ITALIC: Style = Style { bold: false, italic: true };
/// Share of the width that the left column of the heading lines has, as in DOCX.
const ISSUER: f32 = 0.4;
/// Ground of the box of the banner.
const BANNER: Colour = (0xF2, 0xF2, 0xF2);
/// Room between the box and its words.
const INSET: f32 = 5.0;
/// The number of a page stands in the margin, so far below its edge.
const NUMBER: f32 = 24.0;
/// Size of the banner in the margin; more than two lines of it do not fit.
const SMALL: f32 = 9.0;

/// Words of the heading lines: words, size, cut.
type Words<'a> = (&'a str, f32, Style);

impl Writer<'_> {
    pub(super) fn head(&mut self, paper: &Paper) {
        let (above, own) = (paper.issuer.0.to_uppercase(), paper.issuer.1.to_uppercase());
        let (state, motto) = state(paper.lang);
        let mut row = Row { before: 0.0, ..Row::default() };
        let left = Place { x: LEFT, width: TEXT * ISSUER, side: Side::Middle, pitch: BODY * 1.15 };
        let right = Place { x: LEFT + TEXT * ISSUER, width: TEXT * (1.0 - ISSUER), ..left };
        let (_, first) = self.column(&mut row.inks, left, &[(&above, BODY, PLAIN), (&own, BODY, BOLD)], 0.0);
        let issued = rule(&mut row.inks, left, &own, first.1, first.0 * 0.4);
        let (_, second) = self.column(&mut row.inks, right, &[(state, 12.0, BOLD), (motto, BODY, BOLD)], 0.0);
        let stated = rule(&mut row.inks, right, motto, second.1, second.0);
        let y = issued.max(stated) + 5.0;
        let (number, _) = self.column(&mut row.inks, left, &[(&paper.number, BODY, PLAIN)], y);
        let (dated, _) = self.column(&mut row.inks, right, &[(&paper.dated, BODY, ITALIC)], y);
        row.height = number.max(dated);
        self.flow.put(row);
        let form = Form { size: TITLE, style: BOLD, side: Side::Middle, room: (20.0, 2.0), keep: true };
        for (words, role, room) in
            [(&paper.title, Role::Heading(1, paper.title.clone()), form.room), (&paper.subject, Role::Paragraph, (0.0, 4.0))]
        {
            if !words.is_empty() {
                self.paragraph(role, &[Run::plain(words)], Form { room, ..form });
            }
        }
        self.under_subject(&paper.subject);
        self.banner(&paper.banner);
    }

    /// Lines under each other; gives where they end, and width and end of the last.
    fn column(&mut self, out: &mut Vec<(Part, Ink)>, place: Place, words: &[Words<'_>], mut y: f32) -> (f32, (f32, f32)) {
        let mut last = 0.0;
        for (text, size, style) in words.iter().filter(|(text, ..)| !text.is_empty()) {
            let part = self.tags.add(None, Role::Paragraph);
            let lines = self.lines(part, &[Run::plain(*text)], *size, *style, place.width);
            y = set::block(out, &lines, place, y);
            last = lines.lines.iter().map(|line| line.width).fold(0.0, f32::max);
        }
        (y, (last, y))
    }

    /// The short line that ends the name of a document.
    fn under_subject(&mut self, subject: &str) {
        let width = self.fonts.width(subject, BOLD, TITLE).min(TEXT) * 0.35;
        if width > 0.0 {
            let x = LEFT + (TEXT - width) / 2.0;
            let inks = vec![(None, Ink::line((x, 0.0), (x + width, 0.0), Pen::of(0.75, BLACK)))];
            self.flow.put(Row { height: 1.0, before: 3.0, inks, ..Row::default() });
        }
        self.flow.gap(12.0);
    }

    /// How far the document may be relied on, in a box. Each line is a row with its part of the box.
    fn banner(&mut self, banner: &str) {
        if banner.is_empty() {
            return;
        }
        let part = self.tags.add(None, Role::Paragraph);
        let lines = self.lines(part, &[Run::plain(banner)], BODY, BOLD, TEXT - 4.0 * INSET);
        let place = Place { x: LEFT + 2.0 * INSET, width: TEXT - 4.0 * INSET, side: Side::Middle, pitch: BODY * LEADING };
        let last = lines.lines.len().saturating_sub(1);
        for (at, line) in lines.lines.iter().enumerate() {
            let (above, below) = (if at == 0 { INSET } else { 0.0 }, if at == last { INSET } else { 0.0 });
            let height = place.pitch + above + below;
            let mut row = Row { height, keep: super::writer::together(at, last + 1), ..Row::default() };
            row.inks.push((None, Ink::area(LEFT, 0.0, TEXT, height, BANNER)));
            let mut frame = vec![vec![(LEFT, 0.0), (LEFT, height)], vec![(LEFT + TEXT, 0.0), (LEFT + TEXT, height)]];
            for (on, y) in [(at == 0, 0.0), (at == last, height)] {
                if on {
                    frame.push(vec![(LEFT - 0.5, y), (LEFT + TEXT + 0.5, y)]);
                }
            }
            row.inks.push((None, Ink::Lines { lines: frame, closed: false, fill: None, pen: Some(Pen::of(1.0, BLACK)) }));
            set::line(&mut row.inks, &lines, line, place, above);
            self.flow.put(row);
        }
        self.flow.gap(10.0);
    }

    /// What stands in the margin of all pages but the first: the number, and the banner. It is told once, on the first.
    pub(super) fn margins(&mut self, leaves: &mut [Leaf], banner: &str) {
        let banner = (!banner.is_empty()).then(|| self.shortened(banner));
        for (at, leaf) in leaves.iter_mut().enumerate().skip(1) {
            let text = (at + 1).to_string();
            let x = (WIDTH - self.fonts.width(&text, PLAIN, BODY)) / 2.0;
            leaf.inks.push((None, Ink::Words { x, y: NUMBER, text, style: PLAIN, size: BODY, colour: BLACK, stretch: 0.0 }));
            if let Some(lines) = &banner {
                let place = Place { x: LEFT, width: TEXT, side: Side::Middle, pitch: SMALL * 1.15 };
                set::block(&mut leaf.inks, lines, place, NUMBER + 7.0);
            }
        }
    }

    /// The banner on two lines, with a sign that there is more.
    fn shortened(&mut self, banner: &str) -> Lines {
        let mut lines = self.lines(None, &[Run::plain(banner)], SMALL, BOLD, TEXT - 2.0 * SMALL);
        if lines.lines.len() > 2 {
            lines.lines.truncate(2);
            if let Some(piece) = lines.lines.last_mut().and_then(|line| line.pieces.last_mut()) {
                piece.text.push('…');
            }
        }
        lines
    }
}

/// The line under a name in the heading lines, in the middle; gives where it is.
fn rule(out: &mut Vec<(Part, Ink)>, place: Place, words: &str, y: f32, width: f32) -> f32 {
    if !words.is_empty() {
        let x = place.x + (place.width - width) / 2.0;
        out.push((None, Ink::line((x, y + 1.5), (x + width, y + 1.5), Pen::of(0.75, BLACK))));
    }
    y + 1.5
}
