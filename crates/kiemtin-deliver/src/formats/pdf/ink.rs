//! What stands on a page? Words, areas, lines and places that lead somewhere, each with its part of the document.

use super::fonts::{Fonts, Style};
use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, Stroke, StrokeDash};
use krilla::surface::Surface;
use std::rc::Rc;

/// Red, green, blue.
pub(super) type Colour = (u8, u8, u8);
pub(super) const BLACK: Colour = (0, 0, 0);
/// Part of the document that something belongs to (see `tags.rs`); none: it is ornament.
pub(super) type Part = Option<usize>;

/// Something on a page. Lengths are points, from the left and from the top.
#[derive(Clone, Debug)]
pub(super) enum Ink {
    /// Words that begin at `x` and stand on the line `y`.
    Words { x: f32, y: f32, text: String, style: Style, size: f32, colour: Colour, stretch: f32 },
    /// Lines through points, drawn as one; closed ones may be filled.
    Lines { lines: Vec<Vec<(f32, f32)>>, closed: bool, fill: Option<Colour>, pen: Option<Pen> },
    /// A place that leads to an address.
    Link { x: f32, y: f32, width: f32, height: f32, to: Rc<str> },
}

/// How lines are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pen {
    pub width: f32,
    pub colour: Colour,
    /// Lengths of its dashes and gaps; empty: it is whole.
    pub dash: &'static [f32],
}

impl Pen {
    pub(super) fn of(width: f32, colour: Colour) -> Self {
        Self { width, colour, dash: &[] }
    }
}

impl Ink {
    /// A filled box.
    pub(super) fn area(x: f32, y: f32, width: f32, height: f32, colour: Colour) -> Self {
        Self::Lines { lines: vec![corners(x, y, width, height)], closed: true, fill: Some(colour), pen: None }
    }

    /// A straight line.
    pub(super) fn line(from: (f32, f32), to: (f32, f32), pen: Pen) -> Self {
        Self::Lines { lines: vec![vec![from, to]], closed: false, fill: None, pen: Some(pen) }
    }

    /// Moved down.
    pub(super) fn lower(&mut self, by: f32) {
        match self {
            Self::Words { y, .. } | Self::Link { y, .. } => *y += by,
            Self::Lines { lines, .. } => lines.iter_mut().flatten().for_each(|point| point.1 += by),
        }
    }

    /// Drawn, unless it is a link, which is no drawing.
    pub(super) fn draw(&self, surface: &mut Surface<'_>, fonts: &Fonts) {
        match self {
            Self::Words { x, y, text, style, size, colour, stretch } => {
                let face = fonts.face(*style);
                surface.set_fill(Some(fill(*colour)));
                surface.set_stroke(None);
                let glyphs = face.glyphs(text, *size, *stretch);
                surface.draw_glyphs(Point::from_xy(*x, *y), &glyphs, face.font.clone(), text, *size, false);
            }
            Self::Lines { lines, closed, fill: ground, pen } => {
                surface.set_fill(ground.map(fill));
                surface.set_stroke(pen.map(stroke));
                if let Some(path) = path(lines, *closed) {
                    surface.draw_path(&path);
                }
            }
            Self::Link { .. } => {}
        }
    }

    /// As a place that leads somewhere, if it is one.
    pub(super) fn link(&self) -> Option<Annotation> {
        let Self::Link { x, y, width, height, to } = self else { return None };
        let target = Target::Action(Action::Link(LinkAction::new(to.to_string())));
        let link = LinkAnnotation::new(Rect::from_xywh(*x, *y, *width, *height)?, target);
        Some(Annotation::new_link(link, Some(to.to_string())))
    }
}

/// The corners of a box.
pub(super) fn corners(x: f32, y: f32, width: f32, height: f32) -> Vec<(f32, f32)> {
    vec![(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
}

fn path(lines: &[Vec<(f32, f32)>], closed: bool) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for line in lines {
        let Some((first, others)) = line.split_first() else { continue };
        builder.move_to(first.0, first.1);
        others.iter().for_each(|point| builder.line_to(point.0, point.1));
        if closed {
            builder.close();
        }
    }
    builder.finish()
}

fn fill(colour: Colour) -> Fill {
    Fill { paint: paint(colour).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn stroke(pen: Pen) -> Stroke {
    let dash = (!pen.dash.is_empty()).then(|| StrokeDash { array: pen.dash.to_vec(), offset: 0.0 });
    Stroke { paint: paint(pen.colour).into(), width: pen.width, dash, ..Stroke::default() }
}

fn paint((red, green, blue): Colour) -> rgb::Color {
    rgb::Color::new(red, green, blue)
}
