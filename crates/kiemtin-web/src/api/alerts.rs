//! `/api/v1/alerts`, `/api/v1/alerts/{id}` and its `actions`: the alert feed, one alert as a briefing, who sees it.

use crate::api::users::json;
use crate::ask;
use crate::asker::Asker;
use crate::briefing::{AlertItem, Briefing, MAX_DOCUMENTS, briefing};
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::staff::{note_read, restrict};
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::Uri;
use kiemtin_store::Page;
use serde::Deserialize;
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
pub async fn one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Json<Briefing>, Fault> {
    Ok(Json(read(&service, &asker, &id).await?))
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
    Ok(briefing(file, &service.catalogue))
}

/// What can be done with an alert.
const ACTIONS: [(&str, bool); 2] = [("restrict", true), ("unrestrict", false)];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    action: String,
}

/// Does something with an alert.
pub async fn act(
    State(service): State<Arc<Service>>,
    asker: Asker,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<Briefing>, Fault> {
    let known = ACTIONS.map(|(name, _)| name).join("|");
    let asked: Asked = json(request, &format!("{{\"action\": \"{known}\"}}")).await?;
    perform(&service, &asker, &id, &asked.action).await?;
    Ok(Json(read(&service, &asker, &id).await?))
}

/// Does what an action says; the same for the API and the page.
pub(crate) async fn perform(service: &Service, asker: &Asker, id: &str, action: &str) -> Result<(), Fault> {
    let id = id.parse().map_err(|_| Fault::not_found("cảnh báo này"))?;
    let found = ACTIONS.iter().find(|(name, _)| *name == action);
    let known = || Fault::parameter("action", action, &ACTIONS.map(|(name, _)| name).join(", "));
    restrict(service, asker, id, found.ok_or_else(known)?.1).await
}
