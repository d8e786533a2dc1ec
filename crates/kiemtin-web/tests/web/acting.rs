//! What people do with alerts, by programs and by the page.

use crate::staff::{post, send, session, token, user};
use crate::world::{Answer, World};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kiemtin_model::{Right, StaffRole};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/alerts/1/actions";

/// Two reviewers and a reader, each with a token of that name and a session.
async fn people(world: &World) -> [String; 3] {
    let one = async |name: &'static str, role: StaffRole, rights: &[Right]| {
        let user = user(world, name, role, None).await;
        token(world, &user, name, rights, 30).await;
        session(world, &user, name).await
    };
    let rights = [Right::Read, Right::Review];
    [
        one("lan", StaffRole::Reviewer, &rights).await,
        one("minh", StaffRole::Reviewer, &rights).await,
        one("doc", StaffRole::Reader, &[Right::Read]).await,
    ]
}

async fn does(world: &World, who: &str, body: Value) -> Answer {
    send(world, who, Method::POST, PATH, &body).await
}

#[tokio::test]
async fn programs_move_an_alert_from_new_to_closed() {
    let world = World::filled().await;
    people(&world).await;
    let before = world.api("/api/v1/alerts/1").await;
    assert_eq!(
        (before.header(header::ETAG), &before.json()["status"], &before.json()["reviewed"]),
        ("\"0\"", &json!("new"), &json!(false))
    );
    assert_eq!(does(&world, "doc", json!({"action": "acknowledge"})).await.status, StatusCode::FORBIDDEN);
    let steps = [
        ("lan", json!({"action": "acknowledge"}), "acknowledged"),
        ("lan", json!({"action": "assign", "assignee": "minh"}), "acknowledged"),
        ("minh", json!({"action": "verify"}), "verifying"),
        (
            "minh",
            json!({"action": "confirm", "reason": "trái số liệu gốc", "reference": "599/QĐ-EVN", "finding": "fake"}),
            "confirm_pending",
        ),
        ("lan", json!({"action": "confirm", "reason": "đồng ý", "reference": "599/QĐ-EVN"}), "confirmed"),
        ("lan", json!({"action": "respond", "url": "https://moit.gov.vn/tra-loi", "channel": "Cổng"}), "responded"),
        ("lan", json!({"action": "note", "note": "đã gửi báo chí"}), "responded"),
        ("minh", json!({"action": "close"}), "closed"),
        ("minh", json!({"action": "reopen", "reason": "lan truyền lại"}), "acknowledged"),
    ];
    for (number, (who, body, status)) in steps.into_iter().enumerate() {
        let done = does(&world, who, body.clone()).await;
        let json = done.json();
        assert_eq!((done.status, json["status"].as_str()), (StatusCode::OK, Some(status)), "{body}: {}", done.body);
        assert_eq!(
            (json["revision"].as_u64(), done.header(header::ETAG)),
            (Some(number as u64 + 1), format!("\"{}\"", number + 1).as_str())
        );
    }
    let after = world.api("/api/v1/alerts/1").await.json();
    let history = after["history"].as_array().unwrap();
    let last = history.last().unwrap();
    assert_eq!((&last["kind"], &last["by"], &last["reason"]), (&json!("reopened"), &json!("minh"), &json!("lan truyền lại")));
    assert_eq!((&last["change"]["before"]["status"], &last["change"]["after"]["status"]), (&json!("closed"), &json!("acknowledged")));
    assert_eq!((&last["change"]["before"]["finding"], &after["finding"]), (&json!("fake"), &json!(null)));
    let ids: Vec<i64> = history.iter().map(|e| e["id"].as_i64().unwrap()).collect();
    assert!(ids.windows(2).all(|pair| pair[0] < pair[1]), "{ids:?}");
}

#[tokio::test]
async fn what_may_not_be_done_is_said() {
    let world = World::filled().await;
    people(&world).await;
    for (who, body, status, words) in [
        ("lan", json!({"action": "close"}), 409, "Đóng"),
        ("lan", json!({"action": "confirm", "reason": "x", "reference": "y"}), 409, "Kết luận"),
        ("lan", json!({"action": "confirm", "finding": "maybe"}), 400, "fake, false"),
        ("lan", json!({"action": "dismiss"}), 400, "opinion"),
        ("lan", json!({"action": "dismiss", "reason": "because"}), 400, "wrong_flag"),
        ("lan", json!({"action": "dismiss", "reason": "duplicate", "duplicate_of": 1}), 400, "gộp"),
        ("lan", json!({"action": "assign"}), 400, "assignee"),
        ("lan", json!({"action": "assign", "assignee": "doc"}), 400, "doc"),
        ("lan", json!({"action": "note", "note": " "}), 400, "ghi chú"),
        ("lan", json!({"action": "note", "note": "x".repeat(2_001)}), 400, "2000"),
        ("lan", json!({"action": "undo"}), 409, "một phút"),
        ("lan", json!({"action": "unrestrict"}), 409, "tình trạng này"),
        ("lan", json!({"action": "explode"}), 400, "acknowledge"),
    ] {
        let refused = does(&world, who, body.clone()).await;
        assert!(refused.status.as_u16() == status && refused.body.contains(words), "{body}: {} {}", refused.status, refused.body);
    }
    assert_eq!(does(&world, "lan", json!({"action": "acknowledge"})).await.status, StatusCode::OK);
    let first = json!({"action": "confirm", "reason": "trái số liệu", "reference": "599/QĐ-EVN", "finding": "false"});
    assert_eq!(does(&world, "lan", first.clone()).await.status, StatusCode::OK);
    assert_eq!(does(&world, "lan", first.clone()).await.status, StatusCode::CONFLICT, "not alone");
    let other = json!({"action": "confirm", "reason": "x", "reference": "y", "finding": "fake"});
    assert!(does(&world, "minh", other).await.body.contains("chuyển lại"));
    assert_eq!(does(&world, "minh", json!({"action": "verify"})).await.status, StatusCode::BAD_REQUEST, "sent back without a reason");
    assert_eq!(does(&world, "minh", json!({"action": "verify", "reason": "thiếu nguồn"})).await.json()["status"], "verifying");
}

