//! Does a rule ask for attention? Told from what was counted of it on the stored documents, and from what people concluded of the
//! alerts that it speaks for.

use super::{Interval, wilson};
use crate::knowledge::Knowledge;
use crate::rules::{Rule, RuleSet, Status};
use kiemtin_model::{RuleCount, Time, time::DAY_MS};
use std::collections::BTreeMap;

/// A rule without a hit for so many days is told as dead.
pub const DEAD_DAYS: i64 = 90;
/// A rule is noisy when even the upper bound of its precision is below this.
const PRECISE: f64 = 0.9;

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
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Dead, Self::Shadowed, Self::Noisy, Self::ReviewDue];

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

/// A rule with how it fares.
pub struct RuleHealth<'r> {
    /// The rule.
    pub rule: &'r Rule,
    /// What was counted.
    pub count: RuleCount,
    /// Why somebody should look at it; a rule that does not work has no warnings.
    pub warnings: Vec<Warning>,
}

/// How every rule of a set fares, in its order. `oldest` is the time of the oldest stored document: a rule is dead only in a store
/// that reaches back far enough to say so.
pub fn health<'r>(rules: &'r RuleSet, counts: &BTreeMap<String, RuleCount>, oldest: Option<Time>, now: Time) -> Vec<RuleHealth<'r>> {
    let of = |rule: &'r Rule| {
        let count = counts.get(&rule.id).cloned().unwrap_or_default();
        let warnings = if rule.status == Status::Stable { warnings(&count, rule.review_by, oldest, now) } else { vec![] };
        RuleHealth { rule, count, warnings }
    };
    rules.rules.iter().map(of).collect()
}

/// Ids under which something was counted that the knowledge no longer holds.
pub fn unknown<'c>(knowledge: &Knowledge, counts: &'c BTreeMap<String, RuleCount>) -> Vec<&'c str> {
    let known = |id: &str| {
        knowledge.rules.rules.iter().any(|r| r.id == id) || id.strip_prefix("claim:").is_some_and(|c| knowledge.claims.claim(c).is_some())
    };
    counts.keys().map(String::as_str).filter(|id| !known(id)).collect()
}

/// Share of right alerts among those that people judged.
pub fn precision(count: &RuleCount) -> Option<Interval> {
    wilson(count.right, count.judged)
}

/// Warnings about a working rule. `review_by` is the beginning of the last day on which nobody need have looked.
fn warnings(count: &RuleCount, review_by: Time, oldest: Option<Time>, now: Time) -> Vec<Warning> {
    let long_ago = |t: Time| t < now.plus(-DEAD_DAYS * DAY_MS);
    let holds = |warning: &Warning| match warning {
        Warning::Dead => count.last_hit.or(oldest).is_some_and(long_ago),
        Warning::Shadowed => count.hits > 0 && count.unique == 0,
        Warning::Noisy => precision(count).is_some_and(|p| p.high < PRECISE),
        Warning::ReviewDue => review_by.plus(DAY_MS) <= now,
    };
    Warning::ALL.into_iter().filter(holds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warns_with_reason() {
        let now = Time(1_000 * DAY_MS);
        let ago = |days: i64| now.plus(-days * DAY_MS);
        let count = |hits, unique, last: Option<i64>, wrong| RuleCount {
            hits,
            unique,
            last_hit: last.map(ago),
            judged: wrong,
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
            assert_eq!(warnings(&count, review_by, oldest, now), expected, "{count:?}");
        }
        let once_wrong = precision(&count(1, 1, Some(1), 1)).unwrap();
        assert!(once_wrong.high < PRECISE, "one wrong alert alone makes it noisy: {once_wrong:?}");
    }
}
