//! Are trends the same on the page, in the API and in its files, and does the page help in every state?

use crate::world::World;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use kiemtin_store::Store;
use kiemtin_store::coverage::POLL_FAILED;
use tower::ServiceExt;

/// «điện», from 1 to 23 November.
const ELECTRICITY: &str = "q=%C4%91i%E1%BB%87n&from=2026-11-01&to=2026-11-23";

#[tokio::test]
async fn the_api_counts_what_a_search_finds() {
    let world = World::filled().await;
    let told = world.api(&format!("/api/v1/trends?{ELECTRICITY}")).await.json();
    let found = world.api(&format!("/api/v1/search?{ELECTRICITY}")).await.json();
    let series = &told["series"][0];
    assert_eq!(series["count"], found["total"]);
    assert_eq!((told["by"].as_str(), told["from"].as_str()), (Some("day"), Some("2026-11-01T00:00:00+07:00")));
    let points = series["points"].as_array().unwrap();
    let sum = |name: &str| points.iter().map(|p| p[name].as_u64().unwrap()).sum::<u64>();
    assert_eq!((points.len(), points[0]["date"].as_str(), points[22]["date"].as_str()), (23, Some("2026-11-01"), Some("2026-11-23")));
    assert_eq!((Some(sum("count")), Some(sum("stories"))), (series["count"].as_u64(), series["stories"].as_u64()));
    assert!(sum("stories") < sum("count"), "copies are one story: {series}");
    assert!(points[0]["count"] == 0 && points[22]["partial"] == true && points[21]["partial"] == false);
    let last = &points[22];
    let ratio = last["count"].as_f64().unwrap() / last["total_count"].as_f64().unwrap();
    assert_eq!(last["ratio"].as_f64(), Some(ratio));
    assert!(series["drivers"][0]["documents"].as_u64().unwrap() > 1 && series["drivers"][0]["title"] == "Bảng giá điện mới từ 10/5");
    assert_eq!(series["previous"]["count"], 0);
    let without = world.api(&format!("/api/v1/trends?{ELECTRICITY}&previous=false")).await.json();
    assert!(without["series"][0]["previous"].is_null());
    let groups = world.api(&format!("/api/v1/trends?{ELECTRICITY}&group=source")).await.json();
    let groups = groups["series"][0]["groups"].as_array().unwrap().clone();
    assert_eq!(groups.iter().map(|g| g["count"].as_u64().unwrap()).sum::<u64>(), sum("count"));
    assert_eq!(groups.iter().map(|g| g["stories"].as_u64().unwrap()).sum::<u64>(), sum("stories"), "stories of values add up");
}

#[tokio::test]
async fn the_same_table_is_a_file() {
    let world = World::filled().await;
    let csv = world.api(&format!("/api/v1/trends?{ELECTRICITY}&format=csv")).await;
    assert_eq!(csv.header(header::CONTENT_TYPE), "text/csv; charset=utf-8");
    let lines: Vec<&str> = csv.body.split("\r\n").collect();
    assert_eq!(lines[0], "date,count,total_count,ratio,stories,missing,steady_ratio,previous_count,previous_ratio");
    assert!(lines[1].starts_with("2026-11-01,0,0,,0,,") && lines.len() == 25 && lines[24].is_empty(), "{}", lines[1]);
    let two = world.api(&format!("/api/v1/trends?{ELECTRICITY}&q=-x%C4%83ng%20gi%C3%A1&group=kind&by=week&format=csv")).await;
    assert!(two.body.starts_with("date,count,total_count,ratio,stories,value,missing,query\r\n2026-W44,"), "{}", two.body);
    assert!(two.body.contains(",'-xăng giá\r\n"), "no formula: {}", two.body);
    let sheet = async || {
        let auth = format!("Bearer {}", world.secrets.token);
        let path = format!("/api/v1/trends?{ELECTRICITY}&group=group&format=xlsx");
        let request = Request::get(path).header(header::AUTHORIZATION, auth).body(Body::empty()).unwrap();
        let response = world.router.clone().oneshot(request).await.unwrap();
        axum::body::to_bytes(response.into_body(), 1_000_000).await.unwrap()
    };
    let bytes = sheet().await;
    assert!(bytes.starts_with(b"PK") && bytes == sheet().await, "the same figures give the same bytes");
}

