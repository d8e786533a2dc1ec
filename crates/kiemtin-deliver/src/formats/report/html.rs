//! How is a document a page that stands by itself? One file with its style, to be read and printed anywhere; nothing in it needs
//! another host, and no script runs.

use crate::formats::paper::{Block, Grid, Paper, Run, recipients, state};
use crate::formats::pdf::{Fonts, PdfError, svg};
use crate::formats::words::{address, escaped};
use std::fmt::Write;

const STYLE: &str = include_str!("html.css");

/// The document as a whole page.
pub(super) fn html(paper: &Paper) -> Result<String, PdfError> {
    let title = format!("{}: {}", paper.title, paper.subject.replace('\n', " – "));
    let mut out = format!(
        "<!doctype html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{}</title><style>{STYLE}</style></head><body>",
        paper.lang,
        escaped(&title)
    );
    let lines = |lines: &[(&str, &str)]| -> String {
        lines.iter().map(|(class, words)| format!("<p class=\"{class}\">{}</p>", escaped(words))).collect()
    };
    let (state, motto) = state(paper.lang);
    let state = [("state", state), ("motto", motto), ("dated", paper.dated.as_str())];
    let issuer = [("above", paper.issuer.0.as_str()), ("issuer", &paper.issuer.1), ("number", &paper.number)];
    put(&mut out, format_args!("<header><div>{}</div><div>{}</div></header><main>", lines(&issuer), lines(&state)));
    put(&mut out, format_args!("<h1>{}</h1><p class=\"subject\">{}</p>", escaped(&paper.title), broken(&paper.subject)));
    if !paper.banner.is_empty() {
        put(&mut out, format_args!("<p class=\"banner\">{}</p>", escaped(&paper.banner)));
    }
    body(&mut out, paper)?;
    out.push_str("</main>");
    if let Some(closing) = &paper.closing {
        let (last, all) = (closing.recipients.len(), &closing.recipients);
        let recipient = |(at, name): (usize, &String)| format!("<li>{}{}</li>", escaped(name), if at + 1 == last { "." } else { ";" });
        let to: String = all.iter().enumerate().map(recipient).collect();
        let signer: String = closing.signer.iter().map(|line| format!("<p>{}</p>", escaped(line))).collect();
        put(
            &mut out,
            format_args!(
                "<footer><div class=\"to\"><p>{}</p><ul>{to}</ul></div><div class=\"by\">{signer}</div></footer>",
                recipients(paper.lang)
            ),
        );
    }
    out.push_str("</body></html>\n");
    Ok(out)
}

/// What a document says, as the inside of a page.
pub(super) fn body(out: &mut String, paper: &Paper) -> Result<(), PdfError> {
    let fonts = Fonts::load()?;
    let mut under = "";
    for block in &paper.blocks {
        match block {
            Block::Heading(level, words) => {
                under = words;
                let level = if *level <= 1 { 2 } else { 3 };
                put(out, format_args!("<h{level}>{}</h{level}>", escaped(words)));
            }
            Block::Paragraph(of) => put(out, format_args!("<p>{}</p>", runs(of))),
            Block::List { numbered, items } => {
                let tag = if *numbered { "ol" } else { "ul" };
                let items: String = items.iter().map(|item| format!("<li>{}</li>", runs(item))).collect();
                put(out, format_args!("<{tag}>{items}</{tag}>"));
            }
            Block::Table(grid) => table(out, grid, under),
            Block::Chart(chart) => {
                put(
                    out,
                    format_args!("<figure><figcaption>{}</figcaption>{}</figure>", escaped(&chart.title), svg(&fonts, chart, paper.lang)),
                );
            }
        }
    }
    Ok(())
}

/// A table that can be scrolled by keys where it is wider than the page, under the name of its heading.
fn table(out: &mut String, grid: &Grid, under: &str) {
    let class = |numbers: bool| if numbers { " class=\"n\"" } else { "" };
    put(out, format_args!("<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table><thead><tr>", escaped(under)));
    for column in &grid.columns {
        put(out, format_args!("<th scope=\"col\"{}>{}</th>", class(column.numbers), escaped(&column.head)));
    }
    out.push_str("</tr></thead><tbody>");
    for row in &grid.rows {
        out.push_str("<tr>");
        for (column, cell) in grid.columns.iter().zip(row) {
            put(out, format_args!("<td{}>{}</td>", class(column.numbers), runs(cell)));
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
}

fn runs(runs: &[Run]) -> String {
    let run = |run: &Run| {
        let mut words = broken(&run.text);
        for (on, tag) in [(run.bold, "b"), (run.italic, "i"), (run.marked, "mark")] {
            if on {
                words = format!("<{tag}>{words}</{tag}>");
            }
        }
        match run.link.as_deref().and_then(address) {
            Some(link) => format!("<a href=\"{}\" rel=\"noopener noreferrer nofollow\">{words}</a>", escaped(&link)),
            None => words,
        }
    };
    runs.iter().map(run).collect()
}

/// Escaped, with its line ends.
fn broken(text: &str) -> String {
    text.split('\n').map(escaped).collect::<Vec<_>>().join("<br>")
}

/// Writing to a string cannot fail.
fn put(out: &mut String, args: std::fmt::Arguments<'_>) {
    let _ = out.write_fmt(args);
}
