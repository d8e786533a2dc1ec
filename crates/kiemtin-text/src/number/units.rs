//! Which unit stands after (or before) a number, in normal form?

use super::lexicon::Lexicon;
use crate::scan::{Scanned, Token};
use std::sync::LazyLock;

/// A word that begins a unit.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Word {
    /// Money, by its normal form.
    Money(&'static str),
    /// A unit of its own.
    Unit(&'static str),
    /// `phần`, `per`: percent when `trăm` or `cent` follows.
    Parts,
    /// `điểm`: percentage points when `phần trăm` or `%` follows.
    Points,
    /// `trăm`, `cent`
    Hundredth,
    /// `đô`, before `la`
    Dollar,
    /// `la`
    La,
    /// `số`, `chữ`, `ký` of electricity.
    Meter,
    /// `điện`
    Power,
    /// `một`, `mỗi`, `per`, `a`, `trên`, `cho`
    Each,
    /// `points`
    PointsEnglish,
}

use Word::{Dollar, Each, Hundredth, La, Meter, Money, Parts, Points, PointsEnglish, Power, Unit};

static WORDS: LazyLock<Lexicon<Word>> = LazyLock::new(|| {
    Lexicon::new(&[
        ("đồng", Money("đồng")),
        ("đ", Money("đồng")),
        ("vnđ", Money("đồng")),
        ("vnd", Money("đồng")),
        ("dong", Money("đồng")),
        ("usd", Money("USD")),
        ("dollar", Money("USD")),
        ("dollars", Money("USD")),
        ("eur", Money("EUR")),
        ("euro", Money("EUR")),
        ("đô", Dollar),
        ("la", La),
        ("phần", Parts),
        ("per", Parts),
        ("percent", Unit("%")),
        ("pct", Unit("%")),
        ("percentage", Points),
        ("điểm", Points),
        ("points", PointsEnglish),
        ("trăm", Hundredth),
        ("cent", Hundredth),
        ("kwh", Unit("kWh")),
        ("kw", Unit("kW")),
        ("mw", Unit("MW")),
        ("gw", Unit("GW")),
        ("mwh", Unit("MWh")),
        ("gwh", Unit("GWh")),
        ("lít", Unit("lít")),
        ("litre", Unit("lít")),
        ("liter", Unit("lít")),
        ("tấn", Unit("tấn")),
        ("tonnes", Unit("tấn")),
        ("kg", Unit("kg")),
        ("cân", Unit("kg")),
        ("km", Unit("km")),
        ("ha", Unit("ha")),
        ("thùng", Unit("thùng")),
        ("barrel", Unit("thùng")),
        ("lượng", Unit("lượng")),
        ("chỉ", Unit("chỉ")),
        ("ngày", Unit("ngày")),
        ("tuần", Unit("tuần")),
        ("tháng", Unit("tháng")),
        ("năm", Unit("năm")),
        ("quý", Unit("quý")),
        ("giờ", Unit("giờ")),
        ("tiếng", Unit("giờ")),
        ("phút", Unit("phút")),
        ("giây", Unit("giây")),
        ("lần", Unit("lần")),
        ("tuổi", Unit("tuổi")),
        ("người", Unit("người")),
        ("hộ", Unit("hộ")),
        ("khách", Unit("người")),
        ("days", Unit("ngày")),
        ("months", Unit("tháng")),
        ("years", Unit("năm")),
        ("hours", Unit("giờ")),
        ("minutes", Unit("phút")),
        ("times", Unit("lần")),
        ("số", Meter),
        ("chữ", Meter),
        ("ký", Meter),
        ("kí", Meter),
        ("điện", Power),
        ("một", Each),
        ("mỗi", Each),
        ("trên", Each),
        ("cho", Each),
        ("a", Each),
        ("an", Each),
    ])
});

/// Units of prices, from money and what it is paid for.
const PRICES: [(&str, &str, &str); 12] = [
    ("đồng", "kWh", "đồng/kWh"),
    ("đồng", "kW", "đồng/kWh"),
    ("đồng", "lít", "đồng/lít"),
    ("đồng", "kg", "đồng/kg"),
    ("đồng", "tấn", "đồng/tấn"),
    ("đồng", "tháng", "đồng/tháng"),
    ("đồng", "lượng", "đồng/lượng"),
    ("USD", "kWh", "USD/kWh"),
    ("USD", "kW", "USD/kWh"),
    ("USD", "tấn", "USD/tấn"),
    ("USD", "thùng", "USD/thùng"),
    ("USD", "lượng", "USD/lượng"),
];

/// A unit and where it ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Found {
    /// Normal form; empty when there is none.
    pub unit: &'static str,
    /// Byte after it.
    pub end: usize,
    /// Token after it.
    pub next: usize,
}

