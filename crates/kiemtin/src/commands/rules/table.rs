//! Columns that line up in a terminal, with Vietnamese letters.

/// Rows as lines; the first row is the heading. Columns in `right` hold figures and end at the same place.
pub fn table(rows: &[Vec<String>], right: &[usize]) -> String {
    // Composed letters: one character is one column.
    let width = |text: &str| text.chars().count();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> =
        (0..columns).map(|c| rows.iter().filter_map(|r| r.get(c)).map(|cell| width(cell)).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, room)) in row.iter().zip(&widths).enumerate() {
            let space = " ".repeat(room - width(cell));
            let cell = if right.contains(&column) { format!("{space}{cell}") } else { format!("{cell}{space}") };
            line.push_str(if column == 0 { "" } else { "  " });
            line.push_str(&cell);
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// A share as a percentage with one decimal comma: `97,5 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0).replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_up() {
        let rows = [vec!["quy tắc".into(), "khớp".into(), "x".into()], vec!["a".into(), "12".into()]];
        assert_eq!(table(&rows, &[1]), "quy tắc  khớp  x\na          12\n");
        assert_eq!(percent(0.9754), "97,5 %");
    }
}
