//! What do the rules and the claim library say of a document? Of its masked text, where it is to be kept.

use crate::knowledge::Knowledge;
use crate::rules::{ALERT, CAPPED, Findings, Found, View, WATCH};
use crate::stance::stance;
use crate::too_short::too_short;
use kiemtin_model::{
    AssessedDocument, Assessment, Document, FlagKind, GuardEffect, JustAssessed, Level, STORY_WORDS, Signal, TopicScore,
    content_and_text_hash, content_hash,
};
use kiemtin_text::mask::{Masked, mask};
use kiemtin_text::winnow::{Prints, prints};
use kiemtin_text::{Scanned, meant, read_informal, scan};

/// The hash that the store will hold for this document: of its masked title and text.
pub fn stored_hash(document: &Document, knowledge: &Knowledge) -> String {
    let (title, text) = masks(document, knowledge);
    content_hash(&title.text, &text.text)
}

/// Masks a document and assesses it.
pub fn assess(document: Document, knowledge: &Knowledge) -> AssessedDocument {
    assess_and_ask(document, knowledge, |_| ()).0
}

/// Masks a document, assesses it, and gives the prints of its text, by which its copies are found. What is assessed is what
/// is kept, so that the same rules over the stored text say the same again; a mask counts as the thing it hides. `ask` looks at
/// the words as they were typed, so that the text is not scanned twice.
pub fn assess_and_ask<T>(
    document: Document,
    knowledge: &Knowledge,
    ask: impl FnOnce(&JustAssessed<'_>) -> T,
) -> (AssessedDocument, Prints, T) {
    let (masked_title, masked_text) = masks(&document, knowledge);
    let document = Document { title: masked_title.text, text: masked_text.text, ..document };
    let (plain_title, plain_text) = (scan(&document.title), scan(&document.text));
    let vietnamese = document.lang == "vi";
    let (meant_title, meant_text) = (meant(&plain_title, vietnamese), meant(&plain_text, vietnamese));
    let (title, text) = (meant_title.as_ref().unwrap_or(&plain_title), meant_text.as_ref().unwrap_or(&plain_text));
    let Raw { topics, provinces, assessment } = assess_scanned(&document, title, text, knowledge);
    let units = knowledge.topics.units_of(&topics);
    // Searches read what was typed, as the index does.
    let read = [&plain_title, &plain_text];
    let said =
        ask(&JustAssessed { document: &document, read, topics: &topics, units: &units, provinces: &provinces, assessment: &assessment });
    let prints = prints_of(title, text);
    let (content_hash, text_hash) = content_and_text_hash(&document.title, &document.text);
    (AssessedDocument { document, content_hash, text_hash, topics, units, provinces, assessment }, prints, said)
}

/// Scans the title or the text of a document: words have the keys of what was meant, however carelessly they are spelt.
pub(crate) fn read<'t>(document: &Document, text: &'t str) -> Scanned<'t> {
    read_informal(text, document.lang == "vi")
}

/// Prints of the text, whatever headline was put on it; of a few words only together with the headline, as
/// [`kiemtin_model::text_hash`] has it.
fn prints_of(title: &Scanned<'_>, text: &Scanned<'_>) -> Prints {
    if text.tokens.len() < STORY_WORDS { prints(&[title.tokens.as_slice(), &text.tokens].concat()) } else { prints(&text.tokens) }
}

/// What is said of a document as it came: spans are those of the given text, nothing is masked.
pub struct Raw {
    /// Topics, strongest first.
    pub topics: Vec<TopicScore>,
    /// Provinces named.
    pub provinces: Vec<String>,
    /// What the rules found.
    pub assessment: Assessment,
}

/// Assesses a document as it came. The text is scanned once, for topics, rules, guards and provinces.
pub fn assess_raw(document: &Document, knowledge: &Knowledge) -> Raw {
    assess_scanned(document, &read(document, &document.title), &read(document, &document.text), knowledge)
}

fn assess_scanned(document: &Document, title: &Scanned<'_>, text: &Scanned<'_>, knowledge: &Knowledge) -> Raw {
    look(document, title, text, knowledge, |_| ()).0
}

/// What stood before the assessment, for whoever wants to know more of how it came about.
pub(crate) struct Look<'l, 'v> {
    /// The document.
    pub document: &'l Document,
    /// Its words, matched.
    pub view: &'l View<'v>,
    /// What was compared with the record.
    pub findings: &'l Findings<'l>,
    /// Its signals.
    pub found: &'l [Found<'l>],
}

