//! How does each rule fare on the stored documents? Hits, flags that need it, what guards take from it, what people
//! concluded, and whether it asks for attention.

use super::{Interval, Weighed, wilson};
use crate::rules::RuleSet;
use kiemtin_model::{Assessment, Time, time::DAY_MS};
use std::collections::BTreeMap;

/// A rule without a hit for so many days is told as dead.
pub const DEAD_DAYS: i64 = 90;
/// A rule is noisy when even the upper bound of its precision is below this.
const PRECISE: f64 = 0.9;

/// What people concluded of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// The alert.
    pub alert: i64,
    /// Whether it was right.
    pub right: bool,
}

/// What was counted of one rule.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleCount {
    /// Documents in which it found something.
    pub hits: u64,
    /// Flagged documents to whose flag it adds.
    pub flagged: u64,
    /// Flagged documents that would not be flagged without it.
    pub unique: u64,
    /// Hits that each guard suppressed.
    pub suppressed: BTreeMap<String, u64>,
    /// Hits that at least one guard suppressed.
    pub suppressed_hits: u64,
    /// Time of the latest document with a hit.
    pub last_hit: Option<Time>,
    /// Alerts that people judged: whether each was right.
    reviews: BTreeMap<i64, bool>,
}

/// Why somebody should look at a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// No hit for [`DEAD_DAYS`] days.
    Dead,
    /// It hits, but no flag needs it.
    Shadowed,
    /// Reviews show that it is wrong too often.
    Noisy,
    /// The day on which somebody must look again has passed.
    ReviewDue,
}

impl Warning {
    /// Its word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dead => "dead",
            Self::Shadowed => "shadowed",
            Self::Noisy => "noisy",
            Self::ReviewDue => "review_due",
        }
    }

    /// Its word for people.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Dead => "im lặng",
            Self::Shadowed => "trùng",
            Self::Noisy => "nhiễu",
            Self::ReviewDue => "quá hạn xem lại",
        }
    }
}

impl RuleCount {
    /// Alerts judged right, alerts judged.
    pub fn reviews(&self) -> (u64, u64) {
        (self.reviews.values().filter(|right| **right).count() as u64, self.reviews.len() as u64)
    }

    /// Share of right alerts among those that people judged.
    pub fn precision(&self) -> Option<Interval> {
        let (right, all) = self.reviews();
        wilson(right, all)
    }

    /// Warnings about a working rule. `review_by` is the beginning of the last day on which nobody need have looked; `oldest` is the time of the oldest stored document: a rule is dead only in a store
    /// that reaches back far enough to say so.
    pub fn warnings(&self, review_by: Time, oldest: Option<Time>, now: Time) -> Vec<Warning> {
        let long_ago = |t: Time| t < now.plus(-DEAD_DAYS * DAY_MS);
        let holds = [
            (Warning::Dead, self.last_hit.or(oldest).is_some_and(long_ago)),
            (Warning::Shadowed, self.hits > 0 && self.unique == 0),
            (Warning::Noisy, self.precision().is_some_and(|p| p.high < PRECISE)),
            (Warning::ReviewDue, review_by.plus(DAY_MS) <= now),
        ];
        holds.into_iter().filter(|(_, holds)| *holds).map(|(warning, _)| warning).collect()
    }
}

/// Counts of all rules.
#[derive(Clone, Debug, Default)]
pub struct Census {
    rules: BTreeMap<String, RuleCount>,
}

impl Census {
    /// Begins with every rule of a set at zero.
    pub fn of(rules: &RuleSet) -> Self {
        Self { rules: rules.rules.iter().map(|r| (r.id.clone(), RuleCount::default())).collect() }
    }

