//! The smallest parts of a query: words, phrases, beginnings of words, values of fields.

use super::{Edit, Parser, Spelling, Word, Wrong, near_word};
use crate::compose;
use crate::key::folded;
use crate::query::ast::{EntityTest, Filter, Phrase, Prefix, Query};
use crate::query::beginning::FEWEST_LETTERS;
use crate::query::days::Dates;
use crate::query::field::{Field, all_names, meant};
use crate::query::filter::{GROUPS, KINDS, LANGUAGES, LEVELS, STANCES, Words, word_of};
use std::borrow::Cow;
use strsim::osa_distance;

/// Longest value of a field, in characters.
const LONGEST_VALUE: usize = 200;

impl Parser {
    /// `~word`, `=Word`, `~"a phrase"`, `="A phrase"`.
    pub(super) fn spelled(&mut self, word: &str, spelling: Spelling) -> Result<Query, Wrong> {
        let (at, rest) = (self.place().0, word.get(1..).unwrap_or_default());
        if rest.is_empty() {
            self.next += 1;
            if !matches!(self.peek(), Some(Word::Quoted(_))) {
                let wrong = self.wrong(format!("thiếu cụm từ ngay sau {word}"));
                return Err(if self.rule { wrong } else { wrong.mended(Edit::replace(at, at + 1, "")) });
            }
        } else {
            self.rest(rest);
        }
        match self.unary()? {
            Query::Phrase(phrase) => Ok(Query::Phrase(Phrase { spelling, ..phrase })),
            Query::Prefix(prefix) if spelling == Spelling::Loose => Ok(Query::Prefix(Prefix { spelling, ..prefix })),
            _ => {
                Err(self.wrong("~ và = chỉ đứng trước một từ hoặc một cụm từ, = không đi cùng dấu *").mended(Edit::replace(at, at + 1, "")))
            }
        }
    }

    /// `@name` and `#entity`, in rules.
    fn referred(&mut self, word: &str) -> Option<Result<Query, Wrong>> {
        let at = self.place().0;
        if let Some(name) = word.strip_prefix('@') {
            self.next += 1;
            return Some(self.count(1).map(|()| Query::Named(name.to_owned(), at)));
        }
        let test = EntityTest::parse(word.strip_prefix('#')?);
        self.next += 1;
        Some(test.map(Query::Entity).map_err(|reason| Wrong::new(at, reason)))
    }

    pub(super) fn plain(&mut self, word: &str) -> Result<Query, Wrong> {
        let (at, end) = self.place();
        if matches!(word, "AND" | "OR") || near_word(word).is_some() {
            return Err(self.wrong(format!("thiếu một từ ở trước {word}")).mended(Edit::replace(at, end, "")));
        }
        if let Ok(least) = word.parse::<usize>()
            && matches!(self.pieces.get(self.next + 1).map(|p| &p.word), Some(Word::Plain(of)) if of == "of")
            && matches!(self.pieces.get(self.next + 2).map(|p| &p.word), Some(Word::Open))
        {
            return self.at_least(least, (at, end));
        }
        if self.rule {
            if let Some(query) = self.referred(word) {
                return query;
            }
        } else {
            self.slip(word)?;
        }
        self.next += 1;
        let mut text = word.to_owned();
        while self.rule {
            match self.peek() {
                Some(Word::Plain(more)) if !reserved(more) && !more.starts_with(['@', '#', '~', '=']) => text = format!("{text} {more}"),
                _ => break,
            }
            self.next += 1;
        }
        self.words(&text, (at, end))
    }

