//! The figures of the chart as a table.

use super::named::{period_name, series as series_name};
use crate::catalogue::Catalogue;
use crate::view::chart::Mark;
use crate::view::words::{count, percent};
use kiemtin_store::coverage::Coverage;

/// Most rows on the page; the files have all.
const ROWS: usize = 400;
/// Sources that are named in a row.
const NAMED: usize = 3;

/// Rows under heads.
pub struct TableView {
    /// Heads; the first is of the period.
    pub heads: Vec<String>,
    /// The newest periods, oldest first.
    pub rows: Vec<RowView>,
    /// Earlier periods that are left out.
    pub earlier: usize,
}

/// A row.
pub struct RowView {
    /// Place of the period on the chart.
    pub place: usize,
    /// What it is called.
    pub label: String,
    /// Numbers.
    pub cells: Vec<String>,
    /// What is missing and expected, in words.
    pub notes: String,
}

pub(super) fn table(coverage: &Coverage, marks: &[Mark], catalogue: &Catalogue) -> TableView {
    let several = coverage.series.len() > 1;
    let steady = !coverage.missing_sources.is_empty();
    let before = !several && coverage.series.iter().any(|series| series.previous.is_some());
    let mut heads = vec!["Kỳ".to_owned()];
    for series in &coverage.series {
        let of = |words: &str| if several { format!("{}: {words}", series_name(series)) } else { words.to_owned() };
        heads.extend([of("Số bài"), of("Tỷ lệ")]);
        if steady {
            heads.push(of("Tỷ lệ (nguồn đủ dữ liệu)"));
        }
        heads.push(of("Luồng tin"));
        if before {
            heads.extend([of("Số bài kỳ trước"), of("Tỷ lệ kỳ trước")]);
        }
    }
    heads.push("Tổng số bài".to_owned());
    let periods = coverage.series.first().map_or(0, |series| series.points.len());
    let earlier = periods.saturating_sub(ROWS);
    let share = |ratio: Option<f64>| ratio.map_or_else(|| "–".to_owned(), percent);
    let row = |place: usize| {
        let mut cells = vec![];
        for point in coverage.series.iter().filter_map(|series| series.points.get(place)) {
            cells.extend([count(point.count), share(point.ratio)]);
            if steady {
                cells.push(share(point.steady_ratio));
            }
            cells.push(count(point.stories));
            if before {
                cells.extend([point.previous_count.map_or_else(|| "–".to_owned(), count), share(point.previous_ratio)]);
            }
        }
        let point = coverage.series.first()?.points.get(place)?;
        cells.push(count(point.total_count));
        let mut notes = vec![];
        if point.partial {
            notes.push("chưa đủ kỳ".to_owned());
        }
        if !point.missing.is_empty() {
            let names: Vec<&str> = point.missing.iter().take(NAMED).map(|m| catalogue.source(&m.source)).collect();
            let more = point.missing.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" và {more} nguồn khác") } else { String::new() };
            notes.push(format!("◌ thiếu: {}{more}", names.join(", ")));
        }
        let end = coverage.by.after(point.start);
        let within = |mark: &&Mark| mark.day >= point.start.day_number() && mark.day <= end.plus(-1).day_number();
        notes.extend(marks.iter().filter(within).map(|mark| format!("{} {}", mark.kind.shape(), mark.title)));
        Some(RowView { place, label: period_name(coverage.by, point.start), cells, notes: notes.join("; ") })
    };
    TableView { heads, rows: (earlier..periods).filter_map(row).collect(), earlier }
}
