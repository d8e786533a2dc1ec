//! Documents are pushed into a running service: each line is answered, and a service that is killed in between loses and doubles
//! nothing.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use kiemtin_store::Store;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use support::web::{client, text, write_profile};
use support::{Child, Installation, Numbers, line, ndjson};

/// Lines of the push during which the service is killed: several transactions.
const LINES: usize = 4_000;
/// Kills.
const KILLS: usize = 4;

struct Service {
    child: Child,
    base: String,
    token: String,
    http: reqwest::Client,
}

impl Service {
    fn start(here: &Installation, token: &str) -> Self {
        let mut child = Child(here.command(&["serve", "--port", "0"]).spawn().unwrap());
        support::drain(child.0.stderr.take());
        let mut said = BufReader::new(child.0.stdout.take().unwrap()).lines();
        let mut word = |before: &str| said.next().unwrap().unwrap().strip_prefix(before).unwrap().to_owned();
        let (base, token) = (word("listening on "), token.to_owned());
        Self { child, base, token, http: client() }
    }

    /// Status, whether it was replayed, and the answer; `None` when the service went away.
    async fn push(&self, key: &str, body: &str) -> Option<(u16, bool, Value)> {
        let request = self.http.post(format!("{}/api/v1/documents", self.base)).bearer_auth(&self.token);
        let request = request.header("content-type", "application/x-ndjson").header("idempotency-key", key).body(body.to_owned());
        let answer = request.send().await.ok()?;
        let (status, replayed) = (answer.status().as_u16(), answer.headers().contains_key("idempotent-replayed"));
        Some((status, replayed, serde_json::from_str(&text(answer).await).unwrap()))
    }
}

/// An installation, and a token of a provider of documents.
fn installation() -> (Installation, String) {
    let folder = tempfile::tempdir().unwrap();
    let config: PathBuf = folder.path().join("config");
    write_profile(&config, &[], 0);
    let here = Installation { config, folder };
    here.run(&["user", "add", "nha-cung-cap", "--role", "admin", "--json"]).json();
    let made = here.run(&["token", "create", "gui-bai", "--user", "nha-cung-cap", "--right", "push", "--json"]).json();
    let token = made["secret"].as_str().unwrap().to_owned();
    (here, token)
}

#[tokio::test]
async fn each_line_is_answered_and_taken_in_as_from_a_file() {
    let (here, token) = installation();
    let service = Service::start(&here, &token);
    let one = line("https://a.example/1", "Phiên chợ vùng cao họp lại, hàng thổ cẩm bán chạy từ sáng sớm hôm nay");
    let mut post = line("https://b.example/u/nguoi-la", "Bài đăng của người dùng về phiên chợ đông vui cuối tuần qua");
    (post["found_by"], post["id"], post["kind"]) = (json!("keyword"), json!("user-77"), json!("social"));
    let mut undated = line("https://a.example/2", "Đường vào bản được mở rộng thêm hai mét trong quý tới theo kế hoạch");
    undated["published_at"] = json!("hôm kia");
    let copy = line("https://c.example/chep", one["text"].as_str().unwrap());
    let body = format!("{one}\nkhông phải JSON\n\n{post}\n{undated}\n{copy}\n{{\"title\": \"\"}}\n");
    let (status, replayed, answer) = service.push("một", &body).await.unwrap_or((0, false, json!(null)));
    assert_eq!((status, replayed), (400, false), "a key is ASCII: {answer}");
    let (status, _, answer) = service.push("mot", &body).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    let items: Vec<_> =
        answer["items"].as_array().unwrap().iter().map(|i| (i["line"].as_u64().unwrap(), i["outcome"].as_str().unwrap())).collect();
    assert_eq!(items, [(1, "new"), (2, "failed"), (4, "new"), (5, "new"), (6, "duplicate"), (7, "failed")], "{answer}");
    let tally = &answer["tally"];
    assert_eq!((&tally["read"], &tally["new"], &tally["duplicate"], &tally["failed"]), (&json!(6), &json!(3), &json!(1), &json!(2)));
    assert!(answer["items"][3]["reason"].as_str().unwrap().contains("published_at"), "{answer}");
    let id = |i: usize| answer["items"][i]["id"].as_str().unwrap().to_owned();
    let (_, replayed, again) = service.push("mot", &body).await.unwrap();
    assert!(replayed && again == answer, "the answer of then");
    let (_, replayed, third) = service.push("hai", &body).await.unwrap();
    assert_eq!((replayed, &third["tally"]["unchanged"], &third["tally"]["failed"]), (false, &json!(4), &json!(2)), "{third}");

    let stored = here.store().await;
    let documents = stored.documents(&[kiemtin_model::DocId(id(0)), kiemtin_model::DocId(id(2))]).await.unwrap();
    assert_eq!(documents[0].assessed.document.url.as_deref(), Some("https://a.example/1"));
    let post = &documents[1].assessed.document;
    assert_eq!((&post.url, &post.source_id, post.found_by.as_str()), (&None, &None, "keyword"), "a post keeps neither link nor id");
    stored.close().await;
    drop(service);

    let log = here.run(&["audit", "list", "--json"]).json();
    let of = |action: &str| log["items"].as_array().unwrap().iter().filter(|i| i["entry"]["action"] == action).cloned().collect::<Vec<_>>();
    let pushes = of("push");
    assert_eq!(pushes.len(), 2, "a replay takes nothing in: {log}");
    assert_eq!((&pushes[1]["entry"]["detail"]["new"], &pushes[1]["entry"]["detail"]["lines"]), (&json!("3"), &json!("1-7")));
    assert_eq!(of("configuration").len(), 11, "each area of the configuration, once");
    let again = here.ingest(&here.file("file", body.replace("không phải JSON\n", "")));
    assert_eq!((&again["unchanged"], &again["new"]), (&json!(4), &json!(0)), "a file of the same: {again}");
}

