//! What becomes of input that is broken or meant to break us? It is told with its place, and everything else goes on.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use std::io::Write;
use std::process::Stdio;
use support::web::{Answers, TinyServer, write_profile};
use support::{Child, Installation, adds_up, counts, drain, line, ndjson};

/// Elements nested so deep that a reader without a limit runs out of stack.
const DEEP: usize = 100_000;
/// Length of a line that no document has.
const LONG: usize = 200_000_000;
/// Most memory for reading it.
const MOST_MEMORY_KIB: u64 = 400 * 1024;

fn good(i: usize) -> String {
    ndjson(&[line(&format!("https://a.example/{i}"), &format!("Bài lành lặn thứ {i}"))])
}

/// `ingest` of a file; checks that the sums add up and gives (standard error, tally).
fn ingest(here: &Installation, name: &str, bytes: &[u8]) -> (String, serde_json::Value) {
    let ran = here.run(&["ingest", &here.file(name, bytes), "--json"]);
    let told = ran.stderr.clone();
    let tally = ran.json();
    adds_up(&tally);
    (told, tally)
}

#[test]
fn bad_lines_are_told_by_file_and_number() {
    let here = Installation::shipped();
    let mut bytes = b"\xef\xbb\xbf".to_vec();
    for bad in [
        &b"{\"text\": \"kh\xc3\x28ng\"}"[..],
        b"{\"text\": \"ng\xe1\xbb\"}",
        b"{\"text\": 7}",
        b"{}",
        b"[]",
        b"null",
        b"\"a\"",
        b"{\"text\":\"a\"",
        b"{\"text\":\"a\"} x",
        b"\x00\x01\x02",
        b"{\"text\":\"a\",\"kind\":\"rumour\"}",
    ] {
        bytes.extend(good(bytes.len()).as_bytes());
        bytes.extend(bad);
        bytes.extend(b"\n\n");
    }
    // Deep JSON, and a last line without an end.
    bytes.extend("[".repeat(DEEP).as_bytes());
    bytes.extend(format!("\n{}", good(9).trim_end()).as_bytes());
    let (told, tally) = ingest(&here, "xau.ndjson", &bytes);
    counts(&tally, &[("read", 24), ("new", 12), ("failed", 12)]);
    for number in (0..11).map(|i| 2 + 3 * i).chain([34]) {
        assert!(told.contains(&format!("xau.ndjson:{number}: ")), "line {number} is not told:\n{told}");
    }
    assert!(told.contains("UTF-8"), "{told}");
    assert_eq!(here.found("\"lành lặn\""), 12);
}

#[test]
fn thousands_of_bad_lines_are_counted_not_listed() {
    let here = Installation::shipped();
    let (told, tally) = ingest(&here, "a", format!("{}{}", "{x\n".repeat(5_000), good(1)).as_bytes());
    counts(&tally, &[("read", 5_001), ("failed", 5_000), ("new", 1)]);
    assert!(told.lines().count() < 100, "{} lines of complaints", told.lines().count());
}

#[test]
fn a_line_of_200_mb_needs_no_memory() {
    let here = Installation::shipped();
    let mut command = here.command(&["ingest", "-", "--json"]);
    let mut child = Child(command.stdin(Stdio::piped()).spawn().unwrap());
    let (out, told) = (drain(child.0.stdout.take()), drain(child.0.stderr.take()));
    let mut stdin = child.0.stdin.take().unwrap();
    stdin.write_all(good(1).as_bytes()).unwrap();
    stdin.write_all(b"{\"text\":\"").unwrap();
    let block = vec![b'x'; 1 << 20];
    for _ in 0..LONG / block.len() {
        stdin.write_all(&block).unwrap();
    }
    stdin.write_all(format!("\"}}\n{}", good(2)).as_bytes()).unwrap();
    // It waits for more, so its highest memory so far can be asked for.
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.0.id())).unwrap();
    let peak: u64 = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap().trim().trim_end_matches(" kB").parse().unwrap();
    drop(stdin);
    assert!(child.ended().success());
    assert!(peak < MOST_MEMORY_KIB, "{} MiB at the peak", peak / 1024);
    let tally: serde_json::Value = serde_json::from_str(&out.join().unwrap()).unwrap();
    adds_up(&tally);
    counts(&tally, &[("read", 3), ("new", 2), ("failed", 1)]);
    let told = told.join().unwrap();
    assert!(told.contains("-:2: ") && told.contains("bytes"), "{told}");
}

#[test]
fn what_stood_before_a_cut_archive_is_kept() {
    let here = Installation::shipped();
    let lines: String =
        (0..2_000).map(|i| ndjson(&[line(&format!("https://a.example/{i}"), &format!("Bài lành lặn số {i} mã {}", i * 7_919))])).collect();
    let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    packed.write_all(lines.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    let (told, tally) = ingest(&here, "cut.gz", packed.get(..packed.len() / 2).unwrap());
    let (read, new) = (tally["read"].as_u64().unwrap(), tally["new"].as_u64().unwrap());
    assert!(new > 500 && new < 1_500 && tally["failed"] == 1 && read == new + 1, "{tally}");
    assert!(told.contains(&format!("cut.gz:{read}: ")), "{told}");
    assert_eq!(here.found("\"lành lặn\""), new);
    // The whole file later adds what was missing.
    let (_, tally) = ingest(&here, "whole.gz", &packed);
    counts(&tally, &[("new", 2_000 - new), ("unchanged", new), ("failed", 0)]);
}

#[test]
fn a_page_nested_without_end_is_refused_by_extract() {
    let here = Installation::shipped();
    for page in ["<div>".repeat(DEEP), format!("<html><body>{}chào{}", "<div>".repeat(DEEP), "</div>".repeat(DEEP)), "<b><i>".repeat(DEEP)]
    {
        let ran = here.run_with(&["extract"], page.as_bytes());
        assert!(ran.code == Some(1) && ran.stdout.is_empty(), "{ran:?}");
        assert!(ran.stderr.contains("nested") && ran.stderr.contains("byte"), "{ran:?}");
    }
    // In a folder, the page beside it is read all the same.
    let folder = here.folder.path().join("pages");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("a.html"), "<div>".repeat(DEEP)).unwrap();
    std::fs::write(folder.join("b.html"), article("Bài đọc được", "https://b.example/b")).unwrap();
    let lines = here.run(&["extract", "--batch", folder.to_str().unwrap()]).json_lines();
    assert!(lines.len() == 2 && lines[0]["file"] == "a.html" && lines[0]["error"].is_string(), "{lines:?}");
    assert_eq!(lines[1]["title"], "Bài đọc được");
}

