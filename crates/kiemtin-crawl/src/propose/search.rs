//! In which order is a site asked, and when is it enough?
//!
//! The page first, then the feeds that it names and those of its page of feeds, then the sitemaps of robots.txt; usual
//! paths only where nothing was named. One question is kept for an article.

use super::address::{FEED_PATHS, SITEMAP_PATHS, is_article, is_feed, is_sitemap, same_site, source_id, urgency};
use super::answer::{self, Answer};
use super::page::PageFacts;
use super::{End, Found, Known, MAX_ADDRESSES, Proposal, Tried, recommend};
use crate::client::Got;
use crate::crawler::Crawler;
use crate::sources::unreadable;
use kiemtin_model::canonical::{canonical_url, site_host};
use kiemtin_model::{Failure, FeedKind, FetchedPage, Lead, LeadBody, Outcome, Refusal, Validators};
use std::collections::{HashSet, VecDeque};
use url::Url;

/// Feeds that are enough.
const ENOUGH_FEEDS: usize = 6;
/// Sitemaps that are enough.
const ENOUGH_SITEMAPS: usize = 2;
/// Questions that feeds leave to the sitemaps and the article.
const LEFT_BY_FEEDS: usize = 4;
/// Questions that sitemaps leave to the article.
const LEFT_BY_SITEMAPS: usize = 1;
/// Questions without any answer, one after the other, after which a site is given up.
const GIVE_UP: usize = 3;
/// Most addresses that are named as not asked.
const MAX_NOT_ASKED: usize = 40;

/// An address that may be worth a question.
struct Candidate {
    url: String,
    known: Known,
    /// The index that names a sitemap.
    index: Option<String>,
}

impl Candidate {
    fn new(url: impl Into<String>, known: Known) -> Self {
        Self { url: url.into(), known, index: None }
    }
}

/// What is known of a site while it is asked.
pub(super) struct Search<'a> {
    crawler: &'a Crawler,
    given: Url,
    left: usize,
    asked: HashSet<String>,
    feeds: VecDeque<Candidate>,
    sitemaps: VecDeque<Candidate>,
    articles: Vec<String>,
    /// Questions without any answer, since the last answer.
    unanswered: usize,
    /// The site cannot be reached: nothing more is asked.
    lost: bool,
    proposal: Proposal,
}

impl<'a> Search<'a> {
    pub(super) fn new(crawler: &'a Crawler, address: &str) -> Result<Self, Outcome> {
        let refused = || Outcome::Refused(Refusal::Address);
        let given = canonical_url("", address).and_then(|url| Url::parse(&url).ok()).ok_or_else(refused)?;
        let site = given.join("/").map_err(|_| refused())?;
        let proposal = Proposal {
            id: source_id(&site),
            name: String::new(),
            site: site.to_string(),
            found: vec![],
            tried: vec![],
            not_asked: vec![],
            article: None,
        };
        Ok(Self {
            crawler,
            given,
            left: MAX_ADDRESSES,
            asked: HashSet::new(),
            feeds: VecDeque::new(),
            sitemaps: VecDeque::new(),
            articles: vec![],
            unanswered: 0,
            lost: false,
            proposal,
        })
    }

    pub(super) async fn run(mut self) -> Result<Proposal, Outcome> {
        self.pages().await;
        self.named_feeds().await;
        self.named_sitemaps().await;
        self.usual_paths().await;
        self.article().await;
        let now = self.crawler.now();
        let mut proposal = self.proposal;
        recommend(&mut proposal.found, now);
        if proposal.name.is_empty() {
            proposal.name = site_host(&proposal.site).unwrap_or_default();
        }
        let rest = self.feeds.into_iter().chain(self.sitemaps).map(|c| c.url).filter(|url| !self.asked.contains(url));
        let mut seen = HashSet::new();
        proposal.not_asked = rest.filter(|url| seen.insert(url.clone())).take(MAX_NOT_ASKED).collect();
        Ok(proposal)
    }

