//! How is one request made and its body read, within all limits?

use super::body::{BodyReader, Fault};
use super::{Body, Said, network};
use crate::crawler::CrawlError;
use crate::guard::{Guard, PrivateName};
use crate::hosts::Held;
use crate::settings::CrawlSettings;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH,
    LAST_MODIFIED, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use kiemtin_model::{Failure, Outcome, Refusal, Restrictions, Validators};
use std::error::Error;
use std::net::IpAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
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
    /// Asks for a WebSocket (RFC 6455 §4.1).
    pub(crate) socket: bool,
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
    /// The connection, where a WebSocket was asked for and opened.
    pub(crate) socket: Option<reqwest::Upgraded>,
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
    /// For WebSockets, made when the first one is asked for: they open over HTTP/1.1 only, and the other client may agree on HTTP/2.
    http1: OnceLock<reqwest::Client>,
    guard: Guard,
    settings: CrawlSettings,
}

impl Requester {
    pub(crate) fn new(settings: &CrawlSettings, guard: Guard) -> Result<Self, CrawlError> {
        // Fails only when another part of the program chose one before; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = client(settings, &guard, |builder| builder).map_err(CrawlError::Client)?;
        Ok(Self { http, http1: OnceLock::new(), guard, settings: settings.clone() })
    }

    fn http1(&self) -> Result<&reqwest::Client, Outcome> {
        if let Some(made) = self.http1.get() {
            return Ok(made);
        }
        let made = client(&self.settings, &self.guard, reqwest::ClientBuilder::http1_only).map_err(|e| outcome(&e))?;
        Ok(self.http1.get_or_init(|| made))
    }

    /// One request with its body.
    pub(crate) async fn send(&self, url: &Url, want: &Want<'_>) -> Result<Answer, Outcome> {
        let most = self.settings.request_timeout_s;
        let exchange = timeout(Duration::from_secs(most), self.exchange(url, want)).await;
        exchange.unwrap_or_else(|_| Err(network(&format!("no complete answer within {most} s"))))
    }

    async fn exchange(&self, url: &Url, want: &Want<'_>) -> Result<Answer, Outcome> {
        let key = want.api.is_some_and(|api| api.socket).then(generate_key);
        let asked = match want.form {
            None if key.is_some() => self.http1()?.get(url.clone()),
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
        if let Some(key) = &key {
            request = request.header(CONNECTION, "Upgrade").header(UPGRADE, "websocket");
            request = request.header(SEC_WEBSOCKET_VERSION, "13").header(SEC_WEBSOCKET_KEY, key);
        }
        let mut response = request.send().await.map_err(|e| outcome(&e))?;
        // The resolver and the check before the hop make this impossible; it is the last lock.
        let from = response.remote_addr().map(|to| to.ip());
        if from.is_some_and(|to| !self.guard.admits(to)) {
            return Err(Outcome::Refused(Refusal::PrivateAddress));
        }
        let status = response.status();
        let headers = response.headers().clone();
        let mut answer = Answer { status, headers, body: Vec::new(), from, socket: None };
        if let Some(key) = key.filter(|_| status == StatusCode::SWITCHING_PROTOCOLS) {
            is_websocket(&answer.headers, &key)?;
            answer.socket = Some(response.upgrade().await.map_err(|e| outcome(&e))?);
            return Ok(answer);
        }
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

/// An HTTP client whose every connection passes the guard.
fn client(
    settings: &CrawlSettings,
    guard: &Guard,
    with: impl Fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
) -> Result<reqwest::Client, reqwest::Error> {
    let builder = || {
        let builder = reqwest::Client::builder()
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
            .pool_idle_timeout(Duration::from_secs(30));
        with(builder)
    };
    builder().build().or_else(|e| {
        tracing::warn!(error = %chain(&e), "no root certificates found on this machine: https addresses cannot be read");
        builder().tls_certs_only([]).build()
    })
}

/// Whether a server that switches protocols has understood the question (RFC 6455 §4.1): what it switches to, and its proof.
fn is_websocket(headers: &HeaderMap, key: &str) -> Result<(), Outcome> {
    let says = |name: HeaderName, word: &str| {
        let value = headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default();
        value.split(',').any(|said| said.trim().eq_ignore_ascii_case(word))
    };
    let proof = headers.get(SEC_WEBSOCKET_ACCEPT).is_some_and(|v| v.as_bytes() == derive_accept_key(key.as_bytes()).as_bytes());
    let understood = says(UPGRADE, "websocket") && says(CONNECTION, "upgrade") && proof;
    if understood { Ok(()) } else { Err(network("what answers speaks no WebSocket")) }
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
