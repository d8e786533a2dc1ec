//! What stands beside the file of an alert: what is on record, what was answered before and now, the draft, the document.

use crate::staff::{logged, post, send, session, token, user};
use crate::world::{Answer, NOW, World};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kiemtin_model::{AlertEventKind, AuditAction, Right, StaffRole};
use kiemtin_store::Store;
use kiemtin_web::Allowed;
use serde_json::{Value, json};

const HOSTILE: &str = "<script>alert(1)</script>";

async fn acted(world: &World, token: &str, alert: i64, body: Value) -> Value {
    let answer = send(world, token, Method::POST, &format!("/api/v1/alerts/{alert}/actions"), &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{body} {}", answer.body);
    answer.json()
}

/// Two reviewers' tokens.
async fn reviewers(world: &World) {
    for name in ["lan", "minh"] {
        let one = user(world, name, StaffRole::Reviewer, None).await;
        token(world, &one, &format!("kt_{name}"), &[Right::Read, Right::Review], 30).await;
    }
}

async fn put(world: &World, token: &str, seen: Option<&str>, body: &Value) -> Answer {
    let request = Request::put("/api/v1/alerts/1/draft").header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = seen.into_iter().fold(request, |request, seen| request.header(header::IF_MATCH, seen));
    world.ask(request.body(Body::from(body.to_string())).unwrap()).await
}

#[tokio::test]
async fn official_texts_and_facts_that_bear_on_the_claim_are_found() {
    let world = World::filled().await;
    let decided = "Quyết định số 599/QĐ-EVN quy định giá bán lẻ điện bình quân là 2.204,0655 đồng/kWh.";
    world.announced("qd-599", "Công bố giá bán lẻ điện bình quân", decided, 4_000).await;
    world.announced("lich", "Lịch ngừng giảm cung cấp điện tuần tới", "Các quận nội thành không bị cắt điện.", 2).await;
    world.wrote("noi-lai", kiemtin_model::Stance::Reports, "Nghe nói về 599/QĐ-EVN", "599/QĐ-EVN là gì vậy mọi người?", 1).await;
    let b = world.api("/api/v1/alerts/1").await.json();
    let related = b["related"]["documents"].as_array().unwrap();
    let titles: Vec<_> = related.iter().map(|d| d["title"].as_str().unwrap()).collect();
    assert_eq!(titles.first(), Some(&"Công bố giá bán lẻ điện bình quân"), "{b}");
    assert!(!titles.contains(&"Nghe nói về 599/QĐ-EVN"), "only what is official");
    assert!(!titles.contains(&"EVN bác bỏ tin giá điện 2.500 đồng"), "not what is of the narrative");
    assert_eq!((&related[0]["group"], &related[0]["before_claim"]), (&json!("official"), &json!(true)));
    let passage: Vec<char> = related[0]["passage"].as_str().unwrap().chars().collect();
    let marks = related[0]["highlights"].as_array().unwrap().iter();
    let marked: Vec<String> =
        marks.map(|h| passage[h[0].as_u64().unwrap() as usize..h[1].as_u64().unwrap() as usize].iter().collect()).collect();
    assert!(marked.iter().any(|m| m.contains("599/QĐ-EVN")), "{marked:?}");
    assert_eq!(b["related"]["left_out"], false);

    let fact = &b["facts"][0];
    assert_eq!((fact["value"].as_f64(), fact["document"].as_str()), (Some(2204.0655), Some("599/QĐ-EVN")));
    assert_eq!((&fact["stale"], &fact["valid_to"], &fact["of_claim"]), (&json!(true), &Value::Null, &json!(false)));
    let page = world.page(&world.sign_in().await, "/alerts/1").await.body;
    for words in [
        "có thể liên quan",
        "Công bố giá bán lẻ điện bình quân",
        "trước khi tin xuất hiện",
        "<mark>599/QĐ-EVN</mark>",
        "2.204,0655 đồng/kWh",
        "từ 10/05/2025",
        "chưa xác nhận lại sau 31/10/2026",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[tokio::test]
async fn a_slow_index_blocks_no_briefing() {
    // No search may run: one waits for its turn for longer than a briefing does.
    let world = World::allowing(Allowed { searches_at_once: 0, ..Allowed::default() }).await;
    let begun = std::time::Instant::now();
    let b = world.api("/api/v1/alerts/1").await;
    assert!(b.status == StatusCode::OK && begun.elapsed() < std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
    let b = b.json();
    assert_eq!((&b["related"]["left_out"], b["facts"].as_array().map(Vec::len)), (&json!(true), Some(2)));
    let page = world.page(&world.sign_in().await, "/alerts/1").await.body;
    assert!(page.contains("chỉ mục trả lời quá chậm") && page.contains("Vì sao bị gắn cờ"));
}

#[tokio::test]
async fn the_course_is_marked_and_told_in_figures() {
    let world = World::filled().await;
    reviewers(&world).await;
    acted(&world, "kt_lan", 1, json!({"action": "acknowledge"})).await;
    let confirm = json!({"action": "confirm", "finding": "false", "reason": "trái văn bản", "reference": "599/QĐ-EVN"});
    acted(&world, "kt_lan", 1, confirm.clone()).await;
    acted(&world, "kt_minh", 1, confirm).await;
    let page = world.page(&world.sign_in().await, "/alerts/1").await.body;
    for words in [
        "<line class=\"moment first\"",
        "<line class=\"moment answer\"",
        "<line class=\"moment decision\"",
        "<line class=\"moment deadline\"",
        "22/11/2026 02:05: Bài đầu tiên",
        "23/11/2026 07:05: Phản hồi, Tập đoàn Điện lực Việt Nam",
        "23/11/2026 08:05: Kết luận, tin sai sự thật",
        "24/11/2026 03:05: Hạn trả lời",
        "<th scope=\"col\">Mốc</th>",
        "<strong>Đề nghị kết luận</strong> · <span translate=\"no\">lan</span>",
        "trái văn bản",
        "Dẫn chiếu: <span lang=\"vi\">599/QĐ-EVN</span>",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[tokio::test]
async fn growth_after_growth_is_one_entry() {
    let world = World::filled().await;
    let mut batch = world.store.begin().await.unwrap();
    let alert = batch.alert(1).await.unwrap().unwrap();
    for i in 0..300 {
        batch.put_event(&alert, AlertEventKind::Grew, NOW.plus(i * 1_000)).await.unwrap();
    }
    batch.put_event(&alert, AlertEventKind::Escalated, NOW.plus(400_000)).await.unwrap();
    batch.commit().await.unwrap();
    let page = world.page(&world.sign_in().await, "/alerts/1").await.body;
    assert_eq!(page.matches("<strong>Lan rộng</strong>").count(), 1);
    assert!(page.contains("(lần thứ 300 kể từ 23/11/2026 08:05)") && page.contains("<strong>Tăng mức</strong>"));
    assert_eq!(world.api("/api/v1/alerts/1").await.json()["history"].as_array().map(Vec::len), Some(302), "the API gives each");
}

#[tokio::test]
async fn the_ledger_tells_hours_and_coverage() {
    let world = World::filled().await;
    reviewers(&world).await;
    let b = world.api("/api/v1/alerts/1").await.json();
    assert_eq!((&b["answers"], &b["hours_to_answer"]), (&json!([]), &Value::Null));
    let c = &b["correction"];
    assert_eq!(c["since"], "2026-11-23T07:05:00+07:00", "since the first text that denies it");
    let of = |c: &Value| ["claim_documents", "claim_sources", "correction_documents", "correction_sources"].map(|k| c[k].as_u64().unwrap());
    assert_eq!(of(c), [0, 0, 1, 1]);
    assert_eq!(c["per_day"], json!([{"day": "2026-11-23T00:00:00+07:00", "claim_documents": 0, "correction_documents": 1}]));
    let none = world.api("/api/v1/alerts/2").await.json();
    assert_eq!(none["correction"], Value::Null, "nobody has answered");

    acted(&world, "kt_lan", 1, json!({"action": "acknowledge"})).await;
    let confirm = json!({"action": "confirm", "finding": "false", "reason": "trái văn bản", "reference": "599/QĐ-EVN"});
    acted(&world, "kt_lan", 1, confirm.clone()).await;
    acted(&world, "kt_minh", 1, confirm).await;
    world.wait(90 * 60_000);
    let answer =
        json!({"action": "respond", "url": "https://moit.example/tra-loi?a=1&b=2", "channel": "Cổng thông tin", "note": "Giá chưa đổi"});
    let b = acted(&world, "kt_minh", 1, answer).await;
    assert_eq!(b["hours_to_answer"], 6.5, "opened five hours before the clock began");
    assert_eq!((&b["answers"][0]["by"], &b["answers"][0]["channel"]), (&json!("minh"), &json!("Cổng thông tin")));
    let page = world.page(&world.sign_in().await, "/alerts/1").await.body;
    for words in
        ["sau <strong>6,5 giờ</strong>", "https://moit.example/tra-loi?a=1&#38;b=2</a>", "Cổng thông tin · Giá chưa đổi</span> · minh ghi"]
    {
        assert!(page.contains(words), "{words}");
    }
}

#[tokio::test]
async fn claims_like_it_are_shown_to_those_who_may_see_them() {
    let world = World::filled().await;
    reviewers(&world).await;
    let other = user(&world, "khac", StaffRole::Reviewer, Some(&["Cục Hóa chất"])).await;
    token(&world, &other, "kt_khac", &[Right::Read], 30).await;
    let earlier = async |token: &str| {
        let b = send(&world, token, Method::GET, "/api/v1/alerts/1", &json!(null)).await.json();
        b["earlier"].as_array().unwrap().clone()
    };
    assert!(earlier("kt_lan").await.is_empty(), "nothing is settled yet");
    let like = world.raised("gia-dien-2730", "Giá điện bình quân tăng lên 2.730 đồng/kWh từ 1/6").await;
    let dismissed = json!({"action": "dismiss", "reason": "correct", "note": "Đúng với 599/QĐ-EVN"});
    acted(&world, "kt_lan", like, dismissed.clone()).await;
    acted(&world, "kt_lan", 2, dismissed).await;
    let found = earlier("kt_lan").await;
    assert_eq!(found.len(), 1, "the other one has neither kind nor topic in common: {found:?}");
    let one = &found[0];
    assert_eq!((one["id"].as_i64(), &one["dismissed_as"], &one["reason"]), (Some(like), &json!("correct"), &json!("Đúng với 599/QĐ-EVN")));
    assert!(one["likeness"].as_f64().unwrap() > 0.4 && one["same_claim"] == false);
    let page = world.page(&world.sign_in().await, "/alerts/1").await.body;
    assert!(page.contains("2.730 đồng/kWh") && page.contains("Bỏ qua: thông tin đúng") && page.contains(&format!("/alerts/{like}")));
    acted(&world, "kt_lan", like, json!({"action": "restrict"})).await;
    assert_eq!(earlier("kt_lan").await.len(), 1);
    assert!(earlier("kt_khac").await.is_empty(), "restricted to another unit");
}

#[tokio::test]
async fn a_draft_is_kept_and_never_overwritten_unseen() {
    let world = World::filled().await;
    reviewers(&world).await;
    let reader = user(&world, "doc", StaffRole::Reader, None).await;
    token(&world, &reader, "kt_doc", &[Right::Read], 30).await;
    let none = send(&world, "kt_doc", Method::GET, "/api/v1/alerts/1/draft", &json!(null)).await;
    assert_eq!((none.status, none.header(header::ETAG), &none.json()["revision"]), (StatusCode::OK, "\"0\"", &json!(0)));
    let text =
        json!({"message": " Giá điện chưa đổi. ", "facts": "599/QĐ-EVN", "questions": [{"question": "Khi nào?", "answer": HOSTILE}]});
    assert_eq!(put(&world, "kt_doc", None, &text).await.status, StatusCode::FORBIDDEN, "who reads does not write");
    let first = put(&world, "kt_lan", None, &text).await;
    assert_eq!((first.status, first.header(header::ETAG)), (StatusCode::OK, "\"1\""));
    assert_eq!((&first.json()["message"], &first.json()["by"]), (&json!("Giá điện chưa đổi."), &json!("lan")));
    for seen in [None, Some("\"0\""), Some("\"7\"")] {
        let stale = put(&world, "kt_minh", seen, &json!({"message": "khác"})).await;
        assert_eq!(
            (stale.status, &stale.json()["type"]),
            (StatusCode::PRECONDITION_FAILED, &json!("urn:kiemtin:problem:stale")),
            "{seen:?}"
        );
    }
    assert_eq!(put(&world, "kt_minh", Some("\"1\""), &json!({"message": "khác"})).await.json()["revision"], 2);
    assert_eq!(put(&world, "kt_lan", Some("*"), &text).await.json()["revision"], 3);
    for (body, words) in [
        (json!({"message": "ệ".repeat(6_001)}), "«Thông điệp» dài 6001 ký tự, nhiều nhất 6000"),
        (json!({"questions": vec![json!({"question": "a"}); 13]}), "có 13 câu hỏi"),
        (json!({"messages": ""}), "messages"),
        (json!([]), "message"),
    ] {
        let wrong = put(&world, "kt_lan", Some("\"3\""), &body).await;
        assert!(wrong.status == StatusCode::BAD_REQUEST && wrong.body.contains(words), "{words}: {}", wrong.body);
    }
    let long = json!({"message": "ệ".repeat(400_000)});
    assert_eq!(put(&world, "kt_lan", Some("\"3\""), &long).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    let full = json!({"message": "ệ".repeat(6_000), "facts": "ệ".repeat(6_000), "questions": vec![json!({"question": "ộ".repeat(500), "answer": "ộ".repeat(2_000)}); 12]});
    assert_eq!(put(&world, "kt_lan", Some("\"3\""), &full).await.status, StatusCode::OK, "all that is allowed fits");
    assert_eq!(send(&world, "kt_lan", Method::GET, "/api/v1/alerts/99/draft", &json!(null)).await.status, StatusCode::NOT_FOUND);
    let log = logged(&world, "alert/1").await;
    assert!(log.iter().all(|(action, ..)| *action == AuditAction::Alert) && log.len() == 4, "{log:?}");
    assert!(log[3].2.contains("\"change\":\"draft\"") && !log[3].2.contains("Giá điện"), "the log holds no text: {log:?}");
}

#[tokio::test]
async fn what_was_typed_survives_a_conflict_on_the_page() {
    let world = World::filled().await;
    let lan = user(&world, "lan", StaffRole::Reviewer, None).await;
    let minh = user(&world, "minh", StaffRole::Reviewer, None).await;
    let doc = user(&world, "doc", StaffRole::Reader, None).await;
    let (lan, minh, doc) = (session(&world, &lan, "l").await, session(&world, &minh, "m").await, session(&world, &doc, "d").await);
    let page = world.page(&lan, "/alerts/1").await.body;
    assert!(
        page.contains("action=\"/alerts/1/draft#draft\"")
            && page.contains("name=\"revision\" value=\"0\"")
            && page.contains("Chưa ai soạn.")
    );
    assert!(!world.page(&doc, "/alerts/1").await.body.contains("action=\"/alerts/1/draft#draft\""));
    let path = "/alerts/1/draft";
    let typed = "Giá điện\r\nchưa đổi & không tăng";
    let kept = post(&world, &lan, path, &[("revision", "0"), ("message", typed), ("question1", "Khi nào?"), ("answer1", HOSTILE)]).await;
    assert_eq!((kept.status, kept.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/alerts/1#draft"));
    let other = [("revision", "0"), ("message", "Lời của Minh"), ("question2", "Ai nói?"), ("spokesperson", "Chánh Văn phòng")];
    let stale = post(&world, &minh, path, &other).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    for words in [
        "Chưa ghi được: dự thảo đã được lan ghi lại",
        ">Lời của Minh</textarea>",
        "value=\"Ai nói?\"",
        "value=\"Chánh Văn phòng\"",
        "lan đã ghi:",
        "Giá điện\nchưa đổi &#38; không tăng",
        "&#60;script&#62;",
        "name=\"revision\" value=\"1\"",
    ] {
        assert!(stale.body.contains(words), "{words}");
    }
    assert!(!stale.body.contains(HOSTILE));
    let again: Vec<_> = [("revision", "1")].into_iter().chain(other.into_iter().skip(1)).collect();
    assert_eq!(post(&world, &minh, path, &again).await.status, StatusCode::SEE_OTHER, "sent once more, knowing of the other");
    let long = "ệ".repeat(6_001);
    let wrong = post(&world, &lan, path, &[("revision", "2"), ("message", &long)]).await;
    assert!(wrong.status == StatusCode::BAD_REQUEST && wrong.body.contains(&long), "too long, and still in its field");
    assert_eq!(post(&world, &doc, path, &[("revision", "2")]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(world.page(&lan, path).await.header(header::LOCATION), "/alerts/1#draft");
    let read = world.page(&doc, "/alerts/1").await.body;
    assert!(read.contains("Lời của Minh") && read.contains("bản 2, minh ghi 23/11/2026 08:05"));
}

#[tokio::test]
async fn the_briefing_leaves_as_a_document_and_that_is_logged() {
    let world = World::filled().await;
    reviewers(&world).await;
    let cookie = world.sign_in().await;
    assert!(world.page(&cookie, "/alerts/2").await.body.contains("href=\"/api/v1/alerts/2/briefing.docx\" download"));
    let fetch = async || world.bytes("/api/v1/alerts/2/briefing.docx").await;
    let (head, bytes) = fetch().await;
    assert!(head.status == StatusCode::OK && bytes.starts_with(b"PK\x03\x04"));
    assert_eq!(head.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"CB-2026-0002.docx\"");
    world.wait(3_600_000);
    assert!(fetch().await.1 == bytes, "the same an hour later");
    let text = json!({"message": "Nguồn cung bảo đảm."});
    let path = "/api/v1/alerts/2/draft";
    assert_eq!(send(&world, "kt_lan", Method::PUT, path, &text).await.status, StatusCode::OK);
    assert!(fetch().await.1 != bytes, "with a draft it says more");
    let log = logged(&world, "alert/2").await;
    assert_eq!(log.iter().filter(|(action, ..)| *action == AuditAction::Export).count(), 3, "{log:?}");
    assert_eq!(
        world.status_of(Request::get("/api/v1/alerts/2/briefing.docx").body(Body::empty()).unwrap()).await,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(world.api("/api/v1/alerts/99/briefing.docx").await.status, StatusCode::NOT_FOUND);
    assert!(world.now() > NOW);
}
