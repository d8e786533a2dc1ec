//! How are series told apart, in print too? Each has its colour, its dashes and points, and its pattern of areas; the legend says
//! whose they are.

use super::super::flow::{LEFT, TEXT};
use super::super::ink::{Colour, Ink, Pen, corners};
use super::super::set::Side;
use super::{Area, Plot, SIZE};
use crate::formats::paper::COLOURS;

const DASHES: [&[f32]; 6] = [&[], &[6.0, 2.5], &[2.0, 2.0], &[8.0, 2.0, 2.0, 2.0], &[10.0, 4.0], &[4.0, 1.5, 1.0, 1.5, 1.0, 1.5]];
/// From one stripe to the next, and how wide it is.
const STRIPE: f32 = 3.2;
const STRIPE_WIDTH: f32 = 1.1;
/// Most stripes of one area: it is small on paper, whatever it counts.
const STRIPES: usize = 300;

/// Width of a sample, and room after it and after its name.
const SAMPLE: f32 = 22.0;
const AFTER: f32 = 4.0;
const BETWEEN: f32 = 16.0;
/// From line to line.
const PITCH: f32 = SIZE * 1.3;

/// The colours of all formats.
pub(super) fn colour(series: usize) -> Colour {
    let [_, red, green, blue] = COLOURS.iter().cycle().nth(series).copied().unwrap_or_default().to_be_bytes();
    (red, green, blue)
}

pub(super) fn pen(series: usize) -> Pen {
    Pen { width: 1.5, colour: colour(series), dash: DASHES.get(series % DASHES.len()).copied().unwrap_or_default() }
}

/// The point of a line: round, square, pointed; every second one open.
pub(super) fn point(series: usize, x: f32, y: f32) -> Ink {
    let corner = |count: u32, turn: f32, size: f32| -> Vec<(f32, f32)> {
        let angle = |at: u32| turn + std::f32::consts::TAU * at as f32 / count as f32;
        (0..count).map(|at| (x + size * angle(at).sin(), y - size * angle(at).cos())).collect()
    };
    let line = match series % 3 {
        0 => corner(16, 0.0, 2.4),
        1 => corner(4, std::f32::consts::FRAC_PI_4, 3.0),
        _ => corner(3, 0.0, 3.4),
    };
    let (ink, white) = (colour(series), (255, 255, 255));
    let fill = if series.is_multiple_of(2) { ink } else { white };
    Ink::Lines { lines: vec![line], closed: true, fill: Some(fill), pen: Some(Pen::of(1.0, ink)) }
}

/// The area of a number: full, across, empty, upright, checked, pale.
pub(super) fn area(series: usize, area: Area) -> Vec<Ink> {
    let Area { x, y, width, height } = area;
    let ink = colour(series);
    let pale = |part: u8| 255 - (255 - part) / 3;
    let (ground, stripes) = match series % 6 {
        0 => (ink, (false, false)),
        1 => ((255, 255, 255), (true, false)),
        2 => ((255, 255, 255), (false, false)),
        3 => ((255, 255, 255), (false, true)),
        4 => ((255, 255, 255), (true, true)),
        _ => ((pale(ink.0), pale(ink.1), pale(ink.2)), (false, false)),
    };
    let mut inks =
        vec![Ink::Lines { lines: vec![corners(x, y, width, height)], closed: true, fill: Some(ground), pen: Some(Pen::of(0.75, ink)) }];
    let steps = |length: f32| (1..).map(|at| at as f32 * STRIPE).take_while(move |at| *at < length).take(STRIPES);
    let mut lines = vec![];
    if stripes.0 {
        // From the bottom on: the patterns of columns side by side meet.
        lines.extend(steps(height).map(|at| vec![(x, y + height - at), (x + width, y + height - at)]));
    }
    if stripes.1 {
        lines.extend(steps(width).map(|at| vec![(x + at, y), (x + at, y + height)]));
    }
    if !lines.is_empty() {
        inks.push(Ink::Lines { lines, closed: false, fill: None, pen: Some(Pen::of(STRIPE_WIDTH, ink)) });
    }
    inks
}

impl Plot<'_> {
    /// In the middle, from `y` on; gives where it ends. One series without a name needs none.
    pub(super) fn legend(&mut self, mut y: f32, drawn: bool) -> f32 {
        let names: Vec<String> = self.series.iter().map(|(name, _)| self.short(name, TEXT - SAMPLE - AFTER)).collect();
        if names.iter().all(String::is_empty) {
            return y;
        }
        let width = |plot: &Self, name: &str| SAMPLE + AFTER + plot.width(name);
        let mut lines: Vec<(f32, Vec<(usize, String)>)> = vec![];
        for (at, name) in names.into_iter().enumerate() {
            let own = width(self, &name);
            match lines.last_mut().filter(|(used, _)| used + BETWEEN + own <= TEXT) {
                Some((used, line)) => {
                    *used += BETWEEN + own;
                    line.push((at, name));
                }
                None => lines.push((own, vec![(at, name)])),
            }
        }
        for (used, line) in lines {
            let mut x = LEFT + (TEXT - used) / 2.0;
            let middle = y + PITCH / 2.0;
            for (series, name) in line {
                if drawn {
                    self.put(Ink::line((x, middle), (x + SAMPLE, middle), pen(series)));
                    self.put(point(series, x + SAMPLE / 2.0, middle));
                } else {
                    let sample = Area { x: x + SAMPLE - 13.0, y: middle - 4.5, width: 13.0, height: 9.0 };
                    area(series, sample).into_iter().for_each(|ink| self.put(ink));
                }
                self.say(&name, x + SAMPLE + AFTER, middle, Side::Left);
                x += width(self, &name) + BETWEEN;
            }
            y += PITCH;
        }
        y
    }
}
