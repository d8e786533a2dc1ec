//! How is one address asked, with all its hops?
//!
//! Each hop takes the whole way again: guard, robots.txt of its own site, turn of its host, request. Redirects are
//! followed by hand, because the HTTP client would follow them past all of that.

mod body;
#[cfg(test)]
mod rebinding;
mod request;

use crate::crawler::{Clock, CrawlError};
use crate::guard::Guard;
use crate::hosts::{Held, HostPace, Hosts};
use crate::hub::HubLinks;
use crate::retry_after::retry_after;
use crate::robots::{Asked, RobotsCache};
use crate::robots_rules::{LONGEST_DELAY, MAX_ROBOTS_BYTES, Rules};
use crate::settings::CrawlSettings;
use http::header::{CACHE_CONTROL, LOCATION};
use http::{HeaderMap, StatusCode};
use kiemtin_model::{Failure, HostPause, Outcome, Refusal, Restrictions, Validators};
use request::Requester;
use std::collections::HashSet;
use std::time::Duration;
use url::Url;

pub(crate) use body::gunzip;
pub(crate) use request::{Allowance, Answer, Api, Cap, Want};

/// Redirects of a robots.txt that are followed (RFC 9309 §2.3.1.2).
const ROBOTS_REDIRECTS: usize = 5;
/// Redirects of a hub that are followed.
const HUB_REDIRECTS: usize = 3;
/// Most bytes of a hub's answer that are read; they say nothing.
const HUB_ANSWER_BYTES: usize = 4 << 10;
/// Times that one address is asked when its host says "later".
const PATIENCE: usize = 3;

/// What an address answered.
pub(crate) enum Got {
    /// Nothing new since the validators.
    NotModified(Said),
    /// A body.
    Body(Box<Body>),
}

/// A body with what belongs to it.
pub(crate) struct Body {
    /// Decompressed bytes.
    pub(crate) bytes: Vec<u8>,
    /// `Content-Type` as received.
    pub(crate) content_type: Option<String>,
    /// Address after redirects.
    pub(crate) final_url: Url,
    /// For the next conditional request.
    pub(crate) validators: Validators,
    /// What may not be shown of it.
    pub(crate) restrictions: Restrictions,
    /// What the server said beside.
    pub(crate) said: Said,
    /// Its place among the running requests: kept until the body is handed on.
    pub(crate) held: Held,
}

/// What a server says beside a body.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Where the address has moved for good: every redirect on the way was a permanent one.
    pub(crate) moved_to: Option<Url>,
    /// How long the answer stays fresh (`Cache-Control: max-age`).
    pub(crate) fresh_for: Option<Duration>,
    /// The hubs that tell of news of this address.
    pub(crate) links: HubLinks,
}

/// Asks publishers.
pub(crate) struct Client {
    requester: Requester,
    guard: Guard,
    hosts: Hosts,
    robots: RobotsCache,
    user_agent: String,
    max_redirects: usize,
    longest_wait: Duration,
    connect_timeout: Duration,
    clock: Clock,
}

impl Client {
    pub(crate) fn new(settings: &CrawlSettings, clock: Clock) -> Result<Self, CrawlError> {
        let guard = Guard::new(&settings.allow_networks, &settings.allow_ports)?;
        let longest_wait = Duration::from_secs(settings.max_wait_s);
        Ok(Self {
            requester: Requester::new(settings, guard.clone())?,
            guard,
            hosts: Hosts::new(HostPace {
                delay: Duration::from_millis(settings.delay_ms),
                longest_delay: Duration::from_millis(settings.longest_delay_ms),
                longest_wait,
                parallel: settings.parallel,
            }),
            robots: RobotsCache::new(),
            user_agent: settings.user_agent.clone(),
            max_redirects: settings.max_redirects,
            longest_wait,
            connect_timeout: Duration::from_secs(settings.connect_timeout_s),
            clock,
        })
    }

    /// Asks `address` and follows its redirects. `Err` is how the lead ends.
    pub(crate) async fn get(&self, address: &str, want: &Want<'_>) -> Result<Got, Outcome> {
        let mut url = Url::parse(address).map_err(|_| Outcome::Refused(Refusal::Address))?;
        let mut seen = HashSet::new();
        let mut permanent = true;
        for hop in 0..=self.max_redirects {
            url.set_fragment(None);
            self.guard.check(&url).map_err(Outcome::Refused)?;
            if !seen.insert(url.clone()) {
                return Err(network("redirects go in a circle"));
            }
            let rules = self.rules(&url).await?;
            if !rules.allows(&url) {
                return Err(Outcome::Refused(Refusal::Robots));
            }
            let (answer, held) = self.ask(&url, want, rules.crawl_delay).await?;
            match answer.status {
                StatusCode::OK => {
                    let said = Said::new(&answer, (hop > 0 && permanent).then_some(&url));
                    return Ok(Got::Body(Box::new(answer.into_body(url, said, held))));
                }
                StatusCode::NOT_MODIFIED if want.is_conditional() => {
                    return Ok(Got::NotModified(Said::new(&answer, (hop > 0 && permanent).then_some(&url))));
                }
                status if is_redirect(status) => {
                    permanent &= matches!(status.as_u16(), 301 | 308);
                    url = target(&url, &answer)?;
                }
                status => return Err(Outcome::Failed(Failure::Status(status.as_u16()))),
            }
        }
        Err(network("too many redirects"))
    }

