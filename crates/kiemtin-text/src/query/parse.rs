//! From words typed by a person to a [`Query`], or to a position, a reason and advice.

use super::ast::{EntityTest, Filter, Part, Phrase, Query, Spelling};
use super::words::{Word, split};

/// Longest search, in bytes, and most terms in it: it comes from outside.
const SEARCH_LIMITS: (usize, usize) = (8_192, 512);
/// The same for a rule, whose phrase lists may be long: it comes from the operator.
const RULE_LIMITS: (usize, usize) = (262_144, 8_192);
/// Deepest nesting of parentheses.
const MAX_DEPTH: usize = 32;
/// Distance of NEAR without a number.
const DEFAULT_DISTANCE: u32 = 8;

/// A query that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("vị trí {}: {reason}", .at + 1)]
pub struct QueryError {
    /// Position in Unicode scalar values, from 0.
    pub at: usize,
    /// What is wrong and what to do, in Vietnamese.
    pub reason: String,
}

/// Reads a search as people type it: words next to each other must all occur.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    Parser::new(text, false)?.run()
}

/// Reads a condition of a rule: words next to each other are one phrase.
pub fn parse_rule(text: &str) -> Result<Query, QueryError> {
    Parser::new(text, true)?.run()
}

struct Parser {
    words: Vec<(usize, Word)>,
    next: usize,
    depth: usize,
    terms: usize,
    end: usize,
    phrases: bool,
    max_terms: usize,
}

impl Parser {
    fn new(text: &str, phrases: bool) -> Result<Self, QueryError> {
        let (max_len, max_terms) = if phrases { RULE_LIMITS } else { SEARCH_LIMITS };
        if text.len() > max_len {
            return Err(QueryError { at: 0, reason: format!("câu truy vấn dài quá {max_len} byte; hãy rút ngắn") });
        }
        Ok(Self { words: split(text)?, next: 0, depth: 0, terms: 0, end: text.chars().count(), phrases, max_terms })
    }

    fn run(mut self) -> Result<Query, QueryError> {
        if self.words.is_empty() {
            return Err(self.error("câu truy vấn trống; hãy nhập ít nhất một từ"));
        }
        let query = self.either()?;
        match self.peek() {
            None => Ok(query),
            Some(_) => Err(self.error("dấu đóng ngoặc thừa, hoặc thiếu từ ở trước")),
        }
    }

    fn peek(&self) -> Option<&Word> {
        self.words.get(self.next).map(|(_, w)| w)
    }

    fn error(&self, reason: &str) -> QueryError {
        QueryError { at: self.words.get(self.next).map_or(self.end, |(at, _)| *at), reason: reason.into() }
    }

    fn keyword(&mut self, word: &str) -> bool {
        let found = matches!(self.peek(), Some(Word::Plain(p)) if p == word);
        self.next += usize::from(found);
        found
    }

    fn either(&mut self) -> Result<Query, QueryError> {
        let mut of = vec![self.all()?];
        while self.keyword("OR") {
            of.push(self.all()?);
        }
        Ok(one_or(of, Query::Or))
    }

    fn all(&mut self) -> Result<Query, QueryError> {
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

    fn near(&mut self) -> Result<Query, QueryError> {
        let mut left = self.unary()?;
        while let Some(Word::Plain(word)) = self.peek() {
            let Some((ordered, distance)) = near_word(word) else { break };
            let Some(distance) = distance.filter(|d| (1..=50).contains(d)) else {
                return Err(self.error("NEAR/n và ONEAR/n cần n từ 1 đến 50, ví dụ NEAR/8"));
            };
            self.next += 1;
            left = Query::Near { sides: Box::new((left, self.unary()?)), distance, ordered };
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Query, QueryError> {
        if self.keyword("NOT") {
            return Ok(Query::Not(Box::new(self.unary()?)));
        }
        let Some(word) = self.peek().cloned() else {
            return Err(self.error("thiếu một từ ở cuối câu truy vấn"));
        };
        if let Word::Plain(plain) = &word
            && let Some(rest) = plain.strip_prefix('-').filter(|r| !r.is_empty())
        {
            self.replace(rest);
            return Ok(Query::Not(Box::new(self.unary()?)));
        }
        if let Word::Plain(plain) = &word
            && let Some(spelling) = spelling_of(plain)
        {
            return self.spelled(plain.clone(), spelling);
        }
        match word {
            Word::Open => self.group(),
            Word::Quoted(text) => {
                self.next += 1;
                self.phrase(&text)
            }
            Word::Plain(plain) => self.plain(&plain),
            Word::Close | Word::Comma => Err(self.error("thiếu một từ ở trước dấu này")),
        }
    }

    /// `~word`, `=Word`, `~"a phrase"`, `="A phrase"`.
    fn spelled(&mut self, word: String, spelling: Spelling) -> Result<Query, QueryError> {
        let rest = word.get(1..).unwrap_or_default();
        if rest.is_empty() {
            self.next += 1;
            if !matches!(self.peek(), Some(Word::Quoted(_))) {
                return Err(self.error(&format!("thiếu cụm từ ngay sau {word}")));
            }
        } else {
            self.replace(rest);
        }
        match self.unary()? {
            Query::Phrase(phrase) => Ok(Query::Phrase(Phrase { spelling, ..phrase })),
            _ => Err(self.error("~ và = chỉ đứng trước một từ hoặc một cụm từ")),
        }
    }

    /// `@name` and `#entity`, in rules.
    fn referred(&mut self, word: &str) -> Option<Result<Query, QueryError>> {
        let at = self.words.get(self.next).map_or(self.end, |(at, _)| *at);
        if let Some(name) = word.strip_prefix('@') {
            self.next += 1;
            return Some(self.count().map(|()| Query::Named(name.to_owned(), at)));
        }
        let test = EntityTest::parse(word.strip_prefix('#')?);
        self.next += 1;
        Some(test.map(Query::Entity).map_err(|reason| QueryError { at, reason }))
    }

    fn replace(&mut self, rest: &str) {
        if let Some((at, word)) = self.words.get_mut(self.next) {
            *at += 1;
            *word = Word::Plain(rest.to_owned());
        }
    }

    fn group(&mut self) -> Result<Query, QueryError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("quá nhiều dấu ngoặc lồng nhau"));
        }
        self.next += 1;
        let inner = self.either()?;
        if self.peek() != Some(&Word::Close) {
            return Err(self.error("thiếu dấu đóng ngoặc )"));
        }
        self.next += 1;
        self.depth -= 1;
        Ok(inner)
    }

