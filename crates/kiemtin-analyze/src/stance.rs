//! How does a text stand to the claims it holds?

use crate::rules::{RuleSet, View};
use kiemtin_model::{DocKind, Document, GuardHit, GuardKind, Signal, Stance};

/// The stance of a document: that of the guard over its strongest signal, or what its cues say when nothing was found.
pub fn stance(document: &Document, view: &View<'_>, rules: &RuleSet, signals: &[Signal], guards: &[GuardHit]) -> Stance {
    let strongest = (0..signals.len()).max_by(|a, b| {
        let score = |i: &usize| signals.get(*i).map_or(0.0, |s| s.score);
        score(a).total_cmp(&score(b))
    });
    if let Some(strongest) = strongest {
        let over = |g: &&GuardHit| g.effect.suppresses() && g.over.contains(&strongest);
        return guards.iter().filter(over).map(|g| of_guard(g.guard)).min_by_key(|s| order(*s)).unwrap_or(Stance::Asserts);
    }
    let cue = |kind: GuardKind| rules.guards.iter().any(|g| g.guard == kind && g.cue(document.kind, view));
    let title_asks = document.title.trim_end().ends_with('?');
    match () {
        () if document.kind == DocKind::Official => Stance::Reports,
        () if cue(GuardKind::Satire) => Stance::Satirises,
        () if cue(GuardKind::Refutation) || cue(GuardKind::Warning) => Stance::Refutes,
        () if cue(GuardKind::Criticism) => Stance::Criticises,
        () if title_asks => Stance::Asks,
        () if document.kind == DocKind::Social && cue(GuardKind::Question) => Stance::Asks,
        () if document.kind == DocKind::Social => Stance::Asserts,
        () => Stance::Reports,
    }
}

fn of_guard(guard: GuardKind) -> Stance {
    match guard {
        GuardKind::Refutation | GuardKind::Warning | GuardKind::Official => Stance::Refutes,
        GuardKind::Attributed | GuardKind::History => Stance::Reports,
        GuardKind::Question => Stance::Asks,
        GuardKind::Prediction => Stance::Predicts,
        GuardKind::Criticism => Stance::Criticises,
        GuardKind::Satire => Stance::Satirises,
    }
}

fn order(stance: Stance) -> usize {
    [Stance::Satirises, Stance::Refutes, Stance::Asks, Stance::Criticises, Stance::Predicts, Stance::Reports, Stance::Asserts]
        .iter()
        .position(|s| *s == stance)
        .unwrap_or(usize::MAX)
}
