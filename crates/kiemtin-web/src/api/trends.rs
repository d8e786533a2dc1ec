//! `GET /api/v1/trends`: the same answer as `kiemtin trends --format json`, or its table as CSV or XLSX.

use super::audit::log_export;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::trends::{TREND_PARAMETERS, request, run, table};
use crate::view::trends::value_name;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kiemtin_deliver::formats::{Table, csv, xlsx};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Coverage over time.
pub async fn trends(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    params.only(TREND_PARAMETERS)?;
    let mut request = request(&params, &service, &asker.sight)?;
    let format = params.get("format").unwrap_or("json");
    if format != "json" {
        // A table has no words, sources and stories beside it.
        request.read = 0;
    }
    let group = request.by;
    match format {
        "json" => Ok(Json(run(&service, &request).await?).into_response()),
        "csv" => {
            let table = table(&run(&service, &request).await?, str::to_owned);
            log_export(&service, &asker, "trends", exported(&params, &table)).await?;
            csv_file("xu-huong.csv", &table)
        }
        "xlsx" => {
            let table = table(&run(&service, &request).await?, |value| value_name(group, value, &service.catalogue));
            log_export(&service, &asker, "trends", exported(&params, &table)).await?;
            let bytes = xlsx(&table).map_err(|error| Fault::ours("a sheet could not be written", &error))?;
            Ok(download("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xu-huong.xlsx", bytes))
        }
        other => Err(Fault::parameter("format", other, "json, csv hoặc xlsx")),
    }
}

fn exported(params: &Params, table: &Table) -> BTreeMap<String, String> {
    let asked =
        TREND_PARAMETERS.iter().map(|name| (*name, params.each(name).collect::<Vec<_>>().join(" | "))).filter(|(_, v)| !v.is_empty());
    asked.chain([("rows", table.rows.len().to_string())]).map(|(name, value)| (name.to_owned(), value)).collect()
}

/// A table as a file of CSV.
pub(super) fn csv_file(name: &str, table: &Table) -> Result<Response, Fault> {
    let mut bytes = vec![];
    csv(table, &mut bytes).map_err(|error| Fault::ours("a table could not be written", &error))?;
    Ok(download("text/csv; charset=utf-8", name, bytes))
}

pub(crate) fn download(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\""))], bytes).into_response()
}