#[tokio::test]
async fn a_service_that_is_killed_while_it_takes_a_push_loses_and_doubles_nothing() {
    let (here, token) = installation();
    let word = |n: usize| ["chợ", "đường", "cầu", "trường", "bến", "làng", "suối", "núi", "đèo", "bản"][n % 10];
    let text = |n: usize| format!("Tin số {n}: {} {} {} được sửa lại trong tuần {}", word(n), word(n / 10), word(n / 100), n % 53);
    let body = ndjson(&(0..LINES).map(|n| line(&format!("https://a.example/{n}"), &text(n))).collect::<Vec<_>>());
    let mut numbers = Numbers(7);
    let mut killed = 0;
    for _ in 0..KILLS {
        let service = Service::start(&here, &token);
        let wait = Duration::from_millis(100 + (numbers.share() * 900.0) as u64);
        tokio::select! {
            answer = service.push("k-1", &body) => assert_eq!(answer.map(|(status, ..)| status), Some(200)),
            () = tokio::time::sleep(wait) => killed += 1,
        }
        // Kills it: SIGKILL, in the middle of whatever it does.
        drop(service);
    }
    assert!(killed > 0, "no kill fell into the work");
    let mut service = Service::start(&here, &token);
    let begun = Instant::now();
    let (status, _, answer) = service.push("k-1", &body).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["items"].as_array().unwrap().len(), LINES);
    assert!(begun.elapsed() < Duration::from_secs(60));
    let (_, replayed, again) = service.push("k-1", &body).await.unwrap();
    assert!(replayed && again["tally"] == answer["tally"]);
    let (_, _, other) = service.push("k-2", &body).await.unwrap();
    assert_eq!(other["tally"]["unchanged"], json!(LINES), "{}", other["tally"]);
    service.child.0.kill().unwrap();
    drop(service);

    let store = here.store().await;
    let documents = store.changes_since(0, 100_000).await.unwrap();
    let addresses: BTreeSet<_> = documents.iter().filter_map(|d| d.assessed.document.url.clone()).collect();
    assert_eq!((documents.len(), addresses.len(), store.counts().await.unwrap().documents), (LINES, LINES, LINES as u64));
    assert!(documents.iter().all(|d| d.version == 1), "nothing is stored again");
    store.close().await;
    let check = here.run(&["audit", "verify", "--json"]).json();
    assert_eq!((&check["ok"], &check["break"]), (&json!(true), &Value::Null), "{check}");
    let head = check["head"].as_str().unwrap();
    assert_eq!(here.run(&["audit", "verify", "--anchor", head]).code, Some(0));
    let (number, hash) = head.split_once(':').unwrap();
    let later = format!("{}:{hash}", number.parse::<u64>().unwrap() + 1);
    let cut = here.run(&["audit", "verify", "--anchor", &later]);
    assert!(cut.code == Some(1) && cut.stdout.contains("phần cuối đã bị cắt"), "{cut:?}");
    assert_eq!(here.run(&["audit", "verify", "--anchor", "12"]).code, Some(2));
}
