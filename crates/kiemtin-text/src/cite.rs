//! Which official documents does a text cite?
//!
//! `Quyết định số 407/QĐ-TTg ngày 30 tháng 3 năm 2022`, `Nghị định 80/2023/NĐ-CP`, `Công văn số 1234/BCT-TTTN`,
//! `Luật số 104/2016/QH13`. Line breaks may fall inside. Numbering as in Decree 30/2020/NĐ-CP, annex I, and Law
//! 80/2015/QH13 for legal documents.

use regex::Regex;
use std::sync::LazyLock;

/// A citation as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// First byte.
    pub start: usize,
    /// Byte after the last one (number, or date when one follows).
    pub end: usize,
    /// The number in normal form: no leading zeros, no spaces, `407/QĐ-TTg`.
    pub number: String,
    /// Kind of document as written before the number, in lower case; may be empty.
    pub kind: String,
    /// Date stated right after: (year, month, day).
    pub date: Option<(i16, i8, i8)>,
}

static CITATION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?i)(?:(quyết\s+định|nghị\s+định|nghị\s+quyết|thông\s+tư|công\s+văn|công\s+điện|chỉ\s+thị|kế\s+hoạch|thông\s+báo|luật|văn\s+bản|quy\s+định)\s+)?",
        r"(?:số\s*:?\s*)?\b(\d{1,5})\s*/\s*((?:(?:19|20)\d{2}\s*/\s*)?)",
        r"((?:QĐ|QD|NĐ|ND|GP|TT|TTLT|CT|KH|CV|NQ|TB|BC|VBHN|BCT|EVN|UBND|QLTT|TTTN|QH|CĐ|QĐ|HD)[\p{L}0-9]*(?:\s*-\s*[\p{L}][\p{L}0-9]*)*)",
        r"(?:\s*,?\s*(?:ban\s+hành\s+)?ngày\s+(\d{1,2})\s*(?:/|-|\.|\s+tháng\s+)\s*(\d{1,2})\s*(?:/|-|\.|\s+năm\s+|,\s*)\s*(\d{4}))?",
    ))
    .ok()
});

/// All citations of a text, in order.
pub fn citations(text: &str) -> Vec<Citation> {
    let Some(regex) = CITATION.as_ref() else { return vec![] };
    regex.captures_iter(text).filter_map(|c| citation(&c)).collect()
}

fn citation(c: &regex::Captures<'_>) -> Option<Citation> {
    let whole = c.get(0)?;
    let number = c.get(2)?.as_str().trim_start_matches('0');
    let year: String = c.get(3)?.as_str().chars().filter(char::is_ascii_digit).collect();
    let symbol: String = c.get(4)?.as_str().chars().filter(|c| !c.is_whitespace()).collect();
    let year = if year.is_empty() { year } else { format!("{year}/") };
    let part = |i: usize| c.get(i)?.as_str().parse::<i16>().ok();
    let date = match (part(7), part(6), part(5)) {
        (Some(y), Some(m), Some(d)) if (1..=12).contains(&m) && (1..=31).contains(&d) => Some((y, m as i8, d as i8)),
        _ => None,
    };
    let kind = c.get(1).map_or("", |k| k.as_str()).split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    Some(Citation { start: whole.start(), end: whole.end(), number: format!("{number}/{year}{symbol}"), kind, date })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_citations() {
        let read = |t: &str| citations(t).into_iter().map(|c| (c.number, c.date)).collect::<Vec<_>>();
        assert_eq!(read("Quyết định số 407/QĐ-TTg ngày 30 tháng 3 năm 2022"), [("407/QĐ-TTg".into(), Some((2022, 3, 30)))]);
        assert_eq!(
            read("Nghị định 80/2023/NĐ-CP và Thông tư\n50/2025/TT-BCT"),
            [("80/2023/NĐ-CP".into(), None), ("50/2025/TT-BCT".into(), None)]
        );
        assert_eq!(read("Chỉ thị 07/CT-TTg ngày 21/3/2023"), [("7/CT-TTg".into(), Some((2023, 3, 21)))]);
        assert_eq!(
            read("Công văn số 1234/BCT-TTTN, Luật số 104/2016/QH13"),
            [("1234/BCT-TTTN".into(), None), ("104/2016/QH13".into(), None)]
        );
        assert_eq!(read("Giay phep 27/GP-BCT, QD 88/QD-BCT"), [("27/GP-BCT".into(), None), ("88/QD-BCT".into(), None)]);
        assert_eq!(read("giá 12/5/2025, tỷ lệ 3/4"), vec![]);
        assert!(
            same_number("07/CT-TTg", "7/ct-ttg") && same_number("648/QD-BCT", "648/QĐ-BCT") && !same_number("648/QD-BCT", "649/QD-BCT")
        );
    }
}
