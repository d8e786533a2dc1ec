//! Which value does a run of digits have? `2.204,07`, `2204.0655`, `2,204.07`, `4,8`.

/// A run of digits with its separators, before its unit is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Run {
    /// Byte after the last digit.
    pub end: usize,
    /// The value.
    pub value: f64,
    /// Digits behind the decimal mark.
    pub decimals: u32,
    /// One comma with three digits behind it: `1,864` may be read as 1864 when a countable unit follows.
    pub thousands: Option<f64>,
    /// Only digits, no separator; their number.
    pub plain: Option<u32>,
}

/// Most digits of a number; longer runs are codes.
const MAX_DIGITS: u32 = 15;

/// Reads the run of digits that begins at byte `start`; `Err` gives the end of a run that is no number (version, address).
pub(super) fn run(text: &str, start: usize) -> Result<Run, usize> {
    let bytes = text.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(0);
    // Lengths of the groups, and the separators between them.
    let (mut groups, mut signs) = ([0u32; 6], [0u8; 6]);
    let (mut count, mut end, mut total) = (0usize, start, 0u32);
    let mut whole = 0f64;
    let after_last = loop {
        let mut length = 0;
        let mut group = 0f64;
        while at(end).is_ascii_digit() {
            group = group * 10.0 + f64::from(at(end) - b'0');
            length += 1;
            end += 1;
        }
        total += length;
        whole = whole * 10f64.powi(length.min(20) as i32) + group;
        if let Some(slot) = groups.get_mut(count) {
            *slot = length;
        }
        let separator = at(end);
        let hard_space =
            separator == 0xC2 && at(end + 1) == 0xA0 && (1..=3).all(|k| at(end + 1 + k).is_ascii_digit()) && !at(end + 5).is_ascii_digit();
        let step = if hard_space { 2 } else { 1 };
        if !(matches!(separator, b'.' | b',') && at(end + 1).is_ascii_digit() || hard_space) {
            break group;
        }
        if let Some(slot) = signs.get_mut(count) {
            *slot = if hard_space { b' ' } else { separator };
        }
        count += 1;
        end += step;
        if count >= 6 {
            // Lists and addresses: nothing with so many separators is one number.
            while at(end).is_ascii_digit() || matches!(at(end), b'.' | b',') && at(end + 1).is_ascii_digit() {
                end += 1;
            }
            return Err(end);
        }
    };
    if total > MAX_DIGITS {
        return Err(end);
    }
    let signs = signs.get(..count).unwrap_or(&[]);
    let groups = groups.get(..=count).unwrap_or(&[]);
    let thousands_before =
        |n: usize| groups.get(1..n).is_some_and(|g| g.iter().all(|l| *l == 3)) && groups.first().is_some_and(|l| *l <= 3);
    let last = groups.last().copied().unwrap_or(0);
    let grouped = |decimals: u32| Run { end, value: whole / 10f64.powi(decimals as i32), decimals, thousands: None, plain: None };
    match (signs, signs.last()) {
        ([], _) => Ok(Run { plain: Some(total), ..grouped(0) }),
        ([b'.'], _) if last == 3 && thousands_before(2) && whole > after_last => Ok(grouped(0)),
        ([b','], _) if last == 3 && thousands_before(2) && whole > after_last => Ok(Run { thousands: Some(whole), ..grouped(3) }),
        ([b'.' | b','], _) => Ok(grouped(last)),
        (all, Some(mark)) if all.iter().all(|s| s == mark) => {
            if thousands_before(count + 1) {
                Ok(grouped(0))
            } else {
                Err(end)
            }
        }
        ([same @ .., mark @ (b'.' | b',')], _) if same.iter().all(|s| Some(s) == same.first() && s != mark) && thousands_before(count) => {
            Ok(grouped(last))
        }
        _ => Err(end),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_notation() {
        for (text, value, decimals) in [
            ("2.204,07", 2204.07, 2),
            ("2.204,0655 ", 2204.0655, 4),
            ("2204.0655", 2204.0655, 4),
            ("2204,07", 2204.07, 2),
            ("2,204.07", 2204.07, 2),
            ("1.234.567", 1_234_567.0, 0),
            ("1,234,567", 1_234_567.0, 0),
            ("2.204", 2204.0, 0),
            ("0.125", 0.125, 3),
            ("4.8", 4.8, 1),
            ("2\u{a0}204", 2204.0, 0),
            ("12, 5", 12.0, 0),
            ("7.", 7.0, 0),
        ] {
            let run = run(text, 0).unwrap();
            assert!((run.value - value).abs() < 1e-9 && run.decimals == decimals, "{text}: {run:?}");
        }
        assert_eq!(run("2,204", 0).unwrap().thousands, Some(2204.0));
        for text in ["3.2.1", "12.5.2025", "192.168.10.1", "1,2,3", "1234567890123456", "1,2,3,4,5,6,7,8"] {
            assert!(run(text, 0).is_err(), "{text}");
        }
    }
}
