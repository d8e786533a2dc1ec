//! How can a site be collected? Its feeds, its sitemaps, and the selector of its list page, each read before it is named.
//!
//! ```text
//! address --ask--> page: what it names    propose/page.rs, propose/selectors.rs
//!                  robots.txt: sitemaps   robots_rules.rs
//! each candidate --ask--> Answer          propose/answer.rs   the readers that collecting uses
//! ```
//!
//! Every question takes the way of every request: guard, robots.txt, turn of the host. No address is asked twice.

mod address;
mod answer;
mod dates;
mod page;
mod search;
mod selectors;

pub use dates::date_selectors;

use crate::crawler::Crawler;
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{FeedKind, FeedSpec, FetchedPage, Outcome, Time};
use serde::Serialize;

/// Most addresses that are asked for one proposal. The robots.txt of the site and redirects come on top.
pub const MAX_ADDRESSES: usize = 14;
/// A listing whose newest entry is older than this, in milliseconds, is taken for abandoned.
const STALE_MS: i64 = 30 * DAY_MS;
/// Least share of articles among the entries of a listing that is recommended.
const LEAST_SHARE: f64 = 0.5;

/// How an address became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// It was asked for.
    Given,
    /// The home page of what was asked for.
    Home,
    /// A `link` element of a page names it.
    Named,
    /// A link that looks like one.
    Linked,
    /// A page that lists feeds links to it.
    Directory,
    /// The robots.txt names it.
    Robots,
    /// A sitemap index names it.
    Index,
    /// Many sites have it there.
    Usual,
    /// An article, to look for its date.
    Article,
}

/// A listing that was read.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// As it would stand in the file of the source.
    #[serde(flatten)]
    pub feed: FeedSpec,
    /// How it became known.
    pub known: Known,
    /// Documents that it lists.
    pub entries: usize,
    /// Share of them whose address looks like an article's, 0 to 1.
    pub articles: f64,
    /// Time of the youngest, where it tells.
    pub newest: Option<Time>,
    /// Whether a sitemap has the news extension.
    pub news: bool,
    /// Whether the file of the source should use it.
    pub recommended: bool,
    /// What was repaired or lost while it was read.
    pub notes: Vec<String>,
}

impl Found {
    /// Whether its youngest entry is so old that nobody seems to keep it any more.
    pub fn is_stale(&self, now: Time) -> bool {
        self.newest.is_some_and(|at| at < now.plus(-STALE_MS))
    }

    fn is_feed(&self) -> bool {
        self.feed.kind == FeedKind::Feed
    }

    fn is_news_sitemap(&self) -> bool {
        self.feed.kind == FeedKind::NewsSitemap && self.news
    }
}

/// An address that was asked, and what came.
#[derive(Clone, Debug, Serialize)]
pub struct Tried {
    /// The address.
    pub url: String,
    /// How it became known.
    pub known: Known,
    /// What it is.
    pub end: End,
    /// Why there is nothing, as [`Outcome::detail`] says it; empty otherwise.
    pub detail: String,
}

/// What an address turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// A feed with entries.
    Feed,
    /// A sitemap with entries.
    Sitemap,
    /// A sitemap index.
    Index,
    /// A feed or sitemap without entries.
    Empty,
    /// A page.
    Page,
    /// It cannot be had or read.
    Failed,
}

/// What was found out about a site.
#[derive(Debug, Serialize)]
pub struct Proposal {
    /// Home page.
    pub site: String,
    /// Id for the source, from its host.
    pub id: String,
    /// Name of the site as its page gives it, else its host.
    pub name: String,
    /// Listings, those for the file of the source first.
    pub found: Vec<Found>,
    /// Every address that was asked, in order.
    pub tried: Vec<Tried>,
    /// Addresses that looked like feeds or sitemaps and were not asked, to be polite.
    pub not_asked: Vec<String>,
    /// One article of the site.
    #[serde(skip)]
    pub article: Option<FetchedPage>,
}

impl Crawler {
    /// Finds out how the site of `address` can be collected, with at most [`MAX_ADDRESSES`] addresses asked. Fails only
    /// when `address` is none that may be asked; a site where nothing is found gives a proposal with nothing found.
    pub async fn propose(&self, address: &str) -> Result<Proposal, Outcome> {
        search::Search::new(self, address)?.run().await
    }
}

/// Marks what the file of the source should use, and puts it first.
fn recommend(found: &mut [Found], now: Time) {
    let good = |f: &Found| f.entries > 0 && !f.is_stale(now) && (f.is_feed() || f.articles >= LEAST_SHARE);
    let direct = |f: &Found| good(f) && (f.is_feed() || f.is_news_sitemap());
    let any_direct = found.iter().any(direct);
    let any_listing = found.iter().any(|f| good(f) && f.feed.kind == FeedKind::Listing);
    for one in found.iter_mut() {
        one.recommended = match one.feed.kind {
            _ if !good(one) => false,
            FeedKind::Listing => !any_direct,
            // A sitemap of the whole archive is the last resort: its first poll brings thousands of old pages.
            FeedKind::NewsSitemap if !one.news => !any_direct && !any_listing,
            _ => true,
        };
    }
    found.sort_by_key(|f| (!f.recommended, !f.is_feed(), !f.is_news_sitemap()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn feeds_before_lists_before_archives() {
        let now = Time::parse("2025-05-12T12:00:00+07:00").unwrap();
        let one = |kind: FeedKind, news: bool, entries: usize, days: i64| Found {
            feed: FeedSpec::of(kind, format!("https://bao.vn/{kind}{news}")),
            known: Known::Named,
            entries,
            articles: 1.0,
            newest: Some(now.plus(-days * DAY_MS)),
            news,
            recommended: false,
            notes: vec![],
        };
        let check = |mut found: Vec<Found>, expected: &[FeedKind]| {
            recommend(&mut found, now);
            let used: Vec<FeedKind> = found.iter().filter(|f| f.recommended).map(|f| f.feed.kind).collect();
            assert_eq!(used, expected, "{found:?}");
            assert!(found.is_sorted_by_key(|f| !f.recommended));
        };
        let (list, archive) = (|| one(FeedKind::Listing, false, 20, 0), || one(FeedKind::NewsSitemap, false, 900, 0));
        let (feed, news) = (|days| one(FeedKind::Feed, false, 20, days), || one(FeedKind::NewsSitemap, true, 20, 0));
        check(vec![list(), archive(), news(), feed(1)], &[FeedKind::Feed, FeedKind::NewsSitemap]);
        check(vec![archive(), list(), feed(90)], &[FeedKind::Listing]);
        check(vec![archive()], &[FeedKind::NewsSitemap]);
        check(vec![one(FeedKind::Feed, false, 0, 0), Found { articles: 0.1, ..list() }], &[]);
    }
}
