//! `/narratives` and `/narratives/{id}`: Luận điệu.

use super::html;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::narratives;
use crate::params::Params;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::narratives::{Filters, NarrativePage, NarrativesPage, PAGE, Row};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use std::sync::Arc;

/// The list, last told first.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let listed = narratives::list(&service, &asker, &params, PAGE).await?;
    let (catalogue, now, filters) = (&service.catalogue, service.now(), Filters { params: &params });
    let page = NarrativesPage {
        chrome: Chrome::new("/narratives", &service, &asker),
        rows: listed.items.iter().map(|n| Row::new(n, catalogue, now)).collect(),
        levels: filters.levels(),
        topics: filters.topics(catalogue),
        within: params.get("topic").map_or(String::new(), |t| catalogue.topic(t).to_owned()),
        key: params.get("key").unwrap_or("").to_owned(),
        filtered: ["level", "topic", "key"].iter().any(|name| params.get(name).is_some()),
        next: listed.next_cursor.map(|c| filters.with("cursor", &c)),
        first: params.get("cursor").map(|_| filters.with("cursor", "")),
    };
    Ok(html(StatusCode::OK, &page))
}

/// One narrative.
pub async fn one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Response, Fault> {
    let file = narratives::read(&service, &asker, &id).await?;
    let chrome = Chrome::new("/narratives", &service, &asker);
    Ok(html(StatusCode::OK, &NarrativePage::new(chrome, file, &service.catalogue, service.now())))
}
