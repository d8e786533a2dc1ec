//! A feed of one network, polled round after round on one cursor.

use kiemtin_crawl::{Clock, CrawlSettings, Crawler, KnownListing, Polled};
use kiemtin_miniweb::networks::people;
use kiemtin_model::{FeedKind, FeedSpec, FoundBy, LeadBody, Source, SourceGroup, Time};
use std::path::PathBuf;
use std::sync::Arc;

/// The time of all tests.
pub(crate) fn now() -> Time {
    Time::parse("2026-11-23T09:00:00+07:00").unwrap()
}

pub(crate) fn crawler() -> Crawler {
    let settings = CrawlSettings {
        user_agent: "kiemtin/0.1 (+https://kiemtin.example/bot)".into(),
        allow_networks: vec!["127.0.0.0/8".into()],
        delay_ms: 0,
        longest_delay_ms: 0,
        request_timeout_s: 10,
        max_wait_s: 1,
        ..CrawlSettings::default()
    };
    let clock: Clock = Arc::new(now);
    Crawler::new(settings, clock).unwrap()
}

/// One feed that is polled round after round.
pub(crate) struct Rounds {
    pub(crate) crawler: Crawler,
    pub(crate) source: Source,
    pub(crate) feed: FeedSpec,
    pub(crate) cursor: Option<String>,
}

impl Rounds {
    pub(crate) fn new(kind: FeedKind, url: String, adjust: impl FnOnce(&mut FeedSpec)) -> Self {
        let mut feed = FeedSpec::of(kind, url);
        adjust(&mut feed);
        let keyword = kind.finds_by_keyword().unwrap_or_else(|| feed.url.contains("/tag/"));
        let source = Source {
            reach: kiemtin_model::Reach::Narrow,
            id: "mang".into(),
            name: "Mạng".into(),
            site: "https://mang.example/".into(),
            group: SourceGroup::Social,
            found_by: if keyword { FoundBy::Keyword } else { FoundBy::Channel },
            lang: "vi".into(),
            priority: kiemtin_model::Priority::Normal,
            enabled: true,
            feeds: vec![feed.clone()],
            keep_days: None,
            article: Default::default(),
        };
        Self { crawler: crawler(), source, feed, cursor: None }
    }

    /// One round with so many requests; the cursor that it gives is kept.
    pub(crate) async fn round(&mut self, allowance: u32) -> Polled {
        let known = KnownListing { cursor: self.cursor.clone(), ..KnownListing::default() };
        let polled = self.crawler.poll(&self.source, &self.feed, &self.feed.url, &known, allowance).await.unwrap();
        assert!(polled.spent <= allowance, "{} of {allowance}", polled.spent);
        nothing_of_people(&polled);
        if let Some(cursor) = polled.known.as_ref().and_then(|known| known.cursor.clone()) {
            self.cursor = Some(cursor);
        }
        polled
    }
}

/// The texts of a round.
pub(crate) fn texts(polled: &Polled) -> Vec<&str> {
    let leads = polled.leads.iter().flatten();
    leads.map(|lead| if let LeadBody::Inline(text) = &lead.body { text.as_str() } else { panic!("a post without text") }).collect()
}

/// Numbers and addresses in texts are masked after this crate; everything else must be gone here.
pub(crate) fn nothing_of_people(polled: &Polled) {
    let told = format!("{polled:?}");
    for planted in people::all().filter(|planted| !people::NUMBERS.contains(planted)) {
        assert!(!told.contains(planted), "«{planted}» is in {told}");
    }
}

/// A file with a token, in a folder of its own.
pub(crate) fn token_file(name: &str, token: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("kiemtin-networks-{}-{name}", std::process::id()));
    std::fs::write(&path, token).unwrap();
    path
}
