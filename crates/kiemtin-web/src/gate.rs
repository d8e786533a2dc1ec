//! May this asker use this route?
//!
//! A request that changes something with a session passes two locks against forgery by other sites: the cookie is
//! `SameSite=Strict`, and [`may_change`] asks what the browser says of where the request comes from.

use crate::access::AccessError;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::limits;
use crate::pages;
use crate::service::Service;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::{Extensions, HeaderMap, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kiemtin_model::Right;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// What a route asks of who comes: one right for reading, one for changing.
pub type Guard = (Arc<Service>, Right, Right);

/// Lets in who has a token or a session, and the right.
pub async fn api(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    let service = &guard.0;
    if let Some(token) = bearer(request.headers()) {
        match service.access.asker_of_token(token, service.now()).await {
            Ok(Some(asker)) => return admit(&guard, asker, request, next).await,
            Ok(None) => {}
            Err(error) => return failed(&error).into_response(),
        }
    }
    match by_session(service, request.headers()).await {
        Ok(Some(asker)) if may_change(&request) => admit(&guard, asker, request, next).await,
        Ok(Some(_)) => Fault::foreign().into_response(),
        Ok(None) => Fault::unauthorised().into_response(),
        Err(fault) => fault.into_response(),
    }
}

/// Lets in as [`api`] does, to where one listens for long. It is no use of the session: a page that is only left open, whose browser
/// comes back every few minutes, must not keep it from ending.
pub async fn stream(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match let_in_again(&guard.0, request.headers()).await {
        Ok(Some(asker)) => admit(&guard, asker, request, next).await,
        Ok(None) => Fault::unauthorised().into_response(),
        Err(fault) => fault.into_response(),
    }
}

/// Who the token or the session of a request stands for now, without counting as a use of the session.
pub async fn let_in_again(service: &Service, headers: &HeaderMap) -> Result<Option<Asker>, Fault> {
    if let Some(token) = bearer(headers)
        && let Some(asker) = service.access.asker_of_token(token, service.now()).await.map_err(|e| failed(&e))?
    {
        return Ok(Some(asker));
    }
    match session(service, headers) {
        Some(secret) => service.access.holder_of_session(secret, service.now()).await.map_err(|e| failed(&e)),
        None => Ok(None),
    }
}

/// Lets in as [`api`] does, and who has a token in the address: feed readers can send no headers. It is taken out of the address
/// first, so that no handler, error or log can tell it.
pub async fn feed(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let in_address = take_token(request.uri_mut());
    let token = bearer(request.headers()).map(str::to_owned).or(in_address);
    match token {
        Some(token) => match guard.0.access.asker_of_token(&token, guard.0.now()).await {
            Ok(Some(asker)) => admit(&guard, asker, request, next).await,
            Ok(None) => Fault::unauthorised().into_response(),
            Err(error) => failed(&error).into_response(),
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

/// Lets in who has a session, and the right; leads others to where one signs in.
pub async fn page(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match by_session(&guard.0, request.headers()).await {
        Ok(Some(asker)) if may_change(&request) => admit(&guard, asker, request, next).await,
        Ok(Some(_)) => Fault::foreign().into_response(),
        Ok(None) => pages::sign_in::led(&guard.0, &request),
        Err(fault) => fault.into_response(),
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

/// Whether a request only reads, or is not known to come from a page of somebody else (Fetch Metadata, W3C; `Origin`, RFC 6454). A
/// page with `Referrer-Policy: no-referrer`, as ours are, says `null` for its origin.
pub fn may_change(request: &Request) -> bool {
    if request.method().is_safe() {
        return true;
    }
    match (said(request.headers(), "sec-fetch-site"), said(request.headers(), "origin")) {
        (Some(site), _) => site == "same-origin",
        (None, None | Some("null")) => true,
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == said(request.headers(), "host"),
    }
}

/// Whether a browser says that a page of somebody else led here: it then keeps a session's cookie back.
pub fn is_led_by_others(headers: &HeaderMap) -> bool {
    matches!(said(headers, "sec-fetch-site"), Some("cross-site" | "same-site"))
}

fn said<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|v| v.to_str().ok())
}

async fn by_session(service: &Service, headers: &HeaderMap) -> Result<Option<Asker>, Fault> {
    match session(service, headers) {
        Some(secret) => service.access.asker_of_session(secret, service.now()).await.map_err(|e| failed(&e)),
        None => Ok(None),
    }
}

/// Nobody could be let in.
pub fn failed(error: &AccessError) -> Fault {
    Fault::ours("it could not be found out who asks", error)
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The secret of the session that a browser has.
pub fn session<'a>(service: &Service, headers: &'a HeaderMap) -> Option<&'a str> {
    cookie(headers, service.access.cookie_name())
}

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get_all(COOKIE).iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(';')).find_map(|pair| {
        let (key, value) = pair.split_once('=')?;
        (key.trim() == name).then(|| value.trim())
    })
}

/// The address that a request comes from. A proxy on this machine is believed what it says: the last address that it names in
/// `X-Forwarded-For`, which is the one that it saw itself.
pub fn peer(extensions: &Extensions, headers: &HeaderMap) -> Option<IpAddr> {
    let ConnectInfo(address) = extensions.get::<ConnectInfo<SocketAddr>>()?;
    let named = headers.get_all("x-forwarded-for").iter().next_back().and_then(|v| v.to_str().ok());
    let last = named.and_then(|v| v.rsplit(',').next()).and_then(|v| v.trim().parse().ok());
    Some(last.filter(|_| address.ip().is_loopback()).unwrap_or(address.ip()))
}
