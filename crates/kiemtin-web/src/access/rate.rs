//! Who has guessed too often? Sign-ins that failed are counted by name and by address.
//!
//! A name may be wrong [`BY_NAME`] times, an address [`BY_PEER`] times; then each further failure doubles the wait, from a minute to
//! [`LONGEST_MS`]. While it lasts the right password is refused too, so that guessing tells nothing. An attempt counts when it
//! begins: attempts at the same time are no way round. What was a day ago is forgotten. Names that nobody has are counted alike.

use kiemtin_model::Time;
use kiemtin_model::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Failures of one name without a wait.
pub const BY_NAME: u32 = 5;
/// Failures of one address without a wait: an office may share one.
pub const BY_PEER: u32 = 20;
const LONGEST_MS: i64 = HOUR_MS;
/// Most names and addresses that are remembered; the ones that failed longest ago give way.
const MOST: usize = 10_000;

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    /// Hash of a name: of any length when it comes in.
    Name([u8; 32]),
    /// An address; of version 6 the network of 64 bits, which one asker has to themselves.
    Peer(IpAddr),
}

#[derive(Clone, Copy)]
struct Failures {
    number: u32,
    last: Time,
    until: Time,
}

/// The failures that are remembered.
#[derive(Default)]
pub struct Limits(Mutex<HashMap<Key, Failures>>);

impl Limits {
    /// Begins an attempt, which counts as a failure until [`Limits::succeeded`]. Refused: how long to wait, in milliseconds.
    ///
    /// # Errors
    /// The wait.
    pub fn begin(&self, name: &str, peer: Option<IpAddr>, now: Time) -> Result<(), i64> {
        let mut all = self.held();
        let keys = keys(name, peer);
        let wait = keys.iter().filter_map(|key| all.get(key)).map(|f| f.until.0 - now.0).max().unwrap_or(0);
        if wait > 0 {
            return Err(wait);
        }
        for key in keys {
            make_room(&mut all, now);
            let failures = all.entry(key).or_insert(Failures { number: 0, last: now, until: now });
            if now.0 - failures.last.0 > DAY_MS {
                failures.number = 0;
            }
            *failures = Failures { number: failures.number.saturating_add(1), last: now, until: now };
            failures.until = now.plus(pause(key, failures.number));
        }
        Ok(())
    }

    /// The attempt was right: the name starts anew, the address has one failure less.
    pub fn succeeded(&self, name: &str, peer: Option<IpAddr>) {
        let mut all = self.held();
        for key in keys(name, peer) {
            match key {
                Key::Name(_) => drop(all.remove(&key)),
                Key::Peer(_) => {
                    if let Some(failures) = all.get_mut(&key) {
                        failures.number = failures.number.saturating_sub(1);
                        failures.until = failures.last;
                    }
                }
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, HashMap<Key, Failures>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn keys(name: &str, peer: Option<IpAddr>) -> Vec<Key> {
    let network = |ip: IpAddr| match ip.to_canonical() {
        IpAddr::V4(ip) => IpAddr::V4(ip),
        IpAddr::V6(ip) => IpAddr::V6((ip.to_bits() >> 64 << 64).into()),
    };
    let named = Key::Name(Sha256::digest(kiemtin_store::staff::name_key(name).as_bytes()).into());
    std::iter::once(named).chain(peer.map(|ip| Key::Peer(network(ip)))).collect()
}

/// The wait after so many failures.
fn pause(key: Key, failures: u32) -> i64 {
    let free = if matches!(key, Key::Name(_)) { BY_NAME } else { BY_PEER };
    match failures.checked_sub(free) {
        None => 0,
        Some(more) => MINUTE_MS.saturating_mul(1 << more.min(10)).min(LONGEST_MS),
    }
}

fn make_room(all: &mut HashMap<Key, Failures>, now: Time) {
    if all.len() < MOST {
        return;
    }
    all.retain(|_, f| now.0 - f.last.0 <= DAY_MS);
    // A tenth at once: a full table is looked through once in a thousand attempts.
    if all.len() >= MOST {
        let mut ages: Vec<i64> = all.values().map(|f| f.last.0).collect();
        ages.sort_unstable();
        let border = ages.get(MOST / 10).copied().unwrap_or(i64::MAX);
        let mut gone = 0;
        all.retain(|_, f| {
            let goes = f.last.0 <= border && gone <= MOST / 10;
            gone += usize::from(goes);
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)));

    #[test]
    fn the_wait_grows_and_ends() {
        let limits = Limits::default();
        let mut now = Time(0);
        for _ in 0..BY_NAME {
            assert_eq!(limits.begin("lan", None, now), Ok(()));
        }
        for minutes in [1, 2, 4, 8, 16, 32, 60, 60] {
            assert_eq!(limits.begin("LAN ", None, now), Err(minutes * MINUTE_MS));
            assert_eq!(limits.begin("lan", HERE, now.plus(minutes * MINUTE_MS - 1)), Err(1), "from anywhere");
            now = now.plus(minutes * MINUTE_MS);
            assert_eq!(limits.begin("lan", None, now), Ok(()));
        }
        assert_eq!(limits.begin("minh", HERE, now), Ok(()), "others are not concerned");
        limits.succeeded("lan", None);
        assert_eq!(limits.begin("lan", None, now), Ok(()));
        let day = now.plus(DAY_MS + 1);
        (0..BY_NAME).for_each(|_| assert_eq!(limits.begin("lan", None, day), Ok(()), "a day ago is forgotten"));
    }

    #[test]
    fn an_address_is_limited_over_all_names() {
        let limits = Limits::default();
        for i in 0..BY_PEER {
            assert_eq!(limits.begin(&format!("n{i}"), HERE, Time(0)), Ok(()));
        }
        assert_eq!(limits.begin("new", HERE, Time(0)), Err(MINUTE_MS));
        assert_eq!(limits.begin("new", None, Time(0)), Ok(()));
        let six = |text: &str| Some(text.parse::<IpAddr>().unwrap());
        for i in 0..BY_PEER {
            assert_eq!(limits.begin(&format!("m{i}"), six(&format!("2001:db8::{i:x}")), Time(0)), Ok(()));
        }
        assert!(
            limits.begin("new6", six("2001:db8::ffff"), Time(0)).is_err() && limits.begin("new6", six("2001:db8:0:1::1"), Time(0)).is_ok()
        );
        // One right sign-in among many wrong ones does not set the address free.
        limits.succeeded("n0", HERE);
        assert_eq!(limits.begin("x", HERE, Time(0)), Ok(()));
        assert!(limits.begin("y", HERE, Time(0)).is_err());
    }

    #[test]
    fn memory_is_bounded() {
        let limits = Limits::default();
        for i in 0..3 * MOST {
            assert_eq!(limits.begin(&i.to_string(), None, Time(i as i64 / 7)), Ok(()));
        }
        assert!(limits.held().len() <= MOST);
    }
}
