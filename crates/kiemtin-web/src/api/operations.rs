//! Is the service alive, is it ready, what can be asked of it?

use super::description::DESCRIPTION;
use super::readiness::Readiness;
use crate::service::Service;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Description of the API, OpenAPI 3.1, without schemas and what is true of every operation ([`super::description`]).
pub const OPENAPI: &str = include_str!("../../assets/openapi.json");

/// Alive: this process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready: every dependency by itself. 503 when the store, without which nothing works, fails; a failing index only
/// takes the search away and is told, not held against the rest.
pub async fn readyz(State(service): State<Arc<Service>>) -> Response {
    let (counts, cursor) = tokio::join!(service.store.counts(), service.index.cursor());
    let sound = counts.is_ok();
    let body = Readiness::of(counts, cursor, service.status.snapshot());
    let code = if sound { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(body)).into_response()
}

/// The description of the API.
pub async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/json")], DESCRIPTION.as_str()).into_response()
}
