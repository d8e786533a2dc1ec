//! `/`: Bàn cảnh báo.

use super::html;
use crate::ask;
use crate::asker::Asker;
use crate::briefing::AlertItem;
use crate::fault::Fault;
use crate::hidden::Hidden;
use crate::params::Params;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::desk::{DeskPage, Filters, Row};
use crate::view::warnings::WarningRow;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{AlertStatus, Sight};
use kiemtin_store::AlertFilter;
use std::sync::Arc;

/// Early warnings on the first page, and for how long those that are over are shown.
const WARNINGS: usize = 20;
const SHOWN_MS: i64 = 14 * DAY_MS;
/// Alerts on one page.
const PAGE: usize = 25;

/// The desk.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let cursor = params.get("cursor");
    let alerts = service.store.alerts(&filter(&params, &asker.sight)?, cursor, PAGE).await?;
    let (now, catalogue, filters) = (service.now(), &service.catalogue, Filters { params: &params });
    let (mut warnings, mut past_warnings) = (vec![], vec![]);
    if cursor.is_none() {
        let hidden = Hidden::of(&service, &asker.sight).await?;
        let told = |w| WarningRow::new(w, catalogue, now);
        warnings.extend(hidden.shown(service.store.warnings(true, None, WARNINGS).await?.items).map(told));
        let over = hidden.shown(service.store.warnings(false, None, WARNINGS).await?.items);
        past_warnings.extend(over.filter(|w| w.ended_at.is_some_and(|at| now.0 - at.0 < SHOWN_MS)).map(told));
    }
    let row = |alert| Row::new(AlertItem::from(alert), catalogue, now);
    let mut topics = vec![filters.choice("topic", "", "Mọi chủ đề")];
    topics.extend(catalogue.topics.iter().map(|t| filters.choice("topic", &t.id, &t.name)));
    let mut units = vec![filters.choice("unit", "", "Mọi đơn vị")];
    units.extend(catalogue.units().into_iter().map(|u| filters.choice("unit", u, u)));
    let within = [params.get("topic").map(|t| catalogue.topic(t)), params.get("unit")].into_iter().flatten().collect::<Vec<_>>();
    let page = DeskPage {
        chrome: Chrome::new("/", &service, &asker),
        warnings,
        past_warnings,
        rows: alerts.items.into_iter().map(row).collect(),
        statuses: filters.statuses(),
        levels: filters.levels(),
        topics,
        units,
        within: within.join(" · "),
        filtered: ["status", "level", "topic", "unit"].iter().any(|name| params.get(name).is_some()),
        next: alerts.next_cursor.map(|c| filters.with("cursor", &c)),
        first: cursor.map(|_| filters.with("cursor", "")),
        failing: service.status.snapshot().failing_sources,
    };
    Ok(html(StatusCode::OK, &page))
}

/// As the API's, with groups of statuses: without a word, alerts that still need somebody.
fn filter(params: &Params, sight: &Sight) -> Result<AlertFilter, Fault> {
    let group: Option<&[AlertStatus]> = match params.get("status") {
        None => Some(ask::OPEN),
        Some("done") => Some(ask::DONE),
        Some("all") => Some(&[]),
        Some(_) => None,
    };
    match group {
        None => ask::alert_filter(params, sight),
        Some(status) => Ok(AlertFilter { status: status.to_vec(), ..ask::alert_filter(&params.without("status"), sight)? }),
    }
}
