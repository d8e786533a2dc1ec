//! Does a document's number begin at this token, and what is it?

use super::dates::{self, Dated};
use super::symbols::{CodeRole, assembly, code_of};
use super::words;
use crate::Scanned;

/// Most parts of a symbol: `TTLT-BCT-BTC-BKHĐT`.
const MAX_PARTS: usize = 5;
/// Longest part of a symbol, in bytes.
const MAX_PART: usize = 24;
/// Most digits of a running number.
const MAX_DIGITS: usize = 6;

/// A document's number as it was read.
#[derive(Debug)]
pub(super) struct Number {
    pub serial: u32,
    /// Year as written between two slashes (a misprint may have five digits).
    pub year_text: String,
    pub year: Option<i16>,
    pub symbol: Vec<String>,
    pub kind: Option<&'static str>,
    pub issuer: Option<&'static str>,
    /// Its last token.
    pub last: usize,
    /// Date and issuer when the number was told by them.
    pub date: Option<Dated>,
    pub stated_issuer: Option<&'static str>,
}

impl Number {
    /// The number in normal form.
    pub fn normal(&self) -> String {
        let symbol = self.symbol.join("-");
        if self.year_text.is_empty() {
            format!("{}/{symbol}", self.serial)
        } else {
            format!("{:02}/{}/{symbol}", self.serial, self.year_text)
        }
    }
}

/// `407/QĐ-TTg`, `80/2023/NĐ-CP`, `104/2016/QH13`, `1234/BCT-TTTN`.
pub(super) fn numbered(scanned: &Scanned<'_>, at: usize) -> Option<Number> {
    let serial = digits(scanned, at, MAX_DIGITS)?;
    if glued_before(scanned, at) || !joined(scanned, at, "/") {
        return None;
    }
    let mut next = at + 1;
    let mut year_text = "";
    if joined(scanned, next, "/")
        && let Some(token) = scanned.tokens.get(next)
        && let word = scanned.word(token)
        && matches!(word.len(), 4 | 5)
        && word.bytes().all(|b| b.is_ascii_digit())
    {
        year_text = word;
        next += 1;
    }
    let parts = parts(scanned, next)?;
    let year = year_text.parse().ok().filter(|y| (1945..2100).contains(y));
    let named = words::kind_before(scanned, at);
    if !parts.is_official(named, year.is_some()) {
        return None;
    }
    let Parts { symbol, kind, issuer, last, .. } = parts;
    Some(Number { serial, year_text: year_text.into(), year, symbol, kind, issuer, last, date: None, stated_issuer: None })
}

/// The symbol from a token on.
struct Parts {
    symbol: Vec<String>,
    kind: Option<&'static str>,
    issuer: Option<&'static str>,
    /// Its first part looks like a symbol (two capitals at least).
    capital: bool,
    last: usize,
}

impl Parts {
    /// Whether this is the symbol of an office and not a flat number, a unit or a model.
    fn is_official(&self, before: Option<words::Named>, year: bool) -> bool {
        let several = self.symbol.len() > 1;
        let named = before.is_some();
        match (self.kind, self.issuer) {
            (Some(_), Some(_)) => true,
            (Some(_), None) => named || several && self.capital,
            (None, Some(_)) => named || several || year,
            // Judgements and contracts are numbered too: «bản án số 01/2014/DS-ST».
            (None, None) => self.capital && before.is_some_and(|b| b.kind.is_some()),
        }
    }
}

fn parts(scanned: &Scanned<'_>, first: usize) -> Option<Parts> {
    let mut found = Parts { symbol: vec![], kind: None, issuer: None, capital: false, last: first };
    let mut at = first;
    while let Some(token) = scanned.tokens.get(at).filter(|_| found.symbol.len() < MAX_PARTS) {
        let word = scanned.word(token);
        let starts = found.symbol.is_empty();
        let code = code_of(token);
        let capital = capitals(word) >= 2 || word.len() <= 3 && capitals(word) == 1 && word.bytes().any(|b| b.is_ascii_digit());
        let gap = if starts { "/" } else { scanned.text.get(end(scanned, at - 1)..token.start as usize)? };
        let known = code.is_some() || assembly(word).is_some();
        let joins = match gap.trim() {
            "/" if starts => true,
            // «QĐ - TTg» may stand apart, another word after a dash may not.
            "-" | "–" | "—" | "_" => gap.len() <= 3 || capital || known,
            "/" | "." => gap.trim().len() == gap.len() && (known || capital) && found.kind.is_some(),
            // «QĐ BCT»: the dash is missing.
            "" => found.kind.is_some() && found.symbol.len() == 1 && known && capitals(word) >= 2 && !gap.contains('\n'),
            _ => false,
        };
        if !joins || word.len() > MAX_PART || starts && word.starts_with(|c: char| c.is_ascii_digit()) {
            break;
        }
        if !starts && !known && !capital && capitals(word) == 0 && !word.bytes().all(|b| b.is_ascii_digit()) && found.issuer.is_some() {
            break;
        }
        found.capital |= capital;
        let (normal, kind, issuer) = match (code, assembly(word)) {
            (_, Some((normal, issuer))) => (normal, None, Some(issuer)),
            (Some(code), _) => match code.role {
                // Only the first part names the kind: «BCT-KH» is a letter of a unit.
                CodeRole::Kind if starts => (code.written.to_owned(), Some(code.name), None),
                CodeRole::Kind => (code.written.to_owned(), None, None),
                CodeRole::Issuer => (code.written.to_owned(), None, Some(code.name)),
            },
            _ => (visible(word), None, None),
        };
        found.kind = found.kind.or(kind);
        // «BTC-QLTT» is a letter of the ministry: the first body counts.
        // «0777/GCT-BCT»: a made-up kind before a body.
        found.issuer = found.issuer.or(issuer.filter(|_| starts || found.kind.is_some() || found.capital));
        found.symbol.push(normal);
        found.last = at;
        at += 1;
    }
    // Laws carry no kind in their number; letters begin with the body.
    let letter = found.symbol.first().and_then(|first| super::code_role(first)) == Some(CodeRole::Issuer);
    if found.kind.is_none() && letter && found.symbol.len() > 1 {
        found.kind = Some("công văn");
    }
    (!found.symbol.is_empty()).then_some(found)
}

