//! What was done is shown to administrators, and what leaves is logged.

use crate::world::{NOW, World};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kiemtin_model::{Actor, AuditAction, AuditEntry};
use kiemtin_store::{AuditFilter, AuditStore};

const PATH: &str = "/api/v1/audit";

async fn log(world: &World, entries: usize) {
    let entry = |i: usize| AuditEntry {
        at: NOW.plus(i as i64),
        actor: Actor::user(if i.is_multiple_of(2) { "lan" } else { "<b>minh" }),
        action: if i.is_multiple_of(2) { AuditAction::SignIn } else { AuditAction::ReadRestricted },
        object: format!("alert/{i}"),
        detail: [("x".to_owned(), "=1+1,<script>".to_owned())].into(),
    };
    world.store.put_audit(&(0..entries).map(entry).collect::<Vec<_>>()).await.unwrap();
}

async fn logged(world: &World) -> Vec<AuditEntry> {
    let page = world.store.audit(&AuditFilter::default(), None, 500).await.unwrap();
    page.items.into_iter().filter_map(|r| r.entry).collect()
}

#[tokio::test]
async fn the_log_is_read_by_pages_and_filters() {
    let world = World::empty().await;
    let none = world.api(PATH).await.json();
    assert_eq!((none["items"].as_array().map(Vec::len), none["check"].is_null()), (Some(0), true));
    log(&world, 7).await;
    let check = world.store.verify_audit(None, &mut |_| ()).await.unwrap();
    world.store.keep_audit_check(&check, NOW).await.unwrap();
    let first = world.api(&format!("{PATH}?limit=5")).await.json();
    assert_eq!((&first["items"][0]["number"], &first["items"][0]["actor"]["name"]), (&7.into(), &"lan".into()));
    assert_eq!((&first["check"]["entries"], &first["check"]["break"]), (&7.into(), &serde_json::Value::Null));
    let rest = world.api(&format!("{PATH}?limit=5&cursor={}", first["next_cursor"].as_str().unwrap())).await.json();
    assert_eq!((rest["items"].as_array().map(Vec::len), rest["next_cursor"].is_null()), (Some(2), true));
    for (query, items) in [
        ("action=sign_in", 4),
        ("actor=lan", 4),
        ("object=alert/6", 1),
        ("object=user/", 0),
        ("from=2026-11-23&to=2026-11-23", 7),
        ("to=2026-11-22", 0),
    ] {
        let answer = world.api(&format!("{PATH}?{query}")).await.json();
        assert_eq!(answer["items"].as_array().map(Vec::len), Some(items), "{query}");
    }
    for query in ["action=look", "from=x", "cursor=x", "limit=0", "limit=201", "format=pdf", "x=1"] {
        assert_eq!(world.api(&format!("{PATH}?{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
    assert_eq!(logged(&world).await.len(), 7, "reading the log writes nothing into it");
}

#[tokio::test]
async fn what_leaves_as_a_file_is_logged() {
    let world = World::filled().await;
    log(&world, 2).await;
    let file = world.api(&format!("{PATH}?format=csv&action=sign_in")).await;
    assert!(file.header(header::CONTENT_DISPOSITION).contains("nhat-ky.csv"));
    assert!(file.body.starts_with("number,at,actor_kind,actor,token,action,object,detail,hash\r\n1,"), "{}", file.body);
    assert_eq!(file.body.lines().count(), 2);
    let trends = "/api/v1/trends?q=x%C4%83ng&q=%C4%91i%E1%BB%87n&from=2026-11-01&format=";
    assert_eq!(world.api(&format!("{trends}json")).await.status, StatusCode::OK);
    assert_eq!(world.api(&format!("{trends}csv")).await.status, StatusCode::OK);
    let auth = format!("Bearer {}", world.secrets.token);
    let request = Request::get(format!("{trends}xlsx")).header(header::AUTHORIZATION, auth).body(Body::empty()).unwrap();
    assert_eq!(world.status_of(request).await, StatusCode::OK);
    assert_eq!(world.api(&format!("{trends}pdf")).await.status, StatusCode::BAD_REQUEST);
    let told = logged(&world).await;
    let exports: Vec<_> = told.iter().filter(|e| e.action == AuditAction::Export).map(|e| e.object.as_str()).collect();
    assert_eq!(exports, ["trends", "trends", "audit"]);
    assert_eq!((told[0].detail["format"].as_str(), told[0].detail["q"].as_str()), ("xlsx", "xăng | điện"));
    assert_eq!((told[2].detail["rows"].as_str(), told[2].detail["action"].as_str()), ("1", "sign_in"));
}

#[tokio::test]
async fn saved_searches_are_logged_with_who_changed_them() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let post = async |path: &str, body: &str| {
        let request = Request::post(path).header(header::COOKIE, &cookie).header("sec-fetch-site", "same-origin");
        world.ask(request.body(Body::from(body.to_owned())).unwrap()).await.status
    };
    assert_eq!(post("/saved", "name=Xang&query=x%C4%83ng&notify=none").await, StatusCode::SEE_OTHER);
    assert_eq!(post("/saved", "name=Xang&query=x&notify=none").await, StatusCode::CONFLICT);
    assert_eq!(post("/saved/1", "").await, StatusCode::SEE_OTHER);
    let told = logged(&world).await;
    let changes: Vec<_> =
        told.iter().filter(|e| e.action == AuditAction::SavedSearch).map(|e| (e.object.as_str(), e.detail["change"].as_str())).collect();
    assert_eq!(changes, [("saved_search/1", "removed"), ("saved_search/1", "added")]);
    assert_eq!(told[0].actor.kind, kiemtin_model::ActorKind::User);
}

#[tokio::test]
async fn the_page_tells_who_did_what_and_whether_the_chain_holds() {
    let world = World::empty().await;
    let cookie = world.sign_in().await;
    let first = world.page(&cookie, "/admin/audit").await.body;
    assert!(first.contains("số 1") && !first.contains("số 2") && !first.contains("rel=\"next\""), "the sign-in alone: {first}");
    log(&world, 60).await;
    let check = world.store.verify_audit(None, &mut |_| ()).await.unwrap();
    world.store.keep_audit_check(&check, NOW).await.unwrap();
    let page = world.page(&cookie, "/admin/audit?object=alert%2F").await.body;
    for words in [
        "chuỗi nguyên vẹn",
        &check.head.to_string(),
        "Xem mục hạn chế",
        "&#60;b&#62;minh · Người dùng",
        "&#60;script&#62;",
        "23/11/2026 08:05",
        "href=\"/admin/audit?object=alert%2F&#38;cursor=12\" rel=\"next\"",
        "href=\"/api/v1/audit?object=alert%2F&#38;format=csv\"",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("<script>") && !page.contains("<b>minh"));
    let broken = kiemtin_store::AuditCheck {
        broken: Some(kiemtin_store::audit::AuditBreak { number: 3, kind: kiemtin_store::audit::BreakKind::Changed }),
        ..check
    };
    world.store.keep_audit_check(&broken, NOW).await.unwrap();
    assert!(world.page(&cookie, "/admin/audit?actor=ai").await.body.contains("mục số 3 đã bị sửa"));
    assert!(world.page(&cookie, "/admin/audit?actor=ai").await.body.contains("Không có mục nào khớp bộ lọc"));
    assert_eq!(world.page(&cookie, "/admin/audit?action=x").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.bare("/admin/audit").await.status, StatusCode::SEE_OTHER);
}
