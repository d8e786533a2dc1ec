//! What became of the addresses that listings named, and of the listings themselves?

use super::rows::{column, count, from_json, json, maybe_time, time, validators};
use crate::store::StoreError;
use crate::types::{FeedState, LeadState};
use kiemtin_model::{DocId, ForgetReason, Outcome};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;

pub(super) async fn lead_states(db: &mut SqliteConnection, urls: &[String]) -> Result<HashMap<String, LeadState>, StoreError> {
    const SQL: &str = "SELECT * FROM lead WHERE url IN (SELECT value FROM json_each($1))";
    let rows = sqlx::query(SQL).bind(json(urls)?).fetch_all(db).await?;
    rows.iter().map(|row| lead_state(row).map(|state| (state.url.clone(), state))).collect()
}

pub(super) async fn leads_under(db: &mut SqliteConnection, beginning: &str, limit: usize) -> Result<Vec<String>, StoreError> {
    const SQL: &str = "SELECT url FROM lead WHERE url >= $1 AND url < $2 AND document IS NOT NULL ORDER BY url LIMIT $3";
    let end = format!("{beginning}{}", char::MAX);
    Ok(sqlx::query_scalar(SQL).bind(beginning).bind(end).bind(super::reading::bounded(limit)).fetch_all(db).await?)
}

fn lead_state(row: &SqliteRow) -> Result<LeadState, StoreError> {
    Ok(LeadState {
        url: column(row, "url")?,
        source: column(row, "source")?,
        first_seen: time(row, "first_seen")?,
        fetched_at: maybe_time(row, "fetched_at")?,
        listed_update: maybe_time(row, "listed_update")?,
        validators: validators(row)?,
        outcome: column(row, "outcome")?,
        failures: count(row, "failures")?,
        document: column::<Option<String>>(row, "document")?.map(DocId),
    })
}

/// The addresses that a source named last, newest first.
pub(super) async fn newest_leads(db: &mut SqliteConnection, source: &str, limit: usize) -> Result<Vec<LeadState>, StoreError> {
    const SQL: &str = "SELECT * FROM lead WHERE source = $1 ORDER BY first_seen DESC, url LIMIT $2";
    let rows = sqlx::query(SQL).bind(source).bind(i64::try_from(limit).unwrap_or(i64::MAX)).fetch_all(db).await?;
    rows.iter().map(lead_state).collect()
}

/// How leads ended whose document was forgotten.
pub(super) fn forgotten_outcomes() -> Vec<String> {
    ForgetReason::ALL.iter().map(|why| Outcome::Refused(why.refusal()).detail()).collect()
}

/// The first time an address was named is kept from its first row. Who knows the lead as it was before its document was forgotten does
/// not bring it back.
pub(super) async fn put_lead(db: &mut SqliteConnection, lead: &LeadState) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO lead (url, source, first_seen, fetched_at, listed_update, etag, last_modified, outcome, \
        failures, document) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
        ON CONFLICT (url) DO UPDATE SET source = excluded.source, fetched_at = excluded.fetched_at, \
        listed_update = excluded.listed_update, etag = excluded.etag, last_modified = excluded.last_modified, \
        outcome = excluded.outcome, failures = excluded.failures, document = excluded.document \
        WHERE excluded.document IS NULL OR lead.outcome NOT IN (SELECT value FROM json_each($11)) \
        OR EXISTS (SELECT 1 FROM document AS d WHERE d.id = excluded.document)";
    sqlx::query(SQL)
        .bind(&lead.url)
        .bind(&lead.source)
        .bind(lead.first_seen.0)
        .bind(lead.fetched_at.map(|t| t.0))
        .bind(lead.listed_update.map(|t| t.0))
        .bind(&lead.validators.etag)
        .bind(&lead.validators.last_modified)
        .bind(&lead.outcome)
        .bind(i64::from(lead.failures))
        .bind(lead.document.as_ref().map(|id| &id.0))
        .bind(json(&forgotten_outcomes())?)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn feed_states(db: &mut SqliteConnection) -> Result<Vec<FeedState>, StoreError> {
    let rows = sqlx::query("SELECT * FROM feed ORDER BY source, url").fetch_all(db).await?;
    rows.iter().map(feed_state).collect()
}

pub(super) fn feed_state(row: &SqliteRow) -> Result<FeedState, StoreError> {
    Ok(FeedState {
        url: column(row, "url")?,
        source: column(row, "source")?,
        validators: validators(row)?,
        body_hash: column(row, "body_hash")?,
        cursor: column(row, "round_cursor")?,
        polled_at: time(row, "polled_at")?,
        failures: count(row, "failures")?,
        error: column(row, "error")?,
        next_poll_at: maybe_time(row, "next_poll_at")?,
        plan: from_json(column(row, "plan")?, "plan")?,
    })
}

/// A feed is enrolled by the configuration alone, not by being polled.
pub(super) async fn put_feed(db: &mut SqliteConnection, feed: &FeedState) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO feed (source, url, etag, last_modified, polled_at, failures, error, next_poll_at, plan, \
        body_hash, round_cursor) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
        ON CONFLICT (source, url) DO UPDATE SET etag = excluded.etag, last_modified = excluded.last_modified, \
        polled_at = excluded.polled_at, failures = excluded.failures, error = excluded.error, \
        next_poll_at = excluded.next_poll_at, plan = excluded.plan, body_hash = excluded.body_hash, \
        round_cursor = excluded.round_cursor";
    sqlx::query(SQL)
        .bind(&feed.source)
        .bind(&feed.url)
        .bind(&feed.validators.etag)
        .bind(&feed.validators.last_modified)
        .bind(feed.polled_at.0)
        .bind(i64::from(feed.failures))
        .bind(&feed.error)
        .bind(feed.next_poll_at.map(|t| t.0))
        .bind(json(&feed.plan)?)
        .bind(&feed.body_hash)
        .bind(&feed.cursor)
        .execute(db)
        .await?;
    Ok(())
}
