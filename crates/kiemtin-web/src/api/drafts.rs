//! `/api/v1/alerts/{id}/draft`: what is meant to be answered; `/api/v1/alerts/{id}/briefing.docx`: all of it as a file.

use super::alerts;
use super::audit::log_export;
use super::trends::download;
use crate::asker::Asker;
use crate::briefing::paper::paper;
use crate::desk::{etag, if_match};
use crate::drafts::{body, fault, number, read, write};
use crate::fault::Fault;
use crate::service::Service;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_MATCH};
use axum::response::{IntoResponse, Response};
use kiemtin_deliver::formats::docx;
use kiemtin_model::{Draft, KeptDraft};
use std::collections::BTreeMap;
use std::sync::Arc;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// The draft.
pub async fn one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Response, Fault> {
    Ok(told(read(&service, &asker, number(&id)?).await?))
}

/// Writes the draft anew. Without `If-Match` it must be the first one: nobody's words are overwritten unseen.
pub async fn put(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>, request: Request) -> Result<Response, Fault> {
    let alert = number(&id)?;
    let (head, sent) = request.into_parts();
    let seen = match head.headers.get(IF_MATCH) {
        Some(value) => if_match(Some(value.to_str().unwrap_or("?")))?,
        None => Some(KeptDraft::default().revision),
    };
    if !head.headers.get(CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"application/json")) {
        return Err(Fault::body("Cần tiêu đề «Content-Type: application/json»."));
    }
    // An object first: a list would count as a draft whose parts are left out.
    let object = serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&body(sent).await?);
    let new: Draft = object.and_then(|object| serde_json::from_value(object.into())).map_err(|e| {
        Fault::body(format!(
            "Cần {{\"message\", \"facts\", \"questions\": [{{\"question\", \"answer\"}}], \"spokesperson\", \"channel\"}}: {e}."
        ))
    })?;
    write(&service, &asker, alert, new, seen).await.map(told).map_err(fault)
}

fn told(draft: KeptDraft) -> Response {
    ([(ETAG, etag(draft.revision))], Json(draft)).into_response()
}

/// The briefing as a document of Word. That it left is logged first.
pub async fn document(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Response, Fault> {
    let briefing = alerts::read(&service, &asker, &id).await?;
    let number = briefing.alert.number.clone();
    let detail = [("format", "docx".to_owned()), ("number", number.clone()), ("draft", briefing.beside.draft.revision.to_string())];
    let detail: BTreeMap<_, _> = detail.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let bytes = docx(&paper(&briefing, &service.catalogue)).map_err(|error| Fault::ours("a briefing could not be written", &error))?;
    log_export(&service, &asker, &format!("alert/{}", briefing.alert.id), detail).await?;
    Ok(download(DOCX, &format!("{number}.docx"), bytes))
}
