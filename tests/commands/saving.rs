//! `saved`: from a new article to a notice and a digest, and `search:"name"` beside them.

use crate::support::{Installation, finish, line, ndjson};
use serde_json::{Value, json};

/// What the journal tells of saved searches.
fn told(here: &Installation) -> Vec<Value> {
    let text = std::fs::read_to_string(here.data().join("var/alerts.ndjson")).unwrap_or_default();
    let lines = text.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
    lines.filter(|n| n["event"] == "saved_search").collect()
}

fn texts(told: &[Value]) -> Vec<&str> {
    told.iter().map(|n| n["text"].as_str().unwrap()).collect()
}

fn saved(here: &Installation) -> Vec<Value> {
    here.run(&["saved", "list", "--json"]).json()["saved_searches"].as_array().unwrap().clone()
}

#[test]
fn a_new_article_becomes_a_notice_and_a_digest() {
    let here = Installation::shipped();
    let old = [line("https://a.example/cu", "Chợ phiên vùng cao họp lại, hàng thổ cẩm bán chạy từ sáng sớm")];
    here.ingest(&here.file("old", ndjson(&old)));
    let each = here.run(&["saved", "add", "Chợ phiên", "\"chợ phiên\"", "--notify", "each", "--json"]).json();
    assert_eq!((&each["matches"], &each["complete"], &each["compared"]), (&json!(1), &json!(true), &json!(1.0)), "{each}");
    here.run(&["saved", "add", "Hằng ngày", "search:\"chợ phiên\" -\"thổ cẩm\"", "--notify", "daily"]).ok();
    assert_eq!(here.found("search:\"chợ phiên\""), 1, "what was there before is found");
    let text = "Chợ phiên cuối năm đông khách, nông sản sạch được người mua hỏi nhiều hơn mọi năm trước";
    let new = [
        line("https://a.example/moi", text),
        line("https://b.example/chep", text),
        line("https://a.example/khac", "Đường vào bản được mở rộng thêm hai mét trong quý tới"),
    ];
    let file = here.file("new", ndjson(&new));
    here.ingest(&file);
    let notices = told(&here);
    let [notice] = notices.as_slice() else { panic!("{notices:?}") };
    assert!(notice["text"].as_str().unwrap().starts_with("tìm kiếm đã lưu «Chợ phiên»: bài mới «"), "{notice}");
    assert!(notice["alert"].is_null() && notice["idempotency_key"].as_str().unwrap().starts_with("saved:1:story:"), "{notice}");
    assert_eq!((here.found("search:\"CHỢ PHIÊN\""), here.found("search:\"hằng ngày\" nông")), (3, 2));
    let lines = saved(&here);
    assert_eq!(
        lines.iter().map(|l| (l["matches"].as_u64(), l["matches_7_days"].as_u64())).collect::<Vec<_>>(),
        [(Some(3), Some(3)), (Some(2), Some(2))]
    );
    // The digest is made at 7:00, tells of what came since, and comes once.
    let again = |now: &str| finish(here.command_at(now, &["ingest", &file, "--json"]), &[]).json();
    again("2026-11-24T06:59:00+07:00");
    assert_eq!(told(&here).len(), 1);
    again("2026-11-24T07:00:00+07:00");
    again("2026-11-25T07:30:00+07:00");
    let all = told(&here);
    assert_eq!(texts(&all)[1..], ["tìm kiếm đã lưu «Hằng ngày»: bản tin, 2 bài mới thuộc 1 luồng tin"]);
    assert_eq!(all[1]["saved_search"]["newest"].as_array().unwrap().len(), 1);
    // An edited article that begins to match is news; one that no longer does is not found any more.
    let edited = [line("https://a.example/khac", "Đường vào chợ phiên được mở rộng"), line("https://a.example/cu", "Phiên chợ đã dời")];
    here.ingest(&here.file("edited", ndjson(&edited)));
    assert_eq!((here.found("search:\"chợ phiên\""), told(&here).len()), (3, 3));
    assert!(here.search("search:\"chợ phiên\"")["hits"].as_array().unwrap().iter().all(|h| h["url"] != "https://a.example/cu"));
    here.run(&["reindex"]).ok();
    assert_eq!(here.found("search:\"chợ phiên\""), 3, "a new index has the matches too");
}

#[test]
fn what_cannot_be_saved_or_removed_is_said() {
    let here = Installation::shipped();
    here.run(&["saved", "add", "Điện", "điện"]).ok();
    here.run(&["saved", "add", "Tất cả", "xăng OR search:điện"]).ok();
    for (args, code, words) in [
        (&["saved", "add", "ĐIỆN", "a"][..], 2, "đã có tìm kiếm tên «Điện»"),
        (&["saved", "add", "a", "(xăng"], 2, "có phải bạn muốn tìm: (xăng)"),
        (&["saved", "add", "a", "xăng", "--notify", "often"], 2, "expected one of: none, each"),
        (&["saved", "remove", "điện"], 1, "tìm kiếm «Tất cả» đang dùng"),
        (&["saved", "remove", "gì"], 1, "không có tìm kiếm đã lưu"),
        (&["search", "search:đien"], 1, "có phải: «Điện»?"),
    ] {
        let ran = here.run(args);
        assert!(ran.code == Some(code) && ran.stderr.contains(words), "{args:?}: {ran:?}");
    }
    assert_eq!(here.run(&["saved", "remove", "tất cả", "--json"]).json()["removed"], "Tất cả");
    assert!(here.run(&["saved", "remove", "Điện"]).ok().contains("đã xóa «Điện»"));
    assert!(here.run(&["saved", "list"]).ok().contains("Chưa có tìm kiếm đã lưu nào"));
}
