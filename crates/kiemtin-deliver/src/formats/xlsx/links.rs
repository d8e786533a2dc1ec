//! How does an address with percent signs come into a sheet as it is?
//!
//! `rust_xlsxwriter` writes `%` as `%25`, unless it finds one of a few other signs escaped: `t%C3%ADn` would become `t%25C3%25ADn`,
//! which leads nowhere, and most addresses with Vietnamese words are of that kind. So a sign of our own stands for `%` until the
//! file is there, and the parts that name the addresses get it back.

use super::XlsxError;
use super::cells::shown;
use crate::formats::words::address;
use rust_xlsxwriter::Url;
use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

/// Links of a sheet, by Excel's own limit; it repairs a file with more by taking all of them out.
const MOST: usize = 65_530;
/// Stands for `%`. An address is ASCII, so that none holds it.
const PERCENT: &str = "\u{E000}";

/// What is known of the links of a file.
#[derive(Default)]
pub(super) struct Links {
    /// Links of the sheet.
    here: usize,
    /// Some address of the file has a percent sign.
    percent: bool,
}

impl Links {
    /// Another sheet begins.
    pub(super) fn begin(&mut self) {
        self.here = 0;
    }

    /// The words as a link to the address; none if it is none of the web, or if the sheet has all the links that it may have.
    pub(super) fn url(&mut self, text: &str, to: &str) -> Option<Url> {
        let to = address(to).filter(|_| self.here < MOST)?;
        self.here += 1;
        let words = if text.trim().is_empty() { shown(&to).into_owned() } else { shown(text).into_owned() };
        // What follows a number sign is written as it is.
        let (before, after) = to.split_once('#').map_or((to.as_str(), None), |(before, after)| (before, Some(after)));
        self.percent |= before.contains('%');
        let before = before.replace('%', PERCENT);
        let to = after.map_or_else(|| before.clone(), |after| format!("{before}#{after}"));
        Some(Url::new(to).set_text(words))
    }

    /// The file with its percent signs.
    pub(super) fn restored(&self, bytes: Vec<u8>) -> Result<Vec<u8>, XlsxError> {
        if !self.percent {
            return Ok(bytes);
        }
        rewritten(bytes).map_err(|error| XlsxError(error.into()))
    }
}

fn rewritten(bytes: Vec<u8>) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated).last_modified_time(DateTime::default());
    let mut from = ZipArchive::new(Cursor::new(bytes))?;
    let mut to = ZipWriter::new(Cursor::new(vec![]));
    for at in 0..from.len() {
        let mut part = from.by_index(at)?;
        let name = part.name()?.into_owned();
        if name.starts_with("xl/worksheets/_rels/") {
            let mut text = String::new();
            part.read_to_string(&mut text)?;
            to.start_file(name, options)?;
            to.write_all(text.replace(PERCENT, "%").as_bytes())?;
        } else {
            drop(part);
            to.raw_copy_file(from.by_index_raw(at)?)?;
        }
    }
    Ok(to.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_address_stays_words() {
        let mut links = Links::default();
        assert!(links.url("x", "javascript:alert(1)").is_none() && links.url("x", "\\\\host\\share").is_none());
        assert!(links.url("x", &format!("https://a.vn/{}", "x".repeat(3_000))).is_none() && !links.percent);
        assert!(links.url("x", "https://a.vn/#%20").is_some() && !links.percent);
        assert!(links.url("", "https://a.vn/%C3%A1").is_some() && links.percent);
    }

    #[test]
    fn a_sheet_has_as_many_links_as_excel_takes() {
        let mut links = Links { here: MOST - 1, percent: false };
        assert!(links.url("x", "https://a.vn/").is_some() && links.url("x", "https://a.vn/").is_none());
        links.begin();
        assert!(links.url("x", "https://a.vn/").is_some(), "each sheet counts for itself");
    }
}
