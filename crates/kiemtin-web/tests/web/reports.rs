//! Is a report what it says, on the page, as a file, and again?

use crate::world::World;
use axum::http::{StatusCode, header};
use kiemtin_model::Stance;

const ASKS: &str = "Mấy tháng nay hóa đơn tăng. Chúng tôi đề nghị xem lại cách chia bậc giá điện cho hợp lý hơn.";

#[tokio::test]
async fn a_report_is_had_in_every_format_and_again() {
    let world = World::filled().await;
    world.printed("gop-y", Stance::Criticises, "Giá điện <b>bậc thang</b>", ASKS, 2).await;
    world.wrote("bai-dang", Stance::Criticises, "Bài đăng", "Tôi kiến nghị bỏ bậc thang giá điện ngay lập tức.", 2).await;
    let report = world.api("/api/v1/exports/2026-11.json").await.json();
    assert_eq!(
        (report["period"].as_str(), report["complete"].as_bool(), report["scope"]["kind"].as_str()),
        (Some("2026-11"), Some(false), Some("ministry"))
    );
    let all = world.api("/api/v1/search?from=2026-11-01").await.json()["total"].as_u64().unwrap();
    assert_eq!(report["headline"][0]["now"].as_u64(), Some(all), "{report}");
    let topic = report["topics"].as_array().unwrap().iter().find(|t| t["id"] == "gia-dien").unwrap();
    let of_topic = world.api("/api/v1/exports/2026-11.json?topic=gia-dien").await.json();
    assert_eq!(of_topic["headline"][0]["now"], topic["documents"]);
    assert_eq!(of_topic["method"]["query"], "topic:gia-dien");
    let feedback = report["feedback"].as_array().unwrap().iter().find(|f| f["topic"] == "gia-dien").unwrap();
    assert_eq!((feedback["criticism"].as_u64(), feedback["proposals"].as_u64()), (Some(0), Some(2)), "{feedback}");
    let excerpts = feedback["excerpts"].as_array().unwrap();
    assert!(excerpts.len() == 1 && excerpts[0]["text"].as_str().unwrap().contains("đề nghị xem lại"), "never of a post: {feedback}");
    for (format, begins) in
        [("xlsx", &b"PK"[..]), ("docx", b"PK"), ("pdf", b"%PDF-"), ("html", b"<!doctype html>"), ("csv", b"\xEF\xBB\xBFperiod,")]
    {
        let (parts, bytes) = world.bytes(&format!("/api/v1/exports/2026-11.{format}")).await;
        assert!(bytes.starts_with(begins), "{format}");
        let name = format!("attachment; filename=\"bao-cao-2026-11.{format}\"");
        assert_eq!(parts.headers.get(header::CONTENT_DISPOSITION).unwrap(), name.as_str());
        assert!(bytes == world.bytes(&format!("/api/v1/exports/2026-11.{format}")).await.1, "{format}: the same again");
        // A table of text is no markup: it tells a title letter by letter.
        assert_eq!(String::from_utf8_lossy(&bytes).contains("<b>bậc thang</b>"), format == "csv", "{format}");
    }
    let (parts, bytes) = world.bytes("/api/v1/exports/2026-11.csv?lang=en").await;
    assert_eq!(parts.headers.get(header::CONTENT_DISPOSITION).unwrap(), "attachment; filename=\"bao-cao-2026-11.en.csv\"");
    assert!(
        String::from_utf8_lossy(&bytes).contains(",summary,1,figure,Figure,Articles and posts\r\n"),
        "{}",
        String::from_utf8_lossy(&bytes)
    );
    let kept = world.api("/api/v1/reports").await.json();
    assert_eq!(kept["items"].as_array().unwrap().len(), 2, "one of the ministry and one of a topic, each once: {kept}");
    let (whole, id) = (&kept["items"][1], kept["items"][1]["id"].as_i64().unwrap());
    assert_eq!((whole["scope"].as_str(), whole["period"].as_str()), (Some("ministry"), Some("2026-11")));
    world.wrote("sau", Stance::Criticises, "Giá điện lại tăng", ASKS, 1).await;
    let later = world.api("/api/v1/exports/2026-11.json").await.json();
    assert_eq!(later["headline"][0]["now"].as_u64(), Some(all + 1));
    assert_eq!(world.api(&format!("/api/v1/reports/{id}.json")).await.json(), report, "as it was");
    let english = world.api(&format!("/api/v1/reports/{id}.json?lang=en")).await.json();
    assert_eq!(
        (&english["headline"][0]["name"], &english["headline"][0]["now"]),
        (&"Articles and posts".into(), &report["headline"][0]["now"])
    );
}

