//! How do numbers stand over their labels? As lines from left to right, or as bars, beside an axis of round numbers.

use super::super::flow::{LEFT, TEXT};
use super::super::ink::{Ink, Pen};
use super::super::set::Side;
use super::{AXIS, Area, GRID, Plot, SIZE, marks};

/// Height of what is drawn, in points.
const HEIGHT: f32 = 170.0;
/// Most labels whose points are drawn: more would run into each other.
const POINTS: usize = 60;
/// Share of its slot that the bars of a label take, and the widest that a bar gets.
const SHARE: f32 = 0.72;
const WIDEST: f32 = 34.0;

impl Plot<'_> {
    /// Lines with a gap where nothing is known, from `y` on; gives where they end.
    pub(super) fn lines(&mut self, y: f32) -> f32 {
        let area = self.axis(y);
        let slot = area.width / self.labels.len().max(1) as f32;
        let series: Vec<Vec<Option<f64>>> = self.series.iter().map(|(_, values)| values.clone()).collect();
        for (at, values) in series.iter().enumerate() {
            let place =
                |label: usize, value: f64| (area.x + slot * (label as f32 + 0.5), area.y + area.height * (1.0 - self.scale.part(value)));
            let known: Vec<Option<(f32, f32)>> = values.iter().enumerate().map(|(label, value)| Some(place(label, (*value)?))).collect();
            let runs: Vec<Vec<(f32, f32)>> = known.split(Option::is_none).map(|run| run.iter().flatten().copied().collect()).collect();
            // A number between two gaps is a point in any case: it would be no line.
            let points: Vec<Ink> = runs
                .iter()
                .filter(|run| run.len() == 1 || values.len() <= POINTS)
                .flatten()
                .map(|(x, y)| marks::point(at, *x, *y))
                .collect();
            let lines = runs.into_iter().filter(|run| run.len() > 1).collect();
            self.put(Ink::Lines { lines, closed: false, fill: None, pen: Some(marks::pen(at)) });
            points.into_iter().for_each(|point| self.put(point));
        }
        self.under(area)
    }

    /// Standing bars, those of the series side by side, from `y` on; gives where they end.
    pub(super) fn columns(&mut self, y: f32) -> f32 {
        let count = self.series.len().max(1) as f32;
        let series: Vec<Vec<Option<f64>>> = self.series.iter().map(|(_, values)| values.clone()).collect();
        // Over a single series there is room for the numbers themselves, if they are short.
        let widest = series.iter().flatten().flatten().map(|value| self.width(&self.said(*value))).fold(0.0, f32::max);
        let said = series.len() == 1 && widest + 2.0 <= TEXT * 0.9 / self.labels.len().max(1) as f32;
        let area = self.axis(if said { y + SIZE } else { y });
        let slot = area.width / self.labels.len().max(1) as f32;
        let bar = (slot * SHARE / count).min(WIDEST);
        for (at, values) in series.iter().enumerate() {
            for (label, value) in values.iter().enumerate() {
                let Some(value) = value else { continue };
                let height = area.height * self.scale.part(*value);
                let x = area.x + slot * (label as f32 + 0.5) + bar * (at as f32 - count / 2.0);
                if height > 0.0 {
                    let own = Area { x, y: area.y + area.height - height, width: bar, height };
                    marks::area(at, own).into_iter().for_each(|ink| self.put(ink));
                }
                if said {
                    self.say(&self.said(*value), x + bar / 2.0, area.y + area.height - height - SIZE * 0.55, Side::Middle);
                }
            }
        }
        self.under(area)
    }

    /// The axis of numbers at the left, with its lines; gives the area at its right.
    fn axis(&mut self, y: f32) -> Area {
        let ticks = self.scale.ticks();
        let names: Vec<String> = ticks.iter().map(|tick| self.tick(*tick)).collect();
        let left = names.iter().map(|name| self.width(name)).fold(0.0, f32::max) + 5.0;
        let area = Area { x: LEFT + left, y: y + SIZE / 2.0, width: TEXT - left, height: HEIGHT };
        for (tick, name) in ticks.iter().zip(&names) {
            let at = area.y + area.height * (1.0 - self.scale.part(*tick));
            let pen = if *tick == 0.0 { Pen::of(0.75, AXIS) } else { Pen::of(0.4, GRID) };
            self.put(Ink::line((area.x, at), (area.x + area.width, at), pen));
            self.say(name, area.x - 4.0, at, Side::Right);
        }
        area
    }

    /// The labels under an area, each in the middle of its slot; so many are left out that none touches the next. Gives where they end.
    fn under(&mut self, area: Area) -> f32 {
        let slot = area.width / self.labels.len().max(1) as f32;
        let names: Vec<String> = self.labels.iter().map(|label| self.short(label, 90.0_f32.max(slot - 4.0))).collect();
        let widest = names.iter().map(|name| self.width(name)).fold(0.0, f32::max);
        let each = (((widest + 6.0) / slot).ceil() as usize).max(1);
        for (at, name) in names.iter().enumerate().step_by(each) {
            let x = area.x + slot * (at as f32 + 0.5);
            self.put(Ink::line((x, area.y + area.height), (x, area.y + area.height + 3.0), Pen::of(0.5, AXIS)));
            // The outermost ones stay within the text.
            let half = self.width(name) / 2.0;
            let x = x.clamp(LEFT + half, (LEFT + TEXT - half).max(LEFT + half));
            self.say(name, x, area.y + area.height + 9.0, Side::Middle);
        }
        area.y + area.height + 9.0 + SIZE
    }
}
