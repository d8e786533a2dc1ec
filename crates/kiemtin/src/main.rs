//! The binary: knows all crates, holds order, not logic. One file per command under `commands/`.

mod arguments;
mod audit_watch;
mod backup_folder;
mod cli;
mod clock;
mod collect;
mod commands;
mod config;
mod crew;
mod data;
mod desk_rounds;
mod followers;
mod identity;
mod import;
mod input;
mod narratives;
mod out;
mod pipeline;
mod progress;
mod push;
mod random;
mod reload;
mod replay;
mod report_rounds;
mod retention;
mod salt_file;
mod sampling;
mod sending;
mod service;
mod stories;
mod subscriber;
mod typed;
mod warnings;

use clap::Parser;
use cli::{Cli, Command};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Memory that threads give back is taken by others and by the system; the C library keeps it for each of them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return arguments::tell(&error),
    };
    log_to_stderr(matches!(cli.command, Command::Serve { .. }));
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("lỗi: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli)) {
        Ok(code) => code,
        Err(error) if out::nobody_reads(&error) => ExitCode::SUCCESS,
        Err(error) if error.is::<typed::Wrong>() => {
            eprintln!("lỗi: {error}");
            ExitCode::from(2)
        }
        Err(error) => {
            eprintln!("lỗi: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let common = cli.common;
    match cli.command {
        Command::Demo { port } => commands::demo::run(&common, port).await,
        Command::Serve { port } => commands::serve::run(&common, port).await,
        Command::Check => commands::check::run(&common),
        Command::Crawl { source, .. } => commands::crawl::run(&common, &source).await,
        Command::Ingest { files, mapping } => commands::ingest::run(&common, &files, mapping.as_deref()).await,
        Command::Extract { url, source, batch, file } => {
            let asked =
                commands::extract::Asked { url: url.as_deref(), source: source.as_deref(), batch: batch.as_deref(), file: file.as_deref() };
            commands::extract::run(&common, asked).await
        }
        Command::Feed { url, file } => commands::feed::run(&common, url.as_deref(), &file),
        Command::Mask { file } => commands::mask::run(&common, file.as_deref()),
        Command::Classify { file } => commands::classify::run(&common, file.as_deref()).await,
        Command::Cite { file } => commands::cite::run(&common, file.as_deref()).await,
        Command::Rules { what } => commands::rules::run(&common, &what).await,
        Command::Sources { what } => commands::sources::run(&common, &what).await,
        Command::Backtest(asked) => commands::backtest::run(&common, &asked).await,
        Command::Search(search) => commands::search::run(&common, &search).await,
        Command::Export(asked) => commands::export::run(&common, &asked).await,
        Command::Trends(trends) => commands::trends::run(&common, &trends).await,
        Command::User { what } => commands::user::run(&common, &what).await,
        Command::Token { what } => commands::token::run(&common, &what).await,
        Command::Receivers { what } => commands::receivers::run(&common, &what).await,
        Command::Saved { what } => commands::saved::run(&common, &what).await,
        Command::Audit { what } => commands::audit::run(&common, &what).await,
        Command::Bench { name, corpus, queries, load } => commands::bench::run(&common, &name, &corpus, queries.as_deref(), &load).await,
        Command::PressWeb { hosts } => commands::bench::press_web(&common, hosts).await,
        Command::Prune { dry_run } => commands::prune::run(&common, dry_run).await,
        Command::Backup { dir } => commands::backup::run(&common, &dir).await,
        Command::Restore { dir } => commands::restore::run(&common, &dir).await,
        Command::Reindex => commands::reindex::run(&common).await,
    }
}

/// Logs go to standard error; `RUST_LOG` chooses more or less.
fn log_to_stderr(service: bool) {
    let default = if service { "info" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
}

/// An error with everything behind it, on one line.
fn reasons(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
