//! What does the rest of the service ask of the crawler? Two things: what a source lists, and what stands on a page.

use crate::charset;
use crate::client::{Body, Cap, Client, Got, Said, Want, gunzip};
use crate::hosts::Held;
use crate::networks::{Network, Round, network};
use crate::settings::CrawlSettings;
use crate::sources::{self, Listed, Listing};
use kiemtin_model::{
    FeedKind, FeedSpec, FetchedPage, HostPause, HubOffer, Lead, LeadBody, Outcome, Refusal, Restrictions, Source, Time, Validators,
};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::Semaphore;
use url::Url;

/// Bodies up to this size are decoded where they arrive (some tenths of a millisecond), larger ones off the async threads.
const DECODED_AT_ONCE: usize = 256 << 10;

/// Freshness that counts at most: what a server says of its caches is no promise that nothing happens.
const LONGEST_FRESH: Duration = Duration::from_secs(3_600);

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
    pub(crate) client: Client,
    settings: CrawlSettings,
    clock: Clock,
    /// Bodies that are read at one time: no more than there are cores, because a tree takes many times the memory of its text.
    reading: Semaphore,
}

/// What is known of a listing from the poll before: given to [`Crawler::poll`], and given back for the next one, to be stored
/// once the leads are dealt with. Empty: the listing is asked for and read in full.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownListing {
    /// What its server said of its version.
    pub validators: Validators,
    /// SHA-256 of its body: the same body is not read again. None for a listing in several parts.
    pub body_hash: Option<String>,
    /// Where the next round over a network goes on.
    pub cursor: Option<String>,
}

/// What a source's address listed.
#[derive(Debug)]
pub struct Polled {
    /// Documents, in the order of the listing, each address once; `None`: the same as last time, by the server's word or
    /// because the body is the same.
    pub leads: Option<Vec<Lead>>,
    /// For the next poll; `None`: what was known stays.
    pub known: Option<KnownListing>,
    /// What was repaired or lost, with the place.
    pub notes: Vec<String>,
    /// Least time until the next poll, by the word of the feed (a day at most) or of its server (an hour at most).
    pub pause: Option<Duration>,
    /// Where the address has moved for good, by the server's word.
    pub moved_to: Option<String>,
    /// The hub that tells of its news, where a feed was read and names one.
    pub hub: Option<HubOffer>,
    /// Addresses of posts that their origin deleted, after everything in `leads` that has the same address.
    pub deleted: Vec<String>,
    /// What the addresses of all posts begin with that went with the thread that held them.
    pub deleted_under: Vec<String>,
    /// Why a round over a network ended before its end; what came before is here.
    pub stopped: Option<Outcome>,
    /// Requests, or units of a quota, that it took.
    pub spent: u32,
    /// Posts since the round before are lost: the network no longer has them, or they are more than can be asked for.
    pub missed: bool,
}

impl Polled {
    fn nothing(known: Option<KnownListing>) -> Self {
        let (leads, pause, moved_to, hub, stopped) = (None, None, None, None, None);
        let (notes, deleted, deleted_under) = Default::default();
        Self { leads, known, notes, pause, moved_to, hub, deleted, deleted_under, stopped, spent: 0, missed: false }
    }

    fn unchanged(said: Said, known: Option<KnownListing>) -> Self {
        let pause = said.fresh_for.map(|fresh| fresh.min(LONGEST_FRESH));
        Self { pause, moved_to: said.moved_to.map(String::from), ..Self::nothing(known) }
    }
}

