//! Does a text name a time only by its distance from now?

use super::words::{Token, tokenize};

/// Longest text that is looked at, in characters.
const LOOKED_AT: usize = 200;

/// The phrase that tells a time from the moment of reading: `2 giờ trước`, `hôm qua`, `3 hours ago`; without accents, in
/// small letters. Such a time is never exact: what was saved or fetched later reads the same.
pub fn relative_phrase(text: &str) -> Option<String> {
    let tokens = tokenize(&text.chars().take(LOOKED_AT).collect::<String>());
    (0..tokens.len()).find_map(|at| phrase_at(&tokens, at))
}

fn phrase_at(tokens: &[Token], at: usize) -> Option<String> {
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word { text }) => text.as_str(),
        _ => "",
    };
    match (tokens.get(at)?, word(at + 1), word(at + 2)) {
        (Token::Num { value, .. }, unit, "truoc")
            if matches!(unit, "giay" | "phut" | "gio" | "ngay" | "tuan" | "thang" | "nam" | "h" | "p" | "tieng") =>
        {
            Some(format!("{value} {unit} truoc"))
        }
        (Token::Num { value, .. }, unit, "ago")
            if matches!(
                unit.trim_end_matches('s'),
                "second" | "sec" | "minute" | "min" | "hour" | "hr" | "day" | "week" | "month" | "year"
            ) =>
        {
            Some(format!("{value} {unit} ago"))
        }
        (Token::Word { text }, second, _) => match (text.as_str(), second) {
            ("hom", "nay" | "qua" | "kia") | ("vua", "xong") | ("moi" | "vua", "dang") => Some(format!("{text} {second}")),
            ("today" | "yesterday", _) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_known() {
        let check = |text: &str, expected: &str| assert_eq!(relative_phrase(text).unwrap_or_default(), expected, "{text}");
        check("2 giờ trước", "2 gio truoc");
        check("30 phút trước", "30 phut truoc");
        check("Đăng 3 ngày trước", "3 ngay truoc");
        check("Hôm nay 08:30", "hom nay");
        check("Hôm qua, 20:15", "hom qua");
        check("Vừa xong", "vua xong");
        check("3 hours ago", "3 hours ago");
        check("Yesterday at 8:30", "yesterday");
        for text in ["", "12/05/2025 08:30", "Thứ hai, 12/5/2025", "trước đó", "giờ trước", "Hôm"] {
            check(text, "");
        }
    }
}
