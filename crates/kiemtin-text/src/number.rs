//! Which numbers does a Vietnamese text state?
//!
//! One pass over the tokens: only those that begin with a digit or spell a number are looked at. Dot for thousands,
//! comma for decimals (`2.204,07`), but other notations are read rightly too; `nghìn/ngàn/k`, `triệu/tr/củ`, `tỷ`; the
//! unit after the number, or the money before it. Parts of dates, times, document numbers, codes and versions are no
//! figures.

mod digits;
pub(crate) mod lexicon;
mod units;
pub(crate) mod words;

use crate::calendar::date_at;
use crate::key::folded;
use crate::scan::{Scanned, Token};
use digits::Run;
use lexicon::Lexicon;
use std::sync::LazyLock;
use words::{NUMERALS, Numeral, SCALES, Spelled, spelled};

/// A number with its unit, as the text states it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// First byte.
    pub start: usize,
    /// Byte after the unit.
    pub end: usize,
    /// The value, multiplied by nghìn, triệu or tỷ.
    pub value: f64,
    /// Half a unit of the last digit that the text gives: how exactly it speaks.
    pub precision: f64,
    /// Unit in normal form: `%`, `điểm phần trăm`, `đồng`, `đồng/kWh`, `đồng/lít`, `USD`, `USD/tấn`, `kWh`, `MW`, `tấn`,
    /// `ngày`, `giờ`, `lần` …; empty when none follows.
    pub unit: &'static str,
}

/// Words before a bare number that make it a code: `số 12`, `RON 95`, `hotline 1900`.
static CODES: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    let words = ["ron", "hotline", "khoản", "điều", "mục", "chương", "đài", "stk", "iso", "quốc", "phiên"];
    Lexicon::new(&words.map(|w| (w, ())))
});

/// Multiples after `gấp`.
static MULTIPLES: LazyLock<Lexicon<f64>> =
    LazyLock::new(|| Lexicon::new(&[("đôi", 2.0), ("rưỡi", 1.5), ("ba", 3.0), ("bốn", 4.0), ("năm", 5.0), ("mười", 10.0)]));

static TIMES: LazyLock<Lexicon<()>> = LazyLock::new(|| Lexicon::new(&[("gấp", ())]));

/// All figures of a text, in order.
pub fn figures(scanned: &Scanned<'_>) -> Vec<Figure> {
    let mut found = vec![];
    let bytes = scanned.text.as_bytes();
    let mut at = 0;
    while let Some(token) = scanned.tokens.get(at) {
        let (figure, next) = if bytes.get(token.start as usize).is_some_and(u8::is_ascii_digit) {
            in_digits(scanned, at, token.start as usize)
        } else if let Some(digits) = after_money(scanned, token) {
            in_digits(scanned, at, digits)
        } else if NUMERALS.get(token).is_some_and(|(n, _)| matches!(n, Numeral::Digit(1..) | Numeral::Ten)) {
            spelled(scanned, at).map_or((None, at + 1), |s| in_words(scanned, at, s))
        } else if TIMES.get(token).is_some() {
            multiple(scanned, at)
        } else {
            (None, at + 1)
        };
        found.extend(figure);
        at = next.max(at + 1);
    }
    found
}

/// Whether a figure may begin with a token: a digit, money, or a word of a number. Cheap, and never wrongly `false`.
pub fn may_begin(scanned: &Scanned<'_>, token: &Token) -> bool {
    scanned.text.as_bytes().get(token.start as usize).is_some_and(u8::is_ascii_digit)
        || after_money(scanned, token).is_some()
        || NUMERALS.get(token).is_some()
        || TIMES.get(token).is_some()
}

/// `gấp đôi`, `gấp rưỡi`, `gấp ba`.
fn multiple(scanned: &Scanned<'_>, at: usize) -> (Option<Figure>, usize) {
    let own = scanned.tokens.get(at).zip(scanned.tokens.get(at + 1)).filter(|(_, t)| !t.after_break);
    let Some(((gap, count), value)) = own.and_then(|(g, t)| Some(((g, t), MULTIPLES.get(t)?.0))) else { return (None, at + 1) };
    let end = count.end as usize;
    // «gấp ba lần», «gấp mười lăm lần»: read as the number that it is.
    if value > 2.0 && !units::after(scanned, end, at + 2).unit.is_empty()
        || NUMERALS.get(count).is_some() && spelled(scanned, at + 1).is_some_and(|s| !s.lone)
    {
        return (None, at + 1);
    }
    (Some(Figure { start: gap.start as usize, end, value, precision: 0.05, unit: "lần" }), at + 2)
}