/// `Quyết định số 407 ngày 30/3/2022 của Thủ tướng`, `Nghị định 80/2023`: the symbol follows from what the text says.
pub(super) fn by_words(scanned: &Scanned<'_>, at: usize) -> Option<Number> {
    let serial = digits(scanned, at, 4)?;
    let slash = joined(scanned, at, "/");
    let dated = if slash { None } else { dates::right_after(scanned, at).filter(|d| d.date.year.is_some()) };
    if !slash && dated.is_none() || glued_before(scanned, at) {
        return None;
    }
    let kind = words::kind_before(scanned, at)?.kind?;
    let short = super::symbols::written_kind(kind)?;
    let number = |year: Option<i16>, code: &'static str, issuer, last, date, stated_issuer| Number {
        serial,
        year_text: year.map_or(String::new(), |y| y.to_string()),
        year,
        symbol: vec![short.to_owned(), code.to_owned()],
        kind: Some(kind),
        issuer: Some(issuer),
        last,
        date,
        stated_issuer,
    };
    // Only the Government issues decrees.
    if kind == "nghị định" && slash && !joined(scanned, at + 1, "/") {
        let year = digits(scanned, at + 1, 4).and_then(|y| i16::try_from(y).ok()).filter(|y| (1997..2100).contains(y))?;
        return Some(number(Some(year), "CP", "Chính phủ", at + 1, None, None));
    }
    let dated = dated?;
    let stated = words::issuer_after(scanned, dated.last, dated.last)?;
    // «Nghị định 116 ngày 18/7/2016 của Thủ tướng»
    let issuer = if kind == "nghị định" { "Chính phủ" } else { stated };
    let code = super::symbols::written_issuer(issuer)?;
    // Legal documents carry the year in their number since 1997; so do the Prime Minister's legal decisions, which
    // cannot be told from his other ones.
    let year = matches!(kind, "nghị định" | "thông tư" | "thông tư liên tịch").then_some(dated.date.year).flatten();
    Some(number(year, code, issuer, at, Some(dated), Some(stated)))
}

fn digits(scanned: &Scanned<'_>, at: usize, most: usize) -> Option<u32> {
    let word = scanned.word(scanned.tokens.get(at)?);
    if word.len() > most || !word.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    word.parse().ok()
}

/// A part of a date, a standard (`QCVN 4:2009/…`), a range or a longer number stands right before.
fn glued_before(scanned: &Scanned<'_>, at: usize) -> bool {
    let start = scanned.tokens.get(at).map_or(0, |t| t.start as usize);
    let mut before = scanned.text.get(..start).unwrap_or("").chars().rev();
    let sign = before.next();
    sign.is_some_and(|c| matches!(c, '/' | ':' | '.' | ',' | '-')) && before.next().is_some_and(|c| c.is_ascii_digit())
}

fn end(scanned: &Scanned<'_>, at: usize) -> usize {
    scanned.tokens.get(at).map_or(0, |t| t.end as usize)
}

/// Whether only this sign stands between a token and the next (spaces and one line break do not matter).
fn joined(scanned: &Scanned<'_>, at: usize, sign: &str) -> bool {
    let Some(next) = scanned.tokens.get(at + 1) else { return false };
    let gap = scanned.text.get(end(scanned, at)..next.start as usize).unwrap_or("");
    gap.len() <= 8 && gap.trim_matches(|c: char| c.is_whitespace() || c == '\u{200b}') == sign
}

fn capitals(word: &str) -> usize {
    word.chars().filter(|c| c.is_uppercase()).count()
}

fn visible(word: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    word.nfc().filter(|c| c.is_alphanumeric()).collect()
}
