//! How much was written about a subject in each hour, and how much in all?

/// Days that say what is usual: four weeks.
pub const BASELINE_DAYS: i64 = 28;
/// Days before today that are judged with it: a story that rises slowly is followed through them.
pub const JUDGED_DAYS: i64 = 2;
/// Days that a judgement reads before the day of its hour.
pub const READ_DAYS: i64 = BASELINE_DAYS + JUDGED_DAYS;

/// Vietnam is seven hours ahead of UTC.
const AHEAD: i64 = 7;

/// What was counted in an hour, weighted 1 per source and group of copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hour {
    /// Of the subject.
    pub subject: u32,
    /// Of all coverage, the subject included.
    pub all: u32,
}

/// Hours of a subject, without a gap: those in which nothing was counted are 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Series {
    /// Number of the first hour, since 1970 (UTC).
    pub first: i64,
    /// The hours from then on.
    pub hours: Vec<Hour>,
}

impl Series {
    /// What was counted in this hour; nothing outside the series.
    pub fn at(&self, hour: i64) -> Hour {
        usize::try_from(hour - self.first).ok().and_then(|i| self.hours.get(i)).copied().unwrap_or_default()
    }

    /// Sum of the hours from `from` until before `to`.
    pub fn sum(&self, from: i64, to: i64) -> Hour {
        (from..to).map(|h| self.at(h)).fold(Hour::default(), |a, b| Hour { subject: a.subject + b.subject, all: a.all + b.all })
    }
}

/// Number of the Vietnamese day that an hour is in, as `Time::day_number` gives it.
pub fn day_of(hour: i64) -> i64 {
    (hour + AHEAD).div_euclid(24)
}

/// Hour of the Vietnamese day, 0 to 23.
pub fn hour_of_day(hour: i64) -> usize {
    (hour + AHEAD).rem_euclid(24) as usize
}

/// The first hour of a Vietnamese day.
pub(super) fn first_hour(day: i64) -> i64 {
    day * 24 - AHEAD
}

/// Day of the week, 0 for Monday.
pub(super) fn weekday(day: i64) -> usize {
    // Day 0, 1970-01-01, was a Thursday.
    (day + 3).rem_euclid(7) as usize
}

/// The first hour that a judgement of `hour` reads.
pub fn read_from(hour: i64) -> i64 {
    first_hour(day_of(hour) - READ_DAYS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_vietnamese() {
        // 2026-11-22T17:00Z is Monday the 23rd, 00:00 in Vietnam.
        let hour = 1_795_366_800_000 / 3_600_000;
        assert_eq!((hour_of_day(hour), weekday(day_of(hour)), first_hour(day_of(hour))), (0, 0, hour));
        assert_eq!((hour_of_day(hour - 1), weekday(day_of(hour - 1))), (23, 6));
        assert_eq!(read_from(hour + 23), hour - 30 * 24);
    }

    #[test]
    fn nothing_is_counted_outside() {
        let series = Series { first: 10, hours: vec![Hour { subject: 1, all: 5 }, Hour { subject: 2, all: 7 }] };
        assert_eq!((series.at(9), series.at(11)), (Hour::default(), Hour { subject: 2, all: 7 }));
        assert_eq!(series.sum(0, 100), Hour { subject: 3, all: 12 });
    }
}
