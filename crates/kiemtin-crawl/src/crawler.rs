//! What does the rest of the service ask of the crawler? Two things: what a source lists, and what stands on a page.

use crate::charset;
use crate::client::{Body, Cap, Client, Got, Want, gunzip};
use crate::settings::CrawlSettings;
use crate::sources::{self, Listed, Listing};
use kiemtin_model::{FeedKind, FeedSpec, FetchedPage, Lead, LeadBody, Outcome, Refusal, Source, Time, Validators};
use std::sync::Arc;
use thiserror::Error;

/// Says what time it is, for the times that are stored. Pauses between requests do not depend on it.
pub type Clock = Arc<dyn Fn() -> Time + Send + Sync>;

/// Why there is no crawler.
#[derive(Debug, Error)]
pub enum CrawlError {
    /// A network of the settings cannot be read.
    #[error("\"{0}\" is no network in CIDR form, expected one like 127.0.0.0/8")]
    Network(String),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}

/// Talks to publishers. Shared by all tasks; the limits hold over all of them together.
pub struct Crawler {
    client: Client,
    settings: CrawlSettings,
    clock: Clock,
}

/// What a source's address listed.
#[derive(Debug)]
pub enum Polled {
    /// The same as last time, by the server's word.
    Unchanged,
    /// A listing.
    Listed {
        /// Documents, in the order of the listing, each address once.
        leads: Vec<Lead>,
        /// For the next poll; to be stored once the leads are dealt with.
        validators: Validators,
        /// What was repaired or lost, with the place.
        notes: Vec<String>,
    },
}

/// What became of a lead at its publisher.
#[derive(Debug)]
pub enum Fetched {
    /// The page.
    Page(Box<FetchedPage>),
    /// The same as last time, by the server's word.
    NotModified,
    /// There is no page to be had.
    Ended(Outcome),
}

impl Crawler {
    /// A crawler that has asked nobody yet. Fails for settings that cannot be read.
    pub fn new(settings: CrawlSettings, clock: Clock) -> Result<Self, CrawlError> {
        if !settings.allow_networks.is_empty() {
            tracing::warn!(networks = ?settings.allow_networks, "these networks may be crawled although they are private");
        }
        Ok(Self { client: Client::new(&settings, Arc::clone(&clock))?, settings, clock })
    }

    /// Reads what an address of a source lists. `Err` is how the address itself ended; nothing of it was read.
    pub async fn poll(&self, source: &Source, feed: &FeedSpec, validators: &Validators) -> Result<Polled, Outcome> {
        let Some(body) = self.listing_body(&feed.url, validators).await? else { return Ok(Polled::Unchanged) };
        let validators = body.validators.clone();
        let mut listing = self.read_listing(source, feed, body).await?;
        if listing.more.is_empty() {
            return Ok(Polled::Listed { leads: listing.leads, validators, notes: listing.notes });
        }
        for address in std::mem::take(&mut listing.more) {
            let read = match self.listing_body(&address, &Validators::default()).await {
                Ok(Some(body)) => self.read_listing(source, feed, body).await,
                Ok(None) => Ok(Listing::default()),
                Err(outcome) => Err(outcome),
            };
            match read {
                Ok(part) => listing.join(part, &address),
                Err(outcome) => listing.note(format!("{address}: {}", outcome.detail())),
            }
        }
        // The parts change while the index stays the same: it must be read again each time.
        Ok(Polled::Listed { leads: listing.leads, validators: Validators::default(), notes: listing.notes })
    }

    /// Fetches the page of a lead. A lead that holds its text is answered without a request: with its text as markup.
    pub async fn fetch(&self, lead: Lead, validators: &Validators) -> Fetched {
        if let LeadBody::Inline(text) = &lead.body {
            let html = paragraphs(text);
            return Fetched::Page(Box::new(FetchedPage {
                final_url: lead.url.clone(),
                html,
                fetched_at: (self.clock)(),
                validators: Validators::default(),
                lead,
            }));
        }
        match self.page(lead, validators).await {
            Ok(Some(page)) => Fetched::Page(Box::new(page)),
            Ok(None) => Fetched::NotModified,
            Err(outcome) => Fetched::Ended(outcome),
        }
    }

