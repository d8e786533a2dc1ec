//! Which files can a report be? One file of this folder per format, and one line in [`FORMATS`].
//!
//! Every format is made from the same [`Section`]s, so that none tells another figure: sheets and CSV take their tables, the documents
//! (DOCX, PDF, HTML) a part of the rows with sentences and charts.

mod coverage;
mod csv;
mod desk;
mod english;
mod html;
mod letterhead;
mod manifest;
mod method;
mod paper;
mod section;

pub use english::gap_name;
pub use letterhead::{EnglishLetterhead, Letterhead};
pub use manifest::{Hashed, ManifestFile, manifest, manifest_name};
pub use paper::paper;
pub use section::{Section, sections};

use super::{Book, DocxError, PdfError, XlsxError, book, docx, pdf};
use kiemtin_model::lang::Lang;
use kiemtin_model::report::Report;
use std::io::Write;

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
    /// What it was written to failed.
    #[error("the file of the report could not be written")]
    Write(#[from] std::io::Error),
}

/// Writes a file in a language.
type WriteReport = fn(&Report, &Letterhead, Lang, &mut dyn Write) -> Result<(), ReportError>;

/// A format of reports.
pub struct ReportFormat {
    /// What it is asked for by, and the end of its files' names.
    pub name: &'static str,
    /// Its media type (RFC 6838).
    pub media_type: &'static str,
    /// What people call it.
    pub vi: &'static str,
    /// Writes the file: CSV and JSON piece by piece, the others in one piece, which their containers ask for.
    ///
    /// # Errors
    /// More than the format can hold, or what it is written to failed.
    pub write: WriteReport,
}

impl ReportFormat {
    /// The file as bytes, for what sends it as a whole.
    ///
    /// # Errors
    /// More than the format can hold.
    pub fn bytes(&self, report: &Report, head: &Letterhead, lang: Lang) -> Result<Vec<u8>, ReportError> {
        let mut bytes = vec![];
        (self.write)(report, head, lang, &mut bytes)?;
        Ok(bytes)
    }
}

/// All formats, in the order in which they are offered.
pub const FORMATS: &[ReportFormat] = &[
    ReportFormat {
        name: "xlsx",
        media_type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        vi: "Excel",
        write: |report, _, lang, out| Ok(out.write_all(&book(&sheets(report, lang))?)?),
    },
    ReportFormat {
        name: "docx",
        media_type: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        vi: "Word",
        write: |report, head, lang, out| Ok(out.write_all(&docx(&paper(report, head, lang))?)?),
    },
    ReportFormat {
        name: "pdf",
        media_type: "application/pdf",
        vi: "PDF",
        write: |report, head, lang, out| Ok(out.write_all(&pdf(&paper(report, head, lang))?)?),
    },
    ReportFormat {
        name: "html",
        media_type: "text/html; charset=utf-8",
        vi: "Trang HTML",
        write: |report, head, lang, out| Ok(out.write_all(html::html(&paper(report, head, lang))?.as_bytes())?),
    },
    ReportFormat {
        name: "csv",
        media_type: "text/csv; charset=utf-8",
        vi: "CSV",
        write: |report, _, lang, out| Ok(csv::csv(report, lang, out)?),
    },
    ReportFormat {
        name: "json",
        media_type: "application/json",
        vi: "JSON",
        write: |report, _, lang, out| Ok(serde_json::to_writer_pretty(out, &*english::told(report, lang))?),
    },
];

/// The format of this name.
pub fn format(name: &str) -> Option<&'static ReportFormat> {
    FORMATS.iter().find(|format| format.name == name)
}

/// Name of a report's file: `bao-cao-2026-W47.xlsx`, `bao-cao-2026-11-topic-gia-dien.csv`, in English `bao-cao-2026-11.en.pdf`. Only
/// ASCII letters, digits, hyphens and dots.
pub fn file_name(report: &Report, lang: Lang, format: &str) -> String {
    let slug = report.scope.slug();
    let hyphen = if slug.is_empty() { "" } else { "-" };
    format!("bao-cao-{}{hyphen}{slug}{}.{format}", report.period, lang.of(["", ".en"]))
}

/// The report as the inside of a page, without its heading lines: made of escaped words and of nothing else.
///
/// # Errors
/// A bundled font could not be read.
pub fn preview(report: &Report, head: &Letterhead, lang: Lang) -> Result<String, ReportError> {
    let mut out = String::new();
    html::body(&mut out, &paper(report, head, lang))?;
    Ok(out)
}

fn sheets(report: &Report, lang: Lang) -> Book {
    let told = english::told(report, lang);
    let sheets = sections(report, lang).into_iter().map(|section| section.sheet).collect();
    Book { title: format!("{}: {}", told.scope.name, told.period_vi), sheets, as_of: Some(report.to), lang }
}

#[cfg(test)]
mod tests;
