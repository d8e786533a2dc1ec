//! What do the guards leave of each signal of a document, and what does each rule add to it?

use crate::assess::{Assessment, GuardEffect};
use serde::{Deserialize, Serialize};

/// Points from which a document is kept in its narrative's file, and flagged when no guard stands over them.
pub const WATCH: f64 = 3.0;

/// The signals of an assessment with what its guards leave of them.
pub struct Weighed<'a> {
    assessment: &'a Assessment,
    /// For each signal whether nothing stands over it.
    free: Vec<bool>,
}

/// What one rule, or one claim of the library, found in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleShare {
    /// Id of the rule; `claim:` and the id of a claim.
    #[serde(skip)]
    pub rule: String,
    /// It adds to the flag of the document.
    pub flagged: bool,
    /// The flag would be gone without it.
    pub needed: bool,
    /// Guards that take its points away, by id.
    pub suppressed: Vec<String>,
    /// Keys of the narratives that its signals speak for; those whose points a guard takes away are left out.
    pub narratives: Vec<String>,
}

impl<'a> Weighed<'a> {
    /// Looks the guards of each signal up once.
    pub fn new(assessment: &'a Assessment) -> Self {
        let free = (0..assessment.signals.len()).map(|i| !assessment.guards.iter().any(|g| g.over.contains(&i))).collect();
        Self { assessment, free }
    }

    /// Whether signal `index` counts in full.
    pub fn free(&self, index: usize) -> bool {
        self.free.get(index).copied().unwrap_or(false)
    }

    /// Rules that carry the flag; none when there is no flag.
    pub fn flagging(&self) -> Vec<&'a str> {
        if !self.assessment.flag {
            return vec![];
        }
        let mut rules: Vec<&str> = vec![];
        for (index, signal) in self.assessment.signals.iter().enumerate() {
            if self.free(index) && !rules.contains(&signal.rule.as_str()) {
                rules.push(&signal.rule);
            }
        }
        rules
    }

    /// Whether the flag would be gone without this rule.
    pub fn needs(&self, rule: &str) -> bool {
        let others = self.assessment.signals.iter().enumerate().filter(|(i, s)| self.free(*i) && s.rule != rule);
        self.assessment.flag && others.map(|(_, s)| s.score).sum::<f64>() < WATCH
    }

    /// Guards that take the points of signal `index` away.
    pub fn suppressing(&self, index: usize) -> impl Iterator<Item = &'a str> {
        let guards = self.assessment.guards.iter();
        guards.filter(move |g| g.effect == GuardEffect::Suppress && g.over.contains(&index)).map(|g| g.rule.as_str())
    }

    /// What each rule found, in the order of the signals.
    pub fn shares(&self) -> Vec<RuleShare> {
        let flagging = self.flagging();
        let mut shares: Vec<RuleShare> = vec![];
        for (index, signal) in self.assessment.signals.iter().enumerate() {
            let at = shares.iter().position(|s| s.rule == signal.rule).unwrap_or_else(|| {
                shares.push(RuleShare {
                    flagged: flagging.contains(&signal.rule.as_str()),
                    needed: self.needs(&signal.rule),
                    rule: signal.rule.clone(),
                    suppressed: vec![],
                    narratives: vec![],
                });
                shares.len() - 1
            });
            let Some(share) = shares.get_mut(at) else { continue };
            let new: Vec<String> =
                self.suppressing(index).filter(|g| !share.suppressed.iter().any(|s| s == g)).map(str::to_owned).collect();
            share.suppressed.extend(new);
            if !self.assessment.suppressed(index) && !share.narratives.contains(&signal.narrative.key) {
                share.narratives.push(signal.narrative.key.clone());
            }
        }
        shares
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FlagKind, GuardHit, GuardKind, Level, NarrativeKey, Signal, Stance};

    fn assessment(signals: &[(&str, f64)], guards: &[(&str, GuardEffect, &[usize])]) -> Assessment {
        let signal = |(rule, score): &(&str, f64)| Signal {
            rule: (*rule).into(),
            kind: FlagKind::PanicRumour,
            score: *score,
            parts: vec![],
            message: String::new(),
            evidence: vec![],
            narrative: NarrativeKey { key: format!("rule:{rule}"), claim: String::new() },
            references: vec![],
        };
        let guard = |(id, effect, over): &(&str, GuardEffect, &[usize])| GuardHit {
            guard: GuardKind::Refutation,
            rule: (*id).into(),
            effect: *effect,
            message: String::new(),
            evidence: vec![],
            over: over.to_vec(),
        };
        let guards: Vec<GuardHit> = guards.iter().map(guard).collect();
        let left = |i: &usize| !guards.iter().any(|g| g.over.contains(i));
        let points: f64 = (0..signals.len()).filter(left).map(|i| signals[i].1).sum();
        Assessment {
            signals: signals.iter().map(signal).collect(),
            guards,
            score_after_guards: points,
            level: if points >= WATCH { Level::Watch } else { Level::None },
            flag: points >= WATCH,
            ..Assessment::nothing(Stance::Asserts, "v")
        }
    }

    #[test]
    fn a_flag_needs_the_rules_without_which_it_falls() {
        let check = |signals: &[(&str, f64)], guards: &[(&str, GuardEffect, &[usize])], flagging: &[&str], needed: &[&str]| {
            let a = assessment(signals, guards);
            let weighed = Weighed::new(&a);
            assert_eq!(weighed.flagging(), flagging);
            assert_eq!(["a", "b"].into_iter().filter(|r| weighed.needs(r)).collect::<Vec<_>>(), needed, "{signals:?}");
        };
        check(&[("a", 5.0)], &[], &["a"], &["a"]);
        check(&[("a", 5.0), ("b", 3.0)], &[], &["a", "b"], &[]);
        check(&[("a", 2.0), ("b", 2.0)], &[], &["a", "b"], &["a", "b"]);
        check(&[("a", 5.0), ("b", 3.0)], &[("g", GuardEffect::Suppress, &[1])], &["a"], &["a"]);
        check(&[("a", 5.0)], &[("g", GuardEffect::Suppress, &[0])], &[], &[]);
    }

    #[test]
    fn each_rule_has_one_share() {
        use GuardEffect::{CapWatch, Respond, Suppress};
        let a = assessment(
            &[("a", 5.0), ("b", 3.0), ("a", 2.0), ("c", 1.0), ("d", 1.0)],
            &[("g", Suppress, &[0, 1]), ("h", Suppress, &[0]), ("i", CapWatch, &[3]), ("j", Respond, &[4])],
        );
        let shares = Weighed::new(&a).shares();
        let told: Vec<_> = shares.iter().map(|s| (s.rule.as_str(), s.suppressed.join(" "), s.narratives.join(" "))).collect();
        assert_eq!(
            told,
            [
                ("a", "g h".into(), "rule:a".into()),
                ("b", "g".into(), String::new()),
                ("c", String::new(), "rule:c".into()),
                ("d", String::new(), String::new())
            ],
            "a claim that is answered or taken back is not told"
        );
        assert!(!a.flag && shares.iter().all(|s| !s.flagged && !s.needed));
        assert!(Weighed::new(&assessment(&[("a", 5.0)], &[])).shares().iter().all(|s| s.flagged && s.needed));
    }
}
