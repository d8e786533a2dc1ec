//! `GET /api/v1/sources`: what is collected, and how is each source doing?

use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use kiemtin_model::SourceGroup;
use kiemtin_store::SourceHealth;
use kiemtin_store::health::HEALTH_EVENTS;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A configured source.
#[derive(Debug, Serialize, JsonSchema)]
pub struct SourceLine {
    /// Source id.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// How its coverage is counted.
    pub group: SourceGroup,
    /// How it is doing.
    pub health: SourceHealth,
}

/// The answer.
#[derive(Debug, Serialize)]
pub struct SourceLines {
    /// Every configured source, in the order of the configuration.
    pub items: Vec<SourceLine>,
}

/// All sources with their health.
pub async fn list(State(service): State<Arc<Service>>, uri: Uri) -> Result<Json<SourceLines>, Fault> {
    Params::read(&uri)?.only(&[])?;
    let sources = &service.catalogue.sources;
    let ids: Vec<String> = sources.iter().map(|s| s.id.clone()).collect();
    let all = service.store.source_health(&ids, service.now(), HEALTH_EVENTS).await?;
    let items = sources.iter().zip(all);
    Ok(Json(SourceLines {
        items: items.map(|(s, health)| SourceLine { id: s.id.clone(), name: s.name.clone(), group: s.group, health }).collect(),
    }))
}
