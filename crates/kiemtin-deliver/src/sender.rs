//! How is one message brought to one receiver, within all limits?

use crate::address::AddressGuard;
use crate::message::Message;
use crate::receivers::mail::MailDesk;
use crate::receivers::{self, Way};
use crate::settings::{DeliverSettings, MailSettings, SettingsError};
use kiemtin_model::{Receiver, Secret, Time, Told};
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use std::error::Error;
use std::time::Duration;

/// Most bytes of an answer that are read.
const ANSWER_BYTES: usize = 4 << 10;
/// Longest time that an answer may ask us to wait, in seconds.
const LONGEST_WAIT_S: u64 = 6 * 3_600;

/// One message on its way.
pub struct Outgoing<'a> {
    /// To whom.
    pub receiver: &'a Receiver,
    /// Its secret.
    pub secret: &'a Secret,
    /// What the receiver knows it by: the same for every attempt.
    pub key: &'a str,
    /// What it says.
    pub message: &'a Message,
    /// What goes with it, where the channel takes files.
    pub files: &'a [Attachment],
    /// When it was made.
    pub made_at: Time,
    /// Time of this attempt.
    pub at: Time,
}

/// A file that goes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name: ASCII letters, digits, hyphens and dots.
    pub name: String,
    /// Its media type (RFC 6838).
    pub media_type: &'static str,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// An attempt that failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendError {
    /// Trying again is of no use.
    pub permanent: bool,
    /// The receiver did not answer at all.
    pub silent: bool,
    /// The receiver asks to be left alone for so long, in milliseconds.
    pub wait_ms: Option<i64>,
    /// Why, for people; no secret.
    pub reason: String,
}

impl SendError {
    /// Trying again is of no use.
    pub fn permanent(reason: impl Into<String>) -> Self {
        Self { permanent: true, silent: false, wait_ms: None, reason: reason.into() }
    }

    /// It may go through later.
    pub fn for_now(reason: impl Into<String>) -> Self {
        Self { permanent: false, silent: false, wait_ms: None, reason: reason.into() }
    }

    /// There was no answer.
    pub fn no_answer(reason: impl Into<String>) -> Self {
        Self { permanent: false, silent: true, wait_ms: None, reason: reason.into() }
    }

    /// Not before so many seconds.
    pub fn after(self, seconds: Option<u64>) -> Self {
        Self { wait_ms: seconds.map(|s| s.min(LONGEST_WAIT_S) as i64 * 1_000), ..self }
    }
}

/// A request that a channel of the web wants made.
pub struct Post {
    /// Where to; may hold a secret and is never shown.
    pub url: String,
    /// Beside the media type, which is JSON.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Vec<u8>,
}

/// What was answered.
pub struct Answer<'a> {
    /// Status of HTTP.
    pub status: u16,
    /// `Retry-After` in seconds.
    pub retry_after: Option<u64>,
    /// The beginning of the body.
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// What the status alone says: 2xx is arrived, 408, 425, 429 and 5xx may go through later, all others never will. Redirects are
    /// not followed: the address of a receiver is the one that was checked.
    pub fn by_status(&self) -> Result<String, SendError> {
        let body = String::from_utf8_lossy(self.body);
        let said: String = body.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
        let line = format!("HTTP {} {}", self.status, said.trim()).trim_end().to_owned();
        match self.status {
            200..=299 => Ok(line),
            300..=399 => Err(SendError::permanent(format!("{line} (không theo chuyển hướng)"))),
            408 | 425 | 429 | 500..=599 => Err(SendError::for_now(line).after(self.retry_after)),
            _ => Err(SendError::permanent(line)),
        }
    }
}

/// Sends. Cheap to share, holds no state of any receiver.
pub struct Sender {
    http: reqwest::Client,
    guard: AddressGuard,
    whole_request: Duration,
    mail: Option<MailDesk>,
    settings: DeliverSettings,
    public_url: String,
}

