//! Facts of record that are figures, each with its periods of validity and its documents.

use super::book::ExampleFile;
use kiemtin_model::{Reference, Time, time::DAY_MS};
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
    /// Farthest a figure stands behind its subject, in syllables.
    pub reach: usize,
    /// Difference that is no difference, in the fact's unit.
    pub tolerance: f64,
    /// A figure below or above these multiples of the value is another quantity.
    pub plausible: (f64, f64),
    /// It tells of an event on `valid_from` (a rise), not of a state: compared only with texts about that event.
    pub event: bool,
    /// Values by validity, oldest first.
    pub values: Vec<FactValue>,
    /// Other values that are right under the same name for a time: value, from, to.
    pub also: Vec<(f64, Time, Time)>,
    /// Factors of what a text may say it speaks of instead (with VAT).
    pub variants: Vec<Vec<f64>>,
    /// A phrase of context must stand near.
    pub needs_context: bool,
}

/// One value of a fact.
#[derive(Clone, Debug)]
pub struct FactValue {
    /// The value in the fact's unit.
    pub value: f64,
    /// First moment it is valid.
    pub from: Time,
    /// First moment it was known.
    pub announced: Time,
    /// Document that set it.
    pub document: String,
}

/// A fact as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FactFile {
    pub id: String,
    name: String,
    unit: String,
    verified_until: String,
    #[serde(default)]
    topic: Option<String>,
    #[serde(default)]
    reach: Option<usize>,
    #[serde(default)]
    tolerance: f64,
    #[serde(default)]
    plausible: Option<(f64, f64)>,
    #[serde(default)]
    event: bool,
    pub subject: Vec<String>,
    #[serde(default)]
    pub not_subject: Vec<String>,
    #[serde(default)]
    pub context: Vec<String>,
    #[serde(default)]
    pub variant: Vec<VariantFile>,
    value: Vec<ValueFile>,
    #[serde(default)]
    also: Vec<AlsoFile>,
    #[serde(default)]
    pub example: Vec<ExampleFile>,
}

/// A value as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValueFile {
    value: f64,
    valid_from: String,
    #[serde(default)]
    announced: Option<String>,
    document: String,
}

/// Another value that is right for a time, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AlsoFile {
    value: f64,
    valid_from: String,
    valid_to: String,
}

/// What a text may say instead, as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VariantFile {
    pub said: Vec<String>,
    factors: Vec<f64>,
}

/// Farthest a figure stands behind its subject when the file does not say: about a long sentence.
const REACH: usize = 25;
/// A price that differs by more is another quantity.
const PLAUSIBLE: (f64, f64) = (0.4, 2.5);
/// A value to come counts as right from so long before: announcements name it first.
const GRACE: i64 = 31 * DAY_MS;

impl Fact {
    pub(super) fn compile(file: &FactFile) -> Result<Self, (&'static str, String)> {
        let verified_until = day(&file.verified_until).map_err(|e| ("fact.verified_until", e))?.plus(DAY_MS - 1);
        let mut values = vec![];
        for value in &file.value {
            let from = day(&value.valid_from).map_err(|e| ("fact.value.valid_from", e))?;
            let announced = value.announced.as_deref().map_or(Ok(from), day).map_err(|e| ("fact.value.announced", e))?;
            values.push(FactValue { value: value.value, from, announced, document: value.document.clone() });
        }
        values.sort_by_key(|v| v.from);
        let mut also = vec![];
        for other in &file.also {
            let from = day(&other.valid_from).map_err(|e| ("fact.also.valid_from", e))?;
            let to = day(&other.valid_to).map_err(|e| ("fact.also.valid_to", e))?.plus(DAY_MS - 1);
            also.push((other.value, from, to));
        }
        if values.is_empty() {
            return Err(("fact.value", "got no value, expected at least one".into()));
        }
        if file.subject.is_empty() {
            return Err(("fact.subject", "got no phrase, expected at least one".into()));
        }
        Ok(Self {
            id: file.id.clone(),
            name: file.name.clone(),
            unit: file.unit.clone(),
            verified_until,
            topic: file.topic.clone(),
            reach: file.reach.unwrap_or(REACH),
            tolerance: file.tolerance,
            plausible: file.plausible.unwrap_or(PLAUSIBLE),
            event: file.event,
            values,
            also,
            variants: file.variant.iter().map(|v| v.factors.clone()).collect(),
            needs_context: !file.context.is_empty(),
        })
    }

    /// The value valid at a time.
    pub fn at(&self, time: Time) -> Option<&FactValue> {
        self.values.iter().rev().find(|v| v.from <= time)
    }

    /// All values that are right for something between two moments, those about to come included.
    pub(super) fn between(&self, from: Time, to: Time) -> Vec<f64> {
        let next = |i: usize| self.values.get(i + 1).map_or(Time(i64::MAX), |v| v.from);
        let valid = self.values.iter().enumerate().filter(|(i, v)| next(*i) > from && (v.from <= to.plus(GRACE) || v.announced <= to));
        let also = self.also.iter().filter(|(_, a, b)| *b >= from && *a <= to).map(|(value, ..)| *value);
        valid.map(|(_, v)| v.value).chain(also).collect()
    }

    /// How it is shown next to a claim.
    pub fn reference(&self, value: &FactValue) -> Reference {
        let text = format!("{}: {} {} từ {}", self.name, vi_number(value.value), self.unit, vi_day(value.from));
        Reference { label: value.document.clone(), text, url: None }
    }
}

/// Midnight in Vietnam of a day written `2025-05-10`.
pub(crate) fn day(text: &str) -> Result<Time, String> {
    Time::parse(&format!("{text}T00:00:00+07:00")).map_err(|_| format!("got \"{text}\", expected a day like 2025-05-10"))
}

/// `2.204,0655`
pub fn vi_number(value: f64) -> String {
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

/// `10/05/2025`
pub(super) fn vi_day(time: Time) -> String {
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
