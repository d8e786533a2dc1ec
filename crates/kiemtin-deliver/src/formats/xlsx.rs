//! How does a table become a sheet of Excel? Words as words (never as formulas), numbers as numbers, days as days, the heads fixed
//! above them. One table alone, or as many sheets as a book has: both are written by this file.

mod cells;
mod charts;
mod links;
mod sheet;
mod widths;

use super::{SheetChart, Table, words};
use cells::Looks;
use kiemtin_model::Time;
use kiemtin_model::lang::Lang;
use links::Links;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook};

/// Longest name of a sheet, in UTF-16 units.
pub(super) const NAME: usize = 31;
/// Rows of a sheet.
pub(super) const ROWS: usize = 1_048_576;
/// A part of a whole, as the figures of trends have it: a small one is to be seen too.
const PART: &str = "0.00%";

/// A sheet that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the table could not be written as XLSX")]
pub struct XlsxError(#[from] rust_xlsxwriter::XlsxError);

/// A sheet as it is to be written.
pub(super) struct Page<'a> {
    /// Its name: allowed, and the only one of that spelling in its file.
    pub(super) name: &'a str,
    /// Lines above the table.
    pub(super) above: &'a [String],
    /// Whether the first of them is a heading.
    pub(super) headed: bool,
    /// The table.
    pub(super) table: &'a Table,
    /// So many of its rows.
    pub(super) rows: usize,
    /// Charts at its right.
    pub(super) charts: &'a [SheetChart],
}

/// A file that is being written.
pub(super) struct File {
    book: Workbook,
    title: String,
    lang: Lang,
    looks: Looks,
    links: Links,
}

impl File {
    /// A file without sheets. It says that it was made as of a time, or else in 2000: a real time would make two files of one book.
    pub(super) fn new(title: &str, as_of: Option<Time>, part: &str, lang: Lang) -> Result<Self, XlsxError> {
        let mut book = Workbook::new();
        // The next ones take much longer for a file that is hardly smaller.
        book.set_zip_compression_level(4);
        let fixed = ExcelDateTime::from_ymd(2000, 1, 1)?;
        let made = as_of.and_then(|at| ExcelDateTime::from_timestamp(at.0.div_euclid(1_000)).ok()).unwrap_or(fixed);
        let title = words::line(title);
        book.set_properties(&DocProperties::new().set_title(&title).set_creation_datetime(&made));
        Ok(Self { book, title, lang, looks: Looks::new(part, lang), links: Links::default() })
    }

    /// One more sheet, after those that are there.
    pub(super) fn add(&mut self, page: &Page<'_>) -> Result<(), XlsxError> {
        let sheet = self.book.add_worksheet();
        sheet.set_name(page.name)?;
        sheet::fill(sheet, page, &self.looks, &mut self.links)?;
        sheet::set_up_print(sheet, (&self.title, self.lang), page)
    }

    /// Its bytes.
    pub(super) fn saved(mut self) -> Result<Vec<u8>, XlsxError> {
        let bytes = self.book.save_to_buffer()?;
        self.links.restored(bytes)
    }
}

/// The table as a file with one sheet. The time of its making is left out, so that the same table gives the same bytes.
///
/// # Errors
/// More rows or columns than a sheet may have.
pub fn xlsx(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut file = File::new(&table.title, None, PART, Lang::Vi)?;
    file.add(&Page { name: &name(&table.title), above: &[], headed: false, table, rows: table.rows.len(), charts: &[] })?;
    file.saved()
}

/// The title without what the name of a sheet may not have.
pub(super) fn name(title: &str) -> String {
    let allowed: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).collect();
    let name = words::cut(words::line(&allowed).into(), NAME).into_owned();
    // Excel keeps one name for itself.
    if name.is_empty() || name.eq_ignore_ascii_case("history") { "Bảng".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::{Cell, Column};

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
    }

    #[test]
    fn names_are_what_excel_takes() {
        for (title, expected) in [
            ("Xu hướng: [giá/điện]*?", "Xu hướng giáđiện"),
            ("[]", "Bảng"),
            (" ' ", "Bảng"),
            ("HISTORY", "Bảng"),
            ("a\u{202e}b\tc\nd", "ab c d"),
            ("Bài về điều chỉnh giá bán lẻ điện", "Bài về điều chỉnh giá bán lẻ đ…"),
        ] {
            assert_eq!(name(title), expected, "{title}");
            assert!(rust_xlsxwriter::utility::check_sheet_name(&name(title)).is_ok());
        }
        assert_eq!(name(&"😀".repeat(20)).encode_utf16().count(), 31);
    }
}
