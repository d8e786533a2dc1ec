//! How long does the report of a year take over many documents, and how much memory?
//!
//! Texts of the corpus, cut short, are stored and indexed again and again with times of one year, topics, groups and stances by turns;
//! then the report is counted and every file of it made, in this process and by the command. Tables of 100,000 rows are written before, and CSV of ten times as many.

use super::index::stored;
use super::load::{anonymous, anonymous_of};
use super::{Figures, Lines};
use crate::cli::{Common, Load};
use crate::data::DataFolders;
use crate::{config, followers, service};
use kiemtin_deliver::formats::report::{FORMATS, Letterhead};
use kiemtin_deliver::formats::{Book, Cell, Column, Sheet, Table, book, csv_rows};
use kiemtin_model::period::Period;
use kiemtin_model::report::Scope;
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{Day, DocId, Lang, SourceGroup, Stance, TopicScore};
use kiemtin_store::{SqliteStore, Store, TantivyIndex};
use kiemtin_web::report::{Basis, make};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Documents that are stored together.
const BATCH: usize = 5_000;
/// Letters of a text that are kept.
const LETTERS: usize = 600;
/// Sources.
const SOURCES: u64 = 250;
/// Rows of large tables; CSV, which keeps none, is written with ten times as many as well.
const ROWS: u64 = 100_000;
/// Rows between two looks at the memory.
const LOOK: u64 = 5_000;

/// Runs the bench in a temporary folder.
pub async fn run(common: &Common, corpus: &[PathBuf], asked: &Load, figures: &mut Figures) -> anyhow::Result<()> {
    large_tables(figures)?;
    let dir = tempfile::tempdir()?;
    let folders = DataFolders { store: dir.path().join("var"), index: dir.path().join("index") };
    let config = config::load_valid(&common.config)?;
    let (store, index) = (folders.open_store().await?, folders.open_index()?);
    let year: Period = Period::Year(2026);
    let begun = Instant::now();
    fill(&store, &index, corpus, asked.filled, year, &config).await?;
    figures.tell("documents", asked.filled as f64, "documents")?;
    figures.tell("filling", begun.elapsed().as_secs_f64(), "s")?;
    let catalogue = service::catalogue(&config);
    let now = year.end();
    let rules_version = config.knowledge.version.clone();
    let basis = Basis {
        store: &store,
        index: &index,
        catalogue: &catalogue,
        policies: &config.policies,
        lexicon: &config.lexicon,
        rules_version,
        now,
    };
    for period in [year, "2026-W30".parse().map_err(anyhow::Error::msg)?, year] {
        let (before, begun) = (anonymous()?, Instant::now());
        let (report, peak) = peak_while(make(&basis, period, &Scope::ministry())).await?;
        let report = report?;
        figures.tell(&format!("{period}, counted"), begun.elapsed().as_secs_f64(), "s")?;
        figures.tell(&format!("{period}, memory more than before"), peak.saturating_sub(before) as f64 / 1e6, "MB")?;
        figures.tell(&format!("{period}, memory"), peak as f64 / 1e6, "MB")?;
        for format in FORMATS {
            let begun = Instant::now();
            let bytes = format.bytes(&report, &Letterhead::default(), Lang::Vi)?;
            figures.tell(&format!("{period}, {}", format.name), begun.elapsed().as_secs_f64() * 1e3, "ms")?;
            figures.tell(&format!("{period}, {}, size", format.name), bytes.len() as f64 / 1e3, "kB")?;
        }
    }
    index.close().await?;
    store.close().await;
    as_command(common, dir.path(), year, figures).await
}

/// The same as a command of its own, which holds nothing from the filling: every file of the year's report.
async fn as_command(common: &Common, data: &Path, year: Period, figures: &mut Figures) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut command = std::process::Command::new(std::env::current_exe()?);
    command.arg("export").arg("yearly").arg("--config").arg(&common.config).arg("--data").arg(data);
    command.args(["--period", &year.to_string(), "--format", "all", "--out"]).arg(data.join("report"));
    let mut child = command.stdout(Stdio::null()).spawn()?;
    let number = child.id().to_string();
    let mut peak = 0;
    let ended = loop {
        if let Some(ended) = child.try_wait()? {
            break ended;
        }
        // A process that has just ended has no memory to be told.
        peak = peak.max(anonymous_of(&number).unwrap_or(0));
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    anyhow::ensure!(ended.success(), "the command failed");
    figures.tell(&format!("{year}, as a command"), begun.elapsed().as_secs_f64(), "s")?;
    figures.tell(&format!("{year}, as a command, memory"), peak as f64 / 1e6, "MB")
}

/// What a future gives, and the most anonymous memory of the process while it ran, in bytes.
async fn peak_while<T>(work: impl Future<Output = T>) -> anyhow::Result<(T, u64)> {
    let mut work = std::pin::pin!(work);
    let mut peak = anonymous()?;
    loop {
        tokio::select! {
            done = &mut work => return Ok((done, peak.max(anonymous()?))),
            () = tokio::time::sleep(Duration::from_millis(10)) => peak = peak.max(anonymous()?),
        }
    }
}

