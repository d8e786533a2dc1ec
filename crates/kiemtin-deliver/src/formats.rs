//! Which file can a table or a document be? The same rows in every format, and the same rows or words give the same bytes.

mod book;
mod csv;
mod docx;
pub mod paper;
mod pdf;
pub mod report;
mod words;
mod xlsx;

pub use book::book;
pub use csv::{csv, csv_rows};
pub use docx::{DocxError, docx};
pub use pdf::{PdfError, pdf};
pub use xlsx::{XlsxError, xlsx};

use kiemtin_model::Time;
use kiemtin_model::lang::Lang;
use kiemtin_model::time::Day;
use paper::ChartKind;

/// Rows under named columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// What it is about; name of the sheet, at most 31 letters of it.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Rows, each with as many cells as there are columns.
    pub rows: Vec<Vec<Cell>>,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What programs call it; the head of CSV.
    pub key: &'static str,
    /// What people call it; the head of sheets and pages.
    pub head: &'static str,
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing is known.
    Empty,
    /// Words.
    Text(String),
    /// Words that lead to an address of the web.
    Link(String, String),
    /// A number of things.
    Count(u64),
    /// A measured number, such as hours; shown with one decimal.
    Number(f64),
    /// A part of a whole, 0 to 1.
    Part(f64),
    /// A day.
    Day(Day),
    /// A moment, told in Vietnamese time to the minute.
    Moment(Time),
}

/// Tables that go together, each a sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Book {
    /// What they are about.
    pub title: String,
    /// In their order.
    pub sheets: Vec<Sheet>,
    /// As of when: written into the file in the place of the time of its making, so that the same book gives the same bytes.
    pub as_of: Option<Time>,
    /// The language of what is said beside the tables, and of the names of months.
    pub lang: Lang,
}

/// A table with what stands around it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    /// Lines above it: what it shows, of when, what is to be known. The first is its heading.
    pub above: Vec<String>,
    /// The table.
    pub table: Table,
    /// Charts of its numbers, at its right.
    pub charts: Vec<SheetChart>,
}

/// A chart that reads its numbers from the table beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetChart {
    /// What it shows.
    pub title: String,
    /// How it is drawn.
    pub kind: ChartKind,
    /// Place of the column with its labels.
    pub labels: usize,
    /// Places of the columns with its numbers.
    pub values: Vec<usize>,
    /// Its first rows only, at most so many.
    pub rows: usize,
}
