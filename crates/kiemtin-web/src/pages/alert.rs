//! `/alerts/{id}`: Hồ sơ cảnh báo.

use super::html;
use crate::api::alerts::read;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::file::FilePage;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

/// The file of one alert.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Response, Fault> {
    let briefing = read(&service, &asker, &id).await?;
    let page = FilePage::new(briefing, Chrome::new("", &service), &service.catalogue, service.now());
    Ok(html(StatusCode::OK, &page))
}
