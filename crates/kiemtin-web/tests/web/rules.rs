//! Rules, claims, facts and the bench: what fires, how well, and why?

use crate::staff::{post, send, session, token, user};
use crate::world::{Answer, HOSTILE, World};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kiemtin_model::{Right, StaffRole};
use serde_json::{Value, json};

const SCAM: &str =
    "Bộ Công Thương tuyển cộng tác viên online, lương 30 triệu, đặt cọc 500.000 đồng vào tài khoản 0123456789 rồi gọi 0912345678 ngay.";
const PRICE_NOW: &str = "Giá bán lẻ điện bình quân bây giờ là 2.730 đồng/kWh, ai cũng phải trả.";

async fn classify(world: &World, line: &Value) -> Answer {
    send(world, &world.secrets.token, Method::POST, "/api/v1/classify", line).await
}

#[tokio::test]
async fn every_rule_is_listed_with_how_it_fares() {
    let world = World::filled().await;
    let list = world.api("/api/v1/rules").await.json();
    let items = list["items"].as_array().unwrap();
    assert!(items.len() > 20 && list["next_cursor"].is_null() && list["rules_version"].is_string());
    // The samples carry signals of invented rules.
    assert!(list["unknown_rules"].as_array().unwrap().contains(&json!("so-lieu-gia-dien")), "{}", list["unknown_rules"]);
    assert!(items.iter().all(|r| r["hits"] == 0 && r["precision"].is_null()), "{}", items[0]);
    assert!(!list["guards"].as_array().unwrap().is_empty());
    let id = items[0]["id"].as_str().unwrap();
    let one = world.api(&format!("/api/v1/rules/{id}")).await.json();
    assert!(one["id"] == id && !one["evidence"].as_array().unwrap().is_empty() && one["examples"].as_array().unwrap().len() >= 2, "{one}");
    let hits = world.api("/api/v1/rules/so-lieu-gia-dien/hits?limit=5").await.json();
    assert_eq!((hits["items"].as_array().unwrap().len(), hits["items"][0]["source"].as_str()), (5, Some("evn")), "the latest first");
    assert!(hits["next_cursor"].is_string());
    for (path, status) in [
        ("/api/v1/rules/khong-co", StatusCode::NOT_FOUND),
        ("/api/v1/rules?x=1", StatusCode::BAD_REQUEST),
        ("/api/v1/rules/a/hits?cursor=x", StatusCode::BAD_REQUEST),
        ("/api/v1/claims", StatusCode::OK),
        ("/api/v1/facts", StatusCode::OK),
        ("/api/v1/topics", StatusCode::OK),
    ] {
        assert_eq!(world.api(path).await.status, status, "{path}");
    }
    let topics = world.api("/api/v1/topics").await.json();
    let power = topics["items"].as_array().unwrap().iter().find(|t| t["id"] == "gia-dien").unwrap().clone();
    assert_eq!((&power["open_alerts"], power["documents_7_days"].as_u64() > Some(5)), (&json!(1), true), "{power}");
    let facts = world.api("/api/v1/facts").await.json();
    let price = facts["items"].as_array().unwrap().iter().find(|f| f["id"] == "gia-dien-binh-quan").unwrap_or(&facts["items"][0]).clone();
    let values = price["values"].as_array().unwrap();
    assert!(values.iter().filter(|v| v["current"] == true).count() == 1 && values[0]["valid_to"].is_null(), "{price}");
}

