//! How do the parts of a document stand in WordprocessingML?

use super::xml::{HEAD, SPACES, escaped, text};
use super::{chart, closing};
use crate::formats::paper::{Block, Chart, Grid, Paper, Run, state};
use crate::formats::words::address;
use kiemtin_model::lang::Lang;
use std::fmt::Write;

/// Width of the text on A4 with margins of 30 mm at the left and 15 mm at the right, in twentieths of a point.
pub(super) const WIDTH: u32 = 9_354;
/// First number that is free for relations: before it stand styles, settings, numbering and the head of pages.
const FIRST_LINK: usize = 10;
/// Abstract numberings: bullets and numbers.
const BULLETS: usize = 0;
const NUMBERS: usize = 1;

/// The parts that depend on what the document says.
pub(super) struct Body {
    pub document: String,
    pub relations: String,
    pub numbering: String,
    /// The parts of its charts, in their order.
    pub charts: Vec<String>,
}

/// What is written so far.
pub(super) struct Writer {
    out: String,
    /// Addresses, each once.
    links: Vec<String>,
    /// Numbered lists: each counts from 1.
    lists: usize,
    charts: Vec<String>,
    pub(super) lang: Lang,
}

impl Body {
    pub(super) fn of(paper: &Paper) -> Self {
        let mut w =
            Writer { out: format!("{HEAD}<w:document {SPACES}><w:body>"), links: vec![], lists: 0, charts: vec![], lang: paper.lang };
        w.heading_lines(paper);
        w.styled("Title", &[Run::plain(&paper.title)]);
        w.styled("Subject", &[Run::plain(&paper.subject)]);
        if !paper.banner.is_empty() {
            w.styled("Banner", &[Run::plain(&paper.banner)]);
        }
        for block in &paper.blocks {
            match block {
                Block::Heading(level, words) => {
                    w.styled(if *level <= 1 { "Heading1" } else { "Heading2" }, &[Run::plain(words)]);
                }
                Block::Paragraph(runs) => w.styled("BodyText", runs),
                Block::List { numbered, items } => w.list(*numbered, items),
                Block::Table(grid) => w.table(grid),
                Block::Chart(chart) => w.chart(chart),
            }
        }
        if let Some(last) = &paper.closing {
            closing::write(&mut w, last);
        }
        w.out.push_str(
            "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId4\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
             <w:pgMar w:top=\"1134\" w:right=\"851\" w:bottom=\"1134\" w:left=\"1701\" w:header=\"567\" w:footer=\"567\" w:gutter=\"0\"/>\
             <w:titlePg/></w:sectPr></w:body></w:document>",
        );
        let relations = relations(&w.links, w.charts.len());
        Self { relations, numbering: numbering(w.lists), document: w.out, charts: w.charts }
    }
}

impl Writer {
    /// Writing to a string cannot fail.
    pub(super) fn put(&mut self, args: std::fmt::Arguments<'_>) {
        let _ = self.out.write_fmt(args);
    }

