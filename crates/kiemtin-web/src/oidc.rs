//! How does somebody sign in with the ministry's own identity provider?
//!
//! OpenID Connect Core 1.0, authorization code flow with PKCE (RFC 7636) and `iss` in the answer (RFC 9207). A browser is sent
//! to the provider ([`Oidc::begin`]) and comes back with a code ([`Oidc::finish`]), which is traded for a signed statement of
//! who it is. What belongs together is bound by one secret in a cookie of that browser ([`flow`]): nothing is kept here
//! meanwhile, so that nobody can fill anything up.
//!
//! Invariants: only the configured provider is asked, over TLS unless it stands on this machine, without following redirects,
//! with bounded answers and time; a provider's statement signs in a user whom an administrator has added, and makes none.

mod flow;
mod http;

pub use flow::{COOKIE as FLOW_COOKIE, FLOW_S};
pub use http::may_be_asked;

use crate::fault::chain;
use crate::params::Params;
use chrono::{DateTime, Utc};
use flow::{Flow, FlowKey};
use http::Http;
use kiemtin_model::Time;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet, EndpointSet,
    IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, RequestTokenError, Scope, TokenResponse,
};
use std::error::Error;
use std::fmt;
use std::sync::Mutex;

/// How long what the provider says of itself is believed, in milliseconds: an hour.
const KEPT_MS: i64 = 3_600_000;
/// Longest code and state that are looked at, in bytes.
const LONGEST: usize = 4_096;

/// How the provider is reached. `Debug` does not tell the secret.
#[derive(Clone)]
pub struct OidcSettings {
    /// Address of the provider, exactly as it names itself: `https://id.example.vn/realms/bct`.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there; none for a public client.
    pub client_secret: Option<String>,
    /// What the provider is called on the sign-in page.
    pub name: String,
    /// Where the provider sends browsers back to: [`OidcSettings::BACK`] below the public address of this service.
    pub redirect: String,
}

impl OidcSettings {
    /// Path that browsers come back to.
    pub const BACK: &'static str = "/sign-in/oidc/back";
}

impl fmt::Debug for OidcSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OidcSettings({} at {})", self.client_id, self.issuer)
    }
}

/// Who the provider says it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The provider's lasting name of this person.
    pub subject: String,
    /// E-mail address, when the provider has verified it.
    pub email: Option<String>,
}

