//! How does a table stand on pages? Its heads come again on each, and a row is cut only where it is taller than a page.

use super::flow::{LEFT, ROOM, Row, TEXT};
use super::fonts::Style;
use super::ink::{BLACK, Colour, Ink, Pen, corners};
use super::set::{self, Place, Side};
use super::tags::Role;
use super::words::Lines;
use super::writer::Writer;
use crate::formats::paper::{Grid, Run};
use std::ops::Range;
use std::rc::Rc;

/// Size of words in cells, and from line to line, in points.
const SIZE: f32 = 12.0;
const PITCH: f32 = SIZE * 1.2;
/// Room in a cell at the sides, and above and below.
const SIDE: f32 = 4.0;
const ABOVE: f32 = 2.5;
/// Ground of the heads.
const HEADS: Colour = (0xEE, 0xEE, 0xEE);

/// A column as it stands.
struct Column {
    x: f32,
    width: f32,
    numbers: bool,
}

impl Writer<'_> {
    pub(super) fn table(&mut self, grid: &Grid) {
        if grid.columns.is_empty() {
            return;
        }
        let columns = columns(grid);
        let table = self.tags.add(None, Role::Table);
        let bold = Style { bold: true, italic: false };
        let heads: Vec<Vec<Run>> = grid.columns.iter().map(|column| vec![Run::plain(&column.head)]).collect();
        let cells = self.cells(table, &columns, &heads, bold, Role::Head);
        let mut head = drawn(&columns, &cells, 0..lines(&cells), true);
        head.keep = true;
        let low = head.height > ROOM / 2.0;
        let head = Rc::new(head);
        self.flow.gap(4.0);
        if low {
            // Heads that leave no room for rows stand once, cut like a row.
            self.cut(&columns, &cells, None, ROOM);
        } else {
            self.flow.put((*head).clone());
        }
        let (again, room) = if low { (None, ROOM) } else { (Some(&head), ROOM - head.height) };
        for row in &grid.rows {
            let cells = self.cells(table, &columns, row, Style::default(), Role::Cell);
            self.cut(&columns, &cells, again, room);
        }
        self.flow.gap(8.0);
    }

    fn cells(&mut self, table: super::ink::Part, columns: &[Column], runs: &[Vec<Run>], style: Style, role: Role) -> Vec<Lines> {
        let row = self.tags.add(table, Role::Row);
        let mut cells = Vec::with_capacity(columns.len());
        for (at, column) in columns.iter().enumerate() {
            let part = self.tags.add(row, role.clone());
            let runs = runs.get(at).map(Vec::as_slice).unwrap_or_default();
            cells.push(self.lines(part, runs, SIZE, style, column.width));
        }
        cells
    }

    /// The row, in as many pieces as it needs pages.
    fn cut(&mut self, columns: &[Column], cells: &[Lines], head: Option<&Rc<Row>>, room: f32) {
        let (lines, most) = (lines(cells), (((room - 2.0 * ABOVE) / PITCH) as usize).max(1));
        for from in (0..lines).step_by(most) {
            let mut row = drawn(columns, cells, from..lines.min(from + most), false);
            row.head = head.cloned();
            self.flow.put(row);
        }
    }
}

fn lines(cells: &[Lines]) -> usize {
    cells.iter().map(|cell| cell.lines.len()).max().unwrap_or(0).max(1)
}

/// Widths by their shares. No column is too narrow for a letter.
fn columns(grid: &Grid) -> Vec<Column> {
    let share = |share: u16| f32::from(share.max(1));
    let all: f32 = grid.columns.iter().map(|column| share(column.share)).sum();
    let mut x = LEFT;
    let mut columns = vec![];
    for column in &grid.columns {
        let width = TEXT * share(column.share) / all;
        columns.push(Column { x: x + SIDE, width: (width - 2.0 * SIDE).max(SIZE), numbers: column.numbers });
        x += width;
    }
    columns
}

/// Some lines of all cells between borders.
fn drawn(columns: &[Column], cells: &[Lines], range: Range<usize>, head: bool) -> Row {
    let height = range.len() as f32 * PITCH + 2.0 * ABOVE;
    let mut row = Row { height, ..Row::default() };
    if head {
        row.inks.push((None, Ink::area(LEFT, 0.0, TEXT, height, HEADS)));
    }
    let mut frame = vec![corners(LEFT, 0.0, TEXT, height)];
    frame.extend(columns.iter().skip(1).map(|column| vec![(column.x - SIDE, 0.0), (column.x - SIDE, height)]));
    row.inks.push((None, Ink::Lines { lines: frame, closed: true, fill: None, pen: Some(Pen::of(0.5, BLACK)) }));
    for (column, cell) in columns.iter().zip(cells) {
        let side = match (head, column.numbers) {
            (true, _) => Side::Middle,
            (false, true) => Side::Right,
            (false, false) => Side::Left,
        };
        let place = Place { x: column.x, width: column.width, side, pitch: PITCH };
        let mut y = ABOVE;
        for line in cell.lines.iter().take(range.end).skip(range.start) {
            set::line(&mut row.inks, cell, line, place, y);
            y += PITCH;
        }
    }
    row
}
