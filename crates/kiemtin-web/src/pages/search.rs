//! `/search`: Tìm kiếm.

use super::html;
use crate::api::search::run;
use crate::ask;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::trends::{request, run as run_trends};
use crate::view::chrome::Chrome;
use crate::view::found::{Form, Found, PAGE, SearchPage, Wrong};
use crate::view::lines::Lines;
use crate::view::saved::SaveForm;
use crate::view::trends::{of_search, small};
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use kiemtin_store::coverage::CoverageRequest;
use kiemtin_text::query::parse;
use std::sync::Arc;

/// The search. What the person typed stays in the form, whatever is wrong with it.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let form = Form::new(&params, &service.catalogue);
    let asked = ["q", "from", "to", "source", "topic", "like"].iter().any(|name| params.get(name).is_some());
    let (wrong, found) = match found(&service, &asker, &params, asked).await {
        Ok(found) => (None, found),
        Err(wrong) => (Some(wrong?), None),
    };
    let save = if found.is_some() { SaveForm::of_search(&params)? } else { None };
    let trend = if found.as_ref().is_some_and(|found| !found.none) { trend(&service, &asker, &params).await } else { None };
    let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok(html(status, &SearchPage { chrome: Chrome::new("/search", &service, &asker), form, wrong, found, save, trend }))
}

/// A small chart of the same search, and the address of its trends. A chart that cannot be made is left out: the hits are there.
async fn trend(service: &Service, asker: &Asker, params: &Params) -> Option<(Option<Lines>, String)> {
    let (address, asked) = of_search(params)?;
    let request = request(&asked, service, &asker.sight).map(|request| CoverageRequest { previous: false, read: 0, ..request });
    let counted = match request {
        Ok(request) => run_trends(service, &request).await,
        Err(fault) => Err(fault),
    };
    match counted {
        Ok(coverage) => Some((small(&coverage), address)),
        Err(fault) => {
            tracing::debug!(reason = %fault.detail, "no chart of a search");
            Some((None, address))
        }
    }
}

/// The hits; or what the person can mend; or what only we can.
async fn found(service: &Service, asker: &Asker, params: &Params, asked: bool) -> Result<Option<Found>, Result<Wrong, Fault>> {
    if !asked {
        return Ok(None);
    }
    let q = params.get("q");
    let query = q.map(parse).transpose().map_err(|e| Ok(Wrong::query(q.unwrap_or(""), &e, params)))?;
    let request = ask::search(&params.without("limit"), query, PAGE, service.now()).map_err(mendable)?;
    let offset = request.offset;
    let page = run(service, &asker.sight, params, request).await.map_err(mendable)?;
    Ok(Some(Found::new(page, params, offset, &service.catalogue)))
}

fn mendable(fault: Fault) -> Result<Wrong, Fault> {
    if fault.status == StatusCode::BAD_REQUEST { Ok(Wrong { reason: fault.detail, shown: None, proposal: None }) } else { Err(fault) }
}
