//! `ingest`: document lines, or files of another house under a mapping, through the whole pipeline. Safe to repeat and to
//! kill.

mod items;

use crate::cli::Common;
use crate::data::DataFolders;
use crate::import::Mapping;
use crate::out;
use crate::pipeline::{Intake, Pipeline};
use crate::reload::LiveKnowledge;
use crate::stories::Stories;
use crate::{clock, config, crew, followers, progress};
use items::{Item, Reader};
use kiemtin_analyze::line::LineRules;
use kiemtin_model::{Outcome, Tally};
use kiemtin_store::SearchIndex;
use kiemtin_store::saved::Searches;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

/// Bad lines told one by one; further ones are only counted.
const TOLD: u64 = 20;

struct Ingest {
    pipeline: Pipeline,
    groups: Arc<std::collections::HashMap<String, kiemtin_model::SourceGroup>>,
    mapping: Option<Mapping>,
    tally: Tally,
    bad: u64,
    bad_dates: u64,
}

/// Runs the command.
pub async fn run(common: &Common, files: &[PathBuf], mapping: Option<&Path>) -> anyhow::Result<ExitCode> {
    let mapping = mapping.map(Mapping::load).transpose()?;
    let config = config::load_valid(&common.config)?;
    let folders = DataFolders::of(common);
    let store = Arc::new(folders.open_store().await?);
    let index = folders.open_index()?;
    let channels = followers::open_channels(&config.settings.alerts.channels, &folders.store)?;
    let clock = clock::clock(common.now);
    let mut ingest = Ingest {
        pipeline: Pipeline {
            salts: folders.salts(),
            knowledge: Arc::new(LiveKnowledge::new(folders.knowledge(&config.knowledge, &store).await?)),
            store: store.clone(),
            raising: config.raising(),
            clock: clock.clone(),
            stories: Stories::default(),
            searches: Arc::new(Searches::new(config.lexicon)),
        },
        groups: Arc::new(config.sources.iter().map(|s| (s.id.clone(), s.group)).collect()),
        mapping,
        tally: Tally::default(),
        bad: 0,
        bad_dates: 0,
    };
    let started = Instant::now();
    for file in files {
        ingest.file(file, store.as_ref(), &index).await?;
    }
    let indexed = followers::index_now(store.as_ref(), &index, &|_, _| {}).await?;
    followers::dispatch(store.as_ref(), &channels, config.settings.deliver.cool_down_minutes, &clock).await?;
    index.close().await?;
    store.close().await;
    let seconds = started.elapsed().as_secs_f64();
    ingest.tell(seconds, indexed, common.json)?;
    Ok(ExitCode::SUCCESS)
}

impl Ingest {
    async fn file(&mut self, path: &Path, store: &dyn kiemtin_store::Store, index: &dyn SearchIndex) -> anyhow::Result<()> {
        let mut reader = Reader::open(path, self.mapping.as_ref())?;
        let size = reader.size();
        let bar = if size > 0 { progress::bytes(size) } else { progress::spinner("đang đọc") };
        loop {
            let items = reader.batch();
            if items.is_empty() {
                break;
            }
            let batch = self.read(path, items, &bar).await?;
            // The index follows while the next batch is stored: it only reads the store.
            let (taken, followed) = tokio::join!(self.pipeline.take_in(batch), followers::index_now(store, index, &|_, _| {}));
            followed?;
            self.tally.add(&taken?);
            bar.set_position(reader.position());
            bar.set_message(format!("{} dòng", self.tally.read));
        }
        bar.finish_and_clear();
        Ok(())
    }

    async fn read(&mut self, path: &Path, items: Vec<Item>, bar: &indicatif::ProgressBar) -> anyhow::Result<Vec<Intake>> {
        let now = (self.pipeline.clock)();
        let (groups, salts) = (Arc::clone(&self.groups), self.pipeline.salts.at(now)?);
        let read = crew::map(items, move |item| {
            item.read(&LineRules { now, salt: salts.now(), group_of: &|id| groups.get(id).copied(), as_given: false })
        })
        .await?;
        let mut batch = vec![];
        for line in read {
            match line.map_err(|panic| anyhow::anyhow!("reading a line failed: {panic}"))? {
                Ok(line) => {
                    self.bad_dates += u64::from(line.bad_date.is_some());
                    batch.push(Intake::Document(line.document, None));
                }
                Err((place, reason)) => {
                    self.tally.count(&Outcome::Failed(kiemtin_model::Failure::Parse(reason.clone())));
                    self.bad += 1;
                    if self.bad <= TOLD {
                        bar.suspend(|| eprintln!("{}:{place}: {reason}", path.display()));
                    }
                }
            }
        }
        Ok(batch)
    }

    fn tell(&self, seconds: f64, indexed: bool, json: bool) -> std::io::Result<()> {
        if self.bad > TOLD {
            eprintln!("… và {} dòng lỗi khác", self.bad - TOLD);
        }
        if self.bad_dates > 0 {
            eprintln!("{} ngày đăng không đọc được, để trống", self.bad_dates);
        }
        if !indexed {
            eprintln!("chỉ mục đang do tiến trình kiemtin khác ghi; tiến trình đó sẽ cập nhật");
        }
        let rate = self.tally.read as f64 / seconds.max(0.001);
        let memory = progress::peak_memory_mib().map_or(String::new(), |m| format!(", bộ nhớ cao nhất {m} MiB"));
        eprintln!("{:.1} giây, {rate:.0} tài liệu/giây{memory}", seconds);
        if json {
            out::line(progress::json(&self.tally, seconds))?;
        } else {
            out::line(progress::table(&self.tally).trim_end())?;
        }
        Ok(())
    }
}
