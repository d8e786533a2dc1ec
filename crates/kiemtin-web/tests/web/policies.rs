//! Does the register show how a policy fares, and what people ask for?

use crate::world::World;
use axum::http::StatusCode;
use kiemtin_model::Stance;

const ASKS: &str = "Mấy tháng nay hóa đơn tăng. Chúng tôi đề nghị xem lại cách chia bậc giá điện cho hợp lý hơn.";

#[tokio::test]
async fn a_policy_is_counted_by_stage() {
    let world = World::filled().await;
    world.wrote("gop-y", Stance::Criticises, "Giá điện bậc thang chưa hợp lý", ASKS, 2).await;
    world.wrote("cu", Stance::Criticises, "Giá điện khi còn là dự thảo", "Góp ý cho dự thảo giá điện.", 24 * 10).await;
    let list = world.api("/api/v1/policies").await.json();
    let line = &list["items"][0];
    assert_eq!(line["stage"]["stage"], "enforcement");
    // 26/11/2026 is the first Thursday from the 23rd on.
    assert_eq!((line["next"]["day"].as_str(), line["next"]["title"].as_str()), (Some("2026-11-26"), Some("Kỳ xem xét")));
    let file = world.api("/api/v1/policies/gia-ban-le-dien").await.json();
    let counts = |n: usize, of: &str| file["by_stage"][n]["counts"][of].as_u64().unwrap();
    // What was published on the first day of a stage belongs to it, not to the one before.
    let old = world.api("/api/v1/search?q=%22gi%C3%A1%20%C4%91i%E1%BB%87n%22&from=2026-11-01&to=2026-11-21").await.json();
    assert_eq!((counts(0, "documents"), counts(0, "feedback")), (old["total"].as_u64().unwrap(), 1));
    let new = world.api("/api/v1/search?q=%22gi%C3%A1%20%C4%91i%E1%BB%87n%22&from=2026-11-22").await.json();
    assert_eq!((counts(1, "documents"), counts(1, "feedback")), (new["total"].as_u64().unwrap(), 1));
    assert_eq!(counts(1, "flagged"), 13, "what is to be verified");
    assert_eq!((counts(2, "documents"), counts(2, "all")), (0, 0), "a stage that lies ahead has no coverage yet");
    assert_eq!(file["proposals"].as_array().unwrap().len(), 2);
    assert!(file["proposals"][0]["excerpt"].as_str().unwrap().contains("đề nghị xem lại"));
    let expected: Vec<_> = file["expected"].as_array().unwrap().iter().map(|e| e["day"].as_str().unwrap().to_owned()).collect();
    assert!(expected.contains(&"2026-12-20".to_owned()) && expected.is_sorted(), "{expected:?}");
    assert_eq!(world.api("/api/v1/policies/khong-co").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.bare("/api/v1/policies").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_pages_say_it_in_words() {
    let world = World::filled().await;
    world.wrote("gop-y", Stance::Criticises, "<b>Giá điện</b> bậc thang", ASKS, 2).await;
    let cookie = world.sign_in().await;
    let check = async |path: &str, words: &[&str]| {
        let page = world.page(&cookie, path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for words in words {
            assert!(page.body.contains(words), "{words} in {path}: {}", page.body);
        }
        assert!(!page.body.contains("<b>"), "{path}");
    };
    check(
        "/policies",
        &["Cơ chế điều chỉnh giá bán lẻ điện", "Thi hành", "từ 22/11/2026", "26/11/2026: Kỳ xem xét", "Tết Dương lịch", "01/01/2027"],
    )
    .await;
    let of_policy = [
        "▶ Thi hành",
        "22/11/2026 – 19/12/2026",
        "từ 20/12/2026 (dự kiến)",
        "chưa tới",
        "72/2025/NĐ-CP",
        "đề nghị xem lại",
        "Tất cả góp ý",
    ];
    check("/policies/gia-ban-le-dien", &of_policy).await;
    check("/feedback", &["Giá điện", "1 phê bình, góp ý · 0 hỏi", "Tuần từ 23/11/2026: 1 bài", "Phê bình, góp ý", "đề nghị xem lại"]).await;
    assert_eq!(world.page(&cookie, "/policies/khong-co").await.status, StatusCode::NOT_FOUND);
    let empty = World::empty().await;
    let cookie = empty.sign_in().await;
    assert!(empty.page(&cookie, "/feedback").await.body.contains("Chưa có bài góp ý nào trong 12 tuần"));
    assert!(empty.page(&cookie, "/policies/gia-ban-le-dien").await.body.contains("Chưa thu thập được bài nào"));
}

#[tokio::test]
async fn feedback_is_counted_by_topic_and_week() {
    let world = World::filled().await;
    for (n, (stance, hours)) in
        [(Stance::Criticises, 2), (Stance::Asks, 24 * 8), (Stance::Asks, 24 * 200), (Stance::Reports, 3)].into_iter().enumerate()
    {
        world.wrote(&format!("y{n}"), stance, &format!("Giá điện, ý kiến thứ {n}"), ASKS, hours).await;
    }
    let found = world.api("/api/v1/feedback").await.json();
    assert_eq!(found["themes"].as_array().unwrap().len(), 1);
    let theme = &found["themes"][0];
    assert_eq!((&theme["topic"], &theme["criticises"], &theme["asks"]), (&"gia-dien".into(), &1.into(), &1.into()));
    let weeks: Vec<u64> = theme["weeks"].as_array().unwrap().iter().map(|n| n.as_u64().unwrap()).collect();
    assert_eq!((weeks.len(), weeks[9..].to_vec()), (12, vec![1, 0, 1]), "eight days ago was the Sunday two weeks back");
    assert_eq!(theme["excerpts"].as_array().unwrap().len(), 2, "what is older than twelve weeks is not shown");
}
