//! `ingest`: compressed or not, once or twice, edited, copied, personal data; nothing is lost or doubled.

use crate::support::{Installation, counts, line, ndjson};
use serde_json::json;
use std::io::Write;
use std::path::Path;

fn three() -> String {
    ndjson(&[
        line("https://a.example/1", "Lúa mùa chín sớm ở đồng bằng"),
        line("https://a.example/2", "Cá tôm đầy chợ buổi sáng"),
        line("https://a.example/3", "Đường làng trải bê tông mới"),
    ])
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = flate2::write::GzEncoder::new(vec![], flate2::Compression::default());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

/// Whether any file below holds these bytes.
fn holds(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holds(&path, bytes));
        } else if std::fs::read(&path).unwrap().windows(bytes.len()).any(|w| w == bytes) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn compression_is_told_by_content_and_a_repeat_adds_nothing() {
    let here = Installation::shipped();
    let plain = three();
    // The names lie on purpose.
    let zstd = here.file("zstd.gz", zstd::encode_all(plain.as_bytes(), 3).unwrap());
    counts(&here.ingest(&zstd), &[("read", 3), ("new", 3)]);
    for (name, bytes) in [("gzip.ndjson", gzip(plain.as_bytes())), ("plain.zst", plain.clone().into_bytes())] {
        counts(&here.ingest(&here.file(name, bytes)), &[("read", 3), ("unchanged", 3), ("new", 0), ("new_version", 0), ("alerts", 0)]);
    }
    let piped = here.run_with(&["ingest", "-", "--json"], &gzip(plain.as_bytes())).json();
    counts(&piped, &[("read", 3), ("unchanged", 3)]);
    assert_eq!(here.found("source:nguon-thu"), 3);
}

#[test]
fn several_files_are_one_intake() {
    let here = Installation::shipped();
    let (a, b) = (here.file("a", three()), here.file("b", ndjson(&[line("https://a.example/4", "Thêm một bài nữa")])));
    counts(&here.run(&["ingest", &a, &b, &a, "--json"]).json(), &[("read", 7), ("new", 4), ("unchanged", 3)]);
}

#[test]
fn an_edit_is_a_version_and_the_same_text_elsewhere_a_copy() {
    let here = Installation::shipped();
    let first = ndjson(&[line("https://a.example/1", "Cầu mới thông xe vào tháng tư")]);
    counts(&here.ingest(&here.file("a", &first)), &[("new", 1)]);
    let edited = ndjson(&[line("https://a.example/1?utm_source=x#top", "Cầu mới thông xe vào tháng năm")]);
    counts(&here.ingest(&here.file("b", &edited)), &[("read", 1), ("new_version", 1), ("new", 0)]);
    assert_eq!((here.found("\"tháng năm\""), here.found("\"tháng tư\"")), (1, 0), "the index holds the last version only");
    // Only case, spacing and the form of letters differ.
    let copy = ndjson(&[line("https://b.example/9", "CẦU mới   thông xe vào tha\u{301}ng năm.")]);
    counts(&here.ingest(&here.file("c", &copy)), &[("read", 1), ("duplicate", 1), ("new", 0)]);
    let found = here.search("\"thông xe\"");
    assert_eq!((found["total"].as_u64(), found["hits"].as_array().map(Vec::len)), (Some(2), Some(1)), "{found}");
    assert_eq!(found["hits"][0]["copies"], 1, "{found}");
    counts(&here.ingest(&here.file("c", &copy)), &[("unchanged", 1)]);
}

#[test]
fn lines_without_an_address_are_known_by_what_they_say() {
    let here = Installation::shipped();
    let bare = |source: &str| json!({"text": "Một bài không có địa chỉ", "source": source});
    let file = here.file("a", ndjson(&[bare("x"), bare("x"), bare("y"), json!({"title": "Chỉ có tiêu đề"})]));
    counts(&here.ingest(&file), &[("read", 4), ("new", 2), ("unchanged", 1), ("duplicate", 1)]);
    counts(&here.ingest(&file), &[("read", 4), ("unchanged", 4)]);
}

#[test]
fn personal_data_and_what_leads_to_people_is_nowhere_in_the_data() {
    let here = Installation::shipped();
    let secrets =
        ["0912345678", "0912 345 678", "le.thi.b@example.com", "nguoi_viet_kin", "https://mang.example/p/777", "bai-kin-777", "Lê Thị Kín"];
    let file = here.file(
        "a",
        ndjson(&[
            json!({"url": "https://a.example/1", "title": "Gọi 0912345678", "text": "Ai cần thì gọi 0912 345 678 hoặc viết le.thi.b@example.com, theo @nguoi_viet_kin.",
                   "author": "Lê Thị Kín", "kind": "social", "source": "kenh"}),
            json!({"url": "https://mang.example/p/777", "id": "bai-kin-777", "found_by": "keyword", "kind": "social", "text": "Bài tìm bằng từ khóa, số máy 0912345678"}),
        ]),
    );
    counts(&here.ingest(&file), &[("new", 2)]);
    let labelled = here.search("\"[số điện thoại]\"");
    assert_eq!(labelled["total"], 2, "{labelled}");
    let keyword = &here.search("\"từ khóa\"")["hits"][0];
    assert!(keyword["url"].is_null() && keyword["source_id"].is_null() && keyword["id"].is_string(), "{keyword}");
    assert_eq!(here.found("0912345678"), 0);
    for secret in secrets {
        assert_eq!(holds(&here.data(), secret.as_bytes()), Vec::<String>::new(), "{secret} is kept");
    }
    assert!(!holds(&here.data(), "từ khóa".as_bytes()).is_empty(), "the search through the bytes finds what is there");
    // Taken in again, the post is known, although its address was not kept.
    counts(&here.ingest(&file), &[("unchanged", 2)]);
}

#[test]
fn unreadable_dates_are_counted_and_the_document_is_kept() {
    let here = Installation::shipped();
    let dated = |i: u32, date: &str| json!({"url": format!("https://a.example/{i}"), "text": format!("Bài thử ngày tháng {i}"), "published_at": date});
    let file = here.file(
        "a",
        ndjson(&[dated(1, "2025-06-03"), dated(2, "Thứ ba, 03/06/2025, 08:15 (GMT+7)"), dated(3, "hôm nọ"), dated(4, "2025-02-30")]),
    );
    let ran = here.run(&["ingest", &file, "--json"]);
    assert!(ran.stderr.contains('2') && ran.stderr.contains("ngày đăng không đọc được"), "{ran:?}");
    counts(&ran.json(), &[("new", 4), ("failed", 0)]);
    let found = here.search("\"ngày tháng\"");
    let mut dates: Vec<_> = found["hits"].as_array().unwrap().iter().map(|h| h["published_at"].as_str().unwrap_or("null")).collect();
    dates.sort_unstable();
    assert_eq!(dates, ["2025-06-03T00:00:00+07:00", "2025-06-03T08:15:00+07:00", "null", "null"]);
}
