//! Is everything there, once, when the process is killed at any moment? (kill -9, twenty times, then to the end.)
//!
//! The moments are drawn from a fixed seed, relative to how long a whole run takes on this machine, so that most of them
//! fall into the work. A run that ends before its moment begins anew on an empty folder with shorter waits.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use kiemtin_store::{AlertFilter, EventStore, SavedStore, Store};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use support::web::write_profile;
use support::{Child, Installation, Numbers, adds_up, alerting_posts, counts, drain, finish, ndjson, now_ms};

/// Kills per command.
const KILLS: usize = 10;
/// Lines of the generated file.
const LINES: usize = 6_000;
/// Sources that they are spread over.
const SOURCES: usize = 12;
/// Documents per transaction of `ingest`.
const BATCH: u64 = 500;
/// A search that matches every ordinary line of it, and what stands in those.
const SAVED: [&str; 6] = ["saved", "add", "Chợ phiên", "\"chợ phiên\" source:trang-1,trang-2,trang-3", "--notify", "each"];
/// A minute after [`support::NOW`].
const LATER: &str = "2026-11-23T23:31:00+07:00";

/// What is in a store, as far as it must not depend on how often it was interrupted.
struct Held {
    ids: BTreeSet<String>,
    last_seq: i64,
    /// (claim, wave) with (level, documents, stories, sources).
    alerts: BTreeMap<(String, u32), (String, u32, u32, u32)>,
    outbox: u64,
    /// Groups of copies with their event and its documents.
    events: BTreeMap<String, (String, u32)>,
}

async fn held(here: &Installation) -> Held {
    let store = here.store().await;
    let counts = store.counts().await.unwrap();
    let documents = store.changes_since(0, 1_000_000).await.unwrap();
    let ids: BTreeSet<String> = documents.iter().map(|d| d.assessed.document.id.0.clone()).collect();
    assert_eq!((ids.len(), ids.len() as u64), (documents.len(), counts.documents), "a document is stored twice");
    // Every match is there with its document, and none without.
    for state in store.saved_searches().await.unwrap() {
        let wanted = |d: &&kiemtin_store::StoredDocument| {
            let document = &d.assessed.document;
            ["trang-1", "trang-2", "trang-3"].contains(&document.source.as_str()) && document.text.contains("chợ phiên")
        };
        let expected: BTreeSet<String> = documents.iter().filter(wanted).map(|d| d.assessed.document.id.0.clone()).collect();
        let matches = store.saved_matches(state.search.id, LINES).await.unwrap();
        assert_eq!((matches.len(), state.matches), (expected.len(), expected.len() as u64), "matches are lost or doubled");
        assert_eq!(matches.into_iter().map(|id| id.0).collect::<BTreeSet<_>>(), expected);
    }
    let stories: BTreeSet<_> = documents.iter().map(|d| d.story.clone()).collect();
    let stories: Vec<_> = stories.into_iter().collect();
    let spreads = store.spreads(&stories).await.unwrap();
    let events = spreads.into_iter().map(|(story, spread)| (story.0, (spread.id.0, spread.documents))).collect();
    assert_eq!(store.last_report().await.unwrap().0 as usize, stories.len(), "a report is lost or doubled");
    let (mut alerts, mut narratives, mut cursor) = (BTreeMap::new(), BTreeSet::new(), None);
    loop {
        let page = store.alerts(&AlertFilter::default(), cursor.as_deref(), 100).await.unwrap();
        for a in page.items {
            assert!(narratives.insert((a.narrative, a.wave)), "two alerts for wave {} of narrative {}", a.wave, a.narrative);
            let before = alerts.insert((a.claim.clone(), a.wave), (a.level.to_string(), a.documents, a.stories, a.sources));
            assert_eq!(before, None, "two alerts for wave {} of «{}»", a.wave, a.claim);
        }
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(alerts.len() as u64, counts.alerts);
    store.close().await;
    Held { ids, last_seq: counts.last_seq, alerts, outbox: counts.outbox, events }
}

/// Idempotency keys of the journal; each stands there once, and every line is whole.
fn journal(here: &Installation) -> BTreeSet<String> {
    let text = std::fs::read_to_string(here.data().join("var/alerts.ndjson")).unwrap_or_default();
    let mut keys = BTreeSet::new();
    for line in text.lines() {
        let notice: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        let key = notice["idempotency_key"].as_str().unwrap().to_owned();
        assert!(keys.insert(key.clone()), "{key} was delivered twice");
    }
    keys
}

/// The index holds each document of these sources once and has seen the store's last change.
fn indexed_once(here: &Installation, sources: &[String], held: &Held) {
    let mut total = 0;
    let mut seen = BTreeSet::new();
    for source in sources {
        let found = here.search(&format!("source:{source}"));
        assert_eq!(found["indexed_through"].as_i64(), Some(held.last_seq), "{source}");
        for hit in found["hits"].as_array().unwrap() {
            let id = hit["id"].as_str().unwrap();
            assert!(held.ids.contains(id) && seen.insert(id.to_owned()), "{id} is found twice or not stored");
        }
        // Hits are one per story, the total counts copies too.
        total += found["total"].as_u64().unwrap();
    }
    assert_eq!(total, held.ids.len() as u64, "found in the index, and stored");
}

/// Runs the command to its end and says how long it took.
fn whole(here: &Installation, args: &[&str]) -> (Value, Duration) {
    let begun = Instant::now();
    let tally = here.run(args).json();
    adds_up(&tally);
    (tally, begun.elapsed())
}

/// A run that is killed after `wait`; `false` when it had ended before.
fn killed(here: &Installation, args: &[&str], wait: Duration) -> bool {
    let mut child = Child(here.command(args).spawn().unwrap());
    let (_out, err) = (drain(child.0.stdout.take()), drain(child.0.stderr.take()));
    std::thread::sleep(wait);
    if let Some(status) = child.0.try_wait().unwrap() {
        assert!(status.success(), "{}", err.join().unwrap());
        return false;
    }
    drop(child);
    true
}

/// A command that is killed again and again, and what must come of it.
struct Trial<'a> {
    config: PathBuf,
    args: Vec<&'a str>,
    sources: Vec<String>,
    seed: u64,
}

