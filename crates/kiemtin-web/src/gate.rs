//! May this asker use this route?

use crate::fault::Fault;
use crate::pages;
use crate::service::Service;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Name of the session cookie.
pub const COOKIE_NAME: &str = "kiemtin_session";

/// Lets in who has the token or a session.
pub async fn api(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    if bearer(headers).is_some_and(|token| service.access.token_is(token)) || has_session(&service, headers) {
        return next.run(request).await;
    }
    Fault::unauthorised().into_response()
}

/// Lets in who has a session.
pub async fn page(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    if has_session(&service, request.headers()) {
        return next.run(request).await;
    }
    pages::notice::sign_in_needed()
}

fn has_session(service: &Service, headers: &HeaderMap) -> bool {
    cookie(headers).is_some_and(|secret| service.access.session_is(secret, service.now()))
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';')).find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        (name.trim() == COOKIE_NAME).then(|| value.trim())
    })
}