#[tokio::test]
async fn who_looked_at_what_was_before_is_refused() {
    let world = World::filled().await;
    people(&world).await;
    let with = async |who: &str, tag: &str, action: &str| {
        let request = Request::builder().method(Method::POST).uri(PATH).header(header::CONTENT_TYPE, "application/json");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {who}")).header(header::IF_MATCH, tag);
        world.ask(request.body(Body::from(json!({"action": action}).to_string())).unwrap()).await
    };
    assert_eq!(with("lan", "\"0\"", "acknowledge").await.status, StatusCode::OK);
    let late = with("minh", "\"0\"", "verify").await;
    assert_eq!((late.status, &late.json()["status"]), (StatusCode::PRECONDITION_FAILED, &json!(412)), "{}", late.body);
    assert_eq!(with("minh", "nonsense", "verify").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(with("minh", "\"1\"", "verify").await.status, StatusCode::OK);
    assert_eq!(with("lan", "*", "undo").await.status, StatusCode::CONFLICT, "it was somebody else's");
    assert_eq!(with("minh", "\"2\"", "undo").await.json()["status"], "acknowledged");
    assert_eq!(with("minh", "\"3\"", "undo").await.status, StatusCode::CONFLICT, "an undo is not undone");
    world.wait(61_000);
    assert_eq!(with("lan", "*", "undo").await.status, StatusCode::CONFLICT, "too late");
}

#[tokio::test]
async fn the_page_offers_what_may_be_done_and_loses_nothing() {
    let world = World::filled().await;
    let [lan, minh, doc] = people(&world).await;
    let page = async |who: &String| world.page(who, "/alerts/1").await.body;
    assert!(!page(&doc).await.contains("id=\"actions\""), "a reader does nothing");
    let first = page(&lan).await;
    for (words, there) in [("value=\"acknowledge\"", true), ("id=\"dismiss\"", true), ("id=\"confirm\"", false), ("id=\"respond\"", false)]
    {
        assert_eq!(first.contains(words), there, "{words}");
    }
    assert_eq!(post(&world, &lan, "/alerts/1", &[("action", "acknowledge"), ("revision", "0")]).await.status, StatusCode::SEE_OTHER);
    let typed = |revision: &'static str| {
        [("action", "confirm"), ("revision", revision), ("finding", "fake"), ("reason", "Lý do dài"), ("reference", "599/QĐ-EVN")]
    };
    let stale = post(&world, &minh, "/alerts/1", &typed("0")).await;
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    for kept in
        ["đã được người khác thay đổi", "Lý do dài", "599/QĐ-EVN", "value=\"fake\" required checked", "name=\"revision\" value=\"1\""]
    {
        assert!(stale.body.contains(kept), "{kept} is lost");
    }
    assert_eq!(post(&world, &minh, "/alerts/1", &typed("1")).await.status, StatusCode::SEE_OTHER);
    let (own, other) = (page(&minh).await, page(&lan).await);
    assert!(own.contains("Chờ người khác xác nhận") && !own.contains("Đồng ý với kết luận"));
    assert!(other.contains("Đồng ý với kết luận") && other.contains("Tin giả"));
    assert!(own.contains("Hoàn tác") && !other.contains("Hoàn tác thay đổi"), "one's own change");
    assert_eq!(post(&world, &lan, "/alerts/1", &[("action", "confirm"), ("revision", "2")]).await.status, StatusCode::SEE_OTHER);
    let done = page(&lan).await;
    assert!(!done.contains("<strong>Cần kiểm chứng</strong>") && done.contains("id=\"respond\""));
    assert!(
        done.contains("Đề nghị kết luận") && done.contains("Dẫn chiếu: <span lang=\"vi\">599/QĐ-EVN</span>"),
        "the history says who and why"
    );
}
