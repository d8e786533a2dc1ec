//! Which days, months and years does a text name, and which lengths of time?
//!
//! `12/5/2025`, `12-05-2025`, `ngày 12 tháng 5 năm 2025`, `10/5`, `tháng 5/2025`, `năm 2019`, `tháng 10 năm ngoái`,
//! `2025-05-10`, `10 May 2025`, with the bytes they stand at. Nothing is assumed: what is not written is `None`.
//! For a field that holds one date and nothing else see [`crate::date`].

mod durations;
mod words;

pub use durations::{Duration, durations};

use crate::number::words::{NUMERALS, Numeral};
use crate::scan::{Scanned, Token};
use words::{WORDS, Word};

/// A full or partial date as it stands in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateSpan {
    /// First byte, the word `ngày`, `tháng` or `năm` before the digits included.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
    /// Year, 1900–2199.
    pub year: Option<i16>,
    /// Month as written; 1–12 unless the date is impossible.
    pub month: Option<i8>,
    /// Day as written; one that the month has unless the date is impossible.
    pub day: Option<i8>,
    /// Years from the year of writing, when the text says `năm nay` (0), `năm ngoái` (-1), `năm sau` (1) instead of a year.
    pub relative_year: Option<i8>,
    /// The calendar has such a day: false for 31/4 or 30/2.
    pub possible: bool,
}

/// Years that are read as such.
const YEARS: std::ops::RangeInclusive<i64> = 1900..=2199;

/// All dates of a text, in order; none overlaps another.
pub fn dates(scanned: &Scanned<'_>) -> Vec<DateSpan> {
    let mut found = vec![];
    let bytes = scanned.text.as_bytes();
    let mut at = 0;
    while let Some(token) = scanned.tokens.get(at) {
        // English dates may begin with the month, Vietnamese months may be words: both stand beside a token looked at here.
        let looked = bytes.get(token.start as usize).is_some_and(u8::is_ascii_digit);
        let read = if looked { date_at(scanned, at) } else { month_in_words(scanned, at) };
        match read {
            Some((date, next)) => {
                found.push(date);
                at = next.max(at + 1);
            }
            None => at += 1,
        }
    }
    found
}

/// The date whose first digits are token `at`, and the token after it.
pub(crate) fn date_at(scanned: &Scanned<'_>, at: usize) -> Option<(DateSpan, usize)> {
    let reader = Reader { scanned };
    let number = reader.number(at)?;
    if number.digits > 4 {
        return None;
    }
    let before = reader.before(at);
    reader.numeric(at, number, before).or_else(|| reader.worded(at, number, before)).or_else(|| reader.english(at, number))
}

/// `tháng Năm`, `tháng mười hai năm 2024`: only where it cannot be a number of months.
fn month_in_words(scanned: &Scanned<'_>, at: usize) -> Option<(DateSpan, usize)> {
    let token = scanned.tokens.get(at)?;
    if !matches!(WORDS.get(token)?.0, Word::Month) {
        return None;
    }
    let reader = Reader { scanned };
    let every = at.checked_sub(1).and_then(|i| reader.word(i)).is_some_and(|w| matches!(w, Word::Every | Word::Number));
    let before_number = at.checked_sub(1).and_then(|i| scanned.tokens.get(i)).is_some_and(|t| NUMERALS.get(t).is_some());
    if every || before_number {
        return None;
    }
    let (month, next) = reader.month_word(at + 1)?;
    let mut date = DateSpan { month: Some(month), ..empty(token.start as usize, reader.end(next)) };
    let next = reader.year_after(&mut date, next);
    Some((date, next))
}

fn empty(start: usize, end: usize) -> DateSpan {
    DateSpan { start, end, year: None, month: None, day: None, relative_year: None, possible: true }
}

/// Digits of one token.
#[derive(Clone, Copy)]
struct Number {
    value: i64,
    digits: usize,
}

struct Reader<'a, 'b> {
    scanned: &'a Scanned<'b>,
}

