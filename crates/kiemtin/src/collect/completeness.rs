//! Is everything found that two newspapers publish in bursts for a simulated week, each body fetched once, and how late?

use super::{Collector, world};
use crate::config::Crawl;
use crate::pipeline::Pipeline;
use kiemtin_crawl::{Clock, CrawlSettings, Crawler};
use kiemtin_model::time::{DAY_MS, HOUR_MS};
use kiemtin_model::{Source, Time};
use kiemtin_store::{AlertFilter, SqliteStore, Store};
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// 2 March 2026, 00:00 in Vietnam.
const START: i64 = 1_772_413_200_000 - 8 * HOUR_MS;
const MINUTE: i64 = 60_000;
/// Items of a listing.
const LISTED: usize = 20;

/// When a newspaper publishes: three bursts of eight within ten minutes a day, and one article every 90 minutes by day.
fn published(paper: i64) -> Vec<i64> {
    let mut times = vec![];
    for day in 0..7 {
        let midnight = START + day * DAY_MS;
        for burst in [7, 11, 17] {
            times.extend((0..8).map(|n| midnight + burst * HOUR_MS + paper * 20 * MINUTE + n * 75_000));
        }
        times.extend((4..15).map(|n| midnight + n * 90 * MINUTE + paper * MINUTE));
    }
    times.sort_unstable();
    times
}

/// Every tenth article tells a figure that is false, each another one: an alert of its own.
const FALSE_EVERY: usize = 10;

fn false_figure(path: &str) -> String {
    let numbers: Vec<usize> = path.split('/').filter_map(|part| part.parse().ok()).collect();
    match numbers[..] {
        [paper, n] if n.is_multiple_of(FALSE_EVERY) => {
            format!("Giá bán lẻ điện bình quân bây giờ là 2.{} đồng/kWh. ", 500 + paper * 40 + n / FALSE_EVERY)
        }
        _ => String::new(),
    }
}

/// Two newspapers on one loopback address: `/rss/0`, `/rss/1` and their articles.
struct Press {
    now: Arc<AtomicI64>,
    papers: [Vec<i64>; 2],
    /// Bodies given of each address.
    given: Mutex<HashMap<String, u32>>,
}

impl Press {
    fn answer(&self, path: &str, known: Option<&str>, origin: &str) -> String {
        let now = self.now.load(Ordering::SeqCst);
        let (kind, body, tag) = if let Some(paper) = path.strip_prefix("/rss/").and_then(|p| p.parse::<usize>().ok()) {
            let out: Vec<i64> = self.papers[paper].iter().copied().filter(|at| *at <= now).collect();
            let entries: String = out
                .iter()
                .enumerate()
                .rev()
                .take(LISTED)
                .map(|(n, at)| {
                    let (link, date) = (format!("{origin}/bai/{paper}/{n}"), Time(*at));
                    format!("<entry><id>{link}</id><title>Tin số {n}</title><link href=\"{link}\"/><published>{date}</published></entry>")
                })
                .collect();
            let feed = format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>Báo</title>{entries}</feed>");
            ("application/atom+xml", feed, out.len().to_string())
        } else if path.starts_with("/bai/") {
            let claim = false_figure(path);
            let words: String = (0..40).map(|n| format!("Nội dung {n} của bài {path} nói về giá than ở mỏ {path}. ")).collect();
            (
                "text/html; charset=utf-8",
                format!("<title>Tin {path}</title><article><h1>Tin {path}</h1><p>{claim}{words}</p></article>"),
                "1".into(),
            )
        } else {
            return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".into();
        };
        let tag = format!("\"{tag}\"");
        if known == Some(tag.as_str()) {
            return format!("HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\nConnection: close\r\n\r\n");
        }
        *self.given.lock().unwrap().entry(path.to_owned()).or_default() += 1;
        let length = body.len();
        format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nETag: {tag}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
    }

    async fn serve(self: Arc<Self>, mut stream: TcpStream, origin: String) -> std::io::Result<()> {
        let (mut head, mut part) = (vec![], [0; 4096]);
        while !head.ends_with(b"\r\n\r\n") {
            let read = stream.read(&mut part).await?;
            if read == 0 {
                return Ok(());
            }
            head.extend_from_slice(&part[..read]);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let path = head.split_whitespace().nth(1).unwrap_or_default();
        let known = head.lines().find_map(|l| l.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("if-none-match")));
        stream.write_all(self.answer(path, known.map(|(_, tag)| tag), &origin).as_bytes()).await?;
        stream.shutdown().await
    }
}