/// The unit that follows byte `end`; `next` is the first token at or after it.
pub(super) fn after(scanned: &Scanned<'_>, end: usize, next: usize) -> Found {
    let reader = Reader { scanned };
    let none = Found { unit: "", end, next };
    if let Some(sign) = reader.sign(end) {
        return match sign {
            Sign::Percent(end) => Found { unit: "%", end, next },
            Sign::Dollar(end) => Found { unit: "USD", end, next },
        };
    }
    let per = per(scanned, end, next);
    if !per.unit.is_empty() {
        return per;
    }
    let Some((word, token)) = reader.word(end, next) else { return none };
    let here = Found { unit: "", end: token.end as usize, next: next + 1 };
    match word {
        Money(money) => reader.price(money, here),
        Dollar => {
            let la = reader.word(here.end, here.next).filter(|(w, _)| *w == La);
            reader.price("USD", la.map_or(here, |(_, t)| Found { end: t.end as usize, next: here.next + 1, ..here }))
        }
        Unit(unit) => Found { unit, ..here },
        Parts => match reader.word(here.end, here.next) {
            Some((Hundredth, t)) => Found { unit: "%", end: t.end as usize, next: here.next + 1 },
            _ => none,
        },
        Points => match reader.points(here) {
            Some(found) => found,
            None if reader.scanned.word(token).is_ascii() => none,
            None => Found { unit: "điểm", ..here },
        },
        Meter => match reader.word(here.end, here.next) {
            Some((Power, t)) => Found { unit: "kWh", end: t.end as usize, next: here.next + 1 },
            _ => none,
        },
        Hundredth | La | Power | Each | PointsEnglish => none,
    }
}

/// The price that letters glued to the digits begin: `000đ/kWh`, `650d/kwh`. `end` is the byte after the money letters.
pub(super) fn price(scanned: &Scanned<'_>, money: &'static str, end: usize, next: usize) -> Found {
    Reader { scanned }.price(money, Found { unit: "", end, next })
}

/// What a bare number is paid for: `2.700/kWh`, `2k7/ký điện`, `20.500/lít`. Nobody counts anything else so, and in đồng.
pub(super) fn per(scanned: &Scanned<'_>, end: usize, next: usize) -> Found {
    let none = Found { unit: "", end, next };
    if scanned.text.as_bytes().get(end) != Some(&b'/') {
        return none;
    }
    let Some(token) = scanned.tokens.get(next).filter(|t| t.start as usize == end + 1) else { return none };
    match WORDS.get(token) {
        Some((Unit("kWh" | "lít" | "kg"), _)) => Reader { scanned }.price("đồng", none),
        Some((Meter, false)) => Reader { scanned }.price("đồng", none),
        _ => none,
    }
}

/// Money, what it is paid for, or the end of the clause follows.
pub(super) fn ends_a_price(scanned: &Scanned<'_>, end: usize, next: usize) -> bool {
    let paid = matches!(Reader { scanned }.word(end, next), Some((Money(_) | Each | Parts, _)));
    paid || scanned.text.as_bytes().get(end) == Some(&b'/') || scanned.tokens.get(next).is_none_or(|t| t.after_break)
}

/// Money written before the number that begins at byte `start` with token `first`: `USD 20`, `$20`. Gives its first byte.
pub(super) fn before(scanned: &Scanned<'_>, start: usize, first: usize) -> Option<(&'static str, usize)> {
    let head = scanned.text.get(..start)?;
    let bare = head.trim_end_matches(' ');
    if let Some(rest) = bare.strip_suffix('$') {
        let us = rest.strip_suffix("US").map_or(rest.len(), str::len);
        return Some(("USD", us));
    }
    let token = scanned.tokens.get(first.checked_sub(1)?)?;
    let code = scanned.word(token);
    let upper = matches!(code, "USD" | "VND" | "VNĐ" | "EUR") && token.end as usize == bare.len();
    upper.then(|| {
        (
            if code == "USD" {
                "USD"
            } else if code == "EUR" {
                "EUR"
            } else {
                "đồng"
            },
            token.start as usize,
        )
    })
}

enum Sign {
    Percent(usize),
    Dollar(usize),
}

struct Reader<'a, 'b> {
    scanned: &'a Scanned<'b>,
}

impl Reader<'_, '_> {
    /// A sign after at most two spaces.
    fn sign(&self, end: usize) -> Option<Sign> {
        let rest = self.scanned.text.get(end..)?;
        let bare = rest.trim_start_matches([' ', '\u{a0}']);
        let gap = rest.len() - bare.len();
        let c = bare.chars().next().filter(|_| gap <= 3)?;
        let after = end + gap + c.len_utf8();
        match c {
            '%' | '％' => Some(Sign::Percent(after)),
            '$' if !bare.get(1..).is_some_and(|r| r.starts_with(|d: char| d.is_ascii_digit())) => Some(Sign::Dollar(after)),
            _ => None,
        }
    }

