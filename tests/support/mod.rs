//! What the end-to-end tests share: the built binary, its folders, document lines, and a seeded source of numbers.
//!
//! Every child process is held by a [`Child`] that kills it when it is dropped; every wait has an end.
#![allow(dead_code, clippy::unwrap_used, reason = "each test uses a part of it; a test that panics fails, as it should")]

pub mod chromium;
pub mod demo;
pub mod provider;
pub mod served;
pub mod web;

use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The time at which all tests take place; late in the day, so that everything dated "today" lies before it.
pub const NOW: &str = "2026-11-23T23:30:00+07:00";
/// The longest time that a command may take.
pub const LIMIT: Duration = Duration::from_secs(180);

/// So many minutes after a time. The clock of a command begins at its `--now`: a feed that the command before polled some moments
/// after the same time is not due yet.
pub fn minutes_after(now: &str, minutes: i64) -> String {
    kiemtin_model::Time::parse(now).unwrap().plus(minutes * 60_000).to_string()
}

/// [`NOW`] in milliseconds since 1970.
pub fn now_ms() -> i64 {
    kiemtin_model::Time::parse(NOW).unwrap().0
}

/// The project's folder.
pub fn repo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// The configuration that is shipped.
pub fn shipped_config() -> PathBuf {
    repo().join("config")
}

/// A running child that does not outlive its test.
pub struct Child(pub std::process::Child);

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to kill.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Child {
    /// Waits for its end; a child that takes longer than [`LIMIT`] fails the test.
    pub fn ended(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.0.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < LIMIT, "the command still runs after {LIMIT:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// What a command did.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// Its standard output, when it went well.
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// Its one JSON object, when it went well.
    pub fn json(self) -> Value {
        let out = self.ok();
        serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}"))
    }

    /// Its JSON lines, when it went well.
    pub fn json_lines(self) -> Vec<Value> {
        self.ok().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }
}

/// An installation: a configuration, a data folder, the time of the tests. The data is gone when it is dropped.
pub struct Installation {
    pub config: PathBuf,
    pub folder: tempfile::TempDir,
}

impl Installation {
    /// On the shipped configuration.
    pub fn shipped() -> Self {
        Self::on(shipped_config())
    }

    /// On that configuration.
    pub fn on(config: impl Into<PathBuf>) -> Self {
        Self { config: config.into(), folder: tempfile::tempdir().unwrap() }
    }

    /// Where its data is.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Writes a file beside the data and gives its path.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The command with everything piped, not started yet. It runs in a folder of its own and must not need the project's.
    pub fn command(&self, args: &[&str]) -> Command {
        self.command_at(NOW, args)
    }

    /// As [`Installation::command`], with a clock that begins at this time.
    pub fn command_at(&self, now: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kiemtin"));
        command.args(args).arg("--config").arg(&self.config).arg("--data").arg(self.data()).args(["--now", now]);
        command.current_dir(self.folder.path()).env_remove("RUST_LOG").env("NO_COLOR", "1");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the command to its end.
    pub fn run(&self, args: &[&str]) -> Ran {
        finish(self.command(args), &[])
    }

    /// Runs the command to its end with these bytes on standard input.
    pub fn run_with(&self, args: &[&str], input: &[u8]) -> Ran {
        let mut command = self.command(args);
        command.stdin(Stdio::piped());
        finish(command, input)
    }

    /// `ingest FILE --json`.
    pub fn ingest(&self, file: &str) -> Value {
        let tally = self.run(&["ingest", file, "--json"]).json();
        adds_up(&tally);
        tally
    }

    /// `search QUERY --json`.
    pub fn search(&self, query: &str) -> Value {
        self.run(&["search", query, "--json", "--limit", "1000"]).json()
    }

    /// How many documents a search finds.
    pub fn found(&self, query: &str) -> u64 {
        self.search(query)["total"].as_u64().unwrap()
    }

    /// The store, for looking into it between commands.
    pub async fn store(&self) -> kiemtin_store::SqliteStore {
        kiemtin_store::SqliteStore::open(&self.data().join("var/kiemtin.db")).await.unwrap()
    }
}

/// Runs any command to its end.
pub fn finish(mut command: Command, input: &[u8]) -> Ran {
    let mut child = Child(command.spawn().unwrap());
    let (out, err) = (drain(child.0.stdout.take()), drain(child.0.stderr.take()));
    if let Some(mut stdin) = child.0.stdin.take() {
        // A command may end before it has read everything.
        let _ = stdin.write_all(input);
    }
    let code = child.ended().code();
    Ran { code, stdout: out.join().unwrap(), stderr: err.join().unwrap() }
}

/// Reads a pipe to its end on a thread of its own.
pub fn drain(pipe: Option<impl Read + Send + 'static>) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = vec![];
        pipe.unwrap().read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Every line or lead has exactly one outcome.
pub fn adds_up(tally: &Value) {
    let n = |key: &str| tally[key].as_u64().unwrap_or_else(|| panic!("no count \"{key}\" in {tally}"));
    let sum: u64 = ["new", "new_version", "unchanged", "duplicate", "refused", "failed"].into_iter().map(n).sum();
    assert_eq!(n("read"), sum, "{tally}");
    assert!(n("flagged") + n("alerts") < u64::MAX && tally["seconds"].is_number(), "{tally}");
}

/// Checks some counts of a tally.
pub fn counts(tally: &Value, expected: &[(&str, u64)]) {
    for (key, count) in expected {
        assert_eq!(tally[key].as_u64(), Some(*count), "{key} in {tally}");
    }
}

/// A document line with an address and a text.
pub fn line(url: &str, text: &str) -> Value {
    json!({"url": url, "title": "", "text": text, "source": "nguon-thu", "kind": "news", "published_at": "2026-11-20T08:00:00+07:00"})
}

/// Lines as a file.
pub fn ndjson(lines: &[Value]) -> String {
    lines.iter().map(|l| format!("{l}\n")).collect()
}

/// Texts of posts that the shipped rules promise to alert on, one per rule: their own examples.
pub fn alerting_posts() -> Vec<String> {
    let mut texts = vec![];
    let mut files: Vec<_> = std::fs::read_dir(shipped_config().join("rules")).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for file in files {
        let table: toml::Table = std::fs::read_to_string(&file).unwrap().parse().unwrap();
        for rule in table.get("rule").and_then(|r| r.as_array()).into_iter().flatten() {
            let examples = rule.get("example").and_then(|e| e.as_array()).into_iter().flatten();
            let is = |e: &toml::Value, key: &str, value: &str| e.get(key).and_then(|v| v.as_str()) == Some(value);
            let social =
                examples.into_iter().find(|e| is(e, "kind", "social") && is(e, "want", "alert") && e.get("published_at").is_none());
            texts.extend(social.and_then(|e| e["text"].as_str()).map(str::to_owned));
        }
    }
    assert!(texts.len() >= 5, "too few alerting examples in the shipped rules: {}", texts.len());
    texts
}

/// Numbers that look random and are the same in every run (splitmix64).
pub struct Numbers(pub u64);

impl Numbers {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to 1.
    pub fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// The composed form, in which texts are stored.
pub fn nfc(text: &str) -> String {
    unicode_normalization::UnicodeNormalization::nfc(text).collect()
}
