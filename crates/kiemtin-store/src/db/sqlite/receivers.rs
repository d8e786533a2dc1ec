//! How are receivers kept, and their log read?

use super::SqliteStore;
use super::batch::SqliteBatch;
use super::deliveries;
use super::reading::bounded;
use super::rows::{column, count, from_json, json, maybe_time, time, word};
use crate::receivers::{Claimed, DeliveryFilter, DeliveryLine, FailedAttempt, ReceiverBatch, ReceiverState, ReceiverStore};
use crate::store::StoreError;
use crate::types::Page;
use async_trait::async_trait;
use kiemtin_model::{DeliveryState, Receiver, Secret, Time};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

/// Most deliveries on one page of a list.
const MOST_ON_PAGE: usize = 200;

#[async_trait]
impl ReceiverStore for SqliteStore {
    async fn receivers(&self) -> Result<Vec<ReceiverState>, StoreError> {
        const SQL: &str = "SELECT *, \
            (SELECT COUNT(*) FROM delivery AS d WHERE d.receiver = r.id AND d.state IN ('due', 'sending', 'waiting')) AS pending, \
            (SELECT COUNT(*) FROM delivery AS d WHERE d.receiver = r.id AND d.state = 'dead') AS dead \
            FROM receiver AS r WHERE removed_at IS NULL ORDER BY id";
        let rows = sqlx::query(SQL).fetch_all(&mut *self.readers.acquire().await?).await?;
        rows.iter().map(state).collect()
    }

    async fn deliveries(&self, filter: &DeliveryFilter, cursor: Option<&str>, limit: usize) -> Result<Page<DeliveryLine>, StoreError> {
        // Conditions that an index answers, for each way to ask.
        let of = if filter.receiver.is_some() { "d.receiver = $2" } else { "$2 IS NULL" };
        let state = if filter.state.is_some() { "d.state = $3" } else { "$3 IS NULL" };
        let sql = format!(
            "SELECT d.*, json_extract(r.content, '$.name') AS receiver_name FROM delivery AS d \
            JOIN receiver AS r ON r.id = d.receiver WHERE d.id < $1 AND {of} AND {state} ORDER BY d.id DESC LIMIT $4"
        );
        let bad = |c: &str| StoreError::BadCursor(c.chars().take(80).collect());
        let below = cursor.map_or(Ok(i64::MAX), |c| c.parse::<i64>().map_err(|_| bad(c)))?;
        let limit = limit.clamp(1, MOST_ON_PAGE);
        let question = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(below).bind(filter.receiver).bind(filter.state.map(|s| s.as_str()));
        let question = question.bind(bounded(limit + 1));
        let rows = question.fetch_all(&mut *self.readers.acquire().await?).await?;
        let mut items = rows.iter().map(line).collect::<Result<Vec<_>, _>>()?;
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|last| last.id.to_string());
        Ok(Page { items, next_cursor })
    }

    async fn fan_out(&self, now: Time, cool_down: i64, limit: usize) -> Result<u64, StoreError> {
        if !deliveries::has_notices(&mut *self.readers.acquire().await?, now).await? {
            return Ok(0);
        }
        let mut open = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let given = deliveries::fan_out(&mut open, now, cool_down, limit).await?;
        open.commit().await?;
        Ok(given)
    }

    async fn make_digests(&self, now: Time) -> Result<u64, StoreError> {
        if !deliveries::has_digests(&mut *self.readers.acquire().await?, now).await? {
            return Ok(0);
        }
        let mut open = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let made = deliveries::make_digests(&mut open, now).await?;
        open.commit().await?;
        Ok(made)
    }

    async fn receivers_ready(&self, now: Time) -> Result<Vec<i64>, StoreError> {
        deliveries::ready(&mut *self.readers.acquire().await?, now).await
    }

    async fn claim_delivery(&self, receiver: i64, now: Time) -> Result<Option<Claimed>, StoreError> {
        loop {
            if deliveries::next(&mut *self.readers.acquire().await?, receiver, now).await?.is_none() {
                return Ok(None);
            }
            let mut open = self.writer.begin_with("BEGIN IMMEDIATE").await?;
            let claim = deliveries::claim(&mut open, receiver, now).await?;
            open.commit().await?;
            match claim {
                deliveries::Claim::None => return Ok(None),
                deliveries::Claim::Withheld => {}
                deliveries::Claim::Send(claimed) => return Ok(Some(*claimed)),
            }
        }
    }

    async fn delivery_done(&self, id: i64, at: Time, answer: &str) -> Result<(), StoreError> {
        let mut open = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        deliveries::done(&mut open, id, at, answer).await?;
        Ok(open.commit().await?)
    }

    async fn delivery_failed(&self, id: i64, failed: &FailedAttempt) -> Result<(), StoreError> {
        let mut open = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        deliveries::failed(&mut open, id, failed).await?;
        Ok(open.commit().await?)
    }

    async fn release_claims(&self) -> Result<u64, StoreError> {
        const SQL: &str = "UPDATE delivery SET state = 'due' WHERE state = 'sending'";
        Ok(sqlx::query(SQL).execute(&mut *self.writer.acquire().await?).await?.rows_affected())
    }

    async fn prune_deliveries(&self, before: Time, limit: usize) -> Result<u64, StoreError> {
        // What stands in a digest goes before the digest.
        const SQL: &str = "DELETE FROM delivery WHERE id IN (SELECT d.id FROM delivery AS d WHERE d.made_at < $1 \
            AND d.state NOT IN ('due', 'sending', 'waiting', 'dead') \
            AND NOT EXISTS (SELECT 1 FROM delivery AS i WHERE i.digest = d.id) ORDER BY d.made_at LIMIT $2)";
        Ok(sqlx::query(SQL).bind(before.0).bind(bounded(limit)).execute(&mut *self.writer.acquire().await?).await?.rows_affected())
    }
}