impl Reader<'_, '_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.scanned.tokens.get(at)
    }

    fn number(&self, at: usize) -> Option<Number> {
        let word = self.scanned.word(self.token(at)?);
        let value =
            (word.len() <= 5).then(|| word.bytes().try_fold(0i64, |n, b| b.is_ascii_digit().then(|| n * 10 + i64::from(b - b'0'))))??;
        Some(Number { value, digits: word.len() })
    }

    fn word(&self, at: usize) -> Option<Word> {
        // «Việt Nam 2025» names no year.
        WORDS.get(self.token(at)?).filter(|(_, loose)| !loose || self.scanned.unaccented()).map(|(word, _)| word)
    }

    /// The word right before a token, nothing but spaces between.
    fn before(&self, at: usize) -> Option<Word> {
        let before = at.checked_sub(1)?;
        if self.gap(at)?.trim_matches([' ', '\u{a0}']).is_empty() { self.word(before) } else { None }
    }

    /// What stands between a token and the one before.
    fn gap(&self, at: usize) -> Option<&str> {
        let (before, token) = (self.token(at.checked_sub(1)?)?, self.token(at)?);
        self.scanned.text.get(before.end as usize..token.start as usize)
    }

    /// The sign, with or without a space on each side, between a token and the one before.
    fn sign(&self, at: usize) -> Option<char> {
        let gap = self.gap(at)?;
        let mut inner = gap.trim_matches(' ').chars();
        let sign = inner.next()?;
        (inner.next().is_none() && gap.len() <= 3 && matches!(sign, '/' | '-' | '.')).then_some(sign)
    }

    fn spaced(&self, at: usize) -> bool {
        self.gap(at).is_some_and(|g| g.len() <= 4 && g.trim_matches([' ', '\u{a0}']).is_empty())
    }

    fn end(&self, next: usize) -> usize {
        next.checked_sub(1).and_then(|i| self.token(i)).map_or(0, |t| t.end as usize)
    }

    /// First byte of a date at token `at`: that of the word of dates before it.
    fn start(&self, at: usize, before: Option<Word>) -> usize {
        let from = if matches!(before, Some(Word::Day | Word::Month | Word::Year)) { at.saturating_sub(1) } else { at };
        self.token(from).map_or(0, |t| t.start as usize)
    }

    /// What comes next makes it something else: a document number, a longer row of numbers, a decimal.
    fn goes_on(&self, next: usize) -> bool {
        self.gap(next).is_some_and(|g| matches!(g, "/" | "." | "-" | ",") && (g == "/" || self.number(next).is_some()))
    }

    /// `12/5/2025`, `2025-05-10`, `10/5`, `5/2025`.
    fn numeric(&self, at: usize, first: Number, before: Option<Word>) -> Option<(DateSpan, usize)> {
        // The tail of a longer row is no date of its own.
        if self.gap(at).is_some_and(|g| matches!(g, "/" | "." | ",")) && self.number(at - 1).is_some() {
            return None;
        }
        let sign = self.sign(at + 1)?;
        let second = self.number(at + 1)?;
        let start = self.start(at, before);
        let third = self.number(at + 2).filter(|_| self.sign(at + 2) == Some(sign));
        if let Some(third) = third {
            let goes_on = self.goes_on(at + 3);
            let (year, month, day) = match (first, second, third) {
                (y, m, d) if YEARS.contains(&y.value) && y.digits == 4 && m.digits <= 2 && d.digits <= 2 => (y.value, m.value, d.value),
                (d, m, y) if d.digits <= 2 && m.digits <= 2 && y.digits == 4 && YEARS.contains(&y.value) => (y.value, m.value, d.value),
                (d, m, y) if d.digits <= 2 && m.digits <= 2 && y.digits == 2 && sign == '/' && d.value <= 31 && m.value <= 12 => {
                    (2000 + y.value, m.value, d.value)
                }
                _ => return None,
            };
            // Month first, as in English.
            let (month, day) = if month > 12 && day <= 12 { (day, month) } else { (month, day) };
            let date = full(start, self.end(at + 3), Some(year as i16), month as i8, day as i8);
            return (!goes_on).then_some((date, at + 3));
        }
        if before == Some(Word::Number) || self.goes_on(at + 2) {
            return None;
        }
        if first.digits <= 2 && second.digits == 4 && YEARS.contains(&second.value) && (sign == '/' || before == Some(Word::Month)) {
            let end = self.end(at + 2);
            // «quý 2/2025» names a quarter: only the year is sure.
            if before == Some(Word::Quarter) {
                return Some((DateSpan { year: Some(second.value as i16), ..empty(start, end) }, at + 2));
            }
            let month = (1..=12).contains(&first.value).then_some(first.value as i8)?;
            return Some((DateSpan { year: Some(second.value as i16), month: Some(month), ..empty(start, end) }, at + 2));
        }
        if sign != '/' || first.digits > 2 || second.digits > 2 || !(1..=31).contains(&first.value) || !(1..=12).contains(&second.value) {
            return None;
        }
        // `1/3`, `2/5` are fractions unless something says that they are dates; `24/7` means always.
        let cued = matches!(before, Some(Word::Day | Word::Cue)) || first.digits == 2 && self.padded(at) || self.padded(at + 1);
        let fraction = first.value < second.value || (first.value, second.value) == (24, 7);
        let mut date = full(start, self.end(at + 2), None, second.value as i8, first.value as i8);
        if !cued && fraction {
            return None;
        }
        let next = self.year_after(&mut date, at + 2);
        Some((date, next))
    }

    /// Written with a leading zero.
    fn padded(&self, at: usize) -> bool {
        self.token(at).is_some_and(|t| self.scanned.word(t).starts_with('0'))
    }

    /// `ngày 12 tháng 5 năm 2025`, `tháng 5 năm 2025`, `tháng 5`, `năm 2019`, `ngày 12`.
    fn worded(&self, at: usize, first: Number, before: Option<Word>) -> Option<(DateSpan, usize)> {
        let start = self.start(at, before);
        if first.digits == 4 {
            let year = YEARS.contains(&first.value).then_some(first.value as i16)?;
            let named = matches!(before, Some(Word::Year | Word::English));
            let decimal = self.goes_on(at + 1) && self.gap(at + 1).is_some_and(|g| g != "-");
            return (named && !decimal).then(|| (DateSpan { year: Some(year), ..empty(start, self.end(at + 1)) }, at + 1));
        }
        let decimal = self.gap(at + 1).is_some_and(|g| matches!(g, "." | ",")) && self.number(at + 1).is_some();
        if first.digits > 2 || decimal {
            return None;
        }
        let month_follows = self.spaced(at + 1) && self.word(at + 1) == Some(Word::Month);
        if month_follows && (1..=31).contains(&first.value) {
            let numbered =
                self.number(at + 2).filter(|n| self.spaced(at + 2) && (1..=12).contains(&n.value)).map(|n| (n.value as i8, at + 3));
            if let Some((month, next)) = numbered.or_else(|| self.month_word(at + 2)) {
                let mut date = full(start, self.end(next), None, month, first.value as i8);
                let next = self.year_after(&mut date, next);
                return Some((date, next));
            }
        }
        match before {
            Some(Word::Month) if (1..=12).contains(&first.value) && !self.counted(at) => {
                let mut date = DateSpan { month: Some(first.value as i8), ..empty(start, self.end(at + 1)) };
                let next = self.year_after(&mut date, at + 1);
                Some((date, next))
            }
            Some(Word::Day) if (1..=31).contains(&first.value) && !self.counted(at) => {
                Some((DateSpan { day: Some(first.value as i8), ..empty(start, self.end(at + 1)) }, at + 1))
            }
            _ => None,
        }
    }

    /// «mỗi tháng 5 triệu», «tháng 2 lần», «một ngày 2 bữa»: the number counts something.
    fn counted(&self, at: usize) -> bool {
        let every = at.checked_sub(2).and_then(|i| self.word(i)).is_some_and(|w| matches!(w, Word::Every | Word::Number));
        let scale = self.token(at + 1).filter(|t| !t.after_break && self.spaced(at + 1)).is_some_and(|t| {
            let word = self.scanned.composed(t);
            matches!(NUMERALS.get(t), Some((Numeral::Scale(_) | Numeral::Hundred, _)))
                || matches!(word.as_ref(), "lần" | "đồng" | "kWh" | "lan" | "dong")
        });
        let percent = self.scanned.text.get(self.end(at + 1)..).is_some_and(|r| r.trim_start_matches(' ').starts_with('%'));
        let numbered = at.checked_sub(2).and_then(|i| self.number(i)).is_some();
        every || scale || percent || numbered
    }

    /// `May 10, 2025`, `10 May 2025`, `May 2025`.
    fn english(&self, at: usize, first: Number) -> Option<(DateSpan, usize)> {
        let named = |i: usize| {
            let word = self.word(i)?;
            let capital = self.token(i).is_some_and(|t| self.scanned.word(t).starts_with(|c: char| c.is_ascii_uppercase()));
            match word {
                Word::Named(month) if capital => Some(month),
                _ => None,
            }
        };
        let year_at = |i: usize| {
            let joined = self.gap(i).is_some_and(|g| matches!(g, " " | ", " | ","));
            self.number(i).filter(|n| joined && n.digits == 4 && YEARS.contains(&n.value)).map(|n| n.value as i16)
        };
        let before = at.checked_sub(1).filter(|_| self.spaced(at)).and_then(named);
        let month_start = |at: usize| self.token(at - 1).map_or(0, |t| t.start as usize);
        match before {
            Some(month) if first.digits == 4 && YEARS.contains(&first.value) => {
                Some((DateSpan { year: Some(first.value as i16), month: Some(month), ..empty(month_start(at), self.end(at + 1)) }, at + 1))
            }
            Some(month) if (1..=31).contains(&first.value) && first.digits <= 2 => {
                let year = year_at(at + 1);
                let next = at + 1 + usize::from(year.is_some());
                Some((full(month_start(at), self.end(next), year, month, first.value as i8), next))
            }
            _ => {
                let month = named(at + 1).filter(|_| self.spaced(at + 1) && (1..=31).contains(&first.value) && first.digits <= 2)?;
                let year = year_at(at + 2);
                let next = at + 2 + usize::from(year.is_some());
                Some((full(self.start(at, None), self.end(next), year, month, first.value as i8), next))
            }
        }
    }

    /// A month in words at token `at`: its number and the token after it.
    fn month_word(&self, at: usize) -> Option<(i8, usize)> {
        if !self.spaced(at) {
            return None;
        }
        let digit = |i: usize| self.token(i).and_then(|t| NUMERALS.get(t)).filter(|(_, loose)| !loose).map(|(n, _)| n);
        let token = self.token(at)?;
        let month = match digit(at) {
            Some(Numeral::Ten) => match digit(at + 1).filter(|_| self.spaced(at + 1)) {
                Some(Numeral::Digit(d @ 1..=2)) => return Some((10 + d as i8, at + 2)),
                _ => 10,
            },
            Some(Numeral::Digit(d @ 1..=9)) => d as i8,
            _ => return None,
        };
        // «ba tháng năm nay», «tháng một lần», «tháng hai lần»: no month.
        let next = self.token(at + 1).map(|t| self.scanned.composed(t));
        let capital = self.scanned.word(token).starts_with(char::is_uppercase);
        let counted = matches!(
            next.as_deref(),
            Some("nay" | "ngoái" | "sau" | "trước" | "tới" | "qua" | "lần" | "nghìn" | "ngàn" | "triệu" | "trăm")
        );
        let year = self.number(at + 1).is_some();
        (capital || !counted && !year).then_some((month, at + 1))
    }

    /// The year that follows: ` năm 2025`, `/2025`, `, 2025`, ` năm ngoái`.
    fn year_after(&self, date: &mut DateSpan, next: usize) -> usize {
        let year = |at: usize| self.number(at).filter(|n| n.digits == 4 && YEARS.contains(&n.value)).map(|n| n.value as i16);
        let named = self.word(next) == Some(Word::Year) && self.gap(next).is_some_and(|g| matches!(g, " " | "\u{a0}" | ", " | "  "));
        let plain = self.gap(next).is_some_and(|g| matches!(g, "/" | ", " | "-" | "." | " ")).then(|| year(next)).flatten();
        let (at, value) = match (named, plain) {
            (true, _) => (next + 1, year(next + 1).filter(|_| self.spaced(next + 1))),
            (false, value) => (next, value),
        };
        if let Some(value) = value {
            let (month, day) = (date.month, date.day);
            *date = match (month, day) {
                (Some(month), Some(day)) => full(date.start, self.end(at + 1), Some(value), month, day),
                _ => DateSpan { year: Some(value), end: self.end(at + 1), ..*date },
            };
            return at + 1;
        }
        let relative = match self.word(at).filter(|_| named) {
            Some(Word::Now) => Some(0),
            Some(Word::Past) => Some(-1),
            Some(Word::Cue) => match self.token(at).map(|t| self.scanned.composed(t)).as_deref() {
                Some("trước" | "truoc") => Some(-1),
                Some("sau" | "tới" | "toi") => Some(1),
                _ => None,
            },
            _ => None,
        };
        if relative.is_some() {
            (date.relative_year, date.end) = (relative, self.end(at + 1));
            return at + 1;
        }
        next
    }
}

fn full(start: usize, end: usize, year: Option<i16>, month: i8, day: i8) -> DateSpan {
    let possible = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    DateSpan { start, end, year, month: Some(month), day: Some(day), relative_year: None, possible }
}

/// Days of a month; February has 29 when the year is not said.
fn days_in(year: Option<i16>, month: i8) -> i8 {
    let leap = year.is_none_or(|y| y % 4 == 0 && (y % 100 != 0 || y % 400 == 0));
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests;