fn in_words(scanned: &Scanned<'_>, at: usize, s: Spelled) -> (Option<Figure>, usize) {
    let tokens = &scanned.tokens;
    let Some((first, last)) = tokens.get(at).zip(tokens.get(s.next.saturating_sub(1))) else { return (None, at + 1) };
    let unit = units::after(scanned, last.end as usize, s.next);
    // A lone digit word counts only with a unit that nobody uses it with as an article («một năm», «hai người»).
    let exact_unit =
        matches!(unit.unit, "%" | "điểm phần trăm" | "USD" | "kWh" | "MW" | "GW" | "tấn" | "lít") || unit.unit.starts_with("đồng");
    let after_gap = at.checked_sub(1).and_then(|i| tokens.get(i)).is_some_and(|t| TIMES.get(t).is_some());
    let counts = if s.loose {
        s.scaled || exact_unit && !s.lone || unit.unit == "%"
    } else {
        s.scaled || !s.lone && !unit.unit.is_empty() || exact_unit || after_gap
    };
    // «năm hai nghìn không trăm hai mươi lăm» is a year.
    if !counts {
        return (None, s.next);
    }
    let figure = Figure { start: first.start as usize, end: unit.end, value: s.value, precision: s.precision, unit: unit.unit };
    (Some(figure), unit.next.max(s.next))
}

/// Where the digits begin that are glued to money written before them: `VND2,204.07`, `US$20` has its sign apart.
fn after_money(scanned: &Scanned<'_>, token: &Token) -> Option<usize> {
    let start = token.start as usize;
    // Three bytes and a digit: the cheapest test first, it fails for nearly every word.
    scanned.text.as_bytes().get(start + 3).filter(|b| b.is_ascii_digit() && start + 3 < token.end as usize)?;
    matches!(scanned.text.get(start..start + 3), Some("VND" | "USD" | "EUR")).then_some(start + 3)
}

/// The figure whose digits begin at byte `start` of token `at`.
fn in_digits(scanned: &Scanned<'_>, at: usize, start: usize) -> (Option<Figure>, usize) {
    let tokens = &scanned.tokens;
    let Some(token) = tokens.get(at) else { return (None, at + 1) };
    let money = scanned.text.get(token.start as usize..start).filter(|m| !m.is_empty());
    if let Some((_, next)) = date_at(scanned, at) {
        return (None, next);
    }
    let (text, bytes) = (scanned.text, scanned.text.as_bytes());
    let run = match digits::run(text, start) {
        Ok(run) => run,
        Err(end) => return (None, token_at(tokens, at, end)),
    };
    let next = token_at(tokens, at, run.end);
    if money.is_none() && is_code(scanned, at, &run) {
        return (None, skip_digits(scanned, next.max(at + 1)));
    }
    let byte = |i: usize| bytes.get(i).copied().unwrap_or(0);
    // Times (08:30), document numbers (80/2023/NĐ-CP), parts of either.
    let clock = byte(run.end) == b':' && byte(run.end + 1).is_ascii_digit();
    // `2.700/kWh` is a price.
    let priced = byte(run.end) == b'/' && !units::per(scanned, run.end, next).unit.is_empty();
    if clock || byte(run.end) == b'/' && byte(run.end + 1) != b' ' && !priced {
        return (None, skip_joined(scanned, next));
    }
    let Some((amount, end, next, glued)) = scaled(scanned, at, &run, next) else { return (None, next.max(at + 1)) };
    if let Some(money) = money {
        let unit = units::price(scanned, if money == "VND" { "đồng" } else { "USD" }, end, next);
        let exact = run.thousands.filter(|_| amount.plain);
        let (value, precision) = exact.map_or((amount.value, amount.precision), |whole| (whole, 0.5));
        return (Some(Figure { start: token.start as usize, end: unit.end, value, precision, unit: unit.unit }), unit.next.max(next));
    }
    let unit = match glued {
        Some(money @ ("đồng" | "USD")) => units::price(scanned, money, end, next),
        Some(unit) => units::Found { unit, end, next },
        None => units::after(scanned, end, next),
    };
    let mut figure = Figure { start, end: unit.end, value: amount.value, precision: amount.precision, unit: unit.unit };
    // `1,864 đồng`: nobody gives three decimals of a đồng or of a person.
    if let Some(thousands) = run.thousands
        && amount.plain
        && !matches!(unit.unit, "" | "%" | "điểm phần trăm" | "lần")
    {
        (figure.value, figure.precision) = (thousands, 0.5);
    }
    if figure.unit.is_empty()
        && let Some((money, from)) = units::before(scanned, start, at)
    {
        (figure.unit, figure.start) = (money, from);
        if let Some(thousands) = run.thousands.filter(|_| amount.plain) {
            (figure.value, figure.precision) = (thousands, 0.5);
        }
    }
    (Some(figure), unit.next.max(next))
}

