//! Which days does `date:` name? Days of the Vietnamese calendar (UTC+7), or a length of time back from now.
//!
//! Read without a clock: what counts from now is resolved when the moment is known, by [`Dates::span`].

use std::fmt;

const DAY_MS: i64 = 86_400_000;
/// Vietnam is seven hours ahead of UTC, without summer time.
const AHEAD_MS: i64 = 7 * 3_600_000;
const MINUTE_MS: i64 = 60_000;
/// Years that are read as such, as in texts.
const YEARS: std::ops::RangeInclusive<i64> = 1900..=2199;
/// Longest length of time: longer than any archive.
const MOST_MONTHS: i64 = 12 * 100;
const MOST_DAYS: i64 = 366 * 100;
const FORMS: &str = "ví dụ date:2026-11-05, date:5/11/2026, date:2026-11, date:2026-11-01..2026-11-07, date:P7D";

/// A day, in days since 1970-01-01 of the Vietnamese calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DayNumber(pub i32);

/// Days that a document may have been published on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dates {
    /// From the first to the last one, both included; `None`: without end on that side, never on both.
    Days(Option<DayNumber>, Option<DayNumber>),
    /// Not longer ago than this.
    Past {
        /// Months of the calendar, 0–1200.
        months: u16,
        /// Days of 24 hours, 0–36600.
        days: u16,
        /// Minutes on top, less than a day.
        minutes: u16,
    },
}

/// What is wrong with a date, and how it could be written.
pub(super) type Wrong = (String, Option<String>);

impl Dates {
    /// Reads what stands after `date:`.
    pub(super) fn parse(text: &str) -> Result<Self, Wrong> {
        if text.starts_with(['P', 'p']) {
            return past(text);
        }
        if let Some(fixed) = unmarked_past(text) {
            return Err((format!("«{text}»: khoảng thời gian tính ngược từ bây giờ bắt đầu bằng P"), Some(fixed)));
        }
        let Some((left, right)) = text.split_once("..") else {
            let (first, last) = stretch(text)?;
            return Ok(Self::Days(Some(first), Some(last)));
        };
        let side = |own: &str, other: &str, join: &dyn Fn(&str) -> String| match own.is_empty() {
            true => Ok(None),
            false => stretch(own).map(Some).map_err(|(reason, fixed)| (reason, fixed.or_else(|| with_year(own, other)).map(|f| join(&f)))),
        };
        let from = side(left, right, &|fixed| format!("{fixed}..{right}"))?;
        let to = side(right, left, &|fixed| format!("{left}..{fixed}"))?;
        match (from.map(|f| f.0), to.map(|t| t.1)) {
            (None, None) => Err((format!("khoảng ngày cần ít nhất một đầu, {FORMS}"), None)),
            (Some(first), Some(last)) if first > last => {
                Err(("ngày đầu đứng sau ngày cuối; hãy đổi chỗ hai ngày".into(), Some(format!("{right}..{left}"))))
            }
            (first, last) => Ok(Self::Days(first, last)),
        }
    }

    /// The first moment and the moment after the last one, in milliseconds since 1970-01-01T00:00:00Z, as seen at `now`. A
    /// length of time has no end: clocks of publishers run ahead. It counts back from the beginning of this minute: who asks the same
    /// again within it asks for the same documents, and is answered from what was found before.
    pub fn span(&self, now: i64) -> (Option<i64>, Option<i64>) {
        let begin = |day: i64| day * DAY_MS - AHEAD_MS;
        match *self {
            Self::Days(first, last) => (first.map(|d| begin(i64::from(d.0))), last.map(|d| begin(i64::from(d.0) + 1))),
            Self::Past { months, days, minutes } => {
                let local = now.saturating_add(AHEAD_MS);
                let (day, clock) = (local.div_euclid(DAY_MS), local.rem_euclid(DAY_MS));
                let clock = clock - clock % MINUTE_MS;
                let (year, month, date) = civil(day);
                let month = year * 12 + month - 1 - i64::from(months);
                let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
                let day = number(year, month, date.min(days_in(year, month))) - i64::from(days);
                (Some(begin(day) + clock - i64::from(minutes) * MINUTE_MS), None)
            }
        }
    }

    /// Whether a moment lies in it, as seen at `now`.
    pub fn hold(&self, at: i64, now: i64) -> bool {
        let (from, before) = self.span(now);
        from.is_none_or(|f| at >= f) && before.is_none_or(|b| at < b)
    }
}

impl fmt::Display for DayNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(i64::from(self.0));
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Display for Dates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Days(Some(first), Some(last)) if first == last => write!(f, "{first}"),
            Self::Days(first, last) => {
                let shown = |day: Option<DayNumber>| day.map_or(String::new(), |d| d.to_string());
                write!(f, "{}..{}", shown(first), shown(last))
            }
            Self::Past { months, days, minutes } => {
                f.write_str("P")?;
                for (value, unit) in [(months, "M"), (days, "D")] {
                    if value > 0 {
                        write!(f, "{value}{unit}")?;
                    }
                }
                if minutes > 0 {
                    write!(f, "T{minutes}M")?;
                }
                Ok(())
            }
        }
    }
}

