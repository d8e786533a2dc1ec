//! `bench`: how fast, and how good, is a part of the program on real texts? One JSON line per figure, nothing kept.

mod bare;
mod bursts;
mod classify;
mod copies;
mod crawl;
mod desk;
mod edits;
mod extract;
mod index;
mod judged;
mod load;
mod phrases;
mod report;
mod rivals;
mod search;
mod short_copies;
mod stories;
mod timed;
mod trended;
mod warned;

use crate::cli::{Common, Load};
use crate::clock;
use crate::input::{Input, InputLine};
use crate::out;
use kiemtin_analyze::line::{LineRules, read_line};
use kiemtin_model::{Document, Time};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// All benches by name.
const BENCHES: &[(&str, Bench)] = &[
    ("bursts", Bench::Simulated),
    ("classify", Bench::Documents(classify::run)),
    ("copies", Bench::Documents(copies::run)),
    ("crawl", Bench::Web),
    ("desk", Bench::Desk),
    ("extract", Bench::Pages(extract::run)),
    ("index", Bench::Index),
    ("load", Bench::Load),
    ("report", Bench::Report),
    ("search", Bench::Search),
    ("stories", Bench::Stories),
];

/// A bench: measures on its corpus and tells its figures.
enum Bench {
    /// On document lines, with the options of the command.
    Documents(fn(&Common, &[Document], &mut Figures) -> anyhow::Result<()>),
    /// On folders of pages, read as of the given time.
    Pages(fn(&[PathBuf], Time, &mut Figures) -> anyhow::Result<()>),
    /// On a web that it makes.
    Web,
    /// The running service with many alerts, which it makes.
    Desk,
    /// On document lines that are indexed one after another.
    Index,
    /// The running service, asked while it takes documents in.
    Load,
    /// On document lines that are stored and indexed again and again.
    Report,
    /// The same, and then queries.
    Search,
    /// On document lines, with labels.
    Stories,
    /// On invented series.
    Simulated,
}

/// Where figures go: to standard output, each when it is known.
pub struct Figures {
    bench: &'static str,
    corpus: String,
}

#[derive(Serialize)]
struct Line<'a> {
    bench: &'a str,
    figure: &'a str,
    value: f64,
    unit: &'a str,
    corpus: &'a str,
}

pub use crawl::press_web;

/// Names of all benches.
pub fn names() -> Vec<&'static str> {
    BENCHES.iter().map(|(name, _)| *name).collect()
}

