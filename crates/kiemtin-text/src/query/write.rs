//! How is a query written? So that it is read as the same query again.

use super::ast::{Part, Query, Spelling};
use std::fmt;

/// How tightly the parts of a query hold together: what stands inside something tighter needs parentheses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    Or,
    And,
    Near,
    One,
}

/// A query as people type it; [`parse`](super::parse) reads it as the same query, where it came from there.
impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(f, self, Hold::Or)
    }
}

fn write(f: &mut fmt::Formatter<'_>, query: &Query, least: Hold) -> fmt::Result {
    if hold(query) < least {
        f.write_str("(")?;
        write(f, query, Hold::Or)?;
        return f.write_str(")");
    }
    match query {
        Query::Phrase(phrase) => term(f, &phrase.text, phrase.spelling, ""),
        Query::Prefix(prefix) => term(f, &prefix.text, prefix.spelling, "*"),
        Query::Named(name, _) => write!(f, "@{name}"),
        Query::Entity(test) => write!(f, "{test}"),
        Query::And(of) => list(f, of, " ", Hold::Near),
        Query::Or(of) => list(f, of, " OR ", Hold::And),
        Query::Not(q) => {
            f.write_str("NOT ")?;
            write(f, q, Hold::One)
        }
        Query::Near { sides, distance, ordered } => {
            write(f, &sides.0, Hold::Near)?;
            write!(f, " {}/{distance} ", if *ordered { "ONEAR" } else { "NEAR" })?;
            write(f, &sides.1, Hold::One)
        }
        Query::AtLeast(least, of) => {
            write!(f, "{least} of (")?;
            list(f, of, ", ", Hold::Or)?;
            f.write_str(")")
        }
        Query::In(part, q) => {
            write!(f, "{}:", part_name(*part))?;
            write(f, q, Hold::One)
        }
        Query::Filter(filter) => {
            let (name, value) = filter.parts();
            let plain = !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
            if plain { write!(f, "{name}:{value}") } else { write!(f, "{name}:\"{value}\"") }
        }
    }
}

fn hold(query: &Query) -> Hold {
    match query {
        Query::Or(of) if of.len() != 1 => Hold::Or,
        Query::And(of) if of.len() != 1 => Hold::And,
        Query::Near { .. } => Hold::Near,
        _ => Hold::One,
    }
}

fn list(f: &mut fmt::Formatter<'_>, of: &[Query], between: &str, least: Hold) -> fmt::Result {
    for (number, query) in of.iter().enumerate() {
        if number > 0 {
            f.write_str(between)?;
        }
        write(f, query, least)?;
    }
    Ok(())
}

/// In quotation marks unless it is one plain word that means nothing else.
fn term(f: &mut fmt::Formatter<'_>, text: &str, spelling: Spelling, star: &str) -> fmt::Result {
    f.write_str(match spelling {
        Spelling::Usual => "",
        Spelling::Loose => "~",
        Spelling::Cased => "=",
    })?;
    let operator = matches!(text.to_lowercase().as_str(), "and" | "or" | "not" | "near" | "onear" | "of");
    if !operator && text.chars().all(char::is_alphanumeric) { write!(f, "{text}{star}") } else { write!(f, "\"{text}{star}\"") }
}

fn part_name(part: Part) -> &'static str {
    match part {
        Part::Title => "title",
        Part::Text => "text",
        Part::Lead => "lead",
        Part::Quote => "quote",
    }
}