#[tokio::test]
async fn what_is_not_understood_is_refused_with_what_would_be() {
    let world = World::filled().await;
    for (path, status, words) in [
        ("/api/v1/exports/2026-13.json", StatusCode::BAD_REQUEST, "2026-W47"),
        ("/api/v1/exports/2026-11.odt", StatusCode::BAD_REQUEST, "xlsx, docx, pdf, html, csv, json"),
        ("/api/v1/exports/2026-11", StatusCode::BAD_REQUEST, "2026-W47.xlsx"),
        ("/api/v1/exports/2026-11.json?topic=khong-co", StatusCode::BAD_REQUEST, "gia-dien"),
        ("/api/v1/exports/2026-11.json?topic=gia-dien&unit=x", StatusCode::BAD_REQUEST, "một trong unit, topic, policy"),
        ("/api/v1/exports/2026-11.json?q=x", StatusCode::BAD_REQUEST, "q"),
        ("/api/v1/exports/2026-11.json?lang=fr", StatusCode::BAD_REQUEST, "vi hoặc en"),
        ("/api/v1/reports/1.json?lang=EN", StatusCode::BAD_REQUEST, "vi hoặc en"),
        ("/api/v1/reports/99.pdf", StatusCode::NOT_FOUND, ""),
        ("/api/v1/reports/x.pdf", StatusCode::NOT_FOUND, ""),
    ] {
        let answer = world.api(path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
        assert!(answer.body.contains(words), "{path}: {}", answer.body);
    }
    assert_eq!(world.bare("/api/v1/exports/2026-11.json").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_page_shows_it_and_who_got_it() {
    let world = World::filled().await;
    let cookie = world.sign_in().await;
    let empty = world.page(&cookie, "/reports?period=2025").await;
    for words in ["Năm 2025", "Chưa có báo cáo nào được tải", "Không có kết luận tin giả", "/api/v1/exports/2025.xlsx"]
    {
        assert!(empty.body.contains(words), "{words}: {}", empty.body);
    }
    world.bytes("/api/v1/exports/2026-11.pdf?topic=gia-dien").await;
    let page = world.page(&cookie, "/reports?period=2026-11&of=topic%3Agia-dien").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
    for words in [
        "Tháng 11/2026",
        "Kỳ này chưa kết thúc.",
        "value=\"topic:gia-dien\" selected",
        "/api/v1/exports/2026-11.xlsx?topic=gia-dien",
        "<svg ",
        "/api/v1/reports/1.docx",
        "tải lúc",
    ] {
        assert!(page.body.contains(words), "{words}: {}", page.body);
    }
    assert!(!page.body.contains("lang=en"), "{}", page.body);
    let english = world.page(&format!("{cookie}; ui=en"), "/reports?period=2026-11&of=topic%3Agia-dien").await;
    for words in [
        "/api/v1/exports/2026-11.xlsx?topic=gia-dien&#38;lang=en",
        "/api/v1/reports/1.docx?lang=en",
        "Files downloaded from this page are in English",
        "<div class=\"paper\" lang=\"en\" translate=\"no\">",
        "Articles and posts",
        "The period is not over",
    ] {
        assert!(english.body.contains(words), "{words}: {}", english.body);
    }
    assert_eq!(world.page(&cookie, "/reports?period=x").await.status, StatusCode::BAD_REQUEST);
    let last = world.page(&cookie, "/reports").await;
    assert!(last.body.contains("<h1>Báo cáo <small>Tuần "), "the last week by default");
}
