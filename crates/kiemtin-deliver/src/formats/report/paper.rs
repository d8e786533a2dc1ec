//! How does a report stand on paper? Under the heading lines of Decree 30/2020/NĐ-CP: number and symbol left to be filled in, the
//! parts one after another with their sentences, charts and tables, then who gets it and who signs.

use super::english;
use super::letterhead::Letterhead;
use super::section::{Section, sections};
use crate::formats::paper::{Block, Chart, Closing, Grid, GridColumn, Paper, Run, Series};
use crate::formats::{Cell, SheetChart, Table};
use kiemtin_model::lang::Lang;
use kiemtin_model::report::{Report, ScopeKind};
use kiemtin_model::{Day, Time};

/// Most labels of a chart on paper.
const MOST_LABELS: usize = 60;
/// Letters of the bold heads of a table that the width of a page holds, as many as it has at least.
const LETTERS: u32 = 72;
/// Longer words may break.
const LONGEST: usize = 12;
/// What the room at both sides of a cell holds, in letters.
const PADDING: u16 = 2;

/// The report as a document in a language.
pub fn paper(report: &Report, head: &Letterhead, lang: Lang) -> Paper {
    let mut blocks = vec![];
    for (number, section) in (1..).zip(sections(report, lang)) {
        blocks.push(Block::Heading(1, format!("{number}. {}", section.heading)));
        blocks.extend(section.says.iter().map(Block::plain));
        blocks.extend(section.sheet.charts.iter().filter_map(|of| chart(lang, &section.sheet.table, of)).map(Block::Chart));
        blocks.extend(table(lang, &section));
    }
    let told = english::told(report, lang);
    let of = if told.scope.kind == ScopeKind::Ministry { String::new() } else { format!(" – {}", told.scope.name) };
    let about = lang.of(["Thông tin báo chí và dư luận về ngành Công Thương", "Press coverage and public opinion on industry and trade"]);
    let part = if report.complete { "" } else { lang.of(["KỲ CHƯA KẾT THÚC", "THE PERIOD IS NOT OVER"]) };
    let (recipients, signer) = head.closing(lang);
    Paper {
        lang,
        issuer: head.issuer(lang),
        number: format!("{}         /BC-{}", lang.of(["Số:", "No.:"]), head.symbol),
        dated: dated(head.place(lang), report.to, lang),
        title: lang.of(["BÁO CÁO", "REPORT"]).to_owned(),
        subject: format!("{about}{of}\n{}", told.period_vi),
        banner: part.to_owned(),
        blocks,
        closing: Some(Closing { recipients, signer }),
        as_of: Some(report.to),
    }
}

/// `Hà Nội, ngày 23 tháng 11 năm 2026`: days below 10 and months below 3 are written with a nought (Decree 30/2020/NĐ-CP, annex I).
fn dated(place: &str, at: Time, lang: Lang) -> String {
    if lang == Lang::En {
        return format!("{place}, {}", Day::of(at).en());
    }
    let (month, day) = Day::of(at).month_and_day();
    let month = if month < 3 { format!("{month:02}") } else { month.to_string() };
    format!("{place}, ngày {day:02} tháng {month} năm {}", at.year())
}

