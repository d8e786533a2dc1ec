//! `GET /api/v1/exports/{period}.{format}`: the report of a period as a file; `/api/v1/reports`: those that were made.

use super::trends::download;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Params;
use crate::report::asked::{self, Wanted};
use crate::service::Service;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use kiemtin_deliver::formats::report::{FORMATS, ReportFormat, file_name, format};
use kiemtin_model::report::Report;
use kiemtin_model::{AuditAction, AuditEntry, Lang};
use kiemtin_store::{KeptReport, Page};
use std::sync::Arc;

/// Reports on one page when the asker does not say.
const DEFAULT_LIMIT: usize = 50;

/// The report of a period, counted now. It is kept, and who got it is logged.
pub async fn export(State(service): State<Arc<Service>>, asker: Asker, Path(file): Path<String>, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    params.only(&["unit", "topic", "policy", "lang"])?;
    let (period, format) = named(&file, "2026-W47.xlsx")?;
    let lang = language(&params)?;
    let period = asked::period(period)?;
    let wanted = Wanted { period, scope: asked::scope(&service, &params)? };
    let report = asked::make(&service, &wanted).await?;
    given(&service, &asker, report, (format, lang)).await
}

/// Reports that were made, the last one first.
pub async fn list(State(service): State<Arc<Service>>, uri: Uri) -> Result<Json<Page<KeptReport>>, Fault> {
    let params = Params::read(&uri)?;
    params.only(&["cursor", "limit"])?;
    let limit = params.number("limit", DEFAULT_LIMIT, 1, 200)?;
    Ok(Json(service.store.reports(params.get("cursor"), limit).await?))
}

/// One of them again, in a format: as it was when it was made.
pub async fn again(State(service): State<Arc<Service>>, asker: Asker, Path(file): Path<String>, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    params.only(&["lang"])?;
    let (id, format) = named(&file, "7.xlsx")?;
    let lang = language(&params)?;
    let id: i64 = id.parse().map_err(|_| Fault::not_found("báo cáo này"))?;
    let (_, report) = service.store.report(id).await?.ok_or_else(|| Fault::not_found("báo cáo này"))?;
    given(&service, &asker, report, (format, lang)).await
}

/// The language of the file; Vietnamese where none is asked for.
fn language(params: &Params) -> Result<Lang, Fault> {
    let word = params.get("lang").unwrap_or(Lang::Vi.as_str());
    word.parse().map_err(|_| Fault::parameter("lang", word, "vi hoặc en"))
}

fn named<'f>(file: &'f str, example: &str) -> Result<(&'f str, &'static ReportFormat), Fault> {
    let known = || format!("tên tệp như {example}; các định dạng: {}", FORMATS.iter().map(|f| f.name).collect::<Vec<_>>().join(", "));
    let (name, end) = file.rsplit_once('.').ok_or_else(|| Fault::parameter("file", file, &known()))?;
    Ok((name, format(end).ok_or_else(|| Fault::parameter("format", end, &known()))?))
}

/// The file, once it is kept and logged that somebody gets it.
async fn given(service: &Service, asker: &Asker, report: Report, (format, lang): (&'static ReportFormat, Lang)) -> Result<Response, Fault> {
    let head = service.letterhead.clone();
    let name = file_name(&report, lang, format.name);
    // Hundreds of rows become a file: not on a thread that answers others.
    let made = tokio::task::spawn_blocking(move || format.bytes(&report, &head, lang).map(|bytes| (report, bytes))).await;
    let made = made.map_err(|error| Fault::ours("a report's file could not be made", &error))?;
    let (report, bytes) = made.map_err(|error| Fault::ours("a report could not be written", &error))?;
    let at = service.now();
    let mut batch = service.store.begin().await?;
    let id = batch.keep_report(&report, at).await?;
    let (period, scope) = (report.period.to_string(), report.scope.key());
    let detail = [("format", format.name.to_owned()), ("lang", lang.to_string()), ("period", period), ("scope", scope)];
    let detail = detail.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let entry = AuditEntry { at, actor: asker.actor.clone(), action: AuditAction::Export, object: format!("reports/{id}"), detail };
    batch.put_audit(&entry).await?;
    batch.commit().await?;
    Ok(download(format.media_type, &name, bytes))
}
