//! `/api/v1/narratives` and `…/{id}`: which claims go round?

use crate::ask;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::narratives::{self, NarrativeDetail, NarrativeLine, PARAMETERS};
use crate::params::Params;
use crate::service::Service;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use kiemtin_store::Page;
use std::sync::Arc;

/// Narratives on one page when the asker does not say.
const DEFAULT_LIMIT: usize = 50;

/// Narratives, last told first.
pub async fn list(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Json<Page<NarrativeLine>>, Fault> {
    let params = Params::read(&uri)?;
    params.only(PARAMETERS)?;
    let limit = params.number("limit", DEFAULT_LIMIT, 1, ask::MAX_LIMIT)?;
    Ok(Json(narratives::list(&service, &asker, &params, limit).await?))
}

/// One narrative with its waves, documents and answers.
pub async fn one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Json<NarrativeDetail>, Fault> {
    Ok(Json(narratives::read(&service, &asker, &id).await?))
}
