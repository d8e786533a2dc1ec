//! `/documents/{id}`: Bài.

use super::html;
use crate::asker::Asker;
use crate::documents::{file, stored, version};
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::document::DocumentPage;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use std::sync::Arc;

/// A stored document; with `?version=n`, what the version after that one changed.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let number = params.number("version", 0, 1, u32::MAX as usize)?;
    let stored = stored(&service, &id).await?;
    let chosen = match u32::try_from(number) {
        Ok(number) if number > 0 => Some(version(&service, &stored, number).await?),
        _ => None,
    };
    let file = file(&service, stored).await?;
    let page = DocumentPage::new(Chrome::new("", &service, &asker), file, chosen, &service.catalogue);
    Ok(html(StatusCode::OK, &page))
}
