//! How wide is a column and how high a row, so that all words are to be seen? Counted in letters: what a letter measures depends on
//! the reader's fonts.

use crate::formats::{Cell, Table};

/// Narrowest column, in letters.
const NARROWEST: usize = 8;
/// Widest column; longer texts wrap.
pub(super) const WIDEST: usize = 60;
/// A head wraps beyond so many letters.
const HEAD: usize = 14;
/// Letters of a head's place that its filter button takes.
const BUTTON: usize = 3;

/// The widths of the columns of a table, in letters, from its first rows.
pub(super) fn widths(table: &Table, rows: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = table.columns.iter().map(|column| head(column.head)).collect();
    for row in table.rows.iter().take(rows) {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = letters(cell).max(*width);
        }
    }
    widths.iter_mut().for_each(|width| *width = (*width).clamp(NARROWEST, WIDEST));
    widths
}

/// How many lines the heads of a table take.
pub(super) fn head_lines(table: &Table, widths: &[usize]) -> usize {
    let lines = table.columns.iter().zip(widths).map(|(column, width)| lines(column.head, (*width).saturating_sub(BUTTON)));
    lines.max().unwrap_or(1)
}

/// How many lines a row takes.
pub(super) fn row_lines(row: &[Cell], widths: &[usize]) -> usize {
    let of = |(cell, width): (&Cell, &usize)| if let Cell::Text(text) | Cell::Link(text, _) = cell { lines(text, *width) } else { 1 };
    row.iter().zip(widths).map(of).max().unwrap_or(1)
}

/// How many lines a text takes in a column, its words kept whole.
pub(super) fn lines(text: &str, width: usize) -> usize {
    let width = width.max(1);
    let of = |line: &str| {
        let (mut lines, mut taken) = (1, 0);
        for word in line.split(' ') {
            let letters = word.chars().count();
            if taken > 0 && taken + 1 + letters > width {
                (lines, taken) = (lines + 1, 0);
            }
            taken += letters + usize::from(taken > 0);
            // A word that is longer than a line breaks anywhere.
            while taken > width {
                (lines, taken) = (lines + 1, taken - width);
            }
        }
        lines
    };
    text.split('\n').map(of).sum()
}

fn head(words: &str) -> usize {
    let (all, longest) = (words.chars().count(), words.split(' ').map(|word| word.chars().count()).max().unwrap_or(0));
    BUTTON + if all <= HEAD { all } else { longest.max(all.div_ceil(2) + 2).max(HEAD) }
}

fn letters(cell: &Cell) -> usize {
    // Digits with their separators.
    let digits = |count: u64| count.checked_ilog10().map_or(1, |log| log as usize + 1 + log as usize / 3);
    match cell {
        Cell::Empty => 0,
        Cell::Text(text) | Cell::Link(text, _) => text.split('\n').map(|line| line.chars().count()).max().unwrap_or(0),
        Cell::Count(count) => digits(*count),
        // A sign, a comma and a decimal more.
        Cell::Number(number) => digits(number.abs() as u64) + 3,
        Cell::Part(_) => 7,
        // In English with the name of the month in three letters.
        Cell::Day(_) => 11,
        Cell::Moment(_) => 17,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Column;

    #[test]
    fn columns_are_as_wide_as_their_cells_and_heads() {
        let column = |head| Column { key: "x", head };
        let table = Table {
            columns: vec![column("Số"), column("Tên"), column("Bài"), column("Số bài được cảnh báo trong kỳ")],
            rows: vec![vec![Cell::Count(7), Cell::Text("x".repeat(90)), Cell::Count(123_456_789_012), Cell::Empty]],
            ..Table::default()
        };
        let widths = widths(&table, 10);
        assert_eq!(widths, [8, 60, 15, 20]);
        assert_eq!(head_lines(&table, &widths), 2);
        assert_eq!(row_lines(&table.rows[0], &widths), 2);
    }

    #[test]
    fn lines_break_between_words() {
        for (text, width, expected) in [
            ("", 8, 1),
            ("giá điện", 8, 1),
            ("giá điện tăng", 8, 2),
            ("một\nhai\nba", 8, 3),
            ("abcdefghijklmnopq", 8, 3),
            ("a bcdefghi", 8, 2),
            ("x", 0, 1),
        ] {
            assert_eq!(lines(text, width), expected, "{text}");
        }
    }
}
