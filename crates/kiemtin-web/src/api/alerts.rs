//! `/api/v1/alerts` and `/api/v1/alerts/{id}`: the alert feed, one alert as a briefing.

use crate::ask;
use crate::asker::Asker;
use crate::briefing::{AlertItem, Briefing, MAX_DOCUMENTS, beside, briefing, on_record};
use crate::desk::etag;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::staff::note_read;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::http::header::ETAG;
use axum::response::{IntoResponse, Response};
use kiemtin_store::Page;
use std::sync::Arc;

/// Alerts on one page when the asker does not say.
const DEFAULT_LIMIT: usize = 50;

/// The alert feed, most pressing first.
pub async fn list(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Json<Page<AlertItem>>, Fault> {
    let params = Params::read(&uri)?;
    params.only(ask::ALERT_PARAMETERS)?;
    let limit = params.number("limit", DEFAULT_LIMIT, 1, ask::MAX_LIMIT)?;
    let page = service.store.alerts(&ask::alert_filter(&params, &asker.sight)?, params.get("cursor"), limit).await?;
    Ok(Json(Page { items: page.items.into_iter().map(AlertItem::from).collect(), next_cursor: page.next_cursor }))
}

/// One alert as a briefing.
pub async fn one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Response, Fault> {
    let briefing = read(&service, &asker, &id).await?;
    Ok(([(ETAG, etag(briefing.alert.decision.revision))], Json(briefing)).into_response())
}

/// The briefing of the alert with the id in an address; one that is not for these eyes is not there.
pub(crate) async fn read(service: &Service, asker: &Asker, id: &str) -> Result<Briefing, Fault> {
    let missing = || Fault::not_found("cảnh báo này");
    let id = id.parse().map_err(|_| missing())?;
    let file = service.store.alert_file(id, &asker.sight, MAX_DOCUMENTS).await?.ok_or_else(missing)?;
    if file.alert.restricted {
        // Before it is shown: what cannot be logged is not read.
        note_read(service, asker, id).await?;
    }
    let references = on_record(&file);
    let beside = beside(service, &asker.sight, &file, &references).await?;
    Ok(briefing(file, references, beside, &service.catalogue))
}
