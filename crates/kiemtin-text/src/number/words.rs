//! Which number do words spell? `hai nghìn hai trăm`, `bốn phẩy tám`, `ba triệu rưỡi`.

use super::lexicon::Lexicon;
use crate::scan::{Scanned, Token};
use std::sync::LazyLock;

/// A word of a spelled-out number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Numeral {
    /// một … chín, and tư, lăm, mốt.
    Digit(u8),
    /// mười
    Ten,
    /// mươi
    Tens,
    /// trăm
    Hundred,
    /// nghìn, triệu, tỷ …
    Scale(f64),
    /// linh, lẻ
    Odd,
    /// rưỡi: half of the scale before
    Half,
    /// phẩy
    Point,
}

use Numeral::{Digit, Half, Hundred, Odd, Point, Scale, Ten, Tens};

pub(crate) static NUMERALS: LazyLock<Lexicon<Numeral>> = LazyLock::new(|| {
    Lexicon::new(&[
        ("một", Digit(1)),
        ("mốt", Digit(1)),
        ("hai", Digit(2)),
        ("ba", Digit(3)),
        ("bốn", Digit(4)),
        ("tư", Digit(4)),
        ("năm", Digit(5)),
        ("lăm", Digit(5)),
        ("sáu", Digit(6)),
        ("bảy", Digit(7)),
        ("bẩy", Digit(7)),
        ("tám", Digit(8)),
        ("chín", Digit(9)),
        ("không", Digit(0)),
        ("mười", Ten),
        ("mươi", Tens),
        ("trăm", Hundred),
        ("nghìn", Scale(1e3)),
        ("ngàn", Scale(1e3)),
        ("triệu", Scale(1e6)),
        ("củ", Scale(1e6)),
        ("tỷ", Scale(1e9)),
        ("tỉ", Scale(1e9)),
        ("thousand", Scale(1e3)),
        ("million", Scale(1e6)),
        ("billion", Scale(1e9)),
        ("linh", Odd),
        ("lẻ", Odd),
        ("rưỡi", Half),
        ("rưởi", Half),
        ("phẩy", Point),
        ("phảy", Point),
    ])
});

/// Multipliers that follow digits.
pub(super) static SCALES: LazyLock<Lexicon<f64>> = LazyLock::new(|| {
    Lexicon::new(&[
        ("nghìn", 1e3),
        ("ngàn", 1e3),
        ("triệu", 1e6),
        ("tr", 1e6),
        ("củ", 1e6),
        ("tỷ", 1e9),
        ("tỉ", 1e9),
        ("trăm", 1e2),
        ("thousand", 1e3),
        ("million", 1e6),
        ("billion", 1e9),
        ("trillion", 1e12),
    ])
});

/// A number in words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spelled {
    /// Token after its last word.
    pub next: usize,
    /// The value.
    pub value: f64,
    /// Half of the smallest place that is named.
    pub precision: f64,
    /// It is one digit word and nothing else: `hai`.
    pub lone: bool,
    /// Some word was typed without its accents; then only a scale word makes it sure.
    pub loose: bool,
    /// It names trăm, nghìn, triệu, tỷ or a decimal.
    pub scaled: bool,
}

/// Longest spelled-out number, in words.
const LONGEST: usize = 16;