/// What became of a lead at its publisher.
#[derive(Debug)]
pub enum Fetched {
    /// The page, with its place among the running requests: to be dropped once the page was handed on.
    Page(Box<FetchedPage>, Held),
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
        let reading = Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from));
        Ok(Self { client: Client::new(&settings, Arc::clone(&clock))?, settings, clock, reading })
    }

    /// Reads what a feed of a source lists, at `address`: its own or where it has moved. `allowance` are the requests, or units of
    /// a quota, that a network may be asked in this round; listings take one or a few and do not look at it. `Err` is how the
    /// address itself ended; nothing of it was read.
    pub async fn poll(
        &self,
        source: &Source,
        feed: &FeedSpec,
        address: &str,
        known: &KnownListing,
        allowance: u32,
    ) -> Result<Polled, Outcome> {
        if let Some(network) = network(feed.kind) {
            return Ok(self.round(network, (source, feed, address), known, allowance).await);
        }
        let (none, limit) = (Validators::default(), self.listing_limit(feed.kind));
        let validators = if feed.conditional_get { &known.validators } else { &none };
        let mut body = match self.listing_body(address, validators, limit).await? {
            Got::NotModified(said) => return Ok(Polled::unchanged(said, None)),
            Got::Body(body) => *body,
        };
        let body_hash = Some(hash(&body.bytes));
        let next = KnownListing { validators: body.validators.clone(), body_hash, cursor: None };
        let (mut said, found) = (std::mem::take(&mut body.said), body.final_url.clone());
        if known.body_hash == next.body_hash {
            return Ok(Polled::unchanged(said, Some(next)));
        }
        let mut listing = self.read_listing(source, feed, body).await?;
        let links = std::mem::take(&mut said.links);
        let mut polled = Polled::unchanged(said, Some(next));
        if feed.kind == FeedKind::Feed {
            polled.hub = links.or(std::mem::take(&mut listing.links)).offer(address, &found, self.client.guard());
        }
        polled.pause = polled.pause.max(listing.pause);
        if listing.more.is_empty() {
            return Ok(Polled { leads: Some(listing.leads), notes: listing.notes, ..polled });
        }
        for address in std::mem::take(&mut listing.more) {
            let read = match self.listing_body(&address, &none, limit).await {
                Ok(Got::Body(body)) => self.read_listing(source, feed, *body).await,
                Ok(Got::NotModified(_)) => Ok(Listing::default()),
                Err(outcome) => Err(outcome),
            };
            match read {
                Ok(part) => listing.join(part, &address),
                Err(outcome) => listing.note(format!("{address}: {}", outcome.detail())),
            }
        }
        // The parts change while the index stays the same: it must be read again each time.
        Ok(Polled { leads: Some(listing.leads), notes: listing.notes, known: Some(KnownListing::default()), ..polled })
    }

    /// One round over a network. It always says what it took, so how it ended stands beside what it brought.
    async fn round(&self, network: &Network, of: (&Source, &FeedSpec, &str), known: &KnownListing, allowance: u32) -> Polled {
        let (cursor, limit) = (known.cursor.as_deref(), self.settings.max_feed_bytes);
        let mut round = match Round::new(&self.client, of, (cursor, allowance), ((self.clock)(), limit)).await {
            Ok(round) => round,
            Err(outcome) => return Polled { stopped: Some(outcome), ..Polled::nothing(None) },
        };
        let read = network.read(&mut round).await;
        let spent = round.allowance.spent();
        match read {
            Err(outcome) => Polled { stopped: Some(outcome), spent, ..Polled::nothing(None) },
            Ok(harvest) => {
                let known = harvest.cursor.map(|cursor| KnownListing { cursor: Some(cursor), ..KnownListing::default() });
                let (leads, notes) = (Some(harvest.listing.leads), harvest.listing.notes);
                let (deleted, deleted_under) = (harvest.deleted, harvest.deleted_under);
                let (stopped, pause, missed) = (harvest.stopped, harvest.pause, harvest.missed);
                Polled { leads, notes, deleted, deleted_under, stopped, pause, spent, missed, ..Polled::nothing(known) }
            }
        }
    }

    /// Fetches the page of a lead. A lead that holds its text is answered without a request: with its text as markup.
    pub async fn fetch(&self, lead: Lead, validators: &Validators) -> Fetched {
        if let LeadBody::Inline(text) = &lead.body {
            let html = paragraphs(text);
            let page = FetchedPage {
                final_url: lead.url.clone(),
                html,
                fetched_at: (self.clock)(),
                validators: Validators::default(),
                restrictions: Restrictions::default(),
                lead,
            };
            return Fetched::Page(Box::new(page), Held::nothing());
        }
        match self.page(lead, validators).await {
            Ok(Some((page, held))) => Fetched::Page(Box::new(page), held),
            Ok(None) => Fetched::NotModified,
            Err(outcome) => Fetched::Ended(outcome),
        }
    }

    /// Hosts that asked to be left alone since this was last called: to be stored, so that a restart leaves them alone too.
    pub fn take_pauses(&self) -> Vec<HostPause> {
        self.client.take_pauses()
    }

    /// Takes up such pauses from before a restart.
    pub fn resume(&self, pauses: &[HostPause]) {
        self.client.resume(pauses);
    }

    async fn page(&self, lead: Lead, validators: &Validators) -> Result<Option<(FetchedPage, Held)>, Outcome> {
        let limit = self.settings.max_page_bytes;
        let want = Want {
            accept: "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.5",
            cap: Cap::Refuse(limit),
            validators: Some(validators),
            form: None,
            api: None,
            accepts: |kind| kind.is_empty() || kind.starts_with("text/") || kind.contains("html") || kind.contains("xml"),
        };
        let Got::Body(body) = self.client.get(&lead.url, &want).await? else { return Ok(None) };
        if is_binary(&body.bytes) {
            return Err(Outcome::Refused(Refusal::ContentType));
        }
        let large = body.bytes.len() > DECODED_AT_ONCE;
        let Body { bytes, content_type, final_url, validators, restrictions, held, .. } = *body;
        let decode = move || charset::decode(&bytes, content_type.as_deref()).text;
        let html = if large { self.off_the_async_threads(decode).await? } else { decode() };
        // Decoding and composing can lengthen a text.
        if html.len() > limit {
            return Err(Outcome::Refused(Refusal::TooLarge));
        }
        let page = FetchedPage { lead, final_url: final_url.into(), html, fetched_at: (self.clock)(), validators, restrictions };
        Ok(Some((page, held)))
    }

    /// What time it is, for what is stored and judged.
    pub(crate) fn now(&self) -> Time {
        (self.clock)()
    }

    /// The sitemaps that the robots.txt of this site names.
    pub(crate) async fn sitemaps(&self, url: &Url) -> Vec<Url> {
        self.client.sitemaps(url).await
    }

    /// Largest listing of a kind, in bytes.
    pub(crate) fn listing_limit(&self, kind: FeedKind) -> usize {
        if kind == FeedKind::NewsSitemap { self.settings.max_sitemap_bytes } else { self.settings.max_feed_bytes }
    }

    pub(crate) async fn listing_body(&self, address: &str, validators: &Validators, limit: usize) -> Result<Got, Outcome> {
        let want = Want {
            accept: "application/rss+xml,application/atom+xml,application/feed+json,application/json,application/xml,text/xml,text/html;q=0.8,*/*;q=0.1",
            cap: Cap::Refuse(limit),
            validators: Some(validators),
            form: None,
            api: None,
            // Feeds come under many names; what they are is told by content.
            accepts: |kind| !["image/", "video/", "audio/", "font/"].iter().any(|no| kind.starts_with(no)) && kind != "application/pdf",
        };
        self.client.get(address, &want).await
    }

    async fn read_listing(&self, source: &Source, feed: &FeedSpec, body: Body) -> Result<Listing, Outcome> {
        let (source, feed, now, limit) = (source.clone(), feed.clone(), (self.clock)(), self.listing_limit(feed.kind));
        let read = move || {
            let bytes = if feed.kind == FeedKind::NewsSitemap { gunzip(body.bytes, limit)? } else { body.bytes };
            if is_binary(&bytes) {
                return Err(Outcome::Refused(Refusal::ContentType));
            }
            let decoded = charset::decode(&bytes, body.content_type.as_deref());
            let mut listing =
                sources::read(&Listed { source: &source, feed: &feed, text: &decoded.text, url: body.final_url.as_str(), now })?;
            if feed.kind == FeedKind::Feed {
                listing.pause = sources::asked_pause(&decoded.text);
            }
            if decoded.damaged {
                listing.note(format!("some bytes are no {} and stand as U+FFFD", decoded.encoding));
            }
            Ok(listing)
        };
        self.off_the_async_threads(read).await?
    }

    pub(crate) async fn off_the_async_threads<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Outcome> {
        // Never closed.
        let _place = self.reading.acquire().await;
        tokio::task::spawn_blocking(work).await.map_err(|_| sources::unreadable("the reader gave up on it"))
    }
}

fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a body starts like a picture, an archive or a document, whatever its server calls it.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
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
