//! By when is a claim to be answered?
//!
//! The clock runs from the moment an alert opens. For sudden events the spokesperson has a day (Decree 09/2017/NĐ-CP, article 7);
//! an office may ask for less, and may count its working hours only.

use crate::assess::Level;
use crate::time::{DAY_MS, Day, HOUR_MS, Time};

/// Most days that are looked at for working hours: longer than any office is closed.
const MOST_DAYS: i64 = 3_660;

/// When the office works. Times are Vietnamese.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingTime {
    /// First working hour of a day, 0 to 23.
    pub from: u8,
    /// First hour that is none any more, 1 to 24.
    pub to: u8,
    /// Working days of the week: 0 is Monday, 6 is Sunday.
    pub weekdays: Vec<u8>,
    /// Days on which nobody works: public holidays, Tết.
    pub holidays: Vec<Day>,
}

impl Default for WorkingTime {
    fn default() -> Self {
        Self { from: 8, to: 17, weekdays: vec![0, 1, 2, 3, 4], holidays: vec![] }
    }
}

impl WorkingTime {
    /// The moment at which so many milliseconds of working time have passed since `at`. Without any working time in ten years, as
    /// much of the clock.
    pub fn after(&self, at: Time, mut ms: i64) -> Time {
        let first = Day::of(at).0;
        for day in (first..first + MOST_DAYS).map(Day).filter(|day| self.is_working(*day)) {
            let begins = day.start().plus(i64::from(self.from) * HOUR_MS).max(at);
            let ends = day.start().plus(i64::from(self.to) * HOUR_MS);
            let length = (ends.0 - begins.0).max(0);
            if ms <= length {
                return begins.plus(ms);
            }
            ms -= length;
        }
        at.plus(ms)
    }

    fn is_working(&self, day: Day) -> bool {
        self.weekdays.contains(&day.weekday()) && !self.holidays.contains(&day)
    }
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AnswerTime {
    /// Hours.
    pub hours: u16,
    /// Only working hours count.
    pub working: bool,
}

/// Deadlines by level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadlines {
    /// For urgent alerts.
    pub urgent: AnswerTime,
    /// For all others.
    pub other: AnswerTime,
    /// When the office works.
    pub office: WorkingTime,
}

impl Default for Deadlines {
    fn default() -> Self {
        let day = AnswerTime { hours: (DAY_MS / HOUR_MS) as u16, working: false };
        Self { urgent: day, other: day, office: WorkingTime::default() }
    }
}

impl Deadlines {
    /// When an answer is due to an alert of this level that opened then.
    pub fn due(&self, level: Level, opened_at: Time) -> Time {
        let AnswerTime { hours, working } = if level == Level::Urgent { self.urgent } else { self.other };
        let ms = i64::from(hours) * HOUR_MS;
        if working { self.office.after(opened_at, ms) } else { opened_at.plus(ms) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(year: i16, month: i8, day: i8, hour: i8, minute: i8) -> Time {
        Time::local(year, month, day, hour, minute, 0).unwrap()
    }

    #[test]
    fn the_clock_counts_every_hour() {
        // A Friday evening.
        let opened = at(2026, 11, 27, 22, 15);
        assert_eq!(Deadlines::default().due(Level::Alert, opened), at(2026, 11, 28, 22, 15));
        let soon = Deadlines { urgent: AnswerTime { hours: 4, working: false }, ..Deadlines::default() };
        assert_eq!(soon.due(Level::Urgent, opened), at(2026, 11, 28, 2, 15));
    }

    #[test]
    fn working_hours_skip_nights_week_ends_and_holidays() {
        let office = WorkingTime { holidays: ["2027-01-01".parse().unwrap()].into(), ..WorkingTime::default() };
        let check = |opened: Time, hours: i64, due: Time| assert_eq!(office.after(opened, hours * HOUR_MS), due, "{opened} + {hours} h");
        // Monday 23 November 2026.
        check(at(2026, 11, 23, 9, 30), 4, at(2026, 11, 23, 13, 30));
        check(at(2026, 11, 23, 8, 0), 9, at(2026, 11, 23, 17, 0));
        check(at(2026, 11, 23, 16, 0), 2, at(2026, 11, 24, 9, 0));
        check(at(2026, 11, 23, 22, 0), 1, at(2026, 11, 24, 9, 0));
        check(at(2026, 11, 23, 3, 0), 1, at(2026, 11, 23, 9, 0));
        // Friday evening to Monday.
        check(at(2026, 11, 27, 16, 30), 1, at(2026, 11, 30, 8, 30));
        // Thursday 31 December; New Year's day is a Friday and a holiday.
        check(at(2026, 12, 31, 16, 0), 3, at(2027, 1, 4, 10, 0));
        check(at(2026, 11, 28, 10, 0), 0, at(2026, 11, 30, 8, 0));
    }

    #[test]
    fn tet_is_as_long_as_its_list() {
        // Tết Đinh Mùi: a week from Thursday 4 February 2027.
        let holidays = (4..=10).map(|d| Day::of(at(2027, 2, d, 0, 0))).collect();
        let office = WorkingTime { holidays, ..WorkingTime::default() };
        assert_eq!(office.after(at(2027, 2, 3, 15, 0), 4 * HOUR_MS), at(2027, 2, 11, 10, 0));
    }

    #[test]
    fn an_office_that_never_works_does_not_hang() {
        let never = WorkingTime { weekdays: vec![], ..WorkingTime::default() };
        let opened = at(2026, 11, 23, 9, 0);
        assert_eq!(never.after(opened, HOUR_MS), opened.plus(HOUR_MS));
        let turned = WorkingTime { from: 17, to: 8, ..WorkingTime::default() };
        assert_eq!(turned.after(opened, HOUR_MS), opened.plus(HOUR_MS));
    }
}
