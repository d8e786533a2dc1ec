//! Reports: every figure counted again by brute force over the store, the same bytes from the same data, files that others can read.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

#[path = "export/brute.rs"]
mod brute;
#[path = "export/made.rs"]
mod made;
#[path = "export/monday.rs"]
mod monday;
#[path = "support/smtp.rs"]
mod smtp;

use brute::Library;
use made::lines;
use serde_json::Value;
use std::path::Path;
use support::{Installation, ndjson};

const LATER: &str = "2027-02-01T09:00:00+07:00";

/// The lines of this file, in place of made-up ones, for whoever has many.
const LINES: &str = "KIEMTIN_EXPORT_LINES";

fn filled(at: &str) -> Installation {
    let here = Installation::shipped();
    let file = std::env::var(LINES).unwrap_or_else(|_| here.file("bai.ndjson", ndjson(&lines())));
    let tally = support::finish(here.command_at(at, &["ingest", &file, "--json"]), &[]).json();
    support::adds_up(&tally);
    here
}

/// `export`, at [`LATER`].
fn export(here: &Installation, period: &str, format: &str, out: &Path, more: &[&str]) -> support::Ran {
    let length = match period.len() {
        4 => "yearly",
        7 if period.contains('Q') => "quarterly",
        7 => "monthly",
        _ => "weekly",
    };
    let args = [&["export", length, "--period", period, "--format", format, "--out", out.to_str().unwrap()][..], more].concat();
    support::finish(here.command_at(LATER, &args), &[])
}

