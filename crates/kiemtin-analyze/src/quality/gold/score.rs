//! The figures over a whole gold set.

use super::{Gold, Said};
use kiemtin_model::FlagKind;
use serde::Serialize;
use std::collections::BTreeMap;

/// A share that was counted: `hits` of `cases`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Cases that hold.
    pub hits: u64,
    /// All cases.
    pub cases: u64,
}

impl Share {
    fn count(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.cases += 1;
    }

    /// From 0 to 1; 1 without any case: nothing went wrong.
    pub fn value(self) -> f64 {
        if self.cases == 0 { 1.0 } else { self.hits as f64 / self.cases as f64 }
    }
}

/// Over texts that must be flagged and are: are the kinds right? Three readings, from lenient to strict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Kinds {
    /// The primary kind is among those given.
    pub primary_given: Share,
    /// It is, and no kind is given that people did not name: nothing false is said, nothing important is missing.
    pub right: Share,
    /// Exactly the kinds that people named.
    pub same_set: Share,
}

/// A text that came out wrong, for people to look at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Wrong {
    /// Id of the line.
    pub id: String,
    /// Its class.
    pub class: String,
    /// What is wrong: `false_flag`, `missed`, `kinds` or `topics`.
    pub fault: &'static str,
    /// What people named: kinds, or topics.
    pub expected: Vec<String>,
    /// What the rules named.
    pub got: Vec<String>,
    /// Rules with a signal.
    pub rules: Vec<String>,
    /// Guards that hold.
    pub guards: Vec<String>,
    /// Beginning of the text.
    pub heading: String,
}

/// All figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Score {
    /// Texts.
    pub documents: u64,
    /// Of the flagged ones, those that must be.
    pub precision: Share,
    /// Of those that must be flagged, those that are.
    pub recall: Share,
    /// Kinds of those that must be flagged and are.
    pub kinds: Kinds,
    /// By kind that people named: texts for which it is given.
    pub recall_by_kind: BTreeMap<FlagKind, Share>,
    /// By class of texts that must not be flagged: those that are.
    pub false_flags: BTreeMap<String, Share>,
    /// Of the topics given, those that people named (all texts together).
    pub topic_precision: Share,
    /// Of the topics that people named, those given.
    pub topic_recall: Share,
    /// Texts that came out wrong; one entry per fault.
    pub wrong: Vec<Wrong>,
}

impl Score {
    /// Counts one text.
    pub fn count(&mut self, gold: &Gold, said: &Said) {
        self.documents += 1;
        if said.flag {
            self.precision.count(gold.flag);
        }
        if gold.flag {
            self.recall.count(said.flag);
            for kind in &gold.kinds {
                self.recall_by_kind.entry(*kind).or_default().count(said.flag && said.kinds.contains(kind));
            }
        } else {
            self.false_flags.entry(gold.class.clone()).or_default().count(said.flag);
        }
        let mut fault = match (gold.flag, said.flag) {
            (true, false) => Some("missed"),
            (false, true) => Some("false_flag"),
            _ => None,
        };
        if gold.flag && said.flag && !self.kinds_right(gold, said) {
            fault = Some("kinds");
        }
        if let Some(fault) = fault {
            let words = |kinds: &[FlagKind]| kinds.iter().map(|k| k.as_str().to_owned()).collect();
            self.wrong.push(wrong(gold, said, fault, words(&gold.kinds), words(&said.kinds)));
        }
        for topic in &said.topics {
            self.topic_precision.count(gold.topics.contains(topic));
        }
        for topic in &gold.topics {
            self.topic_recall.count(said.topics.contains(topic));
        }
        if gold.topics != said.topics {
            let words = |topics: &std::collections::BTreeSet<String>| topics.iter().cloned().collect();
            self.wrong.push(wrong(gold, said, "topics", words(&gold.topics), words(&said.topics)));
        }
    }

    /// Counts the kinds of a text that must be flagged and is.
    fn kinds_right(&mut self, gold: &Gold, said: &Said) -> bool {
        let primary = gold.kinds.first().is_some_and(|k| said.kinds.contains(k));
        let none_outside = said.kinds.iter().all(|k| gold.kinds.contains(k));
        let all_given = gold.kinds.iter().all(|k| said.kinds.contains(k));
        self.kinds.primary_given.count(primary);
        self.kinds.right.count(primary && none_outside);
        self.kinds.same_set.count(all_given && none_outside);
        primary && none_outside
    }
}

fn wrong(gold: &Gold, said: &Said, fault: &'static str, expected: Vec<String>, got: Vec<String>) -> Wrong {
    Wrong {
        id: gold.id.clone(),
        class: gold.class.clone(),
        fault,
        expected,
        got,
        rules: said.rules.clone(),
        guards: said.guards.clone(),
        heading: gold.heading.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIGURE: FlagKind = FlagKind::FalseFigure;
    const PANIC: FlagKind = FlagKind::PanicRumour;

    fn gold(class: &str, kinds: &[FlagKind], topics: &[&str]) -> Gold {
        let topics = topics.iter().map(|t| (*t).to_owned()).collect();
        Gold { id: class.into(), flag: !kinds.is_empty(), kinds: kinds.to_vec(), class: class.into(), topics, heading: String::new() }
    }

    fn said(kinds: &[FlagKind], topics: &[&str]) -> Said {
        let topics = topics.iter().map(|t| (*t).to_owned()).collect();
        Said { flag: !kinds.is_empty(), kinds: kinds.to_vec(), topics, ..Said::default() }
    }

    #[test]
    fn counts_every_figure() {
        let mut score = Score::default();
        for (gold, said) in [
            (gold("false_claim", &[FIGURE, PANIC], &["gia-dien"]), said(&[FIGURE], &["gia-dien"])),
            (gold("false_claim", &[FIGURE], &["gia-dien"]), said(&[FIGURE, PANIC], &[])),
            (gold("false_claim", &[PANIC], &[]), said(&[FIGURE], &[])),
            (gold("scam", &[PANIC], &[]), said(&[], &[])),
            (gold("criticism", &[], &["xang-dau"]), said(&[PANIC], &["gia-dien"])),
            (gold("criticism", &[], &[]), said(&[], &[])),
        ] {
            score.count(&gold, &said);
        }
        let share = |hits, cases| Share { hits, cases };
        assert_eq!((score.documents, score.precision, score.recall), (6, share(3, 4), share(3, 4)));
        assert_eq!((score.kinds.primary_given, score.kinds.right, score.kinds.same_set), (share(2, 3), share(1, 3), share(0, 3)));
        assert_eq!((score.recall_by_kind[&FIGURE], score.recall_by_kind[&PANIC]), (share(2, 2), share(0, 3)));
        assert_eq!(score.false_flags["criticism"], share(1, 2));
        assert_eq!((score.topic_precision, score.topic_recall), (share(1, 2), share(1, 3)));
        let faults: Vec<_> = score.wrong.iter().map(|w| w.fault).collect();
        assert_eq!(faults, ["kinds", "topics", "kinds", "missed", "false_flag", "topics"]);
    }
}
