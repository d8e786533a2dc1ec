//! What stands in a file of the policy register? Checked part by part, so that one fault hides no other.

use super::calendar::{Begins, CalendarEvent};
use crate::faults::{ConfigFile, Fault};
use crate::knowledge::Knowledge;
use kiemtin_model::{Day, Policy, PolicyDocument, Stage, StageSpan};
use kiemtin_text::query::{Filter, parse};
use serde::Deserialize;

/// Longest event, in days.
const MOST_EVENT_DAYS: u8 = 31;
/// Days of the week, Monday first.
const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// How the key `every` is written.
const EVERY: &str = "a day of the week (\"thursday\"), \"monthly 15\" or \"yearly 12-25\"";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyFile {
    policy: Option<PolicyTable>,
    #[serde(default)]
    stage: Vec<StageTable>,
    #[serde(default)]
    event: Vec<EventTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PolicyTable {
    id: String,
    title: String,
    #[serde(default)]
    summary: String,
    topic: String,
    unit: String,
    query: String,
    /// Numbers, as in `config/documents/`.
    #[serde(default)]
    documents: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StageTable {
    stage: Stage,
    from: Day,
    #[serde(default)]
    planned: bool,
    #[serde(default)]
    note: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventTable {
    id: String,
    title: String,
    on: Option<Vec<Day>>,
    every: Option<String>,
    days: Option<u8>,
    since: Option<Day>,
    until: Option<Day>,
    topics: Option<Vec<String>>,
}

/// Reads a file: its policy, if it has one, and its events.
pub fn read(file: &ConfigFile, knowledge: &Knowledge, faults: &mut Vec<Fault>) -> Option<(Option<Policy>, Vec<CalendarEvent>)> {
    let content = file.read::<PolicyFile>(faults)?;
    let of_policy = content.policy.as_ref().map(|p| (p.id.clone(), p.topic.clone()));
    let mut reading = Reading { file, knowledge, faults };
    let events = content.event.into_iter().enumerate().filter_map(|(n, table)| reading.event(n, table, of_policy.as_ref())).collect();
    if content.policy.is_none() && !content.stage.is_empty() {
        reading.fault("stage", 0, "stage", "got stages without [policy], expected the policy that they belong to");
    }
    let policy = content.policy.map(|table| reading.policy(table, content.stage));
    Some((policy, events))
}

struct Reading<'a> {
    file: &'a ConfigFile,
    knowledge: &'a Knowledge,
    faults: &'a mut Vec<Fault>,
}

impl Reading<'_> {
    fn fault(&mut self, table: &str, number: usize, key: &str, message: impl Into<String>) {
        let at = self.file.place(table, number, key);
        self.faults.push(self.file.fault(at, &format!("{table}.{key}"), message));
    }

    fn topic(&mut self, table: &str, number: usize, key: &str, topic: &str) {
        let topics = &self.knowledge.topics.topics;
        if !topics.iter().any(|t| t.id == topic) {
            let known: Vec<&str> = topics.iter().map(|t| t.id.as_str()).collect();
            self.fault(table, number, key, format!("got \"{topic}\", expected one of {}", known.join(", ")));
        }
    }

    fn policy(&mut self, table: PolicyTable, stages: Vec<StageTable>) -> Policy {
        let stem = self.file.stem();
        if table.id != stem {
            self.fault("policy", 0, "id", format!("got \"{}\", expected the file's name \"{stem}\"", table.id));
        }
        for (key, value) in [("title", &table.title), ("unit", &table.unit)] {
            if value.trim().is_empty() {
                self.fault("policy", 0, key, "got nothing, expected words");
            }
        }
        self.topic("policy", 0, "topic", &table.topic);
        match parse(&table.query) {
            Err(error) => self.fault("policy", 0, "query", format!("got \"{}\", {error}", table.query)),
            Ok(query) if query.filters().iter().any(|f| matches!(f, Filter::Saved(_))) => {
                self.fault("policy", 0, "query", "got a saved search (search:), expected words that stand for themselves");
            }
            Ok(_) => {}
        }
        if stages.is_empty() {
            self.fault("policy", 0, "id", "got no [[stage]], expected at least one with its first day");
        }
        for (n, pair) in stages.windows(2).enumerate() {
            if let [before, next] = pair
                && next.from <= before.from
            {
                self.fault(
                    "stage",
                    n + 1,
                    "from",
                    format!("got {}, expected a day after {}: stages stand in their order", next.from, before.from),
                );
            }
        }
        let stage = |s: StageTable| StageSpan { stage: s.stage, from: s.from, planned: s.planned, note: s.note };
        let documents = self.documents(&table.documents);
        Policy {
            id: table.id,
            title: table.title,
            summary: table.summary,
            topic: table.topic,
            unit: table.unit,
            query: table.query,
            stages: stages.into_iter().map(stage).collect(),
            documents,
        }
    }

    fn documents(&mut self, numbers: &[String]) -> Vec<PolicyDocument> {
        let mut documents = vec![];
        for number in numbers {
            let known = self.knowledge.documents.numbered(number).next();
            match known.and_then(|d| Some(PolicyDocument { number: d.number.clone(), date: d.day().parse().ok()?, title: d.title.clone() }))
            {
                Some(document) => documents.push(document),
                None => {
                    let message =
                        format!("got \"{number}\", expected the number of a document that stands in documents/; enter it there first");
                    self.fault("policy", 0, "documents", message);
                }
            }
        }
        documents.sort_by_key(|d| d.date);
        documents
    }

    fn event(&mut self, n: usize, table: EventTable, policy: Option<&(String, String)>) -> Option<CalendarEvent> {
        let begins = match (table.on, table.every) {
            (Some(days), None) if !days.is_empty() => Some(Begins::On(days)),
            (None, Some(every)) => every_of(&every).or_else(|| {
                self.fault("event", n, "every", format!("got \"{every}\", expected {EVERY}"));
                None
            }),
            _ => {
                self.fault("event", n, "on", format!("expected either on = [days], or every = {EVERY}"));
                None
            }
        };
        let days = table.days.unwrap_or(1);
        if !(1..=MOST_EVENT_DAYS).contains(&days) {
            self.fault("event", n, "days", format!("got {days}, expected 1 to {MOST_EVENT_DAYS}"));
        }
        for topic in table.topics.iter().flatten() {
            self.topic("event", n, "topics", topic);
        }
        let topics = table.topics.unwrap_or_else(|| policy.map(|(_, topic)| topic.clone()).into_iter().collect());
        Some(CalendarEvent {
            id: table.id,
            title: table.title,
            begins: begins?,
            days: days.clamp(1, MOST_EVENT_DAYS),
            since: table.since,
            until: table.until,
            topics,
            policy: policy.map(|(id, _)| id.clone()),
        })
    }
}

fn every_of(text: &str) -> Option<Begins> {
    if let Some(weekday) = WEEKDAYS.iter().position(|d| *d == text) {
        return u8::try_from(weekday).ok().map(Begins::Weekly);
    }
    match text.split_once(' ')? {
        ("monthly", day) => day.parse().ok().filter(|d| (1..=31).contains(d)).map(Begins::Monthly),
        ("yearly", day) => {
            // A leap year has all days that there are.
            let valid = format!("2024-{day}").parse::<Day>().ok()?;
            let (month, day) = valid.month_and_day();
            Some(Begins::Yearly(month, day))
        }
        _ => None,
    }
}
