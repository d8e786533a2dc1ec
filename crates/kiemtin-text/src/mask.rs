//! Which words of a text are personal data?
//!
//! Phone, bank account and identity numbers, e-mail addresses and @handles become labels before anything is stored.
//! Hotlines of organisations (1800, 1900 and the short emergency numbers, and those on an allow-list) stay.

use regex::Regex;
use std::sync::LazyLock;

/// Kind of personal data; its label replaces the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Personal {
    /// A phone number.
    Phone,
    /// A bank account or card number.
    Account,
    /// An identity document number.
    Identity,
    /// An e-mail address.
    Email,
    /// An @handle.
    Handle,
}

impl Personal {
    /// What stands in the text instead.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Phone => "[số điện thoại]",
            Self::Account => "[tài khoản]",
            Self::Identity => "[giấy tờ]",
            Self::Email => "[email]",
            Self::Handle => "[tên tài khoản]",
        }
    }
}

/// A masked text and what was masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Masked {
    /// The text with labels.
    pub text: String,
    /// (first byte, byte after the last one, label) in the original text, ascending.
    pub cuts: Vec<(usize, usize, &'static str)>,
}

static EMAIL: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)[a-z0-9._%+-]{1,64}@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,24}").ok());
static HANDLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"@[A-Za-z0-9_](?:[A-Za-z0-9_.]{1,40})").ok());
static DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\+?\(?\d(?:[ .\u{a0}()-]{0,2}\d){6,24}").ok());
/// Words before a run of digits that say what it is.
static ACCOUNT_CUE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:stk|số tk|tài khoản|tk|số thẻ|thẻ|so tai khoan|tai khoan)\s*(?:số|ngân hàng|so)?[^\n\d]{0,30}$").ok()
});
static IDENTITY_CUE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)(?:cccd|cmnd|cmt|căn cước|chứng minh|hộ chiếu|can cuoc|mã số thuế cá nhân)[^\n\d]{0,25}$").ok());
static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^(?:\+?84|0)(?:[35789]\d{8}|2\d{8,9})$").ok());
static MONEY: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^\s*(?:đồng|đ\b|vnđ|vnd|usd|tấn|triệu|tỷ|tỉ|nghìn|ngàn|lít|kwh|mw|%|người|m2|m3|ha\b)").ok());

/// Replaces personal data by labels. Numbers in `keep` (digits only) are hotlines of organisations.
pub fn mask(text: &str, keep: &[String]) -> Masked {
    let mut cuts: Vec<(usize, usize, &'static str)> = vec![];
    add(&mut cuts, text, &EMAIL, |_| Some(Personal::Email));
    add(&mut cuts, text, &HANDLE, |_| Some(Personal::Handle));
    add(&mut cuts, text, &DIGITS, |m| digits_kind(text, m, keep));
    cuts.sort_unstable();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (start, end, label) in &cuts {
        out.push_str(text.get(at..*start).unwrap_or(""));
        out.push_str(label);
        at = *end;
    }
    out.push_str(text.get(at..).unwrap_or(""));
    Masked { text: out, cuts }
}

fn add(
    cuts: &mut Vec<(usize, usize, &'static str)>,
    text: &str,
    regex: &LazyLock<Option<Regex>>,
    kind: impl Fn((usize, usize)) -> Option<Personal>,
) {
    let Some(regex) = regex.as_ref() else { return };
    for found in regex.find_iter(text) {
        let span = (found.start(), found.end());
        let free = cuts.iter().all(|(a, b, _)| span.1 <= *a || span.0 >= *b);
        if let (true, Some(kind)) = (free, kind(span)) {
            cuts.push((span.0, span.1, kind.label()));
        }
    }
}

fn after_word(text: &str, at: usize) -> bool {
    text.get(..at).and_then(|t| t.chars().next_back()).is_some_and(|c| c.is_alphanumeric() || c == '/')
}

fn digits_kind(text: &str, (start, end): (usize, usize), keep: &[String]) -> Option<Personal> {
    let digits: String = text.get(start..end)?.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    let plain = digits.trim_start_matches('+');
    if after_word(text, start) || plain.starts_with("1800") || plain.starts_with("1900") || keep.iter().any(|k| k == plain) {
        return None;
    }
    let from = text.char_indices().rev().map(|(i, _)| i).filter(|i| *i < start).take(45).last().unwrap_or(start);
    // A label names what it hides, not what follows it.
    let before = text.get(from..start).and_then(|b| b.rsplit(']').next()).unwrap_or("");
    let matches = |r: &LazyLock<Option<Regex>>, s: &str| r.as_ref().is_some_and(|r| r.is_match(s));
    if matches(&IDENTITY_CUE, before) && (8..=12).contains(&plain.len()) {
        return Some(Personal::Identity);
    }
    if matches(&ACCOUNT_CUE, before) && (6..=19).contains(&plain.len()) {
        return Some(Personal::Account);
    }
    if matches(&PHONE, &digits) {
        return Some(Personal::Phone);
    }
    // A long run of bare digits that is no amount: an identity, card or account number all the same.
    let bare = text.get(start..end)?.chars().all(|c| c.is_ascii_digit());
    let amount = matches(&MONEY, text.get(end..).unwrap_or(""));
    match plain.len() {
        12 if bare && !amount => Some(Personal::Identity),
        13..=19 if bare && !amount => Some(Personal::Account),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_people_not_figures() {
        for (text, expected) in [
            ("Gọi 0912 345 678 ngay", "Gọi [số điện thoại] ngay"),
            ("ĐT: +84.912.345.678.", "ĐT: [số điện thoại]."),
            ("STK 0123456789 ngân hàng", "STK [tài khoản] ngân hàng"),
            ("số CCCD 001099012345 của bạn", "số CCCD [giấy tờ] của bạn"),
            ("thư về a.b@example.com nhé", "thư về [email] nhé"),
            ("theo @nguyen_van trên kênh", "theo [tên tài khoản] trên kênh"),
            ("theo @nguyen_van, mã 1234567 ghi trên vé", "theo [tên tài khoản], mã 1234567 ghi trên vé"),
            ("theo [tên tài khoản], mã 1234567 ghi trên vé", "theo [tên tài khoản], mã 1234567 ghi trên vé"),
            ("tổng đài 19006769 và 1800 1234", "tổng đài 19006769 và 1800 1234"),
            ("kim ngạch 123.456.789.000 đồng", "kim ngạch 123.456.789.000 đồng"),
            ("ngày 12/05/2025, Công văn 1234/BCT", "ngày 12/05/2025, Công văn 1234/BCT"),
        ] {
            assert_eq!(mask(text, &[]).text, expected);
        }
        assert_eq!(mask("Gọi 024 2222 2222", &["02422222222".into()]).cuts, []);
    }

    proptest::proptest! {
        #[test]
        fn masking_twice_changes_nothing(text in "[a-z0-9@. đ]{0,80}") {
            let once = mask(&text, &[]).text;
            proptest::prop_assert_eq!(&mask(&once, &[]).text, &once);
        }
    }
}
