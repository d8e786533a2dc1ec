//! Which stretch of the calendar is a report about? Weeks, months, quarters and years of the Vietnamese calendar.

use crate::time::{Day, Time, month_en};
use crate::week::Week;
use crate::words;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// A period. Written `2026-W47`, `2026-11`, `2026-Q4` or `2026`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Period {
    /// Monday to Sunday (ISO 8601).
    Week(Week),
    /// A calendar month: year, and 1 to 12.
    Month(i16, i8),
    /// Three calendar months: year, and 1 to 4.
    Quarter(i16, i8),
    /// A calendar year.
    Year(i16),
}

impl Period {
    /// Midnight at its beginning.
    pub fn start(self) -> Time {
        match self {
            Self::Week(week) => week.start(),
            Self::Month(year, month) => first(year, month),
            Self::Quarter(year, quarter) => first(year, 3 * quarter - 2),
            Self::Year(year) => first(year, 1),
        }
    }

    /// Midnight at its end: the beginning of the next one.
    pub fn end(self) -> Time {
        self.after().start()
    }

    /// How long it is.
    pub fn length(self) -> PeriodLength {
        match self {
            Self::Week(_) => PeriodLength::Weekly,
            Self::Month(..) => PeriodLength::Monthly,
            Self::Quarter(..) => PeriodLength::Quarterly,
            Self::Year(_) => PeriodLength::Yearly,
        }
    }

    /// The next one.
    pub fn after(self) -> Self {
        match self {
            Self::Week(week) => Self::Week(week.after()),
            Self::Month(year, 12) => Self::Month(year + 1, 1),
            Self::Month(year, month) => Self::Month(year, month + 1),
            Self::Quarter(year, 4) => Self::Quarter(year + 1, 1),
            Self::Quarter(year, quarter) => Self::Quarter(year, quarter + 1),
            Self::Year(year) => Self::Year(year + 1),
        }
    }

    /// The one before, which figures are compared with.
    pub fn before(self) -> Self {
        match self {
            Self::Week(week) => Self::Week(week.before()),
            Self::Month(year, 1) => Self::Month(year - 1, 12),
            Self::Month(year, month) => Self::Month(year, month - 1),
            Self::Quarter(year, 1) => Self::Quarter(year - 1, 4),
            Self::Quarter(year, quarter) => Self::Quarter(year, quarter - 1),
            Self::Year(year) => Self::Year(year - 1),
        }
    }

    /// As people read it: `Tuần 47 (16–22/11/2026)`, `Tháng 11/2026`, `Quý IV/2026`, `Năm 2026`.
    pub fn vi(self) -> String {
        match self {
            Self::Week(week) => week.vi(),
            Self::Month(year, month) => format!("Tháng {month}/{year}"),
            Self::Quarter(year, quarter) => {
                let roman = ["I", "II", "III", "IV"].get(usize::try_from(quarter - 1).unwrap_or(0)).unwrap_or(&"");
                format!("Quý {roman}/{year}")
            }
            Self::Year(year) => format!("Năm {year}"),
        }
    }

    /// The same in English: `Week 47 (16–22 November 2026)`, `November 2026`, `Quarter 4 of 2026`, `Year 2026`.
    pub fn en(self) -> String {
        match self {
            Self::Week(week) => week.en(),
            Self::Month(year, month) => format!("{} {year}", month_en(month)),
            Self::Quarter(year, quarter) => format!("Quarter {quarter} of {year}"),
            Self::Year(year) => format!("Year {year}"),
        }
    }
}

fn first(year: i16, month: i8) -> Time {
    // Years and months are checked where they are read.
    Time::local(year, month, 1, 0, 0, 0).unwrap_or(Time(0))
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Week(week) => week.fmt(f),
            Self::Month(year, month) => write!(f, "{year:04}-{month:02}"),
            Self::Quarter(year, quarter) => write!(f, "{year:04}-Q{quarter}"),
            Self::Year(year) => write!(f, "{year:04}"),
        }
    }
}

