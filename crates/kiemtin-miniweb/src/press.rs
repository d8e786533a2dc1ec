//! Two hundred hosts with fifty articles each: what does `kiemtin bench crawl` fetch?
//!
//! Every host (127.0.1.1 to 127.0.1.200, one port) has a robots.txt, a front page, an RSS feed of its articles and the
//! articles: pages of 60 to 90 kB, as newspapers make them, of which the article is about a tenth. Texts are made word by word
//! from a hash of host and number: no two are alike, and every run serves the same. Bodies are gzip.

mod page;
mod words;

use crate::error::MiniWebError;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Response, StatusCode, Uri, header};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Most hosts: the addresses of one network.
pub const MOST_HOSTS: u8 = 200;
/// Articles of each host.
pub const ARTICLES: u32 = 50;

/// The running hosts; they end when this is dropped.
#[derive(Debug)]
pub struct Press {
    port: u16,
    _tasks: JoinSet<()>,
}

impl Press {
    /// Puts `hosts` (1 to [`MOST_HOSTS`]) on one free port and serves them. Articles are dated in the hours before `now_ms`.
    ///
    /// # Errors
    /// When an address cannot be bound.
    pub async fn start(hosts: u8, now_ms: i64) -> Result<Self, MiniWebError> {
        let hosts = hosts.clamp(1, MOST_HOSTS);
        let mut tasks = JoinSet::new();
        let mut port = 0;
        for host in 1..=hosts {
            let address = SocketAddr::from((address(host), port));
            let bound = |source| MiniWebError::Bind { address, source };
            let listener = TcpListener::bind(address).await.map_err(bound)?;
            port = listener.local_addr().map_err(bound)?.port();
            let app = Router::new().fallback(answer).with_state(Host { host, port, now_ms });
            tasks.spawn(async move {
                // Ends with the web only; a listener that fails shows as a host that does not answer.
                drop(axum::serve(listener, app).await);
            });
        }
        Ok(Self { port, _tasks: tasks })
    }

    /// The port of all hosts.
    pub fn port(&self) -> u16 {
        self.port
    }
}

/// Source files for the crawler, one for each of `hosts` hosts on `port`: file name and TOML text.
pub fn press_sources(hosts: u8, port: u16) -> Vec<(String, String)> {
    let source = |host| {
        let site = format!("http://{}:{port}", address(host));
        let text = format!(
            "id = \"bao-{host}\"\nname = \"Báo số {host}\"\nsite = \"{site}/\"\ngroup = \"press\"\n\n\
             [[feeds]]\nurl = \"{site}/rss\"\nkind = \"feed\"\n\n\
             [[feeds]]\nurl = \"{site}/\"\nkind = \"listing\"\nlink_selector = \"h3.title-news a\"\n"
        );
        (format!("bao-{host}.toml"), text)
    };
    (1..=hosts).map(source).collect()
}

fn address(host: u8) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 1, host)
}

/// One host, as its pages need to know it.
#[derive(Clone, Copy, Debug)]
struct Host {
    host: u8,
    port: u16,
    now_ms: i64,
}

impl Host {
    fn site(self) -> String {
        format!("http://{}:{}", address(self.host), self.port)
    }
}

async fn answer(State(host): State<Host>, uri: Uri) -> Response<Body> {
    let found = match uri.path() {
        "/robots.txt" => Some(("text/plain", "User-agent: *\nDisallow: /tim-kiem\n".to_owned())),
        "/rss" => Some(("application/rss+xml", page::feed(host))),
        "/" => Some(("text/html; charset=utf-8", page::front(host))),
        path => page::number_in(path).map(|number| ("text/html; charset=utf-8", page::article(host, number))),
    };
    let (status, kind, text) = match found {
        Some((kind, text)) => (StatusCode::OK, kind, text),
        None => (StatusCode::NOT_FOUND, "text/plain", "Không có trang này\n".to_owned()),
    };
    let built = gzip(text.as_bytes()).and_then(|body| {
        let head = Response::builder().status(status).header(header::CONTENT_TYPE, kind).header(header::CONTENT_ENCODING, "gzip");
        head.body(Body::from(body)).map_err(std::io::Error::other)
    });
    built.unwrap_or_else(|_| {
        let mut failed = Response::new(Body::empty());
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}

fn gzip(bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
    packed.write_all(bytes)?;
    packed.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::future::join_all;

    const NOW: i64 = 1_795_446_000_000;

    #[test]
    fn pages_are_as_large_as_those_of_newspapers_and_all_differ() {
        let host = |host| Host { host, port: 80, now_ms: NOW };
        let pages: Vec<String> = (0..ARTICLES).flat_map(|n| [page::article(host(1), n), page::article(host(2), n)]).collect();
        let mut sizes: Vec<usize> = pages.iter().map(String::len).collect();
        sizes.sort_unstable();
        assert!((55_000..70_000).contains(&sizes[0]) && sizes[99] < 95_000 && (68_000..82_000).contains(&sizes[50]), "{sizes:?}");
        let packed = gzip(pages[0].as_bytes()).unwrap().len();
        assert!((8_000..25_000).contains(&packed), "{packed}");
        let distinct: std::collections::HashSet<&String> = pages.iter().collect();
        assert_eq!(distinct.len(), pages.len());
        assert_eq!(page::article(host(1), 7), pages[14], "the same each time");
    }

    #[tokio::test]
    async fn every_listed_article_is_there() {
        let press = Press::start(2, NOW).await.unwrap();
        let ask = |path: String| {
            let address = SocketAddr::from((address(2), press.port()));
            async move {
                use tokio::io::{AsyncReadExt, AsyncWriteExt};
                let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
                let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
                stream.write_all(request.as_bytes()).await.unwrap();
                let mut answer = Vec::new();
                stream.read_to_end(&mut answer).await.unwrap();
                answer.starts_with(b"HTTP/1.1 200 ")
            }
        };
        let feed = page::feed(Host { host: 2, port: press.port(), now_ms: NOW });
        let paths: Vec<String> = feed
            .split("<link>")
            .skip(2)
            .map(|rest| rest.split('<').next().unwrap().replace(&format!("http://127.0.1.2:{}", press.port()), ""))
            .collect();
        assert_eq!(paths.len(), ARTICLES as usize);
        assert!(join_all(paths.into_iter().map(ask)).await.into_iter().all(|ok| ok));
        assert!(!ask("/khong-co".into()).await);
        assert_eq!(press_sources(2, press.port()).len(), 2);
    }
}
