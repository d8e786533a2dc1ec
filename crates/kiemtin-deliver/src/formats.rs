//! Which file can a table or a document be? The same rows in every format, and the same rows or words give the same bytes.

mod csv;
mod docx;
pub mod paper;
mod xlsx;

pub use csv::csv;
pub use docx::{DocxError, docx};
pub use xlsx::{XlsxError, xlsx};

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
    /// A number of things.
    Count(u64),
    /// A part of a whole, 0 to 1.
    Part(f64),
}
