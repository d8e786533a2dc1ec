//! How is the identity provider asked? One request, no redirect, bounded in size and time.

use openidconnect::{HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use std::pin::Pin;
use std::time::Duration;
use url::{Host, Url};

/// Longest time for one request with its answer.
const TIME: Duration = Duration::from_secs(10);
/// Largest answer in bytes: a set of keys has some kilobytes.
const MOST_BYTES: usize = 512 * 1024;

/// Why the provider gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The request failed.
    #[error("the request failed")]
    Request(#[from] reqwest::Error),
    /// Keys and codes do not travel in the open.
    #[error("{0} is not an https address; http is allowed on this machine alone")]
    NotSafe(String),
    /// The answer is larger than anything a provider has to say.
    #[error("the answer has more than {MOST_BYTES} bytes")]
    TooLarge,
}

/// An answer on its way.
pub(super) type Answering = Pin<Box<dyn Future<Output = Result<HttpResponse, AskError>> + Send>>;

/// Asks.
#[derive(Clone)]
pub(super) struct Http(reqwest::Client);

impl Http {
    pub(super) fn new() -> Result<Self, AskError> {
        // Whoever came first has installed the same one.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(Policy::none()).no_proxy().timeout(TIME).build()?;
        Ok(Self(client))
    }

    /// As the library wants to be given it.
    pub(super) fn asking(&self) -> impl Fn(HttpRequest) -> Answering + Send + Sync + 'static {
        let http = self.clone();
        move |request| {
            let http = http.clone();
            Box::pin(async move { http.ask(request).await })
        }
    }

    /// One request of the library, as it stands.
    async fn ask(&self, request: HttpRequest) -> Result<HttpResponse, AskError> {
        let request = reqwest::Request::try_from(request)?;
        if !is_safe(request.url()) {
            return Err(AskError::NotSafe(request.url().to_string()));
        }
        let mut response = self.0.execute(request).await?;
        let mut bytes = vec![];
        while let Some(part) = response.chunk().await? {
            if bytes.len() + part.len() > MOST_BYTES {
                return Err(AskError::TooLarge);
            }
            bytes.extend_from_slice(&part);
        }
        let mut answer = HttpResponse::new(bytes);
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
    }
}

/// Whether a provider at this address may be asked: over TLS, or on this machine.
pub fn may_be_asked(address: &str) -> bool {
    Url::parse(address).is_ok_and(|url| is_safe(&url) && url.query().is_none() && url.fragment().is_none())
}

/// Whether secrets may travel to this address.
fn is_safe(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_travel_safely() {
        let check = |url: &str, safe: bool| assert_eq!(is_safe(&url.parse().unwrap()), safe, "{url}");
        check("https://id.example.vn/", true);
        check("http://127.0.0.1:9000/", true);
        check("http://[::1]:9000/", true);
        check("http://localhost/", true);
        check("http://id.example.vn/", false);
        check("http://127.0.0.1.example.vn/", false);
        check("ftp://127.0.0.1/", false);
    }
}
