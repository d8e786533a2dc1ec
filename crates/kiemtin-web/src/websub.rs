//! `/websub/{id}`: what does a hub tell us? (WebSub §5.3 and §7)
//!
//! Open to everybody: the last part of the address is a random name that only we and the hub know, and what is pushed is
//! signed. Nothing of it is taken in; it only makes us look at the feed where it stands. Neither the name nor the key is logged.

mod signature;

use crate::fault::Fault;
use crate::service::Service;
use crate::status::PushResult;
use axum::body::to_bytes;
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use kiemtin_store::{SourceEvent, SourceEventKind};
use serde::Deserialize;
use signature::Seal;
use std::sync::Arc;

/// Most bytes of a push that are read.
pub const MAX_PUSH: usize = 2 << 20;
/// Longest challenge that is sent back, in bytes.
const MAX_CHALLENGE: usize = 1_024;
/// Letters of a name: 128 bits in hex.
const NAME_LETTERS: usize = 32;

/// What a hub asks, or tells of a subscription.
#[derive(Default, Deserialize)]
pub struct Asked {
    #[serde(rename = "hub.mode", default)]
    mode: String,
    #[serde(rename = "hub.topic", default)]
    topic: String,
    #[serde(rename = "hub.challenge", default)]
    challenge: String,
    #[serde(rename = "hub.lease_seconds", default)]
    lease_seconds: String,
    #[serde(rename = "hub.reason", default)]
    reason: String,
}

/// A hub checks whether we mean it, or says that it does not want us.
pub async fn verify(State(service): State<Arc<Service>>, Path(name): Path<String>, Query(asked): Query<Asked>) -> Result<Response, Fault> {
    let known = if is_name(&name) { service.store.subscription(&name).await? } else { None };
    let ours = known.is_some_and(|one| one.offer.topic == asked.topic);
    let answered = match asked.mode.as_str() {
        "subscribe" if ours && asked.can_be_answered() => confirm(&service, &name, &asked).await?,
        // What we do not want any more, by a name that can have been ours: nobody gets just anything sent back.
        "unsubscribe" => is_name(&name) && !ours && asked.can_be_answered(),
        "denied" if ours => {
            deny(&service, &name, &asked.reason).await?;
            return Ok(StatusCode::OK.into_response());
        }
        _ => false,
    };
    if !answered {
        return Ok(StatusCode::NOT_FOUND.into_response());
    }
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], asked.challenge).into_response())
}

/// Something came out, says whoever sends this. True only with a signature that holds; what is not is answered alike and
/// ignored, so that nobody learns anything by trying (WebSub §7.1.1).
pub async fn push(State(service): State<Arc<Service>>, Path(name): Path<String>, request: Request) -> Result<Response, Fault> {
    let known = if is_name(&name) { service.store.subscription(&name).await? } else { None };
    let Some(known) = known else {
        service.status.pushed(PushResult::Unknown);
        // Ends it at the hub.
        return Ok(StatusCode::GONE.into_response());
    };
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_PUSH).await else { return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response()) };
    let result = match signature::check(&head.headers, &body, known.secret.as_bytes()) {
        Seal::Holds => PushResult::Accepted,
        Seal::Weak if service.accept_sha1 => PushResult::Accepted,
        Seal::Weak => PushResult::Sha1Refused,
        Seal::Wrong => PushResult::BadSignature,
    };
    if result == PushResult::Accepted {
        let now = service.now();
        let mut batch = service.store.begin().await?;
        if let Some(mut one) = batch.subscription(&name).await? {
            one.pushed_at = Some(now);
            batch.put_subscription(&one).await?;
            batch.bring_forward(&one.source, &one.feed, now, now).await?;
        }
        batch.commit().await?;
    }
    service.status.pushed(result);
    Ok(StatusCode::ACCEPTED.into_response())
}

impl Asked {
    fn can_be_answered(&self) -> bool {
        (1..=MAX_CHALLENGE).contains(&self.challenge.len())
    }

    fn lease_ms(&self) -> Option<i64> {
        self.lease_seconds.parse::<i64>().ok().map(|seconds| seconds.saturating_mul(1_000))
    }
}

fn is_name(name: &str) -> bool {
    name.len() == NAME_LETTERS && name.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Records that the hub will tell of news, when that is what we asked it for.
async fn confirm(service: &Service, name: &str, asked: &Asked) -> Result<bool, Fault> {
    let now = service.now();
    let mut batch = service.store.begin().await?;
    let Some(mut one) = batch.subscription(name).await?.filter(|one| one.confirms(&asked.topic)) else { return Ok(false) };
    let new = one.verified(now, asked.lease_ms());
    batch.put_subscription(&one).await?;
    if new {
        let (source, feed, kind) = (one.source, one.feed, SourceEventKind::Subscribed);
        batch.put_source_event(&SourceEvent { source, at: now, feed, kind, detail: one.offer.hub }).await?;
    }
    batch.commit().await?;
    Ok(true)
}

/// Records that the hub does not want us.
async fn deny(service: &Service, name: &str, reason: &str) -> Result<(), Fault> {
    let now = service.now();
    let mut batch = service.store.begin().await?;
    let Some(mut one) = batch.subscription(name).await? else { return Ok(()) };
    let new = one.refused(now, reason);
    batch.put_subscription(&one).await?;
    if new {
        let (source, feed, kind) = (one.source, one.feed, SourceEventKind::SubscriptionRefused);
        batch.put_source_event(&SourceEvent { source, at: now, feed, kind, detail: one.error }).await?;
    }
    Ok(batch.commit().await?)
}