    /// What people write for an operator or a field and is none.
    fn slip(&self, word: &str) -> Result<(), Wrong> {
        let (at, end) = self.place();
        let several = self.pieces.len() > 1;
        let operator = match word {
            "or" | "and" | "not" if several => word.to_uppercase(),
            "&&" | "&" => "AND".to_owned(),
            "||" | "|" => "OR".to_owned(),
            _ => match word.split_once('/') {
                Some((name @ ("near" | "onear"), number)) if number.parse::<u32>().is_ok() => format!("{}/{number}", name.to_uppercase()),
                _ => String::new(),
            },
        };
        if !operator.is_empty() {
            let reason = format!("toán tử viết là {operator}; muốn tìm chính «{word}», đặt trong ngoặc kép");
            return Err(self.wrong(reason).mended(Edit::replace(at, end, operator)));
        }
        let Some((name, rest)) = word.split_once(':') else { return Ok(()) };
        let Some(known) = meant(name).filter(|_| !rest.starts_with('/')) else { return Ok(()) };
        let value_follows =
            !rest.is_empty() || self.pieces.get(self.next + 1).is_some_and(|p| p.at == end && matches!(p.word, Word::Quoted(_)));
        if !value_follows {
            return Ok(());
        }
        let reason = format!("không có trường «{name}:», có: {}; muốn tìm chính «{word}», đặt trong ngoặc kép", all_names());
        Err(self.wrong(reason).mended(Edit::replace(at, at + name.chars().count(), known)))
    }

    pub(super) fn quoted(&mut self, text: &str) -> Result<Query, Wrong> {
        let (at, end) = self.pieces.get(self.next.saturating_sub(1)).map_or((self.end, self.end), |p| (p.at, p.end));
        self.words(text, (at, end))
    }

    /// A phrase, or the beginning of one when a star follows its last word.
    fn words(&mut self, text: &str, (at, end): (usize, usize)) -> Result<Query, Wrong> {
        self.count(1)?;
        let starred = stars(text);
        if starred == Star::None {
            return match Phrase::new(text) {
                Some(phrase) => Ok(Query::Phrase(phrase)),
                None => Err(Wrong::new(at, format!("«{text}» không chứa từ nào để tìm")).mended(Edit::replace(at, end, ""))),
            };
        }
        if self.rule {
            return Err(Wrong::new(at, "dấu * chỉ dùng khi tìm kiếm, không dùng trong quy tắc; hãy liệt kê các từ"));
        }
        let begun = text.trim_end().strip_suffix('*').filter(|_| starred == Star::Last);
        match begun.and_then(Prefix::new) {
            Some(prefix) => Ok(Query::Prefix(prefix)),
            None => {
                let reason =
                    format!("dấu * đứng ngay sau ít nhất {FEWEST_LETTERS} chữ cái, ở cuối từ cuối cùng, ví dụ xăn* hoặc \"giá xăng d*\"");
                let letters = text.replace('*', "");
                // Quotation marks stand around what is longer than its words.
                let quoted = end - at > text.chars().count() && !letters.trim().is_empty();
                let bare = if quoted { format!("\"{letters}\"") } else { letters };
                Err(Wrong::new(at, reason).mended(Edit::replace(at, end, bare)))
            }
        }
    }

    pub(super) fn field(&mut self, field: Field, values: Vec<(usize, String)>) -> Result<Query, Wrong> {
        let (at, end) = self.place();
        let name = field.name();
        if self.rule && !field.in_rules() {
            return Err(self.wrong(format!("{name}: chỉ dùng khi tìm kiếm, không dùng trong quy tắc")));
        }
        self.next += 1;
        if let Field::Part(part) = field {
            return self.deeper(|p| p.unary()).map(|q| Query::In(part, Box::new(q)));
        }
        if values.is_empty() {
            return Err(self.wrong(format!("thiếu giá trị sau {name}:")).mended(Edit::replace(at, end, "")));
        }
        self.count(values.len())?;
        let filters = values.into_iter().map(|(at, value)| self.filter(field, at, &value).map(Query::Filter));
        Ok(super::one_or(filters.collect::<Result<_, _>>()?, Query::Or))
    }

