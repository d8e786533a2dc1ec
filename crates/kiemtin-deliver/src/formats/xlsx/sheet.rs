//! How does a page become a sheet? Its lines, a small gap, the heads, the rows; what is needed to read, filter and print it.

use super::cells::{Looks, shown};
use super::links::Links;
use super::widths::{head_lines, lines, row_lines, widths};
use super::{Page, XlsxError, charts};
use crate::formats::words;
use kiemtin_model::lang::Lang;
use rust_xlsxwriter::Worksheet;

/// Height of a line, in points.
const LINE: f64 = 15.0;
/// Height of the first line above a table.
const HEADING: f64 = 20.0;
/// A row shows so many lines at most; the rest of a long text is in its cell.
const TALLEST: usize = 10;
/// Lines above a table may be as long, in letters, beyond narrow tables.
const ABOVE: usize = 100;
/// Letters of a column that has no width of its own.
const PLAIN: usize = 9;
/// Rows from whose cells the widths are taken.
const MEASURED: usize = 5_000;
/// Longest part of the head of printed pages, in UTF-16 units: Excel takes 255 of the whole.
const PRINTED: usize = 80;
/// A4, by Excel's number.
const A4: u8 = 9;

/// Row of the heads.
fn head_row(page: &Page<'_>) -> u32 {
    if page.above.is_empty() { 0 } else { page.above.len() as u32 + 1 }
}

/// Writes a page to an empty sheet.
pub(super) fn fill(sheet: &mut Worksheet, page: &Page<'_>, looks: &Looks, links: &mut Links) -> Result<(), XlsxError> {
    links.begin();
    let (table, head) = (page.table, head_row(page));
    let widths = widths(table, page.rows.min(MEASURED));
    above(sheet, page, looks, &widths)?;
    let Some(last) = table.columns.len().checked_sub(1) else { return Ok(()) };
    let last = u16::try_from(last).unwrap_or(u16::MAX);
    for ((place, column), width) in (0u16..).zip(&table.columns).zip(&widths) {
        sheet.write_string_with_format(head, place, column.head, &looks.head)?;
        sheet.set_column_width(place, *width as f64 + 2.0)?;
    }
    sheet.set_row_height(head, LINE * head_lines(table, &widths) as f64 + 3.0)?;
    for (at, row) in (head + 1..).zip(table.rows.iter().take(page.rows)) {
        for (place, cell) in (0u16..).zip(row) {
            looks.write(sheet, (at, place), cell, links)?;
        }
        // Told instead of left to the program that opens it: Excel would draw a chart out with the rows that it heightens, and
        // others show one line.
        let lines = row_lines(row, &widths);
        if lines > 1 {
            sheet.set_row_height(at, LINE * lines.min(TALLEST) as f64)?;
        }
    }
    sheet.autofilter(head, 0, head + page.rows as u32, last)?;
    sheet.set_freeze_panes(head + 1, 0)?;
    charts::insert(sheet, page, head)
}

/// The lines above a table. Short ones run over the cells at their right, which are empty; long ones wrap within merged cells, as
/// wide as the table or as a line may be.
fn above(sheet: &mut Worksheet, page: &Page<'_>, looks: &Looks, widths: &[usize]) -> Result<(), XlsxError> {
    let width = widths.iter().map(|width| width + 2).sum::<usize>().max(ABOVE);
    let mut taken = 0;
    let wide = widths.iter().map(|width| width + 2).chain(std::iter::repeat(PLAIN));
    let over = wide.take_while(|column| {
        let room = taken < width;
        taken += column;
        room
    });
    let last = (over.count() as u16).saturating_sub(1);
    for (row, text) in (0u32..).zip(page.above) {
        let (text, heading) = (shown(text), row == 0 && page.headed);
        // Letters of the heading are larger.
        let lines = lines(&text, if heading { width * 3 / 4 } else { width });
        let (look, height) = if heading { (&looks.heading, HEADING) } else { (&looks.line, LINE) };
        if lines > 1 {
            sheet.merge_range(row, 0, row, last, &text, &look.clone().set_text_wrap())?;
        } else {
            sheet.write_string_with_format(row, 0, text, look)?;
        }
        sheet.set_row_height(row, height * lines.min(TALLEST) as f64)?;
    }
    if let Some(gap) = head_row(page).checked_sub(1) {
        sheet.set_row_height(gap, LINE / 2.0)?;
    }
    Ok(())
}

/// Printed on A4 across, all columns on a page, with the heads on each.
pub(super) fn set_up_print(sheet: &mut Worksheet, (title, lang): (&str, Lang), page: &Page<'_>) -> Result<(), XlsxError> {
    // `&` begins a code there.
    let printed = |text: &str| words::cut(text.into(), PRINTED).replace('&', "&&");
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0).set_margins(0.5, 0.5, 0.75, 0.75, 0.3, 0.3);
    let (left, right) = (printed(title), printed(page.name));
    sheet.set_header(if left == right { format!("&L{left}") } else { format!("&L{left}&R{right}") });
    sheet.set_footer(lang.of(["&CTrang &P/&N", "&CPage &P/&N"]));
    let head = head_row(page);
    if !page.table.columns.is_empty() {
        sheet.set_repeat_rows(head, head)?;
    }
    Ok(())
}