/// First token at or after a byte, from token `at` on.
fn token_at(tokens: &[Token], at: usize, byte: usize) -> usize {
    let mut next = at;
    while tokens.get(next).is_some_and(|t| (t.start as usize) < byte) {
        next += 1;
    }
    next
}

/// Steps over tokens joined by `/`, `:`, `-` or `.`: the rest of a document number or of a clock time.
fn skip_joined(scanned: &Scanned<'_>, mut next: usize) -> usize {
    while let Some((before, token)) = next.checked_sub(1).and_then(|i| scanned.tokens.get(i)).zip(scanned.tokens.get(next)) {
        let gap = scanned.text.get(before.end as usize..token.start as usize).unwrap_or(" ");
        if !matches!(gap, "/" | ":" | "-") {
            break;
        }
        next += 1;
    }
    next
}

/// Steps over the further groups of a phone or account number.
fn skip_digits(scanned: &Scanned<'_>, mut next: usize) -> usize {
    while let Some((before, token)) = next.checked_sub(1).and_then(|i| scanned.tokens.get(i)).zip(scanned.tokens.get(next)) {
        let gap = scanned.text.get(before.end as usize..token.start as usize).unwrap_or("");
        let digits = [before, token].iter().all(|t| scanned.word(t).bytes().all(|b| b.is_ascii_digit()));
        if !matches!(gap, " " | "." | "-") || !digits {
            break;
        }
        next += 1;
    }
    next
}

/// Phone and account numbers, parts of codes, what follows `RON`, `hotline`, `Điều`.
fn is_code(scanned: &Scanned<'_>, at: usize, run: &Run) -> bool {
    let Some(token) = scanned.tokens.get(at) else { return true };
    let head = scanned.text.get(..token.start as usize).unwrap_or("");
    let mut before = head.chars().rev();
    let (last, earlier) = (before.next(), before.next());
    let joined = match last {
        Some('/' | ':' | '_' | '@' | '#') => true,
        Some('.' | ',') => earlier.is_some_and(|c| c.is_ascii_digit()),
        // `QH-15` is a code, `5-7%` a range.
        Some('-' | '–') => earlier.is_some_and(|c| c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&c)),
        Some(c) => c.is_alphanumeric(),
        None => false,
    };
    let leading_zero = scanned.word(token).starts_with('0') && run.plain.is_some_and(|n| n > 1);
    let long = run.plain.is_some_and(|n| n > 9);
    let named = at.checked_sub(1).and_then(|i| scanned.tokens.get(i)).is_some_and(|t| !token.after_break && CODES.get(t).is_some());
    joined || leading_zero || long || named && run.plain.is_some()
}

struct Amount {
    value: f64,
    precision: f64,
    /// No multiplier was applied.
    plain: bool,
}