    fn plain(&mut self, word: &str) -> Result<Query, QueryError> {
        if matches!(word, "AND" | "OR") || near_word(word).is_some() {
            return Err(self.error(&format!("thiếu một từ ở trước {word}")));
        }
        if let Ok(least) = word.parse::<usize>()
            && matches!(self.words.get(self.next + 1), Some((_, Word::Plain(of))) if of == "of")
            && matches!(self.words.get(self.next + 2), Some((_, Word::Open)))
        {
            return self.at_least(least);
        }
        if let Some((field, rest)) = word.split_once(':')
            && FIELDS.contains(&field)
        {
            return self.field(field, rest);
        }
        if self.phrases
            && let Some(query) = self.referred(word)
        {
            return query;
        }
        self.next += 1;
        let mut text = word.to_owned();
        while self.phrases {
            match self.peek() {
                Some(Word::Plain(more)) if !reserved(more) && !more.starts_with(['@', '#', '~', '=']) => text = format!("{text} {more}"),
                _ => break,
            }
            self.next += 1;
        }
        self.phrase(&text)
    }

    fn at_least(&mut self, least: usize) -> Result<Query, QueryError> {
        self.next += 3;
        let mut of = vec![self.either()?];
        while self.peek() == Some(&Word::Comma) {
            self.next += 1;
            of.push(self.either()?);
        }
        if self.peek() != Some(&Word::Close) {
            return Err(self.error("thiếu dấu đóng ngoặc ) sau «n of (…»"));
        }
        if least == 0 || least > of.len() {
            return Err(self.error("«n of (…)» cần n từ 1 đến số vế trong ngoặc"));
        }
        self.next += 1;
        Ok(Query::AtLeast(least, of))
    }

    fn field(&mut self, field: &str, rest: &str) -> Result<Query, QueryError> {
        if let Some(part) = part_of(field) {
            if rest.is_empty() {
                self.next += 1
            } else {
                self.replace(rest)
            }
            return Ok(Query::In(part, Box::new(self.unary()?)));
        }
        let mut value = rest.to_owned();
        self.next += 1;
        if value.is_empty() {
            match self.peek().cloned() {
                Some(Word::Quoted(v) | Word::Plain(v)) => value = v,
                _ => return Err(self.error(&format!("thiếu giá trị sau {field}:"))),
            }
            self.next += 1;
        }
        self.count()?;
        Ok(Query::Filter(match field {
            "source" => Filter::Source(value),
            "kind" => Filter::Kind(value),
            _ => Filter::Topic(value),
        }))
    }

    fn phrase(&mut self, text: &str) -> Result<Query, QueryError> {
        self.count()?;
        match Phrase::new(text) {
            Some(phrase) => Ok(Query::Phrase(phrase)),
            None => {
                self.next = self.next.saturating_sub(1);
                Err(self.error(&format!("«{text}» không chứa từ nào để tìm")))
            }
        }
    }

    fn count(&mut self) -> Result<(), QueryError> {
        self.terms += 1;
        if self.terms > self.max_terms {
            return Err(self.error(&format!("quá {} từ; hãy chia thành nhiều câu truy vấn", self.max_terms)));
        }
        Ok(())
    }
}

const FIELDS: [&str; 7] = ["title", "text", "lead", "quote", "source", "kind", "topic"];

