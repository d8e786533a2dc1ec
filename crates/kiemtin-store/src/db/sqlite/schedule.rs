//! Which feeds are due, what happened to a source, and what did it bring?

use super::fetches::feed_state;
use super::rows::{column, count, json, time, word};
use super::subscriptions;
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

pub(super) async fn health_of(
    db: &mut SqliteConnection,
    sources: &[String],
    now: Time,
    events: usize,
) -> Result<Vec<SourceHealth>, StoreError> {
    let mut feeds: HashMap<String, Vec<FeedState>> = HashMap::new();
    let rows = sqlx::query("SELECT * FROM feed WHERE enrolled = 1 AND source IN (SELECT value FROM json_each($1)) ORDER BY url")
        .bind(json(sources)?)
        .fetch_all(&mut *db)
        .await?;
    for row in &rows {
        let feed = feed_state(row)?;
        feeds.entry(feed.source.clone()).or_default().push(feed);
    }
    let mut counts = counts_of(db, sources, now.day_number()).await?;
    let mut told = if events == 0 { HashMap::new() } else { subscriptions::shown(db, sources, now).await? };
    let mut events = if events == 0 { HashMap::new() } else { events_of(db, sources, events.min(HEALTH_EVENTS)).await? };
    let one = |source: &String| {
        let (new, gaps) = counts.remove(source).unwrap_or_default();
        let known = feeds.remove(source).unwrap_or_default();
        let subscriptions = told.remove(source).unwrap_or_default();
        SourceHealth { subscriptions, ..health(source, &known, new, gaps, events.remove(source).unwrap_or_default(), now) }
    };
    Ok(sources.iter().map(one).collect())
}

/// New documents by day of the last [`HEALTH_DAYS`], ascending, and gaps of 7 days.
type Counts = (Vec<(i64, u64)>, u64);

/// One row a source: its days stand in one text, since rows are what costs here. A copy of what another source has is news
/// of this one all the same: it publishes.
async fn counts_of(db: &mut SqliteConnection, sources: &[String], today: i64) -> Result<HashMap<String, Counts>, StoreError> {
    const SQL: &str = "SELECT source, group_concat(day || ' ' || new, ' ') AS days, sum(gaps) AS gaps FROM (SELECT source, day, \
        sum(CASE what WHEN 'gap' THEN 0 ELSE count END) AS new, \
        sum(CASE WHEN what = 'gap' AND day > $3 THEN count ELSE 0 END) AS gaps \
        FROM source_count WHERE source IN (SELECT value FROM json_each($1)) AND day > $2 \
        AND what IN ('new', 'duplicate', 'gap') GROUP BY source, day) GROUP BY source";
    let rows = sqlx::query(SQL).bind(json(sources)?).bind(today - HEALTH_DAYS).bind(today - 7).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let days: &str = column(row, "days")?;
            let numbers: Vec<i64> = days.split(' ').filter_map(|n| n.parse().ok()).collect();
            let mut new: Vec<(i64, u64)> = numbers.chunks_exact(2).map(|pair| (pair[0], pair[1].unsigned_abs())).collect();
            new.retain(|(_, count)| *count > 0);
            new.sort_unstable();
            Ok((column(row, "source")?, (new, column::<i64>(row, "gaps")?.unsigned_abs())))
        })
        .collect()
}

/// The last so many of each, newest first.
async fn events_of(db: &mut SqliteConnection, sources: &[String], most: usize) -> Result<HashMap<String, Vec<SourceEvent>>, StoreError> {
    const SQL: &str = "SELECT e.* FROM json_each($1) AS asked JOIN source_event AS e ON e.id IN \
        (SELECT id FROM source_event WHERE source = asked.value ORDER BY id DESC LIMIT $2) ORDER BY e.id DESC";
    let rows = sqlx::query(SQL).bind(json(sources)?).bind(most as i64).fetch_all(db).await?;
    let mut all: HashMap<String, Vec<SourceEvent>> = HashMap::new();
    for row in &rows {
        let event = SourceEvent {
            source: column(row, "source")?,
            at: time(row, "at")?,
            feed: column(row, "feed")?,
            kind: word(row, "kind")?,
            detail: column(row, "detail")?,
        };
        all.entry(event.source.clone()).or_default().push(event);
    }
    Ok(all)
}
