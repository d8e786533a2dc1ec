//! `GET /api/v1/sources`: what is configured, with its health.

use crate::catalogue::CatalogueSource;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use kiemtin_model::{SourceGroup, SourceHealth};
use kiemtin_store::{Configured, source_health};
use serde::Serialize;
use std::sync::Arc;

/// A configured source.
#[derive(Serialize)]
pub struct SourceItem {
    /// Its id.
    pub id: String,
    /// As people call it.
    pub name: String,
    /// How its coverage is counted.
    pub group: SourceGroup,
    /// Home page.
    pub site: String,
    /// How it is.
    #[serde(flatten)]
    pub health: SourceHealth,
}

/// All of them.
#[derive(Serialize)]
pub struct SourceList {
    /// What needs somebody first, then by name.
    pub items: Vec<SourceItem>,
}

/// All sources with their health.
pub async fn list(State(service): State<Arc<Service>>, uri: Uri) -> Result<Json<SourceList>, Fault> {
    Params::read(&uri)?.only(&[])?;
    Ok(Json(SourceList { items: read(&service).await? }))
}

/// All sources with their health, what needs somebody first, then by name.
pub(crate) async fn read(service: &Service) -> Result<Vec<SourceItem>, Fault> {
    let sources = &service.catalogue.sources;
    let configured = |s: &CatalogueSource| (s.id.clone(), s.enabled, s.listings.clone());
    let configured: Vec<_> = sources.iter().map(configured).collect();
    let asked: Vec<Configured<'_>> =
        configured.iter().map(|(id, enabled, listings)| Configured { id, enabled: *enabled, listings }).collect();
    let health = source_health(&*service.store, &asked, service.now()).await?;
    let item = |(s, health): (&CatalogueSource, SourceHealth)| SourceItem {
        id: s.id.clone(),
        name: s.name.clone(),
        group: s.group,
        site: s.site.clone(),
        health,
    };
    let mut items: Vec<SourceItem> = sources.iter().zip(health).map(item).collect();
    items.sort_by(|a, b| a.health.state.cmp(&b.health.state).then_with(|| a.name.cmp(&b.name)));
    Ok(items)
}
