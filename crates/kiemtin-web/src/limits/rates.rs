//! Has this asker asked too much lately?
//!
//! The generic cell rate algorithm (ITU-T I.371): for each asker and class one number is kept, the time until which what was asked
//! is paid for. Within a minute's quota requests may come at once; then one more each sixtieth of a minute's quota. Kept in memory,
//! for a bounded number of askers; a restart forgives.

use super::Allowed;
use kiemtin_model::Time;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// Most askers and classes that are remembered.
const MOST: usize = 10_000;
/// Most lines of one push: so many may always come at once when none came before.
pub const ONE_CALL: u32 = 10_000;
const MINUTE_US: u64 = 60_000_000;

/// What is counted by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// Reading little.
    Read,
    /// Searching and counting.
    Search,
    /// Changing something.
    Change,
    /// Pushing documents in.
    Push,
    /// A line of a push.
    Line,
}

impl Class {
    /// What programs call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Search => "search",
            Self::Change => "change",
            Self::Push => "push",
            Self::Line => "line",
        }
    }
}

/// How an asker stands with one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Requests in a minute.
    pub quota: u32,
    /// Requests that may come at once now.
    pub left: u64,
    /// Seconds until the whole quota is there again.
    pub full_s: u64,
    /// Seconds until what was refused is allowed; 0 when it was not refused.
    pub wait_s: u64,
}

/// What was asked lately.
pub struct Rates {
    allowed: Allowed,
    /// Microseconds since 1970 until which what was asked is paid for.
    paid: Mutex<HashMap<(String, Class), u64>>,
}

impl Rates {
    /// With nothing asked yet.
    pub fn new(allowed: Allowed) -> Self {
        Self { allowed, paid: Mutex::default() }
    }

    /// Takes `amount` from what this asker may ask.
    ///
    /// # Errors
    /// How the asker stands, when that is more than is left: nothing is taken.
    pub fn take(&self, who: &str, class: Class, amount: u32, now: Time) -> Result<Standing, Standing> {
        let quota = match class {
            Class::Read => self.allowed.reads,
            Class::Search => self.allowed.searches,
            Class::Change => self.allowed.changes,
            Class::Push => self.allowed.pushes,
            Class::Line => self.allowed.lines,
        }
        .max(1);
        // Under u32::MAX, the price of one is a nanosecond or so: nothing is ever refused.
        let price = |n: u64| n.saturating_mul(MINUTE_US) / u64::from(quota);
        let most = if class == Class::Line { quota.max(ONE_CALL) } else { quota };
        let room = price(u64::from(most));
        let now = now.0.max(0).unsigned_abs().saturating_mul(1_000);
        let mut paid = self.paid.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (who.to_owned(), class);
        // A clock that was set back must not lock anybody out for longer than the quota does.
        let before = paid.get(&key).map_or(now, |until| (*until).clamp(now, now + room));
        let standing = |until: u64, wait: u64| Standing {
            quota,
            left: (now + room - until).saturating_mul(u64::from(quota)) / MINUTE_US,
            full_s: (until - now).div_ceil(1_000_000),
            wait_s: wait.div_ceil(1_000_000),
        };
        let after = before + price(u64::from(amount));
        if after > now + room {
            // Counted by the clock as it is now.
            paid.entry(key).and_modify(|until| *until = before);
            return Err(standing(before, (after - now - room).max(1)));
        }
        if paid.len() >= MOST && !paid.contains_key(&key) {
            make_room(&mut paid, now);
        }
        paid.insert(key, after);
        Ok(standing(after, 0))
    }
}

/// Forgets who has the whole quota again; when nobody has, those who come nearest, a tenth of all.
fn make_room(paid: &mut HashMap<(String, Class), u64>, now: u64) {
    paid.retain(|_, until| *until > now);
    if paid.len() < MOST {
        return;
    }
    let mut times: Vec<u64> = paid.values().copied().collect();
    let (_, limit, _) = times.select_nth_unstable(MOST / 10);
    let limit = *limit;
    paid.retain(|_, until| *until > limit);
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Time = Time(1_795_395_900_000);

    fn rates(changes: u32) -> Rates {
        Rates::new(Allowed { changes, lines: 6_000, ..Allowed::default() })
    }

    #[test]
    fn a_minutes_quota_at_once_then_evenly() {
        let rates = rates(60);
        let take = |ms: i64| rates.take("a", Class::Change, 1, START.plus(ms));
        for i in 0..60 {
            let standing = take(0).unwrap();
            assert_eq!((standing.left, standing.full_s, standing.quota), (59 - i, 1 + i, 60));
        }
        let refused = take(0).unwrap_err();
        assert_eq!((refused.left, refused.wait_s), (0, 1));
        assert!(take(999).is_err() && take(1_000).is_ok() && take(1_001).is_err(), "one a second");
        assert_eq!(take(62_000).unwrap().left, 59, "after a minute all is there again, and no more");
        assert!(rates.take("b", Class::Change, 1, START).is_ok() && rates.take("a", Class::Read, 1, START).is_ok(), "each by itself");
    }

    #[test]
    fn one_call_of_lines_may_always_come_and_then_has_to_be_paid_for() {
        let rates = rates(1);
        let take = |lines: u32, seconds: i64| rates.take("a", Class::Line, lines, START.plus(1_000 * seconds));
        assert_eq!(take(ONE_CALL, 0).unwrap().left, 0);
        assert_eq!(take(600, 0).unwrap_err().wait_s, 6);
        assert!(take(600, 5).is_err() && take(600, 6).is_ok());
        assert!(take(ONE_CALL + 1, 10_000).is_err(), "more than that never");
        assert!(take(ONE_CALL, 10_000).is_ok(), "what was refused took nothing");
    }

    #[test]
    fn a_clock_that_was_set_back_locks_nobody_out() {
        let rates = rates(60);
        assert!((0..60).all(|_| rates.take("a", Class::Change, 1, START.plus(1_000_000_000)).is_ok()));
        assert_eq!(rates.take("a", Class::Change, 1, START).unwrap_err().wait_s, 1);
        assert!(rates.take("a", Class::Change, 1, START.plus(1_000)).is_ok());
    }

    #[test]
    fn few_are_remembered_and_the_most_pressing_stay() {
        let rates = rates(60);
        assert!((0..60).all(|_| rates.take("greedy", Class::Change, 1, START).is_ok()));
        for i in 0..3 * MOST {
            rates.take(&i.to_string(), Class::Change, 1, START).unwrap();
        }
        assert!(rates.paid.lock().unwrap().len() <= MOST);
        assert!(rates.take("greedy", Class::Change, 1, START).is_err());
    }

    #[test]
    fn everything_is_allowed_when_measuring() {
        let rates = Rates::new(Allowed::everything());
        assert!((0..100_000).all(|_| rates.take("a", Class::Read, 1, START).is_ok()));
        assert!(rates.take("a", Class::Line, ONE_CALL, START).is_ok());
    }
}
