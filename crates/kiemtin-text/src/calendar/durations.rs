//! Which lengths of time does a text name? `trong 2 giờ`, `24h`, `30 phút`, `hai tiếng`, `nửa tiếng`.

use super::words::{SPANS, Span};
use crate::number::words::{NUMERALS, Numeral, spelled};
use crate::scan::{Scanned, Token};

/// A length of time as it stands in a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Duration {
    /// First byte.
    pub start: usize,
    /// Byte after the last one.
    pub end: usize,
    /// Its length.
    pub minutes: f64,
}

/// Longest length that is believed: ten years.
const LONGEST: f64 = 5_256_000.0;

/// All lengths of time of a text, in order. Clock times (`lúc 2 giờ`, `8 giờ sáng`, `16h30`) are none.
pub fn durations(scanned: &Scanned<'_>) -> Vec<Duration> {
    let mut found: Vec<Duration> = vec![];
    let bytes = scanned.text.as_bytes();
    let mut at = 0;
    while let Some(token) = scanned.tokens.get(at) {
        let digit = bytes.get(token.start as usize).is_some_and(u8::is_ascii_digit);
        let read = if digit {
            glued(scanned, at).or_else(|| counted(scanned, at, plain(scanned.word(token))?, at + 1))
        } else if NUMERALS.get(token).is_some_and(|(n, _)| matches!(n, Numeral::Digit(1..) | Numeral::Ten)) {
            spelled(scanned, at).and_then(|s| counted(scanned, at, s.value, s.next))
        } else if let Some((Span::Half, _)) = SPANS.get(token) {
            counted(scanned, at, 0.5, at + 1)
        } else {
            None
        };
        match read {
            Some((part, next)) => {
                let joined =
                    |last: &Duration| scanned.text.get(last.end..part.start) == Some(" ") && last.minutes >= 60.0 && part.minutes < 60.0;
                match found.last_mut().filter(|last| joined(last)) {
                    // «trong 2 giờ 30 phút» is one length, «10 giờ 30 phút» a time of day.
                    Some(_) if !lengthy(scanned, at.saturating_sub(2)) => _ = found.pop(),
                    Some(last) => (last.end, last.minutes) = (part.end, last.minutes + part.minutes),
                    None => found.push(part),
                }
                at = next.max(at + 1);
            }
            None => at += 1,
        }
    }
    found
}

fn plain(word: &str) -> Option<f64> {
    (word.len() <= 5 && word.bytes().all(|b| b.is_ascii_digit())).then(|| word.parse().ok())?
}

/// `24h`, `30p`, `48h`; `16h` is a clock time unless something says otherwise.
fn glued(scanned: &Scanned<'_>, at: usize) -> Option<(Duration, usize)> {
    let token = scanned.tokens.get(at)?;
    let word = scanned.word(token);
    let (digits, unit) = word.split_at(word.find(|c: char| !c.is_ascii_digit())?);
    let count = plain(digits)?;
    let minutes = match unit {
        "h" | "H" => count * 60.0,
        "p" | "ph" => count,
        _ => return None,
    };
    // «0h» is midnight, never a length.
    if is_clock(scanned, at, at + 1) || !(minutes > 0.0 && minutes <= LONGEST) {
        return None;
    }
    let length = matches!(digits, "24" | "48" | "72") || minutes < 60.0 || lengthy(scanned, at);
    length.then_some((Duration { start: token.start as usize, end: token.end as usize, minutes }, at + 1))
}

/// A number up to token `next`, and its unit there.
fn counted(scanned: &Scanned<'_>, at: usize, count: f64, next: usize) -> Option<(Duration, usize)> {
    let (first, unit, last) = (scanned.tokens.get(at)?, scanned.tokens.get(next)?, scanned.tokens.get(next.checked_sub(1)?)?);
    let Some((Span::Unit(each), loose)) = SPANS.get(unit) else { return None };
    let gap = scanned.text.get(last.end as usize..unit.start as usize)?;
    if unit.after_break || gap.len() > 4 {
        return None;
    }
    // The decimals of a number are no number of their own; an own decimal («1,5 giờ») is read from the whole.
    let mut count = count;
    let mut start = first.start as usize;
    if let Some(before) = at.checked_sub(1).and_then(|i| scanned.tokens.get(i))
        && matches!(scanned.text.get(before.end as usize..start), Some("," | "."))
        && let Some(whole) = plain(scanned.word(before))
        && let Some(decimals) = plain(scanned.word(first))
    {
        count = whole + decimals / 10f64.powi(scanned.word(first).len() as i32);
        start = before.start as usize;
    }
    // «hai tiếng đồng hồ» is a length; «2 ngày» typed without accents may be anything.
    let clock =
        each == 60.0 && !matches!(scanned.composed(unit).as_ref(), "tiếng" | "tieng" | "hours" | "hour") && is_clock(scanned, at, next + 1);
    if clock || loose && each == 10080.0 {
        return None;
    }
    let (mut end, mut next) = (unit.end as usize, next + 1);
    if let Some(half) = scanned.tokens.get(next).filter(|t| !t.after_break && matches!(SPANS.get(t), Some((Span::AndHalf, false)))) {
        count += 0.5;
        (end, next) = (half.end as usize, next + 1);
    }
    let minutes = count * each;
    (minutes > 0.0 && minutes <= LONGEST).then_some((Duration { start, end, minutes }, next))
}

/// Words around it make it a time of day.
fn is_clock(scanned: &Scanned<'_>, at: usize, next: usize) -> bool {
    let span = |t: &Token| SPANS.get(t).map(|(s, _)| s);
    let before = at.checked_sub(1).and_then(|i| scanned.tokens.get(i)).and_then(span);
    let after = scanned.tokens.get(next).filter(|t| !t.after_break).and_then(span);
    before == Some(Span::Clock) || after == Some(Span::Part) && before != Some(Span::Length)
}

/// `trong`, `vòng`, `sau` stand before.
fn lengthy(scanned: &Scanned<'_>, at: usize) -> bool {
    at.checked_sub(1).and_then(|i| scanned.tokens.get(i)).and_then(|t| SPANS.get(t)).is_some_and(|(s, _)| s == Span::Length)
}
