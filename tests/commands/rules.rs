//! `rules`: trying rules on examples and on what is stored.

use crate::support::{Installation, alerting_posts, line, ndjson, shipped_config, web::copy_folder};
use serde_json::{Value, json};

/// A rule that alerts on these words, with an example that says so (or, when it is wrong, does not hold).
fn rule(id: &str, words: &str, sound: bool) -> String {
    let example = if sound { words } else { "câu khác hẳn" };
    format!(
        "[[rule]]\nid = \"{id}\"\nkind = \"panic_rumour\"\nclaim = \"Thử\"\ndescribe = \"Thử\"\nreview_by = \"2026-01-31\"\nrequire = [\"a\"]\n\
         [rule.evidence.a]\nquery = '\"{words}\"'\nweight = 5.0\n\
         [[rule.example]]\ntext = \"{example}\"\nwant = \"alert\"\n[[rule.example]]\ntext = \"không\"\nwant = \"none\"\n"
    )
}

/// A copy of the shipped configuration that may be edited, with its own data.
fn editable() -> Installation {
    let here = Installation::shipped();
    let config = here.folder.path().join("config");
    copy_folder(&shipped_config(), &config);
    Installation { config, folder: here.folder }
}

/// Posts that are flagged, one that is not, and numbers and addresses that are masked before they are stored.
fn stored(here: &Installation) -> usize {
    let mut lines: Vec<Value> = alerting_posts()
        .iter()
        .enumerate()
        .map(|(i, post)| {
            let mut line = line(&format!("https://a.example/{i}"), &format!("{post} Gọi 0912345678, STK 0123456789, thư a.b@c.example."));
            line["kind"] = json!("social");
            line
        })
        .collect();
    lines.push(line("https://a.example/cho", "Phiên chợ họp từ sáng sớm, hàng hóa đủ loại, người mua đông vui."));
    here.ingest(&here.file("lines.ndjson", ndjson(&lines)));
    lines.len()
}

