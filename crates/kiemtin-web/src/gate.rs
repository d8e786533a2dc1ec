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
    if bearer(headers).is_some_and(|token| service.access.token_is(token)) {
        return next.run(request).await;
    }
    if has_session(&service, headers) {
        return if may_change(&request) { next.run(request).await } else { Fault::foreign().into_response() };
    }
    Fault::unauthorised().into_response()
}

/// Lets in who has a session.
pub async fn page(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    if has_session(&service, request.headers()) {
        return if may_change(&request) { next.run(request).await } else { Fault::foreign().into_response() };
    }
    pages::notice::sign_in_needed()
}

/// Whether a request with a session only reads, or is not known to come from a page of somebody else. The cookie is
/// `SameSite=Strict`, so that browsers do not send it from there at all; this is the second lock (Fetch Metadata, W3C). A page
/// with `Referrer-Policy: no-referrer`, as ours are, says `null` for its origin.
fn may_change(request: &Request) -> bool {
    let said = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    if request.method().is_safe() {
        return true;
    }
    match (said("sec-fetch-site"), said("origin")) {
        (Some(site), _) => site == "same-origin",
        (None, None | Some("null")) => true,
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == said("host"),
    }
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