/// Applies what is glued to the digits (`3k`, `2tr5`, `000đ`) and the multiplier words that follow (`2,2 nghìn`, `1 tỷ 200
/// triệu`). Gives value, end, next token and the unit that was glued on; `None` when the letters make it a code (`2G`).
fn scaled(scanned: &Scanned<'_>, at: usize, run: &Run, next: usize) -> Option<(Amount, usize, usize, Option<&'static str>)> {
    let last = scanned.tokens.get(next.checked_sub(1)?.max(at))?;
    let mut amount = Amount { value: run.value, precision: 0.5 * 10f64.powi(-(run.decimals as i32)), plain: true };
    let mut end = run.end;
    if run.end < last.end as usize {
        end = last.end as usize;
        let glued = folded(scanned.text.get(run.end..end)?);
        let (letters, tail) = glued.split_at(glued.find(|c: char| c.is_ascii_digit()).unwrap_or(glued.len()));
        let scale = match letters {
            "k" | "ng" | "nghin" | "ngan" => Some(1e3),
            "tr" | "trieu" | "cu" => Some(1e6),
            "ty" | "ti" => Some(1e9),
            _ => None,
        };
        match (scale, tail) {
            (Some(scale), "") => amount.times(scale),
            (Some(scale), tail) if tail.len() <= 3 && tail.bytes().all(|b| b.is_ascii_digit()) => {
                let place = 10f64.powi(-(tail.len() as i32));
                amount.value = (amount.value + tail.parse::<f64>().ok()? * place) * scale;
                (amount.precision, amount.plain) = (place * scale / 2.0, false);
            }
            (None, "") => {
                return glued_unit(letters).map(|unit| (amount, end, next, Some(unit)));
            }
            _ => return None,
        }
    }
    let (end, next) = more(scanned, &mut amount, end, next);
    Some((amount, end, next, None))
}

impl Amount {
    fn times(&mut self, scale: f64) {
        self.value *= scale;
        self.precision *= scale;
        self.plain = false;
    }
}

/// Units that are often glued to their number.
fn glued_unit(letters: &str) -> Option<&'static str> {
    Some(match letters {
        "d" | "vnd" | "dong" => "đồng",
        "usd" => "USD",
        "kwh" => "kWh",
        "kw" => "kW",
        "mw" => "MW",
        "gw" => "GW",
        "kg" => "kg",
        "km" => "km",
        "ha" => "ha",
        "h" => "giờ",
        "p" => "phút",
        _ => return None,
    })
}

/// Multiplier words, one after the other.
fn more(scanned: &Scanned<'_>, amount: &mut Amount, mut end: usize, mut next: usize) -> (usize, usize) {
    let near = |end: usize, next: usize| {
        scanned
            .tokens
            .get(next)
            .filter(|t| scanned.text.get(end..t.start as usize).is_some_and(|g| g.len() <= 3 && g.trim_matches([' ', '\u{a0}']).is_empty()))
    };
    let mut smallest = f64::INFINITY;
    while let Some(token) = near(end, next) {
        let Some((scale, loose)) = SCALES.get(token) else { break };
        // «20 cụ», «5 ty»: without accents only nghin, ngan, trieu and ty are sure.
        if loose && matches!(scanned.word(token), "cu" | "tram") {
            break;
        }
        amount.times(scale);
        smallest = smallest.min(scale);
        (end, next) = (token.end as usize, next + 1);
    }
    // «1 tỷ 200 triệu», «2 nghìn 5», «ba triệu rưỡi».
    if smallest.is_finite()
        && let Some(token) = near(end, next)
    {
        if matches!(NUMERALS.get(token), Some((Numeral::Half, _))) {
            amount.value += smallest / 2.0;
            amount.precision = smallest / 20.0;
            return (token.end as usize, next + 1);
        }
        let word = scanned.word(token);
        // «2 nghìn 7», «2 ngàn 204 đồng»: only where a price ends, for «2 nghìn 5 người» may be anything.
        if smallest == 1e3
            && amount.precision >= 500.0
            && matches!(word.len(), 1 | 3)
            && !word.starts_with('0')
            && let Ok(part) = word.parse::<f64>()
            && units::ends_a_price(scanned, token.end as usize, next + 1)
        {
            let place = if word.len() == 1 { 100.0 } else { 1.0 };
            amount.value += part * place;
            amount.precision = place / 2.0;
            return (token.end as usize, next + 1);
        }
        if word.len() <= 3
            && let Ok(part) = word.parse::<f64>()
            && let Some(scale) = near(token.end as usize, next + 1).and_then(|t| SCALES.get(t)).map(|(scale, _)| scale)
            && scale < smallest
        {
            amount.value += part * scale;
            amount.precision = scale / 2.0;
            return (scanned.tokens.get(next + 1).map_or(end, |t| t.end as usize), next + 2);
        }
    }
    (end, next)
}

#[cfg(test)]
mod tests;
