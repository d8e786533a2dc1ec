//! What holds for every request and every answer? Bounded size and time, security headers, errors in the asker's shape.

use crate::fault::Fault;
use crate::{english, pages};
use axum::RequestExt;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// Longest address with its query, in bytes. A Vietnamese letter takes up to nine of them.
pub const MAX_URI: usize = 16 * 1024;
/// Longest time for one answer.
pub const MAX_TIME: Duration = Duration::from_secs(15);
/// Longest time for a push: 10 MB have to arrive and to be assessed.
const MAX_PUSH_TIME: Duration = Duration::from_secs(90);

const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                   form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The outermost layer.
pub async fn envelope(request: Request, next: Next) -> Response {
    let machine = asked_by_program(request.uri());
    let in_english = english::wanted(request.headers());
    let mut response = if length(request.uri()) > MAX_URI {
        Fault::too_long(MAX_URI).into_response()
    } else if let Some(chosen) = english::chosen(request.method(), request.uri()).filter(|_| !machine) {
        chosen
    } else {
        let push = request.uri().path() == "/api/v1/documents";
        let most = if push { MAX_PUSH_TIME } else { MAX_TIME };
        match tokio::time::timeout(most, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Fault::timeout().into_response(),
        }
    };
    if let Some(fault) = response.extensions_mut().remove::<Fault>().filter(|_| !machine) {
        response = pages::notice::fault(&fault);
    }
    if in_english {
        response = english::reading(response).await;
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

/// Refuses a body that says it is larger than `most`, and cuts one off that is.
pub async fn bounded_body(State(most): State<usize>, mut request: Request, next: Next) -> Response {
    let told = request.headers().get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()).and_then(|v| v.parse::<u64>().ok());
    if told.is_some_and(|told| told > most as u64) {
        return Fault::too_large(most).into_response();
    }
    DefaultBodyLimit::max(most).apply(&mut request);
    next.run(request.with_limited_body()).await
}

fn length(uri: &Uri) -> usize {
    uri.path().len() + uri.query().map_or(0, str::len)
}

/// Programs ask under `/api/`, `/feeds/` and `/websub/`, and for the operations' addresses, which have one part and no page.
fn asked_by_program(uri: &Uri) -> bool {
    ["/api/", "/feeds/", "/websub/"].iter().any(|start| uri.path().starts_with(start))
        || ["/healthz", "/readyz", "/metrics", "/openapi.json"].contains(&uri.path())
}
