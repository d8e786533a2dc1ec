//! Facts of record: figures, each with its period of validity and its document.

use crate::faults::{ConfigFile, Fault};
use kiemtin_model::{Reference, Time, time::DAY_MS};
use kiemtin_text::query::{Phrase, QueryId, QuerySetBuilder};
use serde::Deserialize;

/// A figure on record.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Stable id.
    pub id: String,
    /// What it is, in Vietnamese.
    pub name: String,
    /// Unit in normal form (see [`kiemtin_text::number::Figure::unit`]).
    pub unit: String,
    /// End of the last day on which somebody confirmed it; afterwards it raises a watch at most.
    pub verified_until: Time,
    /// Topic id.
    pub topic: Option<String>,
    /// Phrases one of which stands in a sentence about this figure.
    pub subject: QueryId,
    /// Phrases that mean another quantity.
    pub not_subject: Option<QueryId>,
    /// Values by validity, oldest first.
    pub values: Vec<FactValue>,
}

/// One value of a fact.
#[derive(Clone, Debug)]
pub struct FactValue {
    /// The value in the fact's unit.
    pub value: f64,
    /// First moment it is valid.
    pub from: Time,
    /// Document that set it.
    pub document: String,
}

/// All facts.
#[derive(Clone, Debug, Default)]
pub struct FactBook {
    /// In order of the files.
    pub facts: Vec<Fact>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FactFile {
    id: String,
    name: String,
    unit: String,
    verified_until: String,
    #[serde(default)]
    topic: Option<String>,
    subject: Vec<String>,
    #[serde(default)]
    not_subject: Vec<String>,
    value: Vec<ValueFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ValueFile {
    value: f64,
    valid_from: String,
    document: String,
}

impl FactBook {
    /// Reads `config/facts/*.toml`.
    pub fn load(files: &[ConfigFile], queries: &mut QuerySetBuilder, faults: &mut Vec<Fault>) -> Self {
        let mut book = Self::default();
        for file in files {
            for (at, fact) in file.items::<FactFile>("fact", faults) {
                match compile(fact, queries) {
                    Ok(fact) if book.facts.iter().any(|f| f.id == fact.id) => {
                        faults.push(file.fault(at, "fact.id", format!("\"{}\" is already taken, expected a new id", fact.id)));
                    }
                    Ok(fact) => book.facts.push(fact),
                    Err((key, message)) => faults.push(file.fault(at, key, message)),
                }
            }
        }
        book
    }
}

impl Fact {
    /// The value valid at a time.
    pub fn at(&self, time: Time) -> Option<&FactValue> {
        self.values.iter().rev().find(|v| v.from <= time)
    }

    /// How it is shown next to a claim.
    pub fn reference(&self, value: &FactValue) -> Reference {
        let text = format!("{}: {} {} từ {}", self.name, vi_number(value.value), self.unit, vi_day(value.from));
        Reference { label: value.document.clone(), text, url: None }
    }
}

fn compile(file: FactFile, queries: &mut QuerySetBuilder) -> Result<Fact, (&'static str, String)> {
    let verified_until = day(&file.verified_until).map_err(|e| ("fact.verified_until", e))?.plus(DAY_MS - 1);
    let mut values = vec![];
    for value in file.value {
        let from = day(&value.valid_from).map_err(|e| ("fact.value.valid_from", e))?;
        values.push(FactValue { value: value.value, from, document: value.document });
    }
    if values.is_empty() {
        return Err(("fact.value", "got no value, expected at least one".into()));
    }
    values.sort_by_key(|v| v.from);
    let Some(subject) = any_of(&file.subject, queries) else {
        return Err(("fact.subject", "got no phrase, expected at least one".into()));
    };
    let not_subject = any_of(&file.not_subject, queries);
    let (id, name, unit, topic) = (file.id, file.name, file.unit, file.topic);
    Ok(Fact { id, name, unit, verified_until, topic, subject, not_subject, values })
}

fn any_of(phrases: &[String], queries: &mut QuerySetBuilder) -> Option<QueryId> {
    let of: Vec<_> = phrases.iter().filter_map(|p| Phrase::new(p)).collect();
    (!of.is_empty()).then(|| queries.add_phrases(&of))
}

/// Midnight in Vietnam of a day written `2025-05-10`.
pub(crate) fn day(text: &str) -> Result<Time, String> {
    Time::parse(&format!("{text}T00:00:00+07:00")).map_err(|_| format!("got \"{text}\", expected a day like 2025-05-10"))
}

/// `2.204,0655`
pub(crate) fn vi_number(value: f64) -> String {
    let text = format!("{value:.4}");
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            grouped.push('.');
        }
        grouped.push(digit);
    }
    match decimals.trim_end_matches('0') {
        "" => grouped,
        decimals => format!("{grouped},{decimals}"),
    }
}

fn vi_day(time: Time) -> String {
    time.vi().split(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_in_vietnam() {
        assert_eq!(
            (vi_number(2204.0655), vi_number(46.0), vi_number(1_234_567.5)),
            ("2.204,0655".into(), "46".into(), "1.234.567,5".into())
        );
    }
}
