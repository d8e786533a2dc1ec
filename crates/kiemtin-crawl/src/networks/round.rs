//! One round over a network: asks within its allowance, with its token, and holds what the network reads on from.

use crate::charset;
use crate::client::{Allowance, Api, Cap, Client, Got, Want};
use crate::hosts::Held;
use crate::retry_after::used_up;
use crate::sources::{Item, Listed, Listing};
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use kiemtin_model::canonical::canonical_url;
use kiemtin_model::{FeedSpec, Lead, Outcome, Refusal, Source, Time};
use kiemtin_text::key::Key;
use std::path::Path;
use std::time::Duration;
use url::Url;

/// Largest file of a token, in bytes.
const MOST_OF_TOKEN: u64 = 8 << 10;
/// Accepted by every page and interface that is asked here.
const ACCEPT: &str = "application/json,application/atom+xml,application/xml;q=0.9,text/html;q=0.8,*/*;q=0.1";

/// How a network wants to be told who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Secret {
    /// `Authorization: Bearer …`, where there is a token.
    Bearer,
    /// A header of its own, where there is a token.
    Header(&'static str),
}

/// What a network answered.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The body as text; of a refusal at most 64 KiB.
    pub(crate) text: String,
    /// Its address, after redirects of a page.
    pub(crate) url: Url,
}

impl Answered {
    /// The wait until the limit of requests is renewed, where the answer says that none is left.
    pub(crate) fn used_up(&self, now: Time) -> Option<Duration> {
        used_up(&self.headers, now)
    }
}

/// What became of the wish for a WebSocket.
pub(crate) enum Opened {
    /// It is open, with its place among the running requests.
    Socket(Box<reqwest::Upgraded>, Held),
    /// The server said something else.
    Not(Answered),
}

/// One round.
pub(crate) struct Round<'a> {
    pub(crate) client: &'a Client,
    /// Whose posts these are.
    pub(crate) source: &'a Source,
    /// What is configured.
    pub(crate) feed: &'a FeedSpec,
    /// The address that is asked: the feed's own, or where it has moved.
    pub(crate) address: &'a str,
    /// Where the round before ended.
    pub(crate) cursor: Option<&'a str>,
    /// When it began.
    pub(crate) now: Time,
    pub(crate) allowance: Allowance,
    /// Largest answer, in bytes.
    pub(crate) limit: usize,
    /// What the token file holds.
    token: Option<String>,
}

