//! The demo, taken in and waiting for readers.

use super::web::{client, text};
use super::{Child, NOW, drain, shipped_config};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Time for the demo to take in its whole web.
const READY_WITHIN: Duration = Duration::from_secs(60);

/// A running demo.
pub struct Demo {
    _child: Child,
    // What a killed demo leaves behind goes with it; dropped after the child.
    _folder: tempfile::TempDir,
    /// Its address.
    pub base: String,
    /// Token of the API, with all rights.
    pub token: String,
    /// Link that signs a browser in, once.
    pub open: String,
    http: reqwest::Client,
}

impl Demo {
    /// Starts it at [`NOW`] and waits until it is ready.
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiemtin"));
        command.args(["demo", "--port", "0", "--now", NOW, "--config"]).arg(shipped_config());
        command.env("TMPDIR", folder.path()).env_remove("RUST_LOG");
        let mut child = Child(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
        drain(child.0.stderr.take());
        let mut said = BufReader::new(child.0.stdout.take().unwrap()).lines();
        let mut next = |word: &str| {
            let line = said.next().unwrap_or_else(|| panic!("the demo ended before it said \"{word}\"")).unwrap();
            line.strip_prefix(&format!("{word} ")).unwrap_or_else(|| panic!("expected \"{word} …\", got {line}")).to_owned()
        };
        let (base, token, open) = (next("listening on"), next("token"), next("open"));
        let demo = Self { _child: child, _folder: folder, base, token, open, http: client() };
        let begun = Instant::now();
        loop {
            let (status, body) = demo.get("/readyz").await;
            if status == 200 && body.contains("\"crawl\":\"idle\"") {
                println!("ready after {:?}: {body}", begun.elapsed());
                return demo;
            }
            assert!(begun.elapsed() < READY_WITHIN, "not ready: {status} {body}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The answer of an address of the demo.
    pub async fn answer(&self, path: &str, header: Option<(&str, &str)>) -> reqwest::Response {
        let address = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let request = self.http.get(address);
        header.into_iter().fold(request, |r, (name, value)| r.header(name, value)).send().await.unwrap()
    }

    /// Status and body.
    pub async fn get(&self, path: &str) -> (u16, String) {
        let answer = self.answer(path, None).await;
        (answer.status().as_u16(), text(answer).await)
    }

    /// JSON of the API, with the token.
    pub async fn api(&self, path: &str) -> Value {
        let answer = self.answer(path, Some(("authorization", &format!("Bearer {}", self.token)))).await;
        assert_eq!(answer.status(), 200, "{path}");
        serde_json::from_str(&text(answer).await).unwrap()
    }

    /// Uses the sign-in link and gives the session's cookie.
    pub async fn sign_in(&self) -> String {
        let answer = self.answer(&self.open, None).await;
        assert_eq!(answer.status(), 303);
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        cookie.split(';').next().unwrap().to_owned()
    }
}
