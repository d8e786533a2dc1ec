//! Do the pages show what they must, in the words they must, and nothing that runs?

use crate::world::{NOW, PRICE, World};
use axum::http::StatusCode;
use kiemtin_model::{FeedStanding, Tally};

#[tokio::test]
async fn the_desk_lists_the_most_pressing_first() {
    let world = World::filled().await;
    world.status.failing_sources(vec![("Trang B".into(), "máy chủ trả lời HTTP 503".into())]);
    let cookie = world.sign_in().await;
    let page = world.page(&cookie, "/").await;
    let at = |words: &str| page.body.find(words).unwrap_or_else(|| panic!("{words}"));
    assert!(at(PRICE) < at("Sắp hết xăng toàn quốc"));
    for words in [
        "▲",
        "Khẩn",
        "◆",
        "Cảnh báo",
        "13 bài · 6 nguồn · 2 luồng tin",
        "Sai số liệu",
        "Giá điện · Cục Điện lực",
        "24/11/2026 03:05",
        "(còn 19 giờ)",
        "(quá hạn 6 giờ)",
        "1 nguồn đang lỗi",
        "máy chủ trả lời HTTP 503",
    ] {
        at(words);
    }
    let urgent = world.page(&cookie, "/?level=urgent&topic=gia-dien").await;
    assert!(urgent.body.contains(PRICE) && !urgent.body.contains("Sắp hết xăng"));
    assert!(urgent.body.contains(r#"href="/?status=done&#38;level=urgent&#38;topic=gia-dien""#), "a filter keeps the others");
    let done = world.page(&cookie, "/?status=done").await;
    assert!(done.body.contains("Không có cảnh báo nào khớp bộ lọc."));
    assert_eq!(world.page(&cookie, "/?status=nope").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_empty_desk_helps() {
    let world = World::empty().await;
    let cookie = world.sign_in().await;
    assert!(world.page(&cookie, "/").await.body.contains("Chưa có cảnh báo nào. Chưa thu thập lần nào"));
    world.status.crawl_idle(NOW, &Tally { read: 212, new: 212, ..Tally::default() });
    let page = world.page(&cookie, "/").await.body;
    assert!(page.contains("Chưa có cảnh báo nào. Lần thu thập gần nhất: 23/11/2026 08:05, 212 bài mới."), "{page}");
}

#[tokio::test]
async fn sources_show_trouble_first_and_what_became_of_an_address() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let page = world.page(&cookie, "/sources").await.body;
    for words in ["3 nguồn · 3 chờ thu thập", "Báo A", "Vì sao không có bài này?", "href=\"/sources/bao-a\""] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for (query, names) in
        [("name=dien+dan", vec!["Diễn đàn Tiêu dùng"]), ("name=evn", vec!["Tập đoàn Điện lực Việt Nam"]), ("name=khac", vec![])]
    {
        let page = world.page(&cookie, &format!("/sources?{query}")).await.body;
        for name in ["Báo A", "Diễn đàn Tiêu dùng", "Tập đoàn Điện lực Việt Nam"] {
            assert_eq!(page.contains(&format!(">{name}</a>")), names.contains(&name), "{query}: {name}");
        }
    }
    world.polled("bao-a", FeedStanding::Blocked, "failed: HTTP 403").await;
    world.polled("evn", FeedStanding::Live, "").await;
    world.named("https://bao-a.vn/x", "bao-a", "refused: robots.txt forbids it").await;
    let page = world.page(&cookie, "/sources").await.body;
    let at = |words: &str| page.find(words).unwrap_or_else(|| panic!("{words}: {page}"));
    assert!(at("Báo A") < at("Diễn đàn Tiêu dùng") && at("Diễn đàn Tiêu dùng") < at("Tập đoàn Điện lực"));
    for words in ["1 bị chặn · 1 chờ thu thập · 1 hoạt động", "không tải được: HTTP 403", "Bị chặn", "3 bài hôm nay"]
    {
        at(words);
    }
    let trouble = world.page(&cookie, "/sources?state=trouble").await.body;
    assert!(trouble.contains("Báo A") && !trouble.contains("Tập đoàn Điện lực"));
    let one = world.page(&cookie, "/sources/bao-a").await.body;
    for words in [
        "Bị chặn",
        "không tải được: HTTP 403 · 3 lần liên tiếp",
        "https://bao-a.vn/rss",
        "không lấy: robots.txt của trang không cho phép",
        "<svg",
    ] {
        assert!(one.contains(words), "{words}: {one}");
    }
    for (url, words) in [
        ("https://bao-a.vn/x", "không lấy: robots.txt của trang không cho phép"),
        ("https://www.evn.vn/tin/1", "Trang thuộc nguồn Tập đoàn Điện lực Việt Nam"),
        ("https://khac.vn/1", "không thuộc nguồn nào"),
        ("javascript:alert(1)", "không phải địa chỉ http(s)"),
    ] {
        let answer = world.page(&cookie, &format!("/sources?url={}", url.replace(':', "%3A").replace('/', "%2F"))).await.body;
        assert!(answer.contains(words), "{url}: {answer}");
    }
    assert_eq!(world.page(&cookie, "/sources/nope").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_file_tells_why_and_what_is_official() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let page = world.page(&cookie, "/alerts/1").await.body;
    for words in [
        "Cần kiểm chứng",
        "Vì sao bị gắn cờ",
        "<mark>2.500 đồng/kWh</mark> từ 10/5",
        "<mark>Giá điện bình quân</mark> sẽ là",
        "4,5 điểm",
        "69 % tổng điểm",
        "Tổng điểm của bài: 6,5",
        "Điểm của cảnh báo: 9,5</strong>",
        "= Bằng chứng mạnh nhất 6,5 +",
        "Thông tin chính thống",
        "599/QĐ-EVN",
        "EVN bác bỏ tin giá điện",
        "<svg viewBox=\"0 0 ",
        "Bảng số liệu",
        "Xuất hiện ở đâu",
        "11 bản đăng lại cùng nội dung",
        "Bài đính chính",
        "không tính điểm",
        "<strong>Mở cảnh báo</strong> <span class=\"quiet\">· mức Khẩn, 13 bài</span>",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(!page.contains("style="), "the policy forbids inline styles");
}

#[tokio::test]
async fn nothing_that_was_crawled_runs() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    for path in
        ["/", "/alerts/2", "/search?q=x%C4%83ng&limit=50", "/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/search?q=%22%3E%3Cscript%3E"]
    {
        let page = world.page(&cookie, path).await.body;
        assert!(!page.contains("<script>") && !page.contains("<b>Đậm"), "{path}");
        assert!(!page.to_lowercase().contains("href=\"javascript:"), "{path}");
    }
    let file = world.page(&cookie, "/alerts/2").await.body;
    assert!(file.contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
}

#[tokio::test]
async fn search_marks_folds_and_goes_on() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let start = world.page(&cookie, "/search").await.body;
    assert!(start.contains("Cách viết câu truy vấn") && !start.contains("Không tìm thấy"));
    let page = world.page(&cookie, "/search?q=gia%20dien").await.body;
    assert!(page.contains("<mark>giá</mark> <mark>điện</mark>") && page.contains("11 bản đăng lại"), "{page}");
    assert!(page.contains("value=\"gia dien\"") && page.contains("/search?q=gia%20dien&#38;topic=gia-dien"));
    let many = world.page(&cookie, "/search?q=xang").await.body;
    assert!(many.contains("offset=20") && many.contains("Trang sau"));
    let last = world.page(&cookie, "/search?q=xang&offset=20").await.body;
    assert!(last.contains("Trang trước") && !last.contains("Trang sau"));
    let none = world.page(&cookie, "/search?q=khongcotunao").await;
    assert!(none.status == StatusCode::OK && none.body.contains("Không tìm thấy bài nào.") && none.body.contains("gõ không dấu"));
}

#[tokio::test]
async fn a_wrong_search_shows_where() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let page = world.page(&cookie, "/search?q=gi%C3%A1%20%29%C4%91i%E1%BB%87n").await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST);
    assert!(page.body.contains("giá <mark>)</mark>điện") && page.body.contains("vị trí 5"), "{}", page.body);
    let date = world.page(&cookie, "/search?q=x&from=hom-qua").await;
    assert!(date.status == StatusCode::BAD_REQUEST && date.body.contains("«hom-qua»") && date.body.contains("value=\"hom-qua\""));
}
