//! Who gets in, and what does everybody get with it?

use crate::documents;
use crate::world::World;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kiemtin_web::routes::{Door, ROUTES};

#[tokio::test]
async fn the_api_wants_a_token_and_says_so() {
    let world = World::empty().await;
    for auth in [None, Some("Bearer nope"), Some("Basic eDp5"), Some("Bearer")] {
        let mut request = Request::get("/api/v1/alerts");
        if let Some(auth) = auth {
            request = request.header(header::AUTHORIZATION, auth);
        }
        let answer = world.ask(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{auth:?}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json");
        assert_eq!(answer.header(header::WWW_AUTHENTICATE), "Bearer");
        assert_eq!((answer.json()["status"].as_u64(), answer.json()["title"].as_str()), (Some(401), Some("Cần đăng nhập")));
    }
    assert_eq!(world.api("/api/v1/alerts").await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_link_opens_once_and_the_cookie_opens_the_pages() {
    let world = World::empty().await;
    let closed = world.bare("/").await;
    assert_eq!((closed.status, closed.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/sign-in?next=%2F"));
    let form = world.bare("/sign-in").await;
    assert!(form.status == StatusCode::OK && form.body.contains("<h1>Đăng nhập</h1>") && form.body.contains("liên kết đăng nhập"));
    assert_eq!(world.bare("/sign-in?code=nope").await.status, StatusCode::UNAUTHORIZED);
    let link = format!("/sign-in?code={}", world.secrets.sign_in_code);
    let look = Request::builder().method(Method::HEAD).uri(&link).body(Body::empty()).unwrap();
    assert_eq!(world.ask(look).await.status, StatusCode::NO_CONTENT, "a look-ahead does not use the link up");

    let open = world.bare(&link).await;
    assert_eq!((open.status, open.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/"));
    let cookie = open.header(header::SET_COOKIE);
    for part in ["kiemtin_session=", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let cookie = cookie.split(';').next().unwrap();
    assert_eq!(world.page(cookie, "/").await.status, StatusCode::OK);
    assert_eq!(world.page(&format!("a=b; {cookie}; c=d"), "/search").await.status, StatusCode::OK);
    assert_eq!(world.page(cookie, "/api/v1/alerts").await.status, StatusCode::OK, "the pages' own script may ask the API");
    assert_eq!(world.page("kiemtin_session=nope", "/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.page(&format!("kiemtin_session={}", world.secrets.token), "/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.api("/").await.status, StatusCode::SEE_OTHER, "the token is for programs");

    let again = world.bare(&link).await;
    assert_eq!(again.status, StatusCode::GONE);
    assert!(again.body.contains("Liên kết đã được dùng") && again.header(header::CONTENT_TYPE).starts_with("text/html"));
}

fn address(path: &str) -> String {
    let document = format!("/documents/{}", documents::id("https://bao-a.vn/thuong-0"));
    let path = path.replace("/policies/{id}", "/policies/gia-ban-le-dien");
    let path = path.replace("/rules/{id}", "/rules/dien-tang-manh-da-chot").replace("/claims/{id}", "/claims/evn-cat-dien-2-gio");
    let path = path.replace("/websub/{name}", "/websub/00000000000000000000000000000000?hub.mode=unsubscribe&hub.challenge=a");
    let story = document.replace("/documents/", "/stories/");
    let path = path.replace("/documents/{id}", &document).replace("/stories/{id}", &story).replace("{n}", "2");
    let path = path.replace("/exports/{file}", "/exports/2026-11.json").replace("/reports/{file}", "/reports/1.json");
    path.replace("/sources/{id}", "/sources/bao-a").replace("{id}", "1").replace("{name}", "kiemtin.css")
}

#[tokio::test]
async fn every_route_answers_and_carries_the_headers() {
    let world = documents::edited().await;
    let cookie = world.sign_in().await;
    crate::staff::user(&world, "lan", kiemtin_model::StaffRole::Reader, Some(&[])).await;
    // Who is let in is asked of every route in `roles`.
    crate::receivers::sample(&world).await;
    crate::reviewing::draw(&world).await;
    for route in ROUTES.iter().filter(|r| r.path != "/sign-in") {
        let path = address(route.path);
        let answer = match route.door {
            Door::Operations | Door::Open => world.bare(&path).await,
            Door::Page(..) => world.page(&cookie, &path).await,
            Door::Api(..) | Door::Stream(..) | Door::Feed(..) => world.api(&path).await,
        };
        // Some addresses only take what is sent to them.
        // Without an identity provider there is none to go to.
        let provider = path.starts_with("/sign-in/oidc") && answer.status == StatusCode::NOT_FOUND;
        // A form that was refused is loaded again: back to its alert.
        let back = path == "/alerts/1/draft" && answer.status == StatusCode::SEE_OTHER;
        assert!(provider || back || [StatusCode::OK, StatusCode::METHOD_NOT_ALLOWED].contains(&answer.status), "{path}: {}", answer.status);
    }
    let paths = ROUTES.iter().map(|r| address(r.path)).chain(["/nowhere".into(), "/api/v1/nowhere".into(), "/alerts/99".into()]);
    for path in paths {
        for answer in [world.bare(&path).await, world.page(&cookie, &path).await] {
            let csp = answer.header(header::CONTENT_SECURITY_POLICY);
            assert!(csp.starts_with("default-src 'none';") && csp.contains("frame-ancestors 'none'") && !csp.contains("unsafe"), "{path}");
            assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
            assert_eq!(answer.header(header::REFERRER_POLICY), "no-referrer");
            let kept = path == "/api/v1/alerts/stream" && answer.status == StatusCode::OK;
            let cached = kept || (path.starts_with("/assets/") || path.starts_with("/feeds/")) && answer.status == StatusCode::OK;
            assert_eq!(answer.header(header::CACHE_CONTROL) == "no-store", !cached, "{path}");
        }
    }
}

#[tokio::test]
async fn errors_have_the_shape_of_the_asker() {
    let world = World::empty().await;
    let cookie = world.sign_in().await;
    let program = world.api("/api/v1/nowhere").await;
    assert_eq!((program.status, program.header(header::CONTENT_TYPE)), (StatusCode::NOT_FOUND, "application/problem+json"));
    let person = world.page(&cookie, "/alerts/99").await;
    assert_eq!(person.status, StatusCode::NOT_FOUND);
    assert!(person.body.contains("<h1>Không tìm thấy</h1>") && person.body.contains("Không có cảnh báo này."));
    assert_eq!(world.page(&cookie, "/alerts/abc").await.status, StatusCode::NOT_FOUND);
    let long = format!("/api/v1/search?q={}", "a".repeat(17_000));
    let answer = world.api(&long).await;
    assert_eq!((answer.status, answer.json()["status"].as_u64()), (StatusCode::URI_TOO_LONG, Some(414)));
    let post = Request::post("/api/v1/alerts").header(header::COOKIE, &cookie).body(Body::empty()).unwrap();
    let answer = world.ask(post).await;
    assert_eq!(
        (answer.status, answer.json()["type"].as_str()),
        (StatusCode::METHOD_NOT_ALLOWED, Some("urn:kiemtin:problem:method-not-allowed"))
    );
    assert_eq!(answer.header(header::ALLOW), "GET,HEAD");
}
