//! Saved searches: over the API, and on their page without any script.

use crate::world::{NOW, World};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kiemtin_model::Notify;
use kiemtin_store::saved::{Searches, Step, save, walk};
use kiemtin_text::lexicon::Lexicon;
use serde_json::json;

const PATH: &str = "/api/v1/saved-searches";

/// Saves a search, as the world before.
pub async fn add(world: &World, name: &str, query: &str) -> i64 {
    let lexicon = Lexicon::default();
    let id = save(&*world.store, &lexicon, (name, query), Notify::Daily, NOW, &kiemtin_model::Actor::service()).await.unwrap().id;
    while walk(&*world.store, &Searches::default(), NOW).await.unwrap() != Step::Done {}
    id
}

async fn send(world: &World, method: Method, path: &str, body: &str) -> crate::world::Answer {
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::AUTHORIZATION, format!("Bearer {}", world.secrets.token));
    world.ask(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn programs_save_list_and_remove() {
    let world = World::filled().await;
    assert_eq!(world.api(PATH).await.json(), json!({"items": [], "next_cursor": null}));
    let saved = send(&world, Method::POST, PATH, r#"{"name": "Giá điện", "query": "\"giá điện\" OR EVN", "notify": "each"}"#).await;
    assert_eq!((saved.status, saved.header(header::LOCATION)), (StatusCode::CREATED, "/api/v1/saved-searches/1"));
    let line = saved.json();
    for (field, expected) in [
        ("name", json!("Giá điện")),
        ("query", json!("\"giá điện\" OR EVN")),
        ("notify", json!("each")),
        ("created_at", json!("2026-11-23T08:05:00+07:00")),
        ("matches", json!(0)),
        ("newest_match", json!(null)),
        ("complete", json!(false)),
        ("compared", json!(0.0)),
    ] {
        assert_eq!(line[field], expected, "{field}: {line}");
    }
    add(&world, "Xăng", "xăng").await;
    let all = world.api(PATH).await.json();
    let counts: Vec<_> = all["items"].as_array().unwrap().iter().map(|l| (l["matches"].as_u64(), l["complete"].as_bool())).collect();
    assert_eq!(counts, [(Some(14), Some(true)), (Some(31), Some(true))], "{all}");
    assert_eq!(all["items"][0]["matches_7_days"], 14);
    assert_eq!(world.api(&format!("{PATH}/1")).await.json(), all["items"][0]);
    assert_eq!(world.api("/api/v1/search?q=search:%22gi%C3%A1%20%C4%91i%E1%BB%87n%22").await.json()["total"], 14);
    for (body, status, kind) in [
        (r#"{"name": "GIÁ ĐIỆN", "query": "a"}"#, 409, "conflict"),
        (r#"{"name": "a", "query": "(xăng"}"#, 400, "wrong-query"),
        (r#"{"name": "a", "query": "search:lạ"}"#, 400, "wrong-query"),
        (r#"{"name": "a", "query": "-xăng"}"#, 400, "wrong-query"),
        (r#"{"name": "", "query": "xăng"}"#, 400, "wrong-parameter"),
        (r#"{"name": "a"}"#, 400, "wrong-body"),
        (r#"{"name": "a", "query": "b", "notify": "often"}"#, 400, "wrong-body"),
        (r#"{"name": "a", "query": "b", "email": "x"}"#, 400, "wrong-body"),
        ("", 400, "wrong-body"),
    ] {
        let answer = send(&world, Method::POST, PATH, body).await;
        let problem = answer.json();
        assert_eq!((answer.status.as_u16(), problem["type"].as_str()), (status, Some(&*format!("urn:kiemtin:problem:{kind}"))), "{body}");
    }
    let wrong = send(&world, Method::POST, PATH, r#"{"name": "a", "query": "(xăng"}"#).await.json();
    assert_eq!((wrong["at"].as_u64(), wrong["proposal"].as_str()), (Some(5), Some("(xăng)")), "{wrong}");
    assert_eq!(send(&world, Method::POST, PATH, &" ".repeat(70_000)).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(world.api(&format!("{PATH}?x=1")).await.status, StatusCode::BAD_REQUEST);
    add(&world, "Tất cả", "xăng OR search:\"giá điện\"").await;
    let named = send(&world, Method::DELETE, &format!("{PATH}/1"), "").await;
    assert!(named.status == StatusCode::CONFLICT && named.body.contains("«Tất cả»"), "{}", named.body);
    for (id, status) in [("3", 204), ("1", 204), ("1", 404), ("x", 404)] {
        assert_eq!(send(&world, Method::DELETE, &format!("{PATH}/{id}"), "").await.status.as_u16(), status, "{id}");
    }
    let unknown = world.api("/api/v1/search?q=search:xan").await;
    assert!(unknown.status == StatusCode::BAD_REQUEST && unknown.body.contains("có phải: «Xăng»?"), "{}", unknown.body);
}

#[tokio::test]
async fn only_our_pages_may_change_anything() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let body = r#"{"name": "a", "query": "xăng"}"#;
    for (header_name, value, status) in [
        ("origin", "https://la.example", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("origin", "http://kiemtin.example", 201),
    ] {
        let request = Request::post(PATH).header(header::CONTENT_TYPE, "application/json").header(header::COOKIE, &cookie);
        let request = request.header(header::HOST, "kiemtin.example").header(header_name, value);
        assert_eq!(world.ask(request.body(Body::from(body)).unwrap()).await.status.as_u16(), status, "{header_name}: {value}");
    }
    let form = Request::post("/saved").header(header::COOKIE, &cookie).header("sec-fetch-site", "cross-site");
    assert_eq!(world.ask(form.body(Body::from("name=b&query=x")).unwrap()).await.status, StatusCode::FORBIDDEN);
    let bare = Request::post("/saved").body(Body::from("name=b&query=x")).unwrap();
    assert_eq!(world.ask(bare).await.status, StatusCode::UNAUTHORIZED);
    let plain = Request::post(PATH).header(header::CONTENT_TYPE, "text/plain").header(header::COOKIE, &cookie);
    assert_eq!(
        world.ask(plain.body(Body::from(body)).unwrap()).await.status,
        StatusCode::BAD_REQUEST,
        "a form of another site cannot say JSON"
    );
}

#[tokio::test]
async fn people_save_and_remove_without_script() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let post = async |path: &str, body: &str| {
        let request = Request::post(path).header(header::COOKIE, &cookie).header("sec-fetch-site", "same-origin");
        world
            .ask(request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded").body(Body::from(body.to_owned())).unwrap())
            .await
    };
    assert!(world.page(&cookie, "/saved").await.body.contains("Chưa có tìm kiếm nào được lưu"));
    let search = world.page(&cookie, "/search?q=x%C4%83ng&topic=xang-dau").await.body;
    assert!(search.contains("Lưu tìm kiếm này") && search.contains("name=\"query\" value=\"(xăng) topic:&#34;xang-dau&#34;\""), "{search}");
    assert!(!world.page(&cookie, "/search").await.body.contains("Lưu tìm kiếm này"));
    let saved = post("/saved", "name=X%C4%83ng+d%E1%BA%A7u&query=x%C4%83ng&notify=weekly").await;
    assert_eq!((saved.status, saved.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/saved"));
    add(&world, "<b>Lạ</b>", "điện").await;
    let page = world.page(&cookie, "/saved").await.body;
    for words in [
        "href=\"/search?q=search%3A%22X%C4%83ng%20d%E1%BA%A7u%22\">Xăng dầu</a>",
        "bản tin hằng tuần",
        "31 bài · ",
        "&#60;b&#62;Lạ&#60;/b&#62;",
        "href=\"/saved/1\">Xóa…</a>",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let wrong = post("/saved", "name=xăng+dầu&query=(a&notify=each").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert!(wrong.body.contains("Chưa lưu được") && wrong.body.contains("value=\"(a\"") && wrong.body.contains("value=\"each\" selected"));
    let taken = post("/saved", "name=X%C4%82NG+D%E1%BA%A6U&query=a").await;
    assert!(taken.status == StatusCode::CONFLICT && taken.body.contains("đã có tìm kiếm tên «Xăng dầu»"), "{}", taken.body);
    let one = world.page(&cookie, "/saved/1").await.body;
    assert!(one.contains("Xóa tìm kiếm này?") && one.contains("action=\"/saved/1\" method=\"post\""), "{one}");
    assert_eq!(post("/saved/1", "").await.status, StatusCode::SEE_OTHER);
    assert_eq!(world.page(&cookie, "/saved/1").await.status, StatusCode::NOT_FOUND);
    assert_eq!(post("/saved/1", "").await.status, StatusCode::NOT_FOUND);
}
