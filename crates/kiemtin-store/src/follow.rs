//! How does the index catch up with the store?

use crate::forget::News;
use crate::index::{Cursor, IndexError, SearchIndex};
use crate::store::{Store, StoreError};
use crate::types::Seq;
use std::time::{Duration, Instant};

/// A batch that takes longer is told: what is stored is to be found within two seconds.
const SLOW: Duration = Duration::from_secs(2);

/// Newest documents that an index learns from which has lost what it had learnt, of at most so many changes.
const LEARN_FROM: usize = 2_000;
const LEARN_BACK: Seq = 8_000;

/// Why the index could not catch up. What was applied before stays applied.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The store could not be read.
    #[error("the store could not be read for the search index")]
    Store(#[from] StoreError),
    /// The index could not be written.
    #[error("the search index could not be brought up to date")]
    Index(#[from] IndexError),
}

/// Brings the index up to the last change of the store, `batch` documents (at least 1) at a time, and gives the number of
/// documents applied. `progress` is called after each batch with the change reached and the last one known.
///
/// An index of another store, of another schema, or ahead of the store (a restored backup) is built anew, beside
/// the old one, which is searched until the new one has caught up.
/// Safe to stop and to repeat at any point: documents and cursor are committed together, and a document that is applied
/// twice replaces itself.
pub async fn follow(
    store: &dyn Store,
    index: &dyn SearchIndex,
    batch: usize,
    progress: &(dyn Fn(Seq, Seq) + Sync),
) -> Result<u64, FollowError> {
    let log = store.log_id().await?;
    let mut last = store.counts().await?.last_seq;
    let mut reached = start(index, &log, last).await?;
    let mut applied = 0;
    let mut news = store.news_since(reached, batch.max(1)).await?;
    while news.through > reached {
        let News { documents, forgotten, through } = news;
        let cursor = |seq| Cursor { log: log.clone(), seq, schema: index.schema() };
        if !forgotten.is_empty() {
            // What is gone goes first: it may have come again. Nothing was followed by that yet.
            index.remove(&forgotten, &cursor(reached)).await?;
        }
        reached = through;
        last = last.max(reached);
        let begun = Instant::now();
        // The next batch is read while this one is indexed.
        let (cursor, count) = (cursor(reached), documents.len());
        let (indexed, next) = tokio::join!(index.apply(documents, &cursor), store.news_since(reached, batch.max(1)));
        indexed?;
        if begun.elapsed() > SLOW {
            let seconds = begun.elapsed().as_secs_f32();
            tracing::warn!(documents = count, seconds, "the search index took long to take documents up: searches find them late");
        }
        applied += count as u64;
        progress(reached, last);
        news = next?;
    }
    index.switch().await?;
    if index.knows_too_little().await? {
        index.learn(store.changes_since(reached.saturating_sub(LEARN_BACK).max(0), LEARN_FROM).await?).await?;
    }
    Ok(applied)
}

/// The change after which the index goes on; 0 when it is built anew.
async fn start(index: &dyn SearchIndex, log: &str, last: Seq) -> Result<Seq, FollowError> {
    let cursor = index.writing().await?;
    match &cursor {
        Some(c) if c.log == log && c.schema == index.schema() && c.seq <= last => return Ok(c.seq),
        Some(c) => tracing::info!(
            index.seq = c.seq,
            index.schema = c.schema,
            store.last_seq = last,
            "the search index does not belong to this store or version and is rebuilt"
        ),
        None => tracing::debug!("the search index is empty and is built"),
    }
    index.rebuild().await?;
    Ok(0)
}
