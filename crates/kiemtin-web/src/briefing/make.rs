//! Which signals, guards and references of a narrative's documents belong into its briefing?

use super::{Beside, Briefing, HeldGuard, MAX_ENTRIES, PointsPart, Reason, grouped, item, reader, spread};
use crate::catalogue::Catalogue;
use kiemtin_analyze::raise::severity;
use kiemtin_model::{NarrativeState, Reference, Role, Signal, SourceGroup};
use kiemtin_store::{AlertFile, NarrativeDocument};

/// Makes the briefing of one alert, with what was read beside its file; `on_record` is what its signals refer to.
pub fn briefing(file: AlertFile, on_record: Vec<Reference>, beside: Beside, catalogue: &Catalogue) -> Briefing {
    let key = file.narrative.key.key.as_str();
    let strongest = strongest(&file.asserting);
    let why = strongest.map(|d| reasons(d, key, catalogue)).unwrap_or_default();
    let suggestions = strongest.map(|d| d.document.assessed.assessment.suggestions.clone()).unwrap_or_default();
    let elsewhere = elsewhere(&file.asserting, key, &why, catalogue);
    let (responding, mentioning): (Vec<_>, Vec<_>) = file.others.iter().partition(|d| d.role == Role::Responds);
    let mut responses: Vec<_> = responding.into_iter().map(|d| item(d, catalogue)).collect();
    responses.sort_by_key(|d| match d.group {
        SourceGroup::Official => 0,
        SourceGroup::OwnMedia => 1,
        SourceGroup::Press => 2,
        SourceGroup::Forum | SourceGroup::Social => 3,
    });
    let mut references = on_record;
    for d in responses.iter().filter(|d| !matches!(d.group, SourceGroup::Forum | SourceGroup::Social)).take(MAX_ENTRIES) {
        references.push(Reference { label: d.source_name.clone(), text: d.title.clone(), url: d.url.clone() });
    }
    Briefing {
        points: file.alert.points,
        points_parts: if file.narrative.wave == file.alert.wave { parts(&file.narrative, catalogue) } else { vec![] },
        score: why.iter().map(|r| r.score).sum(),
        score_after_guards: why.iter().filter(|r| !r.suppressed).map(|r| r.score).sum(),
        guards: guards(&file, key, catalogue),
        spread: spread(&file, catalogue),
        appearances: grouped(&file.asserting, catalogue),
        mentions: mentioning.into_iter().map(|d| item(d, catalogue)).collect(),
        why,
        suggestions,
        why_elsewhere: elsewhere,
        references,
        responses,
        history: file.history,
        beside,
        alert: file.alert.into(),
    }
}

/// Of the sum by which the desk is ordered; its first parts are the points that the level follows from.
fn parts(narrative: &NarrativeState, catalogue: &Catalogue) -> Vec<PointsPart> {
    let parts = severity(narrative, catalogue.weight_of(&narrative.topics)).into_iter().filter(|(_, points)| *points > 0.0);
    parts.map(|(name, points)| PointsPart { name, points }).collect()
}

/// The document with the most points; of equals the first published.
pub(super) fn strongest(documents: &[NarrativeDocument]) -> Option<&NarrativeDocument> {
    documents.iter().rev().max_by(|a, b| a.score.total_cmp(&b.score))
}

/// Topics that the claim is mainly about: those of the strongest document that weigh at least half of its first one, at most two. A
/// narrative gathers all topics of all its documents: a rumour told together with others would bear on everything.
pub(super) fn main_topics(file: &AlertFile) -> Vec<String> {
    let Some(strongest) = strongest(&file.asserting) else { return file.alert.topics.iter().take(1).cloned().collect() };
    let mut topics: Vec<_> = strongest.document.assessed.topics.iter().collect();
    topics.sort_by(|a, b| b.score.total_cmp(&a.score));
    let most = topics.first().map_or(0.0, |t| t.score);
    topics.into_iter().filter(|t| t.score * 2.0 >= most).take(2).map(|t| t.id.clone()).collect()
}

