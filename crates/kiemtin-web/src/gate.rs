//! May this asker use this route?

use crate::asker::Asker;
use crate::fault::Fault;
use crate::limits;
use crate::pages;
use crate::service::Service;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{HeaderMap, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kiemtin_model::Right;
use std::sync::Arc;

/// Name of the session cookie.
pub const COOKIE_NAME: &str = "kiemtin_session";

/// What a route asks of who comes: one right for reading, one for changing.
pub type Guard = (Arc<Service>, Right, Right);

/// Lets in who has a token or a session, and the right.
pub async fn api(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let service = &guard.0;
    if let Some(asker) = bearer(request.headers()).and_then(|token| service.access.asker_of_token(token)) {
        return admit(&guard, asker, request, next).await;
    }
    match by_session(service, request.headers()) {
        Some(asker) if may_change(&request) => admit(&guard, asker, request, next).await,
        Some(_) => Fault::foreign().into_response(),
        None => Fault::unauthorised().into_response(),
    }
}

/// Lets in as [`api`] does, and who has a token in the address: feed readers can send no headers. It is taken out of the address
/// first, so that no handler, error or log can tell it.
pub async fn feed(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let in_address = take_token(request.uri_mut());
    let token = bearer(request.headers()).map(str::to_owned).or(in_address);
    match token {
        Some(token) => match guard.0.access.asker_of_token(&token) {
            Some(asker) => admit(&guard, asker, request, next).await,
            None => Fault::unauthorised().into_response(),
        },
        None => api(State(guard), request, next).await,
    }
}

/// Takes every `token=…` out of an address and gives the first.
fn take_token(uri: &mut Uri) -> Option<String> {
    let of = |pair: &str| pair.strip_prefix("token=").map(str::to_owned);
    let query = uri.query()?;
    let token = query.split('&').find_map(of);
    let rest: Vec<&str> = query.split('&').filter(|pair| of(pair).is_none()).collect();
    let path = uri.path();
    let bare = if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) };
    // Only less than what was an address before.
    *uri = bare.parse().unwrap_or_else(|_| Uri::from_static("/"));
    token
}

/// Lets in who has a session, and the right.
pub async fn page(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match by_session(&guard.0, request.headers()) {
        Some(asker) if may_change(&request) => admit(&guard, asker, request, next).await,
        Some(_) => Fault::foreign().into_response(),
        None => pages::notice::sign_in_needed(),
    }
}

async fn admit((service, read, change): &Guard, asker: Asker, mut request: Request, next: Next) -> Response {
    let right = if request.method().is_safe() { *read } else { *change };
    if !asker.may(right) {
        return Fault::forbidden(right).into_response();
    }
    request.extensions_mut().insert(asker.clone());
    limits::within(service, &asker, request, next).await
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

fn by_session(service: &Service, headers: &HeaderMap) -> Option<Asker> {
    cookie(headers).and_then(|secret| service.access.asker_of_session(secret, service.now()))
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
