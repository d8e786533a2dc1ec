//! `GET /api/v1/stories/{id}`: one event with its timeline and its reports.

use crate::ask;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::stories::{DEFAULT_LIMIT, StoryFile, file, stored};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use std::sync::Arc;

/// One event. The id may be its own, that of one that was merged into it, or that of any of its documents.
pub async fn one(State(service): State<Arc<Service>>, Path(id): Path<String>, uri: Uri) -> Result<Json<StoryFile>, Fault> {
    let params = Params::read(&uri)?;
    params.only(&["cursor", "limit"])?;
    let limit = params.number("limit", DEFAULT_LIMIT, 1, ask::MAX_LIMIT)?;
    Ok(Json(file(stored(&service, &id).await?, params.get("cursor"), limit, &service.catalogue)?))
}
