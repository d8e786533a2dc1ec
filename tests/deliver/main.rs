//! Does each alert arrive at a webhook and in a mailbox, none twice as a new one, when the service is killed at any moment while
//! both receivers fail half of the time? (kill -9, twenty times, then to the end.)
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

#[path = "../support/hook.rs"]
mod hook;
#[path = "../support/smtp.rs"]
mod smtp;
#[path = "../support/mod.rs"]
mod support;

use hook::{Hook, Reply};
use kiemtin_model::DeliveryState;
use kiemtin_store::{AlertFilter, DeliveryFilter, DeliveryLine, ReceiverStore, Store};
use serde_json::json;
use sha2::{Digest, Sha256};
use smtp::{ACCOUNT, Mailed, Smtp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};
use support::web::write_profile;
use support::{Child, Installation, Numbers, alerting_posts, ndjson};

/// Kills.
const KILLS: usize = 20;
/// Longest time for everything to arrive after the last one.
const REST: Duration = Duration::from_secs(40);
const KEY: &str = "khoa-chung-cua-hai-ben";

/// An installation with a mail server, and receivers inside the machine; waits are short.
fn installation(smtp: &Smtp) -> Installation {
    let here = Installation::on("unset");
    let config = here.folder.path().join("config");
    write_profile(&config, &[], 10);
    std::fs::write(config.join("ca.pem"), &smtp.certificate).unwrap();
    std::fs::write(config.join("mail.secret"), ACCOUNT.1).unwrap();
    let settings = std::fs::read_to_string(config.join("kiemtin.toml")).unwrap();
    let port = smtp.address.port();
    let more = format!(
        "[service]\npublic_url = \"https://kiemtin.example\"\n\n[deliver]\nallow_networks = [\"127.0.0.0/8\"]\ntimeout_s = 1\nretry_first_ms = 50\n\
         retry_longest_ms = 300\ncool_down_minutes = 0\n\n[mail]\nhost = \"127.0.0.1\"\nport = {port}\nca_file = \"ca.pem\"\nuser = \"{}\"\n\
         password_file = \"mail.secret\"\nfrom = \"canh-bao@kiemtin.example\"\nallow_domains = [\"kiemtin.example\"]\ntimeout_s = 1\n",
        ACCOUNT.0
    );
    std::fs::write(config.join("kiemtin.toml"), format!("{settings}\n{more}")).unwrap();
    Installation { config, ..here }
}

async fn log(here: &Installation, receiver: i64) -> Vec<DeliveryLine> {
    let store = here.store().await;
    let filter = DeliveryFilter { receiver: Some(receiver), state: None };
    let lines = store.deliveries(&filter, None, 200).await.unwrap().items;
    store.close().await;
    lines
}

