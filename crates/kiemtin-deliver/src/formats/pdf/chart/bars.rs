//! How do things with long names compare? As lying bars under each other, each beside its name, with its number at the end.

use super::super::flow::{LEFT, TEXT};
use super::super::ink::{Ink, Pen};
use super::super::set::Side;
use super::{AXIS, Area, GRID, Plot, SIZE, marks};

/// Largest share of the width that names take.
const NAMES: f32 = 0.42;
/// Height of a bar, and of what lies between the bars of two names.
const BAR: f32 = 11.0;
const BETWEEN: f32 = 6.0;
/// From line to line of a name.
const PITCH: f32 = SIZE * 1.08;

impl Plot<'_> {
    /// From `y` on, at most `room` high; gives where it ends.
    pub(super) fn bars(&mut self, y: f32, room: f32) -> f32 {
        let (count, labels) = (self.series.len().max(1) as f32, self.labels.len().max(1) as f32);
        let axis = SIZE * 1.8;
        let names: Vec<Vec<String>> = self.labels.iter().map(|label| self.named(label)).collect();
        let tall = names.iter().map(Vec::len).max().unwrap_or(1) as f32 * PITCH;
        // What a page holds is the most: then bars get thinner, and names are left out.
        let natural = (count * BAR).max(tall) + BETWEEN;
        let slot = natural.min((room - axis) / labels);
        let bar = BAR * slot / natural;
        let left = names.iter().flatten().map(|name| self.width(name)).fold(0.0, f32::max) + 6.0;
        let series: Vec<Vec<Option<f64>>> = self.series.iter().map(|(_, values)| values.clone()).collect();
        let widest = series.iter().flatten().flatten().map(|value| self.width(&self.said(*value))).fold(0.0, f32::max);
        let area = Area { x: LEFT + left, y, width: (TEXT - left - widest - 6.0).max(TEXT * 0.2), height: slot * labels };
        self.across(area);
        let each = ((tall / slot).ceil() as usize).max(1);
        for (at, name) in names.iter().enumerate().step_by(each) {
            let first = y + slot * (at as f32 + 0.5) - PITCH * (name.len() as f32 - 1.0) / 2.0;
            for (line, words) in name.iter().enumerate() {
                self.say(words, area.x - 5.0, first + PITCH * line as f32, Side::Right);
            }
        }
        for (at, values) in series.iter().enumerate() {
            for (label, value) in values.iter().enumerate() {
                let Some(value) = value else { continue };
                let width = area.width * self.scale.part(*value);
                let top = y + slot * (label as f32 + 0.5) + bar * (at as f32 - count / 2.0);
                if width > 0.0 {
                    marks::area(at, Area { x: area.x, y: top, width, height: bar }).into_iter().for_each(|ink| self.put(ink));
                }
                if bar >= SIZE * 0.9 {
                    self.say(&self.said(*value), area.x + width + 3.0, top + bar / 2.0, Side::Left);
                }
            }
        }
        area.y + area.height + axis
    }

    /// A name in one line or two.
    fn named(&self, label: &str) -> Vec<String> {
        let width = TEXT * NAMES;
        if self.width(label) <= width {
            return vec![label.to_owned()];
        }
        let mut first = String::new();
        for word in label.split_inclusive(' ') {
            if self.width(first.trim_end()) + self.width(word.trim_end()) > width * 0.97 {
                break;
            }
            first.push_str(word);
        }
        match label.strip_prefix(first.as_str()) {
            Some(rest) if !first.is_empty() => vec![first.trim_end().to_owned(), self.short(rest, width)],
            _ => vec![self.short(label, width)],
        }
    }

    /// The axis of numbers below, with its lines.
    fn across(&mut self, area: Area) {
        let end = area.y + area.height;
        let ticks: Vec<(f32, String)> =
            self.scale.ticks().into_iter().map(|tick| (area.x + area.width * self.scale.part(tick), self.tick(tick))).collect();
        let apart = area.width / (ticks.len() - 1).max(1) as f32;
        let widest = ticks.iter().map(|(_, name)| self.width(name)).fold(0.0, f32::max);
        let each = (((widest + 4.0) / apart).ceil() as usize).max(1);
        for (at, (x, name)) in ticks.into_iter().enumerate() {
            let pen = if at == 0 { Pen::of(0.75, AXIS) } else { Pen::of(0.4, GRID) };
            self.put(Ink::line((x, area.y), (x, end), pen));
            if at.is_multiple_of(each) {
                self.say(&name, x, end + SIZE * 0.8, Side::Middle);
            }
        }
    }
}