fn source(origin: &str, paper: usize) -> Arc<Source> {
    let text = format!(
        "id = \"bao{paper}\"\nname = \"Báo\"\nsite = \"{origin}/\"\ngroup = \"press\"\n[[feeds]]\nurl = \"{origin}/rss/{paper}\"\nkind = \"feed\"\n"
    );
    Arc::new(toml::from_str(&text).unwrap())
}

async fn collector(store: &Arc<SqliteStore>, clock: &Clock) -> (Collector, Pipeline) {
    let fetch =
        CrawlSettings { allow_networks: vec!["127.0.73.0/24".into()], delay_ms: 0, longest_delay_ms: 0, ..CrawlSettings::default() };
    let collector = Collector {
        crawler: Arc::new(Crawler::new(fetch, clock.clone()).unwrap()),
        store: store.clone(),
        settings: Crawl { recheck_hours: 2, ..Crawl::default() },
        clock: clock.clone(),
        salts: Arc::new(crate::salt_file::SaltFile::fixed("salt")),
    };
    let pipeline = world::pipeline(store, clock);
    (collector, pipeline)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_of_a_week_is_found_once() {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(SqliteStore::open(&folder.path().join("kho.db")).await.unwrap());
    let now = Arc::new(AtomicI64::new(START));
    let press = Arc::new(Press { now: now.clone(), papers: [published(0), published(1)], given: Mutex::default() });
    let listener = TcpListener::bind("127.0.73.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn({
        let (press, origin) = (press.clone(), origin.clone());
        async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(press.clone().serve(stream, origin.clone()));
            }
        }
    });
    let sources = [source(&origin, 0), source(&origin, 1)];
    let clock: Clock = Arc::new({
        let now = now.clone();
        move || Time(now.load(Ordering::SeqCst))
    });
    let (collector, pipeline) = collector(&store, &clock).await;
    collector.enrol(&sources, true).await.unwrap();
    let mut polls = 0;
    loop {
        let next = store.feed_states().await.unwrap().iter().filter_map(|f| f.next_poll_at).min().unwrap();
        if next.0 > START + 8 * DAY_MS {
            break;
        }
        now.fetch_max(next.0, Ordering::SeqCst);
        let due = collector.due(&sources, 10).await.unwrap();
        assert!(!due.is_empty());
        polls += collector.pass(&pipeline, due, &|_| {}).await.unwrap().feeds;
    }
    server.abort();
    let wanted: usize = press.papers.iter().map(Vec::len).sum();
    let stored = store.changes_since(0, 10_000).await.unwrap();
    let given = press.given.lock().unwrap().clone();
    let bodies: Vec<u32> = given.iter().filter(|(path, _)| path.starts_with("/bai/")).map(|(_, n)| *n).collect();
    let mut delays: Vec<i64> = stored
        .iter()
        .map(|d| {
            let document = &d.assessed.document;
            document.fetched_at.0 - document.published_at.unwrap().0
        })
        .collect();
    delays.sort_unstable();
    let minutes = |delays: &[i64], part: usize| delays[(delays.len() - 1) * part / 100] / MINUTE;
    let (median, most) = (minutes(&delays, 50), minutes(&delays, 95));
    eprintln!("{polls} polls, {wanted} published, {} stored; minutes late: median {median}, 95 % {most}", stored.len());
    let alerts = store.alerts(&AlertFilter::default(), None, 1_000).await.unwrap().items;
    let mut raised: Vec<i64> = alerts.iter().map(|alert| alert.opened_at.0 - alert.first_seen.0).collect();
    raised.sort_unstable();
    let claims: usize = press.papers.iter().map(|paper| paper.len().div_ceil(FALSE_EVERY)).sum();
    assert_eq!(alerts.len(), claims, "each false figure is an alert");
    let (median, most) = (minutes(&raised, 50), minutes(&raised, 95));
    eprintln!("{claims} alerts; minutes from publication to alert: median {median}, 95 % {most}");
    assert_eq!(stored.len(), wanted, "everything that was published");
    assert!(bodies.len() == wanted && bodies.iter().all(|n| *n == 1), "a body was fetched twice");
    let health = store.source_health(&["bao0".into(), "bao1".into()], Time(START + 7 * DAY_MS), 0).await.unwrap();
    let new: u64 = health.iter().flat_map(|h| &h.new_per_day).map(|(_, n)| n).sum();
    assert_eq!(new, wanted as u64, "the counts per day agree");
    assert!(delays[delays.len() - 1] <= 7 * HOUR_MS, "no poll is later than the longest interval");
    store.close().await;
}
