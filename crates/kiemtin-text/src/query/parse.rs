//! From words typed by a person to a [`Query`], or to a position, a reason and a proposal.

mod terms;
#[cfg(test)]
mod tests;

use super::ast::{Query, Spelling};
use super::mend::{Edit, Wrong};
use super::words::{Piece, Word, split};

/// Longest search, in bytes, and most terms in it: it comes from outside.
const SEARCH_LIMITS: (usize, usize) = (8_192, MOST_SEARCH_TERMS);
/// Most terms of a search: words, phrases and values of fields.
pub const MOST_SEARCH_TERMS: usize = 512;
/// The same for a rule, whose phrase lists may be long: it comes from the operator.
const RULE_LIMITS: (usize, usize) = (262_144, 8_192);
/// Deepest nesting of parentheses, exclusions and fields.
const MAX_DEPTH: usize = 32;
/// Distance of NEAR without a number.
const DEFAULT_DISTANCE: u32 = 8;
/// Largest distance of NEAR.
const MOST_DISTANCE: u32 = 50;

/// A query that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("vị trí {}: {reason}", .at + 1)]
pub struct QueryError {
    /// Position in Unicode scalar values, from 0.
    pub at: usize,
    /// What is wrong and what to do, in Vietnamese.
    pub reason: String,
    /// A query that can be read and is probably what was meant.
    pub proposal: Option<String>,
}

/// Reads a search as people type it: words next to each other must all occur.
///
/// # Errors
/// Where the query is wrong, why, and a proposal where one can be made.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    let read = |text: &str| Parser::new(text, false)?.run();
    read(text).map_err(|wrong| wrong.told(text, read))
}

/// Reads a condition of a rule: words next to each other are one phrase.
///
/// # Errors
/// As [`parse`]; beginnings of words and what is known only after the rules have spoken are for searches.
pub fn parse_rule(text: &str) -> Result<Query, QueryError> {
    let read = |text: &str| Parser::new(text, true)?.run();
    read(text).map_err(|wrong| wrong.told(text, read))
}

struct Parser {
    pieces: Vec<Piece>,
    next: usize,
    depth: usize,
    terms: usize,
    end: usize,
    rule: bool,
    max_terms: usize,
}

impl Parser {
    fn new(text: &str, rule: bool) -> Result<Self, Wrong> {
        let (max_len, max_terms) = if rule { RULE_LIMITS } else { SEARCH_LIMITS };
        if text.len() > max_len {
            let reason = format!("câu truy vấn dài {} byte, tối đa {max_len} byte; hãy rút ngắn hoặc chia thành nhiều câu", text.len());
            return Err(Wrong::new(0, reason));
        }
        Ok(Self { pieces: split(text, rule)?, next: 0, depth: 0, terms: 0, end: text.chars().count(), rule, max_terms })
    }

    fn run(mut self) -> Result<Query, Wrong> {
        if self.pieces.is_empty() {
            return Err(self.wrong("câu truy vấn trống; hãy nhập ít nhất một từ"));
        }
        let query = self.either()?;
        match self.pieces.get(self.next) {
            None => Ok(query),
            Some(piece) => {
                let edit = Edit::replace(piece.at, piece.end, "");
                Err(self.wrong("dấu đóng ngoặc thừa, hoặc thiếu từ ở trước").mended(edit))
            }
        }
    }

    fn peek(&self) -> Option<&Word> {
        self.pieces.get(self.next).map(|p| &p.word)
    }

    /// First character of the next piece and the one after its last; the end of the query when there is none.
    fn place(&self) -> (usize, usize) {
        self.pieces.get(self.next).map_or((self.end, self.end), |p| (p.at, p.end))
    }

    fn wrong(&self, reason: impl Into<String>) -> Wrong {
        Wrong::new(self.place().0, reason)
    }

