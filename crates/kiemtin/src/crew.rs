//! CPU work off the async threads: in order, on threads with a stack that no allowed page overflows, panics caught.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Runs `work` on every item on as many threads as there are cores; results come in the order of the items.
/// An item whose work panics gives `Err` with what it said.
pub async fn map<T, R, F>(items: Vec<T>, work: F) -> anyhow::Result<Vec<Result<R, String>>>
where
    T: Send + 'static,
    R: Send + 'static,
    F: Fn(T) -> R + Send + Sync + 'static,
{
    Ok(tokio::task::spawn_blocking(move || map_blocking(items, &work)).await??)
}

fn map_blocking<T: Send, R: Send>(items: Vec<T>, work: &(impl Fn(T) -> R + Sync)) -> std::io::Result<Vec<Result<R, String>>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len().max(1));
    let count = items.len();
    let items: Vec<Mutex<Option<T>>> = items.into_iter().map(|i| Mutex::new(Some(i))).collect();
    let results: Vec<Mutex<Option<Result<R, String>>>> = (0..count).map(|_| Mutex::new(None)).collect();
    let next = AtomicUsize::new(0);
    let run = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let (Some(slot), Some(place)) = (items.get(at), results.get(at)) else { break };
            let Some(item) = slot.lock().unwrap_or_else(PoisonError::into_inner).take() else { continue };
            let result = catch_unwind(AssertUnwindSafe(|| work(item))).map_err(|p| reason(&p));
            *place.lock().unwrap_or_else(PoisonError::into_inner) = Some(result);
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads {
            std::thread::Builder::new().stack_size(kiemtin_analyze::extract::STACK_BYTES).spawn_scoped(scope, run)?;
        }
        Ok::<_, std::io::Error>(())
    })?;
    let done = results.into_iter().map(|r| r.into_inner().unwrap_or_else(PoisonError::into_inner));
    Ok(done.map(|r| r.unwrap_or_else(|| Err("not run".into()))).collect())
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
        let results = map((0..50).collect(), |n: u32| if n == 7 { panic!("seven") } else { n * 2 }).await.unwrap();
        assert_eq!(results.len(), 50);
        assert_eq!((&results[49], &results[7]), (&Ok(98), &Err("seven".to_owned())));
    }
}