/// Assesses a document, and shows what stood before.
pub(crate) fn look<T>(
    document: &Document,
    title: &Scanned<'_>,
    text: &Scanned<'_>,
    knowledge: &Knowledge,
    ask: impl FnOnce(&Look<'_, '_>) -> T,
) -> (Raw, T) {
    let mut view = View::new(&knowledge.queries, title, text, &document.source, document.kind.as_str());
    let topics = knowledge.topics.topics_of(&view);
    view.set_topics(topics.iter().map(|t| t.id.clone()).collect());
    let findings = Findings::of(&view, knowledge, document.published_at);
    let mut found = knowledge.rules.signals(&view, &findings);
    let suggestions = knowledge.claims.say(&view, document.published_at, &mut found);
    let guards = crate::rules::held(&knowledge.rules.guards, document, &view, &found);
    let asked = ask(&Look { document, view: &view, findings: &findings, found: &found });
    let signals: Vec<Signal> = found.into_iter().map(|f| f.signal).collect();
    let stance = stance(document, &view, &knowledge.rules, &signals, &guards);
    let mut assessment = Assessment {
        stance,
        score: sum(signals.iter().map(|s| s.score)),
        signals,
        guards,
        score_after_guards: 0.0,
        level: Level::None,
        flag: false,
        kinds: vec![],
        rules_version: knowledge.version.clone(),
        suggestion: false,
        suggestions,
    };
    settle(&mut assessment);
    if let Some(guard) = too_short(document, [title, text], &assessment) {
        assessment.guards.push(guard);
        assessment.suggestion = true;
        settle(&mut assessment);
    }
    (Raw { topics, provinces: knowledge.provinces.named_in(&view), assessment }, asked)
}

/// The sum of nothing is 0, not the -0 that floating-point sums begin with.
fn sum(scores: impl Iterator<Item = f64>) -> f64 {
    scores.fold(0.0, |a, b| a + b)
}

/// Level, flag and kinds follow from the signals and the guards over them.
fn settle(a: &mut Assessment) {
    let counting: Vec<usize> = (0..a.signals.len()).filter(|i| !a.suppressed(*i)).collect();
    let capped = |i: &usize| a.guards.iter().any(|g| g.effect == GuardEffect::CapWatch && g.over.contains(i));
    let points = |only: &dyn Fn(&usize) -> bool| -> f64 {
        sum(counting.iter().filter(|i| only(i)).filter_map(|i| a.signals.get(*i)).map(|s| s.score))
    };
    let free = points(&|i| !capped(i));
    // What is capped lifts a document to watch at the most; it adds nothing to an alert.
    let after = free.max((free + points(&|i| capped(i))).min(CAPPED));
    let mut kinds: Vec<(FlagKind, f64)> = vec![];
    for signal in counting.iter().filter_map(|i| a.signals.get(*i)) {
        match kinds.iter_mut().find(|(k, _)| *k == signal.kind) {
            Some((_, best)) => *best = best.max(signal.score),
            None => kinds.push((signal.kind, signal.score)),
        }
    }
    kinds.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
    a.score_after_guards = after;
    a.level = if after >= ALERT {
        Level::Alert
    } else if after >= WATCH {
        Level::Watch
    } else {
        Level::None
    };
    // A guard that only caps still holds over its signals: they are listed, not flagged.
    a.flag = free >= WATCH;
    a.kinds = if a.flag { kinds.into_iter().map(|(k, _)| k).collect() } else { vec![] };
}

fn masks(document: &Document, knowledge: &Knowledge) -> (Masked, Masked) {
    (mask(&document.title, &knowledge.hotlines), mask(&document.text, &knowledge.hotlines))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_model::{GuardHit, GuardKind};

    fn assessment(scores: &[f64], guards: &[(GuardEffect, &[usize])]) -> Assessment {
        let signal = |score: &f64| Signal {
            rule: "r".into(),
            kind: FlagKind::PanicRumour,
            score: *score,
            parts: vec![],
            message: String::new(),
            evidence: vec![],
            narrative: kiemtin_model::NarrativeKey { key: "k".into(), claim: "c".into() },
            references: vec![],
        };
        let guard = |(effect, over): &(GuardEffect, &[usize])| GuardHit {
            guard: GuardKind::Refutation,
            rule: "g".into(),
            effect: *effect,
            message: String::new(),
            evidence: vec![],
            over: over.to_vec(),
        };
        let mut a = Assessment {
            stance: kiemtin_model::Stance::Asserts,
            signals: scores.iter().map(signal).collect(),
            guards: guards.iter().map(guard).collect(),
            score: scores.iter().sum(),
            score_after_guards: 0.0,
            level: Level::None,
            flag: false,
            kinds: vec![],
            rules_version: String::new(),
            suggestion: false,
            suggestions: vec![],
        };
        settle(&mut a);
        a
    }

    #[test]
    fn guards_lower_the_level() {
        use GuardEffect::{CapWatch, Suppress};
        for (scores, guards, after, level) in [
            (&[3.0, 2.5][..], &[][..], 5.5, Level::Alert),
            (&[2.5], &[], 2.5, Level::None),
            (&[6.0], &[(Suppress, &[0][..])], 0.0, Level::None),
            (&[6.0, 3.0], &[(Suppress, &[0])], 3.0, Level::Watch),
            (&[6.0, 5.0], &[(CapWatch, &[0])], 5.0, Level::Alert),
        ] {
            let a = assessment(scores, guards);
            assert_eq!((a.score_after_guards, a.level, a.flag), (after, level, level != Level::None), "{scores:?}");
            assert_eq!(a.kinds.is_empty(), !a.flag);
        }
        for scores in [&[6.0][..], &[6.0, 1.0]] {
            let a = assessment(scores, &[(CapWatch, &[0])]);
            assert_eq!((a.score_after_guards, a.level, a.flag), (4.5, Level::Watch, false), "listed, not flagged");
        }
    }
}
