//! A hub on loopback, and a newspaper that names it.

use super::super::world::Site;
use crate::config::{self, Config};
use crate::data::DataFolders;
use crate::service::{Entrance, Running};
use hmac::{Hmac, KeyInit, Mac};
use kiemtin_crawl::{Clock, CrawlSettings};
use kiemtin_model::{FeedPlan, Source, Subscription, Time};
use kiemtin_store::{FeedState, Store};
use sha2::Sha256;
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

pub(super) const START: i64 = super::super::world::START;
pub(super) const MINUTE: i64 = 60_000;

/// What a hub does with a wish.
#[derive(Clone)]
pub(super) enum Manner {
    /// Checks it before it answers, and grants so many seconds.
    Grants(i64),
    /// Takes it and says no later.
    Denies,
    /// Takes it and does nothing.
    Silent,
    /// Answers with this status and address.
    Answers(u16, String),
}

/// A hub, with the wishes it got.
pub(super) struct Hub {
    pub(super) origin: String,
    pub(super) manner: Mutex<Manner>,
    pub(super) wishes: Mutex<Vec<HashMap<String, String>>>,
}

impl Hub {
    async fn start() -> Arc<Self> {
        let listener = TcpListener::bind("127.0.74.3:0").await.unwrap();
        let origin = format!("http://{}/hub", listener.local_addr().unwrap());
        let hub = Arc::new(Self { origin, manner: Mutex::new(Manner::Grants(864_000)), wishes: Mutex::default() });
        let answers = hub.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answers.clone().answer(stream));
            }
        });
        hub
    }

    async fn answer(self: Arc<Self>, mut stream: TcpStream) {
        let mut got = vec![];
        let body = loop {
            let mut part = [0; 4096];
            let read = stream.read(&mut part).await.unwrap();
            got.extend_from_slice(&part[..read]);
            let text = String::from_utf8_lossy(&got).into_owned();
            if let Some((head, body)) = text.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|l| l.to_ascii_lowercase().strip_prefix("content-length: ").map(str::to_owned));
                if body.len() == length.map_or(0, |n| n.parse().unwrap()) {
                    break body.to_owned();
                }
            }
            assert!(read > 0, "half a request");
        };
        let wish: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        self.wishes.lock().unwrap().push(wish.clone());
        let manner = self.manner.lock().unwrap().clone();
        let (status, to) = match manner {
            Manner::Grants(seconds) => {
                let lease = seconds.to_string();
                let more = [("hub.mode", "subscribe"), ("hub.challenge", "thử thách"), ("hub.lease_seconds", &lease)];
                let answer = http(&call(&wish, &more), "GET", "", "").await;
                assert_eq!(answer, (200, "thử thách".to_owned()));
                (202, String::new())
            }
            Manner::Denies => {
                tokio::spawn(async move {
                    http(&call(&wish, &[("hub.mode", "denied"), ("hub.reason", "không nhận")]), "GET", "", "").await;
                });
                (202, String::new())
            }
            Manner::Silent => (202, String::new()),
            Manner::Answers(status, to) => (status, to),
        };
        let answer = format!("HTTP/1.1 {status} X\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes()).await.unwrap();
    }

    pub(super) fn asked(&self) -> usize {
        self.wishes.lock().unwrap().len()
    }

    /// Tells of something, signed with the secret that it was given, or with another key.
    pub(super) async fn push(&self, key: Option<&str>) -> u16 {
        let wish = self.wishes.lock().unwrap().last().unwrap().clone();
        let body = "<rss>không được đọc</rss>";
        let mac = Hmac::<Sha256>::new_from_slice(key.unwrap_or(&wish["hub.secret"]).as_bytes()).unwrap().chain_update(body);
        let digits: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
        http(&wish["hub.callback"], "POST", &format!("X-Hub-Signature: sha256={digits}\r\n"), body).await.0
    }
}

/// The address that a hub calls, with these parameters.
fn call(wish: &HashMap<String, String>, more: &[(&str, &str)]) -> String {
    let mut url = Url::parse(&wish["hub.callback"]).unwrap();
    url.query_pairs_mut().append_pair("hub.topic", &wish["hub.topic"]).extend_pairs(more);
    url.into()
}

