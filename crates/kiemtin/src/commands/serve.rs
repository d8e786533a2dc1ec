//! `serve`: the service on the configuration: collects what is due, again and again, until it is stopped.

use crate::cli::Common;
use crate::collect::{DueSource, Watcher};
use crate::config::areas;
use crate::data::DataFolders;
use crate::reload::Reload;
use crate::service::{Entrance, Running};
use crate::subscriber::Subscriber;
use crate::{clock, config};
use kiemtin_model::{Source, Tally};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

/// Runs the command.
pub async fn run(common: &Common, port: Option<u16>) -> anyhow::Result<ExitCode> {
    let config = config::load_valid(&common.config)?;
    let mut listen: SocketAddr = config.settings.service.listen.parse()?;
    if let Some(port) = port {
        listen.set_port(port);
    }
    let clock = clock::clock(common.now);
    let (running, opening) = Running::start(&config, &DataFolders::of(common), clock, listen, Entrance::Users).await?;
    areas::log_changes(&common.config, areas::ALL, running.store.as_ref(), (running.pipeline.clock)()).await?;
    running.announce(&opening);
    let reload = Reload {
        folder: common.config.clone(),
        hotlines: config.settings.masking.hotlines.clone(),
        live: running.pipeline.knowledge.clone(),
        store: running.store.clone(),
        status: running.status.clone(),
        clock: running.pipeline.clock.clone(),
    };
    let subscriber = Subscriber::of(&running.collector);
    let ended = tokio::select! {
        ended = collect(&running, &config.sources) => ended,
        () = reload.watch() => Ok(()),
        never = subscriber.run() => match never {},
        () = asked_to_stop() => Ok(()),
    };
    running.stop().await?;
    ended.map(|()| ExitCode::SUCCESS)
}

async fn collect(running: &Running, sources: &[Arc<Source>]) -> anyhow::Result<()> {
    running.collector.enrol(sources, true).await?;
    let status = Status { running, names: sources, failing: Mutex::default() };
    running.collector.watch(&running.pipeline, sources, &status).await.map(|never| match never {})
}

/// Tells the status page how collecting goes. The index follows the store by itself.
struct Status<'a> {
    running: &'a Running,
    names: &'a [Arc<Source>],
    /// By source: why it cannot be read. Its feeds mostly fail for one reason.
    failing: Mutex<BTreeMap<String, String>>,
}

impl Watcher for Status<'_> {
    fn busy(&self) {
        self.running.status.crawl_running();
    }

    fn recorded(&self, batch: &Tally) {
        self.running.status.ingested(batch);
    }

    fn polled(&self, source: &str, failures: &[(String, String)], gaps: u64) {
        self.running.status.feed_gaps(gaps);
        let mut failing = self.failing.lock().unwrap_or_else(PoisonError::into_inner);
        match failures.first() {
            Some((_, reason)) => failing.insert(source.to_owned(), reason.clone()),
            None => failing.remove(source),
        };
        let named = failing.iter().map(|(id, reason)| (name(self.names, id), reason.clone()));
        self.running.status.failing_sources(named.collect());
    }

    fn idle(&self, since: &Tally) {
        self.running.status.crawl_idle((self.running.collector.clock)(), since);
        tracing::info!(
            read = since.read,
            new = since.new,
            failed = since.failed,
            alerts = since.alerts,
            "everything that was due is collected"
        );
    }
}

fn name(sources: &[Arc<Source>], id: &str) -> String {
    sources.iter().find(|s| s.id == id).map_or_else(|| id.to_owned(), |s| s.name.clone())
}

/// One pass; the service is idle after it.
pub async fn one_pass(running: &Running, due: Vec<DueSource>, all: &[Arc<Source>]) -> anyhow::Result<Tally> {
    let tally = busy_pass(running, due, all).await?;
    running.status.crawl_idle((running.collector.clock)(), &tally);
    Ok(tally)
}

/// One pass after which more is to come, with everything that the status page tells about it.
pub async fn busy_pass(running: &Running, due: Vec<DueSource>, all: &[Arc<Source>]) -> anyhow::Result<Tally> {
    running.status.crawl_running();
    let pass = running.collector.pass(&running.pipeline, due, &|_| {}).await?;
    running.index_now().await?;
    running.status.ingested(&pass.tally);
    running.status.feed_gaps(pass.gaps);
    // One line per source: its feeds mostly fail for one reason.
    let mut failing: Vec<(String, String)> = vec![];
    for (id, reason) in &pass.failures {
        let name = name(all, id);
        if !failing.iter().any(|(known, _)| *known == name) {
            failing.push((name, reason.clone()));
        }
    }
    running.status.failing_sources(failing);
    tracing::info!(
        read = pass.tally.read,
        new = pass.tally.new,
        failed = pass.tally.failed,
        alerts = pass.tally.alerts,
        "a pass over the sources ended"
    );
    Ok(pass.tally)
}

/// Ctrl-C, or the end signal of a process supervisor.
pub async fn asked_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupted = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminated) => {
            tokio::select! {
                result = interrupted => report(result),
                _ = terminated.recv() => {}
            }
        }
        Err(error) => report(Err(error)),
    }
}

fn report(result: std::io::Result<()>) {
    if let Err(error) = result {
        tracing::error!(error = %error, "signals cannot be waited for; stopping");
    }
}
