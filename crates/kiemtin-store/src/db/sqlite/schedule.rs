//! Which feeds are due, what happened to a source, and what did it bring?

use super::fetches::feed_state;
use super::rows::{column, count, json, time, word};
use crate::health::{HEALTH_DAYS, HEALTH_EVENTS, SourceHealth, health};
use crate::store::StoreError;
use crate::types::{EnrolledFeed, FeedState, SourceEvent};
use kiemtin_model::{HostPause, Priority, Time};
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// Events kept of each source.
const KEPT_EVENTS: i64 = 200;
/// Most characters of an event's words.
const DETAIL_CHARS: usize = 500;

pub(super) async fn feeds_of(db: &mut SqliteConnection, sources: &[String]) -> Result<Vec<FeedState>, StoreError> {
    const SQL: &str = "SELECT * FROM feed WHERE source IN (SELECT value FROM json_each($1)) ORDER BY source, url";
    let rows = sqlx::query(SQL).bind(json(sources)?).fetch_all(db).await?;
    rows.iter().map(feed_state).collect()
}

pub(super) async fn enrol(db: &mut SqliteConnection, feeds: &[EnrolledFeed], now: Time) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO feed (source, url, polled_at, failures, error, next_poll_at, enrolled, priority) \
        VALUES ($1, $2, 0, 0, '', $3, 1, $5) \
        ON CONFLICT (source, url) DO UPDATE SET enrolled = 1, priority = excluded.priority, next_poll_at = \
        CASE WHEN polled_at > $4 THEN excluded.next_poll_at ELSE max(next_poll_at, excluded.next_poll_at) END";
    sqlx::query("UPDATE feed SET enrolled = 0 WHERE enrolled = 1").execute(&mut *db).await?;
    for feed in feeds {
        let order = Priority::ALL.iter().position(|p| *p == feed.priority).unwrap_or_default() as i64;
        let query = sqlx::query(SQL).bind(&feed.source).bind(&feed.url).bind(feed.not_before.0).bind(now.0);
        query.bind(order).execute(&mut *db).await?;
    }
    Ok(())
}

pub(super) async fn due(db: &mut SqliteConnection, now: Time, limit: usize) -> Result<Vec<FeedState>, StoreError> {
    const SQL: &str = "SELECT * FROM feed WHERE enrolled = 1 AND next_poll_at IS NOT NULL AND next_poll_at <= $1 \
        ORDER BY priority, next_poll_at LIMIT $2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = sqlx::query(SQL).bind(now.0).bind(limit).fetch_all(db).await?;
    rows.iter().map(feed_state).collect()
}

/// Pauses that have not ended at `now`; the others are of no use any more.
pub(super) async fn host_pauses(db: &mut SqliteConnection, now: Time) -> Result<Vec<HostPause>, StoreError> {
    let rows = sqlx::query("SELECT * FROM host_pause WHERE until > $1 ORDER BY host").bind(now.0).fetch_all(db).await?;
    rows.iter()
        .map(|row| Ok(HostPause { host: column(row, "host")?, until: time(row, "until")?, refusals: count(row, "refusals")? }))
        .collect()
}

/// Each pause deletes those that ended before it began, so that the table holds only hosts that are left alone now.
pub(super) async fn put_host_pause(db: &mut SqliteConnection, pause: &HostPause, now: Time) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO host_pause (host, until, refusals) VALUES ($1, $2, $3) \
        ON CONFLICT (host) DO UPDATE SET until = excluded.until, refusals = excluded.refusals";
    sqlx::query("DELETE FROM host_pause WHERE until <= $1").bind(now.0).execute(&mut *db).await?;
    sqlx::query(SQL).bind(&pause.host).bind(pause.until.0).bind(i64::from(pause.refusals)).execute(db).await?;
    Ok(())
}

