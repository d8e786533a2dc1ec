//! What belongs to a report, and is it whole? A list of its files with their hashes, and by what it was counted.

use super::section::sections;
use kiemtin_model::hex::hex;
use kiemtin_model::report::Report;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Name of the file.
pub const MANIFEST: &str = "manifest.json";

#[derive(Serialize)]
struct Manifest<'a> {
    period: String,
    from: kiemtin_model::Time,
    to: kiemtin_model::Time,
    complete: bool,
    scope: String,
    /// Number of the last change of the store that was counted.
    seq: i64,
    query: &'a str,
    rules_version: &'a str,
    report_version: u32,
    /// Rows of each part.
    row_counts: BTreeMap<&'static str, usize>,
    sources: &'a [kiemtin_model::report::MethodSource],
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    name: String,
    bytes: usize,
    sha256: String,
}

/// The list of these files (name and content) of a report, as JSON.
///
/// # Errors
/// It could not be written as JSON.
pub fn manifest(report: &Report, files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, serde_json::Error> {
    let file =
        |(name, content): &(String, Vec<u8>)| File { name: name.clone(), bytes: content.len(), sha256: hex(&Sha256::digest(content)) };
    serde_json::to_vec_pretty(&Manifest {
        period: report.period.to_string(),
        from: report.from,
        to: report.to,
        complete: report.complete,
        scope: report.scope.key(),
        seq: report.seq,
        query: &report.method.query,
        rules_version: &report.method.rules_version,
        report_version: report.method.report_version,
        row_counts: sections(report).iter().map(|section| (section.key, section.sheet.table.rows.len())).collect(),
        sources: &report.method.sources,
        files: files.iter().map(file).collect(),
    })
}