/// Status and body of an answer.
async fn http(address: &str, method: &str, headers: &str, body: &str) -> (u16, String) {
    let url = Url::parse(address).unwrap();
    let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let path = &url[url::Position::BeforePath..];
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let length = body.len();
    let request =
        format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// The whole service on a clock of its own, with one newspaper that names the hub.
pub(super) struct World {
    pub(super) running: Running,
    pub(super) hub: Arc<Hub>,
    pub(super) site: Arc<Site>,
    pub(super) sources: Vec<Arc<Source>>,
    origin: String,
    now: Arc<AtomicI64>,
    config: Config,
    folder: Arc<tempfile::TempDir>,
}

impl World {
    pub(super) async fn new() -> Self {
        let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config");
        let mut config = config::load_valid(&shipped).unwrap();
        config.settings.crawl.fetch =
            CrawlSettings { allow_networks: vec!["127.0.74.0/24".into()], delay_ms: 0, longest_delay_ms: 0, ..CrawlSettings::default() };
        let (site, hub) = (Arc::new(Site::default()), Hub::start().await);
        let listener = TcpListener::bind("127.0.74.4:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(site.clone().serve(listener));
        let sources = vec![super::super::world::source(&origin, "bao")];
        let (now, folder) = (Arc::new(AtomicI64::new(START)), Arc::new(tempfile::tempdir().unwrap()));
        let running = start(&config, &folder, &now).await;
        let world = Self { running, hub, site, sources, origin, now, config, folder };
        world.publish(&[(1, 0)]);
        world.running.collector.enrol(&world.sources, false).await.unwrap();
        world
    }

    /// Stops the service and starts it again on the same data.
    pub(super) async fn restarted(self) -> Self {
        self.running.stop().await.unwrap();
        let running = start(&self.config, &self.folder, &self.now).await;
        running.collector.enrol(&self.sources, true).await.unwrap();
        Self { running, ..self }
    }

    /// The feed lists these articles: number, and minutes after the start at which it came out.
    pub(super) fn publish(&self, articles: &[(i64, i64)]) {
        let (origin, hub) = (&self.origin, &self.hub.origin);
        let item = |(n, minutes): &(i64, i64)| {
            let date = Time(START + minutes * MINUTE);
            format!("<item><title>Tin {n}</title><link>{origin}/{n}</link><pubDate>{date}</pubDate></item>")
        };
        let items: String = articles.iter().map(item).collect();
        let feed = format!(
            "<rss version=\"2.0\"><channel><title>Báo</title><atom:link rel=\"hub\" href=\"{hub}\"/><atom:link rel=\"self\" href=\"{origin}/rss/bao\"/>{items}</channel></rss>"
        );
        let mut bodies = self.site.bodies.lock().unwrap();
        bodies.insert("/rss/bao".into(), feed);
        for (n, _) in articles {
            let text = format!("Bài {n}. Bộ Công Thương cho biết nguồn cung số {n} được bảo đảm trong tháng {n}, không thiếu hàng.");
            let page = format!("<html><title>Tin {n}</title><body><article><h1>Tin {n}</h1><p>{text}</p></article></body></html>");
            bodies.insert(format!("/{n}"), page);
        }
    }

    pub(super) fn now(&self) -> Time {
        Time(self.now.load(Ordering::SeqCst))
    }

    pub(super) fn wait(&self, minutes: i64) {
        self.now.fetch_add(minutes * MINUTE, Ordering::SeqCst);
    }

    /// Polls what is due.
    pub(super) async fn poll(&self) {
        let due = self.running.collector.due(&self.sources, 10).await.unwrap();
        self.running.collector.pass(&self.running.pipeline, due, &|_| {}).await.unwrap();
    }

    pub(super) async fn feed(&self) -> FeedState {
        self.running.store.feeds_of(&["bao".into()]).await.unwrap().remove(0)
    }

    pub(super) async fn plan(&self) -> FeedPlan {
        self.feed().await.plan
    }

    /// Minutes until the next poll.
    pub(super) async fn until_poll(&self) -> i64 {
        self.minutes_until(self.feed().await.next_poll_at)
    }

    /// Minutes until then; those of the clock's ticks since are not counted.
    pub(super) fn minutes_until(&self, at: Option<Time>) -> i64 {
        (at.unwrap().0 - self.now().0 + MINUTE - 1).div_euclid(MINUTE)
    }

    pub(super) async fn subscription(&self) -> Subscription {
        self.running.store.subscriptions_of(&["bao".into()]).await.unwrap().remove(0)
    }

    pub(super) async fn documents(&self) -> u64 {
        self.running.store.counts().await.unwrap().documents
    }
}

async fn start(config: &Config, folder: &tempfile::TempDir, now: &Arc<AtomicI64>) -> Running {
    let clock: Clock = Arc::new({
        let now = now.clone();
        // No two moments are the same.
        move || Time(now.fetch_add(1, Ordering::SeqCst))
    });
    let folders = DataFolders { store: folder.path().join("var"), index: folder.path().join("index") };
    let (mut running, _) = Running::start(config, &folders, clock, "127.0.74.5:0".parse().unwrap(), Entrance::Users).await.unwrap();
    running.collector.settings.websub.callback = format!("http://{}", running.address);
    running
}
