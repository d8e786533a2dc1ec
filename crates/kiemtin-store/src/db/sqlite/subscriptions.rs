//! How are subscriptions to hubs kept, and how does what a hub tells bring a poll forward?

use super::rows::{column, count, json, maybe_time, time, word};
use crate::store::StoreError;
use crate::types::FeedSubscription;
use kiemtin_model::subscription::LEAST_POLL_MS;
use kiemtin_model::{HubOffer, Subscription, Time};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;

fn subscription(row: &SqliteRow) -> Result<Subscription, StoreError> {
    Ok(Subscription {
        source: column(row, "source")?,
        feed: column(row, "feed")?,
        offer: HubOffer { hub: column(row, "hub")?, topic: column(row, "topic")? },
        callback: column(row, "callback")?,
        secret: column(row, "secret")?,
        wanted_at: time(row, "wanted_at")?,
        state: word(row, "state")?,
        asked_at: maybe_time(row, "asked_at")?,
        since: maybe_time(row, "since")?,
        lease_until: maybe_time(row, "lease_until")?,
        due_at: time(row, "due_at")?,
        pushed_at: maybe_time(row, "pushed_at")?,
        failures: count(row, "failures")?,
        error: column(row, "error")?,
    })
}

pub(super) async fn by_callback(db: &mut SqliteConnection, callback: &str) -> Result<Option<Subscription>, StoreError> {
    let row = sqlx::query("SELECT * FROM subscription WHERE callback = $1").bind(callback).fetch_optional(db).await?;
    row.as_ref().map(subscription).transpose()
}

pub(super) async fn of(db: &mut SqliteConnection, sources: &[String]) -> Result<Vec<Subscription>, StoreError> {
    const SQL: &str = "SELECT * FROM subscription WHERE source IN (SELECT value FROM json_each($1)) ORDER BY source, feed";
    let rows = sqlx::query(SQL).bind(json(sources)?).fetch_all(db).await?;
    rows.iter().map(subscription).collect()
}

pub(super) async fn due(db: &mut SqliteConnection, now: Time, limit: usize) -> Result<Vec<Subscription>, StoreError> {
    const SQL: &str = "SELECT * FROM subscription WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
    let rows = sqlx::query(SQL).bind(now.0).bind(i64::try_from(limit).unwrap_or(i64::MAX)).fetch_all(db).await?;
    rows.iter().map(subscription).collect()
}

/// A feed has one: another one takes its place, and the callback of the one before is unknown from then on.
pub(super) async fn put(db: &mut SqliteConnection, one: &Subscription) -> Result<(), StoreError> {
    const SQL: &str = "INSERT OR REPLACE INTO subscription (source, feed, hub, topic, callback, secret, state, asked_at, since, \
        lease_until, due_at, pushed_at, failures, error, wanted_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";
    sqlx::query(SQL)
        .bind(&one.source)
        .bind(&one.feed)
        .bind(&one.offer.hub)
        .bind(&one.offer.topic)
        .bind(&one.callback)
        .bind(&one.secret)
        .bind(one.state.as_str())
        .bind(one.asked_at.map(|t| t.0))
        .bind(one.since.map(|t| t.0))
        .bind(one.lease_until.map(|t| t.0))
        .bind(one.due_at.0)
        .bind(one.pushed_at.map(|t| t.0))
        .bind(i64::from(one.failures))
        .bind(&one.error)
        .bind(one.wanted_at.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Those of feeds that are not enrolled end: what a hub tells of them is answered with "gone".
pub(super) async fn drop_unenrolled(db: &mut SqliteConnection) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM subscription WHERE NOT EXISTS \
        (SELECT 1 FROM feed WHERE feed.source = subscription.source AND feed.url = subscription.feed AND enrolled = 1)";
    sqlx::query(SQL).execute(db).await?;
    Ok(())
}

/// The next poll of a feed that a hub told of since `told_since` comes as soon as may be: two minutes after the last one, and
/// two more for every failure in a row. One that is never polled again stays so.
pub(super) async fn bring_forward(
    db: &mut SqliteConnection,
    source: &str,
    feed: &str,
    told_since: Time,
    now: Time,
) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE feed SET next_poll_at = min(next_poll_at, max($4, polled_at + $5 * (1 + failures))) \
        WHERE source = $1 AND url = $2 AND next_poll_at IS NOT NULL AND EXISTS (SELECT 1 FROM subscription \
        WHERE subscription.source = $1 AND subscription.feed = $2 AND pushed_at >= $3)";
    sqlx::query(SQL).bind(source).bind(feed).bind(told_since.0).bind(now.0).bind(LEAST_POLL_MS).execute(db).await?;
    Ok(())
}

/// What may be shown of them, by source.
pub(super) async fn shown(
    db: &mut SqliteConnection,
    sources: &[String],
    now: Time,
) -> Result<HashMap<String, Vec<FeedSubscription>>, StoreError> {
    let mut all: HashMap<String, Vec<FeedSubscription>> = HashMap::new();
    for one in of(db, sources).await? {
        let shown = FeedSubscription::new(&one, now);
        all.entry(one.source).or_default().push(shown);
    }
    Ok(all)
}
