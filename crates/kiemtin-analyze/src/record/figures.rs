//! Does a text state a figure that differs from the fact of record?

use super::facts::{Fact, FactBook};
use crate::rules::{Place, View};
use kiemtin_model::Time;
use kiemtin_text::number::{Figure, figures};

/// How a stated figure differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FigureFault {
    /// It equals no value that the fact ever had.
    Wrong,
    /// It equals an older value, not the one valid at the document's date.
    Outdated,
}

/// A figure in a text that differs from a fact.
#[derive(Clone, Debug)]
pub struct FigureFinding<'a> {
    /// The fact.
    pub fact: &'a Fact,
    /// How it differs.
    pub fault: FigureFault,
    /// The figure as the text writes it.
    pub place: Place,
    /// The value stated.
    pub value: f64,
    /// The fact has not been confirmed since: watch at most.
    pub stale: bool,
}

/// Farthest a figure may stand behind its subject, in bytes of one sentence (about twenty-five syllables).
const REACH: usize = 160;
/// Figures that differ by more than this factor are another quantity (prices only).
const SAME_QUANTITY: std::ops::RangeInclusive<f64> = 0.4..=2.5;

/// All figures of a document that differ from the facts valid at `time`. Without a time nothing can be compared.
pub fn figure_findings<'a>(book: &'a FactBook, view: &View<'_>, time: Option<Time>) -> Vec<FigureFinding<'a>> {
    let Some(time) = time else { return vec![] };
    book.facts.iter().flat_map(|fact| one_fact(fact, view, time)).collect()
}

fn one_fact<'a>(fact: &'a Fact, view: &View<'_>, time: Time) -> Vec<FigureFinding<'a>> {
    let Some(subjects) = view.places(fact.subject) else { return vec![] };
    let others: Vec<u32> = fact.not_subject.and_then(|q| view.places(q)).unwrap_or_default().iter().map(|p| p.sentence).collect();
    let mut findings: Vec<FigureFinding<'a>> = vec![];
    for subject in subjects {
        if others.contains(&subject.sentence) || findings.iter().any(|f| f.place.sentence == subject.sentence) {
            continue;
        }
        findings.extend(one_sentence(fact, view, &subject, time));
    }
    findings
}

fn one_sentence<'a>(fact: &'a Fact, view: &View<'_>, subject: &Place, time: Time) -> Option<FigureFinding<'a>> {
    let (from, to) = view.sentence_bytes(subject);
    // The last word may be followed by a percent sign that is no word.
    let text = view.field(subject.field);
    let end = text.get(to..).and_then(|r| r.find(['\n', ' '])).map_or(text.len(), |i| to + i);
    let same_unit = |f: &Figure| f.unit == fact.unit || (f.unit == "đồng" && fact.unit.starts_with("đồng/"));
    let all: Vec<Figure> = figures(text.get(from..end)?).into_iter().filter(same_unit).collect();
    let current = fact.at(time)?;
    // "từ 2.103 lên 2.204 đồng": the sentence knows the right value.
    if all.iter().any(|f| equals(f, current.value)) {
        return None;
    }
    let figure = all.into_iter().find(|f| from + f.start >= subject.end && from + f.start - subject.end <= REACH)?;
    let ratio = figure.value / current.value;
    if fact.unit != "%" && !SAME_QUANTITY.contains(&ratio) {
        return None;
    }
    let known = fact.values.iter().any(|v| equals(&figure, v.value));
    let place = Place { field: subject.field, start: from + figure.start, end: from + figure.end, sentence: subject.sentence };
    Some(FigureFinding {
        fact,
        fault: if known { FigureFault::Outdated } else { FigureFault::Wrong },
        place,
        value: figure.value,
        stale: time > fact.verified_until,
    })
}

/// Equal within the exactness of the text: "2.204,07", "2.204" and "2.200" all state 2.204,0655.
fn equals(figure: &Figure, value: f64) -> bool {
    let mut precision = figure.precision;
    let mut unit = 10.0;
    while figure.value >= 1000.0 && figure.value % unit == 0.0 && unit <= 100.0 {
        precision = unit / 2.0;
        unit *= 10.0;
    }
    (figure.value - value).abs() <= precision + 1e-9
}
