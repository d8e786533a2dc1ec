//! Does a body that no longer exists act as if it did?

use super::book::{ExampleFile, Meaning, Role};
use super::facts::vi_day;
use super::names::Named;
use super::reading::FieldReading;
use kiemtin_model::{Reference, Time, time::DAY_MS};
use serde::Deserialize;

/// A body that was abolished or renamed.
#[derive(Clone, Debug)]
pub struct Body {
    /// Stable id.
    pub id: String,
    /// Its name, in Vietnamese.
    pub name: String,
    /// First moment without it.
    pub abolished: Time,
    /// Who took its tasks over.
    pub successor: String,
    /// Document that says so.
    pub document: String,
}

/// A body as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BodyFile {
    pub id: String,
    pub name: String,
    pub abolished: String,
    pub successor: String,
    pub document: String,
    pub named: Vec<String>,
    #[serde(default)]
    pub example: Vec<ExampleFile>,
}

impl Body {
    /// How it is shown next to a claim.
    pub fn reference(&self) -> Reference {
        let text = format!("{} không còn từ {}; nay là {}", self.name, vi_day(self.abolished), self.successor);
        Reference { label: self.document.clone(), text, url: None }
    }
}

/// The press uses an old name for some weeks.
const HABIT: i64 = 60 * DAY_MS;
/// Syllables from the body to what it does.
const TO_ACT: usize = 7;

/// Body, first and next token of every statement that such a body acts, in a text published at `time`.
pub(super) fn acting_bodies(bodies: &[Body], reading: &FieldReading<'_, '_>, time: Option<Time>) -> Vec<(u16, usize, usize)> {
    let Some(time) = time else { return vec![] };
    let mut found = vec![];
    for name in reading.named {
        let Meaning::Body(index) = name.meaning else { continue };
        let Some(body) = bodies.get(index as usize).filter(|b| b.abolished.plus(HABIT) <= time) else { continue };
        let history = [Some(name.sentence), name.sentence.checked_sub(1)].into_iter().flatten().any(|s| reading.says(s, Role::Past));
        let older = reading.periods.iter().any(|s| s.sentence.abs_diff(name.sentence) <= 1 && s.period.from < body.abolished);
        if history || older || reading.asks(name.sentence) {
            continue;
        }
        found.extend(act(reading, name).map(|next| (index, name.first, next)));
    }
    found
}

/// The token after the word that says what the body does.
fn act(reading: &FieldReading<'_, '_>, body: &Named<Meaning>) -> Option<usize> {
    let near = |n: &&Named<Meaning>| n.first >= body.next && n.first - body.next <= TO_ACT && !reading.broken(body.next, n.first + 1);
    reading.words(body.sentence, Role::Acts).filter(near).map(|n| n.next).min()
}
