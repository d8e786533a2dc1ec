//! What are periods, values and sources called by people?

use super::{at, days_before};
use crate::catalogue::Catalogue;
use crate::params::Params;
use crate::view::chrome::Choice;
use kiemtin_model::Time;
use kiemtin_model::time::DAY_MS;
use kiemtin_store::coverage::{Coverage, MissingKind, OTHERS, Series};
use kiemtin_store::trend::{Dimension, Span};
use kiemtin_text::query::{GROUPS, KINDS, STANCES, Words};
use std::collections::BTreeMap;

/// Sources whose missing days are told.
const TOLD: usize = 40;

/// `23/11/2026`.
pub(super) fn day(at: Time) -> String {
    iso_to_vi(&at.day())
}

/// `2026-11-23` as people write it.
pub(super) fn iso_to_vi(day: &str) -> String {
    day.split('-').rev().collect::<Vec<_>>().join("/")
}

/// A period as people call it: `23/11/2026 08:00`, `23/11/2026`, `Tuần 47 (16–22/11/2026)`, `11/2026`.
pub fn period_name(span: Span, start: Time) -> String {
    match span {
        Span::Hour => start.vi(),
        Span::Day => day(start),
        Span::Week => {
            let (first, last) = (day(start), day(start.plus(6 * DAY_MS)));
            let (_, week) = start.iso_week();
            let short = |text: &str, parts: usize| text.split('/').take(parts).collect::<Vec<_>>().join("/");
            // What both have in common is told once.
            let first = match (first.get(3..) == last.get(3..), first.get(6..) == last.get(6..)) {
                (true, _) => short(&first, 1),
                (false, true) => short(&first, 2),
                (false, false) => first,
            };
            format!("Tuần {week} ({first}–{last})")
        }
        Span::Month => day(start).split('/').skip(1).collect::<Vec<_>>().join("/"),
    }
}

/// What a dimension is called.
pub(super) fn dimension(of: Dimension) -> &'static str {
    match of {
        Dimension::Source => "nguồn",
        Dimension::Group => "nhóm nguồn",
        Dimension::Topic => "chủ đề",
        Dimension::Kind => "loại bài",
        Dimension::Stance => "thái độ của bài",
        Dimension::Level => "mức của cờ",
        Dimension::Province => "tỉnh, thành",
    }
}

/// What a value is called.
pub fn value_name(of: Option<Dimension>, value: &str, catalogue: &Catalogue) -> String {
    let label = |words: Words| words.iter().find(|(id, _)| *id == value).map_or(value, |(_, label)| *label).to_owned();
    match of {
        _ if value == OTHERS => "Khác".to_owned(),
        Some(Dimension::Source) => catalogue.source(value).to_owned(),
        _ if value.is_empty() => "Không có".to_owned(),
        Some(Dimension::Topic) => catalogue.topic(value).to_owned(),
        Some(Dimension::Group) => label(GROUPS),
        Some(Dimension::Kind) => label(KINDS),
        Some(Dimension::Stance) => label(STANCES),
        _ => value.to_owned(),
    }
}

/// What a query is called.
pub(super) fn series(of: &Series) -> String {
    if of.query.is_empty() { "Tất cả bài".to_owned() } else { of.query.clone() }
}

/// Times that are often asked for.
pub(super) fn ranges(params: &Params, last: Time) -> Vec<Choice> {
    let of = |name: &str, by: &str, days: i64| {
        let (from, to) = (days_before(last, days), last.day());
        Choice { name: name.to_owned(), href: at(params, &[("from", &from), ("to", &to), ("by", by)]), on: false }
    };
    vec![
        of("7 ngày theo giờ", "hour", 6),
        of("30 ngày", "day", 29),
        of("26 tuần", "week", 26 * 7 - 1),
        of("2 năm theo tháng", "month", 730),
    ]
}

/// Sources that lack something with their days, those with most days first; and how many more there are.
pub(super) fn missing(coverage: &Coverage, catalogue: &Catalogue) -> (Vec<(String, String, &'static str)>, usize) {
    let mut of: BTreeMap<(&str, MissingKind), Vec<i64>> = BTreeMap::new();
    for one in &coverage.missing {
        of.entry((&one.source, one.kind)).or_default().push(one.day);
    }
    let mut all: Vec<((&str, MissingKind), Vec<i64>)> = of.into_iter().collect();
    all.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    let more = all.len().saturating_sub(TOLD);
    let told = all.into_iter().take(TOLD).map(|((source, kind), days)| (catalogue.source(source).to_owned(), rows(&days), kind.vi()));
    (told.collect(), more)
}

/// Days in a row as one: `11/04/2026–17/04/2026, 20/04/2026`.
fn rows(days: &[i64]) -> String {
    let name = |day: i64| iso_to_vi(&kiemtin_model::Day(day).to_string());
    let mut rows: Vec<(i64, i64)> = vec![];
    for day in days {
        match rows.last_mut() {
            Some(row) if row.1 + 1 == *day => row.1 = *day,
            _ => rows.push((*day, *day)),
        }
    }
    let told = |(first, last): (i64, i64)| if first == last { name(first) } else { format!("{}–{}", name(first), name(last)) };
    rows.into_iter().map(told).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_and_rows_of_days() {
        let check = |span: Span, at: (i16, i8, i8), expected: &str| {
            let at = Time::local(at.0, at.1, at.2, 0, 0, 0).unwrap();
            assert_eq!(period_name(span, span.start_of(at)), expected);
        };
        check(Span::Day, (2026, 11, 23), "23/11/2026");
        check(Span::Week, (2026, 11, 22), "Tuần 47 (16–22/11/2026)");
        check(Span::Week, (2026, 11, 30), "Tuần 49 (30/11–06/12/2026)");
        check(Span::Week, (2027, 1, 1), "Tuần 53 (28/12/2026–03/01/2027)");
        check(Span::Month, (2026, 11, 23), "11/2026");
        check(Span::Hour, (2026, 11, 23), "23/11/2026 00:00");
        assert_eq!(rows(&[0, 1, 2, 5]), "01/01/1970–03/01/1970, 06/01/1970");
        assert_eq!(value_name(Some(Dimension::Group), "press", &Catalogue::default()), "Báo chí");
    }
}
