//! How is one request made and its body read, within all limits?

use super::body::{BodyReader, Fault};
use super::{Body, Said, network};
use crate::crawler::CrawlError;
use crate::guard::{Guard, PrivateName};
use crate::hosts::Held;
use crate::settings::CrawlSettings;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use kiemtin_model::{Failure, Outcome, Refusal, Restrictions, Validators};
use std::error::Error;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

/// Longest validator that is kept and sent back, in bytes.
const LONGEST_VALIDATOR: usize = 1_024;

/// Most bytes that are read of what an API says beside a refusal.
const MOST_OF_REFUSAL: usize = 64 << 10;

/// What is asked for, and how much of it.
pub(crate) struct Want<'a> {
    /// `Accept` header.
    pub(crate) accept: &'static str,
    /// Size limit of the body.
    pub(crate) cap: Cap,
    /// From the last answer, if there was one.
    pub(crate) validators: Option<&'a Validators>,
    /// A form to be sent; none to ask for what is there.
    pub(crate) form: Option<&'a str>,
    /// Whether a body of this media type (lower case, no parameters, empty when not said) is read.
    pub(crate) accepts: fn(&str) -> bool,
    /// What an API asks for beside.
    pub(crate) api: Option<Api<'a>>,
}

/// What a request to an API has beside.
#[derive(Clone, Copy)]
pub(crate) struct Api<'a> {
    /// Who asks: a header with a secret.
    pub(crate) secret: Option<(&'a HeaderName, &'a HeaderValue)>,
    /// Counts it, also when it is sent again.
    pub(crate) allowance: &'a Allowance,
    /// What one request costs, in requests or units of a quota.
    pub(crate) cost: u32,
}

/// Requests, or units of a quota, that may still be sent. No request is sent without having been taken from it.
#[derive(Debug)]
pub(crate) struct Allowance {
    left: AtomicU32,
    spent: AtomicU32,
}

impl Allowance {
    pub(crate) fn new(left: u32) -> Self {
        Self { left: AtomicU32::new(left), spent: AtomicU32::new(0) }
    }

    /// Takes `cost`, unless less is left.
    pub(crate) fn take(&self, cost: u32) -> bool {
        let taken = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(cost)).is_ok();
        if taken {
            self.spent.fetch_add(cost, Ordering::SeqCst);
        }
        taken
    }

    /// What is left.
    pub(crate) fn left(&self) -> u32 {
        self.left.load(Ordering::SeqCst)
    }

    /// What was taken.
    pub(crate) fn spent(&self) -> u32 {
        self.spent.load(Ordering::SeqCst)
    }
}

/// What happens at the size limit (bytes after decompression).
#[derive(Clone, Copy)]
pub(crate) enum Cap {
    /// A larger body is refused.
    Refuse(usize),
    /// The rest is not read.
    Cut(usize),
}

impl Want<'_> {
    pub(crate) fn is_conditional(&self) -> bool {
        self.validators.is_some_and(|v| v.etag.is_some() || v.last_modified.is_some())
    }
}

/// One answer. The body is empty unless the status is a success; an API also tells in it why it refuses.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// Where it came from.
    pub(crate) from: Option<IpAddr>,
}

impl Answer {
    pub(crate) fn into_body(self, final_url: Url, said: Said, held: Held) -> Body {
        let text = |name: HeaderName| {
            self.headers.get(name).and_then(|v| v.to_str().ok()).filter(|v| v.len() <= LONGEST_VALIDATOR).map(str::to_owned)
        };
        let validators = Validators { etag: text(ETAG), last_modified: text(LAST_MODIFIED) };
        let rules = self.headers.get_all("x-robots-tag").iter().take(10).filter_map(|v| v.to_str().ok());
        let restrictions = rules.fold(Restrictions::default(), |all, rule| all.and(Restrictions::read(rule)));
        Body { restrictions, content_type: text(CONTENT_TYPE), validators, final_url, bytes: self.body, said, held }
    }
}

/// Makes requests; knows nothing of turns and rules.
pub(crate) struct Requester {
    http: reqwest::Client,
    guard: Guard,
    whole_request: Duration,
}

