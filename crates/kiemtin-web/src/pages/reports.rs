//! `/reports`: Báo cáo.

use super::html;
use crate::asker::Asker;
use crate::english;
use crate::fault::Fault;
use crate::params::Params;
use crate::report::asked::{self, Wanted};
use crate::service::Service;
use crate::view::reports::{Download, ReportsPage};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use kiemtin_model::period::PeriodLength;
use kiemtin_model::{AuditAction, Lang};
use kiemtin_store::AuditFilter;
use std::sync::Arc;

/// Reports of the archive on one page.
const KEPT: usize = 20;
/// Latest downloads that are looked at for these.
const DOWNLOADS: usize = 500;

/// A report, and those that were made.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, headers: HeaderMap, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let period = match params.get("period") {
        Some(word) => asked::period(word)?,
        None => PeriodLength::Weekly.of(service.now()).before(),
    };
    // One field of the form stands for one of three parameters.
    let scope = match params.get("of").and_then(|of| of.split_once(':')) {
        Some((kind, id)) => asked::scope(&service, &Params::of(&[(kind, id)]))?,
        None => asked::scope(&service, &params)?,
    };
    let lang = if english::wanted(&headers) { Lang::En } else { Lang::Vi };
    let wanted = Wanted { period, scope };
    let report = asked::make(&service, &wanted).await?;
    let kept = service.store.reports(params.get("cursor"), KEPT).await?;
    let filter = AuditFilter { action: Some(AuditAction::Export), object: Some("reports/".to_owned()), ..AuditFilter::default() };
    let log = if kept.items.is_empty() { vec![] } else { service.store.audit(&filter, None, DOWNLOADS).await?.items };
    let downloads: Vec<Download> = log.into_iter().filter_map(Download::of).collect();
    Ok(html(StatusCode::OK, &ReportsPage::new((&service, &asker, lang), &report, kept, &downloads)?))
}
