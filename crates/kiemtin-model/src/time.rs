//! What time is it in Vietnam? (UTC+7, no daylight saving time.)

use jiff::tz::Offset;
use kiemtin_text::date::When;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

/// A moment, in milliseconds since 1970-01-01T00:00:00Z. Written and shown in Vietnamese time (+07:00).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Time(pub i64);

/// Milliseconds of a minute.
pub const MINUTE_MS: i64 = 60_000;
/// Milliseconds of an hour.
pub const HOUR_MS: i64 = 3_600_000;
/// Milliseconds of a day.
pub const DAY_MS: i64 = 24 * HOUR_MS;
const VN: Offset = Offset::constant(7);
/// The months in English.
const MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

impl Time {
    /// Reads RFC 3339 (with offset). Errors say what was read.
    pub fn parse(s: &str) -> Result<Self, String> {
        let at: jiff::Timestamp = s.parse().map_err(|e| format!("\"{s}\" is not an RFC 3339 time: {e}"))?;
        Ok(Self(at.as_millisecond()))
    }

    /// A Vietnamese local date and time; `None` when there is no such day.
    pub fn local(year: i16, month: i8, day: i8, hour: i8, minute: i8, second: i8) -> Option<Self> {
        let at = jiff::civil::DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
        Some(Self(VN.to_timestamp(at).ok()?.as_millisecond()))
    }

    /// The moment that a written date names: without a zone in Vietnamese time, without a clock at midnight. `None` when
    /// there is no such day or clock time.
    pub fn from_when(when: &When) -> Option<Self> {
        let (hour, minute, second) = when.time.unwrap_or((0, 0, 0));
        let at = jiff::civil::DateTime::new(when.year, when.month, when.day, hour, minute, second, 0).ok()?;
        let offset = match when.offset_minutes {
            Some(minutes) => Offset::from_seconds(minutes.checked_mul(60)?).ok()?,
            None => VN,
        };
        Some(Self(offset.to_timestamp(at).ok()?.as_millisecond()))
    }

    fn civil(self) -> jiff::civil::DateTime {
        let at = jiff::Timestamp::from_millisecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        VN.to_datetime(at)
    }

    /// The Vietnamese calendar day, `2026-11-23`.
    pub fn day(self) -> String {
        self.civil().date().to_string()
    }

    /// Days since 1970-01-01 in the Vietnamese calendar.
    pub fn day_number(self) -> i64 {
        (self.0 + 7 * HOUR_MS).div_euclid(DAY_MS)
    }

    /// Midnight at the beginning of its month in the Vietnamese calendar.
    pub fn month_start(self) -> Self {
        let first = self.civil().date().first_of_month().to_datetime(jiff::civil::Time::midnight());
        VN.to_timestamp(first).map_or(self, |at| Self(at.as_millisecond()))
    }

    /// Year and number of its ISO 8601 week in the Vietnamese calendar: the week of a Thursday belongs to the Thursday's year.
    pub fn iso_week(self) -> (i16, i8) {
        let week = self.civil().date().iso_week_date();
        (week.year(), week.week())
    }

    /// As people read it: `23/11/2026 08:05`.
    pub fn vi(self) -> String {
        let t = self.civil();
        format!("{:02}/{:02}/{} {:02}:{:02}", t.day(), t.month(), t.year(), t.hour(), t.minute())
    }

    /// The same in English: `23 November 2026 08:05`.
    pub fn en(self) -> String {
        let t = self.civil();
        format!("{} {:02}:{:02}", Day::of(self).en(), t.hour(), t.minute())
    }

    /// Vietnamese calendar year.
    pub fn year(self) -> i16 {
        self.civil().year()
    }

    /// Moved by some milliseconds.
    pub fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

/// A day of the Vietnamese calendar, in days since 1970-01-01. Written `2026-11-23`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(pub i64);

impl Day {
    /// The day of a moment.
    pub fn of(at: Time) -> Self {
        Self(at.day_number())
    }

    /// Midnight at its beginning.
    pub fn start(self) -> Time {
        Time(self.0.saturating_mul(DAY_MS).saturating_sub(7 * HOUR_MS))
    }

