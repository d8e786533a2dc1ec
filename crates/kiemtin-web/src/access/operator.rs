//! Who may use a trial run? Whoever started it: one token and one one-time link, with every right, for this run alone.

use super::secret::{AccessError, secret};
use crate::asker::Asker;
use kiemtin_model::{Actor, ActorKind, Right, Sight, Time};
use kiemtin_store::staff::{SESSION_MS, hash_of};
use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Most sessions at once; the oldest gives way.
const MOST_SESSIONS: usize = 100;

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

/// Knows the secrets of this start by their hashes.
pub struct Operator {
    token: String,
    code: String,
    /// Whether the code was used, and the sessions: (hash, end).
    state: Mutex<(bool, VecDeque<(String, Time)>)>,
}

impl Operator {
    /// New secrets from the system's random source.
    pub(super) fn new() -> Result<(Self, Secrets), AccessError> {
        let secrets = Secrets { token: secret()?, sign_in_code: secret()? };
        let operator = Self { token: hash_of(&secrets.token), code: hash_of(&secrets.sign_in_code), state: Mutex::default() };
        Ok((operator, secrets))
    }

    /// Whether this is the hash of the token.
    pub(super) fn is_token(&self, hash: &str) -> bool {
        same(hash, &self.token)
    }

    /// Whether this is the hash of the code of the one-time link.
    pub(super) fn is_code(&self, hash: &str) -> bool {
        same(hash, &self.code)
    }

    /// Uses the code up for a session with this hash; `false` when it was used before.
    pub(super) fn open(&self, session: String, now: Time) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut state.0, true) {
            return false;
        }
        while state.1.len() >= MOST_SESSIONS {
            state.1.pop_front();
        }
        state.1.push_back((session, now.plus(SESSION_MS)));
        true
    }

    /// Whether this is the hash of a session that has not ended.
    pub(super) fn is_session(&self, hash: &str, now: Time) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.1.retain(|(_, ends)| now < *ends);
        // Every one is compared, so that the time taken tells nothing.
        state.1.iter().fold(false, |found, (own, _)| found | same(own, hash))
    }

    /// Ends a session.
    pub(super) fn end(&self, hash: &str) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.1.retain(|(own, _)| !same(own, hash));
    }

    /// May do everything and sees all.
    pub(super) fn asker(kind: ActorKind) -> Asker {
        let actor = Actor { kind, name: String::new(), token: String::new() };
        Asker { actor, rights: Right::ALL.to_vec(), sight: Sight::All, user: None }
    }
}

fn same(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |difference, (x, y)| difference | (x ^ y)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_works_once_and_the_session_ends() {
        let (operator, secrets) = Operator::new().unwrap();
        let (token, code) = (hash_of(&secrets.token), hash_of(&secrets.sign_in_code));
        assert!(operator.is_token(&token) && !operator.is_token(&code) && !operator.is_token(""));
        assert!(operator.is_code(&code) && !operator.is_code(&token));
        assert!(operator.open("s".into(), Time(0)) && !operator.open("t".into(), Time(0)));
        assert!(operator.is_session("s", Time(SESSION_MS - 1)) && !operator.is_session("t", Time(1)));
        assert!(!operator.is_session("s", Time(SESSION_MS)) && !operator.is_session("s", Time(0)), "an ended session is forgotten");
        assert_eq!(format!("{secrets:?}"), "Secrets(hidden)");
    }
}