#[async_trait]
impl ReceiverBatch for SqliteBatch {
    async fn count_receivers(&mut self) -> Result<usize, StoreError> {
        let number: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM receiver WHERE removed_at IS NULL").fetch_one(&mut *self.open).await?;
        Ok(number.max(0) as usize)
    }

    async fn put_receiver(&mut self, receiver: &Receiver, secret: &Secret) -> Result<i64, StoreError> {
        const SQL: &str = "INSERT INTO receiver (content, secret, enabled, next_digest_at) VALUES ($1, $2, $3, $4) RETURNING id";
        let next = receiver.schedule.next_digest(receiver.created_at).map(|t| t.0);
        let question = sqlx::query_scalar(SQL).bind(json(receiver)?).bind(secret.reveal()).bind(receiver.enabled).bind(next);
        Ok(question.fetch_one(&mut *self.open).await?)
    }

    async fn enable_receiver(&mut self, id: i64, enabled: bool) -> Result<Option<Receiver>, StoreError> {
        let Some(before) = one(&mut self.open, id).await? else { return Ok(None) };
        sqlx::query("UPDATE receiver SET enabled = $2 WHERE id = $1").bind(id).bind(enabled).execute(&mut *self.open).await?;
        Ok(Some(Receiver { enabled, ..before }))
    }

    async fn remove_receiver(&mut self, id: i64, at: Time) -> Result<Option<Receiver>, StoreError> {
        const GONE: &str = "UPDATE receiver SET removed_at = $2, secret = '', enabled = 0, next_digest_at = NULL WHERE id = $1";
        const UNSENT: &str = "UPDATE delivery SET state = 'given_up', done_at = $2 \
            WHERE receiver = $1 AND state IN ('due', 'sending', 'waiting', 'dead')";
        let Some(before) = one(&mut self.open, id).await? else { return Ok(None) };
        for sql in [GONE, UNSENT] {
            sqlx::query(sql).bind(id).bind(at.0).execute(&mut *self.open).await?;
        }
        Ok(Some(before))
    }

