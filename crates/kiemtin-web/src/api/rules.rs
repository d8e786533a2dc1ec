//! `/api/v1/rules`, `/api/v1/rules/{id}`, `…/hits`, `/api/v1/claims`: what fires, and how well?

use crate::ask;
use crate::asker::Asker;
use crate::briefing::AlertItem;
use crate::fault::Fault;
use crate::params::Params;
use crate::rules::{ClaimLine, Counted, HitItem, RuleFile, line};
use crate::service::Service;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use kiemtin_analyze::quality::{RuleLine, unknown};
use kiemtin_model::{GuardEffect, GuardKind};
use kiemtin_store::Page;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Documents on one page when the asker does not say.
const DEFAULT_LIMIT: usize = 50;
/// Alerts of one rule, the latest opened.
pub const ALERTS: usize = 50;

/// All rules.
#[derive(Serialize, JsonSchema)]
pub struct Rules {
    /// In the order of the files.
    items: Vec<RuleLine>,
    /// There are no more than fit on one page.
    next_cursor: Option<String>,
    /// Hash of everything that is configured.
    rules_version: String,
    /// Reasons not to flag, in the order of the files.
    guards: Vec<GuardLine>,
    /// Rules that stored documents still name, and that are no longer configured.
    unknown_rules: Vec<String>,
}

/// A reason not to flag.
#[derive(Serialize, JsonSchema)]
struct GuardLine {
    /// Its id.
    id: String,
    /// Class of the reason.
    guard: GuardKind,
    /// What it does.
    effect: GuardEffect,
    /// Why, in Vietnamese.
    describe: String,
    /// Hits of all rules that it suppressed.
    suppressed: u64,
}

/// One rule with its alerts.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RuleFile")]
pub struct One {
    #[serde(flatten)]
    rule: RuleFile,
    /// Alerts that it speaks for, the latest opened first; at most 50.
    alerts: Vec<AlertItem>,
}

/// The answer.
#[derive(Serialize)]
pub struct Claims {
    /// In the order of the files.
    items: Vec<ClaimLine>,
    /// There are no more than fit on one page.
    next_cursor: Option<String>,
}

/// All rules with how they fare.
pub async fn list(State(service): State<Arc<Service>>, uri: Uri) -> Result<Json<Rules>, Fault> {
    Params::read(&uri)?.only(&[])?;
    let counted = Counted::of(&service).await?;
    let guards = counted.knowledge.rules.guards.iter().map(|g| GuardLine {
        id: g.id.clone(),
        guard: g.guard,
        effect: g.effect,
        describe: g.describe.clone(),
        suppressed: counted.counts.values().filter_map(|c| c.suppressed.get(&g.id)).sum(),
    });
    Ok(Json(Rules {
        items: counted.health().iter().map(line).collect(),
        next_cursor: None,
        rules_version: counted.knowledge.version.clone(),
        guards: guards.collect(),
        unknown_rules: unknown(&counted.knowledge, &counted.counts).into_iter().map(str::to_owned).collect(),
    }))
}

/// One rule.
pub async fn one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Json<One>, Fault> {
    let counted = Counted::of(&service).await?;
    let health = counted.health();
    let rule = health.iter().find(|h| h.rule.id == id).ok_or_else(|| Fault::not_found("quy tắc này"))?;
    let alerts = service.store.rule_alerts(&id, &asker.sight, ALERTS).await?;
    Ok(Json(One { rule: rule.into(), alerts: alerts.into_iter().map(AlertItem::from).collect() }))
}

/// Documents in which a rule, or a claim by `claim:` and its id, found something, latest first.
pub async fn hits(State(service): State<Arc<Service>>, Path(id): Path<String>, uri: Uri) -> Result<Json<Page<HitItem>>, Fault> {
    let params = Params::read(&uri)?;
    params.only(&["cursor", "limit"])?;
    let limit = params.number("limit", DEFAULT_LIMIT, 1, ask::MAX_LIMIT)?;
    let page = service.store.rule_hits(&id, params.get("cursor"), limit).await?;
    let items = page.items.into_iter().map(|hit| HitItem::new(hit, &service.catalogue)).collect();
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

/// The claim library with how each claim fares.
pub async fn claims(State(service): State<Arc<Service>>, uri: Uri) -> Result<Json<Claims>, Fault> {
    Params::read(&uri)?.only(&[])?;
    let counted = Counted::of(&service).await?;
    let items = counted.knowledge.claims.claims.iter().map(|claim| ClaimLine::new(claim, &counted)).collect();
    Ok(Json(Claims { items, next_cursor: None }))
}
