//! How does a chart stand beside the table that it is drawn from? As Excel's own: it reads the cells, so that it follows who sorts,
//! filters or corrects them.

use super::{Page, XlsxError};
use crate::formats::paper::{COLOURS, ChartKind, ONE_BY_ONE};
use crate::formats::{Cell, SheetChart, words};
use rust_xlsxwriter::{
    Chart, ChartAxis, ChartAxisCrossing, ChartEmptyCells, ChartFont, ChartFormat, ChartLegendPosition, ChartLine, ChartMarker,
    ChartMarkerType, ChartSolidFill, ChartType, ObjectMovement, Worksheet,
};

/// Size of a chart, in pixels.
const WIDTH: u32 = 640;
const HEIGHT: u32 = 320;
/// Height of a lying bar with its gap.
const BAR: u32 = 26;
/// Tallest chart of lying bars.
const TALLEST: u32 = 800;
/// Between the table and its charts, and between them.
const GAP: u32 = 20;
/// Longest title, in UTF-16 units, by Excel's limit for what stands in the place of a chart.
const TITLE: usize = 250;

/// Places the charts of a page, one under the other, under its heads: those stay where they are when the rows move.
pub(super) fn insert(sheet: &mut Worksheet, page: &Page<'_>, head: u32) -> Result<(), XlsxError> {
    let Ok(right) = u16::try_from(page.table.columns.len()) else { return Ok(()) };
    let mut down = GAP / 2;
    for chart in page.charts {
        let rows = chart.rows.min(page.rows);
        if let Some(drawn) = drawn(page, chart, head, rows) {
            sheet.insert_chart_with_offset(head + 1, right, &drawn, GAP, down)?;
            down += height(chart, rows) + GAP;
        }
    }
    Ok(())
}

fn height(chart: &SheetChart, rows: usize) -> u32 {
    let bars = u32::try_from(rows.saturating_mul(chart.values.len().max(1))).unwrap_or(u32::MAX);
    // The title, the axis and the legend take a good part of it.
    if chart.kind == ChartKind::Bars { bars.saturating_mul(BAR).saturating_add(110).clamp(HEIGHT, TALLEST) } else { HEIGHT }
}

/// The chart; none if there is nothing to draw.
fn drawn(page: &Page<'_>, chart: &SheetChart, head: u32, rows: usize) -> Option<Chart> {
    let last = head.checked_add(u32::try_from(rows).ok()?)?;
    let column = |place: &usize| u16::try_from(*place).ok().filter(|_| *place < page.table.columns.len());
    let (labels, values) = (column(&chart.labels)?, chart.values.iter().filter_map(column).collect::<Vec<_>>());
    if rows == 0 || values.is_empty() {
        return None;
    }
    let mut drawn = Chart::new(match chart.kind {
        ChartKind::Lines => ChartType::Line,
        ChartKind::Columns => ChartType::Column,
        ChartKind::Bars => ChartType::Bar,
    });
    for (place, colour) in values.iter().zip(COLOURS.iter().cycle()) {
        let series = drawn.add_series();
        series.set_name((page.name, head, *place));
        series.set_categories((page.name, head + 1, labels, last, labels)).set_values((page.name, head + 1, *place, last, *place));
        let fill = ChartSolidFill::new().set_color(*colour).clone();
        if chart.kind == ChartKind::Lines {
            series.set_format(ChartFormat::new().set_line(ChartLine::new().set_color(*colour).set_width(2.0)));
            // A value between two gaps is a dot: it has no line.
            let dot = ChartFormat::new().set_solid_fill(&fill).set_border(ChartLine::new().set_color(*colour)).clone();
            series.set_marker(ChartMarker::new().set_type(ChartMarkerType::Circle).set_size(4).set_format(&mut dot.clone()));
        } else {
            series.set_format(ChartFormat::new().set_solid_fill(&fill)).set_gap(60);
        }
    }
    let title = title(&chart.title);
    drawn.title().set_name(title.as_str()).set_font(ChartFont::new().set_size(12).set_bold());
    drawn.set_alt_text(title.trim()).set_object_movement(ObjectMovement::MoveButDontSizeWithCells);
    drawn.set_width(WIDTH).set_height(height(chart, rows)).show_empty_cells_as(ChartEmptyCells::Gaps);
    // For lying bars, the library calls the axis that stands the y axis: it is the one with the labels.
    if chart.kind == ChartKind::Bars {
        // The first label at the top, and the numbers still below.
        drawn.y_axis().set_reverse().set_crossing(ChartAxisCrossing::Max).set_major_gridlines(false);
        label_axis(drawn.y_axis(), page, labels);
        number_axis(drawn.x_axis(), page, &values, rows);
    } else {
        label_axis(drawn.x_axis(), page, labels);
        number_axis(drawn.y_axis(), page, &values, rows);
    }
    if values.len() > 1 {
        drawn.legend().set_position(ChartLegendPosition::Bottom);
    } else {
        drawn.legend().set_hidden();
    }
    Some(drawn)
}

/// Days without their year: the lines above say of when it is.
fn label_axis(axis: &mut ChartAxis, page: &Page<'_>, place: u16) {
    match first(page, place) {
        Some(Cell::Day(_)) => {
            axis.set_num_format("dd/mm");
        }
        Some(Cell::Moment(_)) => {
            axis.set_num_format("dd/mm hh:mm");
        }
        _ => {}
    }
}

fn number_axis(axis: &mut ChartAxis, page: &Page<'_>, places: &[u16], rows: usize) {
    axis.set_major_gridlines(true).set_major_gridlines_line(ChartLine::new().set_color("D9D9D9")).set_min(0);
    let parts = places.iter().all(|place| matches!(first(page, *place), Some(Cell::Part(_))));
    axis.set_num_format(if parts { "0%" } else { "#,##0" });
    let cells = page.table.rows.iter().take(rows).flat_map(|row| places.iter().filter_map(|place| row.get(usize::from(*place))));
    let highest = cells.map(number).fold(0.0, f64::max);
    if !parts && highest <= ONE_BY_ONE {
        axis.set_major_unit(1);
    }
    if !parts && highest < 1.0 {
        axis.set_max(1);
    }
}

/// What a cell counts; words count nothing.
fn number(cell: &Cell) -> f64 {
    match cell {
        Cell::Count(count) => *count as f64,
        Cell::Number(number) | Cell::Part(number) => *number,
        _ => 0.0,
    }
}

/// The first cell of a column that says something.
fn first<'a>(page: &Page<'a>, place: u16) -> Option<&'a Cell> {
    page.table.rows.iter().filter_map(|row| row.get(usize::from(place))).find(|cell| **cell != Cell::Empty)
}

/// The title as words: `rust_xlsxwriter` would take one that looks like a place of a sheet (`=A!B1`) for that place.
fn title(words: &str) -> String {
    let title = words::cut(words::line(words).into(), TITLE).into_owned();
    if title.contains(['=', '!']) { format!(" {title} ") } else { title }
}
