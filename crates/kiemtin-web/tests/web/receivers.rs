//! Receivers and dead letters: over the API, and on their pages without any script. No secret is shown twice.

use crate::world::{Answer, NOW, World};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use kiemtin_model::{AuditAction, DeliveryState};
use kiemtin_store::{AuditFilter, AuditStore, DeliveryFilter, FailedAttempt, ReceiverStore};
use serde_json::{Value, json};

const PATH: &str = "/api/v1/webhooks";

async fn send(world: &World, method: Method, path: &str, body: Value) -> Answer {
    let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    let request = request.header(header::AUTHORIZATION, format!("Bearer {}", world.secrets.token));
    world.ask(request.body(Body::from(body.to_string())).unwrap()).await
}

/// Adds a receiver: number 1 in a world without any.
pub async fn sample(world: &World) {
    let added = send(world, Method::POST, PATH, json!({"name": "Mẫu", "target": "https://nhan.example.vn/vao"})).await;
    assert_eq!(added.status, StatusCode::CREATED, "{}", added.body);
}

/// What the audit log says was done, oldest first: (action, object, done).
async fn audited(world: &World) -> Vec<(AuditAction, String, String)> {
    let page = world.store.audit(&AuditFilter::default(), None, 100).await.unwrap();
    let mut all: Vec<_> = page.items.into_iter().filter_map(|r| r.entry).collect();
    all.reverse();
    all.into_iter().map(|e| (e.action, e.object, e.detail.get("done").cloned().unwrap_or_default())).collect()
}

