//! `GET /api/v1/documents/{id}` and `GET /api/v1/documents/{id}/versions/{n}`: one document, and how it was edited.

use crate::documents::{DocumentFile, VersionDifference, file, stored, version};
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use std::sync::Arc;

/// One document with its copies and versions.
pub async fn one(State(service): State<Arc<Service>>, Path(id): Path<String>, uri: Uri) -> Result<Json<DocumentFile>, Fault> {
    Params::read(&uri)?.only(&[])?;
    Ok(Json(file(&service, stored(&service, &id).await?).await?))
}

/// What the version after this one changed.
pub async fn difference(
    State(service): State<Arc<Service>>,
    Path((id, number)): Path<(String, String)>,
    uri: Uri,
) -> Result<Json<VersionDifference>, Fault> {
    Params::read(&uri)?.only(&[])?;
    let number = number.parse().map_err(|_| Fault::not_found("bản cũ này của bài"))?;
    Ok(Json(version(&service, &stored(&service, &id).await?, number).await?))
}