/// First and last day of a day, a month or a year.
fn stretch(text: &str) -> Result<(DayNumber, DayNumber), Wrong> {
    let unread = || (format!("«{text}» không phải là ngày, {FORMS}"), None);
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let numbers = parts.iter().map(|p| (p.len() <= 4 && p.bytes().all(|b| b.is_ascii_digit())).then(|| p.parse::<i64>().ok()).flatten());
    let numbers: Vec<i64> = numbers.collect::<Option<_>>().ok_or_else(unread)?;
    let year_first = parts.first().is_some_and(|p| p.len() == 4);
    let year_last = parts.last().is_some_and(|p| p.len() == 4);
    let (year, month, day) = match *numbers.as_slice() {
        [year] if year_first => (year, None, None),
        [year, month] if year_first => (year, Some(month), None),
        [month, year] if year_last => (year, Some(month), None),
        [year, month, day] if year_first => (year, Some(month), Some(day)),
        [day, month, year] if year_last => (year, Some(month), Some(day)),
        [_, _] => return Err((format!("«{text}» thiếu năm, {FORMS}"), None)),
        _ => return Err(unread()),
    };
    if !YEARS.contains(&year) {
        return Err((format!("năm {year} ngoài khoảng {} đến {}", YEARS.start(), YEARS.end()), None));
    }
    let written = |month: i64, day: Option<i64>| match day {
        Some(day) => format!("{year:04}-{month:02}-{day:02}"),
        None => format!("{year:04}-{month:02}"),
    };
    let Some(month) = month else { return Ok((whole(year, 1, 1), whole(year, 12, 31))) };
    if !(1..=12).contains(&month) {
        // Day and month changed places, as Americans write.
        let fixed = day.filter(|d| (1..=12).contains(d) && (1..=days_in(year, *d)).contains(&month)).map(|d| written(d, Some(month)));
        return Err((format!("không có tháng {month}; ngày đứng trước tháng: 5/11/2026 là ngày 5 tháng 11"), fixed));
    }
    let last = days_in(year, month);
    match day {
        None => Ok((whole(year, month, 1), whole(year, month, last))),
        Some(day) if (1..=last).contains(&day) => Ok((whole(year, month, day), whole(year, month, day))),
        Some(day) => Err((format!("tháng {month}/{year} không có ngày {day}"), Some(written(month, Some(day.clamp(1, last)))))),
    }
}

/// A day without a year, with that of the other end.
fn with_year(own: &str, other: &str) -> Option<String> {
    let year = other.split(['-', '/', '.']).find(|p| p.len() == 4 && p.bytes().all(|b| b.is_ascii_digit()))?;
    let fixed = format!("{}/{year}", own.replace(['-', '.'], "/"));
    stretch(&fixed).is_ok().then_some(fixed)
}

/// `7D` → `P7D`.
fn unmarked_past(text: &str) -> Option<String> {
    let fixed = format!("P{}", text.to_ascii_uppercase());
    past(&fixed).is_ok().then_some(fixed)
}

/// An ISO 8601 duration of whole numbers.
fn past(text: &str) -> Result<Dates, Wrong> {
    let wrong = || (format!("«{text}» không phải là khoảng thời gian, ví dụ P7D (7 ngày), P2W, P3M, P1Y, PT6H"), None);
    let upper = text.to_ascii_uppercase();
    let (mut months, mut days, mut minutes) = (0i64, 0i64, 0i64);
    let (mut digits, mut clock, mut read) = (String::new(), false, false);
    for c in upper.chars().skip(1) {
        if c.is_ascii_digit() && digits.len() < 6 {
            digits.push(c);
            continue;
        }
        if c == 'T' && !clock && digits.is_empty() {
            clock = true;
            continue;
        }
        let value: i64 = digits.parse().map_err(|_| wrong())?;
        match (clock, c) {
            (false, 'Y') => months += 12 * value,
            (false, 'M') => months += value,
            (false, 'W') => days += 7 * value,
            (false, 'D') => days += value,
            (true, 'H') => minutes += 60 * value,
            (true, 'M') => minutes += value,
            _ => return Err(wrong()),
        }
        digits.clear();
        read = true;
    }
    days += minutes / 1440;
    minutes %= 1440;
    if !digits.is_empty() || !read || months + days + minutes == 0 {
        return Err(wrong());
    }
    if months > MOST_MONTHS || days > MOST_DAYS {
        return Err((format!("«{text}» dài quá 100 năm; hãy rút ngắn"), None));
    }
    Ok(Dates::Past { months: months as u16, days: days as u16, minutes: minutes as u16 })
}

