//! Who may come in? One API token and one one-time sign-in link per start; sessions live in memory.
//!
//! Invariants: only SHA-256 hashes of secrets are kept; secrets are compared in constant time; the sign-in code works
//! once; there are at most [`MAX_SESSIONS`] sessions, each ending [`SESSION_MS`] after it began whatever happens.

use crate::asker::Asker;
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{Actor, ActorKind, Right, Sight, Time};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// Most sessions at once; the oldest gives way.
pub const MAX_SESSIONS: usize = 100;
/// Milliseconds that a session lasts.
pub const SESSION_MS: i64 = 12 * HOUR_MS;

type Hash = [u8; 32];

/// Why access could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The system gave no random bytes.
    #[error("the system gives no random bytes to make secrets from")]
    NoRandom(#[source] getrandom::Error),
}

/// The secrets of this start, to be shown to the operator once. `Debug` does not tell them.
pub struct Secrets {
    /// API token, for `Authorization: Bearer`.
    pub token: String,
    /// Code of the one-time sign-in link, `/sign-in?code=…`.
    pub sign_in_code: String,
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secrets(hidden)")
    }
}

/// Decides who may come in.
pub struct Access {
    token: Hash,
    code: Hash,
    code_used: AtomicBool,
    sessions: Mutex<VecDeque<Session>>,
}

struct Session {
    hash: Hash,
    ends: Time,
}

/// What became of a sign-in.
pub enum SignIn {
    /// The session's secret, for the cookie.
    Welcome(String),
    /// The code was right but has been used before.
    Used,
    /// No such code.
    Wrong,
}

impl Access {
    /// New secrets from the system's random source.
    pub fn new() -> Result<(Self, Secrets), AccessError> {
        let secrets = Secrets { token: secret()?, sign_in_code: secret()? };
        let access = Self {
            token: hash(&secrets.token),
            code: hash(&secrets.sign_in_code),
            code_used: AtomicBool::new(false),
            sessions: Mutex::new(VecDeque::new()),
        };
        Ok((access, secrets))
    }

    /// Who this API token stands for.
    pub fn asker_of_token(&self, token: &str) -> Option<Asker> {
        same(&hash(token), &self.token).then(|| of_start(ActorKind::Token))
    }

    /// Who this session stands for, when it has not ended.
    pub fn asker_of_session(&self, secret: &str, now: Time) -> Option<Asker> {
        self.session_is(secret, now).then(|| of_start(ActorKind::User))
    }

    /// Trades the one-time code for a session that begins `now`.
    pub fn sign_in(&self, code: &str, now: Time) -> Result<SignIn, AccessError> {
        if !same(&hash(code), &self.code) {
            return Ok(SignIn::Wrong);
        }
        let secret = secret()?;
        if self.code_used.swap(true, Ordering::SeqCst) {
            return Ok(SignIn::Used);
        }
        self.open(hash(&secret), now);
        Ok(SignIn::Welcome(secret))
    }

    fn session_is(&self, secret: &str, now: Time) -> bool {
        let hash = hash(secret);
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|s| now < s.ends);
        // Every one is compared, so that the time taken tells nothing.
        sessions.iter().fold(false, |found, s| found | same(&s.hash, &hash))
    }

    fn open(&self, hash: Hash, now: Time) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        while sessions.len() >= MAX_SESSIONS {
            sessions.pop_front();
        }
        sessions.push_back(Session { hash, ends: now.plus(SESSION_MS) });
    }
}

/// Whoever has the secrets of this start may do everything.
fn of_start(kind: ActorKind) -> Asker {
    Asker { actor: Actor { kind, name: String::new(), token: String::new() }, rights: Right::ALL.to_vec(), sight: Sight::All }
}

/// 32 random bytes in hex: safe in URLs, cookies and headers.
fn secret() -> Result<String, AccessError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(AccessError::NoRandom)?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

fn hash(secret: &str) -> Hash {
    Sha256::digest(secret.as_bytes()).into()
}

fn same(a: &Hash, b: &Hash) -> bool {
    a.iter().zip(b).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_works_once_and_the_session_ends() {
        let (access, secrets) = Access::new().unwrap();
        let of = |token: &str| access.asker_of_token(token);
        assert!(of(&secrets.token).is_some_and(|a| a.may(Right::Administer)) && of(&secrets.sign_in_code).or(of("")).is_none());
        assert!(matches!(access.sign_in("no", Time(0)).unwrap(), SignIn::Wrong));
        let SignIn::Welcome(session) = access.sign_in(&secrets.sign_in_code, Time(0)).unwrap() else { panic!() };
        assert!(matches!(access.sign_in(&secrets.sign_in_code, Time(0)).unwrap(), SignIn::Used));
        assert!(access.session_is(&session, Time(SESSION_MS - 1)));
        assert!(!access.session_is(&secrets.token, Time(1)));
        assert!(!access.session_is(&session, Time(SESSION_MS)));
        assert!(!access.session_is(&session, Time(0)), "an ended session is forgotten");
        assert_eq!(format!("{secrets:?}"), "Secrets(hidden)");
    }

    #[test]
    fn sessions_are_bounded() {
        let (access, _) = Access::new().unwrap();
        for i in 0..=MAX_SESSIONS {
            access.open(hash(&i.to_string()), Time(0));
        }
        assert!(!access.session_is("0", Time(1)));
        assert!(access.session_is("1", Time(1)) && access.session_is(&MAX_SESSIONS.to_string(), Time(1)));
    }
}
