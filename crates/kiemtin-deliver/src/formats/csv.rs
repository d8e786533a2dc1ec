//! How does a table become CSV? As RFC 4180 has it: UTF-8 without a mark at its beginning, lines that end with CR LF, quotes where
//! they are needed.
//!
//! Words may come from anybody. What a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, tab or a line end at the beginning)
//! gets an apostrophe before it, as OWASP advises ("CSV Injection"); numbers never do.

use super::{Cell, Column, Table};
use std::borrow::Cow;
use std::io::{self, Write};

/// Writes the table as CSV, heads first.
///
/// # Errors
/// What it is written to failed.
pub fn csv(table: &Table, out: &mut dyn Write) -> io::Result<()> {
    csv_rows(&table.columns, &table.rows, out)
}

/// Writes rows as CSV one by one, heads first: each may be made when its turn comes, and none is kept.
///
/// # Errors
/// What it is written to failed.
pub fn csv_rows<R: AsRef<[Cell]>>(columns: &[Column], rows: impl IntoIterator<Item = R>, out: &mut dyn Write) -> io::Result<()> {
    line(out, columns.iter().map(|column| Cow::Borrowed(column.key)))?;
    for row in rows {
        line(out, row.as_ref().iter().map(written))?;
    }
    Ok(())
}

pub(super) fn written(cell: &Cell) -> Cow<'_, str> {
    match cell {
        Cell::Empty => Cow::Borrowed(""),
        Cell::Count(count) => count.to_string().into(),
        Cell::Part(part) => part.to_string().into(),
        Cell::Number(number) => number.to_string().into(),
        // Where words lead to is told beside them by who has room for it.
        Cell::Text(text) | Cell::Link(text, _) => harmless(text),
        Cell::Day(day) => day.to_string().into(),
        Cell::Moment(at) => at.to_string().into(),
    }
}

fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}").into() } else { text.into() }
}

pub(super) fn line<'a>(out: &mut dyn Write, cells: impl IntoIterator<Item = Cow<'a, str>>) -> io::Result<()> {
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        if cell.contains(['"', ',', '\r', '\n']) || cell.starts_with(' ') || cell.ends_with(' ') {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(table: &Table) -> String {
        let mut out = vec![];
        csv(table, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn cells_are_quoted_and_harmless() {
        let check = |text: &str, expected: &str| {
            let table = Table {
                columns: vec![Column { key: "value", head: "Giá trị" }, Column { key: "ratio", head: "Tỷ lệ" }],
                rows: vec![vec![Cell::Text(text.into()), Cell::Part(0.25)]],
                ..Table::default()
            };
            assert_eq!(told(&table), format!("value,ratio\r\n{expected},0.25\r\n"), "{text}");
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
        assert_eq!(told(&Table { columns: vec![column], rows, ..Table::default() }), "count\r\n\r\n0\r\n0\r\n");
    }

    #[test]
    fn rows_may_be_made_one_by_one() {
        let column = Column { key: "count", head: "Số bài" };
        let mut made = 0;
        let mut out = Watched(vec![]);
        let rows = (0..3u64).map(|n| {
            made += 1;
            [Cell::Count(n)]
        });
        csv_rows(&[column], rows, &mut out).unwrap();
        assert_eq!((made, out.0.concat()), (3, "count\r\n0\r\n1\r\n2\r\n".to_owned()));
        assert!(out.0.len() > 6, "in pieces: {:?}", out.0);
    }

    /// Keeps each piece that is written to it.
    struct Watched(Vec<String>);

    impl Write for Watched {
        fn write(&mut self, part: &[u8]) -> io::Result<usize> {
            self.0.push(String::from_utf8(part.to_vec()).unwrap());
            Ok(part.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}
