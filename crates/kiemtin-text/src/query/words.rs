//! Which pieces is a query made of?

use super::parse::QueryError;

/// A piece of a query as it was typed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Word {
    /// `(`
    Open,
    /// `)`
    Close,
    /// `,` between the parts of «n of (…)».
    Comma,
    /// Words in quotes.
    Quoted(String),
    /// Anything else up to a space.
    Plain(String),
}

/// Splits a query into pieces, each with its position in Unicode scalar values.
pub(super) fn split(text: &str) -> Result<Vec<(usize, Word)>, QueryError> {
    let mut words = vec![];
    let mut chars = text.chars().enumerate().peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            _ if c.is_whitespace() => {}
            '(' => words.push((at, Word::Open)),
            ')' => words.push((at, Word::Close)),
            ',' => words.push((at, Word::Comma)),
            '"' | '“' | '”' => {
                let mut quoted = String::new();
                loop {
                    match chars.next() {
                        Some((_, '"' | '“' | '”')) => break,
                        Some((_, c)) => quoted.push(c),
                        None => return Err(QueryError { at, reason: "thiếu dấu ngoặc kép đóng".into() }),
                    }
                }
                words.push((at, Word::Quoted(quoted)));
            }
            _ => {
                let mut plain = String::from(c);
                while let Some((_, c)) = chars.next_if(|(_, c)| !c.is_whitespace() && !"()\"“”".contains(*c)) {
                    // A comma inside a number belongs to it; elsewhere it separates.
                    if c == ',' && !chars.peek().is_some_and(|(_, n)| n.is_ascii_digit()) {
                        words.push((at, Word::Plain(std::mem::take(&mut plain))));
                        words.push((at, Word::Comma));
                        break;
                    }
                    plain.push(c);
                }
                if !plain.is_empty() {
                    words.push((at, Word::Plain(plain)));
                }
            }
        }
    }
    Ok(without_loose_commas(words))
}

/// A comma outside «n of (…)» only separates words.
fn without_loose_commas(words: Vec<(usize, Word)>) -> Vec<(usize, Word)> {
    let mut depth_of = vec![];
    let mut kept: Vec<(usize, Word)> = Vec::with_capacity(words.len());
    for (at, word) in words {
        match word {
            Word::Open => depth_of.push(matches!(kept.last(), Some((_, Word::Plain(p))) if p == "of")),
            Word::Close => {
                depth_of.pop();
            }
            Word::Comma if depth_of.last() != Some(&true) => continue,
            _ => {}
        }
        kept.push((at, word));
    }
    kept
}
