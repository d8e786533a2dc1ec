//! `/alerts/{id}`: Hồ sơ cảnh báo.

use super::html;
use super::saved::fields;
use crate::api::actions::Asked;
use crate::api::alerts::read;
use crate::asker::Asker;
use crate::briefing::Briefing;
use crate::desk::{if_match, perform};
use crate::fault::Fault;
use crate::params::Fields;
use crate::service::Service;
use crate::view::actions::{Actions, Standing, Typed};
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
    shown(&service, &asker, &id, (StatusCode::OK, Typed::default())).await
}

async fn shown(service: &Service, asker: &Asker, id: &str, (status, typed): (StatusCode, Typed)) -> Result<Response, Fault> {
    let briefing = read(service, asker, id).await?;
    Ok(html(status, &file(service, asker, briefing, typed).await?))
}

/// The page of a briefing for this reader, with what was typed into a form that could not be followed.
pub(super) async fn file(service: &Service, asker: &Asker, briefing: Briefing, typed: Typed) -> Result<FilePage, Fault> {
    // Whoever may do nothing needs no list of colleagues.
    let users = if asker.may(Right::Review) { service.store.users().await? } else { vec![] };
    let alert = &briefing.alert;
    let standing = Standing {
        id: alert.id,
        status: alert.status,
        assignee: alert.assignee.as_deref(),
        restricted: alert.restricted,
        units: &alert.units,
        decision: &alert.decision,
        history: &briefing.history,
    };
    let actions = Actions::new(&standing, asker, &users, typed, service.now());
    let mut page = FilePage::new(briefing, (Chrome::new("", service, asker), actions), &service.catalogue, service.now());
    page.draft.may_write = asker.may(Right::Review);
    Ok(page)
}

/// Does something with it. What is wrong is said above the form, and what was typed stays.
pub async fn act(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>, request: Request) -> Result<Response, Fault> {
    let fields = fields(request).await?;
    let number = id.parse().map_err(|_| Fault::not_found("cảnh báo này"))?;
    match act_on(&service, &asker, number, &fields).await {
        Ok(()) => Ok((StatusCode::SEE_OTHER, [(LOCATION, format!("/alerts/{id}"))]).into_response()),
        Err(fault) if fault.status.is_client_error() && fault.status != StatusCode::NOT_FOUND => {
            let status = fault.status;
            shown(&service, &asker, &id, (status, typed(&fields, fault.detail))).await
        }
        Err(fault) => Err(fault),
    }
}

async fn act_on(service: &Service, asker: &Asker, id: i64, fields: &Fields) -> Result<(), Fault> {
    perform(service, asker, id, &Asked::of(fields)?.act()?, if_match(fields.get("revision"))?).await.map(drop)
}

fn typed(fields: &Fields, wrong: String) -> Typed {
    let text = |name: &str| fields.get(name).unwrap_or("").to_owned();
    let dismissing = fields.get("action") == Some("dismiss");
    Typed {
        action: text("action"),
        reason: if dismissing || fields.get("reason").is_none() { text("note") } else { text("reason") },
        reference: text("reference"),
        finding: text("finding"),
        dismiss: if dismissing { text("reason") } else { String::new() },
        duplicate_of: text("duplicate_of"),
        channel: text("channel"),
        wrong,
    }
}