/// Every event of a source deletes the one that is too old with it, so that the table stays bounded at a flat cost.
pub(super) async fn put_event(db: &mut SqliteConnection, event: &SourceEvent) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO source_event (source, at, feed, kind, detail) VALUES ($1, $2, $3, $4, $5)";
    const TRIM: &str = "DELETE FROM source_event WHERE source = $1 AND id <= \
        (SELECT id FROM source_event WHERE source = $1 ORDER BY id DESC LIMIT 1 OFFSET $2)";
    sqlx::query(SQL)
        .bind(&event.source)
        .bind(event.at.0)
        .bind(&event.feed)
        .bind(event.kind.as_str())
        .bind(event.detail.chars().take(DETAIL_CHARS).collect::<String>())
        .execute(&mut *db)
        .await?;
    sqlx::query(TRIM).bind(&event.source).bind(KEPT_EVENTS).execute(db).await?;
    Ok(())
}

pub(super) async fn count_one(db: &mut SqliteConnection, source: &str, day: i64, what: &str, add: u64) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO source_count (source, day, what, count) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (source, day, what) DO UPDATE SET count = count + excluded.count";
    let add = i64::try_from(add).unwrap_or(i64::MAX);
    sqlx::query(SQL).bind(source).bind(day).bind(what).bind(add).execute(db).await?;
    Ok(())
}

pub(super) async fn counts_since(db: &mut SqliteConnection, since: i64) -> Result<Vec<(String, String, u64)>, StoreError> {
    const SQL: &str =
        "SELECT source, what, sum(count) AS count FROM source_count WHERE day >= $1 GROUP BY source, what ORDER BY source, what";
    let rows = sqlx::query(SQL).bind(since).fetch_all(db).await?;
    rows.iter().map(|row| Ok((column(row, "source")?, column(row, "what")?, column::<i64>(row, "count")?.unsigned_abs()))).collect()
}

pub(super) async fn health_of(db: &mut SqliteConnection, sources: &[String], now: Time) -> Result<Vec<SourceHealth>, StoreError> {
    let mut feeds: HashMap<String, Vec<FeedState>> = HashMap::new();
    let rows = sqlx::query("SELECT * FROM feed WHERE enrolled = 1 AND source IN (SELECT value FROM json_each($1)) ORDER BY url")
        .bind(json(sources)?)
        .fetch_all(&mut *db)
        .await?;
    for row in &rows {
        let feed = feed_state(row)?;
        feeds.entry(feed.source.clone()).or_default().push(feed);
    }
    let mut all = Vec::with_capacity(sources.len());
    for source in sources {
        let new = per_day(db, source, &["new", "duplicate"], now.day_number() - HEALTH_DAYS).await?;
        let gaps = per_day(db, source, &["gap"], now.day_number() - 7).await?.iter().map(|(_, n)| n).sum();
        let events = events(db, source).await?;
        let known = feeds.remove(source).unwrap_or_default();
        all.push(health(source, &known, new, gaps, events, now));
    }
    Ok(all)
}

/// A copy of what another source has is news of this one all the same: it publishes.
async fn per_day(db: &mut SqliteConnection, source: &str, what: &[&str], after: i64) -> Result<Vec<(i64, u64)>, StoreError> {
    const SQL: &str = "SELECT day, SUM(count) AS count FROM source_count WHERE source = $1 AND day > $2 \
        AND what IN (SELECT value FROM json_each($3)) GROUP BY day ORDER BY day";
    let rows = sqlx::query(SQL).bind(source).bind(after).bind(json(what)?).fetch_all(db).await?;
    rows.iter().map(|row| Ok((column(row, "day")?, column::<i64>(row, "count")?.unsigned_abs()))).collect()
}

async fn events(db: &mut SqliteConnection, source: &str) -> Result<Vec<SourceEvent>, StoreError> {
    const SQL: &str = "SELECT * FROM source_event WHERE source = $1 ORDER BY id DESC LIMIT $2";
    let rows = sqlx::query(SQL).bind(source).bind(HEALTH_EVENTS as i64).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(SourceEvent {
                source: column(row, "source")?,
                at: time(row, "at")?,
                feed: column(row, "feed")?,
                kind: word(row, "kind")?,
                detail: column(row, "detail")?,
            })
        })
        .collect()
}
