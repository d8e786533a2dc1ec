//! What does a person see? The desk of a running service, as Chromium builds it.

use super::finish;
use super::web::request_path;
use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

/// Names that Chromium goes by.
const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// The words on `/` in a window of that width. `None`, with a note, when there is no Chromium and this is not CI.
pub fn shown(base: &str, cookie: &str, width: u32) -> Option<String> {
    let there = |name: &&&str| Command::new(name).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    let Some(chromium) = NAMES.iter().find(there) else {
        assert!(std::env::var_os("CI").is_none(), "Chromium is not installed; scripts/test installs it");
        println!("left out: Chromium is not installed");
        return None;
    };
    let door = signing_door(base.trim_start_matches("http://").to_owned(), cookie.to_owned());
    let profile = tempfile::tempdir().unwrap();
    let mut command = Command::new(chromium);
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--timeout=20000"]);
    command.arg(format!("--user-data-dir={}", profile.path().display())).arg(format!("--window-size={width},900"));
    command.args(["--dump-dom", &format!("http://{door}/")]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let html = scraper::Html::parse_document(&finish(command, &[]).stdout);
    Some(html.root_element().text().collect())
}

/// A door on loopback that adds the session to every request: a browser without one cannot be given it from outside.
fn signing_door(to: String, cookie: String) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.72.2:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (to, cookie) = (to.clone(), cookie.clone());
            std::thread::spawn(move || -> std::io::Result<()> {
                let path = request_path(&mut BufReader::new(&stream))?;
                let mut service = TcpStream::connect(&to)?;
                write!(service, "GET {path} HTTP/1.1\r\nHost: {to}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n")?;
                let mut stream = stream;
                std::io::copy(&mut service, &mut stream).map(drop)
            });
        }
    });
    address
}
