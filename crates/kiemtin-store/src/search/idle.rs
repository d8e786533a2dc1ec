//! Which parts of a search are done at the same time? As many as there are cores that nobody searches on: a lone search asks two
//! segments at once on two cores, and of many searches each has one core, so that together they cost no more than one by one.

use crate::index::IndexError;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{LazyLock, Mutex, PoisonError};

/// Cores that this process may use.
static CORES: LazyLock<usize> = LazyLock::new(|| std::thread::available_parallelism().map_or(1, usize::from));
/// Those that search just now. It only steers who helps, so no order between threads is asked for.
static SEARCHING: AtomicUsize = AtomicUsize::new(0);

/// A core that searches, until this is dropped.
pub(super) struct Core(());

impl Core {
    /// The one that every search has.
    pub(super) fn own() -> Self {
        SEARCHING.fetch_add(1, Relaxed);
        Self(())
    }

    /// Another one, if one is idle.
    fn idle() -> Option<Self> {
        SEARCHING.fetch_update(Relaxed, Relaxed, |busy| (busy < *CORES).then_some(busy + 1)).ok().map(|_| Self(()))
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        SEARCHING.fetch_sub(1, Relaxed);
    }
}

/// Does the work for each of these and gives what comes of it in their order; with `helpers` idle cores at the most.
///
/// # Errors
/// The first one in their order of those that were met; what was not begun then is left out.
pub(super) fn each<I: Sync, O: Send>(
    of: &[I],
    helpers: usize,
    work: impl Fn(&I) -> Result<O, IndexError> + Sync,
) -> Result<Vec<O>, IndexError> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(of.len())));
    let one_by_one = || {
        loop {
            let at = next.fetch_add(1, Relaxed);
            let Some(item) = of.get(at) else { break };
            let result = work(item);
            if result.is_err() {
                next.store(of.len(), Relaxed);
            }
            done.lock().unwrap_or_else(PoisonError::into_inner).push((at, result));
        }
    };
    rayon::in_place_scope(|scope| {
        let helping: Vec<Core> =
            std::iter::repeat_with(Core::idle).take(helpers.min(of.len().saturating_sub(1))).map_while(|core| core).collect();
        for core in helping {
            scope.spawn(move |_| {
                one_by_one();
                drop(core);
            });
        }
        one_by_one();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread::sleep;
    use std::time::Duration;

    #[test]
    fn results_keep_their_order_and_the_first_error_is_told() {
        let of: Vec<u64> = (0..40).collect();
        let slow = |at: &u64| {
            sleep(Duration::from_micros(500 * (at % 3)));
            Ok(at * 2)
        };
        for helpers in [0, 1, 7] {
            assert_eq!(each(&of, helpers, slow).unwrap(), of.iter().map(|at| at * 2).collect::<Vec<_>>());
            let failing = |at: &u64| if *at == 9 { Err(IndexError::Query(format!("{at}"))) } else { slow(at) };
            assert!(matches!(each(&of, helpers, failing), Err(IndexError::Query(told)) if told == "9"));
        }
        assert!(each(&[], 3, slow).unwrap().is_empty());
    }

    #[test]
    fn nobody_helps_where_all_cores_search() {
        let _all: Vec<Core> = std::iter::repeat_with(Core::own).take(*CORES).collect();
        let here = std::thread::current().id();
        let threads = each(&[(); 20], 8, |()| Ok(std::thread::current().id())).unwrap();
        assert!(threads.iter().all(|thread| *thread == here));
    }
}
