//! What does another rule set change about one document?

use kiemtin_model::Assessment;

/// How the outcome for a document differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// Flagged now, not before.
    NewFlag,
    /// Flagged before, not now.
    LostFlag,
    /// Flagged or not as before, but at another level.
    Level,
    /// The same flag and level, but other kinds.
    Kinds,
}

impl Change {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::NewFlag, Self::LostFlag, Self::Level, Self::Kinds];

    /// Its word for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewFlag => "new_flag",
            Self::LostFlag => "lost_flag",
            Self::Level => "level",
            Self::Kinds => "kinds",
        }
    }

    /// Its words for people.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::NewFlag => "Cờ mới",
            Self::LostFlag => "Mất cờ",
            Self::Level => "Đổi mức",
            Self::Kinds => "Đổi loại",
        }
    }
}

/// What differs between two assessments of one text, the most weighty difference first. `None`: a reader sees the same.
pub fn change(before: &Assessment, after: &Assessment) -> Option<Change> {
    match (before.flag, after.flag) {
        (false, true) => return Some(Change::NewFlag),
        (true, false) => return Some(Change::LostFlag),
        _ => {}
    }
    if before.level != after.level {
        return Some(Change::Level);
    }
    let same = before.kinds.len() == after.kinds.len() && before.kinds.iter().all(|k| after.kinds.contains(k));
    (!same).then_some(Change::Kinds)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use kiemtin_model::{FlagKind, GuardEffect, GuardHit, GuardKind, Level, NarrativeKey, Signal, Stance, WATCH};

    /// An assessment with these signals (rule, score) and guards (id, signals it suppresses).
    pub fn assessment(signals: &[(&str, f64)], guards: &[(&str, &[usize])]) -> Assessment {
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
        let guard = |(id, over): &(&str, &[usize])| GuardHit {
            guard: GuardKind::Refutation,
            rule: (*id).into(),
            effect: GuardEffect::Suppress,
            message: String::new(),
            evidence: vec![],
            over: over.to_vec(),
        };
        let guards: Vec<GuardHit> = guards.iter().map(guard).collect();
        let left = |i: &usize| !guards.iter().any(|g| g.over.contains(i));
        let points: f64 = (0..signals.len()).filter(left).map(|i| signals[i].1).sum();
        let level = if points >= 5.0 {
            Level::Alert
        } else if points >= WATCH {
            Level::Watch
        } else {
            Level::None
        };
        Assessment {
            stance: Stance::Asserts,
            score: signals.iter().map(|s| s.1).sum(),
            signals: signals.iter().map(signal).collect(),
            guards,
            score_after_guards: points,
            level,
            flag: points >= WATCH,
            kinds: if points >= WATCH { vec![FlagKind::PanicRumour] } else { vec![] },
            suggestion: false,
            suggestions: vec![],
            rules_version: "v".into(),
        }
    }

    #[test]
    fn the_weightiest_difference_counts() {
        let of = |score: f64| assessment(&[("a", score)], &[]);
        let mut other_kind = of(5.0);
        other_kind.kinds = vec![FlagKind::FalseFigure];
        for (before, after, expected) in [
            (of(0.0), of(2.0), None),
            (of(0.0), of(3.0), Some(Change::NewFlag)),
            (of(5.0), of(2.0), Some(Change::LostFlag)),
            (of(5.0), of(3.0), Some(Change::Level)),
            (of(5.0), other_kind, Some(Change::Kinds)),
            (of(5.0), of(7.0), None),
        ] {
            assert_eq!(change(&before, &after), expected);
        }
    }
}