#[tokio::test]
async fn the_pages_say_what_a_rule_is() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let page = world.page(&cookie, "/rules").await;
    assert_eq!(page.status, StatusCode::OK);
    for words in ["Thử một đoạn văn", "quy tắc,", "chưa có kết luận nào", "1–50 trong", "so-lieu-gia-dien", "Rà soát"]
    {
        assert!(page.body.contains(words), "{words}");
    }
    let next = world.page(&cookie, "/rules?offset=50").await.body;
    assert!(next.contains("Trang trước") && !next.contains("1–50 trong"));
    for (path, words) in [
        ("/rules?state=warned", "Cần xem lại"),
        ("/rules?kind=impersonation_scam", "Giả danh, lừa đảo"),
        ("/rules?name=khong+co+quy+tac+nay", "Không có quy tắc nào khớp"),
        ("/claims", "Tin đã bị bác bỏ"),
        ("/claims?topic=gia-dien", "cắt điện trong 2 giờ"),
        ("/claims/evn-cat-dien-2-gio", "Ngành điện không nhắn tin"),
        ("/facts", "2.204,0655"),
    ] {
        let page = world.page(&cookie, path).await;
        assert!(page.status == StatusCode::OK && page.body.contains(words), "{path}: {}", page.body);
    }
    let id = world.api("/api/v1/rules").await.json()["items"][0]["id"].as_str().unwrap().to_owned();
    let rule = world.page(&cookie, &format!("/rules/{id}")).await.body;
    assert!(rule.contains("Phải khớp") && rule.contains("Không được gắn cờ") && rule.contains("Chưa có cảnh báo nào"), "{rule}");
    let led = world.page(&cookie, "/rules/claim:evn-cat-dien-2-gio").await;
    assert_eq!((led.status, led.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/claims/evn-cat-dien-2-gio"));
    for (path, status) in [("/rules/x", 404), ("/claims/x", 404), ("/rules?kind=x", 400), ("/rules?offset=-1", 400)] {
        assert_eq!(world.page(&cookie, path).await.status.as_u16(), status, "{path}");
    }
}

#[tokio::test]
async fn a_line_is_classified_as_by_the_command() {
    let world = World::filled().await;
    let line = json!({"id": 7, "text": PRICE_NOW, "published_at": "2026-11-20", "kind": "social", "author": "ai đó"});
    let verdict = classify(&world, &line).await.json();
    // The fact was not confirmed lately: no more than a watch.
    assert_eq!((&verdict["id"], &verdict["flag"], &verdict["level"]), (&json!("7"), &json!(true), &json!("watch")), "{verdict}");
    let signals = verdict["signals"].as_array().unwrap();
    let sum: f64 = signals.iter().map(|s| s["score"].as_f64().unwrap()).sum();
    assert_eq!(verdict["score"].as_f64(), Some(sum));
    let text: Vec<char> = PRICE_NOW.chars().collect();
    for e in signals.iter().flat_map(|s| s["evidence"].as_array().unwrap()) {
        let words: String = text[e["start"].as_u64().unwrap() as usize..e["end"].as_u64().unwrap() as usize].iter().collect();
        assert_eq!(e["text"].as_str(), Some(words.as_str()));
    }
    assert!(!verdict.to_string().contains("ai đó"), "no author is even read");
    for bad in [json!({}), json!([1]), json!({"text": 1})] {
        assert_eq!(classify(&world, &bad).await.status, StatusCode::BAD_REQUEST, "{bad}");
    }
    assert_eq!(classify(&world, &json!({"text": "a".repeat(70_000)})).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let before = world.api("/api/v1/rules").await.json()["items"].clone();
    assert!(before.as_array().unwrap().iter().all(|r| r["hits"] == 0), "nothing of it is kept");
    let minh = user(&world, "minh", StaffRole::Reader, None).await;
    token(&world, &minh, "kt_read", &[Right::Read], 1).await;
    assert_eq!(send(&world, "kt_read", Method::POST, "/api/v1/classify", &line).await.status, StatusCode::OK, "reading is enough");
}

#[tokio::test]
async fn the_bench_explains_and_masks() {
    let world = World::filled().await;
    let reader = user(&world, "reader", StaffRole::Reader, None).await;
    let cookie = session(&world, &reader, "reader").await;
    let said = post(&world, &cookie, "/rules", &[("title", ""), ("text", SCAM), ("group", "social"), ("day", "2026-11-20")]).await;
    assert_eq!(said.status, StatusCode::OK);
    for words in
        ["Gắn cờ: cần kiểm chứng", "Giả danh, lừa đảo", "Tổng điểm:", "<mark>", "Dữ liệu cá nhân trong đoạn văn đã được che", "[tài khoản]"]
    {
        assert!(said.body.contains(words), "{words}: {}", said.body);
    }
    assert!(!said.body.contains("0912345678") && !said.body.contains("0123456789"), "what is shown of the text is masked, in the form too");
    let fact = post(&world, &cookie, "/rules", &[("text", PRICE_NOW), ("group", "forum"), ("day", "20/11/2026")]).await.body;
    assert!(fact.contains("khác mọi giá trị từng có") && fact.contains("2.204,0655"), "{fact}");
    let denied = format!("{PRICE_NOW}\r\n\r\nTrời mưa.\r\n\r\nTrời nắng.\r\n\r\nTrời mát.\r\n\r\nMột chuyện khác hẳn thì là tin giả.");
    let denied = post(&world, &cookie, "/rules", &[("text", &denied), ("group", "social"), ("day", "2026-11-20")]).await.body;
    assert!(denied.contains("Có từ ngữ nhưng không có tác dụng") && denied.contains("Vì sao không: tín hiệu 1"), "{denied}");
    let quiet = post(&world, &cookie, "/rules", &[("title", HOSTILE), ("text", "Trời hôm nay đẹp."), ("group", "press")]).await.body;
    assert!(quiet.contains("Không gắn cờ") && quiet.contains("Không quy tắc nào khớp") && !quiet.contains("<script>alert"), "{quiet}");
    for (fields, status, words) in [
        (vec![("text", " ")], 400, "Hãy dán tiêu đề hoặc nội dung"),
        (vec![("text", "a"), ("day", "hôm nọ")], 400, "Ngày đăng không đọc được"),
    ] {
        let wrong = post(&world, &cookie, "/rules", &fields).await;
        assert!(wrong.status.as_u16() == status && wrong.body.contains(words), "{fields:?}: {}", wrong.body);
    }
    // 64 KiB of letters that take three bytes come as nine characters each.
    let long = "ệ".repeat(21_000);
    assert_eq!(post(&world, &cookie, "/rules", &[("text", &long)]).await.status, StatusCode::OK);
    let longer = "ệ".repeat(22_000);
    assert_eq!(post(&world, &cookie, "/rules", &[("text", &longer)]).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let garbage = Request::post("/rules").header("sec-fetch-site", "same-origin").header(header::COOKIE, &cookie);
    let garbage = world.ask(garbage.body(Body::from("%ff%fe=%zz&&=")).unwrap()).await;
    assert_eq!(garbage.status, StatusCode::BAD_REQUEST);
}
