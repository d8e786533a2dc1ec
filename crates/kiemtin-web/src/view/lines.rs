//! How do numbers move? Lines drawn on the server, with marks above them.
//!
//! The lines stand in a drawing of 1000 by 300 that is stretched to the place there is; marks and words stand around it at places
//! in percent, so that they keep their size on any screen. Lines differ by their dashes, and by colour only besides.

use super::chart::MarkKind;
use std::fmt::Write;

/// Width and height of the drawing.
const WIDTH: f64 = 1_000.0;
const HEIGHT: f64 = 300.0;

/// A chart of lines.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// What is drawn, in words.
    pub title: String,
    /// From when to when, and how high, in words.
    pub description: String,
    /// The lines.
    pub lines: Vec<Line>,
    /// Highest value of the scale, and half of it, in words.
    pub scale: (String, String),
    /// What the first and the last period are called.
    pub ends: (String, String),
    /// Marks above.
    pub marks: Vec<Placed>,
    /// Periods that are marked as lacking something: left edges in the drawing.
    pub bands: Vec<String>,
    /// Width of a period in the drawing.
    pub step: String,
    /// Number of periods.
    pub periods: usize,
}

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// How it looks: `s1` to `s5`, `before`.
    pub class: String,
    /// What it is called.
    pub name: String,
    /// Its way (SVG path).
    pub path: String,
    /// Points between unknown ones, which are no way: dots (SVG path).
    pub dots: String,
}

/// A mark and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// Percent of the width.
    pub x: String,
    /// Its sort.
    pub kind: MarkKind,
    /// What it tells.
    pub title: String,
}

/// A line before it is drawn: a value per period, none where nothing is known.
pub struct Values {
    /// How it looks.
    pub class: String,
    /// What it is called.
    pub name: String,
    /// Values, from 0.
    pub values: Vec<Option<f64>>,
}

impl Lines {
    /// Draws; `None` where no value is known. `marks` are (period, sort, words), `told` says a value in words.
    pub fn new(
        title: String,
        values: Vec<Values>,
        names: &[String],
        marks: &[(usize, MarkKind, String)],
        told: impl Fn(f64) -> String,
    ) -> Option<Self> {
        let most = values
            .iter()
            .flat_map(|line| line.values.iter().flatten())
            .copied()
            .fold(None, |most: Option<f64>, value| Some(most.map_or(value, |most| most.max(value))))?;
        let (top, periods) = (scale(most), names.len().max(1));
        let (first, last) = (names.first()?.clone(), names.last()?.clone());
        let x = |place: usize| (place as f64 + 0.5) / periods as f64;
        let drawn = |line: Values| {
            let (path, dots) = paths(&line.values, periods, top);
            Line { class: line.class, name: line.name, path, dots }
        };
        let mut placed: Vec<Placed> = vec![];
        for (place, kind, title) in marks {
            let x = number(x(*place) * 100.0);
            match placed.iter_mut().find(|mark| mark.x == x && mark.kind == *kind) {
                Some(mark) => {
                    mark.title.push_str("; ");
                    mark.title.push_str(title);
                }
                None => placed.push(Placed { x, kind: *kind, title: title.clone() }),
            }
        }
        let step = WIDTH / periods as f64;
        let mut bands: Vec<usize> = marks.iter().filter(|(_, kind, _)| *kind == MarkKind::Gap).map(|(place, ..)| *place).collect();
        bands.dedup();
        Some(Self {
            description: format!("Từ {first} đến {last}; cao nhất {}.", told(most)),
            title,
            lines: values.into_iter().map(drawn).collect(),
            scale: (told(top), told(top / 2.0)),
            ends: (first, last),
            marks: placed,
            bands: bands.into_iter().map(|place| number(place as f64 * step)).collect(),
            step: number(step),
            periods,
        })
    }
}

/// The next round number that is no lower.
fn scale(most: f64) -> f64 {
    if most <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(most.log10().floor());
    [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0]
        .into_iter()
        .map(|step| step * power)
        .find(|step| *step >= most * 0.999_999)
        .unwrap_or(most)
}

/// Pieces of a line; where nothing is known it is broken. A value between two unknown ones is a dot.
fn paths(values: &[Option<f64>], periods: usize, top: f64) -> (String, String) {
    let (mut path, mut dots, mut drawing) = (String::new(), String::new(), false);
    for (place, value) in values.iter().enumerate() {
        let Some(value) = value else {
            drawing = false;
            continue;
        };
        let (x, y) = (number((place as f64 + 0.5) / periods as f64 * WIDTH), number(HEIGHT * (1.0 - value / top)));
        let alone = !drawing && values.get(place + 1).copied().flatten().is_none();
        // Writing to a string cannot fail.
        let _ = if alone { write!(dots, "M{x} {y}h0") } else { write!(path, "{}{x} {y}", if drawing { "L" } else { "M" }) };
        drawing = true;
    }
    (path, dots)
}

/// With one decimal at most.
fn number(value: f64) -> String {
    let text = format!("{value:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(values: &[Option<f64>], marks: &[(usize, MarkKind, String)]) -> Option<Lines> {
        let names: Vec<String> = (0..values.len()).map(|n| format!("ngày {n}")).collect();
        let values = vec![Values { class: "s1".into(), name: "x".into(), values: values.to_vec() }];
        Lines::new("t".into(), values, &names, marks, |value| format!("{value}"))
    }

    #[test]
    fn lines_break_where_nothing_is_known() {
        let drawn = lines(&[Some(0.0), Some(4.0), None, Some(2.0), None], &[]).unwrap();
        assert_eq!((drawn.lines[0].path.as_str(), drawn.lines[0].dots.as_str()), ("M100 300L300 0", "M700 150h0"));
        assert_eq!((drawn.scale.0.as_str(), drawn.scale.1.as_str()), ("4", "2"));
        assert_eq!(lines(&[Some(3.0)], &[]).unwrap().lines[0].dots, "M500 0h0", "one point is a dot");
        assert_eq!(lines(&[None, None], &[]), None);
        assert_eq!(lines(&[Some(0.0)], &[]).unwrap().scale.0, "1");
        assert_eq!([0.9, 1.0, 11.0, 260.0, 0.024].map(scale), [1.0, 1.0, 15.0, 300.0, 0.025]);
    }

    #[test]
    fn marks_of_a_period_stand_together() {
        let gap = |place, title: &str| (place, MarkKind::Gap, title.to_owned());
        let marks = [gap(1, "a"), gap(1, "b"), (1, MarkKind::Calendar, "lịch".into()), gap(3, "c")];
        let drawn = lines(&[Some(1.0); 4], &marks).unwrap();
        let placed: Vec<_> = drawn.marks.iter().map(|m| (m.x.as_str(), m.title.as_str())).collect();
        assert_eq!(placed, [("37.5", "a; b"), ("37.5", "lịch"), ("87.5", "c")]);
        assert_eq!((drawn.bands, drawn.step.as_str()), (vec!["250".to_owned(), "750".into()], "250"));
    }
}
