//! Which moment does a written date name?
//!
//! Reads the forms that Vietnamese newspapers, portals and feeds really publish: `Thứ hai, 12/5/2025, 08:30 (GMT+7)`,
//! `Ngày 12 tháng 5 năm 2025`, `12 Tháng Năm, 2025`, RFC 822 with `+07` or `GMT+7`, RFC 3339, and the month-first form
//! of ASP.NET. The first date in the text counts. Day comes before month, as in Vietnam, unless the text shows
//! otherwise: a clock with AM or PM marks the month-first form (`5/12/2025 8:30:00 AM` is 12 May) where no Vietnamese
//! word stands beside it, and so does a second number above 12, or a weekday that only that reading falls on.

mod clock;
mod format;
mod labels;
mod relative;
mod weekday;
mod words;

pub use format::DateFormat;
pub use labels::{Labelled, labelled};
pub use relative::relative_phrase;

use clock::{Clock, find_offset, find_time};
use weekday::{Hints, hints, weekday_of};
use words::{Token, english_month, tokenize, vietnamese_month};

/// Longest text that is looked at, in characters: a date stands at the front or is not what the text is about.
const LOOKED_AT: usize = 200;

/// A written date: what stands there, nothing assumed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// Year of the common era, 1900–2199.
    pub year: i16,
    /// Month, 1–12.
    pub month: i8,
    /// A day that this month has.
    pub day: i8,
    /// Hour, minute and second, when a clock time is given.
    pub time: Option<(i8, i8, i8)>,
    /// Offset from UTC in minutes, when a zone is given.
    pub offset_minutes: Option<i32>,
}

/// Reads the first date of `text`; `None` when it names no day that exists in the calendar.
pub fn parse_when(text: &str) -> Option<When> {
    let tokens = tokenize(&text.chars().take(LOOKED_AT).collect::<String>());
    let found = (0..tokens.len()).find_map(|at| date_at(&tokens, at).filter(|f| f.resolve(false, Hints::default()).is_some()))?;
    // A clock stands after the date, inside it (asctime) or, as often in Vietnam, before it.
    let clock = found.clock.or_else(|| find_time(&tokens, found.end, tokens.len())).or_else(|| find_time(&tokens, 0, found.start));
    let (year, month, day) = found.resolve(clock.is_some_and(|c| c.english), hints(&tokens))?;
    let offset_minutes = clock.and_then(|c| {
        let date = found.start..found.end;
        find_offset(&tokens, c.end, &date).or_else(|| find_offset(&tokens, found.end, &date))
    });
    Some(When { year, month, day, time: clock.map(|c| c.time), offset_minutes })
}

/// A date as found, before day and month are told apart.
#[derive(Clone, Copy, Debug)]
struct Found {
    year: i64,
    /// What stands first; the month when `sure`.
    first: i64,
    /// What stands second; the day when `sure`.
    second: i64,
    sure: bool,
    clock: Option<Clock>,
    start: usize,
    end: usize,
}

impl Found {
    /// Year, month and day; `english` when the clock is written with AM or PM, `hints` from the words around.
    fn resolve(&self, english: bool, hints: Hints) -> Option<(i16, i8, i8)> {
        let month_first = valid(self.year, self.first, self.second);
        let day_first = valid(self.year, self.second, self.first);
        if self.sure {
            return month_first;
        }
        let falls = |date: Option<(i16, i8, i8)>| hints.weekday.is_some() && date.map(weekday_of) == hints.weekday;
        match (falls(day_first), falls(month_first)) {
            (true, false) => day_first,
            (false, true) => month_first,
            _ if english && !hints.vietnamese => month_first.or(day_first),
            _ => day_first.or(month_first),
        }
    }
}

