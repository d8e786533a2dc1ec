//! Every document of the store, looked at one by one for each figure of a report.

use crate::support::Installation;
use kiemtin_model::period::Period;
use kiemtin_model::{SourceGroup, Stance, Time};
use kiemtin_store::{Store, StoredDocument};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

pub struct Library(Vec<StoredDocument>);

/// What was counted of a stretch of time.
#[derive(Default)]
struct Counted<'a> {
    documents: u64,
    stories: BTreeSet<&'a str>,
    topics: BTreeMap<&'a str, u64>,
    own: BTreeMap<&'a str, u64>,
    groups: BTreeMap<String, u64>,
    sources: BTreeMap<&'a str, u64>,
    feedback: u64,
    criticises: BTreeMap<&'a str, u64>,
    asks: BTreeMap<&'a str, u64>,
    first: HashMap<&'a str, &'a StoredDocument>,
}

impl Library {
    pub async fn read(here: &Installation) -> Self {
        let store = here.store().await;
        let (mut all, mut after) = (vec![], 0);
        loop {
            let part = store.changes_since(after, 1_000).await.unwrap();
            let Some(last) = part.last() else { break };
            after = last.seq;
            all.extend(part);
        }
        store.close().await;
        Self(all)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    fn of<'a>(&'a self, scope: &'a [&'a str]) -> impl Iterator<Item = &'a StoredDocument> {
        self.0.iter().filter(move |stored| match scope {
            ["--topic", topic] => stored.assessed.topics.iter().any(|t| t.id == *topic),
            ["--unit", unit] => stored.assessed.units.iter().any(|u| u == unit),
            _ => true,
        })
    }

    fn counted<'a>(&'a self, scope: &'a [&'a str], from: Time, to: Time) -> Counted<'a> {
        let mut counted = Counted::default();
        let at = |stored: &StoredDocument| stored.assessed.document.published_at;
        for stored in self.of(scope).filter(|stored| at(stored).is_some_and(|at| from <= at && at < to)) {
            let (document, stance) = (&stored.assessed.document, stored.assessed.assessment.stance);
            counted.documents += 1;
            counted.stories.insert(&stored.story.0);
            *counted.groups.entry(document.group.to_string()).or_default() += 1;
            *counted.sources.entry(&document.source).or_default() += 1;
            counted.feedback += u64::from([Stance::Criticises, Stance::Asks].contains(&stance));
            for topic in &stored.assessed.topics {
                *counted.topics.entry(&topic.id).or_default() += 1;
                *counted.own.entry(&topic.id).or_default() += u64::from(document.group == SourceGroup::OwnMedia);
                *counted.criticises.entry(&topic.id).or_default() += u64::from(stance == Stance::Criticises);
                *counted.asks.entry(&topic.id).or_default() += u64::from(stance == Stance::Asks);
            }
            if stored.assessed.topics.is_empty() {
                *counted.topics.entry("").or_default() += 1;
            }
            let first = counted.first.entry(&stored.story.0).or_insert(stored);
            if at(stored) < at(first) {
                *first = stored;
            }
        }
        counted
    }

    /// Compares a report; gives how many figures were compared.
    pub fn check(&self, report: &Value, scope: &[&str]) -> usize {
        let period: Period = report["period"].as_str().unwrap().parse().unwrap();
        let now = self.counted(scope, period.start(), period.end());
        let before = self.counted(scope, period.before().start(), period.before().end());
        let mut seen = 0;
        let mut same = |what: &str, told: &Value, counted: u64| {
            assert_eq!(told.as_u64(), Some(counted), "{period} {scope:?}: {what}");
            seen += 1;
        };
        for figure in report["headline"].as_array().unwrap() {
            let of = |counted: &Counted<'_>| match figure["key"].as_str().unwrap() {
                "documents" => Some(counted.documents),
                "stories" => Some(counted.stories.len() as u64),
                "sources" => Some(counted.sources.len() as u64),
                "feedback" => Some(counted.feedback),
                // Nobody is at the desk here.
                "findings" | "answered" => Some(0),
                _ => None,
            };
            if let (Some(now), Some(before)) = (of(&now), of(&before)) {
                same("headline", &figure["now"], now);
                same("headline before", &figure["before"], before);
            }
        }
        let get = |counts: &BTreeMap<&str, u64>, id: &str| counts.get(id).copied().unwrap_or(0);
        for line in report["topics"].as_array().unwrap() {
            let id = line["id"].as_str().unwrap();
            same(id, &line["documents"], get(&now.topics, id));
            same(id, &line["before"], get(&before.topics, id));
            same(id, &line["own_media"], if id.is_empty() { line["own_media"].as_u64().unwrap() } else { get(&now.own, id) });
            if !id.is_empty() {
                let first = now.first.values().filter(|first| first.assessed.topics.iter().any(|t| t.id == id));
                same(id, &line["stories"], first.count() as u64);
            }
        }
        let told: u64 = report["topics"].as_array().unwrap().iter().filter_map(|line| line["documents"].as_u64()).sum();
        assert_eq!(told, now.topics.values().sum::<u64>(), "no topic is left out");
        for line in report["groups"].as_array().unwrap() {
            let id = line["id"].as_str().unwrap();
            same(id, &line["documents"], now.groups.get(id).copied().unwrap_or(0));
            same(id, &line["before"], before.groups.get(id).copied().unwrap_or(0));
        }
        for line in report["sources"].as_array().unwrap() {
            let id = line["id"].as_str().unwrap();
            same(id, &line["documents"], get(&now.sources, id));
            same(id, &line["before"], get(&before.sources, id));
        }
        for line in report["feedback"].as_array().unwrap() {
            let (id, n) = (line["topic"].as_str().unwrap(), |key: &str| line[key].as_u64().unwrap());
            same(id, &(n("criticism") + n("proposals")).into(), get(&now.criticises, id));
            same(id, &line["questions"], get(&now.asks, id));
            same(id, &line["before"], get(&before.criticises, id) + get(&before.asks, id));
        }
        let course = report["course"].as_array().unwrap();
        for (place, point) in course.iter().enumerate() {
            let day = |point: &Value| point["day"].as_str().unwrap().parse::<kiemtin_model::Day>().unwrap().start();
            let end = course.get(place + 1).map_or(period.end(), day);
            let counted = self.counted(scope, day(point), end);
            same("course", &point["documents"], counted.documents);
            same("course, all", &point["all"], self.counted(&[], day(point), end).documents);
        }
        let undated = self.of(scope).filter(|stored| stored.assessed.document.published_at.is_none()).count();
        same("undated", &report["method"]["undated"], undated as u64);
        seen
    }
}
