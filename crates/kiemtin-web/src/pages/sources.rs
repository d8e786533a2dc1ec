//! `/sources` and `/sources/{id}`: Nguồn.

use super::html;
use crate::api::sources::read;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::sources::{EVENTS, Event, FateView, PAGE, Row, SourcePage, SourcesPage, filters, of_state, summary};
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use kiemtin_store::fate;
use std::sync::Arc;

/// Largest list of sources that may be paged through.
const MOST: usize = 100_000;

/// All sources, and what became of an address.
pub async fn page(State(service): State<Arc<Service>>, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let (state, address) = (params.get("state").unwrap_or(""), params.get("url").unwrap_or(""));
    let offset = params.number("offset", 0, 0, MOST)?;
    let items = read(&service).await?;
    let now = service.now();
    let wanted: Vec<_> = items.iter().filter(|i| of_state(state, &i.health)).collect();
    let fate = if address.trim().is_empty() { None } else { Some(FateView::new(fate(&*service.store, address).await?, &items)) };
    let at = |offset: usize| format!("/sources?state={state}&offset={offset}");
    let page = SourcesPage {
        chrome: Chrome::new("/sources", &service),
        summary: summary(&items),
        filters: filters(state, &items),
        rows: wanted.iter().skip(offset).take(PAGE).map(|i| Row::new(i, now)).collect(),
        before: (offset > 0).then(|| at(offset.saturating_sub(PAGE))),
        next: (offset + PAGE < wanted.len()).then(|| at(offset + PAGE)),
        configured: !items.is_empty(),
        address: address.to_owned(),
        fate,
    };
    Ok(html(StatusCode::OK, &page))
}

/// One source.
pub async fn one(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Result<Response, Fault> {
    let items = read(&service).await?;
    let item = items.into_iter().find(|i| i.id == id).ok_or_else(|| Fault::not_found("nguồn này"))?;
    let events = service.store.newest_leads(&item.id, EVENTS).await?.into_iter().map(Event::from).collect();
    Ok(html(StatusCode::OK, &SourcePage::new(Chrome::new("/sources", &service), item, events, service.now())))
}