    /// Its month, 1 to 12, and its day in the month, from 1.
    pub fn month_and_day(self) -> (i8, i8) {
        let date = self.start().civil().date();
        (date.month(), date.day())
    }

    /// Its day of the week: 0 is Monday, 6 is Sunday.
    pub fn weekday(self) -> u8 {
        // Day 0, 1970-01-01, was a Thursday.
        (self.0 + 3).rem_euclid(7) as u8
    }

    /// As people read it: `23/11/2026`.
    pub fn vi(self) -> String {
        let date = self.start().civil().date();
        format!("{:02}/{:02}/{}", date.day(), date.month(), date.year())
    }

    /// The same in English: `23 November 2026`.
    pub fn en(self) -> String {
        let date = self.start().civil().date();
        format!("{} {} {}", date.day(), month_en(date.month()), date.year())
    }
}

/// A month, 1 to 12, in English.
pub(crate) fn month_en(month: i8) -> &'static str {
    usize::try_from(month).ok().and_then(|month| MONTHS.get(month.checked_sub(1)?)).unwrap_or(&"")
}

impl std::str::FromStr for Day {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        let wrong = || format!("got \"{s}\", expected a day such as \"2026-01-31\"");
        let date: jiff::civil::Date = s.parse().map_err(|_| wrong())?;
        if date.to_string() != s {
            return Err(wrong());
        }
        Time::local(date.year(), date.month(), date.day(), 0, 0, 0).map(Self::of).ok_or_else(wrong)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Time(self.0.saturating_mul(DAY_MS)).day())
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let t = self.civil();
        write!(f, "{}T{:02}:{:02}:{:02}+07:00", t.date(), t.hour(), t.minute(), t.second())
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(d)?).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_vietnamese_time() {
        let t = Time::local(2025, 6, 3, 0, 10, 0).unwrap();
        assert_eq!(t.to_string(), "2025-06-03T00:10:00+07:00");
        assert_eq!(Time::parse("2025-06-02T17:10:00Z").unwrap(), t);
        assert_eq!((t.day().as_str(), t.vi().as_str()), ("2025-06-03", "03/06/2025 00:10"));
        assert_eq!(Time::local(2025, 2, 30, 0, 0, 0), None);
    }

    #[test]
    fn days_are_vietnamese() {
        for day in ["1970-01-01", "2024-02-29", "2026-06-30", "1969-12-31"] {
            assert_eq!(day.parse::<Day>().unwrap().to_string(), day);
        }
        assert_eq!(Day::of(Time::parse("2026-06-30T17:00:00Z").unwrap()), "2026-07-01".parse().unwrap());
        for wrong in ["", "2026-6-30", "2026-02-30", "30/6/2026", "2026-06-30T00:00"] {
            assert!(wrong.parse::<Day>().unwrap_err().contains("expected a day"), "{wrong}");
        }
    }

    #[test]
    fn written_dates_are_vietnamese_unless_they_say_otherwise() {
        let check = |text: &str, expected: &str| {
            let when = kiemtin_text::date::parse_when(text).unwrap();
            assert_eq!(Time::from_when(&when).unwrap().to_string(), expected, "{text}");
        };
        check("12/5/2025", "2025-05-12T00:00:00+07:00");
        check("12/5/2025 08:30", "2025-05-12T08:30:00+07:00");
        check("2025-05-12T00:10:00+07:00", "2025-05-12T00:10:00+07:00");
        check("Sun, 11 May 2025 17:10:00 GMT", "2025-05-12T00:10:00+07:00");
        check("Thứ hai, 12/5/2025, 08:30 (GMT+7)", "2025-05-12T08:30:00+07:00");
        let impossible = When { year: 2025, month: 2, day: 30, time: None, offset_minutes: None };
        assert_eq!(Time::from_when(&impossible), None);
        let far = When { year: 2025, month: 2, day: 3, time: None, offset_minutes: Some(i32::MAX) };
        assert_eq!(Time::from_when(&far), None);
    }
}
