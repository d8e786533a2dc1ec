//! Which clock time and which zone stand in a date text?

use super::words::Token;
use std::ops::Range;

/// A clock time as found.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    /// Hour, minute, second.
    pub(super) time: (i8, i8, i8),
    /// Written with AM or PM.
    pub(super) english: bool,
    /// First token after it.
    pub(super) end: usize,
}

/// The first clock time that starts in `from..to`: `08:30`, `8:30:00 PM`, `8h30`, `8 giờ 30 phút`.
pub(super) fn find_time(tokens: &[Token], from: usize, to: usize) -> Option<Clock> {
    (from..to.min(tokens.len())).filter(|at| !is_offset(tokens, *at)).find_map(|at| time_at(tokens, at))
}

/// Whether the number at `at` is part of a zone: `+07:00`, `GMT-4:30`.
fn is_offset(tokens: &[Token], at: usize) -> bool {
    match at.checked_sub(1).and_then(|before| sign(tokens, before)) {
        Some('+') => true,
        Some('-') => at >= 2 && matches!(word(tokens, at - 2), "gmt" | "utc"),
        _ => false,
    }
}

fn time_at(tokens: &[Token], at: usize) -> Option<Clock> {
    let hour = small(tokens, at)?;
    let (minute, second, mut end) = if sign(tokens, at + 1) == Some(':') {
        let minute = small(tokens, at + 2)?;
        match (sign(tokens, at + 3), small(tokens, at + 4)) {
            (Some(':'), Some(second)) => (minute, second, after_fraction(tokens, at + 5)),
            _ => (minute, 0, at + 3),
        }
    } else if matches!(word(tokens, at + 1), "h" | "g" | "gio") {
        match small(tokens, at + 2) {
            Some(minute) if !matches!(sign(tokens, at + 3), Some('/' | '-' | '.')) => {
                (minute, 0, at + 3 + usize::from(matches!(word(tokens, at + 3), "phut" | "p" | "ph")))
            }
            _ => (0, 0, at + 2),
        }
    } else {
        return None;
    };
    let half = word(tokens, end);
    let hour = match half {
        "am" | "sa" if hour == 12 => 0,
        "pm" | "ch" | "chieu" | "toi" if hour < 12 => hour + 12,
        _ => hour,
    };
    end += usize::from(matches!(half, "am" | "sa" | "sang" | "pm" | "ch" | "chieu" | "toi"));
    let leap = second == 60;
    (hour < 24 && minute < 60 && (second < 60 || leap)).then_some(Clock {
        time: (hour, minute, if leap { 59 } else { second }),
        english: matches!(half, "am" | "pm"),
        end,
    })
}

/// `.123` of `08:30:00.123`.
fn after_fraction(tokens: &[Token], at: usize) -> usize {
    match (sign(tokens, at), tokens.get(at + 1)) {
        (Some('.' | ','), Some(Token::Num { glued: true, .. })) => at + 2,
        _ => at,
    }
}

/// The offset from UTC that stands at `at`, in minutes: `+07`, `+0700`, `+07:00`, `GMT+7`, `(UTC+07:00)`, `Z`, `ICT`.
/// Tokens of the date itself (`date`) are never read as an offset.
pub(super) fn find_offset(tokens: &[Token], at: usize, date: &Range<usize>) -> Option<i32> {
    let mut at = at;
    while matches!(sign(tokens, at), Some('(' | ',' | '|' | '\'' | '’')) {
        at += 1;
    }
    let named = match word(tokens, at) {
        "" => None,
        "gmt" | "utc" | "ut" | "z" => Some(0),
        "ict" => Some(7 * 60),
        "edt" => Some(-4 * 60),
        "est" | "cdt" => Some(-5 * 60),
        "cst" | "mdt" => Some(-6 * 60),
        "mst" | "pdt" => Some(-7 * 60),
        "pst" => Some(-8 * 60),
        _ => return None,
    };
    let at = at + usize::from(named.is_some());
    if date.contains(&(at + 1)) {
        return named;
    }
    let direction = match sign(tokens, at) {
        Some('+') => 1,
        Some('-') => -1,
        _ => return named,
    };
    let Some(Token::Num { value, digits, glued: true }) = tokens.get(at + 1) else { return named };
    let minutes = match digits {
        1 | 2 => value * 60 + if sign(tokens, at + 2) == Some(':') { i64::from(small(tokens, at + 3).unwrap_or(0)) } else { 0 },
        3 | 4 => value / 100 * 60 + value % 100,
        _ => return named,
    };
    (minutes <= 14 * 60).then(|| i32::try_from(minutes).ok().map(|m| m * direction))?
}

fn small(tokens: &[Token], at: usize) -> Option<i8> {
    match tokens.get(at)? {
        Token::Num { value, digits: 1 | 2, .. } => i8::try_from(*value).ok(),
        _ => None,
    }
}

fn sign(tokens: &[Token], at: usize) -> Option<char> {
    match tokens.get(at)? {
        Token::Sign { sign } => Some(*sign),
        _ => None,
    }
}

fn word(tokens: &[Token], at: usize) -> &str {
    match tokens.get(at) {
        Some(Token::Word { text }) => text,
        _ => "",
    }
}
