//! Which moment does a date of an import name? Read as its mapping says, never guessed in another way.

use jiff::fmt::strtime::BrokenDownTime;
use kiemtin_model::Time;
use kiemtin_text::date::{When, parse_when};

/// How the dates of a file are written.
#[derive(Clone, Debug, PartialEq)]
pub enum DateFormat {
    /// As in Vietnam, day before month, or RFC 3339: what pages and feeds are read with.
    Auto,
    /// Seconds since 1970.
    Unix,
    /// Milliseconds since 1970.
    UnixMs,
    /// A pattern like `%d/%m/%Y %H:%M`.
    Pattern(String),
}

impl DateFormat {
    /// Reads the word or pattern of a mapping; the error says what is expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "unix" => Ok(Self::Unix),
            "unix_ms" => Ok(Self::UnixMs),
            pattern if pattern.contains('%') => {
                // A day written by the pattern and read again must be that day.
                let day = BrokenDownTime::from(jiff::Timestamp::UNIX_EPOCH);
                let again = day.to_string(pattern).and_then(|written| BrokenDownTime::parse(pattern, &written));
                match again.map(|read| when(&read).map(|w| (w.year, w.month, w.day))) {
                    Ok(Some((1970, 1, 1))) => Ok(Self::Pattern(pattern.to_owned())),
                    Ok(_) => Err(format!("got \"{pattern}\", expected a pattern with year, month and day")),
                    Err(error) => Err(format!("got \"{pattern}\", expected a pattern like \"%d/%m/%Y %H:%M\": {error}")),
                }
            }
            other => Err(format!("got \"{other}\", expected auto, unix, unix_ms or a pattern like \"%d/%m/%Y %H:%M\"")),
        }
    }

    /// Reads a date; without a zone it is Vietnamese time, without a clock midnight.
    pub fn read(&self, text: &str) -> Option<Time> {
        let text = text.trim();
        match self {
            Self::Auto => Time::parse(text).ok().or_else(|| Time::from_when(&parse_when(text)?)),
            Self::Unix => text.parse::<f64>().ok().filter(|s| s.is_finite()).map(|s| Time((s * 1_000.0) as i64)).filter(is_usual),
            Self::UnixMs => text.parse().ok().map(Time).filter(is_usual),
            Self::Pattern(pattern) => Time::from_when(&when(&BrokenDownTime::parse(pattern, text).ok()?)?),
        }
    }
}

/// Whether a time lies in the years of [`When`], 1900 to 2199: what is beyond has another unit than the mapping says.
fn is_usual(time: &Time) -> bool {
    (-2_208_988_800_000..7_258_118_400_000).contains(&time.0)
}

fn when(read: &BrokenDownTime) -> Option<When> {
    if let Some(timestamp) = read.timestamp() {
        let at = jiff::tz::Offset::UTC.to_datetime(timestamp);
        let time = Some((at.hour(), at.minute(), at.second()));
        return Some(When { year: at.year(), month: at.month(), day: at.day(), time, offset_minutes: Some(0) });
    }
    let date = read.to_date().ok()?;
    let time = read.hour().map(|_| read.to_time()).transpose().ok()?.map(|t| (t.hour(), t.minute(), t.second()));
    Some(When { year: date.year(), month: date.month(), day: date.day(), time, offset_minutes: read.offset().map(|o| o.seconds() / 60) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_by_their_format() {
        for (format, text, expected) in [
            ("auto", "03/06/2025", Some("2025-06-03T00:00:00+07:00")),
            ("auto", "Thứ ba, 3/6/2025, 08:15 (GMT+7)", Some("2025-06-03T08:15:00+07:00")),
            ("auto", "2025-06-03T01:00:00Z", Some("2025-06-03T08:00:00+07:00")),
            ("auto", "hôm nọ", None),
            ("unix", "1748912400", Some("2025-06-03T08:00:00+07:00")),
            ("unix", "NaN", None),
            ("unix_ms", "1748912400000", Some("2025-06-03T08:00:00+07:00")),
            ("unix_ms", "9223372036854775807", None),
            ("%m/%d/%Y", "06/03/2025", Some("2025-06-03T00:00:00+07:00")),
            ("%m/%d/%Y", "13/06/2025", None),
            ("%m/%d/%y %I:%M %p", "06/03/25 08:15 PM", Some("2025-06-03T20:15:00+07:00")),
            ("%d.%m.%Y %H:%M:%S", " 03.06.2025 08:15:30 ", Some("2025-06-03T08:15:30+07:00")),
            ("%Y-%m-%d %H:%M %z", "2025-06-03 01:00 +0000", Some("2025-06-03T08:00:00+07:00")),
            ("%d %B %Y", "3 June 2025", Some("2025-06-03T00:00:00+07:00")),
            ("%d/%m/%Y", "31/02/2025", None),
            ("%d/%m/%Y", "03/06/2025 08:00", None),
        ] {
            let read = DateFormat::parse(format).unwrap().read(text).map(|t| t.to_string());
            assert_eq!(read.as_deref(), expected, "{format} {text}");
        }
    }

    #[test]
    fn formats_that_name_no_day() {
        for wrong in ["", "dd/mm/yyyy", "%d/%m", "%H:%M", "%Q", "%"] {
            assert!(DateFormat::parse(wrong).is_err(), "{wrong}");
        }
    }
}
