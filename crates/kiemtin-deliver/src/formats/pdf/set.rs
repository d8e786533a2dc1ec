//! Where do the words of a line stand? At the left, in the middle, at the right, or stretched to both sides.

use super::fonts::{ASCENT, DESCENT};
use super::ink::{BLACK, Colour, Ink, Part};
use super::words::{Line, Lines};

/// Ground of marked words, as in DOCX.
const MARKED: Colour = (0xFF, 0xF2, 0xCC);
/// Words that lead somewhere.
const LINK: Colour = (0x05, 0x63, 0xC1);
/// A space is stretched by at most so much of the size of the letters: a line with one long address stays as it is.
const STRETCH: f32 = 0.5;

/// On which side lines stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Left,
    Middle,
    Right,
    Both,
}

/// The place of lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub x: f32,
    pub width: f32,
    pub side: Side,
    /// From one line to the next, in points.
    pub pitch: f32,
}

/// Where the words of a line stand in its height.
pub(super) fn baseline(pitch: f32, size: f32) -> f32 {
    (pitch - (ASCENT + DESCENT) * size) / 2.0 + ASCENT * size
}

/// Draws a line whose top is at `y`.
pub(super) fn line(out: &mut Vec<(Part, Ink)>, lines: &Lines, line: &Line, place: Place, y: f32) {
    let (room, size) = ((place.width - line.width).max(0.0), lines.size);
    let stretch = if place.side == Side::Both && !line.ends && line.spaces > 0 { room / line.spaces as f32 } else { 0.0 };
    let stretch = if stretch > size * STRETCH { 0.0 } else { stretch };
    let mut x = place.x
        + match place.side {
            Side::Left | Side::Both => 0.0,
            Side::Middle => room / 2.0,
            Side::Right => room,
        };
    let (base, mut words) = (y + baseline(place.pitch, size), vec![]);
    for piece in &line.pieces {
        let Some(look) = lines.looks.get(piece.look) else { continue };
        let width = piece.width + piece.spaces as f32 * stretch;
        let (top, height) = (base - ASCENT * size, (ASCENT + DESCENT) * size);
        if look.marked {
            out.push((None, Ink::area(x, top, width, height, MARKED)));
        }
        let colour = if look.link.is_some() { LINK } else { BLACK };
        words.push((look.part, Ink::Words { x, y: base, text: piece.text.clone(), style: look.style, size, colour, stretch }));
        if let Some(to) = &look.link {
            out.push((None, Ink::area(x, base + size * 0.11, width, size * 0.05, colour)));
            words.push((look.part, Ink::Link { x, y: top, width, height, to: to.clone() }));
        }
        x += width;
    }
    // Grounds lie under all words of the line, and words of one part follow each other.
    out.append(&mut words);
}

/// Draws all lines from `y` on and tells where they end.
pub(super) fn block(out: &mut Vec<(Part, Ink)>, lines: &Lines, place: Place, mut y: f32) -> f32 {
    for each in &lines.lines {
        line(out, lines, each, place, y);
        y += place.pitch;
    }
    y
}
