//! Does a text speak of a day long before it was published?

use crate::rules::{Place, View};
use kiemtin_model::{Field, Time, time::DAY_MS};
use regex::Regex;
use std::sync::LazyLock;

/// A full date this much older than the document is old.
const OLD_DAYS: i64 = 180;

static DATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:(\d{1,2})\s*[/.-]\s*)?(\d{1,2})\s*[/.-]\s*(20\d{2})\b|\bngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})(?:\s+năm|,)?\s+(20\d{2})\b|\bnăm\s+(20\d{2})\b").ok()
});

/// Places of old dates: full dates more than 180 days, months and years at least a year, before the document.
pub fn old_dates(view: &View<'_>, time: Option<Time>) -> Vec<Place> {
    let (Some(time), Some(regex)) = (time, DATE.as_ref()) else { return vec![] };
    let mut places = vec![];
    for field in [Field::Title, Field::Text] {
        for c in regex.captures_iter(view.field(field)) {
            let Some(whole) = c.get(0) else { continue };
            let number = |i: usize| c.get(i).and_then(|m| m.as_str().parse::<i16>().ok());
            let (day, month, year) = match (number(3), number(6), number(7)) {
                (Some(y), _, _) => (number(1), number(2), y),
                (_, Some(y), _) => (number(4), number(5), y),
                (_, _, Some(y)) => (None, None, y),
                _ => continue,
            };
            let old = match (day, month) {
                (Some(d), Some(m)) => Time::local(year, m as i8, d as i8, 0, 0, 0).is_some_and(|t| time.0 - t.0 > OLD_DAYS * DAY_MS),
                _ => year < time.year(),
            };
            if old {
                let sentence = view.sentence_at(field, whole.start());
                places.push(Place { field, start: whole.start(), end: whole.end(), sentence });
            }
        }
    }
    places
}
