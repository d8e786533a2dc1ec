//! How many hosts of one publisher, or at one address, are asked at a time?

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Requests at one time to all hosts of a registrable domain, and to all hosts at one address.
pub(super) const AT_A_TIME: usize = 2;

/// Limits in use, by publisher and by address.
#[derive(Default)]
pub(super) struct SharedLimits {
    publishers: HashMap<String, Arc<Semaphore>>,
    addresses: HashMap<IpAddr, Arc<Semaphore>>,
}

impl SharedLimits {
    /// The limits of a host: that of its publisher, then that of its address where it is known.
    pub(super) fn of(&mut self, publisher: &str, address: Option<IpAddr>) -> Vec<Arc<Semaphore>> {
        let publisher = limit(&mut self.publishers, publisher.to_owned());
        std::iter::once(publisher).chain(address.map(|at| limit(&mut self.addresses, at))).collect()
    }

    /// Forgets the limits that nobody holds or waits for.
    pub(super) fn sweep(&mut self) {
        self.publishers.retain(|_, limit| Arc::strong_count(limit) > 1);
        self.addresses.retain(|_, limit| Arc::strong_count(limit) > 1);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.publishers.len() + self.addresses.len()
    }
}

fn limit<K: Eq + Hash>(limits: &mut HashMap<K, Arc<Semaphore>>, key: K) -> Arc<Semaphore> {
    Arc::clone(limits.entry(key).or_insert_with(|| Arc::new(Semaphore::new(AT_A_TIME))))
}