#[tokio::test]
async fn each_alert_arrives_at_both_and_none_twice_as_a_new_one() {
    let (mut coin, mut other) = (Numbers(7), Numbers(8));
    let hook = Hook::start(move || match coin.next() % 8 {
        0..=3 => Reply::Status(200),
        4 => Reply::Close,
        5 => Reply::Silence(Duration::from_millis(1_300)),
        _ => Reply::Status(500),
    });
    let smtp = Smtp::start(move || match other.next() % 8 {
        0..=3 => Mailed::Taken,
        4 => Mailed::Greylisted,
        5 => Mailed::TakenUnheard,
        6 => Mailed::Hangs(Duration::from_millis(1_300)),
        _ => Mailed::Full,
    });
    let here = installation(&smtp);
    let key = here.file("khoa.txt", KEY);
    let added = here.run(&["receivers", "add", "Webhook", &hook.url(), "--secret-file", &key, "--json"]).json();
    assert_eq!((&added["added"], &added["secret"]), (&json!(1), &json!(null)));
    let mail = here.run(&["receivers", "add", "Thư", "phong@kiemtin.example", "--channel", "mail", "--json"]).json();
    assert_eq!(mail["added"], 2);
    let refused = here.run(&["receivers", "add", "Ngoài", "ai@ngoai.example", "--channel", "mail"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");

    let posts = alerting_posts();
    let mut numbers = Numbers(20_261_123);
    for kill in 0..KILLS {
        let mut service = Child(here.command(&["serve", "--port", "0"]).spawn().unwrap());
        // Documents come in by another process meanwhile.
        let ingest = (kill < posts.len()).then(|| {
            let line = json!({ "text": posts[kill], "kind": "social", "source": format!("trang-{kill}"), "published_at": support::NOW });
            let file = here.file(&format!("{kill}.ndjson"), ndjson(&[line]));
            Child(here.command(&["ingest", &file, "--json"]).spawn().unwrap())
        });
        std::thread::sleep(Duration::from_millis(200 + numbers.next() % 900));
        service.0.kill().unwrap();
        service.0.wait().unwrap();
        if let Some(mut ingest) = ingest {
            assert!(ingest.ended().success());
        }
    }
    let _service = Child(here.command(&["serve", "--port", "0"]).spawn().unwrap());
    let begun = Instant::now();
    let (web, post) = loop {
        let (web, post) = (log(&here, 1).await, log(&here, 2).await);
        let open = |l: &&DeliveryLine| matches!(l.state, DeliveryState::Due | DeliveryState::Sending);
        let waiting = web.iter().chain(&post).filter(open).count();
        let outbox = {
            let store = here.store().await;
            let waiting = store.counts().await.unwrap().outbox;
            store.close().await;
            waiting
        };
        if waiting == 0 && outbox == 0 {
            break (web, post);
        }
        assert!(begun.elapsed() < REST, "{waiting} deliveries and {outbox} notices still wait: {web:?} {post:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };

    let store = here.store().await;
    let alerts = store.alerts(&AlertFilter::default(), None, 200).await.unwrap().items;
    store.close().await;
    assert!(alerts.len() >= 5, "{} alerts", alerts.len());
    for (name, lines) in [("webhook", &web), ("mail", &post)] {
        let mut opened: BTreeMap<i64, usize> = BTreeMap::new();
        for line in lines.iter().filter(|l| l.state == DeliveryState::Done && l.title.contains("Mở cảnh báo")) {
            *opened.entry(line.alert.unwrap()).or_default() += 1;
        }
        assert!(opened.values().all(|n| *n == 1), "{name}: an alert is told twice as a new one: {opened:?}");
        let told: BTreeSet<_> = lines.iter().filter(|l| l.state == DeliveryState::Done).filter_map(|l| l.alert).collect();
        assert_eq!(told, alerts.iter().map(|a| a.id).collect(), "{name}: alerts that arrived, and alerts that there are");
        assert!(lines.iter().any(|l| l.attempts > 1), "{name}: nothing failed, which proves nothing");
    }
    // What the receivers have themselves: by their own keys once each, and nothing that the log does not know.
    let done = |lines: &[DeliveryLine]| -> BTreeSet<String> {
        lines.iter().filter(|l| l.state == DeliveryState::Done).map(|l| l.idempotency_key.clone()).collect()
    };
    assert!(hook.all().iter().all(|g| g.is_signed_with(KEY)), "a signature does not hold");
    let taken: BTreeSet<_> = hook.taken().iter().map(|g| g.key().to_owned()).collect();
    assert!(taken.is_superset(&done(&web)), "the log says more than the webhook got");
    let mut new: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for got in hook.taken().iter().filter(|g| g.json()["event"] == "opened") {
        new.entry(got.json()["alert"]["number"].to_string()).or_default().insert(got.key().to_owned());
    }
    assert!(new.values().all(|keys| keys.len() == 1), "{new:?}");
    let id = |key: &String| {
        let hash: String = Sha256::digest(key.as_bytes()).iter().take(16).map(|b| format!("{b:02x}")).collect();
        format!("<{hash}@kiemtin.example>")
    };
    let mails: BTreeSet<_> = smtp.taken().iter().map(|m| m.header("Message-ID")).collect();
    assert!(mails.is_superset(&done(&post).iter().map(id).collect()), "the log says more than the mailbox got");
    assert!(mails.is_subset(&post.iter().map(|l| id(&l.idempotency_key)).collect()), "a mail that nobody made");
}
