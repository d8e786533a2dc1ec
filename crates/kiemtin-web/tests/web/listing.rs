//! What a desk's list offers beside its rows: numbers by status, what is one's own, what is due, what was done today, what grew.

use crate::staff::{post, send, session, user};
use crate::world::{PRICE, World};
use axum::http::{Method, StatusCode};
use kiemtin_model::StaffRole;
use kiemtin_model::time::HOUR_MS;
use kiemtin_store::desk::DeskStore;
use serde_json::json;

const FUEL: &str = "Sắp hết xăng toàn quốc";

#[tokio::test]
async fn lists_of_ones_own_and_of_the_day() {
    let world = World::filled().await;
    let lan = user(&world, "lan", StaffRole::Reviewer, Some(&["Cục Điện lực"])).await;
    let cookie = session(&world, &lan, "a").await;
    let page = async |path: &str| world.page(&cookie, path).await.body;
    let all = page("/").await;
    for words in ["Đang chờ xử lý (3)", "Mới (3)", "Đã xong (0)", "Tất cả (3)", "href=\"/?mine=1\"", "href=\"/?own=1\"", "data-acts"]
    {
        assert!(all.contains(words), "{words}: {all}");
    }
    assert!(!all.contains("Xong hôm nay") && !all.contains("trong 3 giờ"));
    // The stream goes on where the list was read.
    let last = world.store.last_alert_change().await.unwrap();
    assert!(all.contains(&format!("data-stream=\"/api/v1/alerts/stream?last_event_id={last}\" data-me=\"lan\"")), "{all}");

    assert!(page("/?mine=1").await.contains("Không có cảnh báo nào khớp bộ lọc."));
    assert_eq!(post(&world, &cookie, "/alerts/2", &[("action", "acknowledge")]).await.status, StatusCode::SEE_OTHER);
    let mine = page("/?mine=1").await;
    assert!(mine.contains(FUEL) && !mine.contains(PRICE) && mine.contains("&#38;assignee=lan"), "{mine}");
    assert!(mine.contains("Đã tiếp nhận · lan") && !mine.contains("Mới ("), "numbers stand where nothing narrows the list");
    let working = page("/?status=acknowledged,verifying").await;
    assert!(working.contains(FUEL) && !working.contains(PRICE) && working.contains("Đang xử lý (1)"));
    assert!(page("/?own=1").await.contains("&#38;unit=C%E1%BB%A5c%20%C4%90i%E1%BB%87n%20l%E1%BB%B1c"));
    // Overdue since hours; the others have most of a day.
    let due = page("/?due=1").await;
    assert!(due.contains(FUEL) && !due.contains(PRICE));

    let dismiss = [("action", "dismiss"), ("reason", "opinion"), ("note", "ý kiến")];
    assert_eq!(post(&world, &cookie, "/alerts/2", &dismiss).await.status, StatusCode::SEE_OTHER);
    let link = "Xong hôm nay: <a href=\"/?status=done&#38;done_since=2026-11-23\">1 cảnh báo</a>";
    assert!(page("/").await.contains(link));
    let done = page("/?status=done&done_since=2026-11-23").await;
    assert!(done.contains(FUEL) && !done.contains(PRICE));
    world.wait(24 * HOUR_MS);
    let cookie = session(&world, &lan, "b").await;
    assert!(!world.page(&cookie, "/").await.body.contains("Xong hôm nay"), "another day");
}

#[tokio::test]
async fn what_spread_lately_says_by_how_much() {
    let world = World::filled().await;
    world.wait(-6 * HOUR_MS);
    let cookie = world.sign_in().await;
    // As of six hours ago: what appeared within the three hours before, and what was still to come.
    assert!(world.page(&cookie, "/").await.body.contains("<strong>↑ 2 bài trong 3 giờ</strong>"));
    world.wait(6 * HOUR_MS - 1);
    assert!(world.page(&cookie, "/").await.body.contains("<strong>↑ 1 bài trong 3 giờ</strong>"));
    world.wait(1);
    assert!(!world.page(&cookie, "/").await.body.contains("trong 3 giờ"));
}

#[tokio::test]
async fn readers_get_no_keys_that_decide_and_the_api_the_same_filters() {
    let world = World::filled().await;
    let lan = user(&world, "lan", StaffRole::Reader, None).await;
    let cookie = session(&world, &lan, "a").await;
    let page = world.page(&cookie, "/").await.body;
    assert!(!page.contains("data-acts") && !page.contains("/?own=1"), "{page}");
    let token = &world.secrets.token;
    let give = json!({"action": "acknowledge"});
    assert_eq!(send(&world, token, Method::POST, "/api/v1/alerts/3/actions", &give).await.status, StatusCode::OK);
    let ids = async |query: &str| {
        let list = world.api(&format!("/api/v1/alerts?{query}")).await.json();
        list["items"].as_array().unwrap_or_else(|| panic!("{list}")).iter().map(|a| a["id"].as_i64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(ids("").await, [1, 2, 3], "by level, severity, deadline");
    assert_eq!(ids("assignee=%28ng%C6%B0%E1%BB%9Di%29").await, Vec::<i64>::new());
    assert_eq!(ids("due_before=2026-11-23T08:05:00%2B07:00").await, [2]);
    assert_eq!(ids("done_since=2026-11-01").await, Vec::<i64>::new());
    assert_eq!(ids("unit=C%E1%BB%A5c%20L%E1%BA%A1&unit=C%E1%BB%A5c%20%C4%90i%E1%BB%87n%20l%E1%BB%B1c").await, [1, 2, 3], "one suffices");
    assert_eq!(ids("unit=C%E1%BB%A5c%20L%E1%BA%A1").await, Vec::<i64>::new());
    assert_eq!(world.api("/api/v1/alerts?due_before=mai").await.status, StatusCode::BAD_REQUEST);
}