    /// The given page, and the home page when the given one is a feed or an article.
    async fn pages(&mut self) {
        let given = Candidate::new(self.given.as_str(), Known::Given);
        let first = self.ask(given).await;
        let alone = match first {
            Some(Answer::Page { facts, list, html }) => {
                let article = is_article(&self.given) && list.is_none();
                if article {
                    self.proposal.article = Some(self.fetched(self.given.to_string(), html));
                }
                self.take_page(*facts, list, Known::Linked, !article);
                article
            }
            Some(Answer::Listing { found, leads, parts }) => {
                self.take_listing(found, leads, parts);
                true
            }
            None => false,
        };
        if alone {
            let home = Candidate::new(self.proposal.site.as_str(), Known::Home);
            if let Some(Answer::Page { facts, list, .. }) = self.ask(home).await {
                self.take_page(*facts, list, Known::Linked, true);
            }
        }
        if self.lost {
            return;
        }
        let named = self.crawler.sitemaps(&self.given).await.into_iter().map(|url| Candidate::new(url, Known::Robots));
        self.sitemaps.extend(named);
        self.sitemaps.make_contiguous().sort_by_key(|c| !is_of_news(&c.url));
    }

    async fn named_feeds(&mut self) {
        while self.count(FeedKind::Feed) < ENOUGH_FEEDS && self.left > LEFT_BY_FEEDS {
            let Some(candidate) = self.feeds.pop_front() else { break };
            let known = candidate.known;
            match self.ask(candidate).await {
                Some(Answer::Listing { found, leads, parts }) => self.take_listing(found, leads, parts),
                // A page of feeds; pages behind it are not followed.
                Some(Answer::Page { facts, .. }) if known != Known::Directory => {
                    self.take_page(PageFacts { alternates: vec![], articles: vec![], ..*facts }, None, Known::Directory, false);
                }
                _ => {}
            }
        }
    }

    async fn named_sitemaps(&mut self) {
        while self.count(FeedKind::NewsSitemap) < ENOUGH_SITEMAPS && self.left > LEFT_BY_SITEMAPS {
            let Some(candidate) = self.sitemaps.pop_front() else { break };
            let index = candidate.index.clone();
            if let Some(Answer::Listing { mut found, leads, parts }) = self.ask(candidate).await {
                // Sitemaps of an archive come and go; their index stays.
                if let Some(index) = index.filter(|_| !found.news) {
                    let part = std::mem::replace(&mut found.feed.url, index);
                    found.notes.insert(0, format!("counted in {part} alone"));
                }
                self.take_listing(found, leads, parts);
            }
        }
    }

    async fn usual_paths(&mut self) {
        for path in FEED_PATHS {
            if self.count(FeedKind::Feed) == 0 && self.left > LEFT_BY_FEEDS {
                self.ask_path(path).await;
            }
        }
        // A page of feeds may have been among them.
        self.named_feeds().await;
        for path in SITEMAP_PATHS {
            if self.count(FeedKind::NewsSitemap) == 0 && self.left > LEFT_BY_SITEMAPS {
                self.ask_path(path).await;
                self.named_sitemaps().await;
            }
        }
    }

    async fn ask_path(&mut self, path: &str) {
        let Ok(url) = self.given.join(path) else { return };
        match self.ask(Candidate::new(url.as_str(), Known::Usual)).await {
            Some(Answer::Listing { found, leads, parts }) => self.take_listing(found, leads, parts),
            Some(Answer::Page { facts, .. }) if is_feed(&url) => {
                self.take_page(PageFacts { alternates: vec![], articles: vec![], ..*facts }, None, Known::Directory, false);
            }
            _ => {}
        }
    }

    /// One article, unless the given page was one.
    async fn article(&mut self) {
        let site = self.given.clone();
        let fits = |url: &&String| Url::parse(url).is_ok_and(|url| same_site(&url, &site) && is_article(&url));
        let Some(url) = self.articles.iter().find(fits).cloned() else { return };
        if self.proposal.article.is_some() {
            return;
        }
        if let Some(Answer::Page { html, .. }) = self.ask(Candidate::new(url.as_str(), Known::Article)).await {
            self.proposal.article = Some(self.fetched(url, html));
        }
    }

    fn count(&self, kind: FeedKind) -> usize {
        self.proposal.found.iter().filter(|f| f.feed.kind == kind && f.entries > 0).count()
    }

    /// What a page names is put into the queues. `lists`: whether its list of articles is one of the site.
    fn take_page(&mut self, facts: PageFacts, list: Option<(Found, Vec<Lead>)>, known: Known, lists: bool) {
        if self.proposal.name.is_empty() && known != Known::Directory && lists {
            self.proposal.name = facts.name;
        }
        let named = facts.alternates.into_iter().map(|url| Candidate::new(url, Known::Named));
        self.feeds.extend(named.chain(facts.feeds.into_iter().map(|url| Candidate::new(url, known))));
        if known == Known::Directory {
            // The feed of everything may stand at the end of the page.
            self.feeds.make_contiguous().sort_by_key(|c| (c.known != Known::Named, urgency(&c.url)));
        }
        self.sitemaps.extend(facts.sitemaps.into_iter().map(|url| Candidate::new(url, Known::Linked)));
        self.articles.extend(facts.articles);
        if let Some((found, leads)) = list.filter(|_| lists) {
            self.articles.splice(0..0, leads.into_iter().map(|lead| lead.url).take(20));
            self.proposal.found.push(found);
        }
    }

