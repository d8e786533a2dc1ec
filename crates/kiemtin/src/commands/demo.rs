//! `demo`: the whole service on a bundled web of its own, offline, in a temporary folder.

use super::serve::{asked_to_stop, busy_pass, one_pass};
use crate::cli::Common;
use crate::collect::DueSource;
use crate::config::areas;
use crate::data::DataFolders;
use crate::service::{Entrance, Running};
use crate::{clock, config, progress};
use anyhow::Context;
use kiemtin_miniweb::MiniWeb;
use kiemtin_miniweb::networks::Bundled;
use kiemtin_model::{Actor, Notify, Tally};
use kiemtin_store::saved::{SaveError, save};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// The profile that the demo runs on: the only one that may reach loopback addresses.
const PROFILE: &str = r#"# The demo's profile: short waits, and only the bundled web on loopback may be asked.
[crawl]
poll_minutes = 0
recheck_hours = 24
recheck_minutes = 0

[crawl.fetch]
allow_networks = ["127.0.71.0/24"]
delay_ms = 20
longest_delay_ms = 100
max_wait_s = 5

[limits]
searches_per_minute = 60000
changes_per_minute = 60000

[push]
calls_per_minute = 60000
lines_per_minute = 60000
"#;
/// The folder of the configuration that the demo has its own of; it shares all others with the service.
const OWN: &str = "sources";
/// Searches that the demo has saved before anything comes in: (name, query, when somebody is told).
const SAVED: [(&str, &str, Notify); 2] = [
    ("Giá điện", "\"giá điện\" OR EVN", Notify::Each),
    ("Xăng dầu và nguồn cung", "xăng dầu (nguồn cung OR \"tích trữ\" OR \"hết xăng\")", Notify::Daily),
];
/// Hours before the start for which the demo tells the early warnings that it would have given.
const WARN_BACK: i64 = 14 * 24;
/// Between two passes once everything was taken in.
const PAUSE: Duration = Duration::from_secs(30);

/// Runs the command.
pub async fn run(common: &Common, port: u16) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        common.config.is_dir(),
        "no configuration folder at {}; run from the project's folder or pass --config DIR",
        common.config.display()
    );
    let clock = clock::clock(common.now);
    let web = MiniWeb::start(clock().0).await.context("the bundled web cannot be started on loopback")?;
    let networks = Bundled::start(clock().0).await.context("the bundled networks cannot be started on loopback")?;
    let temporary = tempfile::Builder::new().prefix("kiemtin-demo-").tempdir()?;
    let profile = temporary.path().join("config");
    write_profile(&common.config, &profile, &web, &networks)?;
    let folders = match &common.data {
        Some(dir) => DataFolders { store: dir.join("var"), index: dir.join("index") },
        None => DataFolders { store: temporary.path().join("var"), index: temporary.path().join("index") },
    };
    eprintln!(
        "Bản dùng thử: {} trang web mô phỏng ở cổng {}, {} mạng xã hội, diễn đàn mô phỏng, cấu hình {}\n{PROFILE}",
        web.sites().len(),
        web.port(),
        networks.sources().len(),
        profile.display()
    );
    let config = config::load_valid(&profile)?;
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let (running, opening) = Running::start(&config, &folders, clock, listen, Entrance::Operator).await?;
    areas::log_changes(&profile, areas::ALL, running.store.as_ref(), (running.pipeline.clock)()).await?;
    running.status.crawl_running();
    for (name, query, notify) in SAVED {
        match save(running.store.as_ref(), &config.lexicon, (name, query), notify, (running.pipeline.clock)(), &Actor::service()).await {
            // With a data folder of an earlier run.
            Ok(_) | Err(SaveError::Taken(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    running.announce(&opening);
    let ended = tokio::select! {
        ended = collect(&running, &config, &web) => ended,
        () = asked_to_stop() => Ok(()),
    };
    running.stop().await?;
    web.stop().await;
    ended.map(|()| ExitCode::SUCCESS)
}

async fn collect(running: &Running, config: &config::Config, web: &MiniWeb) -> anyhow::Result<()> {
    running.collector.enrol(&config.sources, false).await?;
    let all = || config.sources.iter().map(DueSource::whole).collect::<Vec<_>>();
    let first = busy_pass(running, all(), &config.sources).await?;
    // Everything came in at once: what the service would have told while it was published.
    running.warn_back(WARN_BACK).await?;
    // The newspaper mends its article; the second pass takes the new version in.
    web.publish_edits();
    let second = one_pass(running, all(), &config.sources).await?;
    running.warn_now().await?;
    running.sample_now().await?;
    let mut both = Tally::default();
    both.add(&first);
    both.add(&second);
    eprintln!("Đã thu thập toàn bộ web mô phỏng (hai lượt):\n{}", progress::table(&both));
    loop {
        tokio::time::sleep(PAUSE).await;
        one_pass(running, all(), &config.sources).await?;
    }
}

/// A whole configuration folder: the shared knowledge, the demo's settings, the bundled sources. `crawl --once --config`
/// on it works while the demo runs.
fn write_profile(from: &Path, to: &Path, web: &MiniWeb, networks: &Bundled) -> anyhow::Result<()> {
    for folder in std::fs::read_dir(from).with_context(|| format!("cannot list {}", from.display()))? {
        let folder = folder?;
        if !folder.file_type()?.is_dir() || folder.file_name() == OWN {
            continue;
        }
        let copy = to.join(folder.file_name());
        std::fs::create_dir_all(&copy)?;
        for entry in std::fs::read_dir(folder.path()).with_context(|| format!("cannot list {}", folder.path().display()))? {
            let path = entry?.path();
            if let (Some("toml"), Some(name)) = (path.extension().and_then(|e| e.to_str()), path.file_name()) {
                std::fs::copy(&path, copy.join(name))?;
            }
        }
    }
    std::fs::write(to.join("kiemtin.toml"), PROFILE)?;
    std::fs::create_dir_all(to.join(OWN))?;
    for (name, text) in web.sources().into_iter().chain(networks.sources()) {
        std::fs::write(to.join(OWN).join(name), text)?;
    }
    for (name, secret) in networks.secrets() {
        let path = to.join(name);
        path.parent().map(std::fs::create_dir_all).transpose()?;
        std::fs::write(path, secret)?;
    }
    Ok(())
}
