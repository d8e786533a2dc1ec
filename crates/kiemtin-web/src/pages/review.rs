//! `/review` and `/review/{id}`: Rà soát.

use super::html;
use super::saved::fields;
use crate::api::review::{ALERTS, pending};
use crate::asker::Asker;
use crate::briefing::AlertItem;
use crate::desk::if_match;
use crate::fault::Fault;
use crate::params::{Fields, Params};
use crate::review::{self, ReviewItem, filter};
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::review::{ItemPage, ItemView, PAGE, Pending, ReviewPage, WeekRow, overall, states, week_name};
use crate::view::words::address;
use axum::extract::{Path, Request, State};
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use kiemtin_model::{Document, Right};
use kiemtin_store::desk::act::name_of;
use kiemtin_store::review::answer::Said;
use std::sync::Arc;

/// What waits for a reviewer.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let (wanted, cursor) = (filter(&params)?, params.get("cursor"));
    let listed = service.store.sample_items(wanted, cursor, PAGE).await?;
    let (weeks, all) = review::weeks(&service).await?;
    let alerts = service.store.alerts(&pending(&asker), None, ALERTS).await?.items;
    let (catalogue, now, name) = (&service.catalogue, service.now(), name_of(&asker.actor));
    let at = |cursor: &str| {
        let of = |name: &str| params.get(name).unwrap_or("").to_owned();
        address("/review", &[("week", &of("week")), ("state", &of("state")), ("cursor", cursor)])
    };
    let page = ReviewPage {
        chrome: Chrome::new("/review", &service, &asker),
        pending: alerts.into_iter().map(|a| Pending::new(AlertItem::from(a), &name, catalogue, now)).collect(),
        overall: overall(&all),
        none_drawn: weeks.is_empty(),
        weeks: weeks.iter().map(WeekRow::new).collect(),
        states: states(&params),
        week: week_name(wanted.week),
        items: listed.items.into_iter().map(|item| ItemView::new(&ReviewItem::new(item, catalogue), catalogue)).collect(),
        may_answer: asker.may(Right::Review),
        next: listed.next_cursor.map(|c| at(&c)),
        first: cursor.map(|_| at("")),
    };
    Ok(html(StatusCode::OK, &page))
}

/// One document of a sample, whole.
pub async fn one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Response, Fault> {
    shown(&service, &asker, &id, None).await
}

async fn shown(service: &Service, asker: &Asker, id: &str, wrong: Option<&Fault>) -> Result<Response, Fault> {
    let item = review::read(service, id).await?;
    let paragraphs = paragraphs(&item.document.assessed.document);
    let page = ItemPage {
        chrome: Chrome::new("/review", service, asker),
        item: ItemView::new(&ReviewItem::new(item, &service.catalogue), &service.catalogue),
        paragraphs,
        wrong: wrong.map(|fault| fault.detail.clone()),
        may_answer: asker.may(Right::Review),
    };
    Ok(html(wrong.map_or(StatusCode::OK, |fault| fault.status), &page))
}

/// What may be shown of a text, as on the document's own page.
fn paragraphs(document: &Document) -> Vec<String> {
    let withheld = document.restrictions.no_snippet || document.restrictions.no_archive;
    let text = if withheld { "" } else { document.text.as_str() };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Keeps an answer. What is wrong with it is said beside the document, as it is now.
pub async fn answer(
    State(service): State<Arc<Service>>,
    asker: Asker,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Fault> {
    let fields = fields(request).await?;
    match kept(&service, &asker, &id, &fields).await {
        Ok(()) => Ok((StatusCode::SEE_OTHER, [(LOCATION, "/review")]).into_response()),
        Err(fault) if fault.status.is_client_error() && fault.status != StatusCode::NOT_FOUND => {
            shown(&service, &asker, &id, Some(&fault)).await
        }
        Err(fault) => Err(fault),
    }
}

async fn kept(service: &Service, asker: &Asker, id: &str, fields: &Fields) -> Result<(), Fault> {
    let word = |name: &str| fields.get(name).unwrap_or("");
    let answer = word("answer").parse().map_err(|_| Fault::parameter("answer", word("answer"), "no_flag hoặc missed"))?;
    let kind = fields.get("kind").map(|kind| kind.parse().map_err(|_| Fault::parameter("kind", kind, "một loại cờ"))).transpose()?;
    // The form has one list of kinds for both answers.
    let kind = kind.filter(|_| answer == kiemtin_model::ReviewAnswer::Missed);
    let said = Said { answer, kind, note: word("note").to_owned() };
    review::keep(service, asker, id, said, if_match(fields.get("revision"))?).await.map(drop)
}
