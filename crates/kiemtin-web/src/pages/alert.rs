//! `/alerts/{id}`: Hồ sơ cảnh báo.

use super::html;
use super::saved::fields;
use crate::api::actions::Asked;
use crate::api::alerts::read;
use crate::asker::Asker;
use crate::desk::{if_match, perform};
use crate::fault::Fault;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::file::FilePage;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use kiemtin_model::Right;
use std::sync::Arc;

/// The file of one alert.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Response, Fault> {
    let briefing = read(&service, &asker, &id).await?;
    let mut page = FilePage::new(briefing, Chrome::new("", &service, &asker), &service.catalogue, service.now());
    page.may_restrict = asker.may(Right::Review);
    page.draft.may_write = asker.may(Right::Review);
    Ok(html(StatusCode::OK, &page))
}

/// Does something with it.
pub async fn act(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>, request: Request) -> Result<Response, Fault> {
    let fields = fields(request).await?;
    let number = id.parse().map_err(|_| Fault::not_found("cảnh báo này"))?;
    perform(&service, &asker, number, &Asked::of(&fields)?.act()?, if_match(fields.get("revision"))?).await?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, format!("/alerts/{id}"))]).into_response())
}
