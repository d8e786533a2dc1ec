//! How does one machine keep the truth? In one SQLite file: one writer at a time, readers beside it.
//!
//! WAL journal with `synchronous=FULL`: a commit that returned survives a power cut. The writer pool has one connection
//! and every batch starts with `BEGIN IMMEDIATE`, so two batches (of one process or of two) never interleave and
//! sequence numbers become visible in the order in which they were given. Readers see the last commit and never wait.

mod alert_list;
mod alerts;
mod allowances;
mod archive;
mod audit;
mod backup;
mod batch;
mod correction;
mod deliveries;
mod desk;
mod documents;
mod draft;
mod event_file;
mod events;
mod fetches;
mod forget;
mod guids;
mod learned;
mod migrate;
mod narrative_files;
mod narratives;
mod notice_documents;
mod old_posts;
mod outbox;
mod precedents;
mod prints;
mod pushes;
mod reading;
mod receivers;
mod report;
mod review;
mod rows;
mod rules;
mod saved;
mod saved_news;
mod schedule;
mod seen;
mod staff;
mod subscriptions;
mod tally;
mod troubles;
mod warnings;

use crate::archive::{ArchiveRequest, Archived};
use crate::coverage::SourceTrouble;
use crate::health::SourceHealth;
use crate::store::{Batch, Store, StoreError};
use crate::types::*;
use async_trait::async_trait;
use kiemtin_model::{Alert, Delivery, DocId, HostPause, LearnedDocument, Sight, Subscription, Time};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// How long a writer waits for another one before it gives up with [`StoreError::Busy`].
pub const WRITER_WAIT: Duration = Duration::from_secs(30);
const READERS: u32 = 4;
/// Sources whose health is read by two readers at once.
const MANY_SOURCES: usize = 500;
/// Cache of the writer in KiB: the inner index pages of millions of documents and the pages of one batch. What is not in it is
/// mostly in the cache of the system, a microsecond away.
const CACHE_KIB: u32 = 16 * 1024;
/// Pages in the journal before they are moved into the file (some 32 MB).
const CHECKPOINT_PAGES: u32 = 8_000;

/// The store in one SQLite file.
#[derive(Clone)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
    /// Number of commits of batches so far.
    commits: Arc<watch::Sender<u64>>,
}