fn article(title: &str, url: &str) -> String {
    let paragraph =
        format!("{title} là câu chuyện dài về một phiên chợ quê lành lặn, được kể lại nhiều lần cho người đọc phương xa. ").repeat(5);
    format!(
        "<!DOCTYPE html><html lang=\"vi\"><head><meta charset=\"utf-8\"><title>{title}</title><link rel=\"canonical\" href=\"{url}\"></head>\
         <body><article><h1>{title}</h1><p>{paragraph}</p><p>{paragraph}</p></article></body></html>"
    )
}

fn rss(inside: &str) -> Vec<u8> {
    format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>Thử</title>{inside}</channel></rss>")
        .into_bytes()
}

fn items(origin: &str, paths: &[&str]) -> String {
    let item =
        |p: &&str| format!("<item><title>Bài {p}</title><link>{origin}{p}</link><pubDate>Mon, 23 Nov 2026 08:00:00 +0700</pubDate></item>");
    paths.iter().map(item).collect()
}

/// Five feeds of every evil kind and one good one, whose second article is a trap.
fn answers(origin: &str) -> Answers {
    let html = "text/html; charset=utf-8";
    let xml = "application/rss+xml";
    let levels: String = (1..30).map(|i| format!("<!ENTITY e{i} \"{}\">", format!("&e{};", i - 1).repeat(10))).collect();
    let bomb = format!(
        "<?xml version=\"1.0\"?>\n<!DOCTYPE rss [<!ENTITY e0 \"ha\">{levels}]>\n<rss version=\"2.0\"><channel><title>&e29;</title><item><title>&e29;</title><link>{origin}/bai/bom</link></item></channel></rss>"
    );
    let deep = rss(&format!("<item>{}{}</item>", "<a>".repeat(1_000), "</a>".repeat(1_000)));
    Answers::from([
        ("/tot.rss".into(), (xml, rss(&items(origin, &["/bai/mot", "/bai/sau", "/bai/rong", "/bai/mat", "/bai/hai"])))),
        ("/rong.rss".into(), (xml, vec![])),
        ("/khong-bai.rss".into(), (xml, rss(""))),
        ("/bom.rss".into(), (xml, bomb.into_bytes())),
        ("/long.rss".into(), (xml, deep)),
        ("/rac.rss".into(), (xml, vec![0xff; 4_096])),
        ("/bai/mot".into(), (html, article("Một bài lành lặn", &format!("{origin}/bai/mot")).into_bytes())),
        ("/bai/hai".into(), (html, article("Hai bài lành lặn", &format!("{origin}/bai/hai")).into_bytes())),
        ("/bai/sau".into(), (html, "<div>".repeat(DEEP).into_bytes())),
        ("/bai/rong".into(), (html, vec![])),
    ])
}

#[tokio::test]
async fn a_hostile_publisher_spoils_nothing_of_the_others() {
    let server = TinyServer::start(answers);
    let origin = format!("http://{}", server.address);
    let source = |id: &str| {
        let text = format!(
            "id = \"{id}\"\nname = \"{id}\"\nsite = \"{origin}/\"\ngroup = \"press\"\n[[feeds]]\nurl = \"{origin}/{id}.rss\"\nkind = \"feed\"\n"
        );
        (format!("{id}.toml"), text)
    };
    let here = Installation::shipped();
    let config = here.folder.path().join("config");
    write_profile(&config, &["tot", "rong", "khong-bai", "bom", "long", "rac"].map(source), 5);
    let here = Installation { config, folder: here.folder };
    let ran = here.run(&["crawl", "--once", "--json"]);
    let told = ran.stderr.clone();
    let tally = ran.json();
    adds_up(&tally);
    // /bai/mat is 404, /bai/rong holds nothing, /bai/sau is a trap.
    assert_eq!((tally["read"].as_u64(), tally["new"].as_u64()), (Some(5), Some(2)), "{tally}\n{told}");
    assert_eq!(tally["refused"].as_u64().unwrap() + tally["failed"].as_u64().unwrap(), 3, "{tally}");
    for (source, reason) in [("bom", "entit"), ("long", "nested"), ("rac", ""), ("rong", "")] {
        let line = told.lines().find(|l| l.starts_with(&format!("{source}: ")));
        assert!(line.is_some_and(|l| l.contains(reason)), "{source} {reason} is not told:\n{told}");
    }
    assert!(told.lines().any(|l| l.contains("khong-bai") && l.contains("no entries")), "{told}");
    assert_eq!(here.found("\"lành lặn\""), 2);

    let store = here.store().await;
    let trap = format!("{origin}/bai/sau");
    let states = kiemtin_store::Store::lead_states(&store, std::slice::from_ref(&trap)).await.unwrap();
    assert!(states[&trap].outcome.starts_with("refused: markup nested"), "{states:?}");
    store.close().await;
}
