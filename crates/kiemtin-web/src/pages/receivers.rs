//! `/admin/receivers`, `/admin/receivers/{id}` and `/admin/notices`: who is told, what was sent, and what could not be.

use super::html;
use crate::api::receivers::{line, lines, number};
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Params;
use crate::receivers::{NewReceiver, add, enable, remove, settle, test};
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::receivers::{LetterPage, LogRow, MadePage, OnePage, ReceiverForm, ReceiversPage, Row};
use axum::extract::{Path, Request, State};
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use kiemtin_model::{DeliveryState, Level, QuietHours, ReceiverFilter, Schedule};
use kiemtin_store::DeliveryFilter;
use std::sync::Arc;

/// Lines of a log on one page.
const ON_PAGE: usize = 50;

/// All receivers, and a form for one more.
pub async fn page(State(service): State<Arc<Service>>) -> Result<Response, Fault> {
    shown(&service, StatusCode::OK, ReceiverForm::default(), None).await
}

async fn shown(service: &Service, status: StatusCode, form: ReceiverForm, wrong: Option<Fault>) -> Result<Response, Fault> {
    let rows = lines(service).await?.into_iter().map(|l| Row::new(&l, service.now())).collect();
    let page = ReceiversPage { chrome: Chrome::admin(service), rows, form, wrong: wrong.map(|f| f.detail) };
    Ok(html(status, &page))
}

/// Adds what stands in the form. A key that was made is shown this once.
pub async fn add_one(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    let fields = super::saved::fields(request).await?;
    let added = match asked(&fields) {
        Ok(asked) => add(&*service.store, &service.sender, asked, asker.by(service.now())).await.map_err(Fault::from),
        Err(fault) => Err(fault),
    };
    match added {
        Ok((receiver, Some(secret))) => {
            let page = MadePage {
                chrome: Chrome::admin(&service),
                name: receiver.name,
                secret: secret.reveal().to_owned(),
                page: format!("/admin/receivers/{}", receiver.id),
            };
            Ok(html(StatusCode::CREATED, &page))
        }
        Ok((receiver, None)) => Ok(to(&format!("/admin/receivers/{}", receiver.id))),
        Err(fault) if fault.status.is_client_error() => shown(&service, fault.status, ReceiverForm::typed(&fields), Some(fault)).await,
        Err(fault) => Err(fault),
    }
}

fn asked(fields: &Params) -> Result<NewReceiver, Fault> {
    let of = |name: &str| fields.get(name).unwrap_or("").to_owned();
    let list = |name: &str| fields.all(name).map(str::to_owned).collect::<Vec<_>>();
    let word = |name: &str, detail: String| Fault::parameter(name, fields.get(name).unwrap_or(""), &detail);
    let hour = |name: &str, default: usize| fields.number(name, default, 0, 23).map(|h| h as u8);
    let quiet = match (fields.get("quiet_from"), fields.get("quiet_to")) {
        (None, None) => None,
        _ => Some(QuietHours { from: hour("quiet_from", 0)?, to: hour("quiet_to", 0)? }),
    };
    let notices = fields.all("notices").map(|n| n.parse().map_err(|e| word("notices", e))).collect::<Result<Vec<_>, _>>()?;
    Ok(NewReceiver {
        name: of("name"),
        channel: of("channel"),
        target: of("target"),
        secret: of("secret"),
        filter: ReceiverFilter {
            units: list("filter_units"),
            topics: list("topics"),
            least: fields.get("least").map_or(Ok(Level::Alert), str::parse).map_err(|e| word("least", e))?,
            notices,
            reviewed: fields.get("reviewed").is_some(),
        },
        schedule: Schedule {
            pace: fields.get("pace").unwrap_or("each").parse().map_err(|e| word("pace", e))?,
            hour: hour("hour", 7)?,
            weekday: fields.number("weekday", 0, 0, 6)? as u8,
        },
        quiet,
        skip_if_empty: fields.get("skip_if_empty").is_some(),
        all_units: fields.get("all_units").is_some(),
        units: list("units"),
    })
}

/// One receiver with its log.
pub async fn one(State(service): State<Arc<Service>>, Path(id): Path<String>, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    params.only(&["cursor"])?;
    let line = line(&service, number(&id)?).await?;
    let filter = DeliveryFilter { receiver: Some(line.receiver.id), state: None };
    let log = service.store.deliveries(&filter, params.get("cursor"), ON_PAGE).await?;
    let page = OnePage {
        chrome: Chrome::admin(&service),
        row: Row::new(&line, service.now()),
        next: log.next_cursor.map(|c| format!("/admin/receivers/{}?cursor={c}", line.receiver.id)),
        log: log.items.into_iter().map(LogRow::new).collect(),
    };
    Ok(html(StatusCode::OK, &page))
}

/// Tests, switches or removes it.
pub async fn change(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    asker: Asker,
    request: Request,
) -> Result<Response, Fault> {
    let id = number(&id)?;
    let fields = super::saved::fields(request).await?;
    let (store, by) = (&*service.store, asker.by(service.now()));
    match fields.get("do").unwrap_or("") {
        "test" => test(store, id, by).await.map(drop)?,
        "enable" => enable(store, id, true, by).await?,
        "disable" => enable(store, id, false, by).await?,
        "remove" => {
            remove(store, id, by).await?;
            return Ok(to("/admin/receivers"));
        }
        other => return Err(Fault::parameter("do", other, "test, enable, disable hoặc remove")),
    }
    Ok(to(&format!("/admin/receivers/{id}")))
}

/// What could not be sent.
pub async fn letters(State(service): State<Arc<Service>>, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    params.only(&["cursor"])?;
    let filter = DeliveryFilter { receiver: None, state: Some(DeliveryState::Dead) };
    let dead = service.store.deliveries(&filter, params.get("cursor"), ON_PAGE).await?;
    let page = LetterPage {
        chrome: Chrome::admin(&service),
        next: dead.next_cursor.map(|c| format!("/admin/notices?cursor={c}")),
        rows: dead.items.into_iter().map(LogRow::new).collect(),
    };
    Ok(html(StatusCode::OK, &page))
}

/// Sends one of them again, or gives it up.
pub async fn settle_one(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    let fields = super::saved::fields(request).await?;
    let id = number(fields.get("id").unwrap_or(""))?;
    let again = match fields.get("do").unwrap_or("") {
        "again" => true,
        "give_up" => false,
        other => return Err(Fault::parameter("do", other, "again hoặc give_up")),
    };
    settle(&*service.store, id, again, asker.by(service.now())).await?;
    Ok(to("/admin/notices"))
}

fn to(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, address.to_owned())]).into_response()
}
