//! `/saved` and `/saved/{id}`: Tìm kiếm đã lưu.
//!
//! Forms post here without any script. A post counts only with a session, whose cookie other sites cannot make a browser send,
//! and from a page of ours, as far as the browser says ([`crate::gate`]).

use super::html;
use crate::api::saved::{forget, keep, line, lines, read_body};
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Fields;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::saved::{RemovePage, Row, SaveForm, SavedPage};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use kiemtin_model::Notify;
use std::sync::Arc;

/// All saved searches, and a form for one more.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker) -> Result<Response, Fault> {
    shown(&service, &asker, StatusCode::OK, SaveForm::default(), None).await
}

async fn shown(service: &Service, asker: &Asker, status: StatusCode, mut form: SaveForm, wrong: Option<Fault>) -> Result<Response, Fault> {
    let rows = lines(service, &asker.sight).await?.into_iter().map(|l| Row::new(l, service.now())).collect();
    let own = service.catalogue.units().into_iter().filter(|unit| asker.sight.sees(true, &[(*unit).to_owned()]));
    form.units = own.map(str::to_owned).collect();
    let page = SavedPage { chrome: Chrome::new("/saved", service, asker), rows, form, wrong: wrong.map(|f| f.detail) };
    Ok(html(status, &page))
}

/// Saves what stands in the form. What is wrong with it is said beside it, and what was typed stays.
pub async fn add(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    let fields = fields(request).await?;
    let of = |name: &str| fields.get(name).unwrap_or("");
    let notify = of("notify").parse().unwrap_or(Notify::None);
    match keep(&service, &asker, (of("name"), of("query")), fields.get("unit"), notify).await {
        Ok(_) => Ok((StatusCode::SEE_OTHER, [(LOCATION, "/saved")]).into_response()),
        Err(fault) if fault.status.is_client_error() => {
            let form = SaveForm { unit: of("unit").to_owned(), ..SaveForm::new(of("name"), of("query"), notify) };
            shown(&service, &asker, fault.status, form, Some(fault)).await
        }
        Err(fault) => Err(fault),
    }
}

/// One saved search, to be looked at once more before it is removed.
pub async fn one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Response, Fault> {
    let row = Row::new(line(&service, &asker.sight, &id).await?, service.now());
    Ok(html(StatusCode::OK, &RemovePage { chrome: Chrome::new("/saved", &service, &asker), row }))
}

/// Removes it.
pub async fn drop_one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Response, Fault> {
    forget(&service, &asker, &id).await?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, "/saved")]).into_response())
}

/// The fields of a posted form, which are written as in the query of an address.
pub(crate) async fn fields(request: Request) -> Result<Fields, Fault> {
    let body = String::from_utf8(read_body(request.into_body()).await?);
    body.ok().and_then(|b| Fields::read(&b)).ok_or_else(|| Fault::body("Biểu mẫu gửi lên không đọc được."))?
}
