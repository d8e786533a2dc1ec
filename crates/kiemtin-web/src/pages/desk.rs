//! `/`: Bàn cảnh báo.

use super::{assets, html};
use crate::ask;
use crate::asker::Asker;
use crate::briefing::AlertItem;
use crate::fault::Fault;
use crate::hidden::Hidden;
use crate::params::Params;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::desk::{DeskPage, Filters, GROWN_MS, PRESSING_MS, Row};
use crate::view::warnings::WarningRow;
use crate::view::words::{address, count};
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use kiemtin_model::time::{DAY_MS, Day};
use kiemtin_model::{Alert, AlertStatus, Right, Sight, Time};
use kiemtin_store::AlertFilter;
use kiemtin_store::desk::act::name_of;
use std::sync::Arc;

/// Early warnings on the first page, and for how long those that are over are shown.
const WARNINGS: usize = 20;
const SHOWN_MS: i64 = 14 * DAY_MS;
/// Alerts on one page.
const PAGE: usize = 25;

/// The desk.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let (now, catalogue) = (service.now(), &service.catalogue);
    let own_units = match &asker.sight {
        Sight::Units(units) if !units.is_empty() => units.clone(),
        Sight::Units(_) | Sight::All => vec![],
    };
    let filters = Filters { params: &params, has_units: !own_units.is_empty() };
    let (cursor, filter) = (params.get("cursor"), filter(&params, &asker, own_units, now)?);
    // Before the list is read: what happens meanwhile is told twice rather than never.
    let after = service.store.last_alert_change().await?;
    let today = Day::of(now).start();
    let store = &service.store;
    let (alerts, counts, done) =
        tokio::try_join!(store.alerts(&filter, cursor, PAGE), store.alert_counts(&asker.sight), store.done_since(today, &asker.sight))?;
    let (warnings, past_warnings) = match cursor {
        None => early_warnings(&service, &asker, now).await?,
        Some(_) => (vec![], vec![]),
    };
    let done_today = match done {
        0 => None,
        n => Some((count(n), address("/", &[("status", "done"), ("done_since", &today.day())]))),
    };
    let page = DeskPage {
        chrome: Chrome::new("/", &service, &asker),
        warnings,
        past_warnings,
        rows: rows(&service, alerts.items, now).await?,
        statuses: filters.statuses(&counts),
        levels: filters.levels(),
        scopes: filters.scopes(),
        topics: filters.topics(catalogue),
        within: filters.within(catalogue),
        units: filters.units(catalogue),
        filtered: filters.is_narrow() || params.get("status").is_some(),
        next: alerts.next_cursor.map(|c| filters.with("cursor", &c)),
        first: cursor.map(|_| filters.with("cursor", "")),
        done_today,
        stream: filters.stream(after, filter.assignee.as_deref(), &filter.any_unit),
        fresh: filters.with("cursor", ""),
        may_review: asker.may(Right::Review),
        me: name_of(&asker.actor),
        live: assets::live_address(),
        failing: service.status.snapshot().failing_sources,
    };
    Ok(html(StatusCode::OK, &page))
}

/// As the API's, with groups of statuses (without a word, alerts that still need somebody), and what is the asker's own.
fn filter(params: &Params, asker: &Asker, own_units: Vec<String>, now: Time) -> Result<AlertFilter, Fault> {
    let group: Option<&[AlertStatus]> = match params.get("status") {
        None => Some(ask::OPEN),
        Some("done") => Some(ask::DONE),
        Some("all") => Some(&[]),
        Some(_) => None,
    };
    let mut filter = match group {
        None => ask::alert_filter(params, &asker.sight)?,
        Some(status) => AlertFilter { status: status.to_vec(), ..ask::alert_filter(&params.without("status"), &asker.sight)? },
    };
    let on = |name| params.get(name) == Some("1");
    if on("mine") {
        filter.assignee = Some(name_of(&asker.actor));
    }
    if on("own") && filter.any_unit.is_empty() {
        filter.any_unit = own_units;
    }
    if on("due") {
        filter.due_before = Some(now.plus(PRESSING_MS));
    }
    Ok(filter)
}

async fn early_warnings(service: &Service, asker: &Asker, now: Time) -> Result<(Vec<WarningRow>, Vec<WarningRow>), Fault> {
    let hidden = Hidden::of(&*service.store, &asker.sight).await?;
    let told = |w| WarningRow::new(w, &service.catalogue, now);
    let (on, over) = tokio::try_join!(service.store.warnings(true, None, WARNINGS), service.store.warnings(false, None, WARNINGS))?;
    let recent = hidden.shown(over.items).filter(|w| w.ended_at.is_some_and(|at| now.0 - at.0 < SHOWN_MS)).map(told).collect();
    Ok((hidden.shown(on.items).map(told).collect(), recent))
}

/// Alerts as rows, with how they have spread lately.
async fn rows(service: &Service, alerts: Vec<Alert>, now: Time) -> Result<Vec<Row>, Fault> {
    let since = now.plus(-GROWN_MS);
    // An earlier wave does not grow with the present one.
    let grows = |alert: &Alert| alert.last_seen > since && alert.documents > 1;
    let narratives: Vec<i64> = alerts.iter().filter(|a| grows(a)).map(|a| a.narrative).collect();
    let lately = service.store.asserted_since(&narratives, since).await?;
    let row = |alert: Alert| {
        let grown = lately.get(&alert.narrative).copied().filter(|_| grows(&alert)).unwrap_or(0);
        Row { grown: grown.into(), ..Row::new(AlertItem::from(alert), &service.catalogue, now) }
    };
    Ok(alerts.into_iter().map(row).collect())
}
