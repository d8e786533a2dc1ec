//! The crawler against real servers on loopback, friendly and hostile.
#![allow(clippy::unwrap_used, reason = "tests")]

mod addresses;
mod bodies;
mod conditional;
mod hostile;
mod listings;
mod politeness;
mod propose;
mod robots;
mod server;
mod subscribe;

use flate2::Compression;
use flate2::write::GzEncoder;
use kiemtin_crawl::{Clock, CrawlSettings, Crawler, Fetched, KnownListing, Polled};
use kiemtin_model::{FeedKind, FeedSpec, FetchedPage, FoundBy, Lead, LeadBody, Outcome, Refusal, Source, SourceGroup, Time, Validators};
use std::io::Write;
use std::sync::Arc;

fn now() -> Time {
    Time::parse("2025-05-12T08:30:00+07:00").unwrap()
}

fn crawler(adjust: impl FnOnce(&mut CrawlSettings)) -> Crawler {
    let mut settings = CrawlSettings {
        user_agent: "kiemtin/0.1 (+https://kiemtin.example/bot)".into(),
        allow_networks: vec!["127.0.0.0/16".into()],
        delay_ms: 0,
        longest_delay_ms: 0,
        request_timeout_s: 10,
        max_wait_s: 3,
        ..CrawlSettings::default()
    };
    adjust(&mut settings);
    let clock: Clock = Arc::new(now);
    Crawler::new(settings, clock).unwrap()
}

fn lead(url: &str) -> Lead {
    Lead {
        source: "bao".into(),
        url: url.into(),
        title: String::new(),
        published_at: None,
        date_note: None,
        updated_at: None,
        guid: None,
        body: LeadBody::Page,
    }
}

async fn fetch(crawler: &Crawler, url: &str) -> Result<FetchedPage, Outcome> {
    match crawler.fetch(lead(url), &Validators::default()).await {
        Fetched::Page(page, _) => Ok(*page),
        Fetched::NotModified => panic!("not modified"),
        Fetched::Ended(outcome) => Err(outcome),
    }
}

async fn poll(crawler: &Crawler, kind: FeedKind, url: &str) -> Result<(Vec<Lead>, Validators, Vec<String>), Outcome> {
    let polled = poll_knowing(crawler, kind, url, &KnownListing::default()).await?;
    Ok((polled.leads.expect("unchanged"), polled.known.unwrap_or_default().validators, polled.notes))
}

async fn poll_knowing(crawler: &Crawler, kind: FeedKind, url: &str, known: &KnownListing) -> Result<Polled, Outcome> {
    crawler.poll(&source(), &feed(kind, url), url, known, 0).await
}

fn feed(kind: FeedKind, url: &str) -> FeedSpec {
    FeedSpec { link_selector: Some("a".into()), ..FeedSpec::of(kind, url) }
}

fn source() -> Source {
    Source {
        reach: kiemtin_model::Reach::Narrow,
        id: "bao".into(),
        name: "Báo".into(),
        site: "http://127.0.0.1/".into(),
        group: SourceGroup::Press,
        found_by: FoundBy::Channel,
        lang: "vi".into(),
        priority: kiemtin_model::Priority::Normal,
        enabled: true,
        feeds: Vec::new(),
        keep_days: None,
        article: Default::default(),
    }
}

fn refused(refusal: Refusal) -> Outcome {
    Outcome::Refused(refusal)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

const RSS: &str = "<rss version=\"2.0\"><channel><item><title>Giá điện</title><link>/a.html</link><pubDate>Mon, 12 May 2025 08:00:00 +07</pubDate></item></channel></rss>";
