//! Five hundred people listen while another process takes alerts in: each hears of every alert once, within a second, also those whose
//! connections break again and again; and the service ends without waiting for them.
#![allow(clippy::unwrap_used, reason = "a test that panics fails, as it should")]

mod support;

use kiemtin_store::desk::DeskStore;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::{BufRead, BufReader as Lines};
use std::net::SocketAddr;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use support::web::write_profile;
use support::{Child, Installation, Numbers, line, ndjson};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// Who listens, and how many of them lose their connection again and again.
const CLIENTS: usize = 500;
const UNSTEADY: usize = 150;
/// Files that are taken in one after another, and alerts of each.
const FILES: usize = 8;
const ALERTS: usize = 25;
/// A new alert reaches 99 of 100 clients within this.
const MOST: Duration = Duration::from_secs(1);

/// What a client heard.
#[derive(Default)]
struct Heard {
    /// By alert, what came of its opening.
    opened: HashMap<i64, Opened>,
    /// It has begun to listen.
    listens: bool,
    last: Option<i64>,
}

/// The opening of an alert, as a client heard of it.
struct Opened {
    times: u32,
    /// Number in the history of all alerts.
    event: i64,
    came: Instant,
    /// Since when the connection stood by which it came.
    since: Instant,
}

struct Shared {
    address: SocketAddr,
    token: String,
    over: AtomicBool,
    listening: AtomicUsize,
}

/// Reads the next part of a body in chunks (RFC 9112, section 7.1); none at its end.
async fn chunk(from: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut size = String::new();
    from.read_line(&mut size).await.ok().filter(|n| *n > 0)?;
    let size = usize::from_str_radix(size.trim(), 16).unwrap();
    let mut data = vec![0; size + 2];
    from.read_exact(&mut data).await.ok()?;
    data.truncate(size);
    (size > 0).then_some(data)
}

/// Connects and goes on after what was heard last.
async fn connect(shared: &Shared, heard: &Heard) -> BufReader<TcpStream> {
    let mut stream = BufReader::new(TcpStream::connect(shared.address).await.unwrap());
    let resume = heard.last.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
    let request = format!(
        "GET /api/v1/alerts/stream HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nAccept: text/event-stream\r\n{resume}\r\n",
        shared.address, shared.token
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = String::new();
    while stream.read_line(&mut head).await.unwrap() > 2 {}
    assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("text/event-stream"), "{head}");
    stream
}

/// Listens until all is over; an unsteady one leaves and comes back at random times, in the middle of whatever is sent.
async fn listen(shared: Arc<Shared>, number: usize, heard: Arc<Mutex<Heard>>) {
    let mut numbers = Numbers(number as u64);
    let unsteady = number < UNSTEADY;
    while !shared.over.load(Ordering::Relaxed) {
        let before = Heard { last: heard.lock().unwrap().last, ..Heard::default() };
        let mut stream = connect(&shared, &before).await;
        let since = Instant::now();
        if !std::mem::replace(&mut heard.lock().unwrap().listens, true) {
            shared.listening.fetch_add(1, Ordering::Relaxed);
        }
        let stays = if unsteady { Duration::from_millis(200 + (numbers.share() * 2_500.0) as u64) } else { Duration::from_secs(600) };
        let leaves = tokio::time::sleep(stays);
        tokio::pin!(leaves);
        let mut unread = String::new();
        loop {
            let part = tokio::select! {
                part = chunk(&mut stream) => part,
                () = &mut leaves => break,
            };
            let Some(part) = part else { break };
            unread.push_str(std::str::from_utf8(&part).unwrap());
            while let Some((block, rest)) = unread.split_once("\n\n") {
                hear(block, &mut heard.lock().unwrap(), since);
                unread = rest.to_owned();
            }
        }
        drop(stream);
        if !shared.over.load(Ordering::Relaxed) {
            assert!(unsteady, "the stream of a client that stays was ended");
            tokio::time::sleep(Duration::from_millis((numbers.share() * 400.0) as u64)).await;
        }
    }
}

fn hear(block: &str, heard: &mut Heard, since: Instant) {
    let of = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
    if let Some(id) = of("id: ") {
        let id: i64 = id.parse().unwrap();
        assert!(heard.last.is_none_or(|last| last <= id), "numbers only rise");
        heard.last = Some(id);
    }
    if of("event: ") == Some("opened") {
        let data: Value = serde_json::from_str(of("data: ").unwrap()).unwrap();
        let event = data["event"]["id"].as_i64().unwrap();
        let entry = heard.opened.entry(data["alert"]["id"].as_i64().unwrap());
        entry.or_insert(Opened { times: 0, event, came: Instant::now(), since }).times += 1;
    }
}

