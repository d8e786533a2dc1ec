//! Which official documents does a text cite?
//!
//! `Quyết định số 407/QĐ-TTg ngày 30 tháng 3 năm 2022`, `Nghị định 80/2023/NĐ-CP`, `Công văn số 1234/BCT-TTTN`, `Luật số
//! 104/2016/QH13`, `Quyết định số 407 ngày 30/3/2022 của Thủ tướng`. Spaces and line breaks may fall inside, case and
//! accents may be missing. Numbering as in Decree 30/2020/NĐ-CP, annex I, and Law 80/2015/QH13 for legal documents.
//!
//! A citation stands only where digits are followed by a slash and a symbol of the administration, or by a day and an
//! issuer after a kind of document. So one look at the first byte of each token is all that most texts cost.

mod dates;
mod number;
mod symbols;
mod words;

#[cfg(test)]
mod tests;

use crate::Scanned;
use dates::Dated;
pub use dates::StatedDate;
use std::ops::Range;
pub use symbols::{CodeRole, code_role, symbol_key};

/// Most citations read from one text: longer lists are cut.
pub const MAX_CITATIONS: usize = 2_000;

/// A citation as it stands in a text. Spans are byte ranges of that text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// First byte: of the kind of document, of «số» or of the number.
    pub start: usize,
    /// Byte after the last one: of the number, or of the date when one follows.
    pub end: usize,
    /// The number in normal form: `407/QĐ-TTg`, `7/CT-TTg`, `09/2017/NĐ-CP` (two digits at least before a year, as such
    /// documents are numbered; else no leading zeros; no spaces; symbols as they are issued).
    pub number: String,
    /// Where the number stands.
    pub number_span: Range<usize>,
    /// The running number.
    pub serial: u32,
    /// Year inside the number.
    pub year: Option<i16>,
    /// Parts of the symbol in normal form: `QĐ`, `TTg`.
    pub symbol: Vec<String>,
    /// Kind of document that the symbol stands for, in lower case: `quyết định`.
    pub kind: Option<&'static str>,
    /// Kind of document that the text calls it.
    pub stated_kind: Option<&'static str>,
    /// Body that the symbol stands for: `Thủ tướng Chính phủ`.
    pub issuer: Option<&'static str>,
    /// Body that the text names after it: «của Bộ Công Thương».
    pub stated_issuer: Option<&'static str>,
    /// Date that the text gives it.
    pub date: Option<StatedDate>,
    /// Where that date stands.
    pub date_span: Option<Range<usize>>,
    /// Token after the last one of number and date.
    pub next_token: usize,
}

/// All citations of a text, in order, at most [`MAX_CITATIONS`].
pub fn citations(scanned: &Scanned<'_>) -> Vec<Citation> {
    let bytes = scanned.text.as_bytes();
    let mut found: Vec<Citation> = vec![];
    let mut at = 0;
    while let Some(token) = scanned.tokens.get(at) {
        // A citation needs a number.
        if !bytes.get(token.start as usize).is_some_and(u8::is_ascii_digit) {
            at += 1;
            continue;
        }
        match number::numbered(scanned, at).or_else(|| number::by_words(scanned, at)) {
            Some(number) => {
                let citation = completed(scanned, at, number, found.last());
                at = citation.next_token.max(at + 1);
                found.push(citation);
                if found.len() == MAX_CITATIONS {
                    break;
                }
            }
            None => at += 1,
        }
    }
    found
}

/// Adds what stands around a number: kind, date, issuer.
fn completed(scanned: &Scanned<'_>, at: usize, number: number::Number, before: Option<&Citation>) -> Citation {
    let named = words::kind_before(scanned, at);
    let mut stated_kind = named.and_then(|n| n.kind);
    if named.is_none() {
        // «các Nghị định 83/2014/NĐ-CP, 95/2021/NĐ-CP và 80/2023/NĐ-CP»
        stated_kind = before.filter(|b| words::listed(scanned, b.next_token, at) && b.kind == number.kind).and_then(|b| b.stated_kind);
    }
    let first = named.map_or(at, |n| n.first);
    let start_of = |i: usize| scanned.tokens.get(i).map_or(0, |t| t.start as usize);
    let end_of = |i: usize| scanned.tokens.get(i).map_or(0, |t| t.end as usize);
    let number_span = start_of(at)..end_of(number.last);
    let after = match number.date {
        Some(dated) => Some(dated),
        None => dates::after(scanned, number.last),
    };
    let from = before.map_or(0, |b| b.next_token);
    let dated = after.or_else(|| dates::before(scanned, from, first)).or_else(|| dates::in_head(scanned, first, number.last));
    let inline = after.map(|d: Dated| d.last);
    let last = inline.unwrap_or(number.last);
    let stated_issuer = words::issuer_after(scanned, number.last, last).or(number.stated_issuer);
    Citation {
        start: start_of(first),
        end: end_of(last),
        number: number.normal(),
        number_span,
        serial: number.serial,
        year: number.year,
        kind: number.kind,
        stated_kind,
        issuer: number.issuer,
        stated_issuer,
        symbol: number.symbol,
        date: dated.map(|d| d.date),
        date_span: dated.map(|d| start_of(d.first)..end_of(d.last)),
        next_token: last + 1,
    }
}

/// One spelling for all of a document's number: case, accents (`QD` for `QĐ`), leading zeros and spaces do not count.
pub fn number_key(number: &str) -> String {
    let plain: String = number.trim_start_matches('0').chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect();
    crate::key::folded(&plain)
}

/// Whether two document numbers name the same document.
pub fn same_number(a: &str, b: &str) -> bool {
    number_key(a) == number_key(b)
}