    fn filter(&self, field: Field, at: usize, typed: &str) -> Result<Filter, Wrong> {
        let (name, length) = (field.name(), typed.chars().count());
        if self.rule && field != Field::Kind {
            let value = typed.to_owned();
            return Ok(if field == Field::Topic { Filter::Topic(value) } else { Filter::Source(value) });
        }
        let value = compose(Cow::Borrowed(typed.trim())).into_owned();
        if value.is_empty() || length > LONGEST_VALUE {
            return Err(Wrong::new(at, format!("{name}: cần một giá trị dài 1 đến {LONGEST_VALUE} ký tự")));
        }
        let lower = value.to_lowercase();
        let known = |words: Words| match word_of(words, &value) {
            Some(word) => Ok(word.to_owned()),
            None => {
                let all: Vec<_> = words.iter().map(|(id, label)| format!("{id} ({label})")).collect();
                let wrong = Wrong::new(at, format!("không có {name}:{value}, có: {}", all.join(", ")));
                Err(match nearest(words, &value) {
                    Some(word) => wrong.mended(Edit::replace(at, at + length, word)),
                    None => wrong,
                })
            }
        };
        Ok(match field {
            Field::Kind => Filter::Kind(known(KINDS)?),
            Field::Stance => Filter::Stance(known(STANCES)?),
            Field::Level => Filter::Level(known(LEVELS)?),
            Field::Group => Filter::Group(known(GROUPS)?),
            Field::Lang => match word_of(LANGUAGES, &value) {
                Some(code) => Filter::Lang(code.to_owned()),
                None if (2..=3).contains(&lower.len()) && lower.bytes().all(|b| b.is_ascii_lowercase()) => Filter::Lang(lower),
                None => Filter::Lang(known(LANGUAGES)?),
            },
            Field::Topic => Filter::Topic(lower),
            Field::Unit => Filter::Unit(value),
            Field::Province => Filter::Province(value),
            Field::Story => Filter::Story(value),
            Field::Search => Filter::Saved(value),
            Field::Date => Filter::Date(Dates::parse(&value).map_err(|(reason, fixed)| {
                let wrong = Wrong::new(at, reason);
                match fixed {
                    Some(fixed) => wrong.mended(Edit::replace(at, at + length, fixed)),
                    None => wrong,
                }
            })?),
            Field::Source | Field::Part(_) => Filter::Source(lower),
        })
    }
}

/// The word of a closed list that was probably meant: it begins so, or at most two letters are wrong.
fn nearest(words: Words, typed: &str) -> Option<&'static str> {
    let typed = folded(typed).replace('_', " ");
    let forms = words.iter().flat_map(|(id, label)| [(*id, id.replace('_', " ")), (*id, folded(label))]);
    let forms: Vec<_> = forms.collect();
    let begun = forms.iter().find(|(_, form)| typed.chars().count() >= 3 && form.starts_with(&typed));
    let near = || forms.iter().map(|(id, form)| (osa_distance(&typed, form), *id)).filter(|(far, _)| *far <= 2).min();
    begun.map(|(id, _)| *id).or_else(|| near().map(|(_, id)| id))
}

/// Where stars stand in the words of a term.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Star {
    /// Nowhere, or apart from any word.
    None,
    /// One, right after the last word.
    Last,
    /// Anywhere else.
    Wild,
}

fn stars(text: &str) -> Star {
    let text = text.trim();
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || ('\u{300}'..='\u{36F}').contains(&c));
    let touching = |(at, _): &(usize, &str)| {
        let before = text.get(..*at).and_then(|t| t.chars().next_back());
        let after = text.get(at + 1..).and_then(|t| t.chars().next());
        letter(before) || letter(after) || text.len() == text.matches('*').count()
    };
    let mut touched = text.match_indices('*').filter(touching);
    match (touched.next(), touched.next()) {
        (None, _) => Star::None,
        (Some((at, _)), None) if at + 1 == text.len() && text.len() > 1 => Star::Last,
        _ => Star::Wild,
    }
}

/// What ends the words of a rule's phrase.
fn reserved(word: &str) -> bool {
    matches!(word, "AND" | "OR" | "NOT") || near_word(word).is_some() || word.starts_with('-')
}
