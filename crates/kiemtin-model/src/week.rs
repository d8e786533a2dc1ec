//! Which week is it? ISO 8601 weeks of the Vietnamese calendar: Monday first, the week of a Thursday belongs to its year.

use crate::time::{Day, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A week, by its Monday. Written `2026-W47`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Week(Day);

impl Week {
    /// The week of a moment.
    pub fn of(at: Time) -> Self {
        let day = Day::of(at);
        Self(Day(day.0 - i64::from(day.weekday())))
    }

    /// The one before.
    pub fn before(self) -> Self {
        Self(Day(self.0.0.saturating_sub(7)))
    }

    /// The one after.
    pub fn after(self) -> Self {
        Self(Day(self.0.0.saturating_add(7)))
    }

    /// Midnight at its beginning.
    pub fn start(self) -> Time {
        self.0.start()
    }

    /// Midnight at its end: the beginning of the next one.
    pub fn end(self) -> Time {
        self.after().start()
    }

    /// As people read it: `Tuần 47 (16–22/11/2026)`.
    pub fn vi(self) -> String {
        format!("Tuần {} ({})", self.start().iso_week().1, self.days(Day::vi, "/"))
    }

    /// The same in English: `Week 47 (16–22 November 2026)`.
    pub fn en(self) -> String {
        format!("Week {} ({})", self.start().iso_week().1, self.days(Day::en, " "))
    }

    /// Its first and last day, each written as day, month and year; only as much of the first as differs from the last.
    fn days(self, written: fn(Day) -> String, between: &str) -> String {
        let (monday, sunday) = (written(self.0), written(Day(self.0.0 + 6)));
        let (first, last): (Vec<&str>, Vec<&str>) = (monday.split(between).collect(), sunday.split(between).collect());
        let kept = if first.get(2) != last.get(2) {
            3
        } else if first.get(1) != last.get(1) {
            2
        } else {
            1
        };
        let first: Vec<&str> = first.into_iter().take(kept).collect();
        format!("{}–{sunday}", first.join(between))
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, week) = self.start().iso_week();
        write!(f, "{year:04}-W{week:02}")
    }
}

impl FromStr for Week {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        let wrong = || format!("got \"{s}\", expected a week such as \"2026-W47\"");
        let (year, number) = s.split_once("-W").ok_or_else(wrong)?;
        let (year, number): (i16, i8) = (year.parse().map_err(|_| wrong())?, number.parse().map_err(|_| wrong())?);
        // 4 January lies in week 1 of every year.
        let first = Self::of(Time::local(year, 1, 4, 0, 0, 0).ok_or_else(wrong)?);
        let week = Self(Day(first.0.0 + 7 * (i64::from(number) - 1)));
        if week.to_string() == s { Ok(week) } else { Err(wrong()) }
    }
}

impl Serialize for Week {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Week {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_are_read_as_they_are_written() {
        for (week, monday, vi) in [
            ("2026-W47", "2026-11-16", "Tuần 47 (16–22/11/2026)"),
            ("2026-W53", "2026-12-28", "Tuần 53 (28/12/2026–03/01/2027)"),
            ("2026-W01", "2025-12-29", "Tuần 1 (29/12/2025–04/01/2026)"),
            ("2026-W49", "2026-11-30", "Tuần 49 (30/11–06/12/2026)"),
        ] {
            let read: Week = week.parse().unwrap();
            assert_eq!((read.to_string().as_str(), read.start().day().as_str(), read.vi().as_str()), (week, monday, vi));
            assert_eq!((Week::of(read.start()), Week::of(read.end().plus(-1)), Week::of(read.end())), (read, read, read.after()));
            assert_eq!(read.after().before(), read);
        }
        for wrong in ["", "2026-W54", "2026-W00", "2025-W53", "2026-47", "2026-W7", "26-W47", "2026-W+7", "99999-W01"] {
            assert!(wrong.parse::<Week>().is_err(), "{wrong}");
        }
    }
}
