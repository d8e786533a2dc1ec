//! Does an event show who reported it, in which order, and what came of it?

use crate::documents::id;
use crate::world::{HOSTILE, NOW, World};
use axum::http::StatusCode;
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{AssessedDocument, DocId, Stance};
use kiemtin_store::{NewReport, Store};
use serde_json::json;

const FIRST: &str = "https://bao-a.vn/thuong-0";

fn at(n: usize) -> DocId {
    id(&format!("https://bao-a.vn/thuong-{n}"))
}

/// With an event of three reports, one of which was begun as an event of its own; the last one refutes.
async fn told() -> World {
    let world = World::filled().await;
    let mut numbers = vec![];
    for (n, event) in [(0, None), (1, None), (2, Some(0))] {
        let mut batch = world.store.begin().await.unwrap();
        let event = event.map(|e: usize| numbers[e]);
        let time = NOW.plus(n as i64 * HOUR_MS);
        let new = NewReport { story: at(n), event, at: time, joined: "like", likeness: Some(0.5), vector: vec![1], terms: None };
        numbers.push(batch.put_report(&new).await.unwrap().1);
        batch.commit().await.unwrap();
    }
    let mut batch = world.store.begin().await.unwrap();
    batch.merge_events(numbers[1], numbers[0], &at(2), 0.5, NOW).await.unwrap();
    batch.commit().await.unwrap();
    change(&world, 1, |a| a.document.title = HOSTILE.into()).await;
    change(&world, 2, |a| a.assessment.stance = Stance::Refutes).await;
    world
}

async fn change(world: &World, n: usize, change: impl FnOnce(&mut AssessedDocument)) {
    let mut stored = world.store.documents(&[at(n)]).await.unwrap().remove(0);
    change(&mut stored.assessed);
    stored.assessed.document.published_at = Some(NOW.plus(n as i64 * HOUR_MS));
    stored.assessed.content_hash = stored.assessed.document.content_hash();
    let mut batch = world.store.begin().await.unwrap();
    batch.put_document(&stored.assessed, &stored.story).await.unwrap();
    batch.commit().await.unwrap();
}

#[tokio::test]
async fn the_api_tells_an_event_by_any_of_its_ids() {
    let world = told().await;
    for n in 0..3 {
        let story = world.api(&format!("/api/v1/stories/{}", at(n))).await.json();
        assert_eq!((&story["id"], &story["documents"], &story["stories"]), (&json!(id(FIRST)), &json!(3), &json!(3)), "{n}");
    }
    let story = world.api(&format!("/api/v1/stories/{}?limit=2", at(1))).await.json();
    let steps: Vec<_> = story["timeline"].as_array().unwrap().iter().map(|e| e["what"].as_str().unwrap().to_owned()).collect();
    assert_eq!(steps.len(), 3);
    assert!(steps.contains(&"first".to_owned()) && steps.contains(&"refutation".to_owned()), "{steps:?}");
    assert_eq!((&story["merged"][0]["id"], &story["merged"][0]["report"]), (&json!(at(1)), &json!(at(2))));
    assert_eq!(story["reports"]["items"].as_array().unwrap().len(), 2);
    let cursor = story["reports"]["next_cursor"].as_str().unwrap();
    let rest = world.api(&format!("/api/v1/stories/{}?limit=2&cursor={cursor}", at(1))).await.json();
    assert_eq!((rest["reports"]["items"].as_array().unwrap().len(), &rest["reports"]["next_cursor"]), (1, &json!(null)));
    let total: u64 = story["per_hour"].as_array().unwrap().iter().map(|h| h["documents"].as_u64().unwrap()).sum();
    assert_eq!(total, 3);

    let alone = world.api(&format!("/api/v1/stories/{}", at(5))).await.json();
    assert_eq!((&alone["id"], &alone["documents"]), (&json!(at(5)), &json!(1)), "a document without an event is its own");
    let document = world.api(&format!("/api/v1/documents/{}", at(2))).await.json();
    assert_eq!((&document["story"], &document["copy_of"], &document["spread"]["stories"]), (&json!(id(FIRST)), &json!(at(2)), &json!(3)));
    for (path, status) in [
        ("/api/v1/stories/nope".to_owned(), StatusCode::NOT_FOUND),
        (format!("/api/v1/stories/{}?x=1", at(0)), StatusCode::BAD_REQUEST),
        (format!("/api/v1/stories/{}?cursor=x", at(0)), StatusCode::BAD_REQUEST),
    ] {
        assert_eq!(world.api(&path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn the_page_tells_what_happened() {
    let world = told().await;
    let cookie = world.sign_in().await;
    let page = world.page(&cookie, &format!("/stories/{}", at(2))).await.body;
    for words in ["Luồng tin", "3 bài · 1 nguồn", "Bài đầu tiên", "Bác bỏ", "Dòng thời gian", "giống 50 %", "/search?q=story%3A"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("<script>alert"));
    let document = world.page(&cookie, &format!("/documents/{}", at(2))).await.body;
    assert!(document.contains(&format!("<a href=\"/stories/{}\">3 bài · 1 nguồn</a>", id(FIRST))), "{document}");
    let alone = world.page(&cookie, &format!("/documents/{}", at(5))).await.body;
    assert!(!alone.contains("/stories/"), "one report is no story to follow");
    assert_eq!(world.page(&cookie, "/stories/nope").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_search_for_an_event_finds_all_its_reports() {
    let world = told().await;
    for n in 0..3 {
        let found = world.api(&format!("/api/v1/search?q=story:{}", at(n))).await.json();
        let mut ids: Vec<_> = found["hits"].as_array().unwrap().iter().map(|h| h["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        let mut expected: Vec<_> = (0..3).map(|n| at(n).0).collect();
        expected.sort();
        assert_eq!(ids, expected);
        assert!(found["hits"].as_array().unwrap().iter().all(|h| h["story"] == json!(id(FIRST)) && h["spread"]["documents"] == json!(3)));
    }
    assert_eq!(world.api("/api/v1/search?q=story:nope").await.json()["total"], json!(0));
}
