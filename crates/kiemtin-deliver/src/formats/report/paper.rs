//! How does a report stand on paper? Under the heading lines of Decree 30/2020/NĐ-CP: number and symbol left to be filled in, the
//! parts one after another with their sentences, charts and tables, then who gets it and who signs.

use super::section::{Section, sections};
use crate::formats::paper::{Block, Chart, Closing, Grid, GridColumn, Paper, Run, Series};
use crate::formats::{Cell, SheetChart, Table};
use kiemtin_model::report::{Report, ScopeKind};
use kiemtin_model::written::{count, decimal, percent};
use kiemtin_model::{Day, Time};
use serde::Deserialize;

/// Most labels of a chart on paper.
const MOST_LABELS: usize = 60;

/// Who writes reports, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Letterhead {
    /// The body above: `BỘ CÔNG THƯƠNG`.
    pub above: String,
    /// The body that writes: `VĂN PHÒNG BỘ`.
    pub issuer: String,
    /// Its letters in numbers of documents: `VP`.
    pub symbol: String,
    /// Where it is: `Hà Nội`.
    pub place: String,
    /// Who gets reports, a line each.
    pub recipients: Vec<String>,
    /// For whom and as what somebody signs, a line each.
    pub signer: Vec<String>,
}

impl Default for Letterhead {
    fn default() -> Self {
        let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
        Self {
            above: "BỘ CÔNG THƯƠNG".to_owned(),
            issuer: "VĂN PHÒNG BỘ".to_owned(),
            symbol: "VP".to_owned(),
            place: "Hà Nội".to_owned(),
            recipients: lines(&["Lãnh đạo Bộ", "Các đơn vị thuộc Bộ", "Lưu: VT, VP"]),
            signer: lines(&["TL. BỘ TRƯỞNG", "CHÁNH VĂN PHÒNG"]),
        }
    }
}

/// The report as a document.
pub fn paper(report: &Report, head: &Letterhead) -> Paper {
    let mut blocks = vec![];
    for (number, section) in (1..).zip(sections(report)) {
        blocks.push(Block::Heading(1, format!("{number}. {}", section.heading)));
        blocks.extend(section.says.iter().map(Block::plain));
        blocks.extend(section.sheet.charts.iter().filter_map(|of| chart(&section.sheet.table, of)).map(Block::Chart));
        blocks.extend(table(&section));
    }
    let of = if report.scope.kind == ScopeKind::Ministry { String::new() } else { format!(" – {}", report.scope.name) };
    let part = if report.complete { "" } else { "KỲ CHƯA KẾT THÚC" };
    Paper {
        issuer: (head.above.clone(), head.issuer.clone()),
        number: format!("Số:         /BC-{}", head.symbol),
        dated: dated(&head.place, report.to),
        title: "BÁO CÁO".to_owned(),
        subject: format!("Thông tin báo chí và dư luận về ngành Công Thương{of}\n{}", report.period_vi),
        banner: part.to_owned(),
        blocks,
        closing: Some(Closing { recipients: head.recipients.clone(), signer: head.signer.clone() }),
        as_of: Some(report.to),
    }
}

/// `Hà Nội, ngày 23 tháng 11 năm 2026`: days below 10 and months below 3 are written with a nought (Decree 30/2020/NĐ-CP, annex I).
fn dated(place: &str, at: Time) -> String {
    let (month, day) = Day::of(at).month_and_day();
    let month = if month < 3 { format!("{month:02}") } else { month.to_string() };
    format!("{place}, ngày {day:02} tháng {month} năm {}", at.year())
}

/// The columns and rows of a part that stand in documents.
fn table(section: &Section) -> Vec<Block> {
    let table = &section.sheet.table;
    if table.rows.is_empty() {
        return if section.says.is_empty() { vec![Block::plain("Không có trong kỳ này.")] } else { vec![] };
    }
    let shown: Vec<usize> = (0..table.columns.len()).filter(|place| section.widths.get(*place).is_some_and(|width| *width > 0)).collect();
    let numbers = |place: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(place));
        cells.clone().all(|cell| !matches!(cell, Cell::Text(_) | Cell::Link(..))) && cells.into_iter().any(|cell| *cell != Cell::Empty)
    };
    let column = |place: &usize| {
        let (column, width) = (table.columns.get(*place)?, section.widths.get(*place)?);
        Some(GridColumn { head: column.head.to_owned(), share: *width, numbers: numbers(*place) })
    };
    let row = |row: &Vec<Cell>| shown.iter().filter_map(|place| row.get(*place)).map(run).collect();
    let rows = table.rows.iter().take(section.most).map(row).collect();
    let mut blocks = vec![Block::Table(Grid { columns: shown.iter().filter_map(column).collect(), rows })];
    if let Some(left) = table.rows.len().checked_sub(section.most).filter(|left| *left > 0) {
        blocks.push(Block::Paragraph(vec![Run::italic(format!("Còn {} dòng trong bản Excel, CSV.", count(left as u64)))]));
    }
    blocks
}

fn run(cell: &Cell) -> Vec<Run> {
    vec![match cell {
        Cell::Link(words, address) => Run::linked(words, Some(address.clone())),
        other => Run::plain(shown(other)),
    }]
}

/// A cell as people read it.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(words) | Cell::Link(words, _) => words.clone(),
        Cell::Count(number) => count(*number),
        Cell::Number(number) => decimal((number * 10.0).round() / 10.0),
        Cell::Part(part) => percent(*part),
        Cell::Day(day) => day.vi(),
        Cell::Moment(at) => at.vi(),
    }
}

/// The chart of a sheet with its numbers; none where there is nothing to draw.
fn chart(table: &Table, of: &SheetChart) -> Option<Chart> {
    let rows = table.rows.get(..table.rows.len().min(of.rows).min(MOST_LABELS))?;
    if rows.is_empty() {
        return None;
    }
    let series = |place: &usize| {
        let value = |row: &Vec<Cell>| match row.get(*place) {
            Some(Cell::Count(number)) => Some(*number as f64),
            Some(Cell::Number(number) | Cell::Part(number)) => Some(*number),
            _ => None,
        };
        let name = table.columns.get(*place)?.head.to_owned();
        Some(Series { name, values: rows.iter().map(value).collect() })
    };
    Some(Chart {
        title: of.title.clone(),
        kind: of.kind,
        labels: rows.iter().filter_map(|row| row.get(of.labels)).map(shown).collect(),
        series: of.values.iter().filter_map(series).collect(),
    })
}
