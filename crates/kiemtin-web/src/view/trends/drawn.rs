//! Which lines and marks does the chart have?

use super::View;
use super::named::{period_name, series as series_name, value_name};
use crate::catalogue::Catalogue;
use crate::view::chart::{Mark, MarkKind};
use crate::view::lines::{Lines, Values};
use crate::view::words::{count, percent};
use kiemtin_model::Time;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_store::coverage::{Coverage, Group, Point, Series};
use kiemtin_store::trend::Dimension;
use std::collections::BTreeSet;

/// Values that get a line.
const LINES: usize = 5;
/// Least part of all documents that is of sources that lack nothing, for their share to be drawn.
const ENOUGH: f64 = 0.5;

/// The chart and what is told beside it.
pub(super) struct Drawn {
    pub(super) chart: Option<Lines>,
    pub(super) steady: String,
    pub(super) signs: Vec<(&'static str, &'static str)>,
}

pub(super) fn draw(coverage: &Coverage, group: Option<Dimension>, view: View, marks: &[Mark], catalogue: &Catalogue) -> Drawn {
    let one = if let [one] = coverage.series.as_slice() { Some(one) } else { None };
    let groups = one.filter(|_| group.is_some()).map(|series| (series, series.groups.as_slice()));
    let steady = view == View::Share && groups.is_none() && !coverage.missing_sources.is_empty() && enough(coverage);
    let values = match groups {
        Some((series, groups)) => {
            groups.iter().take(LINES).enumerate().map(|(n, of)| of_group(n, of, series, view, group, catalogue)).collect()
        }
        None => of_series(coverage, one, view, steady),
    };
    let names: Vec<String> =
        coverage.series.first().map(|s| s.points.iter().map(|p| period_name(coverage.by, p.start)).collect()).unwrap_or_default();
    let placed = placed(coverage, marks, catalogue);
    let signs: BTreeSet<MarkKind> = placed.iter().map(|(_, kind, _)| *kind).collect();
    let share = matches!(view, View::Share | View::Whole);
    let title = match view {
        View::Share | View::Whole => format!("Tỷ lệ trong tổng số bài, theo {}", coverage.by.vi()),
        View::Counts => format!("Số bài và luồng tin mỗi {}", coverage.by.vi()),
        View::Stories => format!("Luồng tin độc lập mỗi {}", coverage.by.vi()),
    };
    let told = |value: f64| if share { percent(value) } else { whole(value) };
    Drawn {
        chart: Lines::new(title, values, &names, &placed, told),
        steady: steady_words(coverage, view, groups.is_some(), steady),
        signs: signs.into_iter().map(|kind| (kind.shape(), kind.vi())).collect(),
    }
}

/// A number of documents on the scale: half of an odd one is no whole number.
fn whole(value: f64) -> String {
    if value.fract() == 0.0 { count(value as u64) } else { format!("{value:.1}").replace('.', ",") }
}

/// Whether the sources that lack nothing have enough of all documents to stand for all.
fn enough(coverage: &Coverage) -> bool {
    coverage.steady_part.is_some_and(|part| part >= ENOUGH)
}

fn steady_words(coverage: &Coverage, view: View, grouped: bool, steady: bool) -> String {
    let lacking = count(coverage.missing_sources.len() as u64);
    let part = coverage.steady_part.map(percent).unwrap_or_default();
    match view {
        _ if coverage.missing_sources.is_empty() => String::new(),
        View::Share if steady => format!(
            "{lacking} nguồn có ngày thiếu dữ liệu. Đường tỷ lệ chỉ tính các nguồn đủ dữ liệu cả khoảng ({part} số bài), nên không lên xuống vì nguồn thiếu."
        ),
        View::Share | View::Whole if grouped || !steady => {
            format!("{lacking} nguồn có ngày thiếu dữ liệu; tỷ lệ tính trên mọi nguồn, có thể lệch ở các ngày có dấu ◌.")
        }
        _ => format!("{lacking} nguồn có ngày thiếu dữ liệu: số bài và luồng tin ở các ngày có dấu ◌ thấp hơn thực tế."),
    }
}

fn of_series(coverage: &Coverage, one: Option<&Series>, view: View, steady: bool) -> Vec<Values> {
    let value = |point: &Point| match view {
        View::Share if steady => point.steady_ratio,
        View::Share | View::Whole => point.ratio,
        View::Counts => Some(point.count as f64),
        View::Stories => Some(point.stories as f64),
    };
    let mut lines = vec![];
    if let Some(series) = one.filter(|series| series.previous.is_some() && view != View::Stories) {
        let before = |point: &Point| if view == View::Counts { point.previous_count.map(|n| n as f64) } else { point.previous_ratio };
        let values = series.points.iter().map(before).collect();
        lines.push(Values { class: "before".into(), name: "Kỳ trước".into(), values });
    }
    let main = |(place, series): (usize, &Series)| Values {
        class: format!("s{}", place + 1),
        name: series_name(series),
        values: series.points.iter().map(value).collect(),
    };
    lines.extend(coverage.series.iter().enumerate().map(main));
    if let Some(series) = one.filter(|_| view == View::Counts) {
        let values = series.points.iter().map(|point| Some(point.stories as f64)).collect();
        lines.push(Values { class: "s2".into(), name: "Luồng tin độc lập".into(), values });
    }
    lines
}

fn of_group(place: usize, of: &Group, series: &Series, view: View, group: Option<Dimension>, catalogue: &Catalogue) -> Values {
    let value = |((documents, stories), point): (&(u64, u64), &Point)| match view {
        View::Share | View::Whole => (point.total_count > 0).then(|| *documents as f64 / point.total_count as f64),
        View::Counts => Some(*documents as f64),
        View::Stories => Some(*stories as f64),
    };
    Values {
        class: format!("s{}", place + 1),
        name: value_name(group, &of.value, catalogue),
        values: of.points.iter().zip(&series.points).map(value).collect(),
    }
}

/// Marks by the place of their period.
fn placed(coverage: &Coverage, marks: &[Mark], catalogue: &Catalogue) -> Vec<(usize, MarkKind, String)> {
    let Some(series) = coverage.series.first() else { return vec![] };
    let mut placed = vec![];
    for (place, point) in series.points.iter().enumerate().filter(|(_, point)| !point.missing.is_empty()) {
        let names: Vec<&str> = point.missing.iter().take(3).map(|m| catalogue.source(&m.source)).collect();
        let more = point.missing.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" và {more} nguồn khác") } else { String::new() };
        let period = period_name(coverage.by, point.start);
        placed.push((place, MarkKind::Gap, format!("{period}: thiếu dữ liệu của {}{more}", names.join(", "))));
    }
    for mark in marks {
        let start = coverage.by.start_of(Time(mark.day * DAY_MS - 7 * HOUR_MS));
        if let Some(place) = series.points.iter().position(|point| point.start == start) {
            placed.push((place, mark.kind, format!("{}: {}", period_name(coverage.by, start), mark.title)));
        }
    }
    placed
}
