//! A receiver of webhooks: remembers what it got, answers as it is told to, and checks signatures by its own few lines.

#![allow(dead_code, reason = "each test uses a part of it")]

use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How one request is answered.
#[derive(Clone, Copy, Debug)]
pub enum Reply {
    /// This status.
    Status(u16),
    /// 429 with `Retry-After` in seconds.
    Later(u32),
    /// The connection is closed, with no answer, after the request was read.
    Close,
    /// No answer for so long.
    Silence(Duration),
}

/// A request.
#[derive(Clone, Debug)]
pub struct Got {
    /// By name in small letters.
    pub headers: HashMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
    /// It was answered with 2xx.
    pub accepted: bool,
}

impl Got {
    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The key that repeats are known by.
    pub fn key(&self) -> &str {
        &self.headers["idempotency-key"]
    }

    /// Whether the signature is that of this key.
    pub fn is_signed_with(&self, key: &str) -> bool {
        let signed = [self.headers["kiemtin-timestamp"].as_bytes(), b".", &self.body].concat();
        self.headers["kiemtin-signature"] == format!("v1={}", hex(&hmac(key.as_bytes(), &signed)))
    }
}

/// HMAC as RFC 2104 writes it.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut block = [0_u8; 64];
    if key.len() > 64 {
        block[..32].copy_from_slice(&Sha256::digest(key))
    } else {
        block[..key.len()].copy_from_slice(key)
    }
    let padded = |pad: u8| block.map(|b| b ^ pad);
    let inner = Sha256::digest([&padded(0x36)[..], text].concat());
    Sha256::digest([&padded(0x5c)[..], &inner[..]].concat()).to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

type Decide = Arc<Mutex<Box<dyn FnMut() -> Reply + Send>>>;

/// The receiver; it ends with the test.
pub struct Hook {
    /// Where it listens.
    pub address: SocketAddr,
    got: Arc<Mutex<Vec<Got>>>,
    decide: Decide,
}

impl Hook {
    /// Listens on a free port of the loopback address.
    pub fn start(decide: impl FnMut() -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let hook = Self { address: listener.local_addr().unwrap(), got: Arc::default(), decide: Arc::new(Mutex::new(Box::new(decide))) };
        let (got, decide) = (hook.got.clone(), hook.decide.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (got, decide) = (got.clone(), decide.clone());
                // A client that is killed breaks off in the middle.
                std::thread::spawn(move || drop(answer(stream, &got, &decide)));
            }
        });
        hook
    }

    /// Its address for a receiver.
    pub fn url(&self) -> String {
        format!("http://{}/vao", self.address)
    }

    /// From now on it answers so.
    pub fn now(&self, decide: impl FnMut() -> Reply + Send + 'static) {
        *self.decide.lock().unwrap() = Box::new(decide);
    }

    /// Everything that came.
    pub fn all(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// What it took, without repeats.
    pub fn taken(&self) -> Vec<Got> {
        let mut taken: Vec<Got> = vec![];
        for got in self.all().into_iter().filter(|g| g.accepted) {
            if !taken.iter().any(|t| t.key() == got.key()) {
                taken.push(got);
            }
        }
        taken
    }
}

fn answer(stream: TcpStream, all: &Mutex<Vec<Got>>, decide: &Mutex<Box<dyn FnMut() -> Reply + Send>>) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut headers = HashMap::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let length = headers.get("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let reply = decide.lock().unwrap()();
        let accepted = matches!(reply, Reply::Status(200..=299));
        all.lock().unwrap().push(Got { headers, body, accepted });
        match reply {
            Reply::Status(status) => write!(writer, "HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\nok")?,
            Reply::Later(seconds) => write!(writer, "HTTP/1.1 429 X\r\nRetry-After: {seconds}\r\nContent-Length: 0\r\n\r\n")?,
            Reply::Close => return Ok(()),
            Reply::Silence(long) => {
                std::thread::sleep(long);
                return Ok(());
            }
        }
    }
}
