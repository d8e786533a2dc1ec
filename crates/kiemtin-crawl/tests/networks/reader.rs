//! A source of a forum, channel or page, polled round after round, each from what is known after the last.

use kiemtin_crawl::{Clock, CrawlSettings, Crawler, KnownListing, Polled};
use kiemtin_miniweb::networks::people;
use kiemtin_model::{FeedSpec, FoundBy, Lead, LeadBody, Source, SourceGroup, Time};
use std::sync::Arc;

/// A day after the first posts of the servers.
pub(crate) fn now() -> Time {
    Time::parse("2025-05-13T08:00:00+07:00").unwrap()
}

/// A source with one feed, polled round after round.
pub(crate) struct Reader {
    pub(crate) crawler: Crawler,
    pub(crate) source: Source,
    pub(crate) feed: FeedSpec,
    pub(crate) known: KnownListing,
}

impl Reader {
    pub(crate) fn new(feed: FeedSpec) -> Self {
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
        let by_keyword = feed.kind.finds_by_keyword().unwrap_or(false);
        let source = Source {
            reach: kiemtin_model::Reach::Narrow,
            id: "mang".into(),
            name: "Mạng".into(),
            site: "http://127.0.0.1/".into(),
            group: SourceGroup::Social,
            found_by: if by_keyword { FoundBy::Keyword } else { FoundBy::Channel },
            lang: "vi".into(),
            priority: kiemtin_model::Priority::Normal,
            enabled: true,
            feeds: vec![feed.clone()],
            keep_days: None,
            article: Default::default(),
        };
        Self { crawler: Crawler::new(settings, clock).unwrap(), source, feed, known: KnownListing::default() }
    }

    /// One round; goes on from the one before.
    pub(crate) async fn round(&mut self, allowance: u32) -> Polled {
        let polled = self.crawler.poll(&self.source, &self.feed, &self.feed.url, &self.known, allowance).await.unwrap();
        if let Some(known) = &polled.known {
            self.known = known.clone();
        }
        no_people(&polled);
        polled
    }

    /// Rounds until one brings nothing; all leads together, and how many rounds it took.
    pub(crate) async fn rounds(&mut self, allowance: u32) -> (Vec<Lead>, usize) {
        let mut all = vec![];
        for rounds in 1..100 {
            let leads = leads(&self.round(allowance).await);
            if leads.is_empty() {
                return (all, rounds);
            }
            all.extend(leads);
        }
        panic!("no end");
    }
}

pub(crate) fn leads(polled: &Polled) -> Vec<Lead> {
    polled.leads.clone().unwrap_or_default()
}

pub(crate) fn text(lead: &Lead) -> &str {
    match &lead.body {
        LeadBody::Inline(text) => text,
        LeadBody::Page => panic!("{lead:?}"),
    }
}

pub(crate) fn texts(leads: &[Lead]) -> Vec<&str> {
    leads.iter().map(text).collect()
}

/// Nothing of a person is in what was read. Numbers in texts are masked later, by the pipeline.
pub(crate) fn no_people(polled: &Polled) {
    let all = format!("{polled:?}");
    for entry in people::all().filter(|entry| !people::NUMBERS.contains(entry)) {
        assert!(!all.contains(entry), "{entry} in {all}");
    }
}
