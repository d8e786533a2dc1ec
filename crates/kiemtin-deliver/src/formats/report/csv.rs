//! How is a report CSV? One long table of all parts: a line per cell, so that every figure can be found by its name, and one for where
//! it leads (`title_url`). UTF-8 with a mark at its beginning, by which Excel knows it. Written line by line.

use super::section::sections;
use crate::formats::Cell;
use crate::formats::csv::{line, written};
use kiemtin_model::lang::Lang;
use kiemtin_model::report::Report;
use std::borrow::Cow;
use std::io::{self, Write};

/// The mark (U+FEFF in UTF-8).
const MARK: &str = "\u{FEFF}";
/// The heads, the same in every language: `column_vi` is the column as people call it in the language of the file.
const HEADS: [&str; 7] = ["period", "scope", "section", "row", "column", "column_vi", "value"];

pub(super) fn csv(report: &Report, lang: Lang, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(MARK.as_bytes())?;
    line(out, HEADS.map(Cow::Borrowed))?;
    let (period, scope) = (report.period.to_string(), report.scope.key());
    for section in sections(report, lang) {
        let table = &section.sheet.table;
        for (row, cells) in (1u64..).zip(&table.rows) {
            let row = row.to_string();
            for (column, cell) in table.columns.iter().zip(cells) {
                let mut put = |key: &str, value: Cow<'_, str>| {
                    let fields = [&period, &scope, section.key, &row, key, column.head].map(Cow::Borrowed);
                    line(out, fields.into_iter().chain([value]))
                };
                put(column.key, written(cell))?;
                if let Cell::Link(_, address) = cell {
                    put(&format!("{}_url", column.key), written(&Cell::Text(address.clone())))?;
                }
            }
        }
    }
    Ok(())
}
