//! What would an edited rule set change on everything that is stored?
//!
//! A [`Replay`] counts one document after the other and keeps a handful of examples: its size does not grow with the
//! store. Those of several threads add up to the same result in any order.

use super::{Change, change};
use kiemtin_model::{Assessment, Document, FlagKind, Level, Weighed};
use serde::Serialize;
use std::collections::BTreeMap;

/// Examples kept of each sort.
pub const EXAMPLES: usize = 20;
/// Longest title shown, in characters.
const TITLE: usize = 120;
/// Most words shown of an example.
const WORDS: usize = 4;

/// A stored document with the assessments of both sides.
pub struct Replayed<'a> {
    /// Its place in the store.
    pub place: i64,
    /// The document.
    pub document: &'a Document,
    /// What is stored.
    pub before: &'a Assessment,
    /// What the edited rules say.
    pub after: &'a Assessment,
    /// Whether people dismissed its alert (and confirmed none).
    pub cleared: bool,
    /// Whether people confirmed its alert.
    pub confirmed: bool,
}

/// What an edited rule set changes about one rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RuleDifference {
    /// Documents with a hit in the store.
    pub hits_before: u64,
    /// Documents with a hit now.
    pub hits_after: u64,
    /// New flags that it carries.
    pub new_flags: u64,
    /// Lost flags that it carried.
    pub lost_flags: u64,
}

/// A document whose outcome changes, for people to look at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Example {
    /// Place in the store.
    #[serde(skip)]
    pub place: i64,
    /// Id of the document.
    pub id: String,
    /// Its title, or the beginning of its text.
    pub title: String,
    /// Levels before and now.
    pub levels: (Level, Level),
    /// Kinds before and now.
    pub kinds: (Vec<FlagKind>, Vec<FlagKind>),
    /// Rules that carry the flag: now, or before when it is lost.
    pub rules: Vec<String>,
    /// The words they found.
    pub words: Vec<String>,
    /// Guards that stand over it now.
    pub guards: Vec<String>,
}

/// Everything that differs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replay {
    /// Documents compared.
    pub documents: u64,
    /// Documents that could not be assessed.
    pub failed: u64,
    /// Flags before and now.
    pub flags: (u64, u64),
    /// Changed documents by sort of change.
    pub changes: BTreeMap<Change, u64>,
    /// Flagged now although people dismissed them.
    pub cleared_hits: u64,
    /// No longer flagged although people confirmed them.
    pub confirmed_lost: u64,
    /// By rule; rules without any hit are left out.
    pub rules: BTreeMap<String, RuleDifference>,
    /// The first [`EXAMPLES`] of each sort, in the order of the store.
    pub examples: BTreeMap<Change, Vec<Example>>,
    /// The first [`EXAMPLES`] that people dismissed and that are flagged now.
    pub cleared_examples: Vec<Example>,
}

impl Replay {
    /// Counts one document.
    pub fn count(&mut self, r: &Replayed<'_>) {
        self.documents += 1;
        if r.before.signals.is_empty() && r.after.signals.is_empty() && r.before.level == r.after.level {
            return;
        }
        self.flags.0 += u64::from(r.before.flag);
        self.flags.1 += u64::from(r.after.flag);
        let (before, after) = (Weighed::new(r.before), Weighed::new(r.after));
        for rule in rules(r.before) {
            self.rule(rule).hits_before += 1;
        }
        for rule in rules(r.after) {
            self.rule(rule).hits_after += 1;
        }
        if r.cleared && r.after.flag {
            self.cleared_hits += 1;
            keep(&mut self.cleared_examples, || example(r, r.after, after.flagging()), r.place);
        }
        self.confirmed_lost += u64::from(r.confirmed && r.before.flag && !r.after.flag);
        let Some(change) = change(r.before, r.after) else { return };
        *self.changes.entry(change).or_default() += 1;
        let (side, flagging) = match change {
            Change::LostFlag => (r.before, before.flagging()),
            _ => (r.after, after.flagging()),
        };
        for rule in &flagging {
            match change {
                Change::NewFlag => self.rule(rule).new_flags += 1,
                Change::LostFlag => self.rule(rule).lost_flags += 1,
                Change::Level | Change::Kinds => {}
            }
        }
        keep(self.examples.entry(change).or_default(), || example(r, side, flagging), r.place);
    }

    /// Notes a document that could not be assessed.
    pub fn fail(&mut self) {
        self.documents += 1;
        self.failed += 1;
    }

