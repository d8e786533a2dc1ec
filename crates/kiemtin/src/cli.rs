//! What can be asked on the command line?

use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Theo dõi báo chí và cảnh báo tin sai cho văn phòng báo chí của Bộ.
/// (Media monitoring and misinformation flagging for a ministry press office.)
#[derive(Parser, Debug)]
#[command(name = "kiemtin", version, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
}

/// Options of every command.
#[derive(Args, Debug, Clone)]
pub struct Common {
    /// Folder with the configuration
    #[arg(long, global = true, value_name = "DIR", default_value = "config")]
    pub config: PathBuf,
    /// Folder for the store and the index (default: the store in var/, the index in index/)
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Start the clock at this time (RFC 3339), for replays and tests
    #[arg(long, global = true, value_name = "TIME", value_parser = time)]
    pub now: Option<kiemtin_model::Time>,
    /// Give the result as one JSON object
    #[arg(long, global = true)]
    pub json: bool,
}

fn time(text: &str) -> Result<kiemtin_model::Time, String> {
    kiemtin_model::Time::parse(text)
}

/// The commands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show the whole service on a bundled web of its own: works offline, keeps nothing
    Demo {
        /// Port of the pages; 0 picks a free one
        #[arg(long, default_value_t = 8080)]
        port: u16,
    },
    /// Run the service: collecting, alerts, API and pages
    Serve {
        /// Port of the pages instead of the configured one; 0 picks a free one
        #[arg(long)]
        port: Option<u16>,
    },
    /// Check the whole configuration and run every rule's own examples
    Check,
    /// Collect from the configured sources
    Crawl {
        /// One pass, then a summary
        #[arg(long, required = true)]
        once: bool,
        /// Only these sources, due or not
        #[arg(long, value_name = "ID")]
        source: Vec<String>,
    },
    /// Take in document lines (NDJSON, may be gzip or zstd); `-` is standard input
    Ingest {
        /// Files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Read one HTML page (or a folder of them) and print what it says
    Extract {
        /// Address of the page
        #[arg(long)]
        url: Option<String>,
        /// Read every *.html and *.html.gz of this folder
        #[arg(long, value_name = "DIR", conflicts_with_all = ["url", "file"])]
        batch: Option<PathBuf>,
        /// The page; standard input when left out
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Say what the rules find in document lines; keeps nothing
    Classify {
        /// Document lines; standard input when left out
        #[arg(value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Search what was taken in
    Search(Search),
    /// Rebuild the index from the store
    Reindex,
}

/// `search`
#[derive(Args, Debug)]
pub struct Search {
    /// Words, "phrases", AND OR NOT, NEAR/n, title: source: kind: topic:
    #[arg(value_name = "QUERY")]
    pub query: String,
    /// Published on or after this day (2026-11-01) or time
    #[arg(long)]
    pub from: Option<String>,
    /// Published before the end of this day, or before this time
    #[arg(long)]
    pub to: Option<String>,
    /// Only this source
    #[arg(long)]
    pub source: Option<String>,
    /// Only this topic
    #[arg(long)]
    pub topic: Option<String>,
    /// Stories to show
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub limit: u16,
    /// Newest first instead of best first
    #[arg(long)]
    pub newest: bool,
}
