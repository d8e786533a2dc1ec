//! Who asks too much is told to wait, and others are not.

use crate::world::World;
use axum::body::Body;
use axum::http::{HeaderName, Request, StatusCode, header};
use kiemtin_web::Allowed;
use std::sync::atomic::Ordering;

const LEFT: HeaderName = HeaderName::from_static("ratelimit");
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

#[tokio::test]
async fn each_class_has_a_rate_of_its_own() {
    let world = World::allowing(Allowed { reads: 3, searches: 2, changes: 1, ..Allowed::default() }).await;
    let first = world.api("/api/v1/alerts").await;
    assert_eq!((first.header(LEFT), first.header(POLICY)), ("\"read\";r=2;t=20", "\"read\";q=3;w=60"));
    assert_eq!(world.api("/api/v1/alerts/999").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.api("/api/v1/sources").await.status, StatusCode::OK);
    let refused = world.api("/api/v1/alerts").await;
    assert_eq!((refused.status.as_u16(), refused.header(header::RETRY_AFTER), refused.header(LEFT)), (429, "20", "\"read\";r=0;t=60"));
    assert_eq!(refused.header(header::CONTENT_TYPE), "application/problem+json");
    assert_eq!(world.api("/api/v1/search?q=a").await.header(LEFT), "\"search\";r=1;t=30");
    assert_eq!(world.api("/api/v1/trends").await.status, StatusCode::OK);
    assert_eq!(world.api("/api/v1/search?q=a").await.status, StatusCode::TOO_MANY_REQUESTS);
    // A session is somebody else; pages tell it in words.
    let cookie = world.sign_in().await;
    for _ in 0..2 {
        assert_eq!(world.page(&cookie, "/search?q=a").await.status, StatusCode::OK);
    }
    let page = world.page(&cookie, "/trends").await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(page.body.contains("Quá nhiều yêu cầu") && page.body.contains("<html"), "{}", page.body);
    world.later.store(20_000, Ordering::Relaxed);
    assert_eq!(world.api("/api/v1/alerts").await.status, StatusCode::OK);
    for _ in 0..10 {
        assert_eq!(world.bare("/healthz").await.status, StatusCode::OK, "operations are never refused");
    }
}

#[tokio::test]
async fn bodies_are_bounded_on_every_route() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let long = "a".repeat(65 * 1024);
    for path in ["/api/v1/saved-searches", "/saved", "/saved/1"] {
        let request = Request::post(path).header(header::COOKIE, &cookie).header(header::CONTENT_TYPE, "application/json");
        // A browser says how long it is; what does not say so is cut off while it is read.
        let request = if path == "/saved/1" { request.header(header::CONTENT_LENGTH, long.len()) } else { request };
        let answer = world.ask(request.body(Body::from(long.clone())).unwrap()).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}

#[tokio::test]
async fn searches_beyond_a_number_wait_and_are_told_so() {
    let world = World::allowing(Allowed { searches_at_once: 0, ..Allowed::default() }).await;
    let begun = std::time::Instant::now();
    let answer = world.api("/api/v1/search?q=a").await;
    assert_eq!((answer.status, answer.header(header::RETRY_AFTER)), (StatusCode::SERVICE_UNAVAILABLE, "10"));
    assert!((2..6).contains(&begun.elapsed().as_secs()));
    assert_eq!(world.api("/api/v1/alerts").await.status, StatusCode::OK);
}
