//! `/api/v1/facts` and `/api/v1/topics`: what is on record, and what is followed?

use crate::asker::Asker;
use crate::facts::{FactLine, lines};
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use kiemtin_model::Subject;
use kiemtin_model::time::HOUR_MS;
use kiemtin_store::Page;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A topic.
#[derive(Serialize, JsonSchema)]
pub struct TopicLine {
    /// Topic id.
    id: String,
    /// As people call it.
    name: String,
    /// Units of the ministry that answer for it.
    units: Vec<String>,
    /// Documents about it in the last 24 hours, 1 per source and group of copies.
    documents_24_hours: u64,
    /// The same in the last 7 days.
    documents_7_days: u64,
    /// Alerts about it that nobody has decided.
    open_alerts: u64,
}

/// Facts of record, in the order of the files.
pub async fn facts(State(service): State<Arc<Service>>, uri: Uri) -> Result<Json<Page<FactLine>>, Fault> {
    Params::read(&uri)?.only(&[])?;
    Ok(Json(Page { items: lines(&(service.knowledge)(), service.now()), next_cursor: None }))
}

/// Topics with how much is written about them, in the order in which they are offered.
pub async fn topics(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Json<Page<TopicLine>>, Fault> {
    Params::read(&uri)?.only(&[])?;
    let open = service.store.open_by_topic(&asker.sight).await?;
    let last = service.now().0.div_euclid(HOUR_MS);
    let mut items = vec![];
    for topic in &service.catalogue.topics {
        let hours = service.store.hour_counts(Some(&Subject::topic(&topic.id)), last - 7 * 24 + 1, last).await?;
        let since = |first: i64| hours.iter().filter(|h| h.hour >= first).map(|h| u64::from(h.counts)).sum();
        items.push(TopicLine {
            documents_24_hours: since(last - 23),
            documents_7_days: since(i64::MIN),
            open_alerts: open.get(&topic.id).copied().unwrap_or(0),
            id: topic.id.clone(),
            name: topic.name.clone(),
            units: topic.units.clone(),
        });
    }
    Ok(Json(Page { items, next_cursor: None }))
}
