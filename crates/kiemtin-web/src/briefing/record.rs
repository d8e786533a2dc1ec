//! Which facts of record bear on a claim, and what were they when it appeared?

use kiemtin_analyze::record::{Fact, FactBook, FactValue};
use kiemtin_model::Time;
use schemars::JsonSchema;
use serde::Serialize;

/// Most values that are given.
const MOST: usize = 6;

/// A value of a fact of record.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FactOfRecord {
    /// Id of the fact.
    pub id: String,
    /// What it is, in Vietnamese.
    pub name: String,
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: String,
    /// First moment it is valid.
    pub valid_from: Time,
    /// First moment it is no longer; none: it is the last one known.
    pub valid_to: Option<Time>,
    /// Document that set it.
    pub document: String,
    /// Last day on which somebody confirmed the fact.
    pub verified_until: Time,
    /// That day has passed: it is to be confirmed again.
    pub stale: bool,
    /// The claim is about this very fact; the others are of its topics.
    pub of_claim: bool,
}

/// The value valid when the claim appeared and the one valid now, of the fact that the narrative is about, then of its topics.
pub fn facts_of_record(book: &FactBook, key: &str, topics: &[String], claimed: Time, now: Time) -> Vec<FactOfRecord> {
    let claimed_fact = fact_of(key);
    let of_claim = |fact: &&Fact| Some(fact.id.as_str()) == claimed_fact;
    let of_topic = |fact: &&Fact| !of_claim(fact) && fact.topic.as_ref().is_some_and(|topic| topics.contains(topic));
    let bearing = book.facts.iter().filter(of_claim).chain(book.facts.iter().filter(of_topic));
    let mut facts: Vec<FactOfRecord> = vec![];
    for fact in bearing {
        let mut values: Vec<&FactValue> = [fact.at(claimed), fact.at(now)].into_iter().flatten().collect();
        values.dedup_by_key(|value| value.from);
        facts.extend(values.into_iter().map(|value| told(fact, value, of_claim(&fact), now)));
    }
    facts.truncate(MOST);
    facts
}

/// Id of the fact that a narrative is about: `figure:FACT:VALUE`.
pub(super) fn fact_of(key: &str) -> Option<&str> {
    key.strip_prefix("figure:")?.rsplit_once(':').map(|(fact, _)| fact)
}

fn told(fact: &Fact, value: &FactValue, of_claim: bool, now: Time) -> FactOfRecord {
    FactOfRecord {
        id: fact.id.clone(),
        name: fact.name.clone(),
        value: value.value,
        unit: fact.unit.clone(),
        valid_from: value.from,
        valid_to: fact.values.iter().map(|v| v.from).find(|from| *from > value.from),
        document: value.document.clone(),
        verified_until: fact.verified_until,
        stale: fact.verified_until < now,
        of_claim,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::time::DAY_MS;

    fn fact(id: &str, topic: &str, values: &[(f64, i64)]) -> Fact {
        let value = |(value, day): &(f64, i64)| FactValue {
            value: *value,
            from: Time(day * DAY_MS),
            announced: Time(day * DAY_MS),
            document: format!("{day}/QĐ-BCT"),
        };
        Fact {
            id: id.into(),
            name: format!("Tên {id}"),
            unit: "đồng/kWh".into(),
            verified_until: Time(50 * DAY_MS),
            topic: Some(topic.into()),
            reach: 9,
            tolerance: 0.0,
            plausible: (0.4, 2.5),
            event: false,
            values: values.iter().map(value).collect(),
            also: vec![],
            variants: vec![],
            needs_context: false,
        }
    }

    #[test]
    fn then_and_now_of_the_claimed_fact_come_first() {
        let mut book = FactBook::default();
        book.facts = vec![
            fact("khac", "gia-dien", &[(3.0, 5)]),
            fact("binh-quan", "gia-dien", &[(1.0, 1), (2.0, 20), (4.0, 60)]),
            fact("xang", "xang-dau", &[(9.0, 1)]),
            fact("sau-nay", "gia-dien", &[(7.0, 99)]),
        ];
        let of = |key: &str, claimed: i64, now: i64| {
            let topics = ["gia-dien".to_owned()];
            let facts = facts_of_record(&book, key, &topics, Time(claimed * DAY_MS), Time(now * DAY_MS));
            facts.into_iter().map(|f| (f.id, f.value, f.valid_to.map(|t| t.0 / DAY_MS), f.stale, f.of_claim)).collect::<Vec<_>>()
        };
        let other = |stale| ("khac".to_owned(), 3.0, None, stale, false);
        let own = |value, to, stale| ("binh-quan".to_owned(), value, to, stale, true);
        assert_eq!(of("figure:binh-quan:2730", 10, 30), [own(1.0, Some(20), false), own(2.0, Some(60), false), other(false)]);
        assert_eq!(of("figure:binh-quan:2730", 70, 71), [own(4.0, None, true), other(true)], "one value that is valid at both times");
        assert_eq!(of("rule:het-xang", 70, 71).len(), 2, "without a fact of its own those of the topic");
        assert_eq!(of("figure:binh-quan:2730", 0, 0), [], "nothing was on record");
    }
}
