//! In which few sentences does a rule's evidence stand together, and how many points is it worth there?

use super::evidence::{Evidence, Findings};
use super::set::Rule;
use super::view::{Place, View};

/// Most places kept per piece of evidence: enough to show, small enough to store.
const SHOWN: usize = 3;

/// Evidence that stands together.
pub struct Window<'r> {
    /// Sum of the weights, group caps applied.
    pub score: f64,
    /// Each piece of evidence found, with its places in the window.
    pub found: Vec<(&'r Evidence, Vec<Place>)>,
}

/// The best window of a rule, or `None` when its required evidence stands nowhere together.
pub fn best<'r>(rule: &'r Rule, view: &View<'_>, findings: &Findings<'_>) -> Option<Window<'r>> {
    // Required evidence first: most rules end here for most documents.
    let mut all: Vec<(&Evidence, Vec<Place>)> = vec![];
    for alternatives in &rule.require {
        let mut any = false;
        for evidence in rule.evidence.iter().filter(|e| alternatives.contains(&e.id)) {
            if all.iter().any(|(e, _)| e.id == evidence.id) {
                any = true;
            } else if let Some(places) = evidence.places(view, findings) {
                all.push((evidence, places));
                any = true;
            }
        }
        if !any {
            return None;
        }
    }
    for evidence in &rule.evidence {
        if !all.iter().any(|(e, _)| e.id == evidence.id)
            && let Some(places) = evidence.places(view, findings)
        {
            all.push((evidence, places));
        }
    }
    let mut starts: Vec<u32> = all.iter().flat_map(|(_, places)| places.iter().map(|p| p.sentence)).collect();
    starts.sort_unstable();
    starts.dedup();
    if rule.within == 0 || starts.is_empty() {
        starts = vec![0];
    }
    let windows = starts.into_iter().filter_map(|from| window(rule, &all, from));
    windows.fold(None, |best: Option<Window<'r>>, w| if best.as_ref().is_some_and(|b| b.score >= w.score) { best } else { Some(w) })
}

fn window<'r>(rule: &Rule, all: &[(&'r Evidence, Vec<Place>)], from: u32) -> Option<Window<'r>> {
    let to = if rule.within == 0 { u32::MAX } else { from.saturating_add(rule.within) };
    let mut found = vec![];
    for (evidence, places) in all {
        let inside: Vec<Place> = places.iter().filter(|p| (from..to).contains(&p.sentence)).take(SHOWN).copied().collect();
        if places.is_empty() || !inside.is_empty() {
            found.push((*evidence, inside));
        }
    }
    let held = |id: &String| found.iter().any(|(e, _)| e.id == *id);
    let all_held = rule.require.iter().all(|alternatives| alternatives.iter().any(held));
    all_held.then(|| Window { score: score(rule, &found), found })
}

fn score(rule: &Rule, found: &[(&Evidence, Vec<Place>)]) -> f64 {
    let mut sum: f64 = found.iter().filter(|(e, _)| e.group.is_none()).map(|(e, _)| e.weight).sum();
    let mut groups: Vec<&String> = found.iter().filter_map(|(e, _)| e.group.as_ref()).collect();
    groups.sort_unstable();
    groups.dedup();
    for group in groups {
        let points: f64 = found.iter().filter(|(e, _)| e.group.as_ref() == Some(group)).map(|(e, _)| e.weight).sum();
        sum += rule.group_caps.get(group).map_or(points, |cap| points.min(*cap));
    }
    sum
}