/// The columns and rows of a part that stand in documents.
fn table(lang: Lang, section: &Section) -> Vec<Block> {
    let table = &section.sheet.table;
    if table.rows.is_empty() {
        return if section.says.is_empty() {
            vec![Block::plain(lang.of(["Không có trong kỳ này.", "None in this period."]))]
        } else {
            vec![]
        };
    }
    let shown: Vec<usize> = (0..table.columns.len()).filter(|place| section.widths.get(*place).is_some_and(|width| *width > 0)).collect();
    let numbers = |place: usize| {
        let cells = table.rows.iter().filter_map(|row| row.get(place));
        cells.clone().all(|cell| !matches!(cell, Cell::Text(_) | Cell::Link(..))) && cells.into_iter().any(|cell| *cell != Cell::Empty)
    };
    let least = |place: &usize| {
        let cells = table.rows.iter().take(section.most).filter_map(|row| row.get(*place));
        let head = table.columns.get(*place).map(|column| column.head.to_owned());
        cells.map(|cell| self::shown(lang, cell)).chain(head).map(|words| longest_word(&words)).max().unwrap_or(0) + PADDING
    };
    let wanted: Vec<u16> = shown.iter().filter_map(|place| section.widths.get(*place)).copied().collect();
    let shares = shares(&wanted, &shown.iter().map(least).collect::<Vec<_>>());
    let column = |(place, share): (&usize, u16)| {
        Some(GridColumn { head: table.columns.get(*place)?.head.to_owned(), share, numbers: numbers(*place) })
    };
    let row = |row: &Vec<Cell>| shown.iter().filter_map(|place| row.get(*place)).map(|cell| run(lang, cell)).collect();
    let rows = table.rows.iter().take(section.most).map(row).collect();
    let mut blocks = vec![Block::Table(Grid { columns: shown.iter().zip(shares).filter_map(column).collect(), rows })];
    if let Some(left) = table.rows.len().checked_sub(section.most).filter(|left| *left > 0) {
        let left = lang.count(left as u64);
        let more = lang.of([
            format!("Còn {left} dòng trong bản Excel, CSV."),
            format!("Rows that stand in the files of Excel and CSV alone: {left}."),
        ]);
        blocks.push(Block::Paragraph(vec![Run::italic(more)]));
    }
    blocks
}

fn run(lang: Lang, cell: &Cell) -> Vec<Run> {
    vec![match cell {
        Cell::Link(words, address) => Run::linked(words, Some(address.clone())),
        other => Run::plain(shown(lang, other)),
    }]
}

/// Widths of columns, in letters: as they are wanted, but none narrower than its longest word while others have room to give.
fn shares(wanted: &[u16], least: &[u16]) -> Vec<u16> {
    let all = wanted.iter().map(|width| u32::from(*width)).sum::<u32>().max(1);
    let pairs = || wanted.iter().zip(least).map(|(wanted, least)| (u32::from(*wanted) * LETTERS / all, u32::from(*least)));
    let spare: u32 = pairs().map(|(wanted, least)| wanted.saturating_sub(least)).sum();
    let room = LETTERS.saturating_sub(pairs().map(|(_, least)| least).sum());
    let share = |(wanted, least): (u32, u32)| least + wanted.saturating_sub(least) * room.min(spare) / spare.max(1);
    pairs().map(share).map(|share| share.min(LETTERS) as u16).collect()
}

/// Letters of its longest word.
fn longest_word(words: &str) -> u16 {
    words.split(' ').map(|word| word.chars().count().min(LONGEST) as u16).max().unwrap_or(0)
}

/// A cell as people read it. The sign of percent stays on the line of its number.
fn shown(lang: Lang, cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Text(words) | Cell::Link(words, _) => words.clone(),
        Cell::Count(number) => lang.count(*number),
        Cell::Number(number) => lang.decimal((number * 10.0).round() / 10.0),
        Cell::Part(part) => lang.percent(*part).replace(' ', "\u{a0}"),
        Cell::Day(day) => lang.day(*day),
        Cell::Moment(at) => lang.moment(*at),
    }
}

/// The chart of a sheet with its numbers; none where there is nothing to draw.
fn chart(lang: Lang, table: &Table, of: &SheetChart) -> Option<Chart> {
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
        labels: rows.iter().filter_map(|row| row.get(of.labels)).map(|cell| shown(lang, cell)).collect(),
        series: of.values.iter().filter_map(series).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_column_is_narrower_than_its_longest_word() {
        assert_eq!(shares(&[6, 2, 2], &[5, 4, 4]), [43, 14, 14], "as wanted where all have room");
        let told = shares(&[6, 2, 2, 2, 2, 2, 2, 2], &[7, 10, 8, 8, 7, 9, 7, 7]);
        assert_eq!(told, [16, 10, 8, 8, 7, 9, 7, 7], "the first column gives");
        assert_eq!(shares(&[1, 1], &[60, 60]), [60, 60], "nobody has anything to give");
        assert_eq!((shares(&[], &[]), longest_word("Giá điện")), (vec![], 4));
    }
}