/// Stores and indexes so many documents of a year, one after another in time.
async fn fill(
    store: &SqliteStore,
    index: &TantivyIndex,
    corpus: &[PathBuf],
    documents: u64,
    year: Period,
    config: &config::Config,
) -> anyhow::Result<()> {
    let topics: Vec<&str> = config.knowledge.topics.topics.iter().map(|t| t.id.as_str()).collect();
    let long = year.end().0 - year.start().0;
    let mut texts = vec![];
    let mut lines = Lines::open(corpus)?;
    while let Some((mut document, _)) = lines.next()? {
        document.text = document.text.chars().take(LETTERS).collect();
        texts.push(document);
    }
    anyhow::ensure!(!texts.is_empty(), "the corpus holds no document line");
    let mut number = 0;
    while number < documents {
        let mut batch = store.begin().await?;
        for _ in 0..BATCH {
            if number == documents {
                break;
            }
            // One number from another (SplitMix64), so that turns do not fall together.
            let mixed = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            let mut document = texts.get(number as usize % texts.len()).cloned().unwrap_or_else(|| unreachable!("it is not empty"));
            document.source_id = None;
            document.id = DocId(format!("d{number}"));
            document.url = Some(format!("https://nguon.example/{number}"));
            document.source = format!("nguon-{}", mixed % SOURCES);
            document.group = SourceGroup::ALL.get((mixed >> 8) as usize % SourceGroup::ALL.len()).copied().unwrap_or(SourceGroup::Press);
            document.published_at = Some(year.start().plus((number as i128 * i128::from(long) / i128::from(documents)) as i64));
            let mut one = stored(0, document, None);
            one.assessed.topics = topics
                .get((mixed >> 16) as usize % (2 * topics.len()))
                .map(|id| TopicScore { id: (*id).to_owned(), score: 1.0 })
                .into_iter()
                .collect();
            one.assessed.assessment.stance = if mixed >> 32 & 15 == 0 { Stance::Criticises } else { Stance::Reports };
            // A tenth are copies of the text some thousand before.
            let story = if mixed >> 40 & 15 == 0 && number > 5_000 { DocId(format!("d{}", number - 5_000)) } else { one.story };
            batch.put_document(&one.assessed, &story).await?;
            number += 1;
        }
        batch.commit().await?;
        if number % 200_000 == 0 || number == documents {
            followers::index_now(store, index, &|_, _| {}).await?;
            eprintln!("{number} / {documents}");
        }
    }
    Ok(())
}

/// Large tables as CSV, each row made when its turn comes, and as a sheet of Excel, which needs all of them.
fn large_tables(figures: &mut Figures) -> anyhow::Result<()> {
    for rows in [ROWS, 10 * ROWS] {
        let (before, begun) = (anonymous()?, Instant::now());
        let mut seen = vec![];
        let looked = (0..rows).map(|n| {
            if n % LOOK == 0 {
                seen.push(anonymous());
            }
            row(n)
        });
        let mut file = std::io::BufWriter::new(tempfile::tempfile()?);
        csv_rows(&columns(), looked, &mut file)?;
        let bytes = file.into_inner()?.metadata()?.len();
        let seen: Vec<u64> = seen.into_iter().collect::<anyhow::Result<_>>()?;
        let more = seen.into_iter().max().unwrap_or(before).saturating_sub(before);
        figures.tell(&format!("{rows} rows, csv"), begun.elapsed().as_secs_f64() * 1e3, "ms")?;
        figures.tell(&format!("{rows} rows, csv, size"), bytes as f64 / 1e6, "MB")?;
        figures.tell(&format!("{rows} rows, csv, memory more than before"), more as f64 / 1e6, "MB")?;
    }
    let begun = Instant::now();
    let table = Table { title: "Bảng".into(), columns: columns(), rows: (0..ROWS).map(row).collect() };
    let sheets = vec![Sheet { table, ..Sheet::default() }];
    let bytes = book(&Book { title: "Bảng".into(), sheets, ..Book::default() })?;
    figures.tell(&format!("{ROWS} rows, xlsx"), begun.elapsed().as_secs_f64() * 1e3, "ms")?;
    figures.tell(&format!("{ROWS} rows, xlsx, size"), bytes.len() as f64 / 1e6, "MB")?;
    Ok(())
}

fn columns() -> Vec<Column> {
    ["n", "link", "text", "day", "part", "number", "moment", "empty"].map(|key| Column { key, head: key }).into()
}

/// Words, links, days and numbers of all sorts.
fn row(n: u64) -> Vec<Cell> {
    let text = format!("Bài số {n}: giá điện, xăng dầu và hàng hóa");
    vec![
        Cell::Count(n),
        Cell::Link(text.clone(), format!("https://nguon.example/{n}")),
        Cell::Text(text),
        Cell::Day(Day((n / 300) as i64)),
        Cell::Part(n as f64 / ROWS as f64),
        Cell::Number(n as f64 / 7.0),
        Cell::Moment(kiemtin_model::Time(n as i64 * DAY_MS / 100)),
        Cell::Empty,
    ]
}
