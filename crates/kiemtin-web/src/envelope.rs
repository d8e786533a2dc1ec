//! What holds for every request and every answer? Bounded size and time, security headers, errors in the asker's shape.

use crate::fault::Fault;
use crate::pages;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::time::Duration;

/// Longest address with its query, in bytes. A Vietnamese letter takes up to nine of them.
pub const MAX_URI: usize = 16 * 1024;
/// Longest time for one answer.
pub const MAX_TIME: Duration = Duration::from_secs(15);

const CSP: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                   form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// The outermost layer.
pub async fn envelope(request: Request, next: Next) -> Response {
    let machine = asked_by_program(request.uri());
    let mut response = if length(request.uri()) > MAX_URI {
        Fault::too_long(MAX_URI).into_response()
    } else {
        match tokio::time::timeout(MAX_TIME, next.run(request)).await {
            Ok(response) => response,
            Err(_) => Fault::timeout().into_response(),
        }
    };
    if let Some(fault) = response.extensions_mut().remove::<Fault>().filter(|_| !machine) {
        response = pages::notice::fault(&fault);
    }
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn length(uri: &Uri) -> usize {
    uri.path().len() + uri.query().map_or(0, str::len)
}

/// Programs ask under `/api/` and `/websub/`, and for the operations' addresses, which have one part and no page.
fn asked_by_program(uri: &Uri) -> bool {
    ["/api/", "/websub/"].iter().any(|start| uri.path().starts_with(start))
        || ["/healthz", "/readyz", "/metrics", "/openapi.json"].contains(&uri.path())
}
