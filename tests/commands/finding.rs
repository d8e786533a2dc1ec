//! `search` and `reindex`: with and without accents, in exact JSON, and the index may go at any time.

use crate::support::{Installation, line, ndjson};
use serde_json::Value;

fn library() -> Installation {
    let here = Installation::shipped();
    let mut lines = vec![
        line("https://a.example/1", "Giá điện tháng này giữ nguyên, hộ gia đình yên tâm"),
        line("https://a.example/2", "Gia điển cũ của dòng họ được phục dựng"),
        line("https://a.example/3", "Bảng giá xăng mới dán ở cửa hàng; điện thì chưa"),
        line("https://b.example/1", "Giá điện tháng này giữ nguyên, hộ gia đình yên tâm"),
    ];
    lines[1]["source"] = "nguon-khac".into();
    lines[2]["published_at"] = "2026-11-21T09:00:00+07:00".into();
    lines[2]["kind"] = "social".into();
    lines[0]["id"] = "goc-1".into();
    here.ingest(&here.file("a", ndjson(&lines)));
    here
}

/// What was found, without what only compares hits of one page.
fn hits(mut found: Value) -> Value {
    for hit in found["hits"].as_array_mut().unwrap() {
        hit.as_object_mut().unwrap().remove("score").unwrap();
    }
    found
}

fn titles(here: &Installation, args: &[&str]) -> Vec<String> {
    let mut all = vec!["search"];
    all.extend(args);
    all.push("--json");
    let found = here.run(&all).json();
    found["hits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|h| h["snippet"].as_str().unwrap().split(' ').take(2).collect::<Vec<_>>().join(" "))
        .collect()
}

#[test]
fn accents_narrow_and_their_absence_widens() {
    let here = library();
    assert_eq!(here.found("\"giá điện\""), 2);
    assert_eq!(here.found("\"GIÁ ĐIỆN\""), 2);
    assert_eq!(here.found("\"gia\u{301} \u{111}ie\u{323}\u{302}n\""), 2, "letters taken apart are the same letters");
    assert_eq!(here.found("\"gia dien\""), 3, "typed without accents, all readings are found");
    assert_eq!(here.found("\"gia điển\""), 1);
    assert_eq!(here.found("giá NEAR/8 điện"), 3);
    assert_eq!(here.found("xăng AND NOT \"giá điện\""), 1);
    assert_eq!(here.found("chữ-không-có"), 0);
}

#[test]
fn json_holds_what_the_contract_says() {
    let here = library();
    let found = here.search("\"giá điện\"");
    assert_eq!((found["total"].as_u64(), found["indexed_through"].as_u64()), (Some(2), Some(4)), "{found}");
    let hit = &found["hits"][0];
    for key in ["id", "source_id", "url", "title", "source", "kind", "published_at", "score", "story", "copies", "snippet", "highlights"] {
        assert!(hit.get(key).is_some(), "{key} is missing in {hit}");
    }
    let of_first = |h: &Value| h["source_id"].as_str().is_none_or(|id| id == "goc-1");
    assert!(of_first(hit) && hit["copies"] == 1 && hit["kind"] == "news", "{hit}");
    let snippet: Vec<char> = hit["snippet"].as_str().unwrap().chars().collect();
    for span in hit["highlights"].as_array().unwrap() {
        let marked: String = snippet[span[0].as_u64().unwrap() as usize..span[1].as_u64().unwrap() as usize].iter().collect();
        assert!("Giá điện".contains(marked.as_str()), "{marked}");
    }
    for facet in ["source", "kind", "topic", "level"] {
        assert!(
            found["facets"][facet].as_array().is_some_and(|f| f.iter().all(|v| v["value"].is_string() && v["count"].is_u64())),
            "{found}"
        );
    }
    let shown = here.run(&["search", "\"giá điện\""]).ok();
    assert!(shown.contains("2 tài liệu") && shown.contains("https://") && shown.contains("20/11/2026 08:00"), "{shown}");
}

#[test]
fn filters_and_limits_hold() {
    let here = library();
    let all = "giá OR gia OR điển";
    assert_eq!(titles(&here, &[all, "--source", "nguon-khac"]), ["Gia điển"]);
    assert_eq!(titles(&here, &[all, "--from", "2026-11-21"]), ["Bảng giá"]);
    assert_eq!(titles(&here, &[all, "--to", "2026-11-20"]).len(), 2, "a day given as the end is in it; copies are one hit");
    assert_eq!(titles(&here, &[all, "--newest", "--limit", "1"]), ["Bảng giá"]);
    assert_eq!(titles(&here, &["kind:social"]), ["Bảng giá"]);
    assert_eq!(titles(&here, &[all, "--topic", "gia-dien"]), ["Giá điện"]);
}

#[test]
fn a_wrong_query_is_wrong_usage_with_its_place() {
    let here = library();
    for (query, place) in
        [("giá AND (", "vị trí 10"), ("giá AND )", "vị trí 9"), ("\"giá", "vị trí 1"), ("OR", "vị trí 1"), ("giá NEAR/0 điện", "vị trí 5")]
    {
        let ran = here.run(&["search", query]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{query}: {ran:?}");
        assert!(ran.stderr.contains(place), "{query} {place}: {ran:?}");
    }
}

#[test]
fn a_wrong_day_is_wrong_usage() {
    let ran = library().run(&["search", "giá", "--from", "hôm qua"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("hôm qua"), "{ran:?}");
}

#[test]
fn the_index_may_go_at_any_time() {
    let here = library();
    let index = here.data().join("index");
    let before = hits(here.search("giá OR điển"));
    assert_eq!(before["total"], 4);

    std::fs::remove_dir_all(&index).unwrap();
    here.run(&["reindex"]).ok();
    assert_eq!(hits(here.search("giá OR điển")), before, "after reindex");
    here.run(&["reindex"]).ok();
    assert_eq!(hits(here.search("giá OR điển")), before, "after a second one");

    std::fs::remove_dir_all(&index).unwrap();
    here.ingest(&here.file("b", ndjson(&[line("https://a.example/1", "Giá điện tháng này giữ nguyên, hộ gia đình yên tâm")])));
    assert_eq!(hits(here.search("giá OR điển")), before, "after an intake");
}

#[test]
fn a_search_alone_rebuilds_the_index() {
    let here = library();
    let before = hits(here.search("giá OR điển"));
    std::fs::remove_dir_all(here.data().join("index")).unwrap();
    assert_eq!(hits(here.search("giá OR điển")), before, "after nothing but the search");
}

#[test]
fn a_reader_that_has_seen_enough_breaks_nothing() {
    let here = Installation::shipped();
    let lines: Vec<_> =
        (0..400).map(|i| line(&format!("https://a.example/{i}"), &format!("Giá xăng dầu kỳ thứ {i} được điều hành trong ngày."))).collect();
    here.run_with(&["ingest", "-"], ndjson(&lines).as_bytes()).ok();
    let mut child = here.command(&["search", "xăng", "--limit", "400", "--json"]).spawn().unwrap();
    drop(child.stdout.take());
    let ended = child.wait_with_output().unwrap();
    assert!(ended.status.success() && !String::from_utf8_lossy(&ended.stderr).contains("panicked"), "{ended:?}");
}