fn part_of(field: &str) -> Option<Part> {
    Some(match field {
        "title" => Part::Title,
        "text" => Part::Text,
        "lead" => Part::Lead,
        "quote" => Part::Quote,
        _ => return None,
    })
}

/// The mark before a word or phrase that says which spellings count.
fn spelling_of(word: &str) -> Option<Spelling> {
    match word.chars().next()? {
        '~' => Some(Spelling::Loose),
        '=' => Some(Spelling::Cased),
        _ => None,
    }
}

fn reserved(word: &str) -> bool {
    matches!(word, "AND" | "OR" | "NOT")
        || near_word(word).is_some()
        || word.starts_with('-')
        || word.split_once(':').is_some_and(|(field, _)| FIELDS.contains(&field))
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

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(q: &Query) -> String {
        let list = |of: &[Query]| of.iter().map(shape).collect::<Vec<_>>().join(" ");
        match q {
            Query::Phrase(p) => {
                let mark = [(Spelling::Usual, ""), (Spelling::Loose, "~"), (Spelling::Cased, "=")].iter().find(|(s, _)| *s == p.spelling);
                format!("{}'{}'", mark.unwrap().1, p.text)
            }
            Query::And(of) => format!("(& {})", list(of)),
            Query::Or(of) => format!("(| {})", list(of)),
            Query::Not(q) => format!("!{}", shape(q)),
            Query::Near { sides, distance, ordered } => {
                format!("({}~{distance}{} {})", shape(&sides.0), if *ordered { ">" } else { "" }, shape(&sides.1))
            }
            Query::AtLeast(n, of) => format!("({n} of {})", list(of)),
            Query::In(part, q) => format!("{part:?}:{}", shape(q)),
            Query::Named(name, at) => format!("@{name}/{at}"),
            Query::Entity(test) => test.to_string(),
            Query::Filter(f) => format!("{f:?}"),
        }
    }

    #[test]
    fn reads_queries() {
        for (text, expected) in [
            ("giá xăng", "(& 'giá' 'xăng')"),
            ("\"giá xăng\" dầu", "(& 'giá xăng' 'dầu')"),
            ("a OR b c", "(| 'a' (& 'b' 'c'))"),
            ("a AND NOT (b OR -c)", "(& 'a' !(| 'b' !'c'))"),
            ("a NEAR/5 b", "('a'~5 'b')"),
            ("a ONEAR \"b c\"", "('a'~8> 'b c')"),
            ("2 of (a, b c, d)", "(2 of 'a' (& 'b' 'c') 'd')"),
            ("title:xăng source:vnexpress", "(& Title:'xăng' Source(\"vnexpress\"))"),
            ("giá 2.204,07 đồng", "(& 'giá' '2.204,07' 'đồng')"),
            ("xăng, dầu", "(& 'xăng' 'dầu')"),
            ("~gia =Bộ ~\"xang dau\"", "(& ~'gia' ='Bộ' ~'xang dau')"),
            ("lead:(a b) quote:\"c d\"", "(& Lead:(& 'a' 'b') Quote:'c d')"),
            ("@ai #hashtag", "(& '@ai' '#hashtag')"),
        ] {
            assert_eq!(shape(&parse(text).unwrap_or_else(|e| panic!("{text}: {e}"))), expected, "{text}");
        }
        assert_eq!(shape(&parse_rule("mua tích trữ OR đầu cơ NEAR/3 xăng").unwrap()), "(| 'mua tích trữ' ('đầu cơ'~3 'xăng'))");
    }

    #[test]
    fn rules_name_lists_and_entities() {
        for (text, expected) in [
            ("@don_vi NEAR/5 (mua vé OR @mua)", "(@don_vi/0~5 (| 'mua vé' @mua/26))"),
            ("giá điện NEAR/9 #percent>=10", "('giá điện'~9 #percent>=10)"),
            ("=Bộ Công Thương AND ~gia dien", "(& ='Bộ Công Thương' ~'gia dien')"),
        ] {
            assert_eq!(shape(&parse_rule(text).unwrap_or_else(|e| panic!("{text}: {e}"))), expected, "{text}");
        }
        for (text, at) in [("a AND #prozent", 6), ("a ~ b", 4), ("~(a OR b)", 1)] {
            assert_eq!(parse_rule(text).expect_err(text).at, at, "{text}");
        }
    }

    #[test]
    fn wrong_queries_say_where() {
        for (text, at) in [
            ("", 0),
            ("(a", 2),
            ("a)", 1),
            ("\"a", 0),
            ("a OR", 4),
            ("NEAR/3 b", 0),
            ("a NEAR/0 b", 2),
            ("3 of (a, b)", 10),
            ("?!", 0),
            ("source:", 7),
        ] {
            let error = parse(text).expect_err(text);
            assert_eq!(error.at, at, "{text}: {error}");
        }
        assert!(parse(&"(".repeat(5000)).is_err());
        assert!(parse(&"a ".repeat(5000)).is_err());
    }
}
