//! What binds the answer of the provider to the browser that asked?
//!
//! One random secret in a cookie of that browser. State, nonce and PKCE verifier are derived from the whole cookie with a key that
//! only this process has (HMAC-SHA256): whoever does not hold the cookie can neither bring a foreign answer in (login CSRF,
//! RFC 6749 §10.12) nor use a stolen code.

use hmac::{Hmac, KeyInit, Mac};
use kiemtin_model::Time;
use kiemtin_model::hex::{hex, unhex};
use sha2::Sha256;

/// Name of the cookie.
pub const COOKIE: &str = "kiemtin_oidc";
/// How long somebody may take at the provider, in seconds.
pub const FLOW_S: i64 = 600;

/// A sign-in under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    begun: i64,
    secret: String,
    next: String,
}

impl Flow {
    /// Begins now; `next` is a path of ours ([`crate::pages::sign_in::own_path`]).
    pub(super) fn begin(next: &str, now: Time) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self { begun: now.0, secret: hex(&bytes), next: next.to_owned() })
    }

    /// As the value of a cookie: all in hex and dots.
    pub(super) fn cookie(&self) -> String {
        format!("{}.{}.{}", self.begun, self.secret, hex(self.next.as_bytes()))
    }

    /// Out of the value of a cookie. What somebody changed in it shows when the state is compared.
    pub(super) fn of_cookie(value: &str) -> Option<Self> {
        let mut parts = value.splitn(3, '.');
        let (begun, secret, next) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
        let next = String::from_utf8(unhex(next)?).ok()?;
        (secret.len() == 64).then(|| Self { begun, secret: secret.to_owned(), next })
    }

    /// Whether it may still end well.
    pub(super) fn is_fresh(&self, now: Time) -> bool {
        (0..=FLOW_S * 1000).contains(&(now.0 - self.begun))
    }

    /// Where the browser goes afterwards.
    pub(super) fn next(&self) -> &str {
        &self.next
    }
}

/// The key of this process, as long as a block of the hash.
pub(super) struct FlowKey([u8; 64]);

impl FlowKey {
    /// A new one.
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let mut key = [0; 64];
        getrandom::fill(&mut key)?;
        Ok(Self(key))
    }

    /// The value for this use: 64 hex digits, which is a verifier that RFC 7636 allows.
    pub(super) fn derive(&self, what: &str, flow: &Flow) -> String {
        hex(&self.mac(what, flow).finalize().into_bytes())
    }

    /// Whether `given` is the value for this use; compared in constant time.
    pub(super) fn is(&self, given: &str, what: &str, flow: &Flow) -> bool {
        unhex(given).is_some_and(|bytes| self.mac(what, flow).verify_slice(&bytes).is_ok())
    }

    fn mac(&self, what: &str, flow: &Flow) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&self.0.into());
        for part in [what, ".", &flow.cookie()] {
            mac.update(part.as_bytes());
        }
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_comes_back_whole_and_bound() {
        let (key, other) = (FlowKey::new().unwrap(), FlowKey::new().unwrap());
        let flow = Flow::begin("/alerts/7?from=mail", Time(5_000)).unwrap();
        assert_eq!(Flow::of_cookie(&flow.cookie()).as_ref(), Some(&flow));
        let state = key.derive("state", &flow);
        assert!(key.is(&state, "state", &flow) && !key.is(&state, "nonce", &flow) && !other.is(&state, "state", &flow));
        let changed = Flow { next: "/admin".into(), ..flow.clone() };
        assert!(!key.is(&state, "state", &changed), "what the cookie says is part of the state");
        assert!((43..=128).contains(&key.derive("verifier", &flow).len()), "RFC 7636 §4.1");
        assert!(flow.is_fresh(Time(605_000)) && !flow.is_fresh(Time(605_001)) && !flow.is_fresh(Time(4_999)));
        for broken in ["", ".", "a.b.c", "1.ff.2f", &flow.cookie().replace('.', ""), &format!("{}x", flow.cookie())] {
            assert_eq!(Flow::of_cookie(broken), None, "{broken}");
        }
    }
}