/// The date that starts with token `at`.
fn date_at(tokens: &[Token], at: usize) -> Option<Found> {
    let sure = |year, month, day, end| Found { year, first: month, second: day, sure: true, clock: None, start: at, end };
    match tokens.get(at)? {
        Token::Num { value, digits: 4, .. } => {
            let (month, end) = separated(tokens, at + 1)?;
            let (day, end) = separated(tokens, end)?;
            Some(sure(*value, month, day, end))
        }
        Token::Num { value, digits: 8 | 12 | 14, .. } => compact(*value, tokens.get(at)?).map(|f| Found { start: at, end: at + 1, ..f }),
        Token::Num { value: day, digits: 1 | 2, .. } => {
            if let Some((second, end)) = separated(tokens, at + 1) {
                let (year, end) = year_after_sign(tokens, end)?;
                return Some(Found { year, first: *day, second, sure: false, clock: None, start: at, end });
            }
            let next = skip(tokens, at + 1, &['-', ',', '.'], &["th", "st", "nd", "rd", "of"]);
            let (month, end) = named_month(tokens, at + 1).or_else(|| named_month(tokens, next))?;
            let end = skip(tokens, end, &['-', ',', '/', '.'], &["nam"]);
            let (year, digits) = number(tokens, end)?;
            let year = match digits {
                4 => year,
                // RFC 822 wrote two digits.
                2 if year < 70 => 2000 + year,
                2 => 1900 + year,
                _ => return None,
            };
            Some(sure(year, month, *day, end + 1))
        }
        // WordPress in Vietnamese: `Tháng Năm 12, 2025`
        Token::Word { text, .. } if matches!(text.as_str(), "thang" | "thg") => {
            let (month, end) = named_month(tokens, at)?;
            let (day, 1 | 2) = number(tokens, end)? else { return None };
            let end = skip(tokens, end + 1, &[',', '-'], &["nam"]);
            let (year, 4) = number(tokens, end)? else { return None };
            Some(sure(year, month, day, end + 1))
        }
        Token::Word { text, .. } => {
            let month = english_month(text)?;
            let at_day = skip(tokens, at + 1, &['.', '-'], &[]);
            let (day, 1 | 2) = number(tokens, at_day)? else { return None };
            let end = skip(tokens, at_day + 1, &[',', '-'], &["th", "st", "nd", "rd"]);
            if let Some((year, 4)) = number(tokens, end) {
                return Some(sure(year, month, day, end + 1));
            }
            // asctime: `May 12 08:30:00 2025`
            let clock = find_time(tokens, end, end + 1)?;
            let (year, end) = (clock.end..clock.end + 2).find_map(|i| match number(tokens, i) {
                Some((year, 4)) => Some((year, i + 1)),
                _ => None,
            })?;
            Some(Found { clock: Some(clock), ..sure(year, month, day, end) })
        }
        _ => None,
    }
}

/// `20250512`, `202505120830` or `20250512083000`.
fn compact(value: i64, token: &Token) -> Option<Found> {
    let Token::Num { digits, .. } = token else { return None };
    let seconds = match digits {
        8 => return compact_day(value, None),
        12 => value.checked_mul(100)?,
        _ => value,
    };
    let part = |divisor: i64| i8::try_from(seconds / divisor % 100).ok();
    let time = (part(10_000)?, part(100)?, part(1)?);
    let clock = (time.0 < 24 && time.1 < 60 && time.2 < 60).then_some(Clock { time, english: false, end: 0 })?;
    compact_day(seconds / 1_000_000, Some(clock))
}

fn compact_day(value: i64, clock: Option<Clock>) -> Option<Found> {
    let (year, first, second) = (value / 10_000, value / 100 % 100, value % 100);
    // Narrow, because many other numbers have eight digits.
    (1990..2100).contains(&year).then_some(Found { year, first, second, sure: true, clock, start: 0, end: 0 })
}

/// A number of one or two digits after `-`, `/` or `.`, and the place after it.
fn separated(tokens: &[Token], at: usize) -> Option<(i64, usize)> {
    match (tokens.get(at)?, number(tokens, at + 1)?) {
        (Token::Sign { sign: '-' | '/' | '.', .. }, (value, 1 | 2)) => Some((value, at + 2)),
        _ => None,
    }
}

fn year_after_sign(tokens: &[Token], at: usize) -> Option<(i64, usize)> {
    match (tokens.get(at)?, number(tokens, at + 1)?) {
        (Token::Sign { sign: '-' | '/' | '.', .. }, (value, 4)) => Some((value, at + 2)),
        _ => None,
    }
}

/// `May`, `tháng 5`, `Tháng Năm`, `thg 5`; and the place after it.
fn named_month(tokens: &[Token], at: usize) -> Option<(i64, usize)> {
    let Token::Word { text, .. } = tokens.get(at)? else { return None };
    if let Some(month) = english_month(text) {
        return Some((month, at + 1));
    }
    if !matches!(text.as_str(), "thang" | "thg" | "th") {
        return None;
    }
    let at = skip(tokens, at + 1, &['.'], &[]);
    match number(tokens, at) {
        Some((month, 1 | 2)) => Some((month, at + 1)),
        _ => vietnamese_month(tokens, at),
    }
}

fn number(tokens: &[Token], at: usize) -> Option<(i64, usize)> {
    match tokens.get(at)? {
        Token::Num { value, digits, .. } => Some((*value, *digits)),
        _ => None,
    }
}

/// The first place from `at` on that is none of the given signs and words; at most three are passed.
fn skip(tokens: &[Token], at: usize, signs: &[char], words: &[&str]) -> usize {
    let passable = |token: Option<&Token>| match token {
        Some(Token::Sign { sign, .. }) => signs.contains(sign),
        Some(Token::Word { text, .. }) => words.contains(&text.as_str()),
        _ => false,
    };
    (at..at + 3).find(|i| !passable(tokens.get(*i))).unwrap_or(at + 3)
}

/// The date, when the calendar has it.
fn valid(year: i64, month: i64, day: i64) -> Option<(i16, i8, i8)> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        1..=12 => 31,
        _ => return None,
    };
    if !(1900..2200).contains(&year) || !(1..=days).contains(&day) {
        return None;
    }
    Some((i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?))
}

#[cfg(test)]
mod tests;