fn whole(year: i64, month: i64, day: i64) -> DayNumber {
    DayNumber(number(year, month, day) as i32)
}

/// Days since 1970-01-01 of a Gregorian day: `days_from_civil` of Howard Hinnant, "chrono-compatible low-level date algorithms".
fn number(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a day number: `civil_from_days` of the same.
fn civil(day: i64) -> (i64, i64, i64) {
    let day = day + 719_468;
    let (era, of_era) = (day.div_euclid(146_097), day.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let date = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, date)
}

fn days_in(year: i64, month: i64) -> i64 {
    let (next_year, next) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    number(next_year, next, 1) - number(year, month, 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_are_read() {
        for (text, expected) in [
            ("2026-11-05", "2026-11-05"),
            ("5/11/2026", "2026-11-05"),
            ("5.11.2026", "2026-11-05"),
            ("2026-11", "2026-11-01..2026-11-30"),
            ("2/2024", "2024-02-01..2024-02-29"),
            ("2026", "2026-01-01..2026-12-31"),
            ("2026-11-01..2026-11-07", "2026-11-01..2026-11-07"),
            ("1/11/2026..7/11/2026", "2026-11-01..2026-11-07"),
            ("2026-10..11/2026", "2026-10-01..2026-11-30"),
            ("2026-11-01..", "2026-11-01.."),
            ("..2026-11-07", "..2026-11-07"),
            ("P7D", "P7D"),
            ("p2w", "P14D"),
            ("P1Y3M", "P15M"),
            ("PT6H", "PT360M"),
            ("P1DT25H", "P2DT60M"),
        ] {
            assert_eq!(Dates::parse(text).map(|d| d.to_string()), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn wrong_days_are_mended() {
        for (text, said, fixed) in [
            ("31/11/2026", "không có ngày 31", Some("2026-11-30")),
            ("29/2/2026", "không có ngày 29", Some("2026-02-28")),
            ("11/25/2026", "không có tháng 25", Some("2026-11-25")),
            ("2026-11-07..2026-11-01", "đổi chỗ", Some("2026-11-01..2026-11-07")),
            ("1/11..7/11/2026", "thiếu năm", Some("1/11/2026..7/11/2026")),
            ("7d", "bắt đầu bằng P", Some("P7D")),
            ("hôm", "không phải là ngày", None),
            ("1/11", "thiếu năm", None),
            ("..", "ít nhất một đầu", None),
            ("P", "không phải là khoảng", None),
            ("P0D", "không phải là khoảng", None),
            ("P999Y", "100 năm", None),
            ("1066", "ngoài khoảng", None),
        ] {
            let (reason, proposal) = Dates::parse(text).expect_err(text);
            assert!(reason.contains(said), "{text}: {reason}");
            assert_eq!(proposal.as_deref(), fixed, "{text}");
        }
    }

    #[test]
    fn days_begin_at_vietnamese_midnight_and_lengths_count_back() {
        let span = |text: &str, now| Dates::parse(text).unwrap().span(now);
        // 2026-11-05T00:00:00+07:00
        let midnight = 1_793_811_600_000;
        assert_eq!(span("2026-11-05", 0), (Some(midnight), Some(midnight + DAY_MS)));
        assert_eq!(span("..2026-11-05", 0), (None, Some(midnight + DAY_MS)));
        assert_eq!(span("P7D", midnight), (Some(midnight - 7 * DAY_MS), None));
        assert_eq!(span("PT6H", midnight), (Some(midnight - DAY_MS / 4), None));
        assert_eq!(span("PT6H", midnight + MINUTE_MS - 1), span("PT6H", midnight), "the same minute");
        assert_ne!(span("PT6H", midnight + MINUTE_MS), span("PT6H", midnight));
        assert_eq!(span("P1M", midnight).0, span("2026-10-05", 0).0);
        // 31 March less one month is the end of February.
        let (march, _) = span("2026-03-31", 0);
        assert_eq!(span("P1M", march.unwrap()).0, span("2026-02-28", 0).0);
    }

    proptest! {
        #[test]
        fn calendar_goes_there_and_back(day in -30_000i64..90_000) {
            let (year, month, date) = civil(day);
            prop_assert_eq!(number(year, month, date), day);
            prop_assert!((1..=days_in(year, month)).contains(&date));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "[0-9PpTDWMYH./-]{0,24}") {
            match Dates::parse(&text) {
                Ok(dates) => prop_assert_eq!(Dates::parse(&dates.to_string()), Ok(dates)),
                Err((_, Some(fixed))) => prop_assert!(Dates::parse(&fixed).is_ok() || fixed.contains(".."), "{}", fixed),
                Err((reason, None)) => prop_assert!(!reason.is_empty()),
            }
        }
    }
}
