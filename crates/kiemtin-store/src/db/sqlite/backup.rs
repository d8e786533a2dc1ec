//! How is the file copied while it is written to, and how does a copy become a store again?

use super::{SqliteStore, audit, migrate, reading};
use crate::backup::{CopyFacts, GAP};
use crate::store::StoreError;
use kiemtin_model::AuditEntry;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use std::io;
use std::path::Path;

/// Tables whose numbers are told outside, in addresses, keys and streams.
const TOLD: [&str; 7] = ["alert", "alert_event", "saved_search", "warning", "report", "outbox", "delivery"];

impl SqliteStore {
    /// Version of the tables that this program writes, and the newest that it reads.
    pub const NEWEST_SCHEMA: i64 = migrate::NEWEST;

    /// Writes the store as it is at this moment into a new file, which must not be there. Writers go on meanwhile; their journal grows
    /// until the copy is done. The copy holds no free places: of what was deleted nothing is in it.
    ///
    /// # Errors
    /// [`StoreError::Database`], also when the file cannot be written; then a part of it may be left.
    pub async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        // Absolute: a name must not be taken for an address (`file:…`). Memory of pages is cleared before it is used again, since the
        // options are the writer's (`secure_delete`).
        let file = std::path::absolute(file).map_err(failed)?;
        let name = file.to_str().ok_or_else(|| failed(io::Error::new(io::ErrorKind::InvalidInput, "the path is not UTF-8")))?;
        let options = self.writer.connect_options().as_ref().clone().create_if_missing(false).disable_statement_logging();
        // A connection of its own: readers may write nothing, and the writer is not to be held up.
        let mut db = options.connect().await?;
        let copied = sqlx::query("VACUUM INTO $1").bind(name).execute(&mut db).await;
        db.close().await?;
        copied?;
        Ok(())
    }

    /// What a copy holds; nothing is changed. Reads all of it, to see whether it holds together.
    ///
    /// # Errors
    /// [`StoreError::TooNew`], [`StoreError::Corrupt`] when it is damaged, [`StoreError::Database`] also when it is no store.
    pub async fn look_at_copy(file: &Path) -> Result<CopyFacts, StoreError> {
        const CHECK: &str = "PRAGMA quick_check(1)";
        const DOCUMENTS: &str = "SELECT COUNT(*) FROM document";
        let options = SqliteConnectOptions::new().filename(file).create_if_missing(false).read_only(true).disable_statement_logging();
        let mut db = options.connect().await?;
        let checked: String = sqlx::query_scalar(CHECK).fetch_one(&mut db).await?;
        if checked != "ok" {
            return Err(StoreError::Corrupt(checked));
        }
        let schema = migrate::version(&mut db).await?;
        let log_id = reading::log_id(&mut db).await?;
        let last_seq = reading::counts(&mut db).await?.last_seq;
        let documents: i64 = sqlx::query_scalar(DOCUMENTS).fetch_one(&mut db).await?;
        db.close().await?;
        Ok(CopyFacts { log_id, last_seq, documents: documents.max(0) as u64, schema })
    }

    /// Makes a copy that nobody has open yet the beginning of a new history, logs that with this entry, and brings its tables up to
    /// date. Durable when it returns; a copy at which it failed is good for nothing.
    ///
    /// # Errors
    /// [`StoreError::TooNew`], [`StoreError::Database`].
    pub async fn begin_anew(file: &Path, entry: &AuditEntry) -> Result<(), StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(false)
            // No file beside it that a crash could leave.
            .journal_mode(SqliteJournalMode::Memory)
            .synchronous(SqliteSynchronous::Full)
            .pragma("secure_delete", "1")
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new().max_connections(1).connect_with(options).await?;
        migrate::run(&pool).await?;
        let mut open = pool.begin_with("BEGIN IMMEDIATE").await?;
        rename(&mut open).await?;
        for table in TOLD {
            jump(&mut open, table).await?;
        }
        for ended in ["DELETE FROM staff_session", "DELETE FROM staff_link"] {
            sqlx::query(ended).execute(&mut *open).await?;
        }
        audit::put(&mut open, entry).await?;
        open.commit().await?;
        pool.close().await;
        Ok(())
    }
}

/// Gives the history a new name and keeps the first one.
async fn rename(db: &mut SqliteConnection) -> Result<(), StoreError> {
    const KEEP: &str =
        "INSERT INTO meta (name, value) SELECT 'origin', value FROM meta WHERE name = 'log_id' ON CONFLICT (name) DO NOTHING";
    const NEW: &str = "UPDATE meta SET value = lower(hex(randomblob(16))) WHERE name = 'log_id'";
    for sql in [KEEP, NEW] {
        sqlx::query(sql).execute(&mut *db).await?;
    }
    Ok(())
}

/// The next number of this table is higher than any that was given since the copy was made.
async fn jump(db: &mut SqliteConnection, table: &str) -> Result<(), StoreError> {
    const ON: &str = "UPDATE sqlite_sequence SET seq = seq + $2 WHERE name = $1";
    // Nothing was ever put into it.
    const FIRST: &str = "INSERT INTO sqlite_sequence (name, seq) VALUES ($1, $2)";
    if sqlx::query(ON).bind(table).bind(GAP).execute(&mut *db).await?.rows_affected() == 0 {
        sqlx::query(FIRST).bind(table).bind(GAP).execute(db).await?;
    }
    Ok(())
}

fn failed(error: io::Error) -> StoreError {
    StoreError::Database(Box::new(error))
}