    /// Who writes at the left, the state's name and motto at the right, each with its short line; number, place and day below.
    fn heading_lines(&mut self, paper: &Paper) {
        let left = WIDTH * 2 / 5;
        let cell = |w: &mut Self, width: u32, lines: [(&str, &str); 3]| {
            w.put(format_args!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>"));
            for (style, words) in lines {
                w.styled(style, &[Run::plain(words)]);
            }
            w.out.push_str("</w:tc>");
        };
        self.put(format_args!(
            "<w:tbl><w:tblPr><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>\
             <w:gridCol w:w=\"{left}\"/><w:gridCol w:w=\"{}\"/></w:tblGrid><w:tr>",
            WIDTH - left
        ));
        cell(self, left, [("Letterhead", &paper.issuer.0), ("LetterheadLast", &paper.issuer.1), ("LetterheadNumber", &paper.number)]);
        let (state, motto) = state(paper.lang);
        cell(self, WIDTH - left, [("LetterheadState", state), ("LetterheadMotto", motto), ("LetterheadDate", &paper.dated)]);
        self.out.push_str("</w:tr></w:tbl>");
    }

    pub(super) fn styled(&mut self, style: &str, runs: &[Run]) {
        self.put(format_args!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>"));
        self.runs(runs);
        self.out.push_str("</w:p>");
    }

    fn runs(&mut self, runs: &[Run]) {
        for run in runs {
            let link = run.link.as_deref().and_then(address);
            if let Some(link) = &link {
                let at = self.links.iter().position(|known| known == link).unwrap_or_else(|| {
                    self.links.push(link.clone());
                    self.links.len() - 1
                });
                self.put(format_args!("<w:hyperlink r:id=\"rId{}\" w:history=\"1\">", FIRST_LINK + at));
            }
            self.out.push_str("<w:r><w:rPr>");
            for (on, property) in [
                (link.is_some(), "<w:rStyle w:val=\"Hyperlink\"/>"),
                (run.bold, "<w:b/>"),
                (run.italic, "<w:i/>"),
                (run.marked, "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"FFF2CC\"/>"),
            ] {
                if on {
                    self.out.push_str(property);
                }
            }
            self.out.push_str("</w:rPr>");
            text(&mut self.out, &run.text);
            self.out.push_str(if link.is_some() { "</w:r></w:hyperlink>" } else { "</w:r>" });
        }
    }

    fn list(&mut self, numbered: bool, items: &[Vec<Run>]) {
        // Number 1 is that of bullets.
        let number = if numbered {
            self.lists += 1;
            1 + self.lists
        } else {
            1
        };
        for item in items {
            self.put(format_args!(
                "<w:p><w:pPr><w:pStyle w:val=\"ListParagraph\"/><w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"{number}\"/></w:numPr></w:pPr>"
            ));
            self.runs(item);
            self.out.push_str("</w:p>");
        }
    }

    fn chart(&mut self, chart: &Chart) {
        if !chart::is_drawn(chart) {
            return self.styled("Figure", &[Run::italic(format!("{}: {}", chart.title, self.lang.of(["không có dữ liệu", "no data"])))]);
        }
        self.charts.push(chart::part(chart, self.lang));
        let drawing = chart::drawing(chart, self.charts.len(), self.lang);
        self.put(format_args!("<w:p><w:pPr><w:pStyle w:val=\"Figure\"/></w:pPr><w:r>{drawing}</w:r></w:p>"));
    }

    fn table(&mut self, grid: &Grid) {
        let all = grid.columns.iter().map(|c| u32::from(c.share)).sum::<u32>().max(1);
        let widths: Vec<u32> = grid.columns.iter().map(|c| WIDTH * u32::from(c.share) / all).collect();
        self.put(format_args!(
            "<w:tbl><w:tblPr><w:tblStyle w:val=\"TableGrid\"/><w:tblW w:w=\"{WIDTH}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/></w:tblPr><w:tblGrid>"
        ));
        for width in &widths {
            self.put(format_args!("<w:gridCol w:w=\"{width}\"/>"));
        }
        self.out.push_str("</w:tblGrid>");
        let heads: Vec<Vec<Run>> = grid.columns.iter().map(|c| vec![Run::bold(&c.head)]).collect();
        for (i, row) in std::iter::once(&heads).chain(&grid.rows).enumerate() {
            // The heads come again on each page.
            let head = if i == 0 { "<w:tblHeader/>" } else { "" };
            self.put(format_args!("<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>"));
            for ((column, width), runs) in grid.columns.iter().zip(&widths).zip(row) {
                self.put(format_args!("<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/></w:tcPr>"));
                self.styled(if column.numbers { "CellNumber" } else { "Cell" }, runs);
                self.out.push_str("</w:tc>");
            }
            self.out.push_str("</w:tr>");
        }
        // Word asks for a paragraph between two tables, and after a last one.
        self.out.push_str("</w:tbl><w:p><w:pPr><w:pStyle w:val=\"Cell\"/></w:pPr></w:p>");
    }
}

fn relations(links: &[String], charts: usize) -> String {
    const BASE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let mut out = format!("{HEAD}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">");
    for (i, part) in ["styles", "settings", "numbering", "header"].iter().enumerate() {
        let _ = write!(out, "<Relationship Id=\"rId{}\" Type=\"{BASE}/{part}\" Target=\"{part}.xml\"/>", i + 1);
    }
    for number in 1..=charts {
        let _ = write!(out, "<Relationship Id=\"rIdChart{number}\" Type=\"{BASE}/chart\" Target=\"charts/chart{number}.xml\"/>");
    }
    for (i, link) in links.iter().enumerate() {
        let (id, target) = (FIRST_LINK + i, escaped(link));
        let _ = write!(out, "<Relationship Id=\"rId{id}\" Type=\"{BASE}/hyperlink\" Target=\"{target}\" TargetMode=\"External\"/>");
    }
    out.push_str("</Relationships>");
    out
}

fn numbering(lists: usize) -> String {
    let mut out = format!("{HEAD}<w:numbering {SPACES}>");
    for (id, format, sign) in [(BULLETS, "bullet", "-"), (NUMBERS, "decimal", "%1.")] {
        let _ = write!(
            out,
            "<w:abstractNum w:abstractNumId=\"{id}\"><w:multiLevelType w:val=\"singleLevel\"/><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/>\
             <w:numFmt w:val=\"{format}\"/><w:lvlText w:val=\"{sign}\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"567\" w:hanging=\"397\"/>\
             </w:pPr></w:lvl></w:abstractNum>"
        );
    }
    let _ = write!(out, "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"{BULLETS}\"/></w:num>");
    for list in 0..lists {
        let _ = write!(
            out,
            "<w:num w:numId=\"{}\"><w:abstractNumId w:val=\"{NUMBERS}\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>",
            list + 2
        );
    }
    out.push_str("</w:numbering>");
    out
}
