//! `/search`: Tìm kiếm.

use super::html;
use crate::api::search::run;
use crate::ask;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::found::{Form, Found, PAGE, SearchPage, Wrong};
use crate::view::saved::SaveForm;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use kiemtin_text::query::parse;
use std::sync::Arc;

/// The search. What the person typed stays in the form, whatever is wrong with it.
pub async fn page(State(service): State<Arc<Service>>, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let form = Form::new(&params, &service.catalogue);
    let asked = ["q", "from", "to", "source", "topic", "like"].iter().any(|name| params.get(name).is_some());
    let (wrong, found) = match found(&service, &params, asked).await {
        Ok(found) => (None, found),
        Err(wrong) => (Some(wrong?), None),
    };
    let save = if found.is_some() { SaveForm::of_search(&params)? } else { None };
    let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok(html(status, &SearchPage { chrome: Chrome::new("/search", &service), form, wrong, found, save }))
}

/// The hits; or what the person can mend; or what only we can.
async fn found(service: &Service, params: &Params, asked: bool) -> Result<Option<Found>, Result<Wrong, Fault>> {
    if !asked {
        return Ok(None);
    }
    let q = params.get("q");
    let query = q.map(parse).transpose().map_err(|e| Ok(Wrong::query(q.unwrap_or(""), &e, params)))?;
    let request = ask::search(&params.without("limit"), query, PAGE, service.now()).map_err(mendable)?;
    let offset = request.offset;
    let page = run(service, params, request).await.map_err(mendable)?;
    Ok(Some(Found::new(page, params, offset, &service.catalogue)))
}

fn mendable(fault: Fault) -> Result<Wrong, Fault> {
    if fault.status == StatusCode::BAD_REQUEST { Ok(Wrong { reason: fault.detail, shown: None, proposal: None }) } else { Err(fault) }
}