/// Looks into the same file all the time: when is which entry of the history there for others to see?
async fn watch(store: kiemtin_store::SqliteStore, shared: Arc<Shared>) -> Vec<(i64, Instant)> {
    let mut seen: Vec<(i64, Instant)> = vec![];
    while !shared.over.load(Ordering::Relaxed) {
        let last = store.last_alert_change().await.unwrap();
        if seen.last().is_none_or(|(before, _)| *before < last) {
            seen.push((last, Instant::now()));
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    store.close().await;
    seen
}

/// A file of texts that each state another price as the one in force.
fn file(number: usize) -> String {
    let text = |n: usize| {
        let price = 3_000 + number * ALERTS + n;
        let price = format!("{}.{:03}", price / 1_000, price % 1_000);
        line(&format!("https://tin.example/{number}-{n}"), &format!("Giá bán lẻ điện bình quân bây giờ là {price} đồng/kWh."))
    };
    ndjson(&(0..ALERTS).map(text).collect::<Vec<_>>())
}

fn share(sorted: &[Duration], share: f64) -> Duration {
    sorted[((sorted.len() - 1) as f64 * share).ceil() as usize]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_hundred_hear_of_every_alert_once_and_soon() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config");
    write_profile(&config, &[], 0);
    let here = Installation { config, folder };
    here.run(&["user", "add", "lan", "--role", "admin", "--json"]).json();
    let made = here.run(&["token", "create", "nghe", "--user", "lan", "--right", "read", "--json"]).json();
    let mut child = Child(here.command(&["serve", "--port", "0"]).spawn().unwrap());
    let complaints = support::drain(child.0.stderr.take());
    let said = Lines::new(child.0.stdout.take().unwrap()).lines().next().unwrap().unwrap();
    let address: SocketAddr = said.strip_prefix("listening on http://").unwrap().parse().unwrap();
    let token = made["secret"].as_str().unwrap().to_owned();
    let shared = Arc::new(Shared { address, token, over: AtomicBool::new(false), listening: AtomicUsize::new(0) });
    let all: Vec<Arc<Mutex<Heard>>> = (0..CLIENTS).map(|_| Arc::default()).collect();
    let clients: Vec<_> = all.iter().enumerate().map(|(n, heard)| tokio::spawn(listen(shared.clone(), n, heard.clone()))).collect();
    let begun = Instant::now();
    while shared.listening.load(Ordering::Relaxed) < CLIENTS {
        assert!(begun.elapsed() < Duration::from_secs(30), "{} listen", shared.listening.load(Ordering::Relaxed));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    println!("{CLIENTS} clients listen after {:?}", begun.elapsed());

    // Another process writes.
    let watched = tokio::spawn(watch(here.store().await, shared.clone()));
    let here = Arc::new(here);
    for number in 0..FILES {
        let path = here.file(&format!("{number}.ndjson"), file(number));
        let ingest = Arc::clone(&here);
        let tally = tokio::task::spawn_blocking(move || ingest.ingest(&path)).await.unwrap();
        assert_eq!(tally["alerts"], json!(ALERTS), "{tally}");
    }
    let expected = FILES * ALERTS;
    let waited = Instant::now();
    while all.iter().any(|heard| heard.lock().unwrap().opened.len() < expected) {
        assert!(waited.elapsed() < Duration::from_secs(20), "some clients did not hear of all {expected} alerts");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Time for what would come twice.
    tokio::time::sleep(Duration::from_millis(500)).await;
    shared.over.store(true, Ordering::Relaxed);

    let stored = watched.await.unwrap();
    let (mut steady, mut came_back) = (vec![], 0_usize);
    for heard in &all {
        let heard = heard.lock().unwrap();
        assert_eq!(heard.opened.len(), expected);
        for (alert, Opened { times, event, came, since }) in &heard.opened {
            assert_eq!(*times, 1, "alert {alert} came {times} times");
            let (_, there) = stored[stored.partition_point(|(last, _)| last < event)];
            if *since < there { steady.push(came.saturating_duration_since(there)) } else { came_back += 1 }
        }
    }
    steady.sort_unstable();
    println!(
        "{expected} alerts, each once to each of {CLIENTS} clients ({UNSTEADY} of them left and came back): {} while connected, \
         {came_back} after coming back; alert to client p50 {:?}, p99 {:?}, longest {:?}",
        steady.len(),
        share(&steady, 0.5),
        share(&steady, 0.99),
        share(&steady, 1.0)
    );
    assert!(came_back > 0 && steady.len() > expected * (CLIENTS - UNSTEADY) / 2);
    assert!(share(&steady, 0.99) <= MOST, "p99 {:?}", share(&steady, 0.99));

    let ending = Instant::now();
    assert!(Command::new("kill").args(["-TERM", &child.0.id().to_string()]).status().unwrap().success());
    let status = tokio::task::spawn_blocking(move || child.ended()).await.unwrap();
    println!("the service ended {:?} after it was asked to", ending.elapsed());
    let complaints = complaints.join().unwrap();
    assert!(status.success() && !complaints.contains("were still under way"), "{status} {complaints}");
    assert!(ending.elapsed() < Duration::from_secs(10), "{:?}", ending.elapsed());
    for client in clients {
        client.await.unwrap();
    }
}
