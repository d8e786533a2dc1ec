//! Is the service alive, is it ready, what can be asked of it?

use super::description::DESCRIPTION;
use crate::service::Service;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use std::sync::Arc;

/// Description of the API, OpenAPI 3.1, without what is true of every operation ([`super::description`]).
pub const OPENAPI: &str = include_str!("../../assets/openapi.json");

/// Alive: this process answers.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// Ready: every dependency by itself. 503 when the store, without which nothing works, fails; a failing index only
/// takes the search away and is told, not held against the rest.
pub async fn readyz(State(service): State<Arc<Service>>) -> Response {
    let (counts, cursor) = tokio::join!(service.store.counts(), service.index.cursor());
    let last_seq = counts.as_ref().ok().map(|c| c.last_seq);
    let store = match &counts {
        Ok(c) => json!({"ok": true, "documents": c.documents, "alerts": c.alerts, "last_seq": c.last_seq}),
        Err(error) => json!({"ok": false, "detail": error.to_string()}),
    };
    let index = match cursor {
        Ok(cursor) => {
            let through = cursor.map_or(0, |c| c.seq);
            json!({"ok": true, "indexed_through": through, "last_seq": last_seq, "behind": last_seq.map(|l| l - through)})
        }
        Err(error) => json!({"ok": false, "detail": error.to_string(), "last_seq": last_seq}),
    };
    let status = service.status.snapshot();
    let body = json!({
        "ready": counts.is_ok(),
        "crawl": status.crawl.as_str(),
        "last_crawl": status.last_run.map_or(Value::Null, |(at, tally)| json!({"at": at, "counts": tally})),
        "failing_sources": status.failing_sources.len(),
        "rules": {"version": status.rules_version, "faults": status.rules_faults.len(), "fault": status.rules_faults.first()},
        "store": store,
        "index": index,
    });
    let code = if counts.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (code, Json(body)).into_response()
}

/// The description of the API.
pub async fn openapi() -> Response {
    ([(CONTENT_TYPE, "application/json")], DESCRIPTION.as_str()).into_response()
}