impl Trial<'_> {
    /// Kills and restarts until [`KILLS`] runs were killed; gives every installation that came to its end.
    async fn run(&self) {
        let reference = Installation::on(&self.config);
        reference.run(&SAVED).ok();
        let (_, full) = whole(&reference, &self.args);
        let (second, again) = whole(&reference, &self.args);
        counts(&second, &[("new", 0), ("new_version", 0), ("duplicate", 0), ("alerts", 0)]);
        let expected = held(&reference).await;
        println!("a whole run takes {full:?}, the next one {again:?}");
        let mut numbers = Numbers(self.seed);
        let (mut kills, mut in_the_work, mut scale) = (0, 0, 1.0);
        while kills < KILLS {
            assert!(scale > 0.05, "no run can be killed before its end");
            let here = Installation::on(&self.config);
            here.run(&SAVED).ok();
            let mut before = BTreeSet::new();
            while kills < KILLS {
                // As long as passing over what is known takes, and about an eleventh of the work.
                let known = before.len() as f64 / expected.ids.len() as f64;
                let wait = again.mul_f64(known) + full.mul_f64((0.5 + numbers.share()) / (KILLS + 1) as f64);
                if !killed(&here, &self.args, wait.mul_f64(scale)) {
                    scale /= 2.0;
                    break;
                }
                kills += 1;
                let now = held(&here).await;
                assert!(
                    now.ids.is_superset(&before),
                    "kill {kills}: {} of {} documents are lost",
                    before.difference(&now.ids).count(),
                    before.len()
                );
                let searched = here.search("source:khong-co");
                assert!(searched["indexed_through"].as_i64().unwrap() <= now.last_seq, "kill {kills}: the index is ahead of the store");
                journal(&here);
                println!("kill {kills} after {wait:?} x {scale}: {} documents, {} alerts", now.ids.len(), now.alerts.len());
                in_the_work += usize::from(now.ids.len() < expected.ids.len());
                before = now.ids;
            }
            self.ends_well(&here, &expected).await;
        }
        assert!(in_the_work >= 3, "only {in_the_work} of {KILLS} kills fell into the work");
    }

    /// Run to its end, everything is there once, and a further run adds nothing.
    async fn ends_well(&self, here: &Installation, expected: &Held) {
        // The clock of every command begins anew: a notice of a killed one may be due later than a short run lasts.
        adds_up(&finish(here.command_at(LATER, &self.args), &[]).json());
        let end = held(here).await;
        assert_eq!(end.ids, expected.ids);
        indexed_once(here, &self.sources, &end);
        let keys = journal(here);
        if self.args[0] == "ingest" {
            assert_eq!(keys.iter().filter(|k| k.starts_with("saved:1:story:")).count(), 10, "as many as an hour has room for");
            assert_eq!(here.found("search:\"chợ phiên\""), here.found(&SAVED[3].replace(" source:", " kind:social source:")));
        }
        assert_eq!(end.outbox, 0, "notices wait although all channels work");
        assert!(keys.len() >= end.alerts.len(), "{} notices for {} alerts", keys.len(), end.alerts.len());
        let (again, _) = whole(here, &self.args);
        counts(&again, &[("new", 0), ("new_version", 0), ("duplicate", 0), ("alerts", 0)]);
        let after = held(here).await;
        assert_eq!((after.last_seq, &after.alerts), (end.last_seq, &end.alerts));
        assert!(after.events == end.events, "the same again changes an event");
        assert_eq!(journal(here), keys);
        if self.args[0] == "ingest" {
            // Lines come in one order, so the alerts and events are the very same as without any kill.
            assert_eq!(end.alerts, expected.alerts);
            assert!(end.events == expected.events, "reports stand in other events than without any kill");
        }
    }
}