impl Sender {
    /// From the settings. Without `[mail] host` no mail is sent.
    pub fn new(settings: &DeliverSettings, mail: &MailSettings, public_url: &str) -> Result<Self, SettingsError> {
        // Fails only when another part of the program chose one before; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let guard = AddressGuard::new(&settings.allow_networks).map_err(SettingsError::Network)?;
        let builder = || {
            reqwest::Client::builder()
                .user_agent(concat!("kiemtin/", env!("CARGO_PKG_VERSION")))
                .dns_resolver(guard.clone())
                // A proxy would resolve names past the guard.
                .no_proxy()
                .referer(false)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .connect_timeout(Duration::from_secs(settings.timeout_s))
                .pool_max_idle_per_host(1)
                .pool_idle_timeout(Duration::from_secs(30))
        };
        let http = builder().build().or_else(|error| {
            tracing::warn!(%error, "no root certificates found on this machine: https receivers cannot be reached");
            builder().tls_certs_only([]).build()
        });
        Ok(Self {
            http: http.map_err(SettingsError::Client)?,
            guard,
            whole_request: Duration::from_secs(settings.timeout_s),
            mail: if mail.host.is_empty() { None } else { Some(MailDesk::new(mail)?) },
            settings: settings.clone(),
            public_url: public_url.to_owned(),
        })
    }

    /// The limits and addresses it works with.
    pub fn settings(&self) -> &DeliverSettings {
        &self.settings
    }

    /// Which addresses may be connected to.
    pub fn guard(&self) -> &AddressGuard {
        &self.guard
    }

    /// The way to mailboxes, when there is one.
    pub fn mail(&self) -> Option<&MailDesk> {
        self.mail.as_ref()
    }

    /// Whether a channel takes files along.
    pub fn takes_files(&self, channel: &str) -> bool {
        receivers::kind(channel).is_some_and(|kind| matches!(kind.way, Way::Mail))
    }

    /// Sends, with files where the channel takes them, and gives what was answered, in one line.
    pub async fn send(
        &self,
        receiver: &Receiver,
        secret: &Secret,
        key: &str,
        told: (&Told, &[Attachment]),
        times: Times,
    ) -> Result<String, SendError> {
        let (told, files) = told;
        let message = Message::new(told, &self.public_url);
        let Times { made_at, at } = times;
        let outgoing = Outgoing { receiver, secret, key, message: &message, files, made_at, at };
        let kind = receivers::kind(&receiver.channel).ok_or_else(|| SendError::permanent("kênh không còn được hỗ trợ"))?;
        match kind.way {
            Way::Post(way) => {
                let post = way.post(&outgoing, &self.settings)?;
                self.exchange(post, |answer| way.judge(answer)).await
            }
            Way::Mail => match &self.mail {
                Some(desk) => desk.send(&outgoing).await,
                // The operator may be at work on the settings.
                None => Err(SendError::for_now("chưa cấu hình máy chủ thư ([mail] host)")),
            },
        }
    }

    async fn exchange(&self, post: Post, judge: impl Fn(&Answer<'_>) -> Result<String, SendError>) -> Result<String, SendError> {
        // As it is now: the configuration may have changed since the receiver was added.
        let url = self.guard.check(&post.url).map_err(SendError::permanent)?;
        let mut request = self.http.post(url).header(CONTENT_TYPE, "application/json; charset=utf-8").body(post.body);
        for (name, value) in post.headers {
            request = request.header(name, value);
        }
        let exchange = async {
            let mut response = request.send().await.map_err(|e| failure(&e))?;
            // The resolver and the check before make this impossible; it is the last lock.
            if response.remote_addr().is_some_and(|to| !self.guard.admits(to.ip())) {
                return Err(SendError::permanent("địa chỉ thuộc mạng nội bộ"));
            }
            let status = response.status().as_u16();
            let retry_after = response.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok()).and_then(|v| v.trim().parse().ok());
            let mut body = vec![];
            // The status says it; an answer that breaks off later changes nothing.
            while let Ok(Some(chunk)) = response.chunk().await {
                body.extend_from_slice(chunk.get(..chunk.len().min(ANSWER_BYTES - body.len())).unwrap_or_default());
                if body.len() >= ANSWER_BYTES {
                    break;
                }
            }
            judge(&Answer { status, retry_after, body: &body })
        };
        let late = || SendError::no_answer(format!("không trả lời trong {} giây", self.whole_request.as_secs()));
        tokio::time::timeout(self.whole_request, exchange).await.unwrap_or_else(|_| Err(late()))
    }
}

/// Times of an attempt.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// When the message was made.
    pub made_at: Time,
    /// When this attempt began.
    pub at: Time,
}

/// The innermost reason, which names no address: that of a receiver can be a secret.
fn failure(error: &reqwest::Error) -> SendError {
    let mut inner: &dyn Error = error;
    while let Some(source) = inner.source() {
        inner = source;
    }
    let what = if error.is_connect() { "không kết nối được" } else { "kết nối bị ngắt" };
    let inner = if inner.downcast_ref::<reqwest::Error>().is_some() { String::new() } else { format!(": {inner}") };
    SendError::no_answer(format!("{what}{inner}"))
}
