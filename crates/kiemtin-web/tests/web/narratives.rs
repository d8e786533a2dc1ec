//! Narratives: the list and the file of one, for the eyes that may see them.

use crate::staff::{logged, send, session, token, user};
use crate::world::{PRICE, World, assessed, document};
use axum::http::{Method, StatusCode};
use kiemtin_model::{AuditAction, Right, Role, SourceGroup, StaffRole, Stance};
use kiemtin_store::{Joining, Store};
use serde_json::{Value, json};

#[tokio::test]
async fn narratives_are_listed_by_last_seen() {
    let world = World::filled().await;
    let list = world.api("/api/v1/narratives").await.json();
    let items = list["items"].as_array().unwrap();
    let seen: Vec<&str> = items.iter().map(|n| n["last_seen"].as_str().unwrap()).collect();
    assert!(items.len() == 3 && seen.is_sorted_by(|a, b| a >= b), "{seen:?}");
    assert_eq!((items[0]["claim"].as_str(), &items[0]["documents"], &items[0]["responses"]), (Some(PRICE), &json!(13), &json!(1)));
    for (query, count) in
        [("topic=xang-dau", 1), ("level=urgent", 1), ("level=watch", 3), ("key=gia-dien", 1), ("key=khong-co", 0), ("limit=2", 2)]
    {
        let found = world.api(&format!("/api/v1/narratives?{query}")).await.json();
        assert_eq!(found["items"].as_array().map(Vec::len), Some(count), "{query}");
    }
    for query in ["status=new", "level=x", "cursor=x", "limit=0"] {
        assert_eq!(world.api(&format!("/api/v1/narratives?{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
    let one = world.api("/api/v1/narratives/1").await.json();
    let count = |key: &str| one[key].as_array().unwrap().len();
    assert_eq!((count("asserting"), count("responding"), count("mentioning"), count("waves"), count("answers")), (13, 1, 0, 1, 0));
    assert_eq!((&one["documents"], &one["waves"][0]["wave"], &one["waves"][0]["alert"]["id"]), (&json!(13), &json!(1), &json!(1)));
    let hours: u64 = one["spread"]["per_hour"].as_array().unwrap().iter().map(|h| h["documents"].as_u64().unwrap()).sum();
    assert_eq!((hours, world.api("/api/v1/narratives/99").await.status), (13, StatusCode::NOT_FOUND));
}

#[tokio::test]
async fn the_page_of_a_narrative_tells_its_course() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let list = world.page(&cookie, "/narratives").await.body;
    assert!(list.contains(PRICE) && list.contains("13 bài · 6 nguồn") && list.contains("1 bài phản hồi, bác bỏ"), "{list}");
    let page = world.page(&cookie, "/narratives/1").await.body;
    for words in [
        "Các đợt lan truyền",
        "Đợt 1",
        "CB-2026-0001",
        "Chưa ghi phản hồi nào",
        "Diễn biến lan truyền",
        "Lan truyền",
        "EVN bác bỏ tin giá điện",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let fuel = world.api("/api/v1/narratives?topic=xang-dau").await.json()["items"][0]["id"].clone();
    let hostile = world.page(&cookie, &format!("/narratives/{fuel}")).await.body;
    assert!(
        hostile.contains("&#60;script&#62;") && !hostile.contains("<script>alert") && !hostile.contains("href=\"javascript:"),
        "{hostile}"
    );
    assert!(world.page(&cookie, "/narratives?topic=gia-dien&level=urgent").await.body.contains(PRICE));
    assert!(world.page(&cookie, "/narratives?key=figure:x").await.body.contains("Bỏ mọi bộ lọc"));
    let empty = World::empty().await;
    let cookie = empty.sign_in().await;
    assert!(empty.page(&cookie, "/narratives").await.body.contains("Chưa có luận điệu nào"));
}

#[tokio::test]
async fn what_is_restricted_is_not_there_for_others() {
    let world = World::filled().await;
    let rights = [Right::Read, Right::Review];
    let own = user(&world, "own", StaffRole::Reviewer, Some(&["Cục Điện lực"])).await;
    let other = user(&world, "other", StaffRole::Reviewer, Some(&["Cục Hóa chất"])).await;
    token(&world, &own, "kt_own", &rights, 1).await;
    token(&world, &other, "kt_other", &rights, 1).await;
    let done = send(&world, "kt_own", Method::POST, "/api/v1/alerts/1/actions", &json!({"action": "restrict"})).await;
    assert_eq!(done.status, StatusCode::OK);
    let claims = async |secret| {
        let list: Value = send(&world, secret, Method::GET, "/api/v1/narratives", &json!(null)).await.json();
        list["items"].as_array().unwrap().iter().map(|n| n["claim"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(claims("kt_own").await.contains(&PRICE.to_owned()) && !claims("kt_other").await.contains(&PRICE.to_owned()));
    for (secret, status) in [("kt_own", StatusCode::OK), ("kt_other", StatusCode::NOT_FOUND)] {
        assert_eq!(send(&world, secret, Method::GET, "/api/v1/narratives/1", &json!(null)).await.status, status);
    }
    let cookie = session(&world, &other, "other").await;
    for path in ["/narratives", "/narratives?level=urgent", "/rules", "/claims", "/facts", "/review"] {
        let page = world.page(&cookie, path).await;
        assert!(page.status == StatusCode::OK && !page.body.contains(PRICE), "{path}");
    }
    assert_eq!(world.page(&cookie, "/narratives/1").await.status, StatusCode::NOT_FOUND);
    let readers: Vec<_> = logged(&world, "alert/1").await.into_iter().filter(|e| e.0 == AuditAction::ReadRestricted).map(|e| e.1).collect();
    assert!(!readers.is_empty() && readers.iter().all(|name| name == "own"), "who reads it is noted: {readers:?}");
}

#[tokio::test]
async fn a_post_too_short_to_count_is_a_suggestion_beside_the_claim() {
    let world = World::filled().await;
    let mut short =
        assessed(document("ngan", "kenh-x", SourceGroup::Social, "", "Điện 2.500 rồi", 1), "gia-dien", Stance::Asserts, vec![], vec![]);
    short.assessment.suggestion = true;
    let mut batch = world.store.begin().await.unwrap();
    let id = short.document.id.clone();
    batch.put_document(&short, &id).await.unwrap();
    let at = short.document.time();
    let joining =
        Joining { document: id.clone(), story: id, mass_copy: false, source: "kenh-x".into(), at, role: Role::Mentions, score: 0.0 };
    let joined = batch.join(1, &joining).await.unwrap();
    batch.commit().await.unwrap();
    assert!(joined.new_document && !joined.new_story && !joined.new_source);

    let alert = world.api("/api/v1/alerts/1").await.json();
    assert_eq!((&alert["documents"], alert["mentions"].as_array().unwrap().len()), (&json!(13), 1), "it is not counted");
    assert_eq!((&alert["mentions"][0]["suggestion"], &alert["responses"][0]["suggestion"]), (&json!(true), &json!(false)));
    let narrative = world.api("/api/v1/narratives/1").await.json();
    assert_eq!((&narrative["mentioning"][0]["suggestion"], &narrative["documents"]), (&json!(true), &json!(13)));
    assert_eq!(
        (&narrative["spread"]["press_sources"], &narrative["spread"]["channels"]),
        (&json!(5), &json!(1)),
        "channels that asserted it"
    );
    let cookie = world.sign_in().await;
    for page in ["/alerts/1", "/narratives/1"] {
        let page = world.page(&cookie, page).await.body;
        let (_, after) = page.split_once("Gợi ý (bài quá ngắn)").unwrap();
        assert!(after.contains("Điện 2.500 rồi") && page.contains("5 báo, 1 kênh"), "{page}");
    }
}
