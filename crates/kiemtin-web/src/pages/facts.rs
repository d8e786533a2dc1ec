//! `/facts`, `/claims` and `/claims/{id}`: Số liệu gốc, Tin đã bị bác bỏ.

use super::html;
use super::rules::{hits, range};
use crate::api::rules::ALERTS;
use crate::asker::Asker;
use crate::briefing::AlertItem;
use crate::facts::lines;
use crate::fault::Fault;
use crate::params::Params;
use crate::rules::{ClaimLine, Counted};
use crate::service::Service;
use crate::view::chrome::{Choice, Chrome};
use crate::view::facts::{ClaimPage, ClaimRow, ClaimsPage, FactsPage};
use crate::view::rules::PAGE;
use crate::view::words::address;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use kiemtin_analyze::claims::Example;
use kiemtin_model::Level;
use std::sync::Arc;

/// Largest list that may be paged through.
const MOST: usize = 100_000;

/// What is on record.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker) -> Result<Response, Fault> {
    let on_record = lines(&(service.knowledge)(), service.now());
    Ok(html(StatusCode::OK, &FactsPage::new(Chrome::new("/rules", &service, &asker), on_record, &service.catalogue)))
}

/// The claim library.
pub async fn claims(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let topic = params.get("topic").unwrap_or("");
    let offset = params.number("offset", 0, 0, MOST)?;
    let counted = Counted::of(&service).await?;
    let wanted: Vec<_> = counted.knowledge.claims.claims.iter().filter(|c| topic.is_empty() || c.topic == topic).collect();
    let row =
        |claim: &&&kiemtin_analyze::claims::Claim| ClaimRow::new(&ClaimLine::new(claim, &counted), claim.status.vi(), &service.catalogue);
    let choice = |id: &str, name: &str| Choice { name: name.to_owned(), href: address("/claims", &[("topic", id)]), on: topic == id };
    let used = |id: &str| counted.knowledge.claims.claims.iter().any(|c| c.topic == id);
    let mut topics = vec![choice("", "Mọi chủ đề")];
    topics.extend(service.catalogue.topics.iter().filter(|t| used(&t.id)).map(|t| choice(&t.id, &t.name)));
    let at = |offset: usize| address("/claims", &[("topic", topic), ("offset", &offset.to_string())]);
    let page = ClaimsPage {
        chrome: Chrome::new("/rules", &service, &asker),
        rows: wanted.iter().skip(offset).take(PAGE).map(|c| row(&c)).collect(),
        shown: range(offset, wanted.len()),
        topics,
        before: (offset > 0).then(|| at(offset.saturating_sub(PAGE))),
        next: (offset + PAGE < wanted.len()).then(|| at(offset + PAGE)),
    };
    Ok(html(StatusCode::OK, &page))
}

/// One claim.
pub async fn claim(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>, uri: Uri) -> Result<Response, Fault> {
    let cursor = Params::read(&uri)?.get("cursor").map(str::to_owned);
    let counted = Counted::of(&service).await?;
    let claim = counted.knowledge.claims.claim(&id).ok_or_else(|| Fault::not_found("tin này trong danh mục"))?;
    let key = claim.key();
    let alerts: Vec<AlertItem> = service.store.rule_alerts(&key, &asker.sight, ALERTS).await?.into_iter().map(AlertItem::from).collect();
    let (items, next) = hits(&service, &key, cursor.as_deref()).await?;
    let (must, must_not): (Vec<&Example>, Vec<&Example>) = claim.examples.iter().partition(|e| e.want != Level::None || e.suggested);
    let text = |e: &Example| [&e.title, &e.text].into_iter().filter(|t| !t.is_empty()).cloned().collect::<Vec<_>>().join(" | ");
    let chrome = Chrome::new("/rules", &service, &asker);
    let page = ClaimPage::new(chrome, ClaimLine::new(claim, &counted), claim.status.vi(), &alerts, &service.catalogue);
    let here = format!("/claims/{id}");
    let page = ClaimPage {
        must: must.into_iter().map(text).collect(),
        must_not: must_not.into_iter().map(text).collect(),
        items,
        next: next.map(|c| address(&here, &[("cursor", &c)])),
        first: cursor.map(|_| here),
        ..page
    };
    Ok(html(StatusCode::OK, &page))
}