#[test]
fn test_runs_every_example() {
    let here = editable();
    let good = here.run(&["rules", "test", "--json"]).json();
    let n = |key: &str| good[key].as_u64().unwrap();
    assert!(n("rules") >= 20 && n("examples") >= 2 * n("rules") && good["failures"] == json!([]), "{good}");
    std::fs::write(here.config.join("rules/thu.toml"), rule("thu", "giá điện thử", false)).unwrap();
    let ran = here.run(&["rules", "test"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("rules/thu.toml:1: ") && ran.stdout.contains("got level none") && ran.stdout.contains("expected alert"));
    let told = here.run(&["rules", "test", "--json"]);
    assert_eq!(told.code, Some(1));
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    assert_eq!((told["failures"][0]["line"].as_u64(), told["failures"].as_array().unwrap().len()), (Some(1), 1), "{told}");
}

#[test]
fn the_same_rules_change_nothing_on_what_is_stored() {
    let here = editable();
    let all = stored(&here);
    let same = here.run(&["rules", "dry-run", "--since", "2026-01-01", "--json"]).json();
    assert_eq!((same["documents"].as_u64(), same["failed"].as_u64()), (Some(all as u64), Some(0)), "{same}");
    assert!(same["flags"]["before"].as_u64().unwrap() >= 5 && same["flags"]["before"] == same["flags"]["after"], "{same}");
    for change in ["new_flag", "lost_flag", "level", "kinds"] {
        assert_eq!(same["changes"][change], 0, "what was masked counts as it did before it was stored: {same}");
    }
    let later = here.run(&["rules", "dry-run", "--since", "2026-11-21", "--json"]).json();
    assert_eq!(later["documents"], 0, "only what was published since then: {later}");
}

#[test]
fn dry_run_shows_what_an_edit_changes_and_writes_nothing() {
    let here = editable();
    stored(&here);
    std::fs::write(here.config.join("rules/thu.toml"), rule("thu-cho-phien", "phiên chợ họp", true)).unwrap();
    let edited = here.run(&["rules", "dry-run", "--since", "2026-01-01", "--json"]).json();
    assert_eq!((&edited["changes"]["new_flag"], &edited["changes"]["lost_flag"]), (&json!(1), &json!(0)), "{edited}");
    assert_eq!(edited["rules"]["thu-cho-phien"], json!({"hits_before": 0, "hits_after": 1, "new_flags": 1, "lost_flags": 0}));
    let example = &edited["examples"]["new_flag"][0];
    assert_eq!((&example["levels"], &example["rules"]), (&json!(["none", "alert"]), &json!(["thu-cho-phien"])));
    assert_eq!(example["words"], json!(["Phiên chợ họp"]), "{example}");
    let people = here.run(&["rules", "dry-run", "--since", "2026-01-01"]).ok();
    assert!(people.contains("Cờ mới") && people.contains("thu-cho-phien") && people.contains("«Phiên chợ họp»"), "{people}");

    let only = here.folder.path().join("only");
    std::fs::create_dir(&only).unwrap();
    std::fs::write(only.join("thu.toml"), rule("thu-khac", "người mua đông vui", true)).unwrap();
    // The library of claims flags on its own.
    let claims = here.config.join("claims");
    let aside = here.folder.path().join("claims");
    std::fs::rename(&claims, &aside).unwrap();
    let other = here.run(&["rules", "dry-run", "--since", "2026-01-01", "--json", "--rules", only.to_str().unwrap()]).json();
    assert_eq!((&other["flags"]["after"], &other["changes"]["new_flag"]), (&json!(1), &json!(1)), "another folder of rules: {other}");
    assert_eq!(other["changes"]["lost_flag"], other["flags"]["before"]);
    std::fs::rename(&aside, &claims).unwrap();

    let tried = rule("thu-cho-phien", "phiên chợ họp", true).replace("kind =", "status = \"test\"\nkind =");
    std::fs::write(here.config.join("rules/thu.toml"), tried).unwrap();
    let silent = here.run(&["rules", "dry-run", "--since", "2026-01-01", "--json"]).json();
    let as_working = here.run(&["rules", "dry-run", "--since", "2026-01-01", "--json", "--with-test"]).json();
    assert_eq!((&silent["changes"]["new_flag"], &as_working["changes"]["new_flag"]), (&json!(0), &json!(1)), "a rule in test");
    let list = here.run(&["rules", "list", "--json"]).json();
    assert_eq!(list["unknown_rules"], json!([]), "trying left nothing behind");
    let mine = list["rules"].as_array().unwrap().iter().find(|r| r["id"] == "thu-cho-phien").unwrap();
    assert_eq!((&mine["hits"], &mine["status"], &mine["warnings"]), (&json!(0), &json!("test"), &json!([])), "{mine}");
}

#[test]
fn list_tells_how_each_rule_fares() {
    let here = editable();
    std::fs::write(here.config.join("rules/thu.toml"), rule("thu-cho-phien", "phiên chợ họp", true)).unwrap();
    std::fs::write(here.config.join("rules/thua.toml"), rule("thu-cho-thua", "phiên chợ", true)).unwrap();
    stored(&here);
    let list = here.run(&["rules", "list", "--json"]).json();
    let of = |id: &str| list["rules"].as_array().unwrap().iter().find(|r| r["id"] == id).unwrap_or_else(|| panic!("no {id}: {list}"));
    let mine = of("thu-cho-phien");
    assert_eq!((&mine["hits"], &mine["flagged"], &mine["unique"]), (&json!(1), &json!(1), &json!(0)), "{mine}");
    assert_eq!(mine["warnings"], json!(["shadowed", "review_due"]), "the other rule flags the same; its day has passed");
    assert_eq!((&mine["precision"], &mine["reviews"]["judged"]), (&Value::Null, &json!(0)));
    let people = here.run(&["rules", "list"]).ok();
    for words in ["thu-cho-phien", "chưa có đánh giá", "trùng, quá hạn xem lại", "độ chính xác"] {
        assert!(people.contains(words), "{words}: {people}");
    }
}
