//! How does a document end? Who gets it at the left, who signs at the right, on one page (Decree 30/2020/NĐ-CP, annex I).

use super::flow::{LEFT, ROOM, Row, SIGNATURE, TEXT};
use super::fonts::Style;
use super::ink::{Ink, Part};
use super::set::{self, Place, Side};
use super::tags::Role;
use super::writer::{BODY, LEADING, Writer};
use crate::formats::paper::{Closing, Run, recipients};

/// Sizes of the heading of the recipients and of their lines.
const HEADING: f32 = 12.0;
const RECIPIENT: f32 = 11.0;
/// The left column, as a share of the width.
const LEFT_SHARE: f32 = 0.48;

/// A line with its height.
type Drawn = (f32, Vec<(Part, Ink)>);

impl Writer<'_> {
    pub(super) fn closing(&mut self, closing: &Closing) {
        let (left, right) = (self.recipients(&closing.recipients), self.signer(&closing.signer));
        let height = |lines: &[Drawn]| lines.iter().map(|(height, _)| height).sum::<f32>();
        let right_height = if right.is_empty() { 0.0 } else { height(&right) + SIGNATURE };
        // No signature stands on a page without a line of what it signs.
        self.flow.join();
        self.flow.gap(16.0);
        let tall = height(&left).max(right_height);
        if tall <= ROOM {
            let mut row = Row { height: tall, ..Row::default() };
            for column in [left, right] {
                let mut y = 0.0;
                for (height, inks) in column {
                    row.inks.extend(inks.into_iter().map(|(part, mut ink)| {
                        ink.lower(y);
                        (part, ink)
                    }));
                    y += height;
                }
            }
            self.flow.put(row);
            return;
        }
        // No page holds it: who signs comes after all who get it.
        let last = right.len();
        for (height, inks) in left {
            self.flow.put(Row { height, inks, ..Row::default() });
        }
        for (at, (height, inks)) in right.into_iter().enumerate() {
            let height = if at + 1 == last { height + SIGNATURE } else { height };
            self.flow.put(Row { height, inks, keep: at + 1 < last, ..Row::default() });
        }
    }

    fn recipients(&mut self, all: &[String]) -> Vec<Drawn> {
        if all.is_empty() {
            return vec![];
        }
        let place = Place { x: LEFT, width: TEXT * LEFT_SHARE, side: Side::Left, pitch: HEADING * LEADING };
        let mut out = vec![];
        self.part(&mut out, recipients(self.lang), HEADING, Style { bold: true, italic: true }, place);
        for (at, words) in all.iter().enumerate() {
            let end = if at + 1 == all.len() { '.' } else { ';' };
            let words = words.trim_end_matches(['.', ';']);
            let place = Place { pitch: RECIPIENT * 1.2, ..place };
            self.part(&mut out, &format!("- {words}{end}"), RECIPIENT, Style::default(), place);
        }
        out
    }

    fn signer(&mut self, signer: &[String]) -> Vec<Drawn> {
        let x = LEFT + TEXT * LEFT_SHARE;
        let place = Place { x, width: LEFT + TEXT - x, side: Side::Middle, pitch: BODY * LEADING };
        let mut out = vec![];
        for words in signer {
            self.part(&mut out, words, BODY, Style { bold: true, italic: false }, place);
        }
        out
    }

    fn part(&mut self, out: &mut Vec<Drawn>, words: &str, size: f32, style: Style, place: Place) {
        let part = self.tags.add(None, Role::Paragraph);
        let lines = self.lines(part, &[Run::plain(words)], size, style, place.width);
        for line in &lines.lines {
            let mut inks = vec![];
            set::line(&mut inks, &lines, line, place, 0.0);
            out.push((place.pitch, inks));
        }
    }
}
