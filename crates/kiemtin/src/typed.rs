//! What of the command line can nothing be done with? Queries and days as people type them.

use kiemtin_model::Time;
use kiemtin_model::time::DAY_MS;
use kiemtin_text::query::{self, Query};
use std::fmt;

/// Something was typed wrong; the words are for the person who typed it. Ends the program with 2.
#[derive(Debug)]
pub struct Wrong(pub String);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

/// A query.
///
/// # Errors
/// [`Wrong`] with the place, the reason and a proposal.
pub fn query(typed: &str) -> Result<Query, Wrong> {
    query::parse(typed).map_err(|error| {
        let proposal = error.proposal.as_ref().map_or(String::new(), |q| format!("\ncó phải bạn muốn tìm: {q}"));
        let (shown, at) = around(typed, error.at);
        Wrong(format!("câu truy vấn sai: {error}\n  {shown}\n  {}^{proposal}", " ".repeat(at)))
    })
}

/// Characters of a query that are shown on either side of a mistake.
const AROUND: usize = 60;

/// What stands around a character of a query, and where that character is then: of a long one, not all is repeated.
fn around(typed: &str, at: usize) -> (String, usize) {
    let from = at.saturating_sub(AROUND);
    let mut shown: String = typed.chars().skip(from).take(2 * AROUND).collect();
    if typed.chars().count() > from + 2 * AROUND {
        shown.push('…');
    }
    if from > 0 { (format!("…{shown}"), at - from + 1) } else { (shown, at) }
}

/// `--from` and `--to`: the end of a day is the beginning of the next one.
///
/// # Errors
/// [`Wrong`], as of [`day`].
pub fn days(from: Option<&str>, to: Option<&str>) -> Result<(Option<Time>, Option<Time>), Wrong> {
    Ok((from.map(|d| day(d, false)).transpose()?, to.map(|d| day(d, true)).transpose()?))
}

/// A day (its beginning, or its end) or a time.
///
/// # Errors
/// [`Wrong`] with what was got and what was expected.
pub fn day(text: &str, end: bool) -> Result<Time, Wrong> {
    if let Ok(time) = Time::parse(text) {
        return Ok(time);
    }
    let day = Time::parse(&format!("{text}T00:00:00+07:00"));
    let wrong = |_| Wrong(format!("nhận được \"{text}\", cần ngày như 2026-11-01 hoặc thời điểm RFC 3339"));
    day.map(|day| if end { day.plus(DAY_MS) } else { day }).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_query_what_stands_around_the_mistake_is_shown() {
        let shown = |typed: &str| query(typed).unwrap_err().0;
        let short = shown("giá date:31 điện");
        assert!(short.contains("\n  giá date:31 điện\n           ^"), "{short}");
        let long = format!("{} date:31 {}", "giá ".repeat(30), "xăng ".repeat(30));
        let told = shown(&long);
        let lines: Vec<Vec<char>> = told.lines().skip(1).take(2).map(|line| line.chars().collect()).collect();
        let at = lines[1].iter().position(|c| *c == '^');
        assert_eq!(at.and_then(|at| lines[0].get(at)), Some(&'3'), "{told}");
        assert!(lines[0].len() < 130 && lines[0][2] == '…' && lines[0].last() == Some(&'…'), "{told}");
    }
}
