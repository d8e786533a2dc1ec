//! What binds the answer of the provider to the browser that asked?
//!
//! One random secret in a cookie of that browser. State, nonce and PKCE verifier are derived from the whole cookie with a key that
//! only this process has (HMAC-SHA256): whoever does not hold the cookie can neither bring a foreign answer in (login CSRF,
//! RFC 6749 §10.12) nor use a stolen code.

use hmac::{Hmac, KeyInit, Mac};
use kiemtin_model::Time;
use sha2::Sha256;

/// Name of the cookie.
pub const COOKIE: &str = "kiemtin_oidc";
/// How long somebody may take at the provider, in seconds.
pub const FLOW_S: i64 = 600;
/// Longest address of ours to go to afterwards, in bytes.
const MOST_NEXT: usize = 1_000;

/// A sign-in under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    begun: i64,
    secret: String,
    next: String,
}

impl Flow {
    /// Begins now. What is no path of ours, or too long, leads to the desk.
    pub(super) fn begin(next: &str, now: Time) -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        let own = is_own_path(next) && next.len() <= MOST_NEXT;
        Ok(Self { begun: now.0, secret: hex(&bytes), next: if own { next.to_owned() } else { "/".to_owned() } })
    }

    /// As the value of a cookie: all in hex and dots.
    pub(super) fn cookie(&self) -> String {
        format!("{}.{}.{}", self.begun, self.secret, hex(self.next.as_bytes()))
    }

    /// Out of the value of a cookie. What somebody changed in it shows when the state is compared.
    pub(super) fn of_cookie(value: &str) -> Option<Self> {
        let mut parts = value.splitn(3, '.');
        let (begun, secret, next) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
        let next = String::from_utf8(unhex(next).filter(|n| n.len() <= MOST_NEXT)?).ok().filter(|n| is_own_path(n))?;
        (secret.len() == 64).then(|| Self { begun, secret: secret.to_owned(), next })
    }

    /// Whether it may still end well.
    pub(super) fn is_fresh(&self, now: Time) -> bool {
        (0..=FLOW_S * 1000).contains(&(now.0 - self.begun))
    }

    /// Where the browser goes afterwards: a path of ours.
    pub(super) fn next(&self) -> &str {
        &self.next
    }
}

/// Whether this is a path of our own site, and not `//other.site` or `/\other.site`, which browsers take for another one.
pub(crate) fn is_own_path(path: &str) -> bool {
    let mut bytes = path.bytes();
    bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\')) && path.bytes().all(|b| (0x21..0x7f).contains(&b))
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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: u8| (b as char).to_digit(16).map(|d| d as u8);
    let pairs = text.as_bytes().chunks(2);
    text.len().is_multiple_of(2).then(|| pairs.map(|p| Some((digit(*p.first()?)? << 4) | digit(*p.get(1)?)?)).collect())?
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

    #[test]
    fn only_own_paths_are_led_to() {
        let check = |next: &str, led: &str| assert_eq!(Flow::begin(next, Time(0)).unwrap().next(), led, "{next}");
        check("/alerts/7", "/alerts/7");
        check("/search?q=gi%C3%A1", "/search?q=gi%C3%A1");
        for foreign in ["", "//evil.example", "/\\evil.example", "https://evil.example/", "alerts", "/a b", "/a\r\nSet-Cookie:x", "/é"] {
            check(foreign, "/");
        }
        check(&format!("/{}", "a".repeat(2_000)), "/");
        let hex_of = |next: &str| format!("0.{}.{}", "a".repeat(64), hex(next.as_bytes()));
        assert!(Flow::of_cookie(&hex_of("/a")).is_some() && Flow::of_cookie(&hex_of("//evil.example")).is_none());
    }
}
