//! The review queue: alerts that wait for a second reviewer, the random sample, the measured miss rate.

use crate::staff::{logged, post, send, session, user};
use crate::world::World;
use axum::http::{Method, StatusCode, header};
use kiemtin_model::{AuditAction, StaffRole, Week};
use kiemtin_store::Store;
use serde_json::{Value, json};

/// Draws a sample of the week in which most of the documents were published.
pub async fn draw(world: &World) {
    let week = Week::of(world.now()).before();
    let mut batch = world.store.begin().await.unwrap();
    let drawn = batch.draw_sample(week, 4, world.now()).await.unwrap();
    batch.commit().await.unwrap();
    assert_eq!(drawn, Some(4));
}

/// The samples, with a random sample drawn.
async fn drawn() -> World {
    let world = World::filled().await;
    draw(&world).await;
    world
}

async fn act(world: &World, method: Method, path: &str, body: &Value) -> crate::world::Answer {
    send(world, &world.secrets.token, method, path, body).await
}

#[tokio::test]
async fn answers_make_the_miss_rate() {
    let world = drawn().await;
    let queue = world.api("/api/v1/review").await.json();
    let items = queue["items"].as_array().unwrap();
    assert_eq!((items.len(), &queue["overall"]["miss_rate"], &queue["weeks"][0]["sampled"]), (4, &Value::Null, &json!(4)));
    assert_eq!(queue["weeks"][0]["week"], "2026-W47");
    assert!(items.iter().all(|i| i["document"]["flag"] == false && i["finding"].is_null()));
    let path = |n: usize| format!("/api/v1/review/{}", items[n]["id"]);
    let missed = json!({"answer": "missed", "kind": "panic_rumour", "note": "kêu gọi tích trữ"});
    let done = act(&world, Method::POST, &path(0), &missed).await;
    assert_eq!(
        (done.status, done.header(header::ETAG), &done.json()["finding"]["kind"]),
        (StatusCode::OK, "\"1\"", &json!("panic_rumour"))
    );
    assert_eq!(act(&world, Method::POST, &path(1), &json!({"answer": "no_flag"})).await.status, StatusCode::OK);
    for (body, status) in [
        (json!({"answer": "missed"}), 400),
        (json!({"answer": "no_flag", "kind": "panic_rumour"}), 400),
        (json!({"answer": "maybe"}), 400),
        (json!({"answer": "no_flag", "author": "x"}), 400),
        (json!({"answer": "missed", "kind": "panic_rumour", "note": "ệ".repeat(2_001)}), 400),
    ] {
        assert_eq!(act(&world, Method::POST, &path(2), &body).await.status.as_u16(), status, "{body}");
    }
    assert_eq!(act(&world, Method::POST, "/api/v1/review/99", &missed).await.status, StatusCode::NOT_FOUND);
    let after = world.api("/api/v1/review").await.json();
    assert_eq!(after["items"].as_array().unwrap().len(), 2, "those that wait");
    // Wilson (1927) for 1 of 2.
    let rate = &after["overall"]["miss_rate"];
    assert_eq!((&after["overall"]["answered"], &after["overall"]["missed"], &rate["share"]), (&json!(2), &json!(1), &json!(0.5)));
    assert!((rate["low"].as_f64().unwrap() - 0.0945).abs() < 1e-3 && (rate["high"].as_f64().unwrap() - 0.9055).abs() < 1e-3, "{rate}");
    assert_eq!(after["weeks"][0]["miss_rate"], after["overall"]["miss_rate"]);
    for (query, count) in
        [("state=all", 4), ("state=missed", 1), ("state=no_flag", 1), ("week=2026-W47", 2), ("week=2026-W46&state=all", 0)]
    {
        let found = world.api(&format!("/api/v1/review?{query}")).await.json();
        assert_eq!(found["items"].as_array().map(Vec::len), Some(count), "{query}");
    }
    for query in ["state=x", "week=47", "cursor=x", "x=1"] {
        assert_eq!(world.api(&format!("/api/v1/review?{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let one = world.api(&path(0)).await;
    assert_eq!((one.header(header::ETAG), one.json()["finding"]["note"].as_str()), ("\"1\"", Some("kêu gọi tích trữ")));
    let log = logged(&world, "review/").await;
    assert_eq!(log.iter().filter(|e| e.0 == AuditAction::Review).count(), 2);
}

#[tokio::test]
async fn reviewers_answer_on_the_page() {
    let world = drawn().await;
    let lan = user(&world, "lan", StaffRole::Reviewer, None).await;
    let reader = user(&world, "reader", StaffRole::Reader, None).await;
    let (cookie, other) = (session(&world, &lan, "lan").await, session(&world, &reader, "reader").await);
    let page = world.page(&cookie, "/review").await.body;
    for words in ["Không có cảnh báo nào chờ", "Chưa rà soát bài nào", "Tuần 47 (16–22/11/2026)", "Không cần cờ", "Bỏ sót…", "0 / 4"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let seen = world.page(&other, "/review").await.body;
    assert!(seen.contains("Tuần 47") && !seen.contains("action=\"/review/"), "who only reads is offered no form");
    let fields = [("answer", "missed"), ("kind", "false_figure"), ("note", "<b>số sai</b>"), ("revision", "0")];
    assert_eq!(post(&world, &other, "/review/1", &fields).await.status, StatusCode::FORBIDDEN);
    let done = post(&world, &cookie, "/review/1", &fields).await;
    assert_eq!((done.status, done.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/review"));
    let stale = post(&world, &cookie, "/review/1", &[("answer", "no_flag"), ("kind", ""), ("revision", "0")]).await;
    assert!(stale.status == StatusCode::PRECONDITION_FAILED && stale.body.contains("đã được người khác trả lời"), "{}", stale.body);
    assert!(stale.body.contains("&#60;b&#62;số sai") && stale.body.contains("Bỏ sót"), "what is there now is shown beside it");
    let wrong = post(&world, &cookie, "/review/2", &[("answer", "missed"), ("kind", ""), ("revision", "0")]).await;
    assert!(wrong.status == StatusCode::BAD_REQUEST && wrong.body.contains("cần loại cờ"), "{}", wrong.body);
    // The list of kinds goes with both buttons.
    let fine = post(&world, &cookie, "/review/2", &[("answer", "no_flag"), ("kind", "false_figure"), ("revision", "0")]).await;
    assert_eq!(fine.status, StatusCode::SEE_OTHER);
    let page = world.page(&cookie, "/review?state=all").await.body;
    assert!(
        page.contains("bỏ sót 1 trong 2 bài") && page.contains("50,0 % (95 %: 9,5 % – 90,5 %)") && page.contains("lan, 23/11/2026"),
        "{page}"
    );
    assert_eq!(world.page(&cookie, "/review/99").await.status, StatusCode::NOT_FOUND);
    let empty = World::empty().await;
    let cookie = empty.sign_in().await;
    assert!(empty.page(&cookie, "/review").await.body.contains("Chưa rút mẫu nào"));
}

#[tokio::test]
async fn a_second_reviewer_is_waited_for() {
    let world = World::filled().await;
    let lan = user(&world, "lan", StaffRole::Reviewer, None).await;
    let minh = user(&world, "minh", StaffRole::Reviewer, None).await;
    let (cookie, other) = (session(&world, &lan, "lan").await, session(&world, &minh, "minh").await);
    post(&world, &cookie, "/alerts/1", &[("action", "acknowledge")]).await;
    let fields = [("action", "confirm"), ("reason", "khác Quyết định 599"), ("reference", "599/QĐ-EVN"), ("finding", "fake")];
    assert_eq!(post(&world, &cookie, "/alerts/1", &fields).await.status, StatusCode::SEE_OTHER);
    let own = world.page(&cookie, "/review").await.body;
    assert!(own.contains("Tin giả") && own.contains("Bạn đã đề nghị; cần người khác xác nhận"), "{own}");
    let page = world.page(&other, "/review").await.body;
    assert!(page.contains("Tin giả") && page.contains("lan") && !page.contains("Bạn đã đề nghị"), "{page}");
    assert_eq!(world.api("/api/v1/review").await.json()["alerts"].as_array().unwrap().len(), 1);
    post(&world, &other, "/alerts/1", &[("action", "confirm")]).await;
    assert!(world.api("/api/v1/review").await.json()["alerts"].as_array().unwrap().is_empty());
    let hits = world.api("/api/v1/rules").await.json();
    assert!(hits["items"].is_array());
}
