//! On which days is something expected that the press writes about?

use kiemtin_model::Day;
use serde::Serialize;

/// Most days that may be asked for at once: some ten years.
pub const MOST_DAYS: i64 = 4_000;

/// Everything that is expected.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    /// In the order of the files.
    pub events: Vec<CalendarEvent>,
}

/// Something that is expected once or again and again.
#[derive(Clone, Debug, PartialEq)]
pub struct CalendarEvent {
    /// Stable id.
    pub id: String,
    /// In words.
    pub title: String,
    /// Days on which it begins.
    pub begins: Begins,
    /// How many days it takes, from 1.
    pub days: u8,
    /// It does not begin before this day.
    pub since: Option<Day>,
    /// It does not begin after this day.
    pub until: Option<Day>,
    /// Topics that it concerns; none: all of them.
    pub topics: Vec<String>,
    /// The policy whose event it is.
    pub policy: Option<String>,
}

/// When something begins.
#[derive(Clone, Debug, PartialEq)]
pub enum Begins {
    /// On these days.
    On(Vec<Day>),
    /// Every week on this day: 0 is Monday.
    Weekly(u8),
    /// Every month on this day of the month.
    Monthly(i8),
    /// Every year on this day of this month: (month, day).
    Yearly(i8, i8),
}

/// A day of something expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Occurrence {
    /// Id of the event.
    pub event: String,
    /// In words.
    pub title: String,
    /// The day, in days since 1970-01-01 of the Vietnamese calendar.
    pub day: i64,
    /// Which day of the event it is, from 1.
    pub nth: u8,
    /// Topics that it concerns; none: all of them.
    pub topics: Vec<String>,
    /// The policy whose event it is.
    pub policy: Option<String>,
}

impl Begins {
    fn holds(&self, day: Day) -> bool {
        match self {
            Self::On(days) => days.contains(&day),
            Self::Weekly(weekday) => day.weekday() == *weekday,
            Self::Monthly(of_month) => day.month_and_day().1 == *of_month,
            Self::Yearly(month, of_month) => day.month_and_day() == (*month, *of_month),
        }
    }
}

impl CalendarEvent {
    /// The first day on or after this one on which it begins, within [`MOST_DAYS`].
    pub fn next(&self, from: Day) -> Option<Day> {
        (from.0..from.0.saturating_add(MOST_DAYS)).map(Day).find(|day| self.begins_on(*day))
    }

    fn begins_on(&self, day: Day) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until) && self.begins.holds(day)
    }
}

impl Calendar {
    /// What is expected from one day to another, both included, by day; at most [`MOST_DAYS`] days from the first.
    pub fn occurrences(&self, from_day: i64, to_day: i64) -> Vec<Occurrence> {
        let to_day = to_day.min(from_day.saturating_add(MOST_DAYS));
        let mut found = vec![];
        for event in &self.events {
            let longest = i64::from(event.days);
            for begin in (from_day.saturating_sub(longest - 1)..=to_day).filter(|day| event.begins_on(Day(*day))) {
                for nth in 0..event.days {
                    let day = begin + i64::from(nth);
                    if (from_day..=to_day).contains(&day) {
                        found.push(event.on(day, nth + 1));
                    }
                }
            }
        }
        found.sort_by_key(|o| o.day);
        found
    }
}

impl CalendarEvent {
    fn on(&self, day: i64, nth: u8) -> Occurrence {
        let (event, title) = (self.id.clone(), self.title.clone());
        Occurrence { event, title, day, nth, topics: self.topics.clone(), policy: self.policy.clone() }
    }
}
