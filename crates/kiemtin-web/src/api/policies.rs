//! `GET /api/v1/policies`, `…/{id}` and `GET /api/v1/feedback`: how policies fare, and what people ask for.

use crate::fault::Fault;
use crate::feedback::{Feedback, feedback};
use crate::params::Params;
use crate::policies::{self, PolicyFile, PolicyLine};
use crate::service::Service;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use serde::Serialize;
use std::sync::Arc;

/// The answer.
#[derive(Debug, Serialize)]
pub struct PolicyLines {
    /// Every policy of the register, in its order.
    pub items: Vec<PolicyLine>,
}

/// All policies.
pub async fn list(State(service): State<Arc<Service>>, uri: Uri) -> Result<Json<PolicyLines>, Fault> {
    Params::read(&uri)?.only(&[])?;
    Ok(Json(PolicyLines { items: policies::list(&service).await? }))
}

/// One policy.
pub async fn one(State(service): State<Arc<Service>>, Path(id): Path<String>, uri: Uri) -> Result<Json<PolicyFile>, Fault> {
    Params::read(&uri)?.only(&[])?;
    Ok(Json(policies::one(&service, &id).await?))
}

/// Feedback by topic and week.
pub async fn themes(State(service): State<Arc<Service>>, uri: Uri) -> Result<Json<Feedback>, Fault> {
    Params::read(&uri)?.only(&[])?;
    Ok(Json(feedback(&service).await?))
}