    async fn put_test(&mut self, receiver: i64, key: &str, at: Time) -> Result<Option<i64>, StoreError> {
        const SQL: &str = "INSERT INTO delivery (receiver, sort, urgent, delivery_key, title, state, made_at, due_at) \
            VALUES ($1, 'test', 1, $2, 'Gửi thử', 'due', $3, $3) RETURNING id";
        if one(&mut self.open, receiver).await?.is_none() {
            return Ok(None);
        }
        Ok(Some(sqlx::query_scalar(SQL).bind(receiver).bind(key).bind(at.0).fetch_one(&mut *self.open).await?))
    }

    async fn send_again(&mut self, delivery: i64, at: Time) -> Result<Option<DeliveryLine>, StoreError> {
        const SQL: &str = "UPDATE delivery SET state = 'due', due_at = $2, first_tried_at = NULL, done_at = NULL WHERE id = $1 \
            AND state = 'dead' AND EXISTS (SELECT 1 FROM receiver AS r WHERE r.id = delivery.receiver AND r.removed_at IS NULL)";
        changed(&mut self.open, SQL, delivery, at).await
    }

    async fn give_up(&mut self, delivery: i64, at: Time) -> Result<Option<DeliveryLine>, StoreError> {
        const SQL: &str = "UPDATE delivery SET state = 'given_up', done_at = $2 WHERE id = $1 AND state = 'dead'";
        changed(&mut self.open, SQL, delivery, at).await
    }
}

async fn changed(db: &mut SqliteConnection, sql: &'static str, id: i64, at: Time) -> Result<Option<DeliveryLine>, StoreError> {
    const LINE: &str = "SELECT d.*, json_extract(r.content, '$.name') AS receiver_name FROM delivery AS d \
        JOIN receiver AS r ON r.id = d.receiver WHERE d.id = $1";
    if sqlx::query(sql).bind(id).bind(at.0).execute(&mut *db).await?.rows_affected() == 0 {
        return Ok(None);
    }
    Ok(Some(line(&sqlx::query(LINE).bind(id).fetch_one(db).await?)?))
}

/// A receiver that was not removed.
async fn one(db: &mut SqliteConnection, id: i64) -> Result<Option<Receiver>, StoreError> {
    let row = sqlx::query("SELECT * FROM receiver WHERE id = $1 AND removed_at IS NULL").bind(id).fetch_optional(db).await?;
    row.as_ref().map(receiver).transpose()
}

/// A row of the table `receiver`: its columns count, where both tell the same.
pub(super) fn receiver(row: &SqliteRow) -> Result<Receiver, StoreError> {
    let kept: Receiver = from_json(column(row, "content")?, "receiver")?;
    Ok(Receiver { id: column(row, "id")?, enabled: column(row, "enabled")?, ..kept })
}

fn state(row: &SqliteRow) -> Result<ReceiverState, StoreError> {
    Ok(ReceiverState {
        receiver: receiver(row)?,
        next_digest_at: maybe_time(row, "next_digest_at")?,
        failures: count(row, "failures")?,
        retry_at: time(row, "retry_at")?,
        last_done_at: maybe_time(row, "last_done_at")?,
        last_reason: column(row, "last_reason")?,
        pending: u64::from(count(row, "pending")?),
        dead: u64::from(count(row, "dead")?),
    })
}

fn line(row: &SqliteRow) -> Result<DeliveryLine, StoreError> {
    Ok(DeliveryLine {
        id: column(row, "id")?,
        receiver: column(row, "receiver")?,
        receiver_name: column(row, "receiver_name")?,
        sort: column(row, "sort")?,
        alert: column(row, "alert")?,
        title: column(row, "title")?,
        idempotency_key: column(row, "delivery_key")?,
        state: word::<DeliveryState>(row, "state")?,
        made_at: time(row, "made_at")?,
        due_at: time(row, "due_at")?,
        attempts: count(row, "attempts")?,
        reason: column(row, "reason")?,
        done_at: maybe_time(row, "done_at")?,
    })
}