    /// Counts a stored document. `judged` gives what people concluded of the alerts of a narrative (by its key).
    pub fn count(&mut self, at: Time, assessment: &Assessment, judged: &dyn Fn(&str) -> Vec<Judgement>) {
        let weighed = Weighed::new(assessment);
        let flagging = weighed.flagging();
        let mut seen: Vec<&str> = vec![];
        for (index, signal) in assessment.signals.iter().enumerate() {
            let rule = self.rules.entry(signal.rule.clone()).or_default();
            for judgement in judged(&signal.narrative.key) {
                rule.reviews.insert(judgement.alert, judgement.right);
            }
            if seen.contains(&signal.rule.as_str()) {
                continue;
            }
            seen.push(&signal.rule);
            rule.hits += 1;
            rule.flagged += u64::from(flagging.contains(&signal.rule.as_str()));
            rule.unique += u64::from(weighed.needs(&signal.rule));
            rule.last_hit = rule.last_hit.max(Some(at));
            let mut suppressed = false;
            for guard in weighed.suppressing(index) {
                *rule.suppressed.entry(guard.to_owned()).or_default() += 1;
                suppressed = true;
            }
            rule.suppressed_hits += u64::from(suppressed);
        }
    }

    /// The counts by rule id; ids that the rule set no longer holds are among them when documents carry them.
    pub fn rules(&self) -> &BTreeMap<String, RuleCount> {
        &self.rules
    }
}

#[cfg(test)]
mod tests {
    use super::super::compare::tests::assessment;
    use super::*;

    #[test]
    fn counts_hits_flags_guards_and_reviews() {
        let mut census = Census::default();
        let day = |n: i64| Time(n * DAY_MS);
        let judged = |key: &str| if key == "rule:a" { vec![Judgement { alert: 7, right: false }] } else { vec![] };
        census.count(day(1), &assessment(&[("a", 5.0)], &[]), &judged);
        census.count(day(3), &assessment(&[("a", 5.0), ("b", 3.0)], &[]), &judged);
        census.count(day(2), &assessment(&[("a", 5.0)], &[("bac-bo", &[0])]), &judged);
        let a = &census.rules()["a"];
        assert_eq!((a.hits, a.flagged, a.unique, a.suppressed_hits, a.last_hit), (3, 2, 1, 1, Some(day(3))));
        assert_eq!((a.suppressed["bac-bo"], a.reviews()), (1, (0, 1)), "one alert, however many documents");
        let b = &census.rules()["b"];
        assert_eq!((b.hits, b.flagged, b.unique, b.precision()), (1, 1, 0, None));
    }

    #[test]
    fn warns_with_reason() {
        let now = Time(1_000 * DAY_MS);
        let ago = |days: i64| now.plus(-days * DAY_MS);
        let count = |hits, unique, last: Option<i64>, wrong: i64| RuleCount {
            hits,
            unique,
            last_hit: last.map(ago),
            reviews: (0..wrong).map(|i| (i, false)).collect(),
            ..RuleCount::default()
        };
        for (count, review_by, oldest, expected) in [
            (count(0, 0, None, 0), ago(-1), None, &[][..]),
            (count(0, 0, None, 0), ago(-1), Some(ago(10)), &[]),
            (count(0, 0, None, 0), ago(-1), Some(ago(100)), &[Warning::Dead]),
            (count(2, 1, Some(91), 0), ago(-1), Some(ago(100)), &[Warning::Dead]),
            (count(2, 0, Some(1), 0), ago(-1), Some(ago(100)), &[Warning::Shadowed]),
            (count(2, 2, Some(1), 2), ago(-1), None, &[Warning::Noisy]),
            (count(2, 2, Some(1), 0), ago(0), None, &[]),
            (count(2, 2, Some(1), 0), ago(1), None, &[Warning::ReviewDue]),
        ] {
            assert_eq!(count.warnings(review_by, oldest, now), expected, "{count:?}");
        }
        let once_wrong = count(1, 1, Some(1), 1).precision().unwrap();
        assert!(once_wrong.high < PRECISE, "one wrong alert alone makes it noisy: {once_wrong:?}");
    }
}