/// Ordinary texts, and claims in every seventh: some throughout, some with a silence of three weeks between.
fn generated() -> String {
    let posts = alerting_posts();
    let (steady, returning) = posts.split_at(posts.len() / 2);
    let first = now_ms() - 44 * 86_400_000;
    let lines: Vec<Value> = (0..LINES)
        .map(|i| {
            let choice = if (LINES / 4..3 * LINES / 4).contains(&i) || i % 2 == 0 { steady } else { returning };
            let text = match i % 7 {
                0 => format!("{} Tin chép lần {i}.", choice[i / 7 % choice.len()]),
                _ => format!("Sổ tay chợ phiên số {i}: hàng {} bán được {} mớ, trời {} độ.", i % 17, i % 23, 15 + i % 20),
            };
            let at = kiemtin_model::Time(first + i as i64 * 600_000).to_string();
            json!({"url": format!("https://trang{}.example/{i}", i % SOURCES), "text": text, "kind": "social", "source": format!("trang-{}", i % SOURCES), "published_at": at})
        })
        .collect();
    ndjson(&lines)
}

#[tokio::test]
async fn ingest_killed_ten_times_ends_as_if_never_killed() {
    let files = tempfile::tempdir().unwrap();
    let file = files.path().join("lines.ndjson");
    std::fs::write(&file, generated()).unwrap();
    let trial = Trial {
        config: support::shipped_config(),
        args: vec!["ingest", file.to_str().unwrap(), "--json"],
        sources: (0..SOURCES).map(|i| format!("trang-{i}")).collect(),
        seed: 20_261_123,
    };
    // What the trial rests on: many alerts, some of them second waves, and more than one transaction.
    let look = Installation::on(&trial.config);
    let (tally, _) = whole(&look, &trial.args);
    counts(&tally, &[("read", LINES as u64), ("new", LINES as u64), ("failed", 0)]);
    let found = held(&look).await;
    assert!(found.alerts.len() >= 5 && found.alerts.keys().any(|(_, wave)| *wave == 2) && LINES as u64 > 5 * BATCH, "{:?}", found.alerts);
    trial.run().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crawl_killed_ten_times_ends_as_if_never_killed() {
    let web = kiemtin_miniweb::MiniWeb::start(now_ms()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    write_profile(folder.path(), &web.sources(), 20);
    let trial = Trial {
        config: folder.path().into(),
        args: vec!["crawl", "--once", "--json"],
        sources: web.sites().iter().map(|s| s.id.to_owned()).collect(),
        seed: 71,
    };
    trial.run().await;
    web.stop().await;
}
