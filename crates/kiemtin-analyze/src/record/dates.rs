//! Which days does a text speak of, and is one of them long before it was published?

use crate::rules::{Place, View};
use kiemtin_model::{Field, Time, time::DAY_MS};
use kiemtin_text::calendar::{DateSpan, dates};

/// A full date this much older than the document is old.
const OLD_DAYS: i64 = 180;

/// From the first to the last moment of a day, month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Period {
    /// First moment.
    pub from: Time,
    /// Last moment.
    pub to: Time,
    /// It says at least the month.
    pub exact: bool,
}

/// Places of old dates: full dates more than 180 days, months and years at least a year, before the document.
pub fn old_dates(view: &View<'_>, time: Option<Time>) -> Vec<Place> {
    let Some(time) = time else { return vec![] };
    let mut places = vec![];
    for (field, scanned) in [Field::Title, Field::Text].into_iter().zip(view.text().fields) {
        for date in dates(scanned).into_iter().filter(|d| is_old(d, time)) {
            let sentence = view.sentence_at(field, date.start);
            places.push(Place { field, start: date.start, end: date.end, sentence });
        }
    }
    places
}

fn is_old(date: &DateSpan, time: Time) -> bool {
    match (date.year, date.month, date.day) {
        (Some(y), Some(m), Some(d)) => Time::local(y, m, d, 0, 0, 0).is_some_and(|t| time.0 - t.0 > OLD_DAYS * DAY_MS),
        (Some(y), ..) => y < time.year(),
        (None, ..) => date.relative_year.is_some_and(|r| r < 0),
    }
}

/// The period that a date names. A day or month without a year is the nearest one to `time`; without that it says nothing.
pub(super) fn period(date: &DateSpan, time: Option<Time>) -> Option<Period> {
    if !date.possible {
        return None;
    }
    let year = match (date.year, date.relative_year, time) {
        (Some(year), ..) => year,
        (None, Some(relative), Some(time)) => time.year() + i16::from(relative),
        (None, None, Some(time)) => {
            let at = |year: i16| Time::local(year, date.month?, date.day.unwrap_or(15), 0, 0, 0);
            let years = [time.year() - 1, time.year(), time.year() + 1];
            years.into_iter().filter(|y| at(*y).is_some()).min_by_key(|y| at(*y).map_or(i64::MAX, |t| (t.0 - time.0).abs()))?
        }
        _ => return None,
    };
    let (from, to) = match (date.month, date.day) {
        (Some(month), Some(day)) => {
            let from = Time::local(year, month, day, 0, 0, 0)?;
            (from, from.plus(DAY_MS - 1))
        }
        (Some(12), None) => (Time::local(year, 12, 1, 0, 0, 0)?, Time::local(year + 1, 1, 1, 0, 0, 0)?.plus(-1)),
        (Some(month), None) => (Time::local(year, month, 1, 0, 0, 0)?, Time::local(year, month + 1, 1, 0, 0, 0)?.plus(-1)),
        (None, None) => (Time::local(year, 1, 1, 0, 0, 0)?, Time::local(year + 1, 1, 1, 0, 0, 0)?.plus(-1)),
        (None, Some(_)) => return None,
    };
    Some(Period { from, to, exact: date.month.is_some() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_text::scan;

    #[test]
    fn a_date_without_a_year_is_the_nearest() {
        let check = |text: &str, published: &str, expect: Option<&str>| {
            let time = Time::parse(published).ok();
            let date = dates(&scan(text)).first().and_then(|d| period(d, time));
            assert_eq!(date.map(|p| p.from.day()).as_deref(), expect, "{text}");
        };
        check("từ 10/5", "2025-05-09T08:00:00+07:00", Some("2025-05-10"));
        check("từ 1/1", "2025-12-20T08:00:00+07:00", Some("2026-01-01"));
        check("hồi tháng 11", "2026-01-20T08:00:00+07:00", Some("2025-11-01"));
        check("tháng 10 năm ngoái", "2025-05-09T08:00:00+07:00", Some("2024-10-01"));
        check("năm 2019", "", Some("2019-01-01"));
        check("từ 10/5", "", None);
        check("ngày 31/4/2025", "2025-05-09T08:00:00+07:00", None);
    }
}