impl FromStr for Period {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        let wrong = || format!("got \"{s}\", expected a period such as \"2026-W47\", \"2026-11\", \"2026-Q4\" or \"2026\"");
        let number = |text: &str| text.parse::<i16>().map_err(|_| wrong());
        let read = match s.split_once('-') {
            None => Self::Year(number(s)?),
            Some((_, part)) if part.starts_with('W') => Self::Week(s.parse().map_err(|_| wrong())?),
            Some((year, part)) => match part.strip_prefix('Q') {
                Some(quarter) => Self::Quarter(number(year)?, quarter.parse().map_err(|_| wrong())?),
                None => Self::Month(number(year)?, part.parse().map_err(|_| wrong())?),
            },
        };
        let sound = match read {
            Self::Week(_) => true,
            Self::Month(year, month) => (1970..=9998).contains(&year) && (1..=12).contains(&month),
            Self::Quarter(year, quarter) => (1970..=9998).contains(&year) && (1..=4).contains(&quarter),
            Self::Year(year) => (1970..=9998).contains(&year),
        };
        if sound && read.to_string() == s { Ok(read) } else { Err(wrong()) }
    }
}

impl Serialize for Period {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

words! {
    /// How long a period is.
    PeriodLength {
        /// Monday to Sunday.
        Weekly = "weekly" / "Báo cáo tuần",
        /// A calendar month.
        Monthly = "monthly" / "Báo cáo tháng",
        /// Three calendar months.
        Quarterly = "quarterly" / "Báo cáo quý",
        /// A calendar year.
        Yearly = "yearly" / "Báo cáo năm",
    }
}

impl PeriodLength {
    /// The period of this length that a moment is in.
    pub fn of(self, at: Time) -> Period {
        let (year, month) = (at.year(), Day::of(at).month_and_day().0);
        match self {
            Self::Weekly => Period::Week(Week::of(at)),
            Self::Monthly => Period::Month(year, month),
            Self::Quarterly => Period::Quarter(year, (month - 1) / 3 + 1),
            Self::Yearly => Period::Year(year),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_are_read_as_they_are_written() {
        for (text, start, end, before, vi) in [
            ("2026-W53", "2026-12-28", "2027-01-04", "2026-W52", "Tuần 53 (28/12/2026–03/01/2027)"),
            ("2027-W01", "2027-01-04", "2027-01-11", "2026-W53", "Tuần 1 (04–10/01/2027)"),
            ("2026-11", "2026-11-01", "2026-12-01", "2026-10", "Tháng 11/2026"),
            ("2026-01", "2026-01-01", "2026-02-01", "2025-12", "Tháng 1/2026"),
            ("2026-Q4", "2026-10-01", "2027-01-01", "2026-Q3", "Quý IV/2026"),
            ("2026-Q1", "2026-01-01", "2026-04-01", "2025-Q4", "Quý I/2026"),
            ("2026", "2026-01-01", "2027-01-01", "2025", "Năm 2026"),
        ] {
            let read: Period = text.parse().unwrap();
            assert_eq!((read.to_string(), read.start().day(), read.end().day()), (text.into(), start.to_owned(), end.to_owned()));
            assert_eq!((read.before().to_string().as_str(), read.vi().as_str()), (before, vi));
            assert_eq!((read.before().after(), read.before().end()), (read, read.start()), "{text}");
            // The last millisecond before midnight in Vietnam is in it, the first after it is not.
            let length = read.length();
            assert_eq!((length.of(read.start()), length.of(read.end().plus(-1)), length.of(read.end())), (read, read, read.after()));
        }
        for wrong in [
            "",
            "2026-W54",
            "2025-W53",
            "2026-13",
            "2026-00",
            "2026-1",
            "2026-Q5",
            "2026-Q0",
            "26",
            "+2026",
            "2026-Q",
            "2026-11-01",
            "1969",
        ] {
            assert!(wrong.parse::<Period>().is_err(), "{wrong}");
        }
    }
}
