//! When was a session or a token last used? Known to the moment here, written to the store once a minute at most.

use kiemtin_model::Time;
use kiemtin_model::time::MINUTE_MS;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Most that are remembered; without them what is stored counts, which is a minute older at most.
const MOST: usize = 20_000;

#[derive(Clone, Copy)]
struct Use {
    last: Time,
    written: Time,
}

/// The last uses.
#[derive(Default)]
pub struct Seen(Mutex<HashMap<String, Use>>);

impl Seen {
    /// The last use that is known here.
    pub fn last(&self, key: &str) -> Option<Time> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).map(|of| of.last)
    }

    /// Notes a use, where `within` says of the one before that it still counts. `None`: it does not. Otherwise whether to write it.
    pub fn note(&self, key: &str, stored: Option<Time>, now: Time, within: impl Fn(Time) -> bool) -> Option<bool> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stored = stored.unwrap_or(Time(i64::MIN / 2));
        let before = all.get(key).copied().unwrap_or(Use { last: stored, written: stored });
        let last = before.last.max(stored);
        if !within(last) {
            all.remove(key);
            return None;
        }
        let written = before.written.max(stored);
        let write = now.0 - written.0 >= MINUTE_MS;
        if all.len() >= MOST && !all.contains_key(key) {
            all.clear();
        }
        all.insert(key.to_owned(), Use { last: last.max(now), written: if write { now } else { written } });
        Some(write)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_once_a_minute_and_known_to_the_moment() {
        let seen = Seen::default();
        let idle = |now: i64| move |last: Time| now - last.0 < 10 * MINUTE_MS;
        let note = |stored: i64, now: i64| seen.note("a", Some(Time(stored)), Time(now), idle(now));
        assert_eq!(note(0, 1_000), Some(false));
        assert_eq!(note(0, MINUTE_MS), Some(true));
        assert_eq!(note(0, MINUTE_MS + 1), Some(false), "even when it is not written yet");
        assert_eq!(note(0, 11 * MINUTE_MS), Some(true), "used ten minutes less a moment ago");
        assert_eq!(seen.last("a"), Some(Time(11 * MINUTE_MS)));
        assert_eq!(note(0, 21 * MINUTE_MS), None);
        assert_eq!(seen.last("a"), None);
        assert_eq!(seen.note("token", None, Time(0), |_| true), Some(true));
        for i in 0..=MOST {
            seen.note(&i.to_string(), None, Time(0), |_| true);
        }
        assert!(seen.0.lock().unwrap().len() <= MOST);
    }
}
