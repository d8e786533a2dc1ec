//! Which pieces is a query made of?

use super::field::Field;
use super::mend::{Edit, Wrong};

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
    /// A field with its colon; for one that is no part of the text its values, each with its place.
    Field(Field, Vec<(usize, String)>),
    /// Anything else up to a space.
    Plain(String),
}

/// A piece and where it stands: first character and the one after the last, in Unicode scalar values.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub at: usize,
    pub end: usize,
    pub word: Word,
}

const QUOTES: [char; 3] = ['"', '“', '”'];

/// Splits a query into pieces. In a rule only English names of fields count, and a field has one value.
pub(super) fn split(text: &str, rule: bool) -> Result<Vec<Piece>, Wrong> {
    let mut splitter = Splitter { chars: text.chars().collect(), at: 0, rule, pieces: vec![] };
    while let Some(c) = splitter.peek() {
        let at = splitter.at;
        match c {
            _ if c.is_whitespace() => splitter.at += 1,
            '(' => splitter.sign(Word::Open),
            ')' => splitter.sign(Word::Close),
            ',' => splitter.sign(Word::Comma),
            _ if QUOTES.contains(&c) => {
                let quoted = splitter.quoted()?;
                splitter.push(at, Word::Quoted(quoted));
            }
            _ => splitter.plain()?,
        }
    }
    Ok(without_loose_commas(splitter.pieces))
}

struct Splitter {
    chars: Vec<char>,
    at: usize,
    rule: bool,
    pieces: Vec<Piece>,
}

impl Splitter {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn push(&mut self, at: usize, word: Word) {
        self.pieces.push(Piece { at, end: self.at, word });
    }

    fn sign(&mut self, word: Word) {
        self.at += 1;
        self.push(self.at - 1, word);
    }

    /// What stands between the quotes that open here.
    fn quoted(&mut self) -> Result<String, Wrong> {
        let open = self.at;
        let rest = self.chars.get(open + 1..).unwrap_or_default();
        let Some(length) = rest.iter().position(|c| QUOTES.contains(c)) else {
            let end = self.chars.len();
            return Err(Wrong::new(open, "thiếu dấu ngoặc kép đóng").mended(Edit::put(end, "\"")));
        };
        let quoted = rest.iter().take(length).collect();
        self.at = open + length + 2;
        Ok(quoted)
    }

    fn plain(&mut self) -> Result<(), Wrong> {
        let from = self.at;
        let mut plain = String::new();
        while let Some(c) = self.peek().filter(|c| !c.is_whitespace() && !"()\"“”".contains(*c)) {
            // A comma inside a number belongs to it; elsewhere it separates.
            if c == ',' && !self.chars.get(self.at + 1).is_some_and(char::is_ascii_digit) {
                break;
            }
            self.at += 1;
            if c == ':'
                && let Some((field, begin)) = self.field(&plain, from)
            {
                let values = if matches!(field, Field::Part(_)) { vec![] } else { self.values()? };
                self.push(begin, Word::Field(field, values));
                return Ok(());
            }
            plain.push(c);
        }
        self.push(from, Word::Plain(plain));
        Ok(())
    }

    /// The field that the letters before this colon name, perhaps with the word before them, and where its name begins. A `-`
    /// before it becomes a piece of its own.
    fn field(&mut self, name: &str, from: usize) -> Option<(Field, usize)> {
        let minus = |text: &str| usize::from(text.starts_with('-'));
        let bare = |text: &str| text.get(minus(text)..).unwrap_or_default().to_owned();
        if self.rule {
            let field = Field::named(&bare(name))?;
            self.minus(minus(name), from);
            return Some((field, from + minus(name)));
        }
        if let Some(field) = Field::called(&bare(name)) {
            self.minus(minus(name), from);
            return Some((field, from + minus(name)));
        }
        let Piece { at, word: Word::Plain(first), .. } = self.pieces.last()? else { return None };
        let (at, minus, first) = (*at, minus(first), bare(first));
        let field = Field::called(&format!("{first} {name}"))?;
        self.pieces.pop();
        self.minus(minus, at);
        Some((field, at + minus))
    }

    fn minus(&mut self, length: usize, at: usize) {
        if length > 0 {
            self.pieces.push(Piece { at, end: at + 1, word: Word::Plain("-".into()) });
        }
    }

    /// The values after a field's colon; none where there is nothing that could be one.
    fn values(&mut self) -> Result<Vec<(usize, String)>, Wrong> {
        let mut values = vec![];
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        loop {
            let at = self.at;
            match self.peek() {
                Some(c) if QUOTES.contains(&c) => {
                    let value = self.quoted()?;
                    values.push((at + 1, value));
                }
                _ => {
                    let ends = |c: &char| c.is_whitespace() || "(),\"“”".contains(*c);
                    let value: String = self.chars.get(at..).unwrap_or_default().iter().take_while(|c| !ends(c)).collect();
                    if value.is_empty() {
                        return Ok(values);
                    }
                    self.at += value.chars().count();
                    values.push((at, value));
                }
            }
            let more = self.chars.get(self.at + 1).is_some_and(|c| !c.is_whitespace() && !"(),".contains(*c));
            if self.rule || self.peek() != Some(',') || !more {
                return Ok(values);
            }
            self.at += 1;
        }
    }
}

/// A comma outside «n of (…)» only separates words.
fn without_loose_commas(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut depth_of = vec![];
    let mut kept: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match piece.word {
            Word::Open => depth_of.push(kept.last().is_some_and(|p| p.word == Word::Plain("of".into()))),
            Word::Close => {
                depth_of.pop();
            }
            Word::Comma if depth_of.last() != Some(&true) => continue,
            _ => {}
        }
        kept.push(piece);
    }
    kept
}
