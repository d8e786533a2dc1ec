//! `/sources` and `/sources/{id}`: Nguồn.

use super::html;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::sources::{FateView, LEADS, LeadView, PAGE, Row, Seen, SourcePage, SourcesPage, filters, summary};
use crate::view::words::address;
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
    let (state, asked) = (params.get("state").unwrap_or(""), params.get("url").unwrap_or(""));
    let offset = params.number("offset", 0, 0, MOST)?;
    let (seen, now) = (seen(&service).await?, service.now());
    let wanted: Vec<&Seen<'_>> = seen.iter().filter(|s| s.is(state)).collect();
    let fate = if asked.trim().is_empty() { None } else { Some(FateView::new(fate(&*service.store, asked).await?, &seen)) };
    let at = |offset: usize| address("/sources", &[("state", state), ("offset", &offset.to_string())]);
    let page = SourcesPage {
        chrome: Chrome::new("/sources", &service),
        summary: summary(&seen),
        filters: filters(state, &seen),
        rows: wanted.iter().skip(offset).take(PAGE).map(|s| Row::new(s, now)).collect(),
        before: (offset > 0).then(|| at(offset.saturating_sub(PAGE))),
        next: (offset + PAGE < wanted.len()).then(|| at(offset + PAGE)),
        configured: !seen.is_empty(),
        address: asked.to_owned(),
        fate,
    };
    Ok(html(StatusCode::OK, &page))
}

/// All sources with their health, what needs somebody first, then by name.
async fn seen(service: &Service) -> Result<Vec<Seen<'_>>, Fault> {
    let sources = &service.catalogue.sources;
    let ids: Vec<String> = sources.iter().map(|s| s.id.clone()).collect();
    let health = service.store.source_health(&ids, service.now()).await?;
    let mut seen: Vec<Seen<'_>> = sources.iter().zip(health).map(|(source, health)| Seen { source, health }).collect();
    seen.sort_by(|a, b| a.rank().cmp(&b.rank()).then_with(|| a.source.name.cmp(&b.source.name)));
    Ok(seen)
}

/// One source.
pub async fn one(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Result<Response, Fault> {
    let source = service.catalogue.sources.iter().find(|s| s.id == id).ok_or_else(|| Fault::not_found("nguồn này"))?;
    let health = service.store.source_health(std::slice::from_ref(&id), service.now()).await?;
    let health = health.into_iter().next().ok_or_else(|| Fault::not_found("nguồn này"))?;
    let listings = service.store.feeds_of(std::slice::from_ref(&id)).await?;
    let leads = service.store.newest_leads(&id, LEADS).await?.into_iter().map(LeadView::from).collect();
    let page = SourcePage::new(Chrome::new("/sources", &service), &Seen { source, health }, &listings, leads, service.now());
    Ok(html(StatusCode::OK, &page))
}
