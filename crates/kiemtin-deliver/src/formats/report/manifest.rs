//! What belongs to a report, and is it whole? A list of its files with their hashes, and by what it was counted.

use super::section::sections;
use kiemtin_model::hex::hex;
use kiemtin_model::lang::Lang;
use kiemtin_model::report::Report;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Name of the list: `manifest.json`, in English `manifest.en.json`, so that both stand in one folder.
pub fn manifest_name(lang: Lang) -> &'static str {
    lang.of(["manifest.json", "manifest.en.json"])
}

#[derive(Serialize)]
struct Manifest<'a> {
    period: String,
    from: kiemtin_model::Time,
    to: kiemtin_model::Time,
    complete: bool,
    scope: String,
    lang: Lang,
    /// Number of the last change of the store that was counted.
    seq: i64,
    query: &'a str,
    rules_version: &'a str,
    report_version: u32,
    /// Rows of each part.
    row_counts: BTreeMap<&'static str, usize>,
    sources: &'a [kiemtin_model::report::MethodSource],
    files: &'a [ManifestFile],
}

/// A file of a report as the list tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ManifestFile {
    /// Its name.
    pub name: String,
    /// How long it is.
    pub bytes: u64,
    /// SHA-256 of all of it, in hex.
    pub sha256: String,
}

/// Counts and hashes what is written through it, so that no file is read again for its list.
pub struct Hashed<W> {
    out: W,
    bytes: u64,
    hash: Sha256,
}

impl<W: Write> Hashed<W> {
    /// Nothing is written yet.
    pub fn new(out: W) -> Self {
        Self { out, bytes: 0, hash: Sha256::new() }
    }

    /// What was written to, and what was written as a file of this name.
    pub fn finish(self, name: String) -> (W, ManifestFile) {
        (self.out, ManifestFile { name, bytes: self.bytes, sha256: hex(&self.hash.finalize()) })
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        let taken = self.out.write(part)?;
        self.hash.update(part.get(..taken).unwrap_or(part));
        self.bytes += taken as u64;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The list of these files of a report in a language, as JSON.
///
/// # Errors
/// It could not be written as JSON.
pub fn manifest(report: &Report, lang: Lang, files: &[ManifestFile]) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec_pretty(&Manifest {
        period: report.period.to_string(),
        from: report.from,
        to: report.to,
        complete: report.complete,
        scope: report.scope.key(),
        lang,
        seq: report.seq,
        query: &report.method.query,
        rules_version: &report.method.rules_version,
        report_version: report.method.report_version,
        row_counts: sections(report, lang).iter().map(|section| (section.key, section.sheet.table.rows.len())).collect(),
        sources: &report.method.sources,
        files,
    })
}
