//! How is a report CSV? One long table of all parts: a line per cell, so that every figure can be found by its name, and one for where
//! it leads (`title_url`). UTF-8 with a mark at its beginning, by which Excel knows it.

use super::section::sections;
use crate::formats::Cell;
use crate::formats::csv::{line, written};
use kiemtin_model::report::Report;

/// The mark (U+FEFF in UTF-8).
const MARK: &str = "\u{FEFF}";

pub(super) fn csv(report: &Report) -> Vec<u8> {
    let mut out = MARK.to_owned();
    line(&mut out, ["period", "scope", "section", "row", "column", "column_vi", "value"].into_iter().map(str::to_owned));
    let (period, scope) = (report.period.to_string(), report.scope.key());
    for section in sections(report) {
        let table = &section.sheet.table;
        for (row, cells) in (1u64..).zip(&table.rows) {
            let row = row.to_string();
            for (column, cell) in table.columns.iter().zip(cells) {
                let mut put = |key: &str, value: String| {
                    let fields = [&period, &scope, section.key, &row, key, column.head].map(str::to_owned);
                    line(&mut out, fields.into_iter().chain([value]));
                };
                put(column.key, written(cell));
                if let Cell::Link(_, address) = cell {
                    put(&format!("{}_url", column.key), written(&Cell::Text(address.clone())));
                }
            }
        }
    }
    out.into_bytes()
}
