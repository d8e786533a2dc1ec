//! Which notices are still to be sent?

use super::reading::bounded;
use super::rows::{column, count, json, list, word};
use crate::store::StoreError;
use kiemtin_model::report::ReportNotice;
use kiemtin_model::{Alert, AlertEventKind, Delivery, Notice, RECEIVERS, SavedNotice, Time, Warning};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

/// Most bytes kept of an error.
const MOST_ERROR: usize = 2_000;
/// Event of a notice of a saved search.
const SAVED: &str = "saved_search";
/// Event of an early warning.
const WARNING: &str = "warning";
/// Event of news of a report.
const REPORT: &str = "report";

/// One notice per alert, event, wave, level and channel.
pub(super) async fn put(
    db: &mut SqliteConnection,
    alert: &Alert,
    event: AlertEventKind,
    channel: &str,
    at: Time,
) -> Result<(), StoreError> {
    // What people do they may do again, and an alert that was opened anew has its deadline anew: that is told anew.
    let follows = matches!(event, AlertEventKind::Opened | AlertEventKind::Escalated | AlertEventKind::NewWave);
    let again = if !follows { format!(":r{}", alert.decision.revision) } else { String::new() };
    let key = format!("{}:{event}:{}:{}{again}:{channel}", alert.id, alert.wave, alert.level);
    insert(db, (&key, channel), event.as_str(), json(alert)?, at).await
}

/// One notice per key and channel.
pub(super) async fn put_saved(db: &mut SqliteConnection, key: &str, told: &SavedNotice, channel: &str) -> Result<(), StoreError> {
    let key = format!("{key}:{channel}");
    insert(db, (&key, channel), SAVED, json(told)?, told.at).await?;
    super::notice_documents::put(db, &key, told).await
}

/// One notice per warning and channel.
pub(super) async fn put_warning(db: &mut SqliteConnection, warning: &Warning, channel: &str) -> Result<(), StoreError> {
    let key = format!("warning:{}:{}:{channel}", warning.subject, warning.wave);
    insert(db, (&key, channel), WARNING, json(warning)?, warning.at).await
}

/// One notice per key and channel.
pub(super) async fn put_report(db: &mut SqliteConnection, key: &str, notice: &ReportNotice, channel: &str) -> Result<(), StoreError> {
    insert(db, (&format!("report:{key}:{channel}"), channel), REPORT, json(notice)?, notice.at).await
}

async fn insert(db: &mut SqliteConnection, (key, channel): (&str, &str), event: &str, content: String, at: Time) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO outbox (idempotency_key, channel, event, content, due_at, attempts, error) \
        VALUES ($1, $2, $3, $4, $5, 0, '') ON CONFLICT (idempotency_key) DO NOTHING";
    sqlx::query(SQL).bind(key).bind(channel).bind(event).bind(content).bind(at.0).execute(db).await?;
    Ok(())
}

pub(super) async fn due(db: &mut SqliteConnection, now: Time, limit: usize) -> Result<Vec<Delivery>, StoreError> {
    const SQL: &str = "SELECT id, idempotency_key, channel, event, content, attempts FROM outbox \
        WHERE done_at IS NULL AND due_at <= $1 AND channel <> $3 ORDER BY due_at, id LIMIT $2";
    let rows = sqlx::query(SQL).bind(now.0).bind(bounded(limit)).bind(RECEIVERS).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(Delivery {
                id: column(row, "id")?,
                channel: column(row, "channel")?,
                idempotency_key: column(row, "idempotency_key")?,
                notice: notice(row)?,
                attempts: count(row, "attempts")?,
            })
        })
        .collect()
}

/// What is told, from the columns `event` and `content`.
pub(super) fn notice(row: &SqliteRow) -> Result<Notice, StoreError> {
    Ok(match column(row, "event")? {
        SAVED => Notice::SavedSearch(list(row, "content")?),
        WARNING => Notice::Warning(list(row, "content")?),
        REPORT => Notice::Report(list(row, "content")?),
        _ => Notice::Alert { alert: list(row, "content")?, event: word(row, "event")? },
    })
}

pub(super) async fn done(db: &mut SqliteConnection, id: i64, at: Time) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE outbox SET done_at = $2, attempts = attempts + 1, error = '' WHERE id = $1 AND done_at IS NULL";
    sqlx::query(SQL).bind(id).bind(at.0).execute(db).await?;
    Ok(())
}

/// A notice that was delivered meanwhile stays delivered.
pub(super) async fn retry(db: &mut SqliteConnection, id: i64, retry_at: Time, error: &str) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE outbox SET due_at = $2, attempts = attempts + 1, error = $3 WHERE id = $1 AND done_at IS NULL";
    let end = error.floor_char_boundary(MOST_ERROR);
    sqlx::query(SQL).bind(id).bind(retry_at.0).bind(error.get(..end).unwrap_or("")).execute(db).await?;
    Ok(())
}
