//! Does a document show its versions, its copies and what was edited, and nothing that runs?

use crate::world::{HOSTILE, NOW, World};
use axum::http::{StatusCode, header};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{AssessedDocument, DateNote, DateRefusal, DocId, FoundBy, PublishedFrom};
use kiemtin_store::Store;
use serde_json::json;

const OLD: &str = "Giá than tăng 5 % từ tháng sau.\nĐoạn hai.\nĐoạn ba.\nĐoạn bốn.\nĐoạn năm.\nĐoạn sáu.\nHết <b>bài</b>.";
const NEW: &str = "Giá than giảm 5 % từ tháng sau.\nĐoạn hai.\nĐoạn ba.\nĐoạn bốn.\nĐoạn năm.\nĐoạn sáu.\nHết <b>bài</b>. Đã sửa.";

pub fn id(url: &str) -> DocId {
    DocId::from_url(url)
}

/// Stores a further version of the document at an address.
async fn edit(world: &World, url: &str, hours: i64, change: impl FnOnce(&mut AssessedDocument)) {
    let mut stored = world.store.documents(&[id(url)]).await.unwrap().remove(0);
    stored.assessed.document.fetched_at = NOW.plus(hours * HOUR_MS);
    change(&mut stored.assessed);
    let document = &stored.assessed.document;
    stored.assessed.content_hash = document.content_hash();
    stored.assessed.text_hash = kiemtin_model::text_hash(&document.title, &document.text);
    let mut batch = world.store.begin().await.unwrap();
    batch.put_document(&stored.assessed, &stored.story).await.unwrap();
    batch.commit().await.unwrap();
}

/// With a document of four versions.
pub async fn edited() -> World {
    let world = World::filled().await;
    let url = "https://bao-a.vn/thuong-0";
    edit(&world, url, 1, |a| a.document.text = OLD.into()).await;
    edit(&world, url, 2, |a| a.document.text = NEW.into()).await;
    edit(&world, url, 3, |a| a.document.title = HOSTILE.into()).await;
    crate::saved::add(&world, "Xăng", "xăng").await;
    world
}