    /// Sends a form to a hub; every hop is checked and waits for its turn. Hubs are named to be asked: no robots.txt is looked at.
    /// `Err` is how it ended.
    pub(crate) async fn post(&self, address: &str, form: &str) -> Result<(), Outcome> {
        let mut url = Url::parse(address).map_err(|_| Outcome::Refused(Refusal::Address))?;
        let want =
            Want { accept: "*/*", cap: Cap::Cut(HUB_ANSWER_BYTES), validators: None, form: Some(form), accepts: |_| true, api: None };
        for _ in 0..=HUB_REDIRECTS {
            self.guard.check(&url).map_err(Outcome::Refused)?;
            let (answer, _) = self.ask(&url, &want, None).await?;
            match answer.status {
                status if status.is_success() => return Ok(()),
                // The others turn a form into a question without it.
                StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => url = target(&url, &answer)?,
                status => return Err(Outcome::Failed(Failure::Status(status.as_u16()))),
            }
        }
        Err(network("too many redirects"))
    }

    /// Asks a documented interface for machines, in the turn of its host. Who has a key was given leave, and a stream is there to be
    /// listened to; who only asks keeps to robots.txt. Redirects are not followed: a secret must not travel. Any status is an answer.
    pub(crate) async fn api(&self, url: &Url, want: &Want<'_>) -> Result<(Answer, Held), Outcome> {
        self.guard.check(url).map_err(Outcome::Refused)?;
        let mut delay = None;
        if !want.api.is_some_and(|api| api.secret.is_some() || api.socket) {
            let rules = self.rules(url).await?;
            if !rules.allows(url) {
                return Err(Outcome::Refused(Refusal::Robots));
            }
            delay = rules.crawl_delay;
        }
        self.ask(url, want, delay).await
    }

    /// Whether an address may be asked, as far as can be told from itself.
    pub(crate) fn guard(&self) -> &Guard {
        &self.guard
    }

    /// One hop: waits for the turn of the host, and again when it answers "later" and says when.
    async fn ask(&self, url: &Url, want: &Want<'_>, crawl_delay: Option<Duration>) -> Result<(Answer, Held), Outcome> {
        let host = url.host_str().unwrap_or_default();
        let mut asked = 0;
        loop {
            // A name server that does not answer must not hold the host longer than a connection may take.
            let lookup = || async { tokio::time::timeout(self.connect_timeout, self.guard.place_of(url)).await.ok().flatten() };
            let turn = self.hosts.turn(host, crawl_delay, lookup).await.map_err(|_| Outcome::Failed(Failure::RetryLater))?;
            if want.api.is_some_and(|api| !api.allowance.take(api.cost)) {
                return Err(Outcome::Refused(Refusal::Budget));
            }
            let answer = match self.requester.send(url, want).await {
                Ok(answer) => answer,
                Err(outcome) => {
                    turn.failed();
                    return Err(outcome);
                }
            };
            if is_challenge(&answer.headers) {
                turn.failed();
                return Err(Outcome::Refused(Refusal::Challenge));
            }
            if !matches!(answer.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) {
                let from = answer.from;
                return Ok((answer, turn.answered(from)));
            }
            asked += 1;
            let now = (self.clock)();
            let wait = retry_after(&answer.headers, now);
            self.hosts.block(turn, wait, now);
            tracing::info!(crawl.host = host, http.status = answer.status.as_u16(), ?wait, "a host asks to be left alone for a while");
            match wait {
                Some(wait) if wait > self.longest_wait || asked >= PATIENCE => return Err(Outcome::Failed(Failure::RetryLater)),
                Some(_) => {}
                None if answer.status == StatusCode::TOO_MANY_REQUESTS => return Err(Outcome::Failed(Failure::RetryLater)),
                None => return Ok((answer, Held::nothing())),
            }
        }
    }

    /// Hosts that asked to be left alone since this was last called.
    pub(crate) fn take_pauses(&self) -> Vec<HostPause> {
        self.hosts.take_pauses()
    }

    /// Takes up such pauses from before a restart.
    pub(crate) fn resume(&self, pauses: &[HostPause]) {
        self.hosts.resume(pauses, (self.clock)());
    }

