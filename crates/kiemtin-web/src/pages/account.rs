//! `/account`: Tài khoản: own password, address of mail and tokens; the way out.

use super::html;
use super::saved::fields;
use super::sign_in::{later, too_often};
use crate::access::{Attempt, LinkError, SignIn};
use crate::asker::Asker;
use crate::fault::Fault;
use crate::gate::{failed, peer, session};
use crate::params::Fields;
use crate::service::Service;
use crate::staff;
use crate::view::chrome::Chrome;
use crate::view::staff::{AccountPage, TokenRow, Told, UserRow, choice};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use kiemtin_store::staff::User;
use kiemtin_store::staff::change;
use std::net::IpAddr;
use std::sync::Arc;

/// Days that a token works when nothing is said.
const DAYS: u32 = 90;

/// Somebody's own page.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker) -> Result<Response, Fault> {
    shown(&service, &asker, StatusCode::OK, Told::default()).await
}

async fn own(service: &Service, asker: &Asker) -> Result<Option<User>, Fault> {
    match asker.user {
        Some(id) => Ok(service.store.user(id).await?),
        None => Ok(None),
    }
}

async fn shown(service: &Service, asker: &Asker, status: StatusCode, told: Told) -> Result<Response, Fault> {
    let user = own(service, asker).await?;
    let tokens = match &user {
        Some(user) => service.store.tokens(Some(user.id), staff::MOST_LISTED).await?,
        None => vec![],
    };
    let page = AccountPage {
        chrome: Chrome::new("/account", service, asker),
        row: user.as_ref().map(UserRow::new),
        rows: tokens.into_iter().map(|t| TokenRow::new(t, service.now())).collect(),
        action: "/account",
        rights: choice(&asker.rights),
        told,
    };
    Ok(html(status, &page))
}

/// Changes what somebody may change of themselves.
pub async fn change(State(service): State<Arc<Service>>, asker: Asker, request: Request) -> Result<Response, Fault> {
    let Some(user) = own(&service, &asker).await? else {
        return Err(Fault::conflict("Bản chạy thử không có tài khoản riêng."));
    };
    let peer = peer(request.extensions(), request.headers());
    let secret = session(&service, request.headers()).unwrap_or("").to_owned();
    let fields = fields(request).await?;
    if fields.get("do") == Some("password") {
        return password(&service, &asker, (&user, &secret, peer), &fields).await;
    }
    match done(&service, &asker, &user, &fields).await {
        Ok(told) => shown(&service, &asker, StatusCode::OK, told).await,
        Err(fault) if fault.status.is_client_error() => shown(&service, &asker, fault.status, Told::wrong(fault.detail)).await,
        Err(fault) => Err(fault),
    }
}

async fn done(service: &Service, asker: &Asker, user: &User, fields: &Fields) -> Result<Told, Fault> {
    let of = |name: &str| fields.get(name).unwrap_or("");
    match of("do") {
        "token" => {
            let rights = fields.each("right").map(|r| r.parse().map_err(|e: String| Fault::parameter("right", r, &e)));
            let days = match fields.get("days") {
                Some(days) => days.parse().map_err(|_| staff::fault(change::StaffError::Days))?,
                None => DAYS,
            };
            let rights = rights.collect::<Result<Vec<_>, _>>()?;
            let (token, secret) = staff::add_token(service, asker, (user.id, of("name")), rights, days).await?;
            Ok(Told {
                secret, ..Told::done(format!("Mã truy cập «{}», chỉ hiện một lần này; hãy cất ở nơi an toàn:", token.name))
            })
        }
        "revoke" => {
            let id = of("id").parse().map_err(|_| Fault::not_found("mã truy cập này"))?;
            change::revoke_token(&*service.store, id, Some(user.id), staff::by(service, asker)).await.map_err(staff::fault)?;
            Ok(Told::done("Đã thu hồi mã truy cập."))
        }
        other => Err(Fault::parameter("do", other, "password, token hoặc revoke")),
    }
}

async fn password(
    service: &Service,
    asker: &Asker,
    (user, secret, peer): (&User, &str, Option<IpAddr>),
    fields: &Fields,
) -> Result<Response, Fault> {
    let (old, new) = (fields.typed("old").unwrap_or(""), fields.typed("new").unwrap_or(""));
    let attempt = Attempt { name: &user.name, password: old, peer, before: None };
    let told = |status, told| shown(service, asker, status, told);
    match service.access.change_password((user, secret), attempt, new, service.now()).await {
        Ok(SignIn::Welcome(_)) => told(StatusCode::OK, Told::done("Đã đổi mật khẩu; mọi phiên khác của bạn đã kết thúc.")).await,
        Ok(SignIn::Limited(seconds)) => Ok(later(seconds, told(StatusCode::TOO_MANY_REQUESTS, Told::wrong(too_often(seconds))).await?)),
        Ok(SignIn::Refused | SignIn::Busy) => told(StatusCode::BAD_REQUEST, Told::wrong("Mật khẩu hiện tại không đúng.")).await,
        Err(LinkError::Access(error)) => Err(failed(&error)),
        Err(error) => told(StatusCode::BAD_REQUEST, Told::wrong(error.to_string())).await,
    }
}
