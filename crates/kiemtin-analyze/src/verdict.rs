//! What does `classify` print for a document? Offsets become Unicode scalar values here, and nowhere else.

use crate::assess::Raw;
use crate::knowledge::Knowledge;
use crate::line::ReadLine;
use kiemtin_model::{Document, Evidence, Field};
use kiemtin_text::char_offset;
use serde_json::{Value, json};

/// The verdict line of a document line, as the contract describes it.
pub fn verdict(line: &ReadLine, knowledge: &Knowledge) -> Value {
    let document = &line.document;
    let Raw { topics, provinces, assessment: a } = crate::assess::assess_raw(document, knowledge);
    let signals: Vec<Value> = a
        .signals
        .iter()
        .map(|s| {
            json!({
                "rule": s.rule,
                "kind": s.kind,
                "score": s.score,
                "message": s.message,
                "narrative": s.narrative,
                "evidence": s.evidence.iter().map(|e| evidence(document, e)).collect::<Vec<_>>(),
            })
        })
        .collect();
    let guards: Vec<Value> = a
        .guards
        .iter()
        .map(|g| {
            json!({
                "guard": g.guard,
                "rule": g.rule,
                "effect": g.effect,
                "message": g.message,
                "over": g.over,
                "evidence": g.evidence.iter().map(|e| evidence(document, e)).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "id": line.echo_id,
        "url": line.echo_url,
        "lang": document.lang,
        "units": knowledge.topics.units_of(&topics),
        "topics": topics,
        "provinces": provinces,
        "stance": a.stance,
        "flag": a.flag,
        "kinds": a.kinds,
        "score": a.score,
        "score_after_guards": a.score_after_guards,
        "level": a.level,
        "signals": signals,
        "guards": guards,
        "rules_version": a.rules_version,
    })
}

/// Evidence with offsets in Unicode scalar values.
pub fn evidence(document: &Document, e: &Evidence) -> Value {
    let field = if e.field == Field::Title { &document.title } else { &document.text };
    json!({"field": e.field, "start": char_offset(field, e.start), "end": char_offset(field, e.end), "text": e.text})
}