    async fn page(&self, lead: Lead, validators: &Validators) -> Result<Option<FetchedPage>, Outcome> {
        let limit = self.settings.max_page_bytes;
        let want = Want {
            accept: "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5",
            cap: Cap::Refuse(limit),
            validators: Some(validators),
            accepts: |kind| kind.is_empty() || kind.starts_with("text/") || kind.contains("html") || kind.contains("xml"),
        };
        let Got::Body(body) = self.client.get(&lead.url, &want).await? else { return Ok(None) };
        if is_binary(&body.bytes) {
            return Err(Outcome::Refused(Refusal::ContentType));
        }
        let Body { bytes, content_type, final_url, validators } = body;
        let html = off_the_async_threads(move || charset::decode(&bytes, content_type.as_deref()).text).await?;
        // Decoding and composing can lengthen a text.
        if html.len() > limit {
            return Err(Outcome::Refused(Refusal::TooLarge));
        }
        Ok(Some(FetchedPage { lead, final_url: final_url.into(), html, fetched_at: (self.clock)(), validators }))
    }

    async fn listing_body(&self, address: &str, validators: &Validators) -> Result<Option<Body>, Outcome> {
        let want = Want {
            accept: "application/rss+xml,application/atom+xml,application/feed+json,application/json,application/xml,text/xml,text/html;q=0.8,*/*;q=0.1",
            cap: Cap::Refuse(self.settings.max_feed_bytes),
            validators: Some(validators),
            // Feeds come under many names; what they are is told by content.
            accepts: |kind| !["image/", "video/", "audio/", "font/"].iter().any(|no| kind.starts_with(no)) && kind != "application/pdf",
        };
        match self.client.get(address, &want).await? {
            Got::NotModified => Ok(None),
            Got::Body(body) => Ok(Some(body)),
        }
    }

    async fn read_listing(&self, source: &Source, feed: &FeedSpec, body: Body) -> Result<Listing, Outcome> {
        let (source, feed, now, limit) = (source.clone(), feed.clone(), (self.clock)(), self.settings.max_feed_bytes);
        let read = move || {
            let bytes = if feed.kind == FeedKind::NewsSitemap { gunzip(body.bytes, limit)? } else { body.bytes };
            if is_binary(&bytes) {
                return Err(Outcome::Refused(Refusal::ContentType));
            }
            let decoded = charset::decode(&bytes, body.content_type.as_deref());
            let mut listing =
                sources::read(&Listed { source: &source, feed: &feed, text: &decoded.text, url: body.final_url.as_str(), now })?;
            if decoded.damaged {
                listing.note(format!("some bytes are no {} and stand as U+FFFD", decoded.encoding));
            }
            Ok(listing)
        };
        off_the_async_threads(read).await?
    }
}

async fn off_the_async_threads<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Outcome> {
    tokio::task::spawn_blocking(work).await.map_err(|_| sources::unreadable("the reader gave up on it"))
}

/// Whether a body starts like a picture, an archive or a document, whatever its server calls it.
fn is_binary(bytes: &[u8]) -> bool {
    const MAGIC: &[&[u8]] = &[
        b"%PDF-",
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"PK\x03\x04",
        b"\x1f\x8b",
        b"\x28\xb5\x2f\xfd",
        b"Rar!",
        b"\xd0\xcf\x11\xe0",
        b"\x7fELF",
    ];
    MAGIC.iter().any(|magic| bytes.starts_with(magic))
}

fn paragraphs(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.lines().map(|line| format!("<p>{line}</p>\n")).collect()
}
