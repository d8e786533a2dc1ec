//! CPU work off the async threads: in order, on threads with a stack that no allowed page overflows, panics caught.
//!
//! The threads live as long as the program: what a thread remembers to work faster (words it has read) stays, and so do the
//! parts of memory it works in.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// The threads, as many as there are cores, or why there are none.
static CREW: LazyLock<Result<Crew, String>> = LazyLock::new(|| Crew::hire(std::thread::available_parallelism().map_or(1, usize::from)));

struct Crew {
    jobs: Mutex<Sender<Job>>,
    threads: usize,
}

impl Crew {
    fn hire(threads: usize) -> Result<Self, String> {
        let (jobs, taken) = channel::<Job>();
        let taken = Arc::new(Mutex::new(taken));
        for _ in 0..threads {
            let taken = Arc::clone(&taken);
            let thread = std::thread::Builder::new().name("crew".into()).stack_size(kiemtin_analyze::extract::STACK_BYTES);
            thread
                .spawn(move || {
                    while let Some(job) = next(&taken) {
                        job()
                    }
                })
                .map_err(|e| format!("a thread cannot be started: {e}"))?;
        }
        Ok(Self { jobs: Mutex::new(jobs), threads })
    }
}

/// The lock is given back before the job is done.
fn next(jobs: &Mutex<Receiver<Job>>) -> Option<Job> {
    jobs.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

/// Runs `work` on every item on as many threads as there are cores; results come in the order of the items.
/// An item whose work panics gives `Err` with what it said.
pub async fn map<T, R, F>(items: Vec<T>, work: F) -> anyhow::Result<Vec<Result<R, String>>>
where
    T: Send + 'static,
    R: Send + 'static,
    F: Fn(T) -> R + Send + Sync + 'static,
{
    if items.is_empty() {
        return Ok(vec![]);
    }
    let crew = CREW.as_ref().map_err(|reason| anyhow::anyhow!("{reason}"))?;
    let threads = crew.threads.min(items.len());
    let results = (0..items.len()).map(|_| Mutex::new(None)).collect();
    let items = items.into_iter().map(|i| Mutex::new(Some(i))).collect();
    let task = Arc::new(Task { items, results, work, next: AtomicUsize::new(0) });
    let mut ends = Vec::with_capacity(threads);
    for _ in 0..threads {
        let (done, end) = oneshot::channel();
        let task = Arc::clone(&task);
        let job: Job = Box::new(move || {
            task.run();
            drop(task);
            // Nobody waits when the caller was stopped.
            let _ = done.send(());
        });
        let sent = crew.jobs.lock().unwrap_or_else(PoisonError::into_inner).send(job);
        sent.map_err(|_| anyhow::anyhow!("the threads for pages ended"))?;
        ends.push(end);
    }
    for end in ends {
        end.await?;
    }
    let Some(task) = Arc::into_inner(task) else { anyhow::bail!("the threads for pages did not end") };
    let done = task.results.into_iter().map(|r: Mutex<Option<Result<R, String>>>| r.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(done.map(|r| r.unwrap_or_else(|| Err("not run".into()))).collect())
}

/// What the threads share in one [`map`].
struct Task<T, R, F> {
    items: Vec<Mutex<Option<T>>>,
    results: Vec<Mutex<Option<Result<R, String>>>>,
    work: F,
    next: AtomicUsize,
}

impl<T, R, F: Fn(T) -> R> Task<T, R, F> {
    fn run(&self) {
        loop {
            let at = self.next.fetch_add(1, Ordering::Relaxed);
            let (Some(slot), Some(place)) = (self.items.get(at), self.results.get(at)) else { break };
            let Some(item) = slot.lock().unwrap_or_else(PoisonError::into_inner).take() else { continue };
            let result = catch_unwind(AssertUnwindSafe(|| (self.work)(item))).map_err(|p| reason(&p));
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        }
    }
}

fn reason(panic: &Box<dyn std::any::Any + Send>) -> String {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "panicked".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn keeps_order_and_survives_panics() {
        for _ in 0..3 {
            let results = map((0..50).collect(), |n: u32| if n == 7 { panic!("seven") } else { n * 2 }).await.unwrap();
            assert_eq!(results.len(), 50);
            assert_eq!((&results[49], &results[7]), (&Ok(98), &Err("seven".to_owned())));
        }
        assert!(map(Vec::<u32>::new(), |n| n).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn maps_run_side_by_side() {
        let maps = (0..20u64).map(|n| map((0..30).collect(), move |m: u64| n * m));
        let all: Vec<_> = futures_util::future::join_all(maps).await.into_iter().map(|r| r.unwrap()[29].clone().unwrap()).collect();
        assert_eq!(all, (0..20).map(|n| n * 29).collect::<Vec<_>>());
    }
}