#[tokio::test]
async fn what_cannot_be_counted_is_told_with_advice() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    for (query, advice) in [
        ("by=year", "hour, day, week hoặc month"),
        ("group=level", "source, group, topic, kind, stance"),
        ("format=pdf", "json, csv hoặc xlsx"),
        ("x=1", "một trong các tham số"),
        ("q=(gi%C3%A1", "ngoặc"),
        ("from=2026-11-03&to=2026-11-01", "khoảng ngày trống"),
        ("by=hour&from=2024-01-01", "chọn kỳ dài hơn"),
        ("q=a1&q=a2&q=a3&q=a4&q=a5&q=a6", "nhiều nhất 5"),
    ] {
        let answer = world.api(&format!("/api/v1/trends?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
        assert!(answer.json()["detail"].as_str().unwrap().contains(advice), "{query}: {}", answer.body);
        if !query.starts_with(['x']) && !query.starts_with("format") {
            let page = world.page(&cookie, &format!("/trends?{query}")).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{query}");
            assert!(page.body.contains("Chưa đếm được") && page.body.contains(advice), "{query}: {}", page.body);
        }
    }
    assert_eq!(world.bare("/api/v1/trends").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_condition_that_no_document_fulfils_is_told() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    for spelling in ["", "&spelling=typed"] {
        let asked = format!("q=%C4%91i%E1%BB%87n%20topic%3Aabc&from=2026-11-01&to=2026-11-23{spelling}");
        let told = world.api(&format!("/api/v1/trends?{asked}")).await.json();
        let series = &told["series"][0];
        assert_eq!((&series["unknown"], &series["count"]), (&serde_json::json!(["topic:abc"]), &serde_json::json!(0)), "{series}");
        let page = world.page(&cookie, &format!("/trends?{asked}")).await.body;
        assert!(page.contains("không có tài liệu nào có <span lang=\"vi\">topic:abc</span>"), "{page}");
        let english = world.page(&format!("{cookie}; ui=en"), &format!("/trends?{asked}")).await.body;
        assert!(english.contains("no document has <span lang=\"vi\">topic:abc</span>"), "{english}");
    }
    let known = world.api(&format!("/api/v1/trends?{ELECTRICITY}")).await.json();
    assert_eq!(known["series"][0]["unknown"], serde_json::json!([]));
}

#[tokio::test]
async fn the_page_shows_lines_and_the_same_figures() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let page = world.page(&cookie, &format!("/trends?{ELECTRICITY}")).await.body;
    for words in [
        "<path class=\"line s1\" d=\"M",
        "<path class=\"line before\"",
        "<desc id=\"trend-desc\">Từ 01/11/2026 đến 23/11/2026",
        "<th scope=\"row\">22/11/2026</th>",
        "chưa đủ kỳ",
        "Kỳ trước (",
        "format=csv\" download",
        "Bảng giá điện mới từ 10/5</a>",
        "Nguồn nhiều bài nhất",
        "/assets/trends.js?v=",
        "href=\"/search?q=%C4%91i%E1%BB%87n&#38;from=2026-11-01&#38;to=2026-11-23\"",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("style=") && !page.contains("onclick"), "nothing that the content policy forbids");
    let two = world.page(&cookie, &format!("/trends?{ELECTRICITY}&q=x%C4%83ng&view=counts&by=week")).await.body;
    assert!(two.contains("line s2") && two.contains("xăng: Số bài") && two.contains("Tuần 47 (16–22/11/2026)"), "{two}");
    let groups = world.page(&cookie, "/trends?group=group").await.body;
    assert!(groups.contains("Tất cả bài") && groups.contains("<th scope=\"row\">Nguồn chính thống</th>"), "{groups}");
    let one = world.page(&cookie, "/trends?from=2026-11-22&to=2026-11-22").await.body;
    assert!(one.contains("h0\"/>"), "one point is a dot: {one}");
    let hostile = world.page(&cookie, "/trends?q=%22%3Cscript%3Ealert(1)%3C/script%3E%22").await.body;
    assert!(!hostile.contains("<script>alert"), "{hostile}");
    assert_eq!(world.page(&cookie, "/trends?view=pie").await.status, StatusCode::BAD_REQUEST);
    let search = world.page(&cookie, "/search?q=%C4%91i%E1%BB%87n").await.body;
    assert!(search.contains("href=\"/trends?q=%C4%91i%E1%BB%87n\"") && search.contains("class=\"line s1\""), "{search}");
}

#[tokio::test]
async fn gaps_are_marked_and_an_empty_store_helps() {
    let world = World::filled().await;
    let day = crate::world::NOW.plus(-kiemtin_model::time::DAY_MS).day_number();
    let mut batch = world.store.begin().await.unwrap();
    for source in ["bao-a", "trang-b", "trang-d"] {
        for day in [day - 3, day - 2] {
            batch.count_source(source, day, POLL_FAILED, 5).await.unwrap();
        }
    }
    batch.commit().await.unwrap();
    let cookie = world.sign_in().await;
    let page = world.page(&cookie, "/trends").await.body;
    for words in ["class=\"band\"", "mark gap", "◌ thiếu: Báo A", "không đọc được, 19/11/2026–20/11/2026", "Tỷ lệ của mọi nguồn"]
    {
        assert!(page.contains(words), "{words}: {page}");
    }
    let csv = world.api("/api/v1/trends?format=csv").await.body;
    assert!(csv.lines().any(|line| line.starts_with("2026-11-19,") && line.contains("bao-a; trang-b; trang-d")), "{csv}");
    let empty = World::empty().await;
    let cookie = empty.sign_in().await;
    let page = empty.page(&cookie, "/trends?q=than").await;
    assert!(page.status == StatusCode::OK && page.body.contains("Không có bài nào trong khoảng này."), "{}", page.body);
}
