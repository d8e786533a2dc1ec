//! `/sign-in/oidc` and `/sign-in/oidc/back`: to the identity provider, and back with its statement.

use super::sign_in::{onward, own_path};
use crate::fault::Fault;
use crate::gate::{cookie, failed, session};
use crate::oidc::{FLOW_COOKIE, FLOW_S, Oidc, OidcError};
use crate::params::Params;
use crate::service::Service;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Sends the browser to the provider.
pub async fn begin(State(service): State<Arc<Service>>, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let next = own_path(params.get("next").unwrap_or("/"));
    let begun = provider(&service)?.begin(next, service.now()).await.map_err(|e| Fault::no_provider(&e))?;
    let cookie = flow_cookie(&service, &begun.cookie, FLOW_S);
    Ok((StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, begun.address)]).into_response())
}

/// The browser is back: a sound statement about somebody known begins a session.
pub async fn back(State(service): State<Arc<Service>>, headers: HeaderMap, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let now = service.now();
    let (identity, next) = match provider(&service)?.finish(&params, cookie(&headers, FLOW_COOKIE), now).await {
        Ok(done) => done,
        Err(error @ (OidcError::Provider { .. } | OidcError::NoRandom(_))) => return Err(Fault::no_provider(&error)),
        Err(error) => {
            tracing::warn!(error = %error, "a sign-in by the identity provider was refused");
            service.access.refused_by_provider(&error.to_string(), now).await.map_err(|e| failed(&e))?;
            return Err(Fault::not_signed_in(
                "Câu trả lời của dịch vụ đăng nhập không dùng được, hoặc bạn đã dừng lại ở đó. Hãy đăng nhập lại từ đầu.",
            ));
        }
    };
    let Some(user) = service.access.user_of(&identity, now).await.map_err(|e| failed(&e))? else {
        return Err(Fault::not_signed_in(
            "Tài khoản này chưa được cấp quyền ở đây. Hãy nhờ quản trị viên thêm bạn với đúng địa chỉ thư cơ quan.",
        ));
    };
    let secret = service.access.open_session_for(&user, "oidc", session(&service, &headers), now).await.map_err(|e| failed(&e))?;
    let mut response = onward(own_path(&next), Some(service.access.cookie(&secret)));
    if let Ok(gone) = HeaderValue::try_from(flow_cookie(&service, "", 0)) {
        response.headers_mut().append(SET_COOKIE, gone);
    }
    Ok(response)
}

fn provider(service: &Service) -> Result<&Oidc, Fault> {
    service.oidc.as_ref().ok_or_else(|| Fault::not_found("cách đăng nhập này"))
}

/// `SameSite=Lax`: the provider, another site, leads the browser back here, and the cookie must come along. It opens nothing.
fn flow_cookie(service: &Service, value: &str, seconds: i64) -> String {
    let secure = if service.access.is_secure() { "; Secure" } else { "" };
    format!("{FLOW_COOKIE}={value}; HttpOnly; SameSite=Lax; Path=/sign-in/oidc; Max-Age={seconds}{secure}")
}
