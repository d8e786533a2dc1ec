//! `/admin`, `/admin/users`, `/admin/users/{id}`, `/admin/tokens`: Quản trị.

use super::html;
use super::saved::fields;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Fields;
use crate::service::Service;
use crate::staff;
use crate::view::chrome::Chrome;
use crate::view::staff::{AdminPage, TokenRow, TokensPage, Told, UserForm, UserPage, UserRow, UsersPage};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use kiemtin_model::StaffRole;
use kiemtin_store::staff::User;
use kiemtin_store::staff::change::{self, Change, NewUser};
use std::sync::Arc;

/// Where everything is that is administered.
pub async fn page(State(service): State<Arc<Service>>) -> Response {
    html(StatusCode::OK, &AdminPage { chrome: Chrome::admin(&service) })
}

/// All users.
pub async fn users(State(service): State<Arc<Service>>) -> Result<Response, Fault> {
    let form = UserForm::new(["", "", ""], StaffRole::Reader, &Some(vec![]), &service.catalogue.units());
    shown(&service, StatusCode::OK, form, Told::default()).await
}

async fn shown(service: &Service, status: StatusCode, form: UserForm, told: Told) -> Result<Response, Fault> {
    let rows = service.store.users().await?.iter().map(UserRow::new).collect();
    Ok(html(status, &UsersPage { chrome: Chrome::admin(service), rows, form, told }))
}

/// Role and units of a form.
fn asked(fields: &Fields) -> Result<(StaffRole, Option<Vec<String>>), Fault> {
    let of = |name: &str| fields.get(name).unwrap_or("");
    let role = of("role").parse().map_err(|e: String| Fault::parameter("role", of("role"), &e))?;
    let units = if of("all") == "1" { None } else { Some(fields.each("unit").map(str::to_owned).collect()) };
    Ok((role, units))
}

/// Adds a user.
pub async fn add_user(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    let fields = fields(request).await?;
    let of = |name: &str| fields.get(name).unwrap_or("");
    let (role, units) = asked(&fields)?;
    let new = NewUser { name: of("name").into(), display: of("display").into(), role, units: units.clone(), email: of("email").into() };
    match staff::add(&service, &asker, new).await {
        Ok((user, link)) => {
            let told = Told {
                secret: link, ..Told::done(format!("Đã thêm «{}». Gửi cho họ liên kết này để đặt mật khẩu:", user.name))
            };
            let form = UserForm::new(["", "", ""], StaffRole::Reader, &Some(vec![]), &service.catalogue.units());
            shown(&service, StatusCode::CREATED, form, told).await
        }
        Err(fault) if fault.status.is_client_error() => {
            let form = UserForm::new([of("name"), of("display"), of("email")], role, &units, &service.catalogue.units());
            shown(&service, fault.status, form, Told::wrong(fault.detail)).await
        }
        Err(fault) => Err(fault),
    }
}

/// One user.
pub async fn user(State(service): State<Arc<Service>>, Path(id): Path<String>) -> Result<Response, Fault> {
    let user = staff::user(&service, &id).await?;
    shown_user(&service, StatusCode::OK, &user, Told::default()).await
}

async fn shown_user(service: &Service, status: StatusCode, user: &User, told: Told) -> Result<Response, Fault> {
    let tokens = service.store.tokens(Some(user.id), staff::MOST_LISTED).await?;
    let page = UserPage {
        chrome: Chrome::admin(service),
        row: UserRow::new(user),
        form: UserForm::new([&user.name, &user.display, &user.email], user.role, &user.units, &service.catalogue.units()),
        tokens: tokens.into_iter().map(|t| TokenRow::new(t, service.now())).collect(),
        told,
    };
    Ok(html(status, &page))
}

/// Changes a user: what the form says, their state, or a new link.
pub async fn change_user(
    State(service): State<Arc<Service>>,
    asker: Asker,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Fault> {
    let user = staff::user(&service, &id).await?;
    let fields = fields(request).await?;
    match done(&service, &asker, &user, &fields).await {
        Ok(told) => shown_user(&service, StatusCode::OK, &staff::user(&service, &id).await?, told).await,
        Err(fault) if fault.status.is_client_error() => shown_user(&service, fault.status, &user, Told::wrong(fault.detail)).await,
        Err(fault) => Err(fault),
    }
}

async fn done(service: &Service, asker: &Asker, user: &User, fields: &Fields) -> Result<Told, Fault> {
    let change = match fields.get("do").unwrap_or("") {
        "link" => {
            let link = staff::link(service, asker, user.id).await?;
            return Ok(Told {
                secret: link,
                ..Told::done("Liên kết mới để đặt mật khẩu, dùng một lần trong 24 giờ; liên kết trước không còn dùng được:")
            });
        }
        "disable" => Change { disabled: Some(true), ..Change::default() },
        "enable" => Change { disabled: Some(false), ..Change::default() },
        "change" => {
            let (role, units) = asked(fields)?;
            let text = |name: &str| Some(fields.get(name).unwrap_or("").to_owned());
            let known = if units == user.units { units } else { staff::known_units(service, units)? };
            let display = text("display").filter(|d| !d.is_empty());
            Change { display, role: Some(role), units: Some(known), email: text("email"), disabled: None }
        }
        other => return Err(Fault::parameter("do", other, "change, link, disable hoặc enable")),
    };
    change::change_user(&*service.store, user.id, change, staff::by(service, asker)).await.map_err(staff::fault)?;
    Ok(Told::done("Đã lưu."))
}

/// All tokens.
pub async fn tokens(State(service): State<Arc<Service>>) -> Result<Response, Fault> {
    let tokens = service.store.tokens(None, staff::MOST_LISTED).await?;
    let rows = tokens.into_iter().map(|t| TokenRow::new(t, service.now())).collect();
    Ok(html(StatusCode::OK, &TokensPage { chrome: Chrome::admin(&service), rows, action: "/admin/tokens" }))
}

/// Takes a token back.
pub async fn revoke(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    let fields = fields(request).await?;
    let id = fields.get("id").and_then(|id| id.parse().ok()).ok_or_else(|| Fault::not_found("mã truy cập này"))?;
    change::revoke_token(&*service.store, id, None, staff::by(&service, &asker)).await.map_err(staff::fault)?;
    Ok((StatusCode::SEE_OTHER, [(LOCATION, "/admin/tokens")]).into_response())
}
