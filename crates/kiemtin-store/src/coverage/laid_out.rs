//! How are counts laid out over the periods asked for, also those without a document?

use super::missing::{MissingKind, MissingSource};
use super::range::{Period, Range};
use super::told::{Group, Point, PointMissing};
use super::{MOST_GROUPS, OTHERS};
use crate::trend::Trend;
use kiemtin_model::Time;
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use std::collections::{BTreeMap, BTreeSet};

/// Every period with its counts. `without`: all documents of the sources that lack some, and those that match; `before`: the time
/// before.
pub(super) fn points(
    range: &Range,
    trend: &Trend,
    without: Option<(&Trend, &Trend)>,
    before: Option<(&Trend, &Range)>,
    missing: &[MissingSource],
) -> Vec<Point> {
    let span = range.span;
    let counted = |trend: &Trend, range: &Range| {
        let places = range.places();
        let mut of = vec![(0, 0, 0); range.periods.len()];
        for period in &trend.periods {
            let place = period.start.and_then(|start| places.get(&start)).and_then(|place| of.get_mut(*place));
            if let Some(place) = place {
                *place = (period.matching, period.all, period.stories);
            }
        }
        of
    };
    let counts = counted(trend, range);
    let without = without.map(|(all, matching)| (counted(all, range), counted(matching, range)));
    let before = before.map(|(trend, range)| counted(trend, range));
    let mut lacking: BTreeMap<Time, BTreeMap<&str, (MissingKind, BTreeSet<i64>)>> = BTreeMap::new();
    for one in missing {
        // An hour of a day that is marked is marked.
        let midnight = Time(one.day * DAY_MS - 7 * HOUR_MS);
        let mut start = span.start_of(midnight);
        while start < midnight.plus(DAY_MS) {
            let of = lacking.entry(start).or_default().entry(&one.source).or_insert((one.kind, BTreeSet::new()));
            of.0 = of.0.max(one.kind);
            of.1.insert(one.day);
            start = span.after(start);
        }
    }
    let point = |(place, period): (usize, &Period)| {
        let (count, total_count, stories) = counts.get(place).copied().unwrap_or_default();
        let steady_ratio = match &without {
            Some((all, matching)) => {
                let left = |of: &[(u64, u64, u64)]| of.get(place).map_or(0, |counts| counts.0);
                ratio(count - left(matching).min(count), total_count - left(all).min(total_count))
            }
            None => ratio(count, total_count),
        };
        let previous = before.as_ref().and_then(|of| of.get(place));
        Point {
            date: span.name(period.start),
            start: period.start,
            count,
            total_count,
            ratio: ratio(count, total_count),
            stories,
            steady_ratio,
            previous_count: previous.map(|of| of.0),
            previous_ratio: previous.and_then(|of| ratio(of.0, of.1)),
            partial: period.partial,
            missing: lacking.get(&period.start).map(told).unwrap_or_default(),
        }
    };
    range.periods.iter().enumerate().map(point).collect()
}

/// The values with most documents, and the others together.
pub(super) fn groups(range: &Range, trend: &Trend) -> Vec<Group> {
    let places = range.places();
    let most: Vec<String> = by_value_of(trend).into_iter().map(|(value, _)| value).take(MOST_GROUPS).collect();
    let empty =
        |value: &str| Group { value: value.to_owned(), count: 0, ratio: None, stories: 0, points: vec![(0, 0); range.periods.len()] };
    let mut groups: Vec<Group> = most.iter().map(|value| empty(value)).chain([empty(OTHERS)]).collect();
    let of_value: Vec<usize> = trend
        .values
        .first()
        .map(|values| values.iter().map(|value| most.iter().position(|m| m == value).unwrap_or(most.len())).collect())
        .unwrap_or_default();
    for cell in &trend.cells {
        let group = of_value.get(cell.values[0] as usize).and_then(|place| groups.get_mut(*place));
        let start = trend.periods.get(cell.period as usize).and_then(|p| p.start);
        if let (Some(group), Some(place)) = (group, start.and_then(|start| places.get(&start))) {
            let (documents, stories) = (u64::from(cell.documents), u64::from(cell.stories));
            (group.count, group.stories) = (group.count + documents, group.stories + stories);
            if let Some(point) = group.points.get_mut(*place) {
                *point = (point.0 + documents, point.1 + stories);
            }
        }
    }
    groups.retain(|group| group.count > 0);
    for group in &mut groups {
        group.ratio = ratio(group.count, trend.all);
    }
    groups
}

pub(super) fn ratio(count: u64, total: u64) -> Option<f64> {
    (total > 0).then(|| count as f64 / total as f64)
}

pub(super) fn value(trend: &Trend, field: usize, number: u32) -> Option<&str> {
    trend.values.get(field).and_then(|values| values.get(number as usize)).map(String::as_str)
}

/// Values with their documents in the whole time, most first.
pub(super) fn by_value_of(trend: &Trend) -> Vec<(String, u64)> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for cell in &trend.cells {
        *counts.entry(value(trend, 0, cell.values[0]).unwrap_or_default()).or_default() += u64::from(cell.documents);
    }
    let mut all: Vec<(String, u64)> = counts.into_iter().map(|(value, count)| (value.to_owned(), count)).collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all
}

fn told(of: &BTreeMap<&str, (MissingKind, BTreeSet<i64>)>) -> Vec<PointMissing> {
    of.iter().map(|(source, (kind, days))| PointMissing { source: (*source).to_owned(), kind: *kind, days: days.len() as u32 }).collect()
}
