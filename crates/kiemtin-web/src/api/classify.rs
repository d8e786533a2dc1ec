//! `POST /api/v1/classify`: a document line in, a verdict line out. Nothing is kept.

use super::saved::read_body;
use crate::bench;
use crate::fault::Fault;
use crate::service::Service;
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// The verdict of the line in the body.
pub async fn classify(State(service): State<Arc<Service>>, request: Request) -> Result<Response, Fault> {
    let (head, body) = request.into_parts();
    if !head.headers.get(CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"application/json")) {
        return Err(Fault::body("Cần tiêu đề «Content-Type: application/json»."));
    }
    let line = String::from_utf8(read_body(body).await?).map_err(|_| Fault::body("Nội dung gửi lên không phải UTF-8."))?;
    Ok(([(CONTENT_TYPE, "application/json")], bench::classify(&service, line).await?).into_response())
}