    /// The word after byte `end`, only spaces between.
    fn word(&self, end: usize, next: usize) -> Option<(Word, &Token)> {
        let token = self.scanned.tokens.get(next)?;
        let gap = self.scanned.text.get(end..token.start as usize)?;
        let joined = gap.len() <= 4 && gap.chars().all(|c| matches!(c, ' ' | '\u{a0}' | '\u{200b}'));
        if !joined {
            return None;
        }
        WORDS.get(token).map(|(word, _)| (word, token))
    }

    fn points(&self, here: Found) -> Option<Found> {
        if let Some(Sign::Percent(end)) = self.sign(here.end) {
            return Some(Found { unit: "điểm phần trăm", end, next: here.next });
        }
        match self.word(here.end, here.next)? {
            (PointsEnglish, t) => Some(Found { unit: "điểm phần trăm", end: t.end as usize, next: here.next + 1 }),
            (Parts, t) => match self.word(t.end as usize, here.next + 1)? {
                (Hundredth, t) => Some(Found { unit: "điểm phần trăm", end: t.end as usize, next: here.next + 2 }),
                _ => None,
            },
            _ => None,
        }
    }

    /// Money, and what it is paid for when that follows: `/kWh`, `mỗi lít`, `trên mỗi ký điện`, `một số`.
    fn price(&self, money: &'static str, here: Found) -> Found {
        let alone = Found { unit: money, ..here };
        let text = self.scanned.text;
        let rest = text.get(here.end..).unwrap_or("");
        let bare = rest.trim_start_matches([' ', '\u{a0}']);
        let (mut end, mut next, mut joined) = (here.end, here.next, false);
        if let Some(tail) = bare.strip_prefix('/') {
            end = text.len() - tail.len();
            joined = true;
            // `/1kWh`, `/1 kWh`
            if let Some(one) = self.scanned.tokens.get(next)
                && one.start as usize == end
                && let Some(glued) = self.scanned.word(one).strip_prefix('1')
            {
                end += 1;
                if glued.is_empty() {
                    next += 1;
                } else if glued.eq_ignore_ascii_case("kwh") {
                    return Found { unit: paid(money, "kWh"), end: one.end as usize, next: next + 1 };
                }
            }
        } else {
            for _ in 0..2 {
                match self.word(end, next) {
                    Some((Each | Parts, t)) => (end, next, joined) = (t.end as usize, next + 1, true),
                    _ => break,
                }
            }
        }
        if !joined {
            return alone;
        }
        match self.word(end, next) {
            Some((Unit(unit), t)) => Found { unit: paid(money, unit), end: t.end as usize, next: next + 1 },
            Some((Meter, t)) => self.metered(money, t, next + 1, bare.starts_with('/')).unwrap_or(alone),
            _ if bare.starts_with('/') => Found { unit: paid(money, "?"), ..here },
            _ => alone,
        }
    }

    /// `một số điện`, `/số`, `/chữ`, `mỗi ký điện`: a kilowatt-hour; `một số nơi`, `mỗi ký` (of meat) are not.
    fn metered(&self, money: &'static str, meter: &Token, next: usize, slash: bool) -> Option<Found> {
        let own = Found { unit: paid(money, "kWh"), end: meter.end as usize, next };
        match self.word(own.end, next) {
            Some((Power, t)) => return Some(Found { end: t.end as usize, next: next + 1, ..own }),
            // «một số nơi», «mỗi số một khác»: something else is counted.
            _ if slash => {}
            _ => {
                let ends = self.scanned.tokens.get(next).is_none_or(|t| t.after_break || t.sentence != meter.sentence);
                if !ends && !self.scanned.tokens.get(next).is_some_and(|t| is_particle(&self.scanned.composed(t))) {
                    return None;
                }
            }
        }
        let weight = matches!(self.scanned.word(meter).chars().next(), Some('k' | 'K'));
        Some(if weight { Found { unit: paid(money, "kg"), ..own } } else { own })
    }
}

/// Words that may follow «một số» when it means one kilowatt-hour.
fn is_particle(word: &str) -> bool {
    matches!(
        word,
        "rồi"
            | "r"
            | "nhé"
            | "nha"
            | "nhe"
            | "thôi"
            | "là"
            | "thì"
            | "mà"
            | "và"
            | "chưa"
            | "đã"
            | "luôn"
            | "roi"
            | "thoi"
            | "la"
            | "thi"
            | "ma"
            | "chua"
            | "luon"
    )
}

fn paid(money: &'static str, of: &str) -> &'static str {
    let price = PRICES.iter().find(|(m, o, _)| *m == money && *o == of).map(|(_, _, price)| *price);
    price.unwrap_or(if money == "đồng" { "đồng/đơn vị khác" } else { "tiền khác/đơn vị" })
}
