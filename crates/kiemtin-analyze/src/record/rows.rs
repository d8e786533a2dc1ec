//! Which date does a figure stand with in a row of dates and figures, and whose row is it?
//!
//! «4/5/2023: giá điện tăng 3%; 9/11/2023: 4,5%», or one line for each, the subject named once above them.

use super::book::Meaning;
use super::dates::Period;
use super::reading::FieldReading;

/// Most lines of a list between its subject and a figure.
const LINES: u32 = 12;
/// A line of a list begins with its date, a bullet or a word of time before it.
const LEAD: usize = 2;

/// The date that each figure stands behind; `None` unless every one, and there are two, has one of its own.
/// `figures` are first and next tokens in order.
pub(super) fn own_dates(reading: &FieldReading<'_, '_>, sentence: u32, figures: &[(usize, usize)]) -> Option<Vec<Period>> {
    if figures.len() < 2 {
        return None;
    }
    let mut from = 0;
    let mut dates = vec![];
    for (first, next) in figures {
        dates.push(reading.stated(sentence).filter(|s| s.at >= from && s.at < *first).last()?.period);
        from = *next;
    }
    Some(dates)
}

/// The sentence above that names what the dated lines from it to `sentence` are about: its last name of the fact is the
/// fact itself. A line that names anything of its own belongs to no list.
pub(super) fn head(reading: &FieldReading<'_, '_>, fact: u16, sentence: u32) -> Option<u32> {
    let last = |s: u32| {
        let mut names = reading.in_sentence(s).iter().map(|n| n.meaning);
        names.rfind(|m| matches!(m, Meaning::Subject(f) | Meaning::Other(f) if *f == fact))
    };
    let mut line = sentence;
    for _ in 0..LINES {
        let start = reading.sentence_start(line);
        let dated = reading.stated(line).any(|s| s.at <= start + LEAD);
        if !dated || last(line).is_some() {
            return None;
        }
        line = line.checked_sub(1)?;
        match last(line) {
            Some(meaning) => return (meaning == Meaning::Subject(fact)).then_some(line),
            None => continue,
        }
    }
    None
}
