//! A source on loopback for the tests of collecting: what it lists and says can be set while it is collected.

use super::{Collector, DueSource, Pass};
use crate::config::{self, Crawl};
use crate::pipeline::Pipeline;
use crate::reload::LiveKnowledge;
use crate::stories::Stories;
use kiemtin_crawl::{Clock, CrawlSettings, Crawler};
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{DocId, Source, Time};
use kiemtin_store::{SqliteStore, Store, StoredDocument};
use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub(super) const START: i64 = 1_772_413_200_000;

/// Bodies by path; what was asked for.
#[derive(Default)]
pub(super) struct Site {
    pub(super) bodies: Mutex<HashMap<String, String>>,
    pub(super) asked: Mutex<Vec<String>>,
    /// Answers that take their time.
    pub(super) slow: Mutex<HashMap<String, Duration>>,
}

impl Site {
    pub(super) async fn serve(self: Arc<Self>, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(self.clone().answer(stream));
        }
    }

    async fn answer(self: Arc<Self>, mut stream: TcpStream) {
        let (mut head, mut part) = (vec![], [0; 4096]);
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read(&mut part).await {
                Ok(read) if read > 0 => head.extend_from_slice(&part[..read]),
                _ => return,
            }
        }
        let path = String::from_utf8_lossy(&head).split_whitespace().nth(1).unwrap_or_default().to_owned();
        let body = self.bodies.lock().unwrap().get(&path).cloned();
        let slow = self.slow.lock().unwrap().get(&path).copied();
        self.asked.lock().unwrap().push(path);
        tokio::time::sleep(slow.unwrap_or_default()).await;
        let answer = match body {
            Some(body) => {
                let kind = if body.starts_with("<rss") { "application/rss+xml" } else { "text/html; charset=utf-8" };
                format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
            }
            None => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".into(),
        };
        let _ = stream.write_all(answer.as_bytes()).await;
    }
}

/// A source on loopback, collected with the real crawler, pipeline and store on a clock of its own.
pub(super) struct World {
    pub(super) site: Arc<Site>,
    pub(super) origin: String,
    pub(super) now: Arc<AtomicI64>,
    pub(super) collector: Collector,
    pub(super) pipeline: Pipeline,
    pub(super) store: Arc<SqliteStore>,
    pub(super) sources: Vec<Arc<Source>>,
    _folder: tempfile::TempDir,
}

/// An item of a feed: guid, path of its page, title, hours after the start.
pub(super) type Item<'a> = (&'a str, &'a str, &'a str, i64);

impl World {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(SqliteStore::open(&folder.path().join("kho.db")).await.unwrap());
        let site = Arc::new(Site::default());
        let listener = TcpListener::bind("127.0.74.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(site.clone().serve(listener));
        let now = Arc::new(AtomicI64::new(START));
        let clock: Clock = Arc::new({
            let now = now.clone();
            move || Time(now.load(Ordering::SeqCst))
        });
        let fetch =
            CrawlSettings { allow_networks: vec!["127.0.74.0/24".into()], delay_ms: 0, longest_delay_ms: 0, ..CrawlSettings::default() };
        let collector = Collector {
            crawler: Arc::new(Crawler::new(fetch, clock.clone()).unwrap()),
            store: store.clone(),
            settings: Crawl { recheck_hours: 48, recheck_minutes: 30, ..Crawl::default() },
            clock: clock.clone(),
            salts: Arc::new(crate::salt_file::SaltFile::fixed("salt")),
        };
        let pipeline = pipeline(&store, &clock);
        let sources = vec![source(&origin, "bao"), source(&origin, "dai")];
        Self { site, now, collector, pipeline, store, sources, origin, _folder: folder }
    }

    /// A source on another address, with the same pages.
    pub(super) async fn at_another_host(&self, id: &str) -> Arc<Source> {
        let listener = TcpListener::bind("127.0.74.2:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(self.site.clone().serve(listener));
        source(&origin, id)
    }

    /// The feed of a source lists these; `ORIGIN` in a guid is the address of the site.
    pub(super) fn feed(&self, source: &str, items: &[Item<'_>]) {
        let item = |(guid, path, title, hours): &Item<'_>| {
            let (guid, origin, date) = (guid.replace("ORIGIN", &self.origin), &self.origin, Time(START + hours * HOUR_MS));
            let guid = if guid.is_empty() { guid } else { format!("<guid>{guid}</guid>") };
            format!("<item><title>{title}</title><link>{origin}{path}</link>{guid}<pubDate>{date}</pubDate></item>")
        };
        let items: String = items.iter().map(item).collect();
        let feed = format!("<rss version=\"2.0\"><channel><title>Báo</title>{items}</channel></rss>");
        self.site.bodies.lock().unwrap().insert(format!("/rss/{source}"), feed);
    }

    pub(super) fn page(&self, path: &str, title: &str, text: &str) {
        let page = format!("<html><title>{title}</title><body><article><h1>{title}</h1><p>{text}</p></article></body></html>");
        self.site.bodies.lock().unwrap().insert(path.into(), page);
    }

    /// A pass over all sources `minutes` after the last one.
    pub(super) async fn pass(&self, minutes: i64) -> Pass {
        self.site.asked.lock().unwrap().clear();
        self.now.fetch_add(minutes * 60_000, Ordering::SeqCst);
        self.collector.pass(&self.pipeline, self.sources.iter().map(DueSource::whole).collect(), &|_| {}).await.unwrap()
    }

    /// Pages asked for in the last pass.
    pub(super) fn pages_asked(&self) -> Vec<String> {
        let mut asked = self.site.asked.lock().unwrap().clone();
        asked.retain(|path| !path.starts_with("/rss/") && path != "/robots.txt");
        asked.sort();
        asked
    }

    pub(super) async fn stored(&self) -> Vec<StoredDocument> {
        let mut all = self.store.changes_since(0, 100).await.unwrap();
        all.sort_by_key(|d| (d.assessed.document.source.clone(), d.assessed.document.url.clone()));
        all
    }

    /// `source path version` of every document.
    pub(super) async fn documents(&self) -> Vec<String> {
        let line = |d: StoredDocument| {
            let url = d.assessed.document.url.unwrap_or_default();
            format!("{} {} {}", d.assessed.document.source, url.strip_prefix(&self.origin).unwrap_or(&url), d.version)
        };
        self.stored().await.into_iter().map(line).collect()
    }

    pub(super) async fn document_of(&self, path: &str) -> Option<DocId> {
        let url = format!("{}{path}", self.origin);
        self.store.lead_states(std::slice::from_ref(&url)).await.unwrap().remove(&url)?.document
    }
}

pub(super) fn source(origin: &str, id: &str) -> Arc<Source> {
    let text = format!(
        "id = \"{id}\"\nname = \"Báo\"\nsite = \"{origin}/\"\ngroup = \"press\"\n[[feeds]]\nurl = \"{origin}/rss/{id}\"\nkind = \"feed\"\n"
    );
    Arc::new(toml::from_str(&text).unwrap())
}

/// The real pipeline with the shipped rules.
pub(crate) fn pipeline(store: &Arc<SqliteStore>, clock: &Clock) -> Pipeline {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config");
    Pipeline {
        salts: Arc::new(crate::salt_file::SaltFile::fixed("salt")),
        knowledge: Arc::new(LiveKnowledge::new(config::load_valid(&shipped).unwrap().knowledge)),
        store: store.clone(),
        raising: crate::narratives::Raising::default(),
        clock: clock.clone(),
        stories: Stories::default(),
        searches: Default::default(),
    }
}
