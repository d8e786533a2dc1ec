//! What is on record: facts with their validity, who decides what, which bodies exist, and known official documents. Where
//! does a text differ from it?

mod bodies;
mod book;
mod citations;
mod dates;
mod facts;
mod figures;
mod names;
mod powers;
mod reading;
mod rows;
mod schedules;

pub use bodies::Body;
pub use book::FactBook;
pub use citations::{CitationFinding, CiteFault, CiteStatus, CiteTest, DocumentRegister, Judged, KnownDocument, learn};
pub use dates::old_dates;
pub use facts::{Fact, FactValue, vi_number};
pub use figures::{FigureFault, FigureFinding};
pub use powers::Matter;
pub use schedules::{Rhythm, Schedule};

use crate::rules::{Place, View};
use book::{Meaning, Role, Want};
use kiemtin_model::{Field, Reference, Time};
use reading::FieldReading;

/// Midnight in Vietnam of a day written `2025-05-10`; `None` when it is none.
pub fn day_of(text: &str) -> Option<kiemtin_model::Time> {
    facts::day(text).ok()
}

/// What a text says against the record that is no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementFault {
    /// The ministry decides what another body decides.
    Authority,
    /// A body that no longer exists acts.
    Body,
    /// Something recurs on another day or in another rhythm.
    Weekday,
}

/// A statement against the record.
#[derive(Clone, Debug)]
pub struct StatementFinding<'a> {
    /// What is wrong with it.
    pub fault: StatementFault,
    /// Id of the matter, body or schedule.
    pub id: &'a str,
    /// Its name, for people.
    pub name: &'a str,
    /// What is on record.
    pub reference: Reference,
    /// The words.
    pub place: Place,
}

/// All differences between one document and the record.
#[derive(Clone, Debug, Default)]
pub struct Differences<'a> {
    /// Figures.
    pub figures: Vec<FigureFinding<'a>>,
    /// Authorities, bodies, schedules.
    pub statements: Vec<StatementFinding<'a>>,
}

/// Compares a document with the record. A document that names nothing on record costs one pass over its words.
pub fn compare<'a>(book: &'a FactBook, view: &View<'_>, time: Option<Time>) -> Differences<'a> {
    if !book.anchors.any(view.text()) {
        return Differences::default();
    }
    let named = book.names.find(view.text());
    if !named.chunk_by(|a, b| (a.field, a.sentence) == (b.field, b.sentence)).any(|sentence| says_something(view, sentence)) {
        return Differences::default();
    }
    let fields: Vec<FieldReading<'_, '_>> =
        view.text().fields.iter().enumerate().map(|(i, scanned)| FieldReading::new(i, scanned, &named, time)).collect();
    let mut statements = vec![];
    for reading in &fields {
        let place = |first: usize, next: usize| {
            let (start, end) = reading.bytes(first, next)?;
            let field = if reading.field == 0 { Field::Title } else { Field::Text };
            Some(Place { field, start, end, sentence: view.sentence_at(field, start) })
        };
        let powers = powers::wrong_powers(reading).into_iter().filter_map(|(i, first, next)| {
            let m = book.matters.get(i as usize)?;
            let (fault, place) = (StatementFault::Authority, place(first, next)?);
            Some(StatementFinding { fault, id: &m.id, name: &m.name, reference: m.reference(), place })
        });
        let acting = bodies::acting_bodies(&book.bodies, reading, time).into_iter().filter_map(|(i, first, next)| {
            let b = book.bodies.get(i as usize)?;
            let (fault, place) = (StatementFault::Body, place(first, next)?);
            Some(StatementFinding { fault, id: &b.id, name: &b.name, reference: b.reference(), place })
        });
        let rhythms = schedules::wrong_rhythms(&book.schedules, reading, time).into_iter().filter_map(|(i, first, next)| {
            let s = book.schedules.get(i as usize)?;
            let (fault, place) = (StatementFault::Weekday, place(first, next)?);
            Some(StatementFinding { fault, id: &s.id, name: &s.name, reference: s.reference(), place })
        });
        statements.extend(powers.chain(acting).chain(rhythms));
    }
    Differences { figures: figures::figure_findings(book, &fields, view, time), statements }
}

/// Facts that a document names, each once, at the first place.
pub fn named_facts<'a>(book: &'a FactBook, view: &View<'_>) -> Vec<(&'a Fact, Place)> {
    let mut named: Vec<(u16, Place)> = vec![];
    for name in book.names.find(view.text()) {
        let Meaning::Subject(fact) = name.meaning else { continue };
        let place = view.place((name.field, name.first as u32, name.next as u32));
        if let Some(place) = place.filter(|_| !named.iter().any(|(known, _)| *known == fact)) {
            named.push((fact, place));
        }
    }
    named.into_iter().filter_map(|(fact, place)| Some((book.facts.get(usize::from(fact))?, place))).collect()
}

/// Whether the names of one sentence can say anything: a matter, a body or a schedule with its verb, a fact with a number.
fn says_something(view: &View<'_>, named: &[names::Named<Meaning>]) -> bool {
    let has = |role: Role| named.iter().any(|n| n.meaning == Meaning::Word(role));
    let numbered =
        |n: &names::Named<Meaning>| view.text().fields.get(n.field).is_some_and(|scanned| figures::numbered(scanned, n.sentence));
    named.iter().any(|n| match n.meaning {
        Meaning::Matter(_) => has(Role::Ministry) && has(Role::Decides),
        Meaning::Body(_) => has(Role::Acts),
        Meaning::Schedule(_) => has(Role::Recurs),
        Meaning::Subject(_) => numbered(n),
        _ => false,
    })
}

impl Differences<'_> {
    /// What the examples of one fact, matter, body or schedule expect.
    fn wants(&self, id: &str) -> Vec<Want> {
        let figures = self.figures.iter().filter(|f| f.fact.id == id).map(|f| match f.fault {
            FigureFault::Wrong => Want::Wrong,
            FigureFault::Outdated => Want::Outdated,
        });
        let statements = self.statements.iter().filter(|s| s.id == id).map(|s| match s.fault {
            StatementFault::Authority | StatementFault::Weekday => Want::Wrong,
            StatementFault::Body => Want::Abolished,
        });
        figures.chain(statements).collect()
    }
}

#[cfg(test)]
mod tests;
