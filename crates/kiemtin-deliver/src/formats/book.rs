//! How do tables that go together become one file of Excel? A sheet each, with its lines above it and its charts beside it; what a
//! sheet cannot hold or does not have is said on it.

use super::xlsx::{File, NAME, Page, ROWS, XlsxError, name};
use super::{Book, Sheet, words};
use kiemtin_model::lang::Lang;
use std::collections::HashSet;

/// A part of a whole, for people.
const PART: &str = "0.0%";

/// The book as a file of Excel, dated as of its time, so that the same book gives the same bytes. A table with more rows than a
/// sheet may have (1,048,576) is cut, and a line above it says so; a book without sheets gives one that says that there are no data.
///
/// # Errors
/// More columns than a sheet may have (16,384).
pub fn book(book: &Book) -> Result<Vec<u8>, XlsxError> {
    cut_to(book, ROWS)
}

/// The book with at most so many rows on a sheet, all of them counted.
fn cut_to(book: &Book, most: usize) -> Result<Vec<u8>, XlsxError> {
    let mut file = File::new(&book.title, book.as_of, PART, book.lang)?;
    let empty = [Sheet { above: vec![book.title.clone()], ..Sheet::default() }];
    let sheets = if book.sheets.is_empty() { empty.as_slice() } else { &book.sheets };
    let mut names = HashSet::new();
    for sheet in sheets {
        let title = if sheet.table.title.trim().is_empty() { &book.title } else { &sheet.table.title };
        let (name, above, rows) = (only(&name(title), &mut names), above(sheet, most, book.lang), rows(sheet, most));
        let headed = sheet.above.first().is_some_and(|line| !line.is_empty());
        file.add(&Page { name: &name, above: &above, headed, table: &sheet.table, rows, charts: &sheet.charts })?;
    }
    file.saved()
}

/// So many of its rows find place: the lines above, that of the cut, the gap and the heads need theirs.
fn rows(sheet: &Sheet, most: usize) -> usize {
    sheet.table.rows.len().min(most.saturating_sub(sheet.above.len() + 3))
}

/// The lines above the table, with what is to be known of its rows.
fn above(sheet: &Sheet, most: usize, lang: Lang) -> Vec<String> {
    let (all, some) = (sheet.table.rows.len(), rows(sheet, most));
    let notice = if all == 0 {
        Some(lang.of(["Không có dữ liệu.", "No data."]).to_owned())
    } else if some < all {
        let [some, all] = [some, all].map(|rows| lang.count(rows as u64));
        Some(lang.of([
            format!("Chỉ ghi {some} trong {all} dòng: một trang tính không chứa được nhiều hơn."),
            format!("Only {some} of {all} rows: a sheet can hold no more."),
        ]))
    } else {
        None
    };
    sheet.above.iter().filter(|line| !line.is_empty()).cloned().chain(notice).collect()
}

/// The name, made the only one: Excel takes `Tin` and `tin` for one.
fn only(name: &str, names: &mut HashSet<String>) -> String {
    let (mut tried, mut number) = (name.to_owned(), 1);
    while !names.insert(tried.to_lowercase()) {
        number += 1;
        let end = format!(" ({number})");
        tried = format!("{}{end}", words::cut(name.into(), NAME - end.len()));
    }
    tried
}

#[cfg(test)]
mod tests;
