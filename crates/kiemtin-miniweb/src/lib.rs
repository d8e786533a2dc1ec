//! A bundled web of eighteen invented sites on loopback: what does `kiemtin demo` crawl when there is no network?
//!
//! Newspapers, a ministry portal, a forum, a channel and a network, each on an address of its own (127.0.71.1 to
//! 127.0.71.18, one port), with the formats, encodings, layouts and bad habits of real ones. All texts are invented; they
//! stand in `web/*.toml`. Dates are relative to the start time that the caller gives, everything else is always the same.
//!
//! What is absent: a clock (only the log counts milliseconds since the start), randomness, the network beyond loopback,
//! and every other crate of the project: what is crawled shares no code with the crawler.

mod answer;
mod calendar;
mod charset;
mod content;
mod error;
mod expected;
mod feeds;
mod layouts;
mod listed;
mod log;
mod markup;
pub mod networks;
mod press;
mod route;
mod server;
mod sites;
mod social;
mod sources;
mod view;
mod web;

pub use error::MiniWebError;
pub use expected::{Expected, PageInfo};
pub use log::Request;
pub use press::{ARTICLES, MOST_HOSTS, Press, press_sources};
pub use sites::Site;

use calendar::Moment;
use server::{Running, Shared};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The running web. Dropping it stops it as well, without waiting.
#[derive(Debug)]
pub struct MiniWeb {
    port: u16,
    sites: Vec<Site>,
    shared: Arc<Shared>,
    running: Running,
}

impl MiniWeb {
    /// Binds all addresses on one free port and serves. `now_ms` (milliseconds since 1970-01-01T00:00:00Z) is what the pages
    /// are dated from: none is later.
    ///
    /// # Errors
    /// When a page file is faulty, the start time unusable or an address cannot be bound.
    pub async fn start(now_ms: i64) -> Result<Self, MiniWebError> {
        if !calendar::usable(now_ms) {
            return Err(MiniWebError::Clock { now_ms });
        }
        let raw = content::read()?;
        let (listeners, port) = server::bind().await?;
        let shared = Arc::new(Shared::new(web::Web::new(&raw, Moment(now_ms), port)));
        let running = server::serve(listeners, &shared);
        Ok(Self { port, sites: sites::sites(port), shared, running })
    }

    /// The port of all sites.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The sites, in the order of their addresses.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// Source files for the crawler, one a site: file name (`<id>.toml`) and TOML text.
    pub fn sources(&self) -> Vec<(String, String)> {
        sources::write(self.port)
    }

    /// From now on the edited articles are served in their second version, and feeds say so.
    pub fn publish_edits(&self) {
        self.shared.edited.store(true, Ordering::SeqCst);
    }

    /// All pages and what a crawl should make of each.
    pub fn pages(&self) -> Vec<PageInfo> {
        expected::pages(&self.shared.web)
    }

    /// The requests served so far (the newest 50 000), in the order in which they came.
    pub fn log(&self) -> Vec<Request> {
        self.shared.log.all()
    }

    /// Stops all sites; answers under way get up to two seconds.
    pub async fn stop(self) {
        self.running.stop().await;
    }
}
