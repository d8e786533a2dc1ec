//! `check`: the shipped configuration is sound; a broken one is told all at once, with file, line and key.

use crate::support::{Installation, shipped_config, web::copy_folder};
use std::path::PathBuf;

/// A rule whose one query is broken.
fn rule(id: &str, query: &str) -> String {
    format!(
        "[[rule]]\nid = \"{id}\"\nkind = \"refuted_claim\"\nclaim = \"Thử\"\ndescribe = \"Thử\"\nreview_by = \"2027-06-30\"\nrequire = [\"a\"]\n\
         [rule.evidence.a]\nquery = '{query}'\nweight = 5.0\n\
         [[rule.example]]\ntext = \"giá điện thử\"\nwant = \"alert\"\n[[rule.example]]\ntext = \"không\"\nwant = \"none\"\n"
    )
}

fn source(id: &str, group: &str, feed: &str) -> String {
    format!(
        "id = \"{id}\"\nname = \"Thử\"\nsite = \"https://{id}.example/\"\ngroup = \"{group}\"\n\n[[feeds]]\nurl = \"{feed}\"\nkind = \"feed\"\n"
    )
}

/// A copy of the shipped configuration with these files besides; the copy's folder.
fn copy_with(here: &Installation, files: &[(&str, String)]) -> PathBuf {
    let config = here.folder.path().join("config");
    copy_folder(&shipped_config(), &config);
    for (path, text) in files {
        std::fs::write(config.join(path), text).unwrap();
    }
    config
}

fn on_copy(files: &[(&str, String)]) -> Installation {
    let here = Installation::shipped();
    let config = copy_with(&here, files);
    Installation { config, folder: here.folder }
}

#[test]
fn the_shipped_configuration_is_sound() {
    let ran = Installation::shipped().run(&["check"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    let faults = Installation::shipped().run(&["check", "--json"]).json();
    assert_eq!(faults["faults"].as_array().map(Vec::len), Some(0));
}

#[test]
fn all_faults_are_told_at_once() {
    let known_feed = "https://congthuong.vn/rss/trang-chu.rss";
    let fact = "# A figure.\n\n[[fact]]\nid = \"thu\"\nname = \"Thử\"\nunit = \"đồng\"\nverified_until = \"2026-12-31\"\nsubject = [\"thử\"]\n\
                [[fact.value]]\nvalue = 1.0\nvalid_from = \"2025-13-40\"\ndocument = \"1/QĐ\"\n";
    let topic = "id = \"thua\"\ncolour = \"red\"\nname = \"Thừa\"\nunits = []\nthreshold = 3.0\n[terms]\n\"a b\" = 1.0\n";
    let here = on_copy(&[
        ("topics/thua.toml", topic.into()),
        ("sources/nhom.toml", source("nhom", "offical", "https://nhom.example/rss")),
        ("rules/cau-hong.toml", rule("cau-hong", "\"giá điện\" AND (")),
        ("sources/trung.toml", source("trung", "press", known_feed)),
        ("facts/ngay-hong.toml", fact.into()),
        ("rules/danh-sach.toml", rule("danh-sach", "@khong_co_danh_sach_nay")),
        (
            "kiemtin.toml",
            "[service]\npublic_url = \"https://kiemtin.example/a\"\n\n[crawl]\npoll_minutes = 5\n\n[crawl.websub]\naccept_sha1 = false\ncallback = \"http://kiemtin.example/x\"\n".into(),
        ),
        ("topics/toml-hong.toml", "id = \"toml-hong\nname = \"Hỏng\"\n".into()),
    ]);
    let ran = here.run(&["check"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let expected: &[(&str, std::ops::RangeInclusive<usize>, &[&str])] = &[
        ("topics/thua.toml", 2..=2, &["colour", "threshold"]),
        ("sources/nhom.toml", 4..=4, &["offical", "official", "own_media"]),
        ("rules/cau-hong.toml", 9..=9, &["cau-hong", "evidence.a", "query"]),
        ("sources/trung.toml", 7..=7, &["feeds.url", known_feed, "congthuong.toml"]),
        ("facts/ngay-hong.toml", 3..=11, &["valid_from", "2025-13-40"]),
        ("rules/danh-sach.toml", 9..=9, &["@khong_co_danh_sach_nay", "expected one of", "chac_chan"]),
        ("kiemtin.toml", 2..=2, &["service.public_url", "https://kiemtin.example/a", "without a path"]),
        ("kiemtin.toml", 9..=9, &["crawl.websub.callback", "http://kiemtin.example/x", "expected the public address"]),
        ("topics/toml-hong.toml", 1..=2, &["TOML"]),
    ];
    for (file, lines, words) in expected {
        let start = format!("{}:", here.config.join(file).display());
        let told = ran.stdout.lines().filter_map(|l| l.strip_prefix(&start)?.split_once(": "));
        let told =
            told.filter(|(place, _)| place.split(':').next().is_some_and(|line| line.parse().is_ok_and(|line| lines.contains(&line))));
        let hit = told.map(|(_, rest)| rest).find(|rest| words.iter().all(|w| rest.contains(w)));
        assert!(hit.is_some(), "{file} {lines:?} {words:?} is not told:\n{}", ran.stdout);
    }
    for line in ran.stdout.lines() {
        assert!(expected.iter().any(|(file, ..)| line.contains(file)), "a fault in a sound file: {line}");
    }
    let faults = here.run(&["check", "--json"]);
    let faults: serde_json::Value = serde_json::from_str(&faults.stdout).unwrap();
    let faults = faults["faults"].as_array().unwrap();
    assert_eq!(faults.len(), ran.stdout.lines().count());
    assert!(faults.iter().all(|f| f["file"].is_string() && f["line"].is_u64() && f["key"].is_string() && f["message"].is_string()));
}

#[test]
fn a_rule_that_breaks_its_own_examples_is_told() {
    let here = on_copy(&[("rules/thu.toml", rule("thu-vi-du", "\"câu không có trong ví dụ\""))]);
    let ran = here.run(&["check"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("rules/thu.toml:") && ran.stdout.contains("thu-vi-du"), "{ran:?}");
}

#[test]
fn settings_are_checked_too() {
    let settings = "[service]\nlisten = \"here\"\n[alerts]\nchannels = [\"pigeon\"]\n[masking]\nhotlines = [\"1900-1234\"]\n";
    let here = on_copy(&[("kiemtin.toml", settings.into())]);
    let ran = here.run(&["check"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for told in [":2: service.listen: got \"here\"", ":4: alerts.channels", "journal", ":6: masking.hotlines: got \"1900-1234\""] {
        assert!(ran.stdout.contains(told), "{told}: {}", ran.stdout);
    }
    let misspelt = on_copy(&[("kiemtin.toml", "[crawl]\npoll_minute = 5\n".into())]).run(&["check"]);
    assert!(
        misspelt.code == Some(1) && misspelt.stdout.contains("kiemtin.toml:2:") && misspelt.stdout.contains("poll_minutes"),
        "{misspelt:?}"
    );
}

#[test]
fn commands_refuse_a_faulty_configuration() {
    let here = on_copy(&[("sources/nhom.toml", source("nhom", "offical", "https://nhom.example/rss"))]);
    let file = here.file("a.ndjson", "{\"text\":\"một\"}\n");
    let ran = here.run(&["ingest", &file]);
    assert!(ran.code == Some(1) && ran.stderr.contains("nhom.toml:4:"), "{ran:?}");
    assert!(!here.data().join("var/kiemtin.db").exists(), "a store was made although nothing could be taken in");
}
