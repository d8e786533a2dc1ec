//! A small HTTP client: what exactly came over the wire?
#![allow(dead_code, reason = "each test file uses a part of it")]

use encoding_rs::{UTF_8, WINDOWS_1258};
use kiemtin_miniweb::{MiniWeb, Site};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use unicode_normalization::UnicodeNormalization;

/// 2026-11-23, 22:00 in Vietnam.
pub const NOW: i64 = 1_795_446_000_000;

pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).filter_map(|line| line.split_once(':')).find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.trim())
    }

    /// The body, decoded as its site encodes it, composed.
    pub fn text(&self) -> String {
        let encoding = if std::str::from_utf8(&self.body).is_ok() { UTF_8 } else { WINDOWS_1258 };
        encoding.decode(&self.body).0.nfc().collect()
    }
}

/// One GET on a connection of its own. `headers` are whole lines.
pub async fn get(url: &str, headers: &[&str]) -> Answer {
    let rest = url.strip_prefix("http://").unwrap();
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let mut stream = TcpStream::connect(host).await.unwrap();
    let mut request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nUser-Agent: test/1\r\n");
    for header in headers {
        request.push_str(header);
        request.push_str("\r\n");
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    stream.read_to_end(&mut all).await.unwrap();
    let end = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(all[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head, body: all[end + 4..].to_vec() }
}

pub fn site<'a>(web: &'a MiniWeb, id: &str) -> &'a Site {
    web.sites().iter().find(|site| site.id == id).unwrap()
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
