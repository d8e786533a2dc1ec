//! How does a table become CSV? As RFC 4180 has it: UTF-8 without a mark at its beginning, lines that end with CR LF, quotes where
//! they are needed.
//!
//! Words may come from anybody. What a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, tab or a line end at the beginning)
//! gets an apostrophe before it, as OWASP advises ("CSV Injection"); numbers never do.

use super::{Cell, Table};

/// The table as CSV, heads first.
pub fn csv(table: &Table) -> String {
    let mut out = String::new();
    let heads = table.columns.iter().map(|column| column.key.to_owned());
    line(&mut out, heads);
    for row in &table.rows {
        line(&mut out, row.iter().map(written));
    }
    out
}

pub(super) fn written(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Count(count) => count.to_string(),
        Cell::Part(part) => part.to_string(),
        Cell::Number(number) => number.to_string(),
        // Where words lead to is told beside them by who has room for it.
        Cell::Text(text) | Cell::Link(text, _) => harmless(text),
        Cell::Day(day) => day.to_string(),
        Cell::Moment(at) => at.to_string(),
    }
}

fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}

pub(super) fn line(out: &mut String, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            out.push(',');
        }
        if cell.contains(['"', ',', '\r', '\n']) || cell.starts_with(' ') || cell.ends_with(' ') {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Column;

    #[test]
    fn cells_are_quoted_and_harmless() {
        let check = |text: &str, expected: &str| {
            let table = Table {
                columns: vec![Column { key: "value", head: "Giá trị" }, Column { key: "ratio", head: "Tỷ lệ" }],
                rows: vec![vec![Cell::Text(text.into()), Cell::Part(0.25)]],
                ..Table::default()
            };
            assert_eq!(csv(&table), format!("value,ratio\r\n{expected},0.25\r\n"), "{text}");
        };
        check("giá điện", "giá điện");
        check("a,b", "\"a,b\"");
        check("\"giá điện\" OR than", "\"\"\"giá điện\"\" OR than\"");
        check("a\nb", "\"a\nb\"");
        check("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"");
        check("-than", "'-than");
        check("+84", "'+84");
        check("@SUM(A1)", "'@SUM(A1)");
        check("\tx", "'\tx");
        check("1-2", "1-2");
        check("", "");
    }

    #[test]
    fn nothing_known_is_nothing() {
        let column = Column { key: "count", head: "Số bài" };
        let rows = vec![vec![Cell::Empty], vec![Cell::Count(0)], vec![Cell::Part(0.0)]];
        assert_eq!(csv(&Table { columns: vec![column], rows, ..Table::default() }), "count\r\n\r\n0\r\n0\r\n");
    }
}
