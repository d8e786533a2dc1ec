//! `crawl --once`: one pass over the due (or named) sources, then a summary.

use crate::cli::Common;
use crate::collect::{Collector, DueSource, Pass};
use crate::data::DataFolders;
use crate::out;
use crate::pipeline::Pipeline;
use crate::reload::LiveKnowledge;
use crate::stories::Stories;
use crate::{clock, config, followers, progress};
use kiemtin_crawl::Crawler;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

/// Runs the command.
pub async fn run(common: &Common, named: &[String]) -> anyhow::Result<ExitCode> {
    let config = config::load_valid(&common.config)?;
    let folders = DataFolders::of(common);
    let store = Arc::new(folders.open_store().await?);
    let index = folders.open_index()?;
    let channels = followers::open_channels(&config.settings.alerts.channels, &folders.store)?;
    let clock = clock::clock(common.now);
    let collector = Collector {
        crawler: Arc::new(Crawler::new(config.settings.crawl.fetch.clone(), clock.clone())?),
        store: store.clone(),
        settings: config.settings.crawl.clone(),
        clock: clock.clone(),
        salts: folders.salts(),
    };
    let pipeline = Pipeline {
        salts: Arc::clone(&collector.salts),
        knowledge: Arc::new(LiveKnowledge::new(folders.knowledge(&config.knowledge, &store).await?)),
        store: store.clone(),
        raising: config.raising(),
        clock: clock.clone(),
        stories: Stories::default(),
        searches: Arc::new(kiemtin_store::Searches::new(config.lexicon)),
    };
    collector.enrol(&config.sources, false).await?;
    let sources = if named.is_empty() {
        let due = collector.due(&config.sources, usize::MAX).await?;
        if due.is_empty() {
            eprintln!("không nguồn nào đến hạn (poll_minutes = {}); --source ID thu thập ngay", config.settings.crawl.poll_minutes);
        }
        due
    } else {
        let mut sources = vec![];
        for id in named {
            match config.sources.iter().find(|s| s.id == *id) {
                Some(source) => sources.push(DueSource::whole(source)),
                None => anyhow::bail!("no source \"{id}\"; the ids are the file names in {}/sources", common.config.display()),
            }
        }
        sources
    };
    let started = Instant::now();
    let bar = progress::spinner("đang thu thập");
    let pass = collector.pass(&pipeline, sources, &|tally| bar.set_message(format!("{} địa chỉ", tally.read))).await?;
    bar.finish_and_clear();
    let indexed = followers::index_now(store.as_ref(), &index, &|_, _| {}).await?;
    followers::dispatch(store.as_ref(), &channels, config.settings.deliver.cool_down_minutes, &clock).await?;
    index.close().await?;
    store.close().await;
    if !indexed {
        eprintln!("chỉ mục đang do tiến trình kiemtin khác ghi; tiến trình đó sẽ cập nhật");
    }
    tell(&pass, started.elapsed().as_secs_f64(), common.json)?;
    Ok(ExitCode::SUCCESS)
}

fn tell(pass: &Pass, seconds: f64, json: bool) -> std::io::Result<()> {
    pass.notes.iter().for_each(|n| eprintln!("{n}"));
    pass.failures.iter().for_each(|(source, reason)| eprintln!("{source}: {reason}"));
    eprintln!("{} nguồn cấp tin, {} không đổi, {} lỗi, {seconds:.1} giây", pass.feeds, pass.feeds_unchanged, pass.failures.len());
    if json {
        out::line(progress::json(&pass.tally, seconds))?;
    } else {
        out::line(progress::table(&pass.tally).trim_end())?;
    }
    Ok(())
}
