//! The rule files: what an author writes, and every fault in it with its place.

use super::evidence::{Evidence, Test};
use super::guards::{Guard, Scope};
use super::meta::Meta;
use super::names::Names;
use super::set::{Example, NarrativeBy, Rule, Status};
use crate::faults::{ConfigFile, Fault};
use crate::record::{CiteTest, FigureFault, StatementFault};
use kiemtin_model::{DocKind, FlagKind, GuardEffect, GuardKind, Level, Reference, Time};
use kiemtin_text::query::{QueryId, QuerySetBuilder};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// What compiling needs: what names stand for, and the set that queries are added to.
pub struct Compile<'a> {
    /// `@name`.
    pub names: &'a Names,
    /// All queries of the knowledge.
    pub queries: &'a mut QuerySetBuilder,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    id: String,
    #[serde(default)]
    status: Status,
    kind: FlagKind,
    claim: String,
    describe: String,
    review_by: String,
    #[serde(default)]
    claim_id: Option<String>,
    #[serde(default)]
    narrative: NarrativeBy,
    #[serde(default = "three")]
    within: u32,
    require: Vec<String>,
    #[serde(default)]
    references: Vec<Reference>,
    #[serde(default)]
    guards_off: Vec<GuardKind>,
    #[serde(default)]
    group_caps: BTreeMap<String, f64>,
    evidence: BTreeMap<String, EvidenceFile>,
    #[serde(default)]
    meta: Vec<MetaFile>,
    #[serde(default)]
    example: Vec<ExampleFile>,
}