/// Runs the command.
pub async fn run(common: &Common, name: &str, corpus: &[PathBuf], queries: Option<&Path>, asked: &Load) -> anyhow::Result<ExitCode> {
    let Some((bench, measure)) = BENCHES.iter().find(|(n, _)| *n == name) else {
        anyhow::bail!("no bench \"{name}\"; there are: {}", names().join(", "));
    };
    let names: Vec<_> = corpus.iter().map(|p| p.file_name().unwrap_or(p.as_os_str()).to_string_lossy()).collect();
    let mut figures = Figures { bench, corpus: names.join("+") };
    match measure {
        Bench::Documents(measure) => {
            let mut documents = vec![];
            for path in corpus {
                documents.extend(read(path)?);
            }
            anyhow::ensure!(!documents.is_empty(), "the corpus holds no document line");
            measure(common, &documents, &mut figures)?;
        }
        Bench::Web => {
            anyhow::ensure!(corpus.is_empty(), "bench {name} makes its own corpus; leave --corpus out");
            figures.corpus = crawl::CORPUS.into();
            crawl::run(common, &mut figures).await?;
        }
        Bench::Desk => {
            anyhow::ensure!(corpus.is_empty(), "bench {name} makes its own corpus; leave --corpus out");
            figures.corpus = desk::CORPUS.into();
            desk::run(common, &mut figures).await?;
        }
        Bench::Simulated => {
            anyhow::ensure!(corpus.is_empty(), "bench {name} makes its own corpus; leave --corpus out");
            figures.corpus = bursts::CORPUS.into();
            bursts::run(&mut figures).await?;
        }
        Bench::Index => index::run(corpus, &mut figures).await?,
        Bench::Stories => stories::run(corpus, queries, &mut figures)?,
        Bench::Load => load::run(common, corpus, queries, asked, &mut figures).await?,
        Bench::Report => report::run(common, corpus, asked, &mut figures).await?,
        Bench::Search => search::run(corpus, queries, &std::sync::Arc::new(crate::config::lexicon(&common.config)?), &mut figures).await?,
        Bench::Pages(measure) => measure(corpus, clock::clock(common.now)(), &mut figures)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> anyhow::Result<Vec<Document>> {
    let files = [path.to_owned()];
    let mut lines = Lines::open(&files)?;
    std::iter::from_fn(|| lines.next().transpose()).map(|line| line.map(|(document, _)| document)).collect()
}

/// Documents of files of document lines, one after another.
struct Lines<'a> {
    files: std::slice::Iter<'a, PathBuf>,
    open: Option<(PathBuf, Input)>,
}

/// What a bench reads of a line beside the document.
#[derive(Deserialize)]
struct Beside {
    topic: Option<String>,
}

impl<'a> Lines<'a> {
    fn open(files: &'a [PathBuf]) -> anyhow::Result<Self> {
        anyhow::ensure!(!files.is_empty(), "name a file of document lines with --corpus");
        Ok(Self { files: files.iter(), open: None })
    }

    /// The next document with its topic, if the line names one.
    fn next(&mut self) -> anyhow::Result<Option<(Document, Option<String>)>> {
        self.next_before(Time(0))
    }

    /// As [`Lines::next`], read at this time: dates after it are not believed.
    fn next_before(&mut self, now: Time) -> anyhow::Result<Option<(Document, Option<String>)>> {
        let rules = LineRules { now, salt: "", group_of: &|_| None, as_given: false };
        loop {
            let Some((path, input)) = &mut self.open else {
                let Some(path) = self.files.next() else { return Ok(None) };
                self.open = Some((path.clone(), Input::open(path)?));
                continue;
            };
            let Some((number, line)) = input.next_line() else {
                self.open = None;
                continue;
            };
            let text = match line {
                InputLine::Text(text) => text,
                InputLine::Bad(reason) => anyhow::bail!("{}:{number}: {reason}", path.display()),
            };
            let line = read_line(&text, &rules).map_err(|reason| anyhow::anyhow!("{}:{number}: {reason}", path.display()))?;
            let beside: Beside = serde_json::from_str(&text)?;
            return Ok(Some((line.document, beside.topic)));
        }
    }
}

/// Processor time of this thread so far, as the kernel counts it; the clock of the machine where there is no such count.
fn processor_time() -> anyhow::Result<Duration> {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    match std::fs::read_to_string("/proc/thread-self/schedstat") {
        Ok(text) => Ok(Duration::from_nanos(text.split(' ').next().unwrap_or_default().parse()?)),
        Err(_) => Ok(BEGUN.elapsed()),
    }
}

/// Processor time of this process so far, all its threads together, in steps of 10 ms; the clock where the kernel does not tell.
fn process_time() -> anyhow::Result<Duration> {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let Ok(text) = std::fs::read_to_string("/proc/self/stat") else { return Ok(BEGUN.elapsed()) };
    // After the name in brackets: state is the first field, user and system time the 12th and 13th (proc(5)), in ticks of 10 ms.
    let mut fields = text.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11);
    let mut ticks = || -> anyhow::Result<u64> { Ok(fields.next().unwrap_or_default().parse()?) };
    Ok(Duration::from_millis((ticks()? + ticks()?) * 10))
}

impl Figures {
    /// Tells one figure.
    pub fn tell(&mut self, figure: &str, value: f64, unit: &str) -> anyhow::Result<()> {
        let line = Line { bench: self.bench, figure, value, unit, corpus: &self.corpus };
        Ok(out::line(serde_json::to_string(&line)?)?)
    }
}
