//! `/stories/{id}`: Luồng tin.

use super::html;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::stories::{file, stored};
use crate::view::chrome::Chrome;
use crate::view::story::{LISTED, StoryPage};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use std::sync::Arc;

/// An event: what happened, in which order, who reported it.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>, uri: Uri) -> Result<Response, Fault> {
    Params::read(&uri)?.only(&[])?;
    let file = file(stored(&service, &id).await?, None, LISTED, &service.catalogue)?;
    Ok(html(StatusCode::OK, &StoryPage::new(Chrome::new("", &service, &asker), file, &service.catalogue)))
}
