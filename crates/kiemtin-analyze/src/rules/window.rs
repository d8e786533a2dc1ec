//! In which few sentences does a rule's evidence stand together, and how many points is it worth there?

use super::evidence::{Evidence, Findings};
use super::set::Rule;
use super::view::{Place, View};
use kiemtin_model::SignalPart;
use std::collections::{BTreeMap, BTreeSet};

/// Most places kept per piece of evidence: enough to show, small enough to store.
const SHOWN: usize = 3;

/// Evidence that stands together.
pub struct Window<'r> {
    /// What each piece of evidence and each meta adds, group caps applied: the score is their sum.
    pub parts: Vec<SignalPart>,
    /// Each piece of evidence found, with its places in the window.
    pub found: Vec<(&'r Evidence, Vec<Place>)>,
}

impl Window<'_> {
    /// Sum of the parts.
    pub fn score(&self) -> f64 {
        self.parts.iter().fold(0.0, |sum, part| sum + part.points)
    }
}

/// The best window of a rule, or `None` when its required evidence stands nowhere together.
pub fn best<'r>(rule: &'r Rule, view: &View<'_>, findings: &Findings<'_>) -> Option<Window<'r>> {
    // Required evidence first, and only whether it can hold, then whether it does: most rules end here for most documents.
    let needed = |holds: &dyn Fn(&Evidence) -> bool| {
        rule.required.iter().all(|alternatives| alternatives.iter().any(|at| rule.evidence.get(*at).is_some_and(holds)))
    };
    if !needed(&|e| e.may_hold(view)) || !needed(&|e| e.holds(view, findings)) {
        return None;
    }
    let mut all: Vec<(&Evidence, Vec<Place>)> =
        rule.evidence.iter().filter_map(|e| e.places(view, findings).map(|places| (e, places))).collect();
    all.iter_mut().for_each(|(_, places)| places.sort_by_key(|p| p.sentence));
    let mut starts: Vec<u32> = all.iter().flat_map(|(_, places)| places.iter().map(|p| p.sentence)).collect();
    starts.sort_unstable();
    starts.dedup();
    if rule.within == 0 || starts.is_empty() {
        starts = vec![0];
    }
    // The same pieces are worth the same wherever they stand: the first window with them stands for all.
    let mut seen: Vec<Vec<bool>> = vec![];
    let mut best: Option<Window<'r>> = None;
    for from in starts {
        let to = if rule.within == 0 { u32::MAX } else { from.saturating_add(rule.within) };
        let held: Vec<bool> = all.iter().map(|(_, places)| places.is_empty() || !inside(places, from, to).is_empty()).collect();
        if seen.contains(&held) {
            continue;
        }
        best = better(best, window(rule, &all, from, to));
        seen.push(held);
    }
    best
}

fn better<'r>(best: Option<Window<'r>>, other: Option<Window<'r>>) -> Option<Window<'r>> {
    match (&best, &other) {
        (Some(b), Some(o)) if o.score() > b.score() => other,
        (None, _) => other,
        _ => best,
    }
}

/// Those of the places, which are in order of their sentences, that stand in these sentences.
fn inside(places: &[Place], from: u32, to: u32) -> &[Place] {
    let first = places.partition_point(|p| p.sentence < from);
    let rest = places.get(first..).unwrap_or_default();
    rest.get(..rest.partition_point(|p| p.sentence < to)).unwrap_or_default()
}

fn window<'r>(rule: &Rule, all: &[(&'r Evidence, Vec<Place>)], from: u32, to: u32) -> Option<Window<'r>> {
    let mut found = vec![];
    for (evidence, places) in all {
        let inside = inside(places, from, to);
        if places.is_empty() || !inside.is_empty() {
            found.push((*evidence, inside.iter().take(SHOWN).copied().collect()));
        }
    }
    let held = |id: &String| found.iter().any(|(e, _): &(&Evidence, Vec<Place>)| e.id == *id);
    let all_held = rule.require.iter().all(|alternatives| alternatives.iter().any(held));
    all_held.then(|| Window { parts: parts(rule, &found), found })
}

/// What each piece adds. Evidence of a group beyond the group's cap adds the rest up to the cap, or nothing.
fn parts(rule: &Rule, found: &[(&Evidence, Vec<Place>)]) -> Vec<SignalPart> {
    let mut left: BTreeMap<&str, f64> = rule.group_caps.iter().map(|(group, cap)| (group.as_str(), *cap)).collect();
    let mut parts = vec![];
    for (evidence, _) in found {
        let mut points = evidence.weight;
        if let Some(left) = evidence.group.as_deref().and_then(|g| left.get_mut(g)) {
            points = points.min(*left);
            *left -= points;
        }
        parts.push(SignalPart { evidence: evidence.id.clone(), points });
    }
    let mut held: BTreeSet<&str> = found.iter().map(|(e, _)| e.id.as_str()).collect();
    for meta in &rule.metas {
        if meta.holds(&held) {
            held.insert(&meta.id);
            parts.push(SignalPart { evidence: meta.id.clone(), points: meta.weight });
        }
    }
    parts
}
