//! `/api/v1/webhooks`: receivers of every channel, with their log. No secret is ever answered but the one that was just made.

use crate::api::saved::read_body;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Params;
use crate::receivers::{By, NewReceiver, add, remove, test};
use crate::service::Service;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use kiemtin_model::{Receiver, Time};
use kiemtin_store::{DeliveryFilter, DeliveryLine, Page, ReceiverState};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;
use std::sync::Arc;

/// A receiver with how sending to it goes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Receiver")]
pub struct ReceiverLine {
    /// The receiver.
    #[serde(flatten)]
    pub receiver: Receiver,
    /// When its next digest is made.
    pub next_digest_at: Option<Time>,
    /// Failures since something last arrived.
    pub failures: u32,
    /// When something last arrived.
    pub last_done_at: Option<Time>,
    /// Why the last attempt failed; empty when it did not.
    pub last_reason: String,
    /// Deliveries that are to be sent.
    pub pending: u64,
    /// Deliveries that could not be sent.
    pub dead: u64,
}

impl From<ReceiverState> for ReceiverLine {
    fn from(state: ReceiverState) -> Self {
        let ReceiverState { receiver, next_digest_at, failures, last_done_at, last_reason, pending, dead, .. } = state;
        Self { receiver, next_digest_at, failures, last_done_at, last_reason, pending, dead }
    }
}

/// A new receiver.
#[derive(Serialize, JsonSchema)]
pub struct AddedReceiver {
    #[serde(flatten)]
    receiver: ReceiverLine,
    /// The key that was made for it, told this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    secret: Option<String>,
}

/// The answer.
#[derive(Debug, Serialize)]
pub struct ReceiverLines {
    /// Every receiver, first added first.
    pub items: Vec<ReceiverLine>,
    /// There are no more than fit on one page.
    pub next_cursor: Option<String>,
}

impl Asker {
    /// As who changes something now.
    pub(crate) fn by(&self, at: Time) -> By<'_> {
        By { actor: &self.actor, sight: &self.sight, at }
    }
}

/// All receivers.
pub async fn list(State(service): State<Arc<Service>>, uri: Uri) -> Result<Json<ReceiverLines>, Fault> {
    Params::read(&uri)?.only(&[])?;
    Ok(Json(ReceiverLines { items: lines(&service).await?, next_cursor: None }))
}

/// One receiver.
pub async fn one(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Result<Json<ReceiverLine>, Fault> {
    Ok(Json(line(&service, number(&id)?).await?))
}

/// Adds a receiver; the key that was made for it stands in this answer and nowhere else.
pub async fn add_one(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    let (head, body) = request.into_parts();
    if !head.headers.get(CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"application/json")) {
        return Err(Fault::body("Cần tiêu đề «Content-Type: application/json»."));
    }
    let asked: NewReceiver = serde_json::from_slice(&read_body(body).await?)
        .map_err(|e| Fault::body(format!("Cần {{\"name\", \"target\", \"channel\", …}}: {e}.")))?;
    let (receiver, secret) = add(&*service.store, &service.sender, asked, asker.by(service.now())).await?;
    let location = format!("/api/v1/webhooks/{}", receiver.id);
    let secret = secret.map(|secret| secret.reveal().to_owned());
    let answer = AddedReceiver { receiver: line(&service, receiver.id).await?, secret };
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(answer)).into_response())
}

/// Removes a receiver.
pub async fn drop_one(State(service): State<Arc<Service>>, Path(id): Path<String>, asker: Asker) -> Result<StatusCode, Fault> {
    remove(&*service.store, number(&id)?, asker.by(service.now())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a test: it goes out with the next round, and its outcome stands in the log.
pub async fn try_one(State(service): State<Arc<Service>>, Path(id): Path<String>, asker: Asker) -> Result<Response, Fault> {
    let delivery = test(&*service.store, number(&id)?, asker.by(service.now())).await?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "delivery": delivery }))).into_response())
}

/// What was sent to a receiver, newest first.
pub async fn log(State(service): State<Arc<Service>>, Path(id): Path<String>, uri: Uri) -> Result<Json<Page<DeliveryLine>>, Fault> {
    let params = Params::read(&uri)?;
    params.only(&["cursor", "limit"])?;
    let limit = params.number("limit", 50, 1, 200)?;
    let receiver = line(&service, number(&id)?).await?.receiver.id;
    let filter = DeliveryFilter { receiver: Some(receiver), state: None };
    Ok(Json(service.store.deliveries(&filter, params.get("cursor"), limit).await?))
}

pub(crate) fn number(id: &str) -> Result<i64, Fault> {
    id.parse().map_err(|_| missing())
}

pub(crate) async fn lines(service: &Service) -> Result<Vec<ReceiverLine>, Fault> {
    Ok(service.store.receivers().await?.into_iter().map(ReceiverLine::from).collect())
}

pub(crate) async fn line(service: &Service, id: i64) -> Result<ReceiverLine, Fault> {
    lines(service).await?.into_iter().find(|l| l.receiver.id == id).ok_or_else(missing)
}

fn missing() -> Fault {
    Fault::not_found("nơi nhận này")
}
