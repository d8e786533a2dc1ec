//! `/api/v1/review` and `…/{id}`: what waits for a reviewer, and what the samples say.

use super::users::json;
use crate::ask;
use crate::asker::Asker;
use crate::briefing::AlertItem;
use crate::desk::{etag, if_match};
use crate::fault::Fault;
use crate::params::Params;
use crate::review::{self, Missed, ReviewItem, WeekLine, filter};
use crate::service::Service;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::Uri;
use axum::http::header::{ETAG, IF_MATCH};
use axum::response::{IntoResponse, Response};
use kiemtin_model::review::LONGEST_NOTE;
use kiemtin_model::{AlertStatus, FlagKind, ReviewAnswer};
use kiemtin_store::AlertFilter;
use kiemtin_store::review::answer::Said;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Documents on one page when the asker does not say.
const DEFAULT_LIMIT: usize = 50;
/// Alerts that wait for a second reviewer, most pressing first.
pub const ALERTS: usize = 100;

/// The queue.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ReviewQueue")]
pub struct Queue {
    /// Documents of samples.
    items: Vec<ReviewItem>,
    /// Pass back to get the next page.
    next_cursor: Option<String>,
    /// Alerts that wait for a second reviewer, most pressing first; at most 100.
    alerts: Vec<AlertItem>,
    /// What each week's sample says, the latest first.
    weeks: Vec<WeekLine>,
    /// All weeks taken together.
    overall: Missed,
}

/// What a reviewer says of a document.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "SampleAnswer")]
pub(super) struct Asked {
    /// What was found.
    answer: ReviewAnswer,
    /// Kind of the flag that is missing: needed for `missed`, and for nothing else.
    #[serde(default)]
    kind: Option<FlagKind>,
    /// Why, in words.
    #[serde(default)]
    #[schemars(length(max = LONGEST_NOTE))]
    note: String,
}

/// The filter of alerts that wait for a second reviewer.
pub fn pending(asker: &Asker) -> AlertFilter {
    AlertFilter { status: vec![AlertStatus::ConfirmPending], sight: asker.sight.clone(), ..AlertFilter::default() }
}

/// What waits for a reviewer.
pub async fn list(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Json<Queue>, Fault> {
    let params = Params::read(&uri)?;
    params.only(&["week", "state", "cursor", "limit"])?;
    let limit = params.number("limit", DEFAULT_LIMIT, 1, ask::MAX_LIMIT)?;
    let page = service.store.sample_items(filter(&params)?, params.get("cursor"), limit).await?;
    let alerts = service.store.alerts(&pending(&asker), None, ALERTS).await?;
    let (weeks, overall) = review::weeks(&service).await?;
    Ok(Json(Queue {
        items: page.items.into_iter().map(|item| ReviewItem::new(item, &service.catalogue)).collect(),
        next_cursor: page.next_cursor,
        alerts: alerts.items.into_iter().map(AlertItem::from).collect(),
        weeks,
        overall,
    }))
}

/// One document of a sample.
pub async fn one(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Result<Response, Fault> {
    Ok(told(ReviewItem::new(review::read(&service, &id).await?, &service.catalogue)))
}

/// Keeps what somebody found.
pub async fn answer(
    State(service): State<Arc<Service>>,
    asker: Asker,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Fault> {
    let seen = if_match(request.headers().get(IF_MATCH).map(|v| v.to_str().unwrap_or("?")))?;
    let asked: Asked = json(request, "{\"answer\": \"no_flag|missed\", \"kind\": loại cờ bị bỏ sót, \"note\"}").await?;
    let said = Said { answer: asked.answer, kind: asked.kind, note: asked.note };
    Ok(told(ReviewItem::new(review::keep(&service, &asker, &id, said, seen).await?, &service.catalogue)))
}

fn told(item: ReviewItem) -> Response {
    ([(ETAG, etag(item.revision))], Json(item)).into_response()
}