/// The signals of one document for this narrative; all of them when none names it (the narrative was joined by text).
fn reasons(document: &NarrativeDocument, key: &str, catalogue: &Catalogue) -> Vec<Reason> {
    let assessment = &document.document.assessed.assessment;
    let reader = reader(document);
    let any = assessment.signals.iter().any(|s| s.narrative.key == key);
    let numbered = assessment.signals.iter().enumerate().filter(|(_, s)| !any || s.narrative.key == key);
    let reason = |(number, s): (usize, &Signal)| Reason {
        rule: s.rule.clone(),
        kind: s.kind,
        score: s.score,
        message: s.message.clone(),
        suppressed: assessment.suppressed(number),
        evidence: reader.items(&s.evidence),
        document: item(document, catalogue),
        passages: reader.passages(&s.evidence),
    };
    let mut reasons: Vec<_> = numbered.map(reason).collect();
    reasons.sort_by(|a, b| b.score.total_cmp(&a.score));
    reasons
}

/// For each rule that did not speak in the strongest document, its strongest signal.
fn elsewhere(documents: &[NarrativeDocument], key: &str, why: &[Reason], catalogue: &Catalogue) -> Vec<Reason> {
    let mut best: Vec<(&str, f64, &NarrativeDocument)> = vec![];
    for document in documents {
        for s in document.document.assessed.assessment.signals.iter().filter(|s| s.narrative.key == key) {
            match best.iter_mut().find(|(rule, ..)| *rule == s.rule) {
                Some(known) if s.score > known.1 => *known = (s.rule.as_str(), s.score, document),
                Some(_) => {}
                None if why.iter().any(|r| r.rule == s.rule) => {}
                None => best.push((s.rule.as_str(), s.score, document)),
            }
        }
    }
    best.sort_by(|a, b| b.1.total_cmp(&a.1));
    best.truncate(MAX_ENTRIES);
    best.into_iter().filter_map(|(rule, _, document)| reasons(document, key, catalogue).into_iter().find(|r| r.rule == rule)).collect()
}

/// Guards over signals of this narrative (or, without signals, of its documents), each rule once.
fn guards(file: &AlertFile, key: &str, catalogue: &Catalogue) -> Vec<HeldGuard> {
    let mut held: Vec<HeldGuard> = vec![];
    for document in file.asserting.iter().chain(&file.others) {
        let assessment = &document.document.assessed.assessment;
        let about =
            |over: &[usize]| over.is_empty() || over.iter().any(|i| assessment.signals.get(*i).is_some_and(|s| s.narrative.key == key));
        for g in assessment.guards.iter().filter(|g| about(&g.over)) {
            if let Some(known) = held.iter_mut().find(|h| h.rule == g.rule) {
                known.documents += 1;
                continue;
            }
            if held.len() == MAX_ENTRIES {
                break;
            }
            let reader = reader(document);
            held.push(HeldGuard {
                guard: g.guard,
                rule: g.rule.clone(),
                effect: g.effect,
                message: g.message.clone(),
                documents: 1,
                evidence: reader.items(&g.evidence),
                document: item(document, catalogue),
                passages: reader.passages(&g.evidence),
            });
        }
    }
    held
}

/// What the signals of this narrative refer to, each once.
pub fn on_record(file: &AlertFile) -> Vec<Reference> {
    let key = file.narrative.key.key.as_str();
    let mut references: Vec<Reference> = vec![];
    let documents = file.asserting.iter().chain(&file.others);
    let signals = documents.flat_map(|d| &d.document.assessed.assessment.signals).filter(|s| s.narrative.key == key);
    for reference in signals.flat_map(|s| &s.references) {
        if !references.contains(reference) && references.len() < MAX_ENTRIES {
            references.push(reference.clone());
        }
    }
    references
}