#[tokio::test]
async fn programs_add_test_and_remove() {
    let world = World::filled().await;
    assert_eq!(world.api(PATH).await.json(), json!({"items": [], "next_cursor": null}));
    let added = send(&world, Method::POST, PATH, json!({"name": "Phòng báo chí", "target": "https://nhan.example.vn/vao"})).await;
    assert_eq!((added.status, added.header(header::LOCATION)), (StatusCode::CREATED, "/api/v1/webhooks/1"), "{}", added.body);
    let made = added.json();
    let secret = made["secret"].as_str().unwrap().to_owned();
    assert!(secret.len() == 64 && made["units"] == json!([]) && made["filter"]["least"] == "alert", "{made}");
    let telegram = json!({
        "name": "Nhóm trực", "channel": "telegram", "target": "-100123", "secret": "12:ma-bot-bi-mat",
        "filter": {"least": "urgent", "notices": ["alert"]}, "schedule": {"pace": "each"}, "quiet": {"from": 22, "to": 6}, "all_units": true,
    });
    assert_eq!(send(&world, Method::POST, PATH, telegram).await.status, StatusCode::CREATED);
    let slack = json!({"name": "Slack", "channel": "slack", "target": "https://hooks.slack.com/services/T/B/ma-bi-mat"});
    let slack = send(&world, Method::POST, PATH, slack).await.json();
    assert_eq!((&slack["target"], &slack["secret"]), (&json!("hooks.slack.com"), &Value::Null));
    let mail = json!({"name": "Thư", "channel": "mail", "target": "phong@kiemtin.example", "schedule": {"pace": "daily", "hour": 16}});
    assert_eq!(send(&world, Method::POST, PATH, mail).await.json()["next_digest_at"], "2026-11-23T16:00:00+07:00");

    for (body, part) in [
        (json!({"name": "", "target": "https://nhan.example.vn"}), "name"),
        (json!({"name": "a", "target": "https://10.0.0.1/"}), "mạng nội bộ"),
        (json!({"name": "a", "target": "http://nhan.example.vn/"}), "cần https"),
        (json!({"name": "a", "channel": "fax", "target": "1"}), "channel"),
        (json!({"name": "a", "channel": "mail", "target": "a@ngoai.example"}), "hộp thư nội bộ"),
        (json!({"name": "a", "channel": "telegram", "target": "1"}), "secret"),
        (json!({"name": "a", "target": "https://nhan.example.vn", "secret": "ngan"}), "secret"),
        (json!({"name": "a", "target": "https://nhan.example.vn", "schedule": {"pace": "daily", "hour": 24}}), "schedule"),
        (json!({"name": "a", "target": "https://nhan.example.vn", "quiet": {"from": 25, "to": 1}}), "quiet"),
        (json!({"name": "a", "target": "https://nhan.example.vn", "kind": 1}), "kind"),
        (json!([]), "name"),
    ] {
        let answer = send(&world, Method::POST, PATH, body.clone()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(part), "{body}: {}", answer.body);
    }

    assert_eq!(send(&world, Method::POST, &format!("{PATH}/1/test"), json!({})).await.status, StatusCode::ACCEPTED);
    let log = world.api(&format!("{PATH}/1/deliveries")).await.json();
    assert_eq!((&log["items"][0]["sort"], &log["items"][0]["state"]), (&json!("test"), &json!("due")));
    let all = world.api(PATH).await.body;
    let cookie = world.sign_in().await;
    let pages = [world.page(&cookie, "/admin/receivers").await.body, world.page(&cookie, "/admin/receivers/1").await.body];
    let audit = format!("{:?}", world.store.audit(&AuditFilter::default(), None, 100).await.unwrap());
    for shown in [&all, &log.to_string(), &pages[0], &pages[1], &audit] {
        for hidden in [secret.as_str(), "ma-bot-bi-mat", "ma-bi-mat"] {
            assert!(!shown.contains(hidden), "a secret is shown: {shown}");
        }
    }
    for (path, status) in [("1", 204), ("1", 404), ("99", 404), ("x", 404)] {
        assert_eq!(send(&world, Method::DELETE, &format!("{PATH}/{path}"), json!({})).await.status.as_u16(), status, "{path}");
    }
    for path in ["1", "1/deliveries"] {
        assert_eq!(world.api(&format!("{PATH}/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(world.bare(PATH).await.status, StatusCode::UNAUTHORIZED);
    let done: Vec<_> = audited(&world).await.into_iter().filter(|(action, ..)| *action == AuditAction::Receiver).collect();
    let done: Vec<_> = done.iter().map(|(_, object, done)| format!("{object} {done}")).collect();
    let expected =
        ["receiver/1 added", "receiver/2 added", "receiver/3 added", "receiver/4 added", "receiver/1 tested", "receiver/1 removed"];
    assert_eq!(done, expected);
}

#[tokio::test]
async fn people_add_switch_and_settle_without_script() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let post = async |path: &str, body: &str| {
        let request = Request::post(path).header(header::COOKIE, &cookie).header("sec-fetch-site", "same-origin");
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        world.ask(request.body(Body::from(body.to_owned())).unwrap()).await
    };
    assert!(world.page(&cookie, "/admin/receivers").await.body.contains("Chưa có nơi nhận nào"));
    assert!(world.page(&cookie, "/admin/notices").await.body.contains("Không có thông báo nào bị kẹt"));
    let wrong =
        post("/admin/receivers", "name=%3Cb%3EA&channel=webhook&target=https%3A%2F%2F127.0.0.1%2F&pace=daily&notices=warning").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    for words in ["Chưa thêm được", "mạng nội bộ", "value=\"&#60;b&#62;A\"", "value=\"daily\" selected", "value=\"warning\" checked"]
    {
        assert!(wrong.body.contains(words), "{words}: {}", wrong.body);
    }
    let added = post(
        "/admin/receivers",
        "name=%3Cb%3EA&channel=webhook&target=https%3A%2F%2Fnhan.example.vn%2F&pace=weekly&hour=8&weekday=4&quiet_from=22&quiet_to=6&notices=alert&least=urgent",
    )
    .await;
    assert_eq!(added.status, StatusCode::CREATED);
    assert!(added.body.contains("chỉ hiện một lần") && added.body.contains("&#60;b&#62;A"), "{}", added.body);
    assert_eq!(added.header(header::CACHE_CONTROL), "no-store");
    let page = world.page(&cookie, "/admin/receivers/1").await.body;
    for words in
        ["&#60;b&#62;A", "thứ Sáu lúc 8 giờ", "yên lặng từ 22 đến 6 giờ", "từ mức Khẩn", "không nhận mục hạn chế", "Gửi thử", "Tắt"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    for (action, shown) in [("test", "Gửi thử</h2>"), ("disable", ">Bật<"), ("enable", ">Tắt<")] {
        let answer = post("/admin/receivers/1", &format!("do={action}")).await;
        assert_eq!((answer.status, answer.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/admin/receivers/1"), "{action}");
        assert!(world.page(&cookie, "/admin/receivers/1").await.body.contains(shown), "{action}");
    }
    assert_eq!(post("/admin/receivers/1", "do=burn").await.status, StatusCode::BAD_REQUEST);

    // A dead letter: a test would make none, so an empty digest stands for one.
    let hourly = json!({"name": "Giờ", "target": "https://nhan.example.vn/", "schedule": {"pace": "hourly"}, "skip_if_empty": false});
    send(&world, Method::POST, PATH, hourly).await;
    let later = NOW.plus(3_600_000);
    world.store.make_digests(later).await.unwrap();
    let claimed = world.store.claim_delivery(2, later).await.unwrap().unwrap();
    let refused = FailedAttempt { at: later, retry_at: None, rest_until: None, silent: false, reason: "HTTP 410 <gone>".into() };
    world.store.delivery_failed(claimed.id, &refused).await.unwrap();
    let page = world.page(&cookie, "/admin/notices").await.body;
    assert!(page.contains("HTTP 410 &#60;gone&#62;") && page.contains("Gửi lại"), "{page}");
    let state = async || {
        let filter = DeliveryFilter { receiver: Some(2), state: None };
        world.store.deliveries(&filter, None, 1).await.unwrap().items[0].state
    };
    let id = claimed.id;
    assert_eq!(post("/admin/notices", &format!("id={id}&do=again")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state().await, DeliveryState::Due);
    assert_eq!(post("/admin/notices", &format!("id={id}&do=give_up")).await.status, StatusCode::NOT_FOUND, "it is none any more");
    world.store.claim_delivery(2, later).await.unwrap().unwrap();
    world.store.delivery_failed(id, &refused).await.unwrap();
    assert_eq!(post("/admin/notices", &format!("id={id}&do=give_up")).await.status, StatusCode::SEE_OTHER);
    assert_eq!(state().await, DeliveryState::GivenUp);
    let removed = post("/admin/receivers/1", "do=remove").await;
    assert_eq!(removed.header(header::LOCATION), "/admin/receivers");
    assert_eq!(world.page(&cookie, "/admin/receivers/1").await.status, StatusCode::NOT_FOUND);
    let notices: Vec<_> =
        audited(&world).await.into_iter().filter(|(action, ..)| *action == AuditAction::Notice).map(|(.., d)| d).collect();
    assert_eq!(notices, ["sent again", "given up"]);
    let foreign = Request::post("/admin/receivers/2").header(header::COOKIE, &cookie).header("sec-fetch-site", "cross-site");
    assert_eq!(world.ask(foreign.body(Body::from("do=remove")).unwrap()).await.status, StatusCode::FORBIDDEN);
}
