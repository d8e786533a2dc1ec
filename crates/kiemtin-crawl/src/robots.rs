//! Which rules are in force at a site? Asked once, before its first page, and kept for hours.

use crate::robots_rules::Rules;
use kiemtin_model::{Failure, Outcome};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Mutex as AsyncMutex;
use tokio::time::Instant;
use url::Url;

const KEEP: Duration = Duration::from_secs(6 * 3_600);
const KEEP_AFTER_ERROR: Duration = Duration::from_secs(3_600);
/// Sites that were not asked for so long are forgotten.
const FORGET: Duration = Duration::from_secs(24 * 3_600);
/// How often they are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(600);

/// What asking for a robots.txt came to.
pub(crate) enum Asked {
    /// It was read, or there is none (every 4xx but 429).
    Answer(Rules),
    /// 429 or 5xx: everything is forbidden until it can be read again.
    Unavailable,
    /// The host is left alone for now, by its own wish: whoever comes later asks.
    Later,
    /// It could not be asked for at all; leads of this site end the same way.
    Unreachable(Outcome),
}

/// The rules of all sites, each scheme, host and port on its own.
pub(crate) struct RobotsCache {
    table: Mutex<Table>,
}

struct Table {
    sites: HashMap<String, Arc<AsyncMutex<Site>>>,
    swept: Instant,
}

#[derive(Default)]
struct Site {
    in_force: Option<Result<Arc<Rules>, Outcome>>,
    valid_until: Option<Instant>,
}

impl RobotsCache {
    pub(crate) fn new() -> Self {
        Self { table: Mutex::new(Table { sites: HashMap::new(), swept: Instant::now() }) }
    }

    /// The rules for `url`, from memory or by `ask`. Whoever comes while they are being asked for waits for the answer.
    pub(crate) async fn rules<F>(&self, url: &Url, ask: impl FnOnce() -> F) -> Result<Arc<Rules>, Outcome>
    where
        F: Future<Output = Asked>,
    {
        let site = self.site(&url.origin().ascii_serialization());
        let mut site = site.lock().await;
        if let (Some(in_force), Some(until)) = (&site.in_force, site.valid_until)
            && Instant::now() < until
        {
            return in_force.clone();
        }
        let (new, keep) = match ask().await {
            Asked::Answer(rules) => (Some(Ok(Arc::new(rules))), KEEP),
            Asked::Later => return Err(Outcome::Failed(Failure::RetryLater)),
            Asked::Unavailable => (None, KEEP_AFTER_ERROR),
            Asked::Unreachable(outcome) => (Some(Err(outcome)), KEEP_AFTER_ERROR),
        };
        site.valid_until = Some(Instant::now() + keep);
        // After an error the last rules that could be read stay in force.
        let stale = site.in_force.take().filter(|old| old.is_ok() && keep == KEEP_AFTER_ERROR);
        let in_force = stale.or(new).unwrap_or_else(|| Ok(Arc::new(Rules::forbid_all())));
        site.in_force = Some(in_force.clone());
        in_force
    }

    fn site(&self, origin: &str) -> Arc<AsyncMutex<Site>> {
        let mut table = self.table.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        if now.saturating_duration_since(table.swept) >= SWEEP_EVERY {
            table.swept = now;
            let old = |site: &Site| site.valid_until.is_none_or(|until| now.saturating_duration_since(until) > FORGET);
            table.sites.retain(|_, site| Arc::strong_count(site) > 1 || site.try_lock().map_or(true, |site| !old(&site)));
        }
        Arc::clone(table.sites.entry(origin.to_owned()).or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[tokio::test]
    async fn asked_once_and_stale_rules_stay_in_force() {
        let cache = RobotsCache::new();
        let url = Url::parse("https://bao.vn/tin").unwrap();
        let forbid = || async { Asked::Answer(Rules::parse(b"User-agent: *\nDisallow: /tin", "kiemtin")) };
        assert!(!cache.rules(&url, forbid).await.unwrap().allows(&url));
        let never = || async { panic!("asked again") };
        assert!(!cache.rules(&url, never).await.unwrap().allows(&url));
        // The rules have grown old, and now the server is in trouble.
        let site = cache.site(&url.origin().ascii_serialization());
        site.lock().await.valid_until = Some(Instant::now());
        let rules = cache.rules(&url, || async { Asked::Unavailable }).await.unwrap();
        assert!(!rules.allows(&url) && rules.allows(&url.join("/khac").unwrap()));
    }

    #[tokio::test]
    async fn errors_forbid_everything_and_each_port_is_a_site() {
        let cache = RobotsCache::new();
        let url = Url::parse("https://bao.vn/tin").unwrap();
        assert!(!cache.rules(&url, || async { Asked::Unavailable }).await.unwrap().allows(&url));
        let other = Url::parse("https://bao.vn:8443/tin").unwrap();
        assert!(cache.rules(&other, || async { Asked::Answer(Rules::allow_all()) }).await.unwrap().allows(&other));
        let later = Url::parse("https://sau.vn/").unwrap();
        assert_eq!(cache.rules(&later, || async { Asked::Later }).await.unwrap_err(), Outcome::Failed(Failure::RetryLater));
        assert!(cache.rules(&later, || async { Asked::Answer(Rules::allow_all()) }).await.is_ok(), "and is asked for later");
        let dead = Url::parse("http://chet.vn/").unwrap();
        let down = Outcome::Failed(Failure::Network("refused".into()));
        let asked = cache.rules(&dead, || async { Asked::Unreachable(Outcome::Failed(Failure::Network("refused".into()))) }).await;
        assert_eq!(asked.unwrap_err(), down);
    }
}
