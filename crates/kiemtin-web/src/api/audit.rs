//! `GET /api/v1/audit`: what was done, by whom, as JSON or CSV.

use super::trends::csv_file;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use kiemtin_deliver::formats::{Cell, Column, Table};
use kiemtin_model::{Actor, AuditAction, AuditEntry, Time};
use kiemtin_store::{AuditCheck, AuditFilter, AuditRecord, Page};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names of the parameters.
pub const AUDIT_PARAMETERS: &[&str] = &["action", "actor", "object", "from", "to", "cursor", "limit", "format"];
/// Entries of one page, when nothing is said.
const LIMIT: usize = 50;
/// Most entries of one page.
const MOST: usize = 200;
/// Most entries of one file; who needs more narrows the days.
const MOST_IN_FILE: usize = 20_000;

/// An entry of the log. One that was changed and cannot be read has number and hash only.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditEntry")]
pub struct AuditLine {
    /// Its number, from 1, without gaps.
    pub number: i64,
    /// SHA-256 over the hash before and this entry, hexadecimal.
    pub hash: String,
    /// When; none, like everything that follows, when the entry was changed and cannot be read.
    pub at: Option<Time>,
    /// Who.
    pub actor: Option<Actor>,
    /// What.
    pub action: Option<AuditAction>,
    /// To what.
    pub object: Option<String>,
    /// More, by name.
    pub detail: Option<BTreeMap<String, String>>,
}

/// The answer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "AuditPage")]
pub struct AuditLines {
    /// Newest first.
    pub items: Vec<AuditLine>,
    /// Pass back to get the next page.
    pub next_cursor: Option<String>,
    /// What the last check of the chain found; none before the first.
    pub check: Option<AuditCheck>,
}

impl From<AuditRecord> for AuditLine {
    fn from(AuditRecord { number, hash, entry }: AuditRecord) -> Self {
        let Some(AuditEntry { at, actor, action, object, detail }) = entry else {
            return Self { number, hash, at: None, actor: None, action: None, object: None, detail: None };
        };
        Self { number, hash, at: Some(at), actor: Some(actor), action: Some(action), object: Some(object), detail: Some(detail) }
    }
}

/// Entries of the log. Looking at them is not logged, taking them away as a file is.
pub async fn list(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    params.only(AUDIT_PARAMETERS)?;
    let limit = params.number("limit", LIMIT, 1, MOST)?;
    match params.get("format").unwrap_or("json") {
        "json" => {
            let page = page(&service, &params).await?;
            let items = page.items.into_iter().map(AuditLine::from).collect();
            let check = service.store.last_audit_check().await?;
            Ok(Json(AuditLines { items, next_cursor: page.next_cursor, check }).into_response())
        }
        "csv" => {
            let most = if params.get("limit").is_some() { limit } else { MOST_IN_FILE };
            let table = table(whole(&service, &params, most).await?);
            let asked = AUDIT_PARAMETERS.iter().filter_map(|name| Some(((*name).to_owned(), params.get(name)?.to_owned())));
            let detail = asked.chain([("rows".to_owned(), table.rows.len().to_string())]).collect();
            log_export(&service, &asker, "audit", detail).await?;
            csv_file("nhat-ky.csv", &table)
        }
        other => Err(Fault::parameter("format", other, "json hoặc csv")),
    }
}

/// Logs that figures or documents leave as a file: before they do, or they do not.
pub(crate) async fn log_export(service: &Service, asker: &Asker, object: &str, detail: BTreeMap<String, String>) -> Result<(), Fault> {
    let actor = asker.actor.clone();
    let entry = AuditEntry { at: service.now(), actor, action: AuditAction::Export, object: object.to_owned(), detail };
    Ok(service.store.put_audit(&[entry]).await?)
}

/// The page of the log that an address asks for.
pub(crate) async fn page(service: &Service, params: &Params) -> Result<Page<AuditRecord>, Fault> {
    let limit = params.number("limit", LIMIT, 1, MOST)?;
    Ok(service.store.audit(&filter(params)?, params.get("cursor"), limit).await?)
}

async fn whole(service: &Service, params: &Params, most: usize) -> Result<Vec<AuditRecord>, Fault> {
    let filter = filter(params)?;
    let (mut all, mut cursor) = (vec![], params.get("cursor").map(str::to_owned));
    loop {
        let page = service.store.audit(&filter, cursor.as_deref(), most - all.len()).await?;
        all.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() || all.len() >= most {
            return Ok(all);
        }
    }
}

fn filter(params: &Params) -> Result<AuditFilter, Fault> {
    let words = || AuditAction::ALL.iter().map(|a| a.as_str()).collect::<Vec<_>>().join(", ");
    let action = params.get("action").map(|word| word.parse().map_err(|_| Fault::parameter("action", word, &words())));
    let own = |name| params.get(name).map(str::to_owned);
    let (from, to) = (params.time("from", false)?, params.time("to", true)?);
    Ok(AuditFilter { action: action.transpose()?, actor: own("actor"), object: own("object"), from, to })
}

fn table(records: Vec<AuditRecord>) -> Table {
    let column = |key, head| Column { key, head };
    let columns = vec![
        column("number", "Số"),
        column("at", "Thời điểm"),
        column("actor_kind", "Cách"),
        column("actor", "Người"),
        column("token", "Mã truy cập"),
        column("action", "Việc"),
        column("object", "Đối tượng"),
        column("detail", "Chi tiết"),
        column("hash", "Mã băm"),
    ];
    let row = |AuditRecord { number, hash, entry }: AuditRecord| {
        let text = |text: String| if text.is_empty() { Cell::Empty } else { Cell::Text(text) };
        let mut row = vec![Cell::Count(number.max(0) as u64)];
        match entry {
            Some(AuditEntry { at, actor, action, object, detail }) => {
                let detail = serde_json::json!(detail).to_string();
                let words = [at.to_string(), actor.kind.to_string(), actor.name, actor.token, action.to_string(), object, detail];
                row.extend(words.into_iter().map(text));
            }
            None => row.extend(vec![Cell::Empty; 7]),
        }
        row.push(text(hash));
        row
    };
    Table { title: "Nhật ký".into(), columns, rows: records.into_iter().map(row).collect() }
}