#[tokio::test]
async fn the_api_tells_of_versions_and_their_difference() {
    let world = edited().await;
    let path = format!("/api/v1/documents/{}", id("https://bao-a.vn/thuong-0"));
    let file = world.api(&path).await.json();
    assert_eq!((&file["version"], &file["text"], &file["source_name"]), (&json!(4), &json!(NEW), &json!("Báo A")));
    assert_eq!((&file["url"], &file["copies"]), (&json!("https://bao-a.vn/thuong-0"), &json!([])));
    let versions = file["versions"].as_array().unwrap();
    assert_eq!(versions.iter().map(|v| v["version"].as_u64().unwrap()).collect::<Vec<_>>(), [3, 2, 1], "newest first");
    let expected = json!({"version": 2, "replaced_at": "2026-11-23T10:05:00+07:00", "title_changed": false, "added": 3, "removed": 1});
    assert_eq!(versions[1], expected);
    assert_eq!(versions[0]["title_changed"], true);

    let difference = world.api(&format!("{path}/versions/2")).await.json();
    assert_eq!((&difference["version"], &difference["next"]), (&json!(2), &json!(3)));
    let ops: Vec<_> = difference["text"].as_array().unwrap().iter().map(|p| p["op"].as_str().unwrap()).collect();
    assert_eq!(ops, ["same", "removed", "added", "same", "added"]);
    let joined = |but: &str| {
        let pieces = difference["text"].as_array().unwrap().iter();
        pieces.filter(|p| p["op"] != but).map(|p| p["text"].as_str().unwrap()).collect::<String>()
    };
    assert_eq!((joined("added"), joined("removed")), (OLD.to_owned(), NEW.to_owned()));
    let last = world.api(&format!("{path}/versions/3")).await.json();
    assert_eq!(
        (last["title"].as_array().unwrap().last().unwrap()["text"].as_str(), &last["text"][0]["op"]),
        (Some(HOSTILE), &json!("same"))
    );

    let copied = format!("/api/v1/documents/{}", id("https://bao-a.vn/bang-gia-0"));
    let copies = world.api(&copied).await.json()["copies"].as_array().unwrap().clone();
    assert_eq!((copies.len(), &copies[0]["source"], &copies[0]["version"]), (11, &json!("trang-b"), &json!(1)));

    for missing in ["/api/v1/documents/nope", &format!("{path}/versions/4"), &format!("{path}/versions/0"), &format!("{path}/versions/x")] {
        let answer = world.api(missing).await;
        let kind = (answer.status, answer.header(header::CONTENT_TYPE));
        assert_eq!(kind, (StatusCode::NOT_FOUND, "application/problem+json"), "{missing}");
    }
    assert_eq!(world.api(&format!("{path}?x=1")).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(world.bare(&path).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_page_marks_what_was_edited() {
    let world = edited().await;
    let cookie = world.sign_in().await;
    let path = format!("/documents/{}", id("https://bao-a.vn/thuong-0"));
    let page = world.page(&cookie, &path).await;
    for words in
        ["Bản 2 → 3", "thêm 3 tiếng, bớt 1 tiếng", "bản 4", "đổi tiêu đề", "href=\"/sources/bao-a\"", "Chưa thấy nơi nào đăng lại."]
    {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("<ins") && !page.body.contains("<script>alert") && !page.body.contains("<b>bài"));
    let compared = world.page(&cookie, &format!("{path}?version=2")).await.body;
    for words in [
        "Bản 2 khác bản 3 ở đâu",
        "<del lang=\"vi\">tăng</del><ins lang=\"vi\">giảm</ins>",
        "<ins lang=\"vi\"> Đã sửa.</ins>",
        "… 3 đoạn không đổi …",
        "aria-current=\"true\"",
    ] {
        assert!(compared.contains(words), "{words}: {compared}");
    }
    let title = world.page(&cookie, &format!("{path}?version=3")).await.body;
    assert!(title.contains("<h3>Tiêu đề</h3>") && !title.contains("<script>alert"));
    for (query, status) in
        [("?version=4", StatusCode::NOT_FOUND), ("?version=0", StatusCode::BAD_REQUEST), ("?version=x", StatusCode::BAD_REQUEST)]
    {
        assert_eq!(world.page(&cookie, &format!("{path}{query}")).await.status, status, "{query}");
    }
    assert_eq!(world.page(&cookie, "/documents/nope").await.status, StatusCode::NOT_FOUND);

    let copied = world.page(&cookie, &format!("/documents/{}", id("https://bao-a.vn/bang-gia-0"))).await.body;
    assert!(copied.contains("mở trang gốc") && copied.contains("Cảnh báo"));
    let alert = world.page(&cookie, "/alerts/1").await.body;
    assert!(alert.contains(&format!("<a href=\"/documents/{}\">bản 1</a>", id("https://bao-a.vn/bang-gia-0"))));
    let found = world.page(&cookie, "/search?q=%22ngu%E1%BB%93n%20cung%20x%C4%83ng%20d%E1%BA%A7u%22").await.body;
    assert!(found.contains("\">bản 1</a>"), "{found}");
}

#[tokio::test]
async fn a_text_that_may_not_be_shown_is_not_and_its_dates_are_explained() {
    let world = edited().await;
    let url = "https://bao-a.vn/thuong-0";
    let path = format!("/documents/{}?version=2", id(url));
    edit(&world, url, 4, |a| {
        a.document.restrictions.no_archive = true;
        a.document.published_at = None;
        a.document.dating.published_from = PublishedFrom::Rejected;
        a.document.dating.date_note = Some(DateNote::new("12/05/2091", DateRefusal::Future));
    })
    .await;
    let cookie = world.sign_in().await;
    let page = world.page(&cookie, &path).await.body;
    for gone in ["Giá than", "Đoạn ba", "<ins", "<del"] {
        assert!(!page.contains(gone), "{gone} is shown: {page}");
    }
    for told in ["Nguồn không cho hiện lại chữ của bài", "không rõ (ngày ghi trên trang ở tương lai)", url] {
        assert!(page.contains(told), "{told} is missing: {page}");
    }
    let file = world.api(&format!("/api/v1/documents/{}", id(url))).await.json();
    assert_eq!((&file["published_from"], &file["date_note"]["why"]), (&json!("rejected"), &json!("future")));
    assert_eq!(file["restrictions"], json!({"no_archive": true, "no_snippet": false}));
}

#[tokio::test]
async fn a_post_found_by_keyword_has_no_link() {
    let world = World::filled().await;
    let url = "https://dien-dan.vn/gap";
    edit(&world, url, 1, |a| (a.document.url, a.document.found_by) = (None, FoundBy::Keyword)).await;
    let cookie = world.sign_in().await;
    let page = world.page(&cookie, &format!("/documents/{}", id(url))).await.body;
    assert!(page.contains("không lưu: bài tìm theo từ khoá") && !page.contains("https://dien-dan.vn"), "{page}");
    let hostile = world.page(&cookie, &format!("/documents/{}", id("https://trang-b.vn/xang"))).await.body;
    assert!(hostile.contains("không có địa chỉ mở được") && !hostile.contains("href=\"javascript"));
}
