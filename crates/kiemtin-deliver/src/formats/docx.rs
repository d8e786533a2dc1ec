//! How does a document become a file of Word (Office Open XML, ECMA-376)? A zip of a few XML parts.
//!
//! The parts are written here instead of by a library: the times of the zip and the names of its relations are fixed, so that the
//! same document gives the same bytes, and words from outside stand only in text and in checked addresses: there is no field,
//! formula or markup that they could become.

mod body;
mod chart;
mod closing;
mod xml;

use super::paper::Paper;
use body::Body;
use kiemtin_model::Time;
use kiemtin_model::lang::Lang;
use std::io::{Cursor, Write};
use xml::escaped;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const TYPES: &str = include_str!("docx/types.xml");
const RELATIONS: &str = include_str!("docx/relations.xml");
const STYLES: &str = include_str!("docx/styles.xml");
const SETTINGS: &str = include_str!("docx/settings.xml");

/// Room at both sides of the motto: the line under it is as long as its words.
const MOTTO_SIDES: &str = "<w:ind w:left=\"850\" w:right=\"850\"/>";

/// What stands for the time of its making where a document does not say as of when it is: 2000-01-01 in Vietnam.
const MADE: Time = Time(946_659_600_000);

/// A document that could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DocxError {
    /// The zip could not be written.
    #[error("the document could not be written as DOCX")]
    Zip(#[from] zip::result::ZipError),
    /// A part could not be written.
    #[error("a part of the document could not be written")]
    Part(#[from] std::io::Error),
}

/// The document as a file.
///
/// # Errors
/// It is larger than a zip of four gigabytes.
pub fn docx(paper: &Paper) -> Result<Vec<u8>, DocxError> {
    let body = Body::of(paper);
    let parts = [
        ("[Content_Types].xml", types(body.charts.len())),
        ("_rels/.rels", RELATIONS.to_owned()),
        ("docProps/core.xml", core(paper)),
        ("word/document.xml", body.document),
        ("word/_rels/document.xml.rels", body.relations),
        ("word/styles.xml", spelt(STYLES, paper.lang)),
        ("word/settings.xml", spelt(SETTINGS, paper.lang)),
        ("word/numbering.xml", body.numbering),
        ("word/header.xml", xml::header(&paper.banner)),
    ];
    // The first moment that a zip can tell.
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(vec![]));
    let charts = (1..).zip(body.charts).map(|(number, part)| (chart_name(number), part));
    for (name, text) in parts.map(|(name, text)| (name.to_owned(), text)).into_iter().chain(charts) {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn chart_name(number: usize) -> String {
    format!("word/charts/chart{number}.xml")
}

/// What the parts are: those that every document has, and its charts.
fn types(charts: usize) -> String {
    let kind = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml";
    let named = |number| format!("<Override PartName=\"/{}\" ContentType=\"{kind}\"/>\n", chart_name(number));
    let charts: String = (1..=charts).map(named).collect();
    TYPES.replace("</Types>", &format!("{charts}</Types>"))
}

/// A part with the language whose spelling Word checks. The English motto is longer than the Vietnamese one, and stands on one line too.
fn spelt(part: &str, lang: Lang) -> String {
    let [own, other] = [lang, Lang::Vi].map(|lang| lang.of([MOTTO_SIDES, "<w:ind w:left=\"280\" w:right=\"280\"/>"]));
    part.replace(Lang::Vi.tag(), lang.tag()).replace(other, own)
}

/// Title and time, as shells of files show them. No person is named as its author.
fn core(paper: &Paper) -> String {
    let made = paper.as_of.unwrap_or(MADE);
    let title = escaped(&format!("{}: {}", paper.title, paper.subject));
    format!(
        "{}<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title><dc:creator>kiemtin</dc:creator>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{made}</dcterms:created><dc:language>{}</dc:language></cp:coreProperties>",
        xml::HEAD,
        paper.lang.tag()
    )
}

#[cfg(test)]
mod tests;
