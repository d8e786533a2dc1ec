//! What are the pieces of a written date?

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A piece of a date text. `glued` when no space stands before it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// Digits.
    Num { value: i64, digits: usize, glued: bool },
    /// Letters: lower case, without accents.
    Word { text: String },
    /// Any other character that is no space.
    Sign { sign: char },
}

/// Splits into numbers, words and signs. Accents are dropped: `Tháng Năm` and `thang nam` read the same.
pub(super) fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut glued = false;
    let folded = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    let mut chars = folded.map(|c| if c == 'đ' { 'd' } else { c }).peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() || c == '\u{200b}' {
            glued = false;
            continue;
        }
        if let Some(digit) = c.to_digit(10) {
            let (mut value, mut digits) = (i64::from(digit), 1);
            while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
                value = value.saturating_mul(10).saturating_add(i64::from(digit));
                digits += 1;
                chars.next();
            }
            tokens.push(Token::Num { value, digits, glued });
        } else if c.is_alphabetic() {
            let mut word = String::from(c);
            while let Some(c) = chars.next_if(|c| c.is_alphabetic()) {
                word.push(c);
            }
            tokens.push(Token::Word { text: word });
        } else {
            let sign = if matches!(c, '–' | '—' | '−') { '-' } else { c };
            tokens.push(Token::Sign { sign });
        }
        glued = true;
    }
    tokens
}

/// Number of an English month, written out or cut to three letters.
pub(super) fn english_month(word: &str) -> Option<i64> {
    const MONTHS: [&str; 12] =
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"];
    let named =
        |month: &&str| *month == word || (word.len() == 3 && month.starts_with(word)) || (word == "sept" && month.starts_with("sept"));
    MONTHS.iter().zip(1..).find_map(|(month, number)| named(month).then_some(number))
}

/// Number of a Vietnamese month written in words (`Năm`, `Mười Hai`, `Giêng`), and the place after it.
pub(super) fn vietnamese_month(tokens: &[Token], at: usize) -> Option<(i64, usize)> {
    let word = |at: usize| match tokens.get(at) {
        Some(Token::Word { text }) => text.as_str(),
        _ => "",
    };
    let number = match (word(at), word(at + 1)) {
        ("muoi", "mot") => return Some((11, at + 2)),
        ("muoi", "hai") => return Some((12, at + 2)),
        ("muoi", _) => 10,
        ("gieng" | "mot", _) => 1,
        ("hai", _) => 2,
        ("ba", _) => 3,
        ("tu" | "bon", _) => 4,
        ("nam", _) => 5,
        ("sau", _) => 6,
        ("bay", _) => 7,
        ("tam", _) => 8,
        ("chin", _) => 9,
        ("chap", _) => 12,
        _ => return None,
    };
    Some((number, at + 1))
}