    /// Adds what another thread counted.
    pub fn add(&mut self, other: Self) {
        self.documents += other.documents;
        self.failed += other.failed;
        self.flags = (self.flags.0 + other.flags.0, self.flags.1 + other.flags.1);
        self.cleared_hits += other.cleared_hits;
        self.confirmed_lost += other.confirmed_lost;
        for (change, n) in other.changes {
            *self.changes.entry(change).or_default() += n;
        }
        for (id, d) in other.rules {
            let rule = self.rules.entry(id).or_default();
            rule.hits_before += d.hits_before;
            rule.hits_after += d.hits_after;
            rule.new_flags += d.new_flags;
            rule.lost_flags += d.lost_flags;
        }
        for (change, examples) in other.examples {
            merge(self.examples.entry(change).or_default(), examples);
        }
        merge(&mut self.cleared_examples, other.cleared_examples);
    }

    /// Documents whose outcome changes in this way.
    pub fn changed(&self, change: Change) -> u64 {
        self.changes.get(&change).copied().unwrap_or(0)
    }

    fn rule(&mut self, id: &str) -> &mut RuleDifference {
        self.rules.entry(id.to_owned()).or_default()
    }
}

/// Rules with a signal, each once.
fn rules(assessment: &Assessment) -> Vec<&str> {
    let mut rules: Vec<&str> = assessment.signals.iter().map(|s| s.rule.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// Keeps the [`EXAMPLES`] with the lowest places, sorted.
fn keep(examples: &mut Vec<Example>, make: impl FnOnce() -> Example, place: i64) {
    let at = examples.partition_point(|e| e.place < place);
    if at < EXAMPLES {
        examples.insert(at, make());
        examples.truncate(EXAMPLES);
    }
}

fn merge(into: &mut Vec<Example>, from: Vec<Example>) {
    into.extend(from);
    into.sort_by_key(|e| e.place);
    into.truncate(EXAMPLES);
}

fn example(r: &Replayed<'_>, side: &Assessment, rules: Vec<&str>) -> Example {
    let heading = if r.document.title.is_empty() { &r.document.text } else { &r.document.title };
    let mut words: Vec<String> = vec![];
    for signal in side.signals.iter().filter(|s| rules.is_empty() || rules.contains(&s.rule.as_str())) {
        for evidence in &signal.evidence {
            if words.len() < WORDS && !words.contains(&evidence.text) {
                words.push(evidence.text.clone());
            }
        }
    }
    Example {
        place: r.place,
        id: r.document.id.0.clone(),
        title: heading.chars().map(|c| if c.is_control() { ' ' } else { c }).take(TITLE).collect(),
        levels: (r.before.level, r.after.level),
        kinds: (r.before.kinds.clone(), r.after.kinds.clone()),
        rules: rules.into_iter().map(str::to_owned).collect(),
        words,
        guards: r.after.guards.iter().map(|g| g.rule.clone()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::compare::tests::assessment;
    use super::*;
    use kiemtin_model::{DocKind, Time};

    fn replay(cases: &[(i64, f64, f64, bool)]) -> Replay {
        let mut replay = Replay::default();
        for (place, before, after, cleared) in cases {
            let document = crate::knowledge::sample(&format!("bài {place}"), "", DocKind::News, Some(Time(0)));
            let signals = |score: f64| if score > 0.0 { vec![("a", score)] } else { vec![] };
            let (before, after) = (assessment(&signals(*before), &[]), assessment(&signals(*after), &[]));
            let case =
                Replayed { place: *place, document: &document, before: &before, after: &after, cleared: *cleared, confirmed: !cleared };
            replay.count(&case);
        }
        replay
    }

    #[test]
    fn tells_what_changes() {
        let r = replay(&[(1, 0.0, 0.0, false), (2, 0.0, 5.0, true), (3, 5.0, 0.0, false), (4, 5.0, 3.0, false), (5, 5.0, 5.0, false)]);
        assert_eq!((r.documents, r.flags, r.cleared_hits, r.confirmed_lost), (5, (3, 3), 1, 1));
        assert_eq!(Change::ALL.map(|c| r.changed(c)), [1, 1, 1, 0]);
        assert_eq!(r.rules["a"], RuleDifference { hits_before: 3, hits_after: 3, new_flags: 1, lost_flags: 1 });
        assert_eq!(r.examples[&Change::LostFlag][0].title, "bài 3");
        assert_eq!(r.cleared_examples.len(), 1);
    }

    #[test]
    fn threads_add_up_to_the_same_in_any_order() {
        let cases: Vec<_> = (0..100).map(|i| (i, 0.0, if i % 3 == 0 { 5.0 } else { 0.0 }, i % 2 == 0)).collect();
        let whole = replay(&cases);
        let (odd, even): (Vec<_>, Vec<_>) = cases.iter().partition(|c| c.0 % 2 == 1);
        let mut parts = replay(&odd);
        parts.add(replay(&even));
        assert_eq!(parts, whole);
        let places: Vec<_> = whole.examples[&Change::NewFlag].iter().map(|e| e.place).collect();
        assert_eq!(places, (0..EXAMPLES as i64).map(|i| 3 * i).collect::<Vec<_>>(), "the first ones, in order");
    }
}
