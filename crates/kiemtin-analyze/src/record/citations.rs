//! Is a cited official document known, and is it cited rightly?

use super::facts::day;
use crate::faults::{ConfigFile, Fault};
use crate::rules::{Place, View};
use kiemtin_model::{Field, Reference, Time};
use kiemtin_text::cite::{Citation, citations, same_number};
use serde::Deserialize;

/// Known official documents.
#[derive(Clone, Debug, Default)]
pub struct DocumentRegister {
    documents: Vec<Known>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    number: String,
    kind: String,
    issuer: String,
    date: String,
    title: String,
}

/// How a citation stands to the register.
#[derive(Clone, Debug, PartialEq)]
pub enum CitedAs {
    /// Its number is not in the register (which does not hold all documents).
    Unknown,
    /// Its stated date differs from the record.
    Mismatch(Reference),
    /// Its stated date does not exist, or lies after the document that cites it.
    ImpossibleDate,
}

impl DocumentRegister {
    /// Reads `config/documents/*.toml`.
    pub fn load(files: &[ConfigFile], faults: &mut Vec<Fault>) -> Self {
        let mut register = Self::default();
        for file in files {
            for (at, known) in file.items::<Known>("document", faults) {
                if let Err(message) = day(&known.date) {
                    faults.push(file.fault(at, "document.date", message));
                } else if register.documents.iter().any(|d| same_number(&d.number, &known.number) && d.date == known.date) {
                    faults.push(file.fault(at, "document.number", format!("\"{}\" is already listed", known.number)));
                } else {
                    register.documents.push(known);
                }
            }
        }
        register
    }

    /// Citations of a document that are unknown or differ from the record.
    pub fn findings(&self, view: &View<'_>, time: Option<Time>) -> Vec<(CitedAs, Citation, Place)> {
        let mut found = vec![];
        for field in [Field::Title, Field::Text] {
            for citation in citations(view.field(field)) {
                if let Some(cited) = self.judge(&citation, time) {
                    let sentence = view.sentence_at(field, citation.start);
                    let place = Place { field, start: citation.start, end: citation.end, sentence };
                    found.push((cited, citation, place));
                }
            }
        }
        found
    }

    fn judge(&self, citation: &Citation, time: Option<Time>) -> Option<CitedAs> {
        let stated = citation.date.map(|(y, m, d)| Time::local(y, m, d, 0, 0, 0));
        if stated == Some(None) {
            return Some(CitedAs::ImpossibleDate);
        }
        let same: Vec<&Known> = self.documents.iter().filter(|d| same_number(&d.number, &citation.number)).collect();
        let Some(first) = same.first() else { return Some(CitedAs::Unknown) };
        let (Some(stated), Some(now)) = (stated.flatten(), time) else { return None };
        if stated > now.plus(kiemtin_model::time::DAY_MS) {
            return Some(CitedAs::ImpossibleDate);
        }
        let right = same.iter().any(|d| day(&d.date) == Ok(stated));
        (!right).then(|| CitedAs::Mismatch(first.reference()))
    }
}

impl Known {
    fn reference(&self) -> Reference {
        let text = format!("{} số {} ngày {} của {}: {}", self.kind, self.number, self.date, self.issuer, self.title);
        Reference { label: self.number.clone(), text, url: None }
    }
}
