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
        Wrong(format!("câu truy vấn sai: {error}\n  {typed}\n  {}^{proposal}", " ".repeat(error.at)))
    })
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
