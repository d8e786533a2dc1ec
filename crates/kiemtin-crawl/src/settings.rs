//! How politely, how long and how much may be read?

use crate::crawler::CrawlError;
use crate::guard::Guard;
use serde::Deserialize;

/// Limits of the crawler: the section `[crawl]` of the configuration. Every key may be left out.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CrawlSettings {
    /// Sent with every request. Its leading letters (`kiemtin`) are the name that robots.txt rules are looked up by.
    pub user_agent: String,
    /// Networks in CIDR form (`127.0.0.0/8`) that may be asked although they are private, on any port. Empty: no private,
    /// loopback or otherwise special address is ever connected to.
    pub allow_networks: Vec<String>,
    /// Ports of public addresses that may be asked. Empty: any port.
    pub allow_ports: Vec<u16>,
    /// Time from the start of one request to a host to the start of the next, in milliseconds; varied by up to 20 %. A
    /// longer `Crawl-delay` in robots.txt counts instead and is never shortened.
    pub delay_ms: u64,
    /// A host that answers slowly is asked more rarely: twice the time of its last answer between two starts, but no more than
    /// this, in milliseconds.
    pub longest_delay_ms: u64,
    /// Longest wait for a connection, in seconds.
    pub connect_timeout_s: u64,
    /// Longest time for one request with its whole body, in seconds.
    pub request_timeout_s: u64,
    /// Largest page, in bytes after decompression. A larger one is refused.
    pub max_page_bytes: usize,
    /// Largest feed, list page or timeline, in bytes after decompression.
    pub max_feed_bytes: usize,
    /// Largest sitemap or sitemap index, in bytes after decompression; 50 MiB is the protocol's own limit.
    pub max_sitemap_bytes: usize,
    /// Most redirects that are followed for one address.
    pub max_redirects: usize,
    /// Most requests of the whole crawler at one time.
    pub parallel: usize,
    /// Longest `Retry-After` that is waited for inside a run, in seconds; what asks for more ends as
    /// [`RetryLater`](kiemtin_model::Failure::RetryLater).
    pub max_wait_s: u64,
}

impl CrawlSettings {
    /// Whether a crawler can work with them; fails with what cannot be read.
    pub fn check(&self) -> Result<(), CrawlError> {
        Guard::new(&self.allow_networks, &self.allow_ports).map(drop)
    }
}

impl Default for CrawlSettings {
    fn default() -> Self {
        Self {
            user_agent: concat!("kiemtin/", env!("CARGO_PKG_VERSION")).into(),
            allow_networks: Vec::new(),
            allow_ports: vec![80, 443, 8080, 8443],
            delay_ms: 2_000,
            longest_delay_ms: 120_000,
            connect_timeout_s: 10,
            request_timeout_s: 30,
            max_page_bytes: 8 << 20,
            max_feed_bytes: 15 << 20,
            max_sitemap_bytes: 50 << 20,
            max_redirects: 5,
            parallel: 64,
            max_wait_s: 60,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_may_be_left_out_but_not_misspelt() {
        assert_eq!(toml::from_str::<CrawlSettings>("").unwrap(), CrawlSettings::default());
        let read: CrawlSettings = toml::from_str("delay_ms = 5\nallow_networks = [\"127.0.0.0/8\"]").unwrap();
        assert_eq!((read.delay_ms, read.max_redirects), (5, 5));
        assert!(toml::from_str::<CrawlSettings>("delay = 5").unwrap_err().to_string().contains("delay_ms"));
    }
}
