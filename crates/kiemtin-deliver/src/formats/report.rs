//! Which files can a report be? One file of this folder per format, and one line in [`FORMATS`].
//!
//! Every format is made from the same [`Section`]s, so that none tells another figure: sheets and CSV take their tables, the documents
//! (DOCX, PDF, HTML) a part of the rows with sentences and charts.

mod coverage;
mod csv;
mod desk;
mod html;
mod manifest;
mod method;
mod paper;
mod section;

pub use manifest::{MANIFEST, manifest};
pub use paper::{Letterhead, paper};
pub use section::{Section, sections};

use super::{Book, DocxError, PdfError, XlsxError, book, docx, pdf};
use kiemtin_model::report::Report;

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// As sheets.
    #[error(transparent)]
    Xlsx(#[from] XlsxError),
    /// As a document of Word.
    #[error(transparent)]
    Docx(#[from] DocxError),
    /// As PDF.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// As JSON.
    #[error("the report could not be written as JSON")]
    Json(#[from] serde_json::Error),
}

/// A format of reports.
pub struct ReportFormat {
    /// What it is asked for by, and the end of its files' names.
    pub name: &'static str,
    /// Its media type (RFC 6838).
    pub media_type: &'static str,
    /// What people call it.
    pub vi: &'static str,
    /// Makes the file.
    ///
    /// # Errors
    /// More than the format can hold.
    pub write: fn(&Report, &Letterhead) -> Result<Vec<u8>, ReportError>,
}

/// All formats, in the order in which they are offered.
pub const FORMATS: &[ReportFormat] = &[
    ReportFormat {
        name: "xlsx",
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        vi: "Excel",
        write: |report, _| Ok(book(&sheets(report))?),
    },
    ReportFormat {
        name: "docx",
        media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        vi: "Word",
        write: |report, head| Ok(docx(&paper(report, head))?),
    },
    ReportFormat { name: "pdf", media_type: "application/pdf", vi: "PDF", write: |report, head| Ok(pdf(&paper(report, head))?) },
    ReportFormat {
        name: "html",
        media_type: "text/html; charset=utf-8",
        vi: "Trang HTML",
        write: |report, head| Ok(html::html(&paper(report, head))?.into_bytes()),
    },
    ReportFormat { name: "csv", media_type: "text/csv; charset=utf-8", vi: "CSV", write: |report, _| Ok(csv::csv(report)) },
    ReportFormat { name: "json", media_type: "application/json", vi: "JSON", write: |report, _| Ok(serde_json::to_vec_pretty(report)?) },
];

/// The format of this name.
pub fn format(name: &str) -> Option<&'static ReportFormat> {
    FORMATS.iter().find(|format| format.name == name)
}

/// Name of a report's file: `bao-cao-2026-W47.xlsx`, `bao-cao-2026-11-topic-gia-dien.csv`. Only ASCII letters, digits and hyphens.
pub fn file_name(report: &Report, format: &str) -> String {
    let slug = report.scope.slug();
    let hyphen = if slug.is_empty() { "" } else { "-" };
    format!("bao-cao-{}{hyphen}{slug}.{format}", report.period)
}

/// The report as the inside of a page, without its heading lines: made of escaped words and of nothing else.
///
/// # Errors
/// A bundled font could not be read.
pub fn preview(report: &Report, head: &Letterhead) -> Result<String, ReportError> {
    let mut out = String::new();
    html::body(&mut out, &paper(report, head).blocks)?;
    Ok(out)
}

fn sheets(report: &Report) -> Book {
    let sheets = sections(report).into_iter().map(|section| section.sheet).collect();
    Book { title: format!("{}: {}", report.scope.name, report.period_vi), sheets, as_of: Some(report.to) }
}
