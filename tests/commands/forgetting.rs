//! `prune`: nothing of a post that was kept long enough is left, wherever one looks, also when it is killed in between.

use crate::support::served::Served;
use crate::support::{Child, Installation, drain, line, ndjson, web};
use kiemtin_model::ForgetReason;
use kiemtin_store::{ForgetStore, OldPosts, Store};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// A word of the posts that stands in no other text.
const WORD: &str = "xứlạkiềuvân";
/// More than 90 days after [`crate::support::NOW`].
const LATER: &str = "2027-02-25T09:00:00+07:00";

fn post(n: usize) -> Value {
    json!({"url": format!("https://mxh.example/bai/{n}"), "title": "", "source": "mxh-thu", "kind": "social",
        "text": format!("Bài đăng thứ {n}: {WORD} có chợ phiên số {n}, bà con ghé xem hàng đan lát và mua ít quà quê mang về"),
        "published_at": "2026-11-20T08:00:00+07:00"})
}

/// Files below a folder that have these bytes.
pub fn files_with(folder: &Path, bytes: &[u8]) -> Vec<String> {
    let mut found = vec![];
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_with(&path, bytes));
        } else if std::fs::read(&path).unwrap().windows(bytes.len()).any(|part| part == bytes) {
            found.push(path.display().to_string());
        }
    }
    found
}

fn prune(here: &Installation, more: &[&str]) -> Value {
    let args: Vec<&str> = ["prune", "--json"].into_iter().chain(more.iter().copied()).collect();
    crate::support::finish(here.command_at(LATER, &args), &[]).json()
}

#[tokio::test]
async fn no_trace_is_left_in_files_searches_or_answers() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    web::write_profile(&config, &[], 0);
    let here = Installation { config, folder };
    let mut lines: Vec<Value> = (0..3).map(post).collect();
    lines.push(line("https://bao.example/1", "Một bài báo về chợ phiên ở lại trong kho"));
    here.ingest(&here.file("bai.ndjson", ndjson(&lines)));
    let id = here.search(WORD)["hits"][0]["id"].as_str().unwrap().to_owned();
    assert!(!files_with(&here.data(), WORD.as_bytes()).is_empty(), "it stands in the files before");
    let early = here.run(&["prune", "--json"]).json();
    assert_eq!((&early["forgotten"], &early["documents"]), (&json!(0), &json!(4)), "{early}");
    let would = prune(&here, &["--dry-run"]);
    assert_eq!((&would["forgotten"], &would["documents"], &would["dry_run"]), (&json!(3), &json!(4), &json!(true)), "{would}");
    assert_eq!(here.found(WORD), 3, "nothing went yet");

    let done = prune(&here, &[]);
    assert_eq!((&done["forgotten"], &done["held"], &done["documents"], &done["clean"]), (&json!(3), &json!(0), &json!(1), &json!(true)));
    assert_eq!(files_with(&here.data(), WORD.as_bytes()), Vec::<String>::new(), "in no file, whole or in free places");
    assert_eq!((here.found(WORD), here.found("chợ phiên")), (0, 1));
    let again = prune(&here, &[]);
    assert_eq!((&again["forgotten"], &again["documents"]), (&json!(0), &json!(1)), "a repeat changes nothing");
    let told = crate::support::finish(here.command_at(LATER, &["prune"]), &[]).ok();
    assert!(told.starts_with("đã xóa 0 bài đăng mạng xã hội, diễn đàn đã hết thời hạn") && told.contains("90 ngày"), "{told}");

    here.run(&["user", "add", "lan", "--role", "admin", "--json"]).json();
    let made = here.run(&["token", "create", "doc", "--user", "lan", "--right", "read", "--json"]).json();
    let served = Served::again_on(&here, crate::support::NOW, 0);
    let get = async |path: String| {
        let request = web::client().get(format!("{}{path}", served.base)).bearer_auth(made["secret"].as_str().unwrap());
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), String::from_utf8(web::body(answer).await).unwrap())
    };
    assert_eq!(get(format!("/api/v1/documents/{id}")).await.0, 404);
    assert_eq!(get(format!("/api/v1/stories/{id}")).await.0, 404);
    let (status, found) = get(format!("/api/v1/search?q={WORD}")).await;
    assert!(status == 200 && !found.contains("bai/0") && found.contains("\"total\":0"), "{found}");
}

#[tokio::test]
async fn killed_in_between_it_ends_well_and_the_index_catches_up() {
    const POSTS: usize = 2_000;
    let here = Installation::shipped();
    let mut lines: Vec<Value> = (0..POSTS).map(post).collect();
    lines.push(line("https://bao.example/1", "Một bài báo về chợ phiên ở lại trong kho"));
    here.ingest(&here.file("bai.ndjson", ndjson(&lines)));
    // Deleted in the store by a process that ended before the index heard of it.
    let store = here.store().await;
    let first = store.old_posts(OldPosts { source: None, before: kiemtin_model::Time(i64::MAX) }, None, 1).await.unwrap().remove(0).id;
    let mut batch = store.begin().await.unwrap();
    assert!(batch.forget(&first, ForgetReason::DeletedAtOrigin, kiemtin_model::Time::parse(LATER).unwrap()).await.unwrap());
    batch.commit().await.unwrap();
    store.close().await;
    let mut killed = 0;
    for wait in [150, 250, 350, 500] {
        let mut child = Child(here.command_at(LATER, &["prune", "--json"]).spawn().unwrap());
        let (_out, _err) = (drain(child.0.stdout.take()), drain(child.0.stderr.take()));
        std::thread::sleep(Duration::from_millis(wait));
        killed += usize::from(child.0.try_wait().unwrap().is_none());
        drop(child);
    }
    assert!(killed > 0, "every run ended before it was killed");
    let done = prune(&here, &[]);
    assert_eq!((&done["documents"], &done["clean"]), (&json!(1), &json!(true)), "{done}");
    let found = here.search("source:mxh-thu,nguon-thu");
    assert_eq!(found["total"], json!(1), "{found}");
    let store = here.store().await;
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.documents, found["indexed_through"].as_i64()), (1, Some(counts.last_seq)));
    let went: u64 = store
        .source_counts(0)
        .await
        .unwrap()
        .iter()
        .filter(|(source, ..)| source == "mxh-thu")
        .filter(|(_, what, _)| what.parse::<ForgetReason>().is_ok())
        .map(|(.., n)| n)
        .sum();
    assert_eq!(went, POSTS as u64, "each was counted once");
    store.close().await;
    assert_eq!(files_with(&here.data(), WORD.as_bytes()), Vec::<String>::new());
}
