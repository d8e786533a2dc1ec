//! `/sources` and `/sources/{id}`: Nguồn.

use super::html;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::sources::{FateView, LEADS, LeadView, PAGE, Row, Seen, SourcePage, SourcesPage, filters, shown, summary};
use crate::view::words::address;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use kiemtin_store::fate;
use kiemtin_store::health::HEALTH_EVENTS;
use kiemtin_text::scan;
use std::sync::Arc;

/// Largest list of sources that may be paged through.
const MOST: usize = 100_000;

/// All sources, and what became of an address.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let of = |name: &str| params.get(name).unwrap_or("");
    let (state, name, asked) = (of("state"), of("name"), of("url"));
    let offset = params.number("offset", 0, 0, MOST)?;
    let (seen, now) = (seen(&service).await?, service.now());
    let wanted: Vec<&Seen<'_>> = seen.iter().filter(|s| s.is(state)).collect();
    let wanted = if name.trim().is_empty() { wanted } else { named(wanted, name) };
    let fate = if asked.trim().is_empty() { None } else { Some(FateView::new(fate(&*service.store, asked).await?, &seen)) };
    let at = |offset: usize| address("/sources", &[("state", state), ("name", name), ("offset", &offset.to_string())]);
    let page = SourcesPage {
        chrome: Chrome::new("/sources", &service, &asker),
        summary: summary(&seen),
        filters: filters(state, name, &seen),
        rows: wanted.iter().skip(offset).take(PAGE).map(|s| Row::new(s, now)).collect(),
        before: (offset > 0).then(|| at(offset.saturating_sub(PAGE))),
        next: (offset + PAGE < wanted.len()).then(|| at(offset + PAGE)),
        shown: shown(offset, wanted.len()),
        state: state.to_owned(),
        name: name.to_owned(),
        configured: !seen.is_empty(),
        address: asked.to_owned(),
        fate,
    };
    Ok(html(StatusCode::OK, &page))
}

/// Those whose name has all of these words, with or without accents; or whose id is this one.
fn named<'a>(all: Vec<&'a Seen<'a>>, name: &str) -> Vec<&'a Seen<'a>> {
    let folds = |text: &str| scan(text).tokens.iter().map(|t| t.fold).collect::<Vec<_>>();
    let words = folds(name);
    let has_all = |seen: &&Seen<'_>| {
        let own = folds(&seen.source.name);
        seen.source.id == name.trim() || (!words.is_empty() && words.iter().all(|word| own.contains(word)))
    };
    all.into_iter().filter(has_all).collect()
}

/// All sources with their health, what needs somebody first, then by name.
async fn seen(service: &Service) -> Result<Vec<Seen<'_>>, Fault> {
    let sources = &service.catalogue.sources;
    let ids: Vec<String> = sources.iter().map(|s| s.id.clone()).collect();
    let health = service.store.source_health(&ids, service.now(), 0).await?;
    let mut seen: Vec<Seen<'_>> = sources.iter().zip(health).map(|(source, health)| Seen { source, health }).collect();
    seen.sort_by(|a, b| a.rank().cmp(&b.rank()).then_with(|| a.source.name.cmp(&b.source.name)));
    Ok(seen)
}

/// One source.
pub async fn one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Response, Fault> {
    let source = service.catalogue.sources.iter().find(|s| s.id == id).ok_or_else(|| Fault::not_found("nguồn này"))?;
    let health = service.store.source_health(std::slice::from_ref(&id), service.now(), HEALTH_EVENTS).await?;
    let health = health.into_iter().next().ok_or_else(|| Fault::not_found("nguồn này"))?;
    let listings = service.store.feeds_of(std::slice::from_ref(&id)).await?;
    let leads = service.store.newest_leads(&id, LEADS).await?.into_iter().map(LeadView::from).collect();
    let page = SourcePage::new(Chrome::new("/sources", &service, &asker), &Seen { source, health }, &listings, leads, service.now());
    Ok(html(StatusCode::OK, &page))
}
