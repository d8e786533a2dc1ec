//! Which numbers does a Vietnamese text state?
//!
//! Dot for thousands, comma for decimals (`2.204,07`), `nghìn/ngàn`, `triệu`, `tỷ`, and the unit that follows.

use regex::Regex;
use std::sync::LazyLock;

/// A number with its unit, as the text states it.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// First byte.
    pub start: usize,
    /// Byte after the unit.
    pub end: usize,
    /// The value, multiplied by nghìn, triệu or tỷ.
    pub value: f64,
    /// Half a unit of the last digit that the text gives: how exactly it speaks.
    pub precision: f64,
    /// Unit in normal form: `%`, `đồng`, `đồng/kWh`, `đồng/lít`; empty when none follows.
    pub unit: String,
}

static FIGURE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(\d{1,3}(?:[.\u{a0}]\d{3})+|\d+)(?:,(\d+))?(?:\s*(nghìn|ngàn|triệu|tỷ|tỉ|k)\b)?(?:\s*(%|phần trăm|đồng\s*/\s*(?:1\s*)?(?:kwh|kw\b|số điện|lít)|(?:đồng|dong|vnđ|vnd)\s+(?:một|mỗi|mot|moi)\s+(?:kwh|số điện|so dien|lít|lit)|(?:vnđ|vnd|đ|d|dong)\s*/\s*(?:kwh|số điện|so dien|lít|lit)|đồng|dong\b|vnđ|vnd|đ\b))?",
    )
    .ok()
});

/// All figures of a text, in order. Dates, document numbers and times are left out.
pub fn figures(text: &str) -> Vec<Figure> {
    let Some(regex) = FIGURE.as_ref() else { return vec![] };
    regex.captures_iter(text).filter_map(|c| figure(text, &c)).collect()
}

fn figure(text: &str, c: &regex::Captures<'_>) -> Option<Figure> {
    let whole = c.get(0)?;
    let before = text.get(..whole.start())?.chars().next_back();
    let after = text.get(whole.end()..)?.chars().next();
    let unit = c.get(4).map_or(String::new(), |u| normal_unit(u.as_str()));
    // Parts of dates (12/5), document numbers (80/2023), times (08:30), ranges of codes (A80).
    if before.is_some_and(|b| matches!(b, '/' | ':' | '.' | ',') || b.is_alphanumeric()) {
        return None;
    }
    if unit.is_empty() && after.is_some_and(|a| matches!(a, '/' | ':')) {
        return None;
    }
    let digits: String = c.get(1)?.as_str().chars().filter(char::is_ascii_digit).collect();
    if digits.len() > 15 {
        return None;
    }
    let decimals = c.get(2).map_or("", |d| d.as_str());
    let factor = match c.get(3).map(|f| f.as_str().to_lowercase()).as_deref() {
        Some("nghìn" | "ngàn" | "k") => 1e3,
        Some("triệu") => 1e6,
        Some("tỷ" | "tỉ") => 1e9,
        _ => 1.0,
    };
    let value: f64 = format!("{digits}.{decimals}0").parse().ok()?;
    let precision = 0.5 * 10f64.powi(-(decimals.len().min(12) as i32)) * factor;
    Some(Figure { start: whole.start(), end: whole.end(), value: value * factor, precision, unit })
}

fn normal_unit(unit: &str) -> String {
    let unit = unit.to_lowercase();
    if unit.contains('%') || unit.contains("phần") {
        "%".into()
    } else if unit.contains("kw") || unit.contains("số điện") || unit.contains("so dien") {
        "đồng/kWh".into()
    } else if unit.contains("lít") || unit.contains("lit") {
        "đồng/lít".into()
    } else {
        "đồng".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_vietnamese_figures() {
        let read = |t: &str| figures(t).into_iter().map(|f| (f.value, f.unit)).collect::<Vec<_>>();
        let one = |v: f64, u: &str| vec![(v, u.to_owned())];
        assert_eq!(read("2.204,0655 đồng/kWh"), one(2204.0655, "đồng/kWh"));
        assert_eq!(read("hơn 2.500đ/số điện"), one(2500.0, "đồng/kWh"));
        assert_eq!(read("3 nghìn đồng một kWh"), one(3000.0, "đồng/kWh"));
        assert_eq!(read("2.650d/kwh"), one(2650.0, "đồng/kWh"));
        assert_eq!(read("2.500 VND một kWh"), one(2500.0, "đồng/kWh"));
        assert_eq!(read("tăng 4,8%"), one(4.8, "%"));
        assert_eq!(read("46 phần trăm"), one(46.0, "%"));
        assert_eq!(read("1,5 triệu đồng"), one(1_500_000.0, "đồng"));
        assert_eq!(read("ngày 12/5/2025 lúc 08:30, Nghị định 80/2023/NĐ-CP"), vec![]);
    }

    #[test]
    fn says_how_exactly() {
        let f = &figures("2.204 đồng")[0];
        assert_eq!((f.value, f.precision), (2204.0, 0.5));
        assert_eq!(figures("4,8%")[0].precision, 0.05);
    }
}