impl SqliteStore {
    /// Opens the file, or makes it (and its folder), and brings its tables up to date.
    ///
    /// Errors: [`StoreError::TooNew`] when a newer version of kiemtin wrote it, [`StoreError::Busy`] when its tables must
    /// be changed while another process writes, else [`StoreError::Database`].
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_waiting(path, WRITER_WAIT).await
    }

    /// As [`SqliteStore::open`], with another wait than [`WRITER_WAIT`] for other writers.
    pub async fn open_waiting(path: &Path, wait: Duration) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            tokio::fs::create_dir_all(folder).await.map_err(|e| StoreError::Database(Box::new(e)))?;
        }
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(wait);
        let tuned =
            options.clone().pragma("cache_size", format!("-{CACHE_KIB}")).pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string());
        // What is deleted is overwritten: a forgotten text is not to be read in free places of the file.
        let tuned = tuned.pragma("secure_delete", "1");
        let pool = |size| {
            SqlitePoolOptions::new()
                .max_connections(size)
                .acquire_timeout(wait)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
        };
        let writer = pool(1).connect_with(tuned).await?;
        migrate::run(&writer).await?;
        let readers = pool(READERS).connect_with(options.pragma("query_only", "1")).await?;
        Ok(Self { writer, readers, commits: Arc::default() })
    }

    async fn health_of(&self, sources: &[String], now: Time, events: usize) -> Result<Vec<SourceHealth>, StoreError> {
        schedule::health_of(&mut *self.readers.begin().await?, sources, now, events).await
    }

    /// Hears of every batch that was committed through this store (not of those of other processes): for who follows it.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.commits.subscribe()
    }

    /// Closes all connections, after what they are doing; moves the journal into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn begin(&self) -> Result<Box<dyn Batch>, StoreError> {
        let open = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Box::new(batch::SqliteBatch::new(open, Arc::clone(&self.commits))))
    }

    async fn known(&self, ids: &[DocId]) -> Result<HashMap<DocId, Known>, StoreError> {
        documents::known(&mut *self.readers.acquire().await?, ids).await
    }

    async fn lead_states(&self, urls: &[String]) -> Result<HashMap<String, LeadState>, StoreError> {
        fetches::lead_states(&mut *self.readers.acquire().await?, urls).await
    }

    async fn leads_under(&self, beginning: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        fetches::leads_under(&mut *self.readers.acquire().await?, beginning, limit).await
    }

    async fn feed_states(&self) -> Result<Vec<FeedState>, StoreError> {
        fetches::feed_states(&mut *self.readers.acquire().await?).await
    }

    async fn feeds_of(&self, sources: &[String]) -> Result<Vec<FeedState>, StoreError> {
        schedule::feeds_of(&mut *self.readers.acquire().await?, sources).await
    }

    async fn enrol_feeds(&self, feeds: &[EnrolledFeed], now: Time) -> Result<(), StoreError> {
        let mut open = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        schedule::enrol(&mut open, feeds, now).await?;
        subscriptions::drop_unenrolled(&mut open).await?;
        Ok(open.commit().await?)
    }

    async fn due_feeds(&self, now: Time, limit: usize) -> Result<Vec<FeedState>, StoreError> {
        schedule::due(&mut *self.readers.acquire().await?, now, limit).await
    }

    async fn host_pauses(&self, now: Time) -> Result<Vec<HostPause>, StoreError> {
        schedule::host_pauses(&mut *self.readers.acquire().await?, now).await
    }

    async fn subscription(&self, callback: &str) -> Result<Option<Subscription>, StoreError> {
        subscriptions::by_callback(&mut *self.readers.acquire().await?, callback).await
    }

    async fn subscriptions_of(&self, sources: &[String]) -> Result<Vec<Subscription>, StoreError> {
        subscriptions::of(&mut *self.readers.acquire().await?, sources).await
    }

    async fn subscriptions_due(&self, now: Time, limit: usize) -> Result<Vec<Subscription>, StoreError> {
        subscriptions::due(&mut *self.readers.acquire().await?, now, limit).await
    }

    async fn source_health(&self, sources: &[String], now: Time, events: usize) -> Result<Vec<SourceHealth>, StoreError> {
        if sources.len() < MANY_SOURCES {
            return self.health_of(sources, now, events).await;
        }
        // Two readers side by side: what is told of one source does not depend on another.
        let (first, second) = sources.split_at(sources.len() / 2);
        let (mut all, rest) = tokio::try_join!(self.health_of(first, now, events), self.health_of(second, now, events))?;
        all.extend(rest);
        Ok(all)
    }

    async fn source_counts(&self, since: i64) -> Result<Vec<(String, String, u64)>, StoreError> {
        schedule::counts_since(&mut *self.readers.acquire().await?, since).await
    }

    async fn source_troubles(&self, days: std::ops::RangeInclusive<i64>) -> Result<Vec<SourceTrouble>, StoreError> {
        troubles::of(&mut *self.readers.acquire().await?, days).await
    }

    async fn guids(&self, source: &str, keys: &[String]) -> Result<Vec<GuidState>, StoreError> {
        guids::find(&mut *self.readers.acquire().await?, source, keys).await
    }

    async fn newest_leads(&self, source: &str, limit: usize) -> Result<Vec<LeadState>, StoreError> {
        fetches::newest_leads(&mut *self.readers.acquire().await?, source, limit).await
    }

    async fn changes_since(&self, seq: Seq, limit: usize) -> Result<Vec<StoredDocument>, StoreError> {
        // One read transaction: documents and what they match agree.
        reading::changes_since(&mut *self.readers.begin().await?, seq, limit).await
    }

    async fn archive(&self, asked: &ArchiveRequest) -> Result<Vec<Archived>, StoreError> {
        archive::read(&mut *self.readers.begin().await?, asked).await
    }

    async fn oldest(&self) -> Result<Option<Time>, StoreError> {
        archive::oldest(&mut *self.readers.acquire().await?).await
    }

    async fn log_id(&self) -> Result<String, StoreError> {
        reading::log_id(&mut *self.readers.acquire().await?).await
    }

    async fn counts(&self) -> Result<StoreCounts, StoreError> {
        reading::counts(&mut *self.readers.begin().await?).await
    }

    async fn documents(&self, ids: &[DocId]) -> Result<Vec<StoredDocument>, StoreError> {
        reading::documents(&mut *self.readers.acquire().await?, ids).await
    }

    async fn beginnings(&self, ids: &[DocId], characters: usize) -> Result<Vec<Beginning>, StoreError> {
        reading::beginnings(&mut *self.readers.acquire().await?, ids, characters).await
    }

    async fn versions(&self, id: &DocId, below: u32, limit: usize) -> Result<Vec<DocumentVersion>, StoreError> {
        reading::versions(&mut *self.readers.acquire().await?, id, below, limit).await
    }

    async fn story(&self, story: &DocId, limit: usize) -> Result<Vec<StoredDocument>, StoreError> {
        reading::story(&mut *self.readers.acquire().await?, story, limit).await
    }

    async fn copies(&self, stories: &[DocId]) -> Result<HashMap<DocId, u32>, StoreError> {
        reading::copies(&mut *self.readers.acquire().await?, stories).await
    }

    async fn learned(&self, limit: usize) -> Result<Vec<LearnedDocument>, StoreError> {
        learned::list(&mut *self.readers.acquire().await?, limit).await
    }

    async fn last_print(&self) -> Result<PrintNumber, StoreError> {
        prints::last(&mut *self.readers.acquire().await?).await
    }

    async fn prints_since(&self, after: PrintNumber, limit: usize) -> Result<Vec<StoredPrints>, StoreError> {
        prints::since(&mut *self.readers.acquire().await?, after, limit).await
    }

    async fn quotes(&self, ids: &[DocId]) -> Result<HashMap<DocId, Vec<Quote>>, StoreError> {
        prints::quotes(&mut *self.readers.acquire().await?, ids).await
    }

    async fn quoted_by(&self, id: &DocId) -> Result<Vec<DocId>, StoreError> {
        prints::quoted_by(&mut *self.readers.acquire().await?, id).await
    }

    async fn alerts(&self, filter: &AlertFilter, cursor: Option<&str>, limit: usize) -> Result<Page<Alert>, StoreError> {
        alert_list::list(&mut *self.readers.acquire().await?, filter, cursor, limit).await
    }

    async fn latest_alerts(&self, filter: &AlertFilter, limit: usize) -> Result<Vec<(Alert, Time)>, StoreError> {
        alert_list::latest(&mut *self.readers.acquire().await?, filter, limit).await
    }

    async fn alert_file(&self, id: i64, sight: &Sight, documents: usize) -> Result<Option<AlertFile>, StoreError> {
        // One read transaction: the parts of the file agree with one another.
        alerts::file(&mut *self.readers.begin().await?, id, sight, documents).await
    }

    async fn outbox_due(&self, now: Time, limit: usize) -> Result<Vec<Delivery>, StoreError> {
        outbox::due(&mut *self.readers.acquire().await?, now, limit).await
    }

    async fn outbox_done(&self, id: i64, at: Time) -> Result<(), StoreError> {
        outbox::done(&mut *self.writer.acquire().await?, id, at).await
    }

    async fn outbox_retry(&self, id: i64, retry_at: Time, error: &str) -> Result<(), StoreError> {
        outbox::retry(&mut *self.writer.acquire().await?, id, retry_at, error).await
    }
}
