//! `GET /api/v1/warnings`: what is written about far more than usual.

use crate::ask;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::hidden::Hidden;
use crate::params::Params;
use crate::service::Service;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use kiemtin_model::Warning;
use kiemtin_store::Page;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Warnings on one page when the asker does not say.
const DEFAULT_LIMIT: usize = 50;

/// A warning with its words: a subject is written about far more than usual. It says nothing about what is true.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Warning")]
pub struct Told {
    #[serde(flatten)]
    warning: Warning,
    /// In one line.
    text: String,
}

/// The warnings, the latest given first; `open=1`: only those that are not over.
pub async fn list(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Json<Page<Told>>, Fault> {
    let params = Params::read(&uri)?;
    params.only(&["open", "cursor", "limit"])?;
    let open = params.number("open", 0, 0, 1)? == 1;
    let limit = params.number("limit", DEFAULT_LIMIT, 1, ask::MAX_LIMIT)?;
    let page = service.store.warnings(open, params.get("cursor"), limit).await?;
    let items =
        Hidden::of(&*service.store, &asker.sight).await?.shown(page.items).map(|warning| Told { text: warning.line(), warning }).collect();
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}
