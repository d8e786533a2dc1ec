//! What would other rules say of the stored documents? Read in large parts, assessed on several threads, counted.
//!
//! Both queues are bounded: when assessing is slow, reading waits, so memory stays flat in a store of any size.

use anyhow::Context;
use kiemtin_analyze::Knowledge;
use kiemtin_analyze::assess::assess_raw;
use kiemtin_analyze::quality::{Replay, Replayed};
use kiemtin_store::{ArchiveRequest, Archived, Seq, Store};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// Documents read at once: some 2 MB of articles.
const PART: usize = 500;
/// Parts waiting for a thread.
const QUEUE: usize = 4;

/// Which documents are tried, and on how many threads.
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    /// Documents that first came after this number.
    pub after: Seq,
    /// Only documents published (or taken in, when that is not known) at or after this time.
    pub since: Option<kiemtin_model::Time>,
    /// Threads that assess.
    pub threads: NonZeroUsize,
}

impl Extent {
    /// Everything since a time, on all cores.
    pub fn since(since: kiemtin_model::Time) -> Self {
        Self { after: 0, since: Some(since), threads: std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN) }
    }
}

/// Assesses stored documents with `knowledge` and compares the result with what is stored. `progress` hears the number
/// of the last document that was read.
pub async fn replay(
    store: &dyn Store,
    knowledge: Arc<Knowledge>,
    extent: Extent,
    progress: &(dyn Fn(Seq) + Sync),
) -> anyhow::Result<Replay> {
    let (queue, parts) = mpsc::channel::<Vec<Archived>>(QUEUE);
    let parts = Arc::new(Mutex::new(parts));
    let mut workers = vec![];
    for _ in 0..extent.threads.get() {
        let (parts, knowledge) = (Arc::clone(&parts), Arc::clone(&knowledge));
        let worker = std::thread::Builder::new().name("replay".into()).spawn(move || work(&parts, &knowledge));
        workers.push(worker.context("cannot start a thread")?);
    }
    // Only the threads hold the receiving end: when all are gone, sending ends too.
    drop(parts);
    let mut asked = ArchiveRequest { after: extent.after, since: extent.since, only_signals: false, limit: PART };
    loop {
        let part = store.archive(&asked).await?;
        let Some(last) = part.last() else { break };
        asked.after = last.first_seq;
        progress(asked.after);
        if queue.send(part).await.is_err() {
            break;
        }
    }
    drop(queue);
    let counted = tokio::task::spawn_blocking(move || workers.into_iter().map(std::thread::JoinHandle::join).collect::<Vec<_>>()).await?;
    let mut all = Replay::default();
    for counted in counted {
        all.add(counted.map_err(|_| anyhow::anyhow!("a thread that assessed stored documents ended early"))?);
    }
    Ok(all)
}

fn work(parts: &Mutex<mpsc::Receiver<Vec<Archived>>>, knowledge: &Knowledge) -> Replay {
    let mut counted = Replay::default();
    loop {
        let next = parts.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
        let Some(part) = next else { return counted };
        for archived in &part {
            let document = &archived.document;
            match catch_unwind(AssertUnwindSafe(|| assess_raw(document, knowledge).assessment)) {
                Ok(after) => counted.count(&compared(archived, &after)),
                Err(_) => {
                    tracing::error!(document = document.id.0, "the rules cannot be tried on a document");
                    counted.fail();
                }
            }
        }
    }
}

fn compared<'a>(archived: &'a Archived, after: &'a kiemtin_model::Assessment) -> Replayed<'a> {
    let confirmed = archived.reviews.iter().any(|r| r.right() == Some(true));
    let dismissed = archived.reviews.iter().any(|r| r.right() == Some(false));
    Replayed {
        place: archived.first_seq,
        document: &archived.document,
        before: &archived.assessment,
        after,
        cleared: dismissed && !confirmed,
        confirmed,
    }
}