/// Reads the number that begins with token `first`; `None` when that token is no digit word and not mười.
pub(crate) fn spelled(scanned: &Scanned<'_>, first: usize) -> Option<Spelled> {
    let tokens = scanned.tokens.get(first..)?;
    // «sau ngày» is no «sáu ngày»: words without their accents are numerals only where nobody types accents.
    let bare = scanned.unaccented();
    let sentence = tokens.first()?.sentence;
    let joined = |k: usize, t: &Token| k < LONGEST && t.sentence == sentence && (k == 0 || !t.after_break);
    let word = |k: usize| tokens.get(k).filter(|t| joined(k, t)).and_then(|t| NUMERALS.get(t)).filter(|(_, loose)| bare || !loose);
    if !matches!(word(0)?.0, Digit(1..=9) | Ten) {
        return None;
    }
    let mut s = Spelled { next: first, value: 0.0, precision: 0.5, lone: true, loose: false, scaled: false };
    // `section` is the part below a thousand, `last` the scale named last.
    let (mut section, mut last, mut k) = (0.0, 1.0, 0);
    while let Some((numeral, loose)) = word(k) {
        let after = word(k + 1).map(|(n, _)| n);
        let before = k.checked_sub(1).and_then(word).map(|(n, _)| n);
        match numeral {
            Digit(d) => {
                let d = f64::from(d);
                match (after, before) {
                    (Some(Hundred), _) => {
                        section += d * 100.0;
                        (s.precision, last) = (50.0, 100.0);
                        k += 1;
                        s.scaled = true;
                    }
                    (Some(Tens), _) => {
                        section += d * 10.0;
                        (s.precision, last) = (5.0, 10.0);
                        k += 1;
                    }
                    (_, Some(Tens | Ten | Odd) | None) => {
                        section += d;
                        (s.precision, last) = (0.5, 1.0);
                    }
                    (Some(Scale(_)), Some(Scale(_))) => section += d,
                    // «hai nghìn hai» is 2200; «ba nghìn năm» may be years.
                    (_, Some(Scale(_) | Hundred)) if last >= 100.0 && d != 5.0 && d > 0.0 && follows_alone(tokens, k) => {
                        section += d * last / 10.0;
                        s.precision = last / 20.0;
                        s.value += section;
                        s.next = first + k + 1;
                        s.lone = false;
                        s.loose |= loose;
                        return Some(s);
                    }
                    _ => break,
                }
            }
            Ten if matches!(before, None | Some(Hundred | Scale(_) | Odd)) => {
                section += 10.0;
                (s.precision, last) = (5.0, 10.0);
            }
            Scale(scale) => {
                if section == 0.0 && s.value > 0.0 {
                    // «ba nghìn tỷ»
                    s.value *= scale;
                } else {
                    s.value += section * scale;
                }
                (s.precision, last) = (scale / 2.0, scale);
                section = 0.0;
                s.scaled = true;
            }
            Half if last >= 100.0 && before.is_some() => {
                section += last / 2.0;
                s.precision = last / 20.0;
            }
            Odd if matches!(before, Some(Hundred | Scale(_))) && matches!(after, Some(Digit(_))) => {}
            Point if matches!(before, Some(Digit(_) | Ten)) && matches!(after, Some(Digit(_))) => {
                let mut place = 0.1;
                while let Some((Digit(d), _)) = word(k + 1) {
                    section += f64::from(d) * place;
                    s.precision = place / 2.0;
                    place /= 10.0;
                    k += 1;
                }
                s.scaled = true;
                // A scale may follow: «hai phẩy hai nghìn».
                if let Some((Scale(scale), _)) = word(k + 1) {
                    section *= scale;
                    s.precision *= scale;
                    k += 1;
                }
                k += 1;
                break;
            }
            _ => break,
        }
        s.loose |= loose;
        k += 1;
    }
    s.value += section;
    s.lone = k == 1;
    s.next = first + k;
    (k > 0).then_some(s)
}

/// The digit word at `k` ends the number: no unit word that it would count follows ("ba trăm hai mươi" goes on).
fn follows_alone(tokens: &[Token], k: usize) -> bool {
    let numeral = |i: usize| tokens.get(i).and_then(|t| NUMERALS.get(t)).map(|(n, _)| n);
    // «hai nghìn bảy một ký»: the price of one.
    matches!((numeral(k + 1), numeral(k + 2)), (None, _) | (Some(Digit(1)), None))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scan::scan;

    #[test]
    fn reads_words() {
        for (text, value, precision) in [
            ("hai nghìn hai trăm", 2200.0, 50.0),
            ("hai nghìn hai trăm linh tư", 2204.0, 0.5),
            ("hai nghìn hai", 2200.0, 50.0),
            ("hai nghìn bảy một ký", 2700.0, 50.0),
            ("ba nghìn rưỡi", 3500.0, 50.0),
            ("một triệu rưỡi", 1_500_000.0, 50_000.0),
            ("bốn phẩy tám", 4.8, 0.05),
            ("hai phẩy hai nghìn", 2200.0, 50.0),
            ("mười lăm", 15.0, 0.5),
            ("hai mươi", 20.0, 5.0),
            ("bốn mươi sáu", 46.0, 0.5),
            ("ba trăm sáu mươi lăm", 365.0, 0.5),
            ("hai trăm năm", 200.0, 50.0),
            ("ba nghìn tỷ", 3e12, 5e8),
            ("hai nghìn không trăm linh sáu", 2006.0, 0.5),
            ("một trăm hai mươi triệu", 120e6, 5e5),
            ("hai nghin mot tram", 2100.0, 50.0),
            ("ba năm", 3.0, 0.5),
        ] {
            let got = spelled(&scan(text), 0).unwrap();
            assert!((got.value - value).abs() < 1e-6 && (got.precision - precision).abs() < 1e-6, "{text}: {got:?}");
        }
        assert_eq!(spelled(&scan("triệu đồng"), 0), None);
        assert!(spelled(&scan("hai bên"), 0).unwrap().lone);
    }
}
