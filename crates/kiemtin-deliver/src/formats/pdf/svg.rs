//! How does a chart stand on a page of the web? The same drawing as on paper, as SVG: presentation attributes alone, no style and no
//! script.

use super::chart::alone;
use super::flow::{LEFT, TEXT};
use super::fonts::Fonts;
use super::ink::{Colour, Ink};
use crate::formats::paper::Chart;
use crate::formats::words::escaped;
use kiemtin_model::lang::Lang;
use std::fmt::Write;

/// Room around it, for the ends of letters.
const AROUND: f32 = 4.0;

/// The chart without its title, which is said to those who do not see it.
pub(in crate::formats) fn svg(fonts: &Fonts, chart: &Chart, lang: Lang) -> String {
    let (inks, height) = alone(fonts, chart, lang);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{} {} {} {}\" role=\"img\" aria-label=\"{}\" \
         font-family=\"'Liberation Serif','Times New Roman',serif\">",
        LEFT - AROUND,
        -AROUND,
        TEXT + 2.0 * AROUND,
        height + 2.0 * AROUND,
        escaped(&chart.title)
    );
    for ink in &inks {
        // Writing to a string cannot fail.
        let _ = match ink {
            Ink::Words { x, y, text, size, colour, .. } => {
                write!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"{size}\" fill=\"{}\">{}</text>", web(*colour), escaped(text))
            }
            Ink::Lines { lines, closed, fill, pen } => {
                let fill = fill.map_or_else(|| "none".to_owned(), web);
                let pen = pen.map(|pen| {
                    let dash: Vec<String> = pen.dash.iter().map(ToString::to_string).collect();
                    let dash = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{}\"", dash.join(" ")) };
                    format!(" stroke=\"{}\" stroke-width=\"{}\"{dash}", web(pen.colour), pen.width)
                });
                write!(out, "<path d=\"{}\" fill=\"{fill}\"{}/>", path(lines, *closed), pen.unwrap_or_default())
            }
            Ink::Link { .. } => Ok(()),
        };
    }
    out.push_str("</svg>");
    out
}

fn path(lines: &[Vec<(f32, f32)>], closed: bool) -> String {
    let mut out = String::new();
    for line in lines {
        for (place, (x, y)) in line.iter().enumerate() {
            let _ = write!(out, "{}{x:.1} {y:.1}", if place == 0 { 'M' } else { 'L' });
        }
        if closed {
            out.push('Z');
        }
    }
    out
}

fn web((red, green, blue): Colour) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
