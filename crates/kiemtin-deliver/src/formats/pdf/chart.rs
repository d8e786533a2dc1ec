//! How is a chart drawn? As lines and areas under its title, with a legend; its numbers stand in a table beside it.

mod bars;
mod marks;
mod scale;
mod upright;

use super::flow::{LEFT, ROOM, Row, TEXT};
use super::fonts::{Fonts, Style};
use super::ink::{BLACK, Colour, Ink, Part};
use super::set::{self, Place, Side};
use super::tags::Role;
use super::words;
use super::writer::Writer;
use crate::formats::paper::{Chart, ChartKind, Run};
use kiemtin_model::lang::Lang;
use scale::Scale;

/// Size of title and of everything else in a chart.
const TITLE: f32 = 12.0;
const SIZE: f32 = 10.0;
/// Most series: no more can be told apart.
const SERIES: usize = 6;
/// Most labels: more are closer than a line is wide.
const LABELS: usize = 1_000;
/// Largest number that is drawn; a larger one is no count of anything.
const LARGEST: f64 = 1e15;
const PLAIN: Style = Style { bold: false, italic: false };
const BOLD: Style = Style { bold: true, italic: false };
/// Lines behind the numbers.
const GRID: Colour = (0xD0, 0xD0, 0xD0);
/// The axis.
const AXIS: Colour = (0x55, 0x55, 0x55);

/// A chart as it is being drawn.
struct Plot<'a> {
    fonts: &'a Fonts,
    part: Part,
    inks: Vec<(Part, Ink)>,
    labels: Vec<String>,
    /// Names and numbers, as many for each as there are labels.
    series: Vec<(String, Vec<Option<f64>>)>,
    scale: Scale,
    lang: Lang,
}

/// A box in which something is drawn.
#[derive(Clone, Copy)]
struct Area {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

impl Writer<'_> {
    /// One row, so that it is never cut.
    pub(super) fn chart(&mut self, chart: &Chart) {
        let part = self.tags.add(None, Role::Figure(chart.title.clone()));
        let mut lines = self.lines(part, &[Run::plain(&chart.title)], TITLE, BOLD, TEXT);
        lines.lines.truncate(4);
        let mut plot = Plot::of(self.fonts, part, chart, self.lang);
        let place = Place { x: LEFT, width: TEXT, side: Side::Middle, pitch: TITLE * 1.2 };
        let top = set::block(&mut plot.inks, &lines, place, 0.0) + 3.0;
        let height = plot.draw(chart.kind, top, ROOM);
        self.flow.gap(8.0);
        // All of it is one drawing: the words in it are read with it.
        let inks = plot.inks.into_iter().map(|(_, ink)| (part, ink)).collect();
        self.flow.put(Row { height, inks, ..Row::default() });
        self.flow.gap(10.0);
    }
}

/// A chart without its title, from [`LEFT`] to the right and from 0 down, and its height.
pub(super) fn alone(fonts: &Fonts, chart: &Chart, lang: Lang) -> (Vec<Ink>, f32) {
    let mut plot = Plot::of(fonts, None, chart, lang);
    let height = plot.draw(chart.kind, 0.0, f32::MAX);
    (plot.inks.into_iter().map(|(_, ink)| ink).collect(), height)
}

impl<'a> Plot<'a> {
    /// The legend and what it explains, which may reach down to `bottom`; gives where it ends.
    fn draw(&mut self, kind: ChartKind, top: f32, bottom: f32) -> f32 {
        let top = self.legend(top, kind == ChartKind::Lines) + 4.0;
        match kind {
            ChartKind::Lines => self.lines(top),
            ChartKind::Columns => self.columns(top),
            ChartKind::Bars => self.bars(top, bottom - top),
        }
    }

    fn of(fonts: &'a Fonts, part: Part, chart: &Chart, lang: Lang) -> Self {
        let words = |text: &str| words::plain(fonts, text, PLAIN);
        let labels: Vec<String> = chart.labels.iter().take(LABELS).map(|label| words(label)).collect();
        let known = |value: &Option<f64>| value.filter(|v| (0.0..=LARGEST).contains(v));
        let series: Vec<_> = chart.series.iter().take(SERIES).collect();
        let series: Vec<_> = series
            .into_iter()
            .map(|one| {
                let values = one.values.iter().map(known).chain(std::iter::repeat(None)).take(labels.len()).collect();
                (words(&one.name), values)
            })
            .collect();
        let all = || series.iter().flat_map(|(_, values): &(_, Vec<Option<f64>>)| values).flatten();
        let scale = Scale::to(all().copied().fold(0.0, f64::max), all().all(|value| value.fract() == 0.0));
        Self { fonts, part, inks: vec![], labels, series, scale, lang }
    }

    fn put(&mut self, ink: Ink) {
        self.inks.push((self.part, ink));
    }

    /// Words that stand at a side of `x`, in the middle of the height `y`.
    fn say(&mut self, text: &str, x: f32, y: f32, side: Side) {
        let width = self.width(text);
        let x = match side {
            Side::Left | Side::Both => x,
            Side::Middle => x - width / 2.0,
            Side::Right => x - width,
        };
        let words = Ink::Words { x, y: y + SIZE * 0.33, text: text.to_owned(), style: PLAIN, size: SIZE, colour: BLACK, stretch: 0.0 };
        self.put(words);
    }

    /// A number that is shown.
    fn said(&self, value: f64) -> String {
        self.lang.numbers(scale::said(value))
    }

    /// A number at the axis.
    fn tick(&self, tick: f64) -> String {
        self.lang.numbers(self.scale.name(tick))
    }

    fn width(&self, text: &str) -> f32 {
        self.fonts.width(text, PLAIN, SIZE)
    }

    /// The words, or as much of them as fits, with a sign that there is more.
    fn short(&self, text: &str, width: f32) -> String {
        if self.width(text) <= width {
            return text.to_owned();
        }
        let (face, mut room) = (self.fonts.face(PLAIN), width - self.width("…"));
        let fits = |c: &char| {
            room -= face.letter(*c).advance * SIZE;
            room >= 0.0
        };
        let mut short: String = text.chars().take_while(fits).collect();
        short.truncate(short.trim_end().len());
        short.push('…');
        short
    }
}
