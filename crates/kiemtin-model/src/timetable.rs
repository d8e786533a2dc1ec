//! At which times of the Vietnamese calendar does something happen? The five fields of a cron line: minute, hour, day of the month,
//! month, day of the week (POSIX `crontab`), with `*`, lists, ranges and steps. Vietnam has no daylight saving time: each time comes
//! once.

use crate::time::{DAY_MS, Day, MINUTE_MS, Time};
use serde::{Deserialize, Deserializer};
use std::str::FromStr;

/// Days that are looked ahead: eight years hold a 29 February on each day of the week that is asked for with it.
const AHEAD: i64 = 366 * 8;

/// Times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timetable {
    text: String,
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Day of the month and of the week are both asked for: either of them is enough, as cron has it.
    either: bool,
}

impl Timetable {
    /// The first of its times at or after `at`; none within eight years.
    pub fn next(&self, at: Time) -> Option<Time> {
        // The first whole minute.
        let from = Time(at.0.saturating_add(MINUTE_MS - 1).div_euclid(MINUTE_MS) * MINUTE_MS);
        let first = Day::of(from);
        (first.0..first.0.saturating_add(AHEAD)).map(Day).filter(|day| self.has(*day)).find_map(|day| {
            let begin = if day == first { from.0 - day.start().0 } else { 0 };
            let minutes = (begin / MINUTE_MS)..(DAY_MS / MINUTE_MS);
            let minute = minutes.into_iter().find(|minute| has(self.hours, minute / 60) && has(self.minutes, minute % 60))?;
            Some(day.start().plus(minute * MINUTE_MS))
        })
    }

    fn has(&self, day: Day) -> bool {
        let (month, of_month) = day.month_and_day();
        // Cron counts from Sunday.
        let weekday = (i64::from(day.weekday()) + 1) % 7;
        let (of_month, of_week) = (has(self.days, of_month.into()), has(self.weekdays, weekday));
        has(self.months, month.into()) && if self.either { of_month || of_week } else { of_month && of_week }
    }
}

fn has(set: u64, number: i64) -> bool {
    set >> number & 1 == 1
}

impl FromStr for Timetable {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays] = fields.as_slice() else {
            return Err(format!(
                "got \"{text}\", expected five fields as in \"0 7 * * 1\": minute, hour, day of month, month, day of week"
            ));
        };
        let mut week = field(weekdays, "day of week", 0, 7)?;
        // Sunday is 0 and 7.
        week = (week | week >> 7) & 0x7f;
        let table = Self {
            text: fields.join(" "),
            minutes: field(minutes, "minute", 0, 59)?,
            hours: field(hours, "hour", 0, 23)?,
            days: field(days, "day of month", 1, 31)?,
            months: field(months, "month", 1, 12)?,
            weekdays: week,
            either: !days.starts_with('*') && !weekdays.starts_with('*'),
        };
        if table.next(Time(0)).is_none() {
            return Err(format!("got \"{text}\", expected a day that there is"));
        }
        Ok(table)
    }
}

/// `*`, `5`, `1-5`, `*/15`, `8-18/2`, and lists of them.
fn field(text: &str, name: &str, least: u32, most: u32) -> Result<u64, String> {
    let wrong =
        || format!("got \"{text}\" as {name}, expected *, numbers {least} to {most}, ranges such as {least}-{most} or steps such as */2");
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| (least..=most).contains(n)).ok_or_else(wrong);
    let mut set = 0;
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, step.parse::<u32>().ok().filter(|step| *step > 0).ok_or_else(wrong)?),
            None => (part, 1),
        };
        let (first, last) = match range.split_once('-') {
            None if range == "*" => (least, most),
            None if part.contains('/') => return Err(wrong()),
            None => (number(range)?, number(range)?),
            Some((first, last)) => (number(first)?, number(last)?),
        };
        if first > last {
            return Err(wrong());
        }
        set = (first..=last).step_by(step as usize).fold(set, |set, n| set | 1 << n);
    }
    Ok(set)
}

impl std::fmt::Display for Timetable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Timetable {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Seven in the morning of every Monday.
impl Default for Timetable {
    fn default() -> Self {
        let all = |least: u32, most: u32| (least..=most).fold(0, |set, n| set | 1 << n);
        let text = "0 7 * * 1".to_owned();
        Self { text, minutes: 1, hours: 1 << 7, days: all(1, 31), months: all(1, 12), weekdays: 1 << 1, either: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::HOUR_MS;

    #[test]
    fn times_come_as_cron_has_them() {
        for (table, at, next) in [
            ("0 7 * * 1", "2026-11-23T00:00:00", "2026-11-23T07:00:00"),
            ("0 7 * * 1", "2026-11-23T07:00:00", "2026-11-23T07:00:00"),
            ("0 7 * * 1", "2026-11-23T07:00:01", "2026-11-30T07:00:00"),
            ("0 7 1 * *", "2026-12-01T07:01:00", "2027-01-01T07:00:00"),
            ("30 6 5 1,4,7,10 *", "2026-11-23T00:00:00", "2027-01-05T06:30:00"),
            ("0 8 29 2 *", "2026-11-23T00:00:00", "2028-02-29T08:00:00"),
            ("*/20 8-9 * * 1-5", "2026-11-20T09:41:00", "2026-11-23T08:00:00"),
            ("0 0 * * 7", "2026-11-23T00:00:00", "2026-11-29T00:00:00"),
            ("0 0 13 * 5", "2026-11-23T00:00:00", "2026-11-27T00:00:00"),
        ] {
            let read: Timetable = table.parse().unwrap();
            let time = |text: &str| Time::parse(&format!("{text}+07:00")).unwrap();
            assert_eq!(read.next(time(at)).map(|t| t.to_string()), Some(format!("{next}+07:00")), "{table} after {at}");
        }
        assert_eq!("0 7 * * 1".parse(), Ok(Timetable::default()));
        for wrong in [
            "",
            "0 7 * *",
            "60 7 * * 1",
            "0 24 * * 1",
            "0 7 0 * 1",
            "0 7 * 13 1",
            "0 7 * * 8",
            "0 7 30 2 *",
            "5/2 7 * * 1",
            "a b c d e",
            "0 9-8 * * *",
            "*/0 * * * *",
        ] {
            assert!(wrong.parse::<Timetable>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_hour_of_a_year_is_met_once() {
        let table: Timetable = "0 * * * *".parse().unwrap();
        let (mut at, mut times) = (Time::local(2026, 1, 1, 0, 0, 0).unwrap(), 0);
        let end = Time::local(2027, 1, 1, 0, 0, 0).unwrap();
        while let Some(next) = table.next(at).filter(|next| *next < end) {
            (at, times) = (next.plus(1), times + 1);
        }
        assert_eq!(times, 365 * 24);
        assert_eq!(HOUR_MS * times, 365 * DAY_MS);
    }
}
