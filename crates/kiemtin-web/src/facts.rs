//! What is officially on record: figures with their validity, who decides what, bodies that are gone, what recurs when.

use kiemtin_analyze::Knowledge;
use kiemtin_analyze::record::{Body, Fact, Matter, Schedule, vi_number};
use kiemtin_model::{Time, words};
use schemars::JsonSchema;
use serde::Serialize;

words! {
    /// What sort of thing is on record.
    FactKind {
        /// A figure with its values over time.
        Figure = "figure" / "Số liệu",
        /// Who decides a matter that is not the ministry's.
        Authority = "authority" / "Thẩm quyền",
        /// A body that no longer exists.
        Body = "body" / "Cơ quan không còn",
        /// Something that recurs on a known day.
        Schedule = "schedule" / "Lịch định kỳ",
    }
}

/// A fact of record.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FactLine {
    /// What sort.
    pub kind: FactKind,
    /// Stable id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Topic id.
    pub topic: Option<String>,
    /// Unit of its values.
    pub unit: Option<String>,
    /// Until when somebody has confirmed it.
    pub verified_until: Option<Time>,
    /// Nobody has confirmed it since: it raises a watch at most.
    pub stale: bool,
    /// What it says now, in one line.
    pub statement: String,
    /// Its values, the latest first.
    pub values: Vec<ValueLine>,
}

/// A value of a fact.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "FactValue")]
pub struct ValueLine {
    /// The figure, in the fact's unit; none for what is no figure.
    pub value: Option<f64>,
    /// The same in words.
    pub text: String,
    /// First moment it is valid.
    pub valid_from: Time,
    /// First moment it is not any more.
    pub valid_to: Option<Time>,
    /// First moment it was known.
    pub announced_at: Time,
    /// Document that set it.
    pub document: String,
    /// It is valid now.
    pub current: bool,
}

/// Everything on record but documents, in the order of the files, as it stands at `now`.
pub fn lines(knowledge: &Knowledge, now: Time) -> Vec<FactLine> {
    let book = &knowledge.facts;
    let figures = book.facts.iter().map(|f| figure(f, now));
    let bodies = book.bodies.iter().map(body);
    figures.chain(book.matters.iter().map(matter)).chain(bodies).chain(book.schedules.iter().map(|s| schedule(s, now))).collect()
}

fn figure(fact: &Fact, now: Time) -> FactLine {
    let ends = fact.values.iter().skip(1).map(|next| Some(next.from)).chain([None]);
    let current = fact.at(now).map(|v| v.from);
    let value = |(v, to): (&kiemtin_analyze::record::FactValue, Option<Time>)| ValueLine {
        value: Some(v.value),
        text: format!("{} {}", vi_number(v.value), fact.unit),
        valid_from: v.from,
        // An event is one on its day and stays so.
        valid_to: to.filter(|_| !fact.event),
        announced_at: v.announced,
        document: v.document.clone(),
        current: current == Some(v.from),
    };
    let mut values: Vec<ValueLine> = fact.values.iter().zip(ends).map(value).collect();
    values.reverse();
    let now_valid = fact.at(now).or(fact.values.last());
    FactLine {
        kind: FactKind::Figure,
        id: fact.id.clone(),
        name: fact.name.clone(),
        topic: fact.topic.clone(),
        unit: Some(fact.unit.clone()),
        verified_until: Some(fact.verified_until),
        stale: fact.verified_until < now,
        statement: now_valid.map_or(String::new(), |v| fact.reference(v).text),
        values,
    }
}

fn matter(matter: &Matter) -> FactLine {
    FactLine { statement: with_document(matter.reference()), ..plain(FactKind::Authority, &matter.id, &matter.name) }
}

fn body(body: &Body) -> FactLine {
    FactLine { statement: with_document(body.reference()), ..plain(FactKind::Body, &body.id, &body.name) }
}

fn schedule(schedule: &Schedule, now: Time) -> FactLine {
    let ends = schedule.values.iter().skip(1).map(|next| Some(next.from)).chain([None]);
    let mut values: Vec<ValueLine> = schedule
        .values
        .iter()
        .zip(ends)
        .map(|(v, to)| ValueLine {
            value: None,
            text: v.vi(),
            valid_from: v.from,
            valid_to: to,
            announced_at: v.from,
            document: v.document.clone(),
            current: v.from <= now && to.is_none_or(|to| now < to),
        })
        .collect();
    values.reverse();
    FactLine { statement: schedule.reference().text, values, ..plain(FactKind::Schedule, &schedule.id, &schedule.name) }
}

fn plain(kind: FactKind, id: &str, name: &str) -> FactLine {
    FactLine {
        kind,
        id: id.to_owned(),
        name: name.to_owned(),
        topic: None,
        unit: None,
        verified_until: None,
        stale: false,
        statement: String::new(),
        values: vec![],
    }
}

fn with_document(reference: kiemtin_model::Reference) -> String {
    format!("{} ({})", reference.text, reference.label)
}