impl<'a> Round<'a> {
    /// A round of a feed. Fails with [`Refusal::Token`] when a token file is named and cannot be read.
    pub(crate) async fn new(
        client: &'a Client,
        (source, feed, address): (&'a Source, &'a FeedSpec, &'a str),
        (cursor, allowance): (Option<&'a str>, u32),
        (now, limit): (Time, usize),
    ) -> Result<Self, Outcome> {
        let token = match &feed.token_file {
            Some(path) => Some(read_token(path).await?),
            None => None,
        };
        Ok(Self { client, source, feed, address, cursor, now, allowance: Allowance::new(allowance), limit, token })
    }

    /// Whether there is a token.
    pub(crate) fn has_token(&self) -> bool {
        self.token.is_some()
    }

    /// Asks a page for people, which robots.txt may forbid; redirects are followed. Any status but 200 is an error.
    pub(crate) async fn page(&self, url: &str) -> Result<Answered, Outcome> {
        let want = self.want(None, 1);
        match self.client.get(url, &want).await? {
            Got::Body(body) => Ok(Answered {
                status: StatusCode::OK,
                headers: HeaderMap::new(),
                text: charset::decode(&body.bytes, body.content_type.as_deref()).text,
                url: body.final_url,
            }),
            Got::NotModified(_) => Err(Outcome::Unchanged),
        }
    }

    /// Asks an interface for machines; `cost` are the requests, or units of a quota, that it takes. Any status is an answer.
    pub(crate) async fn api(&self, url: &Url, secret: Secret, cost: u32) -> Result<Answered, Outcome> {
        let header = self.secret(secret)?;
        let want = self.want(header.as_ref().map(|(name, value)| (name, value)), cost);
        let (answer, _) = self.client.api(url, &want).await?;
        // An interface speaks UTF-8 (RFC 8259 §8.1).
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        Ok(Answered { status: answer.status, headers: answer.headers, text, url: url.clone() })
    }

    /// Asks a stream of machines for a WebSocket.
    pub(crate) async fn socket(&self, url: &Url) -> Result<Opened, Outcome> {
        let mut want = self.want(None, 1);
        want.api = want.api.map(|api| Api { socket: true, ..api });
        let (answer, held) = self.client.api(url, &want).await?;
        if let Some(io) = answer.socket {
            return Ok(Opened::Socket(Box::new(io), held));
        }
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        Ok(Opened::Not(Answered { status: answer.status, headers: answer.headers, text, url: url.clone() }))
    }

    /// The header that says who asks. A token that is no header value is no token.
    pub(crate) fn secret(&self, secret: Secret) -> Result<Option<(HeaderName, HeaderValue)>, Outcome> {
        let Some(token) = &self.token else { return Ok(None) };
        let (name, text) = match secret {
            Secret::Bearer => (AUTHORIZATION, format!("Bearer {token}")),
            Secret::Header(name) => (HeaderName::from_static(name), token.clone()),
        };
        let mut value = HeaderValue::from_str(&text).map_err(|_| Outcome::Refused(Refusal::Token))?;
        // Never shown by a log of the client.
        value.set_sensitive(true);
        Ok(Some((name, value)))
    }

    fn want<'w>(&'w self, secret: Option<(&'w HeaderName, &'w HeaderValue)>, cost: u32) -> Want<'w> {
        Want {
            accept: ACCEPT,
            cap: Cap::Refuse(self.limit),
            validators: None,
            form: None,
            accepts: |kind| !["image/", "video/", "audio/", "font/"].iter().any(|no| kind.starts_with(no)),
            api: Some(Api { secret, allowance: &self.allowance, cost, socket: false }),
        }
    }

    /// For [`Listing::add`](crate::sources::Listing): addresses are resolved against `url`.
    pub(crate) fn listed<'b>(&'b self, url: &'b str) -> Listed<'b> {
        Listed { source: self.source, feed: self.feed, text: "", url, now: self.now }
    }

    /// Adds a post; its link is never told in a note.
    pub(crate) fn add<'l>(&self, listing: &'l mut Listing, place: &str, item: Item) -> Option<&'l mut Lead> {
        if canonical_url(self.address, &item.link).is_none() {
            listing.note(format!("{place}: no address that can be followed, left out"));
            return None;
        }
        listing.add(&self.listed(self.address), place, item)
    }

    /// Whether a text says one of the feed's keywords, with or without accents, as whole syllables one after another.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let said: Vec<Key> = folded(text);
        self.feed.keywords.iter().any(|phrase| {
            let wanted = folded(phrase);
            !wanted.is_empty() && said.windows(wanted.len()).any(|window| window == wanted)
        })
    }
}

/// The syllables of a text without their accents.
fn folded(text: &str) -> Vec<Key> {
    kiemtin_text::scan(text).tokens.iter().map(|token| token.fold).collect()
}

async fn read_token(path: &Path) -> Result<String, Outcome> {
    let refused = |error: &dyn std::fmt::Display| {
        tracing::warn!(token.file = %path.display(), %error, "a token cannot be read");
        Outcome::Refused(Refusal::Token)
    };
    let size = tokio::fs::metadata(path).await.map_err(|e| refused(&e))?.len();
    if size > MOST_OF_TOKEN {
        return Err(refused(&format!("{size} bytes, expected at most {MOST_OF_TOKEN}")));
    }
    let token = tokio::fs::read_to_string(path).await.map_err(|e| refused(&e))?.trim().to_owned();
    if token.is_empty() { Err(refused(&"the file is empty")) } else { Ok(token) }
}
