//! What does a fetched page cost, from its request to the store, and how much memory does a crawl of 200 hosts take?
//!
//! The web stands in another process (this program, as `press-web`): only the crawler's side is measured. Delays are off,
//! everything else is the real pipeline with the configured rules, into a store in a temporary folder. What counts is the
//! text that was stored, not the answers that came: the figures tell both. On one core: `taskset -c 1 kiemtin bench crawl`.

use super::Figures;
use crate::cli::Common;
use crate::collect::{Collector, DueSource};
use crate::config::{self, Crawl};
use crate::pipeline::Pipeline;
use crate::reload::LiveKnowledge;
use crate::stories::Stories;
use crate::{clock, out, progress};
use anyhow::Context;
use kiemtin_crawl::{CrawlSettings, Crawler};
use kiemtin_miniweb::{ARTICLES, MOST_HOSTS, Press, press_sources};
use kiemtin_model::Source;
use kiemtin_store::{SqliteStore, Store};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is crawled.
pub const CORPUS: &str = "200 hosts, 51 pages each, 75 kB, gzip";
/// Articles and the front page.
const PAGES: u64 = MOST_HOSTS as u64 * (ARTICLES as u64 + 1);

/// Runs the bench.
pub async fn run(common: &Common, figures: &mut Figures) -> anyhow::Result<()> {
    let config = config::load_valid(&common.config)?;
    let folder = tempfile::Builder::new().prefix("kiemtin-bench-").tempdir()?;
    let store = Arc::new(SqliteStore::open(&folder.path().join("kiemtin.db")).await?);
    let web = Web::start()?;
    let fetch =
        CrawlSettings { allow_networks: vec!["127.0.1.0/24".into()], delay_ms: 0, longest_delay_ms: 0, ..config.settings.crawl.fetch };
    let clock = clock::clock(common.now);
    let collector = Collector {
        crawler: Arc::new(Crawler::new(fetch.clone(), clock.clone())?),
        store: store.clone(),
        settings: Crawl { fetch, ..config.settings.crawl },
        clock: clock.clone(),
        salts: Arc::new(crate::salt_file::SaltFile::fixed("bench")),
    };
    let pipeline = Pipeline {
        salts: Arc::clone(&collector.salts),
        knowledge: Arc::new(LiveKnowledge::new(config.knowledge)),
        store: store.clone(),
        raising: crate::narratives::Raising::default(),
        clock,
        stories: Stories::default(),
        searches: Default::default(),
    };
    let sources = press_sources(MOST_HOSTS, web.port)
        .into_iter()
        .map(|(_, text)| toml::from_str::<Source>(&text).map(|s| DueSource::whole(&Arc::new(s))));
    let sources = sources.collect::<Result<Vec<_>, _>>().context("a source of the bench's web")?;
    let bar = progress::spinner("đang thu thập");
    let (begun, used) = (Instant::now(), processor_time()?);
    let pass = collector.pass(&pipeline, sources, &|tally| bar.set_message(format!("{} địa chỉ", tally.read))).await?;
    let (wall, used) = (begun.elapsed(), processor_time()?.saturating_sub(used));
    // Before the store is read: that is no part of a crawl.
    let peak = peak_memory()?;
    bar.finish_and_clear();
    drop(web);
    anyhow::ensure!(pass.failures.is_empty(), "a list could not be read: {:?}", pass.failures.first());
    let (documents, characters) = stored(store.as_ref()).await?;
    store.close().await;
    figures.tell("pages", PAGES as f64, "pages")?;
    figures.tell("processor time per page", used.as_secs_f64() * 1e3 / PAGES as f64, "ms")?;
    figures.tell("pages per second", PAGES as f64 / wall.as_secs_f64(), "pages/s")?;
    figures.tell("peak memory", peak as f64 / 1e6, "MB")?;
    figures.tell("documents", documents as f64, "documents")?;
    figures.tell("stored text", characters as f64, "characters")?;
    figures.tell("addresses that failed", pass.tally.failed as f64, "addresses")
}

/// Documents in the store and the characters of their texts.
async fn stored(store: &dyn Store) -> anyhow::Result<(usize, usize)> {
    let (mut documents, mut characters, mut after) = (0, 0, 0);
    loop {
        let part = store.changes_since(after, 500).await?;
        let Some(last) = part.last() else { return Ok((documents, characters)) };
        after = last.seq;
        documents += part.len();
        characters += part.iter().map(|d| d.assessed.document.text.chars().count()).sum::<usize>();
    }
}

/// The web in its own process; it ends when this is dropped.
struct Web {
    process: Child,
    port: u16,
}

impl Web {
    fn start() -> anyhow::Result<Self> {
        let program = std::env::current_exe().context("the path of this program")?;
        let mut process = Command::new(program)
            .args(["press-web", &MOST_HOSTS.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("the bench's web cannot be started")?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("no output of the bench's web")?).read_line(&mut line)?;
        let port = line.trim().parse().with_context(|| format!("the bench's web gave no port: {line:?}"))?;
        Ok(Self { process, port })
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        if let Err(error) = self.process.wait() {
            tracing::warn!(%error, "the bench's web did not end");
        }
    }
}

/// `press-web`: serves the bench's web until standard input ends.
pub async fn press_web(common: &Common, hosts: u8) -> anyhow::Result<ExitCode> {
    let press = Press::start(hosts, clock::clock(common.now)().0).await?;
    out::line(press.port())?;
    tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new())).await??;
    Ok(ExitCode::SUCCESS)
}

/// Processor time of this process so far, all its threads, those that ended included.
fn processor_time() -> anyhow::Result<Duration> {
    let text = std::fs::read_to_string("/proc/self/stat").context("processor time is read from /proc, which is missing here")?;
    // Fields 14 and 15, in hundredths of a second on every Linux (USER_HZ); the name in field 2 may hold spaces.
    let fields: Vec<&str> = text.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|f| f.parse::<u64>().ok()).with_context(|| format!("/proc/self/stat: {text}"));
    Ok(Duration::from_millis(10 * (ticks(11)? + ticks(12)?)))
}

/// The most memory that this process held at once, in bytes.
fn peak_memory() -> anyhow::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/status").context("memory is read from /proc, which is missing here")?;
    let line = text.lines().find_map(|l| l.strip_prefix("VmHWM:")).context("/proc/self/status has no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? * 1_024)
}
