//! Does the service answer in time while it takes documents in at full speed?
//!
//! The real service runs in this process; clients ask its HTTP API (trends are asked of its index). Requests are planned at a
//! fixed rate and a request's time counts from its planned moment, however late a client got to it: who waits for an answer
//! before asking again does not see how long others would have waited ("coordinated omission", Tene 2013).

pub mod client;
mod intake;
mod mix;

use super::{Figures, process_time};
use crate::cli::{Common, Load};
use crate::clock;
use crate::config::{self, Limits};
use crate::data::DataFolders;
use crate::service::{Entrance, Opening, Running};
use anyhow::Context;
use client::Client;
use intake::Intake;
use mix::Mix;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How often memory is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// Errors that are told one by one.
const TOLD: usize = 10;

/// What became of the requests: times by kind, and errors.
#[derive(Default)]
struct Answers {
    times: BTreeMap<&'static str, Vec<Duration>>,
    errors: Vec<String>,
}

/// Runs the bench in a temporary folder.
pub async fn run(common: &Common, corpus: &[PathBuf], queries: Option<&Path>, asked: &Load, figures: &mut Figures) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let folders = DataFolders { store: dir.path().join("var"), index: dir.path().join("index") };
    let mut config = config::load_valid(&common.config)?;
    // What is measured is how fast it answers, not when it refuses.
    config.settings.limits = Limits { reads_per_minute: u32::MAX, searches_per_minute: u32::MAX, ..Limits::default() };
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let (running, opening) = Running::start(&config, &folders, clock::clock(common.now), listen, Entrance::Operator).await?;
    let Opening::Operator(secrets) = opening else { anyhow::bail!("a trial run has an operator") };
    let ended = measure(&running, &secrets.token, corpus, queries, asked, figures).await;
    running.stop().await?;
    ended
}

async fn measure(
    running: &Running,
    token: &str,
    corpus: &[PathBuf],
    queries: Option<&Path>,
    asked: &Load,
    figures: &mut Figures,
) -> anyhow::Result<()> {
    let mix = Arc::new(Mix::of(corpus, queries)?);
    let client = || Client::new(running.address, token);
    let mut intake = Intake::open(running, corpus, asked.pipeline, client())?;
    let begun = Instant::now();
    intake.fill(asked.filled).await?;
    if asked.filled > 0 {
        figures.tell("documents before", asked.filled as f64, "documents")?;
        figures.tell("filling", asked.filled as f64 / begun.elapsed().as_secs_f64(), "documents/s")?;
    }
    let (begun, cpu) = (Instant::now(), process_time()?);
    let whole = Duration::from_secs_f64(asked.minutes * 60.0);
    let planned = Arc::new(Planned { begun, every: Duration::from_secs_f64(1.0 / asked.rate), whole, next: AtomicU64::new(0) });
    let clients: Vec<_> = (0..asked.clients)
        .map(|_| tokio::spawn(ask(client(), Arc::clone(&mix), Arc::clone(&planned), Arc::clone(&running.index))))
        .collect();
    let (taken, memory) = tokio::join!(intake.run(begun + whole), peak_memory(begun + whole));
    let (taken, memory) = (taken?, memory?);
    let mut answers = Answers::default();
    for client in clients {
        let of = client.await?;
        of.times.into_iter().for_each(|(kind, times)| answers.times.entry(kind).or_default().extend(times));
        answers.errors.extend(of.errors);
    }
    let (took, spent) = (begun.elapsed(), process_time()?.saturating_sub(cpu));
    figures.tell("clients", asked.clients as f64, "clients")?;
    figures.tell("planned rate", asked.rate, "requests/s")?;
    let requests: usize = answers.times.values().map(Vec::len).sum();
    figures.tell("requests", requests as f64, "requests")?;
    figures.tell("rate", requests as f64 / took.as_secs_f64(), "requests/s")?;
    figures.tell("errors", (answers.errors.len() + taken.lost) as f64, "requests")?;
    answers.errors.iter().take(TOLD).for_each(|error| eprintln!("{error}"));
    let all = answers.times.values().flatten().copied().collect();
    tell_times(figures, "all", all)?;
    for (kind, times) in answers.times {
        tell_times(figures, kind, times)?;
    }
    figures.tell("documents taken in", taken.documents as f64, "documents")?;
    figures.tell("taking in", taken.documents as f64 / taken.time.as_secs_f64(), "documents/s")?;
    tell_times(figures, "stored to searchable", taken.found_after)?;
    figures.tell("documents at the end", (asked.filled + taken.documents) as f64, "documents")?;
    figures.tell("processor", spent.as_secs_f64() / took.as_secs_f64(), "cores")?;
    figures.tell("anonymous memory, peak", memory as f64 / 1e6, "MB")
}

/// When each request is due.
struct Planned {
    begun: Instant,
    every: Duration,
    whole: Duration,
    next: AtomicU64,
}

impl Planned {
    /// The number of the next request, and when it is due; none when the time is over.
    fn take(&self) -> Option<(u64, Instant)> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let after = self.every.mul_f64(number as f64);
        (after < self.whole).then(|| (number, self.begun + after))
    }
}

/// One client: takes the next planned request, waits for its moment, asks.
async fn ask(mut client: Client, mix: Arc<Mix>, planned: Arc<Planned>, index: Arc<kiemtin_store::TantivyIndex>) -> Answers {
    let mut answers = Answers::default();
    while let Some((number, due)) = planned.take() {
        tokio::time::sleep_until(due.into()).await;
        let (kind, answered) = mix.ask(number, &mut client, &index).await;
        match answered {
            Ok(()) => answers.times.entry(kind).or_default().push(due.elapsed()),
            Err(error) => answers.errors.push(format!("{kind}: {error:#}")),
        }
    }
    answers
}

/// Tells the percentiles of some times.
pub fn tell_times(figures: &mut Figures, of: &str, mut times: Vec<Duration>) -> anyhow::Result<()> {
    times.sort_unstable();
    let Some(last) = times.len().checked_sub(1) else { return Ok(()) };
    for (name, share) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("longest", 1.0)] {
        let time = times.get((last as f64 * share).ceil() as usize).copied().unwrap_or_default();
        figures.tell(&format!("{of}, {name}"), time.as_secs_f64() * 1e3, "ms")?;
    }
    figures.tell(&format!("{of}, number"), times.len() as f64, "times")
}

/// Memory of this process that is not a file of the disk, in bytes.
pub fn anonymous() -> anyhow::Result<u64> {
    anonymous_of("self")
}

/// The same of another process, by its number.
pub fn anonymous_of(process: &str) -> anyhow::Result<u64> {
    let path = format!("/proc/{process}/status");
    let text = std::fs::read_to_string(&path).with_context(|| format!("memory is read from {path}, which is missing here"))?;
    let line = text.lines().find_map(|l| l.strip_prefix("RssAnon:")).with_context(|| format!("{path} has no RssAnon"))?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1_024)
}

/// The most memory until then that is not a file of the disk, in bytes.
async fn peak_memory(until: Instant) -> anyhow::Result<u64> {
    let mut peak = 0;
    while Instant::now() < until {
        peak = peak.max(anonymous()?);
        tokio::time::sleep(LOOK).await;
    }
    Ok(peak)
}
