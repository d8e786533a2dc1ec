//! CPU work off the async threads: in order, on threads with a stack that no allowed page overflows, panics caught.
//!
//! The threads live as long as the program: what a thread remembers to work faster (words it has read) stays, and so do the
//! parts of memory it works in. A thread that does not come back from an item is given up: the item fails, another thread
//! takes its place, and the given-up one ends when it comes back (a thread cannot be ended from outside).

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// Longest time for one item. The worst of the allowed pages takes a few seconds on a slow machine.
const LIMIT: Duration = Duration::from_secs(60);
/// How often that is looked at.
const LOOK: Duration = Duration::from_millis(500);

/// Work for a thread; says whether the thread goes on to the next.
type Job = Box<dyn FnOnce() -> bool + Send>;

/// The threads, as many as there are cores, or why there are none.
static CREW: LazyLock<Result<Crew, String>> = LazyLock::new(|| Crew::hire(std::thread::available_parallelism().map_or(1, usize::from)));

struct Crew {
    jobs: Mutex<Sender<Job>>,
    taken: Arc<Mutex<Receiver<Job>>>,
    threads: usize,
}

impl Crew {
    fn hire(threads: usize) -> Result<Self, String> {
        let (jobs, taken) = channel::<Job>();
        let crew = Self { jobs: Mutex::new(jobs), taken: Arc::new(Mutex::new(taken)), threads };
        (0..threads).try_for_each(|_| crew.hire_one())?;
        Ok(crew)
    }

    fn hire_one(&self) -> Result<(), String> {
        let taken = Arc::clone(&self.taken);
        // The lock is given back before the job is done.
        let next = move || hold(&taken).recv().ok();
        let thread = std::thread::Builder::new().name("crew".into()).stack_size(kiemtin_analyze::extract::STACK_BYTES);
        let started = thread.spawn(move || while next().is_some_and(|job| job()) {});
        started.map(drop).map_err(|e| format!("a thread cannot be started: {e}"))
    }

    fn send(&self, job: Job) -> anyhow::Result<()> {
        hold(&self.jobs).send(job).map_err(|_| anyhow::anyhow!("the threads for pages ended"))
    }
}

/// Runs `work` on every item on as many threads as there are cores; results come in the order of the items.
/// An item whose work panics, or takes longer than a minute, gives `Err` with the reason.
pub async fn map<T, R, F>(items: Vec<T>, work: F) -> anyhow::Result<Vec<Result<R, String>>>
where
    T: Send + 'static,
    R: Send + 'static,
    F: Fn(T) -> R + Send + Sync + 'static,
{
    map_within(items, work, LIMIT).await
}

async fn map_within<T, R, F>(items: Vec<T>, work: F, limit: Duration) -> anyhow::Result<Vec<Result<R, String>>>
where
    T: Send + 'static,
    R: Send + 'static,
    F: Fn(T) -> R + Send + Sync + 'static,
{
    let crew = CREW.as_ref().map_err(|reason| anyhow::anyhow!("{reason}"))?;
    let count = items.len();
    let places = items.into_iter().map(|item| Mutex::new(Place::Waiting(item))).collect();
    // Holds no more than there are items.
    let (done, mut finished) = mpsc::unbounded_channel();
    let task = Arc::new(Task { places, work, next: AtomicUsize::new(0), done });
    let job = || -> Job {
        let task = Arc::clone(&task);
        Box::new(move || task.run())
    };
    for _ in 0..crew.threads.min(count) {
        crew.send(job())?;
    }
    let mut left = count;
    while left > 0 {
        if tokio::time::timeout(LOOK.min(limit), finished.recv()).await.is_ok() {
            left -= 1;
            continue;
        }
        for _ in 0..task.give_up(limit) {
            left -= 1;
            tracing::error!("reading a page does not end: it is given up, and another thread takes over");
            crew.hire_one().map_err(|reason| anyhow::anyhow!("{reason}"))?;
            crew.send(job())?;
        }
    }
    Ok(task.places.iter().map(Place::result).collect())
}

