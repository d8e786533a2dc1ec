//! A small HTTP server on loopback: hand-written, so that it can also answer as no honest server would.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// One request as the server saw it.
#[derive(Clone, Debug)]
pub struct Seen {
    pub path: String,
    pub headers: HashMap<String, String>,
    pub body: String,
    pub at: Instant,
    /// Requests that were being answered when it came.
    pub beside: usize,
}

/// How a request is answered.
#[derive(Clone)]
pub enum Reply {
    /// Status, headers, body.
    Http(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// The same, after a pause.
    Late(Duration, Box<Reply>),
    /// A 200 with this many bytes, written as fast as they are taken.
    Endless(usize),
    /// A 200 whose body comes one byte at a time.
    Drip(Duration),
    /// A 200 whose head comes one byte at a time.
    DripHead(Duration),
    /// A 200 in chunks that never end.
    EndlessChunks,
    /// Bytes as they are.
    Raw(Vec<u8>),
    /// Nothing, ever.
    Silence,
}

impl Reply {
    pub fn html(body: &str) -> Self {
        Self::Http(200, vec![("Content-Type", "text/html; charset=utf-8".into())], body.as_bytes().to_vec())
    }

    pub fn xml(body: &str) -> Self {
        Self::Http(200, vec![("Content-Type", "application/xml".into())], body.as_bytes().to_vec())
    }

    pub fn status(status: u16) -> Self {
        Self::Http(status, Vec::new(), Vec::new())
    }

    pub fn redirect(status: u16, to: &str) -> Self {
        Self::Http(status, vec![("Location", to.into())], Vec::new())
    }

    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Self::Http(_, headers, _) = &mut self {
            headers.push((name, value.into()));
        }
        self
    }
}

/// A running server; it ends with the test's runtime.
pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// Starts on a free port of `ip` (127.0.x.y). `answer` gets each request and how often its path was asked before.
    pub async fn start(ip: &str, answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, running, answer) = (Arc::clone(&seen), Arc::new(Mutex::new(0usize)), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log), Arc::clone(&running), Arc::clone(&answer)));
            }
        });
        Self { address, seen }
    }

    /// A site without robots.txt.
    pub async fn site(ip: &str, answer: impl Fn(&Seen, usize) -> Reply + Send + Sync + 'static) -> Self {
        Self::start(ip, move |seen, times| if seen.path == "/robots.txt" { Reply::status(404) } else { answer(seen, times) }).await
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub fn paths(&self) -> Vec<String> {
        self.seen().into_iter().map(|s| s.path).collect()
    }
}

async fn serve(mut stream: TcpStream, log: Arc<Mutex<Vec<Seen>>>, running: Arc<Mutex<usize>>, answer: Arc<impl Fn(&Seen, usize) -> Reply>) {
    loop {
        let Some((path, headers, body)) = request(&mut stream).await else { return };
        let beside = {
            let mut running = running.lock().unwrap();
            *running += 1;
            *running - 1
        };
        let seen = Seen { path, headers, body, at: Instant::now(), beside };
        let times = {
            let mut log = log.lock().unwrap();
            let times = log.iter().filter(|s| s.path == seen.path).count();
            log.push(seen.clone());
            times
        };
        let mut reply = answer(&seen, times);
        if let Reply::Late(pause, inner) = reply {
            tokio::time::sleep(pause).await;
            reply = *inner;
        }
        let goes_on = respond(&mut stream, reply).await;
        *running.lock().unwrap() -= 1;
        if !goes_on {
            return;
        }
    }
}

async fn request(stream: &mut TcpStream) -> Option<(String, HashMap<String, String>, String)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let mut lines = head.lines();
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: HashMap<String, String> =
        lines.filter_map(|l| l.split_once(": ")).map(|(k, v)| (k.to_ascii_lowercase(), v.to_owned())).collect();
    let mut body = vec![0; headers.get("content-length").map_or(0, |n| n.parse().unwrap())];
    stream.read_exact(&mut body).await.ok()?;
    Some((path, headers, String::from_utf8(body).ok()?))
}

async fn respond(stream: &mut TcpStream, reply: Reply) -> bool {
    match reply {
        Reply::Http(status, headers, body) => {
            let mut head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
            for (name, value) in headers {
                head += &format!("{name}: {value}\r\n");
            }
            stream.write_all(format!("{head}\r\n").as_bytes()).await.is_ok() && stream.write_all(&body).await.is_ok()
        }
        Reply::Late(..) => unreachable!("pauses are not nested"),
        Reply::Endless(size) => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n";
            let block = vec![b'a'; 64 << 10];
            if stream.write_all(head.as_bytes()).await.is_err() {
                return false;
            }
            for _ in 0..size / block.len() {
                if stream.write_all(&block).await.is_err() {
                    return false;
                }
            }
            false
        }
        Reply::Drip(pause) => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000000\r\n\r\n";
            let mut went = stream.write_all(head.as_bytes()).await;
            while went.is_ok() {
                tokio::time::sleep(pause).await;
                went = stream.write_all(b"a").await;
            }
            false
        }
        Reply::DripHead(pause) => {
            let mut went = stream.write_all(b"HTTP/1.1 200 OK\r\nX-A: ").await;
            while went.is_ok() {
                tokio::time::sleep(pause).await;
                went = stream.write_all(b"a").await;
            }
            false
        }
        Reply::EndlessChunks => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n";
            let chunk = [b"10000\r\n".as_slice(), &vec![b'a'; 0x10000], b"\r\n"].concat();
            let mut went = stream.write_all(head.as_bytes()).await;
            while went.is_ok() {
                went = stream.write_all(&chunk).await;
            }
            false
        }
        Reply::Raw(bytes) => {
            let _ = stream.write_all(&bytes).await;
            false
        }
        Reply::Silence => {
            tokio::time::sleep(Duration::from_secs(3_600)).await;
            false
        }
    }
}
