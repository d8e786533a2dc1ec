//! `/api/v1/users` and `/api/v1/tokens`: who may come in, for those who run the service.

use super::saved::read_body;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::staff;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use kiemtin_model::{Right, StaffRole};
use kiemtin_store::Page;
use kiemtin_store::staff::change::{self, Change, NewUser};
use kiemtin_store::staff::{Token, User};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToAdd {
    name: String,
    role: StaffRole,
    #[serde(default)]
    display: String,
    units: Option<Vec<String>>,
    #[serde(default)]
    all_units: bool,
    #[serde(default)]
    email: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ToChange {
    display: Option<String>,
    role: Option<StaffRole>,
    units: Option<Vec<String>>,
    #[serde(default)]
    all_units: bool,
    email: Option<String>,
    disabled: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenToAdd {
    user: i64,
    name: String,
    rights: Vec<Right>,
    days: u32,
}

/// A new user.
#[derive(Serialize)]
pub struct Added {
    #[serde(flatten)]
    user: User,
    /// Path of the one-time link.
    sign_in: String,
}

/// A new token.
#[derive(Serialize)]
pub struct AddedToken {
    #[serde(flatten)]
    token: Token,
    /// To be sent as `Authorization: Bearer`; told this once.
    secret: String,
}

/// Reads a body of JSON.
pub(crate) async fn json<T: DeserializeOwned>(request: Request, expected: &str) -> Result<T, Fault> {
    let (head, body) = request.into_parts();
    if !head.headers.get(CONTENT_TYPE).is_some_and(|v| v.as_bytes().starts_with(b"application/json")) {
        return Err(Fault::body("Cần tiêu đề «Content-Type: application/json»."));
    }
    serde_json::from_slice(&read_body(body).await?).map_err(|e| Fault::body(format!("Cần {expected}: {e}.")))
}

/// All users.
pub async fn list(State(service): State<Arc<Service>>, uri: Uri) -> Result<Json<Page<User>>, Fault> {
    Params::read(&uri)?.only(&[])?;
    Ok(Json(Page { items: service.store.users().await?, next_cursor: None }))
}

/// One user.
pub async fn one(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Result<Json<User>, Fault> {
    Ok(Json(staff::user(&service, &id).await?))
}

/// Which units are meant; both at once is a contradiction.
fn units(units: Option<Vec<String>>, all: bool) -> Result<Option<Option<Vec<String>>>, Fault> {
    match (units, all) {
        (Some(_), true) => Err(Fault::body("«units» và «all_units» không dùng cùng lúc.")),
        (Some(units), false) => Ok(Some(Some(units))),
        (None, true) => Ok(Some(None)),
        (None, false) => Ok(None),
    }
}

/// Adds a user.
pub async fn add(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    let words = "{\"name\", \"role\": \"reader|analyst|reviewer|admin\", \"display\", \"units\": […] hoặc \"all_units\": true, \"email\"}";
    let asked: ToAdd = json(request, words).await?;
    // Nothing said: no restricted item at all.
    let units = units(asked.units, asked.all_units)?.unwrap_or(Some(vec![]));
    let new = NewUser { name: asked.name, display: asked.display, role: asked.role, units, email: asked.email };
    let (user, sign_in) = staff::add(&service, &asker, new).await?;
    let location = format!("/api/v1/users/{}", user.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(Added { user, sign_in })).into_response())
}

/// Changes a user.
pub async fn change(
    State(service): State<Arc<Service>>,
    asker: Asker,
    Path(id): Path<String>,
    request: Request,
) -> Result<Json<User>, Fault> {
    let user = staff::user(&service, &id).await?;
    let words = "{\"display\", \"role\", \"units\": […] hoặc \"all_units\": true, \"email\", \"disabled\": true|false}";
    let asked: ToChange = json(request, words).await?;
    let units = match units(asked.units, asked.all_units)? {
        Some(units) => Some(staff::known_units(&service, units)?),
        None => None,
    };
    let change = Change { display: asked.display, role: asked.role, units, email: asked.email, disabled: asked.disabled };
    Ok(Json(change::change_user(&*service.store, user.id, change, staff::by(&service, &asker)).await.map_err(staff::fault)?))
}

/// All tokens, the latest made first.
pub async fn tokens(State(service): State<Arc<Service>>, uri: Uri) -> Result<Json<Page<Token>>, Fault> {
    Params::read(&uri)?.only(&[])?;
    Ok(Json(Page { items: service.store.tokens(None, staff::MOST_LISTED).await?, next_cursor: None }))
}

/// Makes a token for a user.
pub async fn add_token(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    let asked: TokenToAdd = json(request, "{\"user\": số, \"name\", \"rights\": [\"read\", …], \"days\": số}").await?;
    let (token, secret) = staff::add_token(&service, &asker, (asked.user, &asked.name), asked.rights, asked.days).await?;
    Ok((StatusCode::CREATED, Json(AddedToken { token, secret })).into_response())
}

/// Takes a token back.
pub async fn revoke(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<StatusCode, Fault> {
    let id = id.parse().map_err(|_| Fault::not_found("mã truy cập này"))?;
    change::revoke_token(&*service.store, id, None, staff::by(&service, &asker)).await.map_err(staff::fault)?;
    Ok(StatusCode::NO_CONTENT)
}
