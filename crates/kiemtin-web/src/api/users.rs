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
use kiemtin_store::staff::change::{self, Change, LONGEST_EMAIL, LONGEST_NAME, MOST_DAYS, NewUser};
use kiemtin_store::staff::{Token, User};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A user who is to be added.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewUser")]
pub(super) struct ToAdd {
    /// Sign-in name; no other user may have it, whatever its capital letters.
    #[schemars(length(min = 2, max = LONGEST_NAME))]
    name: String,
    /// What they are here for.
    role: StaffRole,
    /// What people call them; empty: as the sign-in name.
    #[serde(default)]
    #[schemars(length(max = LONGEST_NAME))]
    display: String,
    /// Units whose restricted items they see; without `units` and `all_units`: none.
    units: Option<Vec<String>>,
    /// They see the restricted items of all units.
    #[serde(default)]
    all_units: bool,
    /// Address for their own mail.
    #[serde(default)]
    #[schemars(length(max = LONGEST_EMAIL))]
    email: String,
}

/// What is to be changed of a user; what is left out or null stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "UserChange")]
pub(super) struct ToChange {
    /// What people call them.
    #[schemars(length(max = LONGEST_NAME))]
    display: Option<String>,
    /// What they are here for.
    role: Option<StaffRole>,
    /// Units whose restricted items they see.
    units: Option<Vec<String>>,
    /// They see the restricted items of all units.
    #[serde(default)]
    all_units: bool,
    /// Address for their own mail.
    #[schemars(length(max = LONGEST_EMAIL))]
    email: Option<String>,
    /// They may not come in any more.
    disabled: Option<bool>,
}

/// A token that is to be made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewToken")]
pub(super) struct TokenToAdd {
    /// Id of its owner.
    user: i64,
    /// What its owner calls it.
    #[schemars(length(min = 1, max = LONGEST_NAME))]
    name: String,
    /// What it may do at most; never more than its owner may.
    #[schemars(length(min = 1))]
    rights: Vec<Right>,
    /// How long it works.
    #[schemars(range(min = 1, max = MOST_DAYS))]
    days: u32,
}

/// A new user.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AddedUser")]
pub struct Added {
    #[serde(flatten)]
    user: User,
    /// Path of the one-time link, told this once.
    sign_in: String,
}

/// A new token.
#[derive(Serialize, JsonSchema)]
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
