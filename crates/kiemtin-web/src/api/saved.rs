//! `/api/v1/saved-searches`: searches under a name, with what they match and when somebody is told.

use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use axum::Json;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{Notify, SavedSearch, Sight, Time};
use kiemtin_store::saved::{LONGEST_NAME, RemoveError, SaveError, SavedFigures, SavedState, remove, save_for};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Largest body in bytes: a query of 8 KB, escaped.
pub const MAX_BODY: usize = 64 * 1024;

/// A saved search.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "SavedSearch")]
pub struct SavedLine {
    /// The search.
    #[serde(flatten)]
    pub search: SavedSearch,
    /// Documents that match.
    pub matches: u64,
    /// Those that were taken in in the last seven days.
    pub matches_7_days: u64,
    /// When the newest one was taken in.
    pub newest_match: Option<Time>,
    /// Everything that was there before has been compared with it.
    pub complete: bool,
    /// Part of what was there before that has been, 0 to 1.
    #[schemars(range(min = 0, max = 1))]
    pub compared: f64,
}

/// The answer.
#[derive(Debug, Serialize)]
pub struct SavedLines {
    /// Every saved search, first saved first.
    pub items: Vec<SavedLine>,
    /// There are no more than fit on one page.
    pub next_cursor: Option<String>,
}

/// A search that is to be saved.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewSavedSearch")]
pub(super) struct ToSave {
    /// What people call it; no other saved search may have this name, whatever its capital letters.
    #[schemars(length(min = 1, max = LONGEST_NAME))]
    name: String,
    /// As for the search; `search:"name"` stands for another saved search.
    query: String,
    /// When somebody is told.
    #[serde(default = "never")]
    notify: Notify,
    /// Unit whose people alone see it, one that the asker sees; none: everybody.
    #[serde(default)]
    unit: Option<String>,
}

fn never() -> Notify {
    Notify::None
}

/// All saved searches.
pub async fn list(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Json<SavedLines>, Fault> {
    Params::read(&uri)?.only(&[])?;
    Ok(Json(SavedLines { items: lines(&service, &asker.sight).await?, next_cursor: None }))
}

/// One saved search.
pub async fn one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Json<SavedLine>, Fault> {
    Ok(Json(line(&service, &asker.sight, &id).await?))
}

/// Saves a search.
pub async fn add(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    let (head, body) = request.into_parts();
    let json = |headers: &HeaderMap| headers.get(CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"application/json"));
    if !json(&head.headers) {
        return Err(Fault::body("Cần tiêu đề «Content-Type: application/json»."));
    }
    let asked: ToSave = serde_json::from_slice(&read_body(body).await?)
        .map_err(|e| Fault::body(format!("Cần {{\"name\", \"query\", \"notify\": \"none|each|hourly|daily|weekly\", \"unit\"}}: {e}.")))?;
    let search = keep(&service, &asker, (&asked.name, &asked.query), asked.unit.as_deref(), asked.notify).await?;
    let id = search.id.to_string();
    let location = format!("/api/v1/saved-searches/{id}");
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(line(&service, &asker.sight, &id).await?)).into_response())
}

/// Removes a saved search.
pub async fn drop_one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<StatusCode, Fault> {
    forget(&service, &asker, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) async fn read_body(body: Body) -> Result<Vec<u8>, Fault> {
    let body = to_bytes(body, MAX_BODY).await;
    body.map(|bytes| bytes.to_vec()).map_err(|error| Fault::cut_body(&error, MAX_BODY))
}

/// The saved searches that are seen.
pub(crate) async fn lines(service: &Service, sight: &Sight) -> Result<Vec<SavedLine>, Fault> {
    let week = service.now().plus(-7 * DAY_MS);
    let (all, figures) = tokio::try_join!(service.store.saved_searches(), service.store.saved_figures(week))?;
    let line = |state: SavedState| {
        let SavedFigures { recent, newest } = figures.get(&state.search.id).copied().unwrap_or_default();
        SavedLine {
            matches: state.matches,
            matches_7_days: recent,
            newest_match: newest,
            complete: state.walk.complete_at.is_some(),
            compared: state.walk.share(),
            search: state.search,
        }
    };
    Ok(all.into_iter().filter(|state| state.search.is_seen(sight)).map(line).collect())
}

pub(crate) async fn line(service: &Service, sight: &Sight, id: &str) -> Result<SavedLine, Fault> {
    lines(service, sight).await?.into_iter().find(|l| l.search.id.to_string() == id).ok_or_else(missing)
}

/// Saves a search; for a unit only by somebody who sees what belongs to it.
pub(crate) async fn keep(
    service: &Service,
    asker: &Asker,
    asked: (&str, &str),
    unit: Option<&str>,
    notify: Notify,
) -> Result<SavedSearch, Fault> {
    let unit = unit.filter(|unit| !unit.is_empty());
    if let Some(unit) = unit {
        let known = service.catalogue.units();
        let own: Vec<&str> = known.into_iter().filter(|u| asker.sight.sees(true, &[(*u).to_owned()])).collect();
        if !own.contains(&unit) {
            return Err(Fault::parameter("unit", unit, &format!("bỏ trống, hoặc một trong: {}", own.join("; "))));
        }
    }
    let saved = save_for(&*service.store, &service.lexicon, asked, unit, notify, service.now(), &asker.actor).await;
    saved.map_err(|error| match error {
        SaveError::Query(error) => Fault::query(&error),
        SaveError::Saved(_) | SaveError::OnlyExcludes => Fault::unanswerable(error.to_string()),
        SaveError::Name => Fault::parameter("name", asked.0, &error.to_string()),
        // Of a search that is not seen, nothing but that its name is taken.
        SaveError::OtherUnit(_) if asker.sight != Sight::All => {
            Fault::unanswerable("câu tìm dùng một tìm kiếm đã lưu mà bạn không dùng được ở đây".into())
        }
        SaveError::Taken(_) if asker.sight != Sight::All => Fault::conflict(format!("đã có tìm kiếm tên «{}»", asked.0)),
        SaveError::Taken(_) | SaveError::Full | SaveError::OtherUnit(_) => Fault::conflict(error.to_string()),
        SaveError::Store(error) => error.into(),
    })
}

pub(crate) async fn forget(service: &Service, asker: &Asker, id: &str) -> Result<(), Fault> {
    let id = line(service, &asker.sight, id).await?.search.id;
    remove(&*service.store, id, service.now(), &asker.actor).await.map_err(|error| match error {
        RemoveError::Unknown => missing(),
        RemoveError::Named(_) if asker.sight != Sight::All => {
            Fault::conflict("một tìm kiếm khác đang dùng tìm kiếm này; hãy xóa tìm kiếm đó trước")
        }
        RemoveError::Named(_) => Fault::conflict(error.to_string()),
        RemoveError::Store(error) => error.into(),
    })
}

fn missing() -> Fault {
    Fault::not_found("tìm kiếm đã lưu này")
}