    fn take_listing(&mut self, found: Found, leads: Vec<Lead>, parts: Vec<String>) {
        if !parts.is_empty() {
            // The sitemap of news first, then the one that changed last.
            let index = Some(found.feed.url.clone());
            let part = |url| Candidate { index: index.clone(), ..Candidate::new(url, Known::Index) };
            let mut parts: Vec<Candidate> = parts.into_iter().map(part).collect();
            parts.sort_by_key(|part| !is_of_news(&part.url));
            parts.truncate(ENOUGH_SITEMAPS);
            parts.into_iter().rev().for_each(|part| self.sitemaps.push_front(part));
        }
        if found.entries > 0 && !self.proposal.found.iter().any(|f| f.feed.url == found.feed.url) {
            self.articles.splice(0..0, leads.into_iter().map(|lead| lead.url).take(20));
            self.proposal.found.push(found);
        }
    }

    fn fetched(&self, url: String, html: String) -> FetchedPage {
        let (title, published_at, updated_at) = (String::new(), None, None);
        let lead = Lead {
            source: self.proposal.id.clone(),
            url: url.clone(),
            title,
            published_at,
            updated_at,
            guid: None,
            date_note: None,
            body: LeadBody::Page,
        };
        FetchedPage {
            lead,
            final_url: url,
            html,
            fetched_at: self.crawler.now(),
            validators: Validators::default(),
            restrictions: Default::default(),
        }
    }

    /// Asks an address, unless it was asked or nothing is left to ask with, and notes what came.
    async fn ask(&mut self, candidate: Candidate) -> Option<Answer> {
        let url = canonical_url("", &candidate.url)?;
        if self.lost || self.left == 0 || !self.asked.insert(url.clone()) {
            return None;
        }
        self.left -= 1;
        let answer = self.answer(&url, candidate.known).await;
        let (end, detail) = match &answer {
            Ok(Answer::Page { .. }) => (End::Page, String::new()),
            Ok(Answer::Listing { parts, .. }) if !parts.is_empty() => (End::Index, String::new()),
            Ok(Answer::Listing { found, .. }) if found.entries == 0 => (End::Empty, found.notes.join("; ")),
            Ok(Answer::Listing { found, .. }) if found.feed.kind == FeedKind::Feed => (End::Feed, String::new()),
            Ok(Answer::Listing { .. }) => (End::Sitemap, String::new()),
            Err(outcome) => (End::Failed, outcome.detail()),
        };
        self.unanswered = if matches!(&answer, Err(Outcome::Failed(Failure::Network(_)))) { self.unanswered + 1 } else { 0 };
        self.lost = self.unanswered >= if candidate.known == Known::Given { 1 } else { GIVE_UP };
        self.proposal.tried.push(Tried { url, known: candidate.known, end, detail });
        answer.ok()
    }

    async fn answer(&mut self, url: &str, known: Known) -> Result<Answer, Outcome> {
        let sitemap = known == Known::Robots || known == Known::Index || Url::parse(url).is_ok_and(|url| is_sitemap(&url));
        let limit = self.crawler.listing_limit(if sitemap { FeedKind::NewsSitemap } else { FeedKind::Feed });
        let empty = Validators::default();
        let Got::Body(body) = self.crawler.listing_body(url, &empty, limit).await? else {
            return Err(unreadable("304 to a question without conditions"));
        };
        if known == Known::Given {
            // Everything else is asked where the site really is.
            self.proposal.id = source_id(&body.final_url);
            self.proposal.site = body.final_url.join("/").map(String::from).unwrap_or_default();
            self.given = body.final_url.clone();
        }
        // A redirect may lead to what was asked or will be.
        if let Some(last) = canonical_url("", body.final_url.as_str())
            && last != url
            && !self.asked.insert(last)
        {
            return Err(unreadable("it leads to an address that was asked before"));
        }
        let now = self.crawler.now();
        self.crawler.off_the_async_threads(move || answer::read(*body, known, limit, now)).await?
    }
}

/// Whether the address of a sitemap says that it is one of news.
fn is_of_news(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    ["news", "tin-moi", "tinmoi"].iter().any(|word| url.contains(word))
}
