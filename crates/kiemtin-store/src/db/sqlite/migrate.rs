//! Which tables does this file have, and which does this version need?
//!
//! `PRAGMA user_version` counts the migrations that were run. Each file of `migrations/sqlite/` sets it at its end, in the
//! same transaction as its tables.

use crate::store::StoreError;
use sqlx::{SqliteConnection, SqlitePool};

/// In order; a released file is never changed.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/sqlite/0001_base.sql"),
    include_str!("../../../migrations/sqlite/0002_prints.sql"),
    include_str!("../../../migrations/sqlite/0003_learned_document.sql"),
    include_str!("../../../migrations/sqlite/0004_schedule.sql"),
    include_str!("../../../migrations/sqlite/0005_newest_leads.sql"),
    include_str!("../../../migrations/sqlite/0006_pace.sql"),
    include_str!("../../../migrations/sqlite/0007_dates.sql"),
    include_str!("../../../migrations/sqlite/0008_guids.sql"),
    include_str!("../../../migrations/sqlite/0009_subscriptions.sql"),
    include_str!("../../../migrations/sqlite/0010_saved_searches.sql"),
    include_str!("../../../migrations/sqlite/0011_events.sql"),
    include_str!("../../../migrations/sqlite/0012_warnings.sql"),
    include_str!("../../../migrations/sqlite/0013_troubles.sql"),
    include_str!("../../../migrations/sqlite/0014_restricted.sql"),
    include_str!("../../../migrations/sqlite/0015_staff.sql"),
    include_str!("../../../migrations/sqlite/0016_audit.sql"),
    include_str!("../../../migrations/sqlite/0017_receivers.sql"),
    include_str!("../../../migrations/sqlite/0018_desk.sql"),
    include_str!("../../../migrations/sqlite/0019_draft.sql"),
    include_str!("../../../migrations/sqlite/0020_review.sql"),
    include_str!("../../../migrations/sqlite/0021_desk_lists.sql"),
    include_str!("../../../migrations/sqlite/0022_report.sql"),
    include_str!("../../../migrations/sqlite/0023_forget.sql"),
    include_str!("../../../migrations/sqlite/0024_networks.sql"),
    include_str!("../../../migrations/sqlite/0025_keep_days.sql"),
];

/// The version that this program writes.
pub(super) const NEWEST: i64 = MIGRATIONS.len() as i64;

/// The version of this file's tables.
///
/// # Errors
/// [`StoreError::TooNew`] when this program does not know it.
pub(super) async fn version(db: &mut SqliteConnection) -> Result<i64, StoreError> {
    let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(db).await?;
    missing(version).map(|_| version)
}

/// Runs the migrations that are missing. Takes the write lock only when there are any.
pub(super) async fn run(pool: &SqlitePool) -> Result<(), StoreError> {
    let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(pool).await?;
    if missing(version)?.is_empty() {
        return Ok(());
    }
    let mut open = pool.begin_with("BEGIN IMMEDIATE").await?;
    // Read again: another process may have run them while this one waited.
    let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *open).await?;
    for sql in missing(version)? {
        sqlx::raw_sql(*sql).execute(&mut *open).await?;
    }
    Ok(open.commit().await?)
}

fn missing(version: i64) -> Result<&'static [&'static str], StoreError> {
    usize::try_from(version)
        .ok()
        .and_then(|done| MIGRATIONS.get(done..))
        .ok_or_else(|| StoreError::TooNew(format!("its tables have version {version}, this kiemtin knows {}", MIGRATIONS.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_versions() {
        assert_eq!(missing(0).map(<[_]>::len).ok(), Some(MIGRATIONS.len()));
        assert_eq!(missing(MIGRATIONS.len() as i64).map(<[_]>::len).ok(), Some(0));
        assert!(matches!(missing(MIGRATIONS.len() as i64 + 1), Err(StoreError::TooNew(_))));
        assert!(matches!(missing(-1), Err(StoreError::TooNew(_))));
    }
}
