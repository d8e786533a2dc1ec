//! Things on loopback for the end-to-end tests: a configuration for crawling them, a tiny server of any bytes, a client.

use std::collections::HashMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Folders of the shipped configuration that every profile uses as they are.
const SHARED: [&str; 7] = ["rules", "topics", "facts", "documents", "claims", "domains", "provinces"];

/// Writes a whole configuration folder: the shipped knowledge, these sources, and loopback networks allowed. The same
/// settings as in the `demo` command, but for the pause between requests.
pub fn write_profile(to: &Path, sources: &[(String, String)], delay_ms: u64) {
    for folder in SHARED {
        copy_folder(&super::shipped_config().join(folder), &to.join(folder));
    }
    let settings = format!(
        "[crawl]\npoll_minutes = 0\nrecheck_hours = 24\nrecheck_minutes = 0\n\n\
         [crawl.fetch]\nallow_networks = [\"127.0.71.0/24\", \"127.0.72.0/24\"]\ndelay_ms = {delay_ms}\nlongest_delay_ms = 100\nmax_wait_s = 5\n"
    );
    std::fs::write(to.join("kiemtin.toml"), settings).unwrap();
    std::fs::create_dir_all(to.join("sources")).unwrap();
    for (name, text) in sources {
        std::fs::write(to.join("sources").join(name), text).unwrap();
    }
}

/// Copies the files of a folder.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
    }
}

/// What the tiny server answers to a path: media type and body.
pub type Answers = HashMap<String, (&'static str, Vec<u8>)>;

/// Serves any bytes; 404 for every other path. Stops when it is dropped.
pub struct TinyServer {
    pub address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl TinyServer {
    /// Serves what `answers` says of an origin like `http://127.0.72.1:40000`.
    pub fn start(answers: impl FnOnce(&str) -> Answers) -> Self {
        let listener = TcpListener::bind("127.0.72.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let answers = answers(&format!("http://{address}"));
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                // A client that goes away is its own affair.
                let _ = stream.and_then(|s| answer(s, &answers));
            }
        });
        Self { address, stop, thread: Some(thread) }
    }
}

impl Drop for TinyServer {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // Wakes the thread up.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Reads the head of a request and gives its path.
pub fn request_path(reader: &mut impl BufRead) -> std::io::Result<String> {
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut header = String::new();
    while reader.read_line(&mut header)? > 2 {
        header.clear();
    }
    Ok(first.split(' ').nth(1).unwrap_or("/").to_owned())
}

/// A whole request of HTTP/1.1, its body by `Content-Length` and at most 1 MB.
pub struct Request {
    pub method: String,
    pub path: String,
    /// By name in lower case.
    pub headers: HashMap<String, String>,
    pub body: String,
}

/// Reads one.
pub fn read_request(reader: &mut impl BufRead) -> std::io::Result<Request> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut first = line.split(' ').map(str::to_owned);
    let (method, path) = (first.next().unwrap_or_default(), first.next().unwrap_or_default());
    let mut headers = HashMap::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let length = headers.get("content-length").and_then(|v| v.parse().ok()).unwrap_or(0).min(1 << 20);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Request { method, path, headers, body: String::from_utf8_lossy(&body).into_owned() })
}

fn answer(stream: TcpStream, answers: &Answers) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let path = request_path(&mut BufReader::new(&stream))?;
    let missing = ("text/plain", b"not here\n".to_vec());
    let (status, (media_type, body)) = answers.get(&path).map_or(("404 Not Found", &missing), |a| ("200 OK", a));
    let mut stream = stream;
    write!(stream, "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())?;
    stream.write_all(body)
}

/// A client that follows no redirects.
pub fn client() -> reqwest::Client {
    // A second test may have been first: then it is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    builder.timeout(Duration::from_secs(20)).build().unwrap()
}

/// The body of an answer.
pub async fn body(mut answer: reqwest::Response) -> Vec<u8> {
    let mut bytes = vec![];
    while let Some(part) = answer.chunk().await.unwrap() {
        bytes.extend_from_slice(&part);
        assert!(bytes.len() < 32 << 20, "{} sends without end", answer.url());
    }
    bytes
}

/// The body of an answer as text.
pub async fn text(answer: reqwest::Response) -> String {
    String::from_utf8(body(answer).await).unwrap()
}

/// The pages of a bundled web as they are after `publish_edits`: label by address without the port.
pub fn labels(pages: &[kiemtin_miniweb::PageInfo]) -> HashMap<String, (String, Option<String>)> {
    let label = |p: &kiemtin_miniweb::PageInfo| p.edited_label.clone().unwrap_or_else(|| p.label.clone());
    pages.iter().map(|p| (portless(&p.url), (label(p), p.narrative.clone()))).collect()
}

/// Host and path: two bundled webs differ in their ports only.
pub fn portless(address: &str) -> String {
    let url = url::Url::parse(address).unwrap();
    format!("{}{}{}", url.host_str().unwrap(), url.path(), url.query().map(|q| format!("?{q}")).unwrap_or_default())
}