/// Why somebody could not sign in with the provider.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    /// The provider cannot be asked.
    #[error("the identity provider at {issuer} cannot be asked: {reason}")]
    Provider {
        /// Its address.
        issuer: String,
        /// Why.
        reason: String,
    },
    /// The browser came back without what it was sent away with, or too late, or with the answer to another question.
    #[error("the answer of the identity provider does not belong to a sign-in of this browser: {0}")]
    Foreign(&'static str),
    /// The provider, or the person there, said no.
    #[error("the identity provider refused: {0}")]
    Refused(String),
    /// The statement of the provider does not hold.
    #[error("the statement of the identity provider does not hold: {0}")]
    Unsound(String),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    NoRandom(#[from] getrandom::Error),
}

/// Where to send a browser, and the cookie that it takes along.
#[derive(Debug)]
pub struct Begun {
    /// Address at the provider.
    pub address: String,
    /// Value of [`FLOW_COOKIE`].
    pub cookie: String,
}

/// Asks the provider.
pub struct Oidc {
    settings: OidcSettings,
    http: Http,
    key: FlowKey,
    known: Mutex<Option<(Time, CoreProviderMetadata)>>,
}

impl Oidc {
    /// Asks nobody yet. Errors: no HTTP client or no random bytes.
    pub fn new(settings: OidcSettings) -> Result<Self, OidcError> {
        let http = Http::new().map_err(|e| OidcError::Provider { issuer: settings.issuer.clone(), reason: chain(&e) })?;
        Ok(Self { settings, http, key: FlowKey::new()?, known: Mutex::new(None) })
    }

    /// What the provider is called on the sign-in page.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// A sign-in begins: afterwards the browser shall see the page `next` of ours.
    pub async fn begin(&self, next: &str, now: Time) -> Result<Begun, OidcError> {
        let flow = Flow::begin(next, now)?;
        let metadata = self.metadata(now, false).await?;
        let client = client(&self.settings, metadata)?;
        let challenge = PkceCodeChallenge::from_code_verifier_sha256(&self.verifier(&flow));
        let (state, nonce) = (self.key.derive("state", &flow), self.key.derive("nonce", &flow));
        let (address, ..) = client
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, move || CsrfToken::new(state), move || Nonce::new(nonce))
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok(Begun { address: address.into(), cookie: flow.cookie() })
    }

    /// The browser is back with `answer`, the query of its address: who is it, and where did it want to go? `cookie` is what it
    /// was sent away with.
    pub async fn finish(&self, answer: &Params, cookie: Option<&str>, now: Time) -> Result<(Identity, String), OidcError> {
        let flow = cookie.and_then(Flow::of_cookie).ok_or(OidcError::Foreign("it has no cookie of ours"))?;
        if !flow.is_fresh(now) {
            return Err(OidcError::Foreign("it took longer than ten minutes"));
        }
        let of = |name: &str| answer.get(name).filter(|value| value.len() <= LONGEST);
        if !of("state").is_some_and(|state| self.key.is(state, "state", &flow)) {
            return Err(OidcError::Foreign("the state is another one"));
        }
        // RFC 9207: an answer of another provider must not be taken for one of ours.
        if answer.get("iss").is_some_and(|iss| iss != self.settings.issuer) {
            return Err(OidcError::Foreign("another provider gave it"));
        }
        if let Some(error) = of("error") {
            return Err(OidcError::Refused(error.chars().take(80).collect()));
        }
        let code = of("code").ok_or(OidcError::Foreign("there is no code"))?;
        let metadata = self.metadata(now, false).await?;
        let client = client(&self.settings, metadata)?;
        let ask = self.http.asking();
        let tokens = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|e| self.unreachable(&e))?
            .set_pkce_verifier(self.verifier(&flow))
            .request_async(&ask)
            .await
            .map_err(|e| match e {
                // Nobody there: nothing is said about the person.
                RequestTokenError::Request(e) => self.unreachable(&e),
                other => OidcError::Refused(chain(&other)),
            })?;
        let statement = tokens.id_token().ok_or_else(|| OidcError::Unsound("there is none".into()))?;
        let nonce = Nonce::new(self.key.derive("nonce", &flow));
        // The provider may have changed its keys since it was asked: then it is asked once more.
        let claims = match sound(&client, statement, &nonce, now) {
            Ok(claims) => claims.clone(),
            Err(_) => {
                let client = self::client(&self.settings, self.metadata(now, true).await?)?;
                sound(&client, statement, &nonce, now).map_err(|e| OidcError::Unsound(chain(&e)))?.clone()
            }
        };
        let email = claims.email().filter(|_| claims.email_verified() == Some(true)).map(|e| e.as_str().to_owned());
        let identity = Identity { issuer: self.settings.issuer.clone(), subject: claims.subject().as_str().to_owned(), email };
        Ok((identity, flow.next().to_owned()))
    }

    fn verifier(&self, flow: &Flow) -> PkceCodeVerifier {
        PkceCodeVerifier::new(self.key.derive("verifier", flow))
    }

    /// What the provider says of itself, with its keys.
    async fn metadata(&self, now: Time, anew: bool) -> Result<CoreProviderMetadata, OidcError> {
        let lock = || self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let known = lock().as_ref().filter(|(at, _)| (0..KEPT_MS).contains(&(now.0 - at.0))).map(|(_, metadata)| metadata.clone());
        if let Some(metadata) = known.filter(|_| !anew) {
            return Ok(metadata);
        }
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(|e| self.unreachable(&e))?;
        let ask = self.http.asking();
        let metadata = CoreProviderMetadata::discover_async(issuer, &ask).await.map_err(|e| self.unreachable(&e))?;
        *lock() = Some((now, metadata.clone()));
        Ok(metadata)
    }

    fn unreachable(&self, error: &dyn Error) -> OidcError {
        OidcError::Provider { issuer: self.settings.issuer.clone(), reason: chain(error) }
    }
}

/// Signatures that are believed: those by a key pair. Not `none`, and none by a shared secret.
const SIGNED_BY: &[CoreJwsSigningAlgorithm] = &[
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

type Client = CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

fn client(settings: &OidcSettings, metadata: CoreProviderMetadata) -> Result<Client, OidcError> {
    let back = RedirectUrl::new(settings.redirect.clone())
        .map_err(|e| OidcError::Provider { issuer: settings.issuer.clone(), reason: chain(&e) })?;
    let secret = settings.client_secret.clone().map(ClientSecret::new);
    Ok(CoreClient::from_provider_metadata(metadata, ClientId::new(settings.client_id.clone()), secret).set_redirect_uri(back))
}

/// The claims of a statement that holds at `now`: signature, issuer, audience, expiry, nonce (OpenID Connect Core, 3.1.3.7).
fn sound<'a>(
    client: &Client,
    statement: &'a CoreIdToken,
    nonce: &Nonce,
    now: Time,
) -> Result<&'a CoreIdTokenClaims, ClaimsVerificationError> {
    let verifier = client.id_token_verifier().set_allowed_algs(SIGNED_BY.iter().cloned());
    statement.claims(&verifier.set_time_fn(move || DateTime::from_timestamp_millis(now.0).unwrap_or(DateTime::<Utc>::MAX_UTC)), nonce)
}