    /// The sitemaps that the robots.txt of this site names, absolute; none when it cannot be read.
    pub(crate) async fn sitemaps(&self, url: &Url) -> Vec<Url> {
        if self.guard.check(url).is_err() {
            return vec![];
        }
        let rules = self.rules(url).await;
        rules.map(|rules| rules.sitemaps.iter().filter_map(|sitemap| url.join(sitemap).ok()).collect()).unwrap_or_default()
    }

    async fn rules(&self, url: &Url) -> Result<std::sync::Arc<Rules>, Outcome> {
        self.robots.rules(url, || self.ask_robots(url)).await
    }

    /// Asks for the robots.txt of a site (RFC 9309 §2.3.1).
    async fn ask_robots(&self, page: &Url) -> Asked {
        let mut url = page.clone();
        url.set_path("/robots.txt");
        url.set_query(None);
        let want = Want {
            accept: "text/plain, */*;q=0.5",
            cap: Cap::Cut(MAX_ROBOTS_BYTES),
            validators: None,
            form: None,
            accepts: |_| true,
            api: None,
        };
        for hop in 0..=ROBOTS_REDIRECTS {
            if self.hosts.is_left_alone(url.host_str().unwrap_or_default()).await {
                return Asked::Later;
            }
            if let Err(refusal) = self.guard.check(&url) {
                // A robots.txt that hides behind an address we may not ask is one we cannot read.
                return if hop == 0 { Asked::Unreachable(Outcome::Refused(refusal)) } else { Asked::Unavailable };
            }
            let answer = match self.ask(&url, &want, None).await {
                Ok((answer, _)) => answer,
                Err(Outcome::Failed(Failure::Network(cause))) => return Asked::Unreachable(network(&format!("robots.txt: {cause}"))),
                Err(refused @ Outcome::Refused(_)) => return Asked::Unreachable(refused),
                Err(_) => return Asked::Unavailable,
            };
            let status = answer.status;
            if status.is_success() {
                let rules = Rules::parse(&answer.body, &self.user_agent);
                if rules.crawl_delay.is_some_and(|delay| delay.as_secs_f64() >= LONGEST_DELAY) {
                    let site = url.origin().ascii_serialization();
                    tracing::warn!(crawl.site = site, "robots.txt asks for pauses of two minutes or more: two minutes are kept");
                }
                return Asked::Answer(rules);
            }
            if is_redirect(status) {
                match target(&url, &answer) {
                    Ok(next) => url = next,
                    Err(_) => return Asked::Answer(Rules::allow_all()),
                }
                continue;
            }
            if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS {
                return Asked::Answer(Rules::allow_all());
            }
            tracing::warn!(crawl.site = %url.origin().ascii_serialization(), http.status = status.as_u16(), "robots.txt cannot be read: the site is left alone");
            return Asked::Unavailable;
        }
        Asked::Answer(Rules::allow_all())
    }
}

/// Whether a firewall answered in the place of the publisher, with a test for machines (Cloudflare, AWS WAF).
fn is_challenge(headers: &HeaderMap) -> bool {
    let says = |name: &str, words: &[&str]| {
        let value = headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        words.iter().any(|word| value.trim().eq_ignore_ascii_case(word))
    };
    says("cf-mitigated", &["challenge"]) || says("x-amzn-waf-action", &["challenge", "captcha"])
}

impl Said {
    fn new(answer: &Answer, moved_to: Option<&Url>) -> Self {
        let control = answer.headers.get(CACHE_CONTROL).and_then(|v| v.to_str().ok()).unwrap_or_default();
        let directive =
            |name: &str| control.split(',').filter_map(|d| d.trim().split_once('=')).find(|(n, _)| n.eq_ignore_ascii_case(name));
        let seconds = directive("max-age").and_then(|(_, value)| value.trim_matches('"').parse().ok());
        Self { moved_to: moved_to.cloned(), fresh_for: seconds.map(Duration::from_secs), links: HubLinks::of_headers(&answer.headers) }
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads. From https it does not lead back to http.
fn target(from: &Url, answer: &Answer) -> Result<Url, Outcome> {
    let location = answer.headers.get(LOCATION).ok_or_else(|| network("a redirect without an address"))?;
    // Addresses with Vietnamese letters come as raw UTF-8.
    let location = String::from_utf8_lossy(location.as_bytes());
    let to = from.join(location.trim()).map_err(|_| Outcome::Refused(Refusal::Address))?;
    if from.scheme() == "https" && to.scheme() != "https" {
        return Err(Outcome::Refused(Refusal::Address));
    }
    Ok(to)
}

pub(crate) fn network(cause: &str) -> Outcome {
    Outcome::Failed(Failure::Network(cause.to_owned()))
}