impl Requester {
    pub(crate) fn new(settings: &CrawlSettings, guard: Guard) -> Result<Self, CrawlError> {
        // Fails only when another part of the program chose one before; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .user_agent(&settings.user_agent)
                .dns_resolver(guard.clone())
                // A proxy would resolve names past the guard.
                .no_proxy()
                .referer(false)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                // Decompressed here, where the ratio can be watched.
                .no_gzip()
                .no_brotli()
                .connect_timeout(Duration::from_secs(settings.connect_timeout_s))
                .pool_max_idle_per_host(1)
                .pool_idle_timeout(Duration::from_secs(30))
        };
        let http = builder().build().or_else(|e| {
            tracing::warn!(error = %chain(&e), "no root certificates found on this machine: https addresses cannot be read");
            builder().tls_certs_only([]).build()
        });
        let http = http.map_err(CrawlError::Client)?;
        Ok(Self { http, guard, whole_request: Duration::from_secs(settings.request_timeout_s) })
    }

    /// One request with its body.
    pub(crate) async fn send(&self, url: &Url, want: &Want<'_>) -> Result<Answer, Outcome> {
        let exchange = timeout(self.whole_request, self.exchange(url, want)).await;
        exchange.unwrap_or_else(|_| Err(network(&format!("no complete answer within {} s", self.whole_request.as_secs()))))
    }

    async fn exchange(&self, url: &Url, want: &Want<'_>) -> Result<Answer, Outcome> {
        let asked = match want.form {
            Some(form) => self.http.post(url.clone()).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.to_owned()),
            None => self.http.get(url.clone()),
        };
        let mut request = asked.header(ACCEPT, want.accept).header(ACCEPT_ENCODING, "gzip").header(ACCEPT_LANGUAGE, "vi,en;q=0.5");
        for (name, value) in want.validators.iter().flat_map(|v| [(IF_NONE_MATCH, &v.etag), (IF_MODIFIED_SINCE, &v.last_modified)]) {
            if let Some(value) = value.as_deref().and_then(|v| HeaderValue::from_str(v).ok()) {
                request = request.header(name, value);
            }
        }
        if let Some((name, value)) = want.api.and_then(|api| api.secret) {
            request = request.header(name, value);
        }
        let mut response = request.send().await.map_err(|e| outcome(&e))?;
        // The resolver and the check before the hop make this impossible; it is the last lock.
        let from = response.remote_addr().map(|to| to.ip());
        if from.is_some_and(|to| !self.guard.admits(to)) {
            return Err(Outcome::Refused(Refusal::PrivateAddress));
        }
        let status = response.status();
        let headers = response.headers().clone();
        let mut answer = Answer { status, headers, body: Vec::new(), from };
        if !status.is_success() {
            if want.api.is_some() {
                // Bounded, and cut where it is longer: these are words.
                let mut told = BodyReader::new(answer.headers.get(CONTENT_ENCODING), MOST_OF_REFUSAL).map_err(|f| f.outcome())?;
                while let Some(chunk) = response.chunk().await.map_err(|e| outcome(&e))? {
                    if told.push(&chunk).is_err() {
                        break;
                    }
                }
                answer.body = told.cut();
            }
            return Ok(answer);
        }
        if !(want.accepts)(&media_type(&answer.headers)) {
            return Err(Outcome::Refused(Refusal::ContentType));
        }
        let (limit, refuses) = match want.cap {
            Cap::Refuse(limit) => (limit, true),
            Cap::Cut(limit) => (limit, false),
        };
        let announced = response.content_length().unwrap_or(0);
        if refuses && announced > limit as u64 {
            return Err(Outcome::Refused(Refusal::TooLarge));
        }
        let mut body = BodyReader::new(answer.headers.get(CONTENT_ENCODING), limit).map_err(|f| f.outcome())?;
        while let Some(chunk) = response.chunk().await.map_err(|e| outcome(&e))? {
            match body.push(&chunk) {
                Ok(()) => {}
                Err(Fault::TooLarge) if !refuses => {
                    answer.body = body.cut();
                    return Ok(answer);
                }
                Err(fault) => return Err(fault.outcome()),
            }
        }
        answer.body = body.finish().map_err(|f| f.outcome())?;
        Ok(answer)
    }
}

/// `text/html` of `Text/HTML; charset=utf-8`.
fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// How a lead ends when the client reports `error`.
fn outcome(error: &reqwest::Error) -> Outcome {
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(e) = cause {
        if e.downcast_ref::<PrivateName>().is_some() {
            return Outcome::Refused(Refusal::PrivateAddress);
        }
        cause = e.source();
    }
    Outcome::Failed(Failure::Network(if error.is_connect() && error.is_timeout() { "no connection in time".into() } else { chain(error) }))
}

/// The innermost cause, which is the one that helps, without the address (the lead names it).
fn chain(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