fn report(here: &Installation, period: &str, more: &[&str]) -> Value {
    let out = here.folder.path().join("report.json");
    export(here, period, "json", &out, more).ok();
    serde_json::from_str(&std::fs::read_to_string(out).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_figure_is_what_counting_one_by_one_gives() {
    let here = filled(LATER);
    let library = Library::read(&here).await;
    assert!(library.len() > 500, "{}", library.len());
    let mut seen = 0;
    for period in ["2026-W47", "2026-W52", "2026-W53", "2027-W01", "2026-11", "2026-12", "2027-01", "2026-Q4", "2026", "2025"] {
        for more in [&[][..], &["--topic", "gia-dien"], &["--unit", "Cục Điện lực"]] {
            let report = report(&here, period, more);
            seen += library.check(&report, more);
        }
    }
    assert!(seen > 1_000, "only {seen} figures were compared");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_collected_is_counted_as_well() {
    let web = kiemtin_miniweb::MiniWeb::start(support::now_ms()).await.unwrap();
    let here = Installation::shipped();
    let config = here.folder.path().join("config");
    support::web::write_profile(&config, &web.sources(), 10);
    let here = Installation { config, folder: here.folder };
    support::adds_up(&here.run(&["crawl", "--once", "--json"]).json());
    web.stop().await;
    let library = Library::read(&here).await;
    let mut seen = 0;
    for period in ["2026-W47", "2026-W48", "2026-11", "2026-10", "2026"] {
        for more in [&[][..], &["--topic", "gia-dien"], &["--unit", "Cục Điện lực"]] {
            seen += library.check(&report(&here, period, more), more);
        }
    }
    assert!(library.len() > 100 && seen > 500, "{} documents, {seen} figures", library.len());
}

#[test]
fn the_same_data_gives_the_same_bytes_on_another_day_and_machine() {
    let folders = ["2027-01-25T10:00:00+07:00", "2027-01-30T22:30:00+07:00"].map(filled);
    for (period, lang, end) in [("2026-W53", "vi", ""), ("2026-11", "vi", ""), ("2026", "vi", ""), ("2026-11", "en", ".en")] {
        let [one, other] = folders.each_ref().map(|here| {
            let out = here.folder.path().join(format!("{period}{end}"));
            export(here, period, "all", &out, &["--lang", lang]).ok();
            let mut files: Vec<(String, Vec<u8>)> = std::fs::read_dir(out)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(&path).unwrap()))
                .collect();
            files.sort();
            files
        });
        let names: Vec<&str> = one.iter().map(|(name, _)| name.as_str()).collect();
        let expected: Vec<String> =
            ["csv", "docx", "html", "json", "pdf", "xlsx"].iter().map(|f| format!("bao-cao-{period}{end}.{f}")).collect();
        assert_eq!(
            names,
            [&expected.iter().map(String::as_str).collect::<Vec<_>>()[..], &[format!("manifest{end}.json").as_str()]].concat()
        );
        for ((name, one), (_, other)) in one.iter().zip(&other) {
            assert!(one == other, "{name} differs");
        }
        // The list says what is there.
        let manifest: Value = serde_json::from_slice(&one.last().unwrap().1).unwrap();
        assert_eq!(manifest["lang"], lang);
        for file in manifest["files"].as_array().unwrap() {
            let (_, bytes) = one.iter().find(|(name, _)| file["name"] == **name).unwrap();
            assert_eq!(file["bytes"].as_u64(), Some(bytes.len() as u64));
            let hash = ring::digest::digest(&ring::digest::SHA256, bytes);
            let hash: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(file["sha256"], hash, "{file}");
        }
    }
}

#[test]
fn a_report_can_be_had_again_as_it_was() {
    let here = filled("2027-01-25T10:00:00+07:00");
    let out = here.folder.path().join("a.csv");
    let made = export(&here, "2026-12", "csv", &out, &["--json"]).json();
    let english = here.folder.path().join("en.csv");
    export(&here, "2026-12", "csv", &english, &["--lang", "en"]).ok();
    let before = std::fs::read(&out).unwrap();
    let text = String::from_utf8(before.clone()).unwrap();
    let of = |part: &str| text.lines().filter(|line| line.contains(part)).count();
    assert!(
        of(",stories,1,title,Sự việc,") == 1 && of(",stories,1,title_url,Sự việc,https://") == 1,
        "its words and where they lead: {text}"
    );
    assert!(before.starts_with(b"\xEF\xBB\xBFperiod,scope,section,row,column,column_vi,value\r\n2026-12,ministry,summary,1,figure,"));
    let more: Vec<Value> = (0..5)
        .map(|n| {
            let mut line =
                support::line(&format!("https://them.example/{n}"), &format!("Giá điện tháng mười hai lại được bàn tới lần {n}"));
            line["published_at"] = "2026-12-15T08:00:00+07:00".into();
            line
        })
        .collect();
    here.ingest(&here.file("them.ndjson", ndjson(&more)));
    export(&here, "2026-12", "csv", &out, &[]).ok();
    assert!(std::fs::read(&out).unwrap() != before, "more was written");
    let id = made["report"].to_string();
    let args = ["export", "monthly", "--again", &id, "--format", "csv", "--out", out.to_str().unwrap()];
    here.run(&args).ok();
    assert!(std::fs::read(&out).unwrap() == before, "as it was");
    // In the other language it is the same report.
    let again = here.folder.path().join("again.csv");
    here.run(&["export", "monthly", "--again", &id, "--format", "csv", "--lang", "en", "--out", again.to_str().unwrap()]).ok();
    let english = std::fs::read_to_string(english).unwrap();
    assert_eq!(std::fs::read_to_string(again).unwrap(), english);
    assert!(english.contains("2026-12,ministry,summary,1,figure,Figure,Articles and posts\r\n"), "{english}");
    let log = here.run(&["audit", "list", "--json"]).ok();
    assert!(log.contains(&format!("reports/{id}")), "{log}");
}

#[test]
fn what_cannot_be_made_ends_with_2_and_advice() {
    let here = Installation::shipped();
    for (args, words) in [
        (&["export", "weekly", "--period", "2026-11", "--out", "x"][..], "cần kỳ của weekly như 2026-W47"),
        (&["export", "weekly", "--period", "2025-W53", "--out", "x"], "2026-W47"),
        (&["export", "daily", "--out", "x"], "weekly"),
        (&["export", "weekly", "--format", "odt", "--out", "x"], "xlsx, docx, pdf, html, csv, json, all"),
        (&["export", "weekly", "--unit", "Cục Không Có", "--out", "x"], "Cục Điện lực"),
        (&["export", "weekly", "--topic", "khong-co", "--out", "x"], "gia-dien"),
        (&["export", "weekly", "--again", "77", "--out", "x"], "không có báo cáo số 77"),
        (&["export", "weekly", "--lang", "fr", "--out", "x"], "vi, en"),
    ] {
        let ran = here.run(args);
        assert_eq!(ran.code, Some(2), "{args:?}: {ran:?}");
        assert!(ran.stderr.contains(words), "{args:?}: {}", ran.stderr);
    }
    assert!(!here.folder.path().join("x").exists());
    let empty = here.folder.path().join("empty");
    here.run(&["export", "weekly", "--format", "all", "--out", empty.to_str().unwrap()]).ok();
    assert_eq!(std::fs::read_dir(empty).unwrap().count(), 7, "a week without anything is a report too");
}