/// Where an item stands.
enum Place<T, R> {
    Waiting(T),
    Begun(Instant),
    Done(Result<R, String>),
    /// The result was taken.
    Empty,
}

impl<T, R> Place<T, R> {
    fn result(place: &Mutex<Self>) -> Result<R, String> {
        match std::mem::replace(&mut *hold(place), Self::Empty) {
            Self::Done(result) => result,
            _ => Err("not run".into()),
        }
    }
}

/// What the threads share in one [`map`].
struct Task<T, R, F> {
    places: Vec<Mutex<Place<T, R>>>,
    work: F,
    next: AtomicUsize,
    /// Hears of every item that is done.
    done: mpsc::UnboundedSender<()>,
}

impl<T, R, F: Fn(T) -> R> Task<T, R, F> {
    /// Works until no item is left; false for a thread that was given up and replaced meanwhile.
    fn run(&self) -> bool {
        while let Some(place) = self.places.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let before = std::mem::replace(&mut *hold(place), Place::Begun(Instant::now()));
            let Place::Waiting(item) = before else { continue };
            let result = catch_unwind(AssertUnwindSafe(|| (self.work)(item))).map_err(|p| reason(&p));
            let mut place = hold(place);
            if !matches!(*place, Place::Begun(_)) {
                return false;
            }
            *place = Place::Done(result);
            // Nobody listens when the caller was stopped.
            let _ = self.done.send(());
        }
        true
    }

    /// Ends the items that were begun longer ago than `limit`, and gives their number.
    fn give_up(&self, limit: Duration) -> usize {
        let is_late = |place: &&Mutex<Place<T, R>>| {
            let mut place = hold(place);
            let late = matches!(*place, Place::Begun(at) if at.elapsed() >= limit);
            if late {
                *place = Place::Done(Err(format!("it took longer than {} s", limit.as_secs())));
            }
            late
        };
        self.places.iter().filter(is_late).count()
    }
}

fn hold<P>(lock: &Mutex<P>) -> MutexGuard<'_, P> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn reason(panic: &Box<dyn std::any::Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panicked".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicBool;

    #[tokio::test]
    async fn keeps_order_and_survives_panics() {
        for _ in 0..3 {
            let results = map((0..50).collect(), |n: u32| if n == 7 { panic!("seven") } else { n * 2 }).await.unwrap();
            assert_eq!(results.len(), 50);
            assert_eq!((&results[49], &results[7]), (&Ok(98), &Err("seven".to_owned())));
        }
        assert!(map(Vec::<u32>::new(), |n| n).await.unwrap().is_empty());
    }

    /// More items than there are threads do not end: all others are done all the same.
    #[tokio::test]
    async fn what_does_not_end_is_given_up() {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let work = move |n: u32| {
            while n < 9 && !stopped.load(Ordering::SeqCst) {
                std::thread::sleep(Duration::from_millis(5));
            }
            n
        };
        let results = map_within((0..40).collect(), work, Duration::from_millis(200)).await.unwrap();
        assert!(results[..9].iter().all(Result::is_err), "{results:?}");
        assert!(results[9..].iter().zip(9..).all(|(r, n)| *r == Ok(n)), "{results:?}");
        stop.store(true, Ordering::SeqCst);
        assert_eq!(map((0..3).collect(), |n: u32| n).await.unwrap(), [Ok(0), Ok(1), Ok(2)]);
    }

    #[tokio::test]
    async fn maps_run_side_by_side() {
        let maps = (0..20u64).map(|n| map((0..30).collect(), move |m: u64| n * m));
        let all: Vec<_> = futures_util::future::join_all(maps).await.into_iter().map(|r| r.unwrap()[29].clone().unwrap()).collect();
        assert_eq!(all, (0..20).map(|n| n * 29).collect::<Vec<_>>());
    }
}