    fn keyword(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Word::Plain(p)) if p == word);
        self.next += usize::from(found);
        found
    }

    /// One step deeper: what is nested without end would end our stack.
    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Wrong>) -> Result<T, Wrong> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.wrong(format!("lồng nhau quá {MAX_DEPTH} tầng (ngoặc, NOT, trường); hãy chia thành nhiều câu")));
        }
        let read = inner(self)?;
        self.depth -= 1;
        Ok(read)
    }

    fn either(&mut self) -> Result<Query, Wrong> {
        let mut of = vec![self.all()?];
        while self.keyword("OR") {
            of.push(self.all()?);
        }
        Ok(one_or(of, Query::Or))
    }

    fn all(&mut self) -> Result<Query, Wrong> {
        let mut of = vec![self.near()?];
        loop {
            if self.keyword("AND") {
                of.push(self.near()?);
                continue;
            }
            match self.peek() {
                None | Some(Word::Close | Word::Comma) => break,
                Some(Word::Plain(p)) if p == "OR" => break,
                Some(_) => of.push(self.near()?),
            }
        }
        Ok(one_or(of, Query::And))
    }

    fn near(&mut self) -> Result<Query, Wrong> {
        let mut left = self.unary()?;
        while let Some(Word::Plain(word)) = self.peek() {
            let Some((ordered, distance)) = near_word(word) else { break };
            let (name, (at, end)) = (if ordered { "ONEAR" } else { "NEAR" }, self.place());
            let Some(distance) = distance.filter(|d| (1..=MOST_DISTANCE).contains(d)) else {
                let mended = distance.map_or(DEFAULT_DISTANCE, |d| d.clamp(1, MOST_DISTANCE));
                return Err(self.wrong(format!("NEAR/n và ONEAR/n cần n từ 1 đến {MOST_DISTANCE}, ví dụ NEAR/8")).mended(Edit::replace(
                    at,
                    end,
                    format!("{name}/{mended}"),
                )));
            };
            if !self.rule && word == name {
                self.number_apart(name)?;
            }
            self.next += 1;
            left = Query::Near { sides: Box::new((left, self.unary()?)), distance, ordered };
        }
        Ok(left)
    }

    /// `NEAR 5` for `NEAR/5`.
    fn number_apart(&self, name: &str) -> Result<(), Wrong> {
        let (Some(near), Some(number), Some(after)) =
            (self.pieces.get(self.next), self.pieces.get(self.next + 1), self.pieces.get(self.next + 2))
        else {
            return Ok(());
        };
        let Word::Plain(digits) = &number.word else { return Ok(()) };
        let Some(distance) = digits.parse::<u32>().ok().filter(|_| !matches!(after.word, Word::Close | Word::Comma)) else { return Ok(()) };
        let is_operator = matches!(&after.word, Word::Plain(p) if matches!(p.as_str(), "AND" | "OR" | "of") || near_word(p).is_some());
        if is_operator {
            return Ok(());
        }
        let mended = format!("{name}/{}", distance.clamp(1, MOST_DISTANCE));
        let reason = format!("khoảng cách viết liền sau dấu gạch chéo: {mended}; muốn tìm số {digits}, đặt nó trong ngoặc kép");
        Err(self.wrong(reason).mended(Edit::replace(near.at, number.end, mended)))
    }

    fn unary(&mut self) -> Result<Query, Wrong> {
        if self.keyword("NOT") {
            return self.deeper(|p| p.unary()).map(|q| Query::Not(Box::new(q)));
        }
        let Some(piece) = self.pieces.get(self.next).cloned() else {
            return Err(self.missing("thiếu một từ ở cuối câu truy vấn"));
        };
        if let Word::Plain(plain) = &piece.word {
            // `-word`, and `-` right before a quotation, a parenthesis or a field.
            if let Some(rest) = plain.strip_prefix('-') {
                let touches =
                    self.pieces.get(self.next + 1).is_some_and(|p| p.at == piece.end && !matches!(p.word, Word::Close | Word::Comma));
                if !rest.is_empty() {
                    self.rest(rest);
                    return self.deeper(|p| p.unary()).map(|q| Query::Not(Box::new(q)));
                }
                if touches {
                    self.next += 1;
                    return self.deeper(|p| p.unary()).map(|q| Query::Not(Box::new(q)));
                }
            }
            if let Some(spelling) = spelling_of(plain) {
                return self.spelled(plain, spelling);
            }
        }
        match piece.word {
            Word::Open => self.group(),
            Word::Quoted(text) => {
                self.next += 1;
                self.quoted(&text)
            }
            Word::Plain(plain) => self.plain(&plain),
            Word::Field(field, values) => self.field(field, values),
            Word::Close | Word::Comma => Err(self.missing("thiếu một từ ở trước dấu này")),
        }
    }

    /// A word is missing here: what asks for it is taken out.
    fn missing(&self, reason: &str) -> Wrong {
        let wrong = self.wrong(reason);
        let Some(before) = self.next.checked_sub(1).and_then(|i| self.pieces.get(i)) else {
            let (at, end) = self.place();
            return wrong.mended(Edit::replace(at, end, ""));
        };
        match (&before.word, self.peek()) {
            (Word::Open, Some(Word::Close)) => {
                let (_, end) = self.place();
                wrong.mended(Edit::replace(before.at, end, ""))
            }
            (Word::Plain(_) | Word::Open | Word::Comma | Word::Field(..), _) => wrong.mended(Edit::replace(before.at, before.end, "")),
            _ => wrong,
        }
    }

    /// What follows a sign of the piece that comes next takes its place.
    fn rest(&mut self, rest: &str) {
        if let Some(piece) = self.pieces.get_mut(self.next) {
            piece.at += 1;
            piece.word = Word::Plain(rest.to_owned());
        }
    }

    fn group(&mut self) -> Result<Query, Wrong> {
        self.deeper(|p| {
            p.next += 1;
            let inner = p.either()?;
            p.close("thiếu dấu đóng ngoặc )")?;
            Ok(inner)
        })
    }

    fn close(&mut self, reason: &str) -> Result<(), Wrong> {
        if self.peek() != Some(&Word::Close) {
            return Err(self.wrong(reason).mended(Edit::put(self.place().0, ")")));
        }
        self.next += 1;
        Ok(())
    }

    fn at_least(&mut self, least: usize, number: (usize, usize)) -> Result<Query, Wrong> {
        self.next += 3;
        let of = self.deeper(|p| {
            let mut of = vec![p.either()?];
            while p.peek() == Some(&Word::Comma) {
                p.next += 1;
                of.push(p.either()?);
            }
            Ok(of)
        })?;
        let close = self.place().0;
        self.close("thiếu dấu đóng ngoặc ) sau «n of (…»")?;
        if least == 0 || least > of.len() {
            let mended = least.clamp(1, of.len()).to_string();
            let wrong = Wrong::new(close, "«n of (…)» cần n từ 1 đến số vế trong ngoặc");
            return Err(wrong.mended(Edit::replace(number.0, number.1, mended)));
        }
        Ok(Query::AtLeast(least, of))
    }

    fn count(&mut self, terms: usize) -> Result<(), Wrong> {
        self.terms += terms;
        if self.terms > self.max_terms {
            let of = self.pieces.len();
            let reason = format!("câu truy vấn có {of} thành phần, tối đa {} từ; hãy chia thành nhiều câu", self.max_terms);
            return Err(self.wrong(reason));
        }
        Ok(())
    }
}

/// The mark before a word or phrase that says which spellings count.
fn spelling_of(word: &str) -> Option<Spelling> {
    match word.chars().next()? {
        '~' => Some(Spelling::Loose),
        '=' => Some(Spelling::Cased),
        _ => None,
    }
}

/// `NEAR`, `NEAR/5`, `ONEAR/5` → (ordered, distance); the distance is `None` when it is not a number.
fn near_word(word: &str) -> Option<(bool, Option<u32>)> {
    let (name, number) = word.split_once('/').map_or((word, None), |(n, d)| (n, Some(d)));
    let ordered = match name {
        "NEAR" => false,
        "ONEAR" => true,
        _ => return None,
    };
    Some((ordered, number.map_or(Some(DEFAULT_DISTANCE), |n| n.parse().ok())))
}

fn one_or(mut of: Vec<Query>, many: fn(Vec<Query>) -> Query) -> Query {
    if of.len() == 1 { of.remove(0) } else { many(of) }
}