fn three() -> u32 {
    3
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvidenceFile {
    weight: f64,
    #[serde(default)]
    group: Option<String>,
    #[serde(default)]
    query: Option<Spanned<String>>,
    #[serde(default)]
    figure: Option<String>,
    #[serde(default)]
    fact: Option<String>,
    #[serde(default)]
    authority: Option<String>,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    weekday: Option<String>,
    #[serde(default)]
    cites: Option<String>,
    #[serde(default)]
    issuer: Option<String>,
    #[serde(default)]
    lookalike: bool,
    #[serde(default)]
    old_date: bool,
    #[serde(default)]
    since: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetaFile {
    id: String,
    #[serde(rename = "if")]
    condition: Spanned<String>,
    weight: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExampleFile {
    #[serde(default)]
    title: String,
    text: String,
    #[serde(default)]
    kind: Option<DocKind>,
    #[serde(default)]
    published_at: Option<String>,
    want: Level,
    #[serde(default)]
    guard: Option<GuardKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GuardFile {
    id: String,
    guard: GuardKind,
    effect: GuardEffect,
    scope: Scope,
    query: Spanned<String>,
    #[serde(default)]
    unless: Option<Spanned<String>>,
    #[serde(default)]
    only_kinds: Vec<DocKind>,
    #[serde(default)]
    signal_kinds: Vec<FlagKind>,
    describe: String,
}

/// Reads the rules of one file.
pub fn rules(file: &ConfigFile, with: &mut Compile<'_>, faults: &mut Vec<Fault>) -> Vec<Rule> {
    let mut rules = vec![];
    for (at, item) in file.items::<RuleFile>("rule", faults) {
        let before = faults.len();
        let rule = rule(file, at, item, with, faults);
        if faults.len() == before {
            rules.push(rule);
        }
    }
    rules
}

fn rule(file: &ConfigFile, at: usize, item: RuleFile, with: &mut Compile<'_>, faults: &mut Vec<Fault>) -> Rule {
    let mut evidence = vec![];
    let key = |name: &str| format!("rule \"{}\".{name}", item.id);
    let review_by = crate::record::day_of(&item.review_by);
    if review_by.is_none() {
        faults.push(file.fault(at, &key("review_by"), format!("got \"{}\", expected a day like 2027-06-30", item.review_by)));
    }
    // What a piece with a fault of its own is named is known all the same.
    let named: Vec<String> = item.evidence.keys().cloned().collect();
    for (name, e) in item.evidence {
        if let Err(message) = weight(e.weight) {
            faults.push(file.fault(at, &key(&format!("evidence.{name}.weight")), message));
        }
        match test(file, at, &key(&format!("evidence.{name}")), &e, with) {
            Ok(test) => evidence.push(Evidence { id: name, weight: e.weight, group: e.group, test }),
            Err(fault) => faults.push(fault),
        }
    }
    if item.narrative == NarrativeBy::Document && !item.claim.contains("{document}") {
        faults.push(file.fault(at, &key("claim"), "expected {document} in it, since the narrative is the document's"));
    }
    let require: Vec<Vec<String>> = item.require.iter().map(|r| r.split('|').map(|id| id.trim().to_owned()).collect()).collect();
    for id in require.iter().flatten().filter(|id| !named.contains(id)) {
        faults.push(file.fault(at, &key("require"), format!("got \"{id}\", expected one of: {}", named.join(", "))));
    }
    if require.is_empty() {
        faults.push(file.fault(at, &key("require"), "got nothing, expected at least one piece of evidence"));
    }
    let mut metas: Vec<Meta> = vec![];
    for m in item.meta {
        let key = key(&format!("meta.{}", m.id));
        if let Err(message) = weight(m.weight) {
            faults.push(file.fault(m.condition.span().start, &key, message));
        }
        if evidence.iter().any(|e| e.id == m.id) || metas.iter().any(|o| o.id == m.id) {
            faults.push(file.fault(m.condition.span().start, &key, "this name is already taken, expected a new one"));
        }
        match Meta::new(&m.id, m.weight, m.condition.get_ref()) {
            Ok(meta) => metas.push(meta),
            Err((place, message)) => faults.push(file.fault_inside(m.condition.span(), place, &key, message)),
        }
    }
    let names: Vec<&str> = named.iter().map(String::as_str).collect();
    let metas = super::meta::ordered(metas, &names).unwrap_or_else(|(meta, message)| {
        faults.push(file.fault(at, &key(&format!("meta.{meta}.if")), message));
        vec![]
    });
    let place_of = |id: &String| evidence.iter().position(|e| e.id == *id);
    let required = require.iter().map(|of| of.iter().filter_map(place_of).collect()).collect();
    let mut examples = vec![];
    for e in item.example {
        match e.published_at.as_deref().map(Time::parse).transpose() {
            Ok(published_at) => examples.push(Example {
                title: e.title,
                text: e.text,
                kind: e.kind.unwrap_or(DocKind::News),
                published_at,
                want: e.want,
                guard: e.guard,
            }),
            Err(message) => faults.push(file.fault(at, &key("example.published_at"), message)),
        }
    }
    if !examples.iter().any(|e| e.want != Level::None) || !examples.iter().any(|e| e.want == Level::None) {
        faults.push(file.fault(at, &key("example"), "expected at least one example that hits and one with want = \"none\""));
    }
    Rule {
        id: item.id,
        status: item.status,
        kind: item.kind,
        claim: item.claim,
        claim_id: item.claim_id,
        describe: item.describe,
        review_by: review_by.unwrap_or(Time(0)),
        narrative: item.narrative,
        within: item.within,
        require,
        references: item.references,
        guards_off: item.guards_off,
        group_caps: item.group_caps,
        required,
        evidence,
        metas,
        examples,
        path: file.path.clone(),
        line: file.line(at),
    }
}

fn weight(points: f64) -> Result<(), String> {
    let right = points.rem_euclid(0.5) == 0.0 && (0.0..=10.0).contains(&points);
    if right { Ok(()) } else { Err(format!("got {points}, expected 0 to 10 in steps of 0.5")) }
}

const ONE_OF: &str = "expected exactly one of: query, figure, authority, body, weekday, cites, lookalike, old_date, since";

fn test(file: &ConfigFile, at: usize, key: &str, e: &EvidenceFile, with: &mut Compile<'_>) -> Result<Test, Fault> {
    let fault = |message: String| file.fault(at, key, message);
    let texts = [&e.figure, &e.authority, &e.body, &e.weekday, &e.cites, &e.since];
    let given =
        texts.iter().filter(|t| t.is_some()).count() + usize::from(e.query.is_some()) + usize::from(e.lookalike) + usize::from(e.old_date);
    if given != 1 {
        return Err(fault(ONE_OF.into()));
    }
    if let Some(text) = &e.query {
        return query(file, &format!("{key}.query"), text, with).map(Test::Query);
    }
    if let Some(since) = &e.since {
        let from = crate::record::day_of(since);
        return from.map(Test::Since).ok_or_else(|| fault(format!("since: got \"{since}\", expected a day like 2025-03-01")));
    }
    if let Some(figure) = &e.figure {
        let wanted = match figure.as_str() {
            "wrong" => FigureFault::Wrong,
            "outdated" => FigureFault::Outdated,
            other => return Err(fault(format!("figure: got \"{other}\", expected \"wrong\" or \"outdated\""))),
        };
        return Ok(Test::Figure(wanted, e.fact.clone()));
    }
    if let Some(cites) = &e.cites {
        return CiteTest::parse(cites).map(|test| Test::Cites(test, e.issuer.clone())).map_err(fault);
    }
    let statements = [
        ("authority", &e.authority, "wrong", StatementFault::Authority),
        ("body", &e.body, "abolished", StatementFault::Body),
        ("weekday", &e.weekday, "wrong", StatementFault::Weekday),
    ];
    for (key, got, expected, wanted) in statements {
        match got.as_deref() {
            None => {}
            Some(got) if got == expected => return Ok(Test::Statement(wanted, e.fact.clone())),
            Some(got) => return Err(fault(format!("{key}: got \"{got}\", expected \"{expected}\""))),
        }
    }
    Ok(if e.lookalike { Test::Lookalike } else { Test::OldDate })
}

/// Reads a query and adds it to the set; a fault names line and column.
fn query(file: &ConfigFile, key: &str, text: &Spanned<String>, with: &mut Compile<'_>) -> Result<QueryId, Fault> {
    match with.names.query(text.get_ref()) {
        Ok(query) => Ok(with.queries.add(&query)),
        Err((at, message)) => Err(file.fault_inside(text.span(), at, key, message)),
    }
}

/// Reads the guards of one file.
pub fn guards(file: &ConfigFile, with: &mut Compile<'_>, faults: &mut Vec<Fault>) -> Vec<Guard> {
    let mut guards = vec![];
    for (at, item) in file.items::<GuardFile>("guard", faults) {
        let key = |name: &str| format!("guard \"{}\".{name}", item.id);
        if guards.iter().any(|g: &Guard| g.id == item.id) {
            faults.push(file.fault(at, &key("id"), "already taken, expected a new id"));
        }
        let cue = query(file, &key("query"), &item.query, with);
        let unless = item.unless.as_ref().map(|u| query(file, &key("unless"), u, with)).transpose();
        match (cue, unless) {
            (Ok(query), Ok(unless)) => guards.push(Guard {
                id: item.id,
                guard: item.guard,
                effect: item.effect,
                scope: item.scope,
                query,
                unless,
                only_kinds: item.only_kinds,
                signal_kinds: item.signal_kinds,
                describe: item.describe,
            }),
            (cue, unless) => faults.extend([cue.err(), unless.err()].into_iter().flatten()),
        }
    }
    guards
}
