//! Do the claims agree with the rules, and does each find its own examples?

use super::file::{Claim, ClaimStatus, Example};
use super::library::ClaimLibrary;
use crate::assess::assess;
use crate::faults::Fault;
use crate::knowledge::{Knowledge, sample};
use crate::rules::RuleSet;
use kiemtin_model::{Assessment, Level};

impl ClaimLibrary {
    /// A rule that names a claim of the library shares its narrative, so both must tell people the same.
    pub fn check(&self, rules: &RuleSet, faults: &mut Vec<Fault>) {
        for rule in &rules.rules {
            let Some(claim) = rule.claim_id.as_deref().and_then(|id| self.claim(id)) else { continue };
            if rule.claim != claim.statement {
                let message = format!("got \"{}\", expected the statement of {}: \"{}\"", rule.claim, claim.path, claim.statement);
                faults.push(Fault { path: rule.path.clone(), line: rule.line, column: 0, key: "rule.claim".into(), message });
            }
        }
    }

    /// Tries every claim's examples on the library and the guards, without rules; a failed one is a fault of its file.
    pub fn examples(&self, knowledge: &Knowledge) -> Vec<Fault> {
        let mut alone = knowledge.clone();
        alone.rules.rules.clear();
        let tried = self.claims.iter().filter(|c| c.status != ClaimStatus::Retired);
        tried.flat_map(|claim| claim.examples.iter().enumerate().filter_map(|(n, e)| failed(claim, n, e, &alone))).collect()
    }
}

fn failed(claim: &Claim, number: usize, example: &Example, knowledge: &Knowledge) -> Option<Fault> {
    // A claim flags in its own time only.
    let document = sample(&example.title, &example.text, example.kind, claim.since);
    let said = assess(document, knowledge).assessment;
    let hit = said.signals.iter().any(|s| s.rule == claim.key());
    let suggested = said.suggestions.iter().any(|s| s.claim == claim.id);
    let right = said.level == example.want && (example.want == Level::None || hit) && (!example.suggested || suggested);
    if right {
        return None;
    }
    let suggestion = if example.suggested { " and a suggestion" } else { "" };
    let message = format!("example {} got level {} ({}), expected {}{suggestion}", number + 1, said.level, found(&said), example.want);
    Some(Fault { path: claim.path.clone(), line: 1, column: 0, key: "example".into(), message })
}

fn found(said: &Assessment) -> String {
    let signals = said.signals.iter().map(|s| format!("{} {}", s.rule, s.score));
    let guards = said.guards.iter().map(|g| format!("guard {}", g.rule));
    let suggestions = said.suggestions.iter().map(|s| format!("suggested {} {}", s.claim, s.score));
    let all: Vec<String> = signals.chain(guards).chain(suggestions).collect();
    if all.is_empty() { "nothing found".into() } else { all.join(", ") }
}
