//! How does a table become a sheet of Excel? Words as words (never as formulas), numbers as numbers, the heads fixed above them.

use super::{Cell, Table};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook};

/// Longest text of a cell, in UTF-16 units, by Excel's own limit.
const LONGEST: usize = 32_767;
/// Longest name of a sheet.
const NAME: usize = 31;
/// Widest column, in letters.
const WIDEST: usize = 60;

/// A sheet that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the table could not be written as XLSX")]
pub struct XlsxError(#[from] rust_xlsxwriter::XlsxError);

/// The table as a file with one sheet. The time of its making is left out, so that the same table gives the same bytes.
///
/// # Errors
/// More rows or columns than a sheet may have.
pub fn xlsx(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1)?;
    book.set_properties(&DocProperties::new().set_title(&table.title).set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    sheet.set_name(name(&table.title))?;
    let (head, part) = (Format::new().set_bold().set_text_wrap(), Format::new().set_num_format("0.00%"));
    for (place, column) in (0u16..).zip(&table.columns) {
        sheet.write_string_with_format(0, place, column.head, &head)?;
        let cells = table.rows.iter().filter_map(|row| row.get(usize::from(place)));
        let letters = cells.map(|cell| if let Cell::Text(text) = cell { text.chars().count() } else { 8 }).max();
        sheet.set_column_width(place, letters.unwrap_or(0).max(column.head.chars().count()).clamp(8, WIDEST) as f64 + 2.0)?;
    }
    for (at, row) in (1u32..).zip(&table.rows) {
        for (place, cell) in (0u16..).zip(row) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    sheet.write_string(at, place, cut(text))?;
                }
                Cell::Count(count) => {
                    sheet.write_number(at, place, *count as f64)?;
                }
                Cell::Part(value) => {
                    sheet.write_number_with_format(at, place, *value, &part)?;
                }
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(book.save_to_buffer()?)
}

/// The title without what the name of a sheet may not have.
fn name(title: &str) -> String {
    let name: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c) && !c.is_control()).take(NAME).collect();
    if name.trim().is_empty() { "Bảng".to_owned() } else { name }
}

fn cut(text: &str) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= LONGEST
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Column;

    fn table() -> Table {
        Table {
            title: "Xu hướng: [giá/điện]*?".into(),
            columns: vec![Column { key: "date", head: "Ngày" }, Column { key: "ratio", head: "Tỷ lệ" }],
            rows: vec![
                vec![Cell::Text("=1+1".into()), Cell::Part(0.25)],
                vec![Cell::Text("x".repeat(40_000)), Cell::Empty],
                vec![Cell::Count(7), Cell::Count(8)],
            ],
        }
    }

    #[test]
    fn the_same_table_gives_the_same_bytes() {
        let bytes = xlsx(&table()).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        assert!(bytes == xlsx(&table()).unwrap() && bytes.starts_with(b"PK"), "also a second later");
        assert!(xlsx(&Table::default()).unwrap().starts_with(b"PK"), "an empty one is a file too");
        assert_eq!(name("[]"), "Bảng");
    }
}
