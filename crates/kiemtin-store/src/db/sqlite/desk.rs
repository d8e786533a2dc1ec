//! How is the work of the desk kept?

use super::SqliteStore;
use super::alerts::{self, seen_by};
use super::batch::SqliteBatch;
use super::narratives;
use super::reading::bounded;
use super::rows::{column, count, from_json, json, level, rank, time, word};
use crate::desk::{AlertChange, DeskBatch, DeskStore, MOST_HISTORY};
use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::{Alert, AlertEvent, AlertEventKind, AlertStatus, Answer, DeskChange, Sight, Time};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

#[async_trait]
impl DeskStore for SqliteStore {
    async fn alert_changes(&self, after: i64, limit: usize) -> Result<Vec<AlertChange>, StoreError> {
        const EVENTS: &str = "SELECT * FROM alert_event WHERE id > $1 ORDER BY id LIMIT $2";
        let mut db = self.readers.acquire().await?;
        let mut changes = vec![];
        for row in sqlx::query(EVENTS).bind(after).bind(bounded(limit)).fetch_all(&mut *db).await? {
            let id: i64 = column(&row, "alert")?;
            let alert = alerts::by_id(&mut db, id).await?.ok_or_else(|| StoreError::Corrupt(format!("an event of no alert {id}")))?;
            changes.push(AlertChange { event: event(&row)?, alert });
        }
        Ok(changes)
    }

    async fn last_alert_change(&self) -> Result<i64, StoreError> {
        const SQL: &str = "SELECT COALESCE(MAX(id), 0) FROM alert_event";
        Ok(sqlx::query_scalar(SQL).fetch_one(&mut *self.readers.acquire().await?).await?)
    }

    async fn answers(&self, alert: i64) -> Result<Vec<Answer>, StoreError> {
        const SQL: &str = "SELECT * FROM alert_answer WHERE alert = $1 AND withdrawn_at IS NULL ORDER BY id LIMIT $2";
        let rows = sqlx::query(SQL).bind(alert).bind(bounded(MOST_HISTORY)).fetch_all(&mut *self.readers.acquire().await?).await?;
        rows.iter().map(answer).collect()
    }

    async fn undecided(&self, until: Time, untouched_since: Time, limit: usize) -> Result<Vec<Alert>, StoreError> {
        const SQL: &str = "SELECT * FROM alert WHERE status IN ('new', 'acknowledged', 'verifying', 'confirm_pending') \
            AND (deadline <= $1 OR moved_at <= $2) ORDER BY deadline, id LIMIT $3";
        let question = sqlx::query(SQL).bind(until.0).bind(untouched_since.0).bind(bounded(limit));
        let rows = question.fetch_all(&mut *self.readers.acquire().await?).await?;
        rows.iter().map(alerts::alert).collect()
    }

    async fn alert_counts(&self, sight: &Sight) -> Result<Vec<(AlertStatus, u64)>, StoreError> {
        const SQL: &str = "SELECT status, COUNT(*) AS n FROM alert WHERE $1 IS NULL OR NOT restricted \
            OR EXISTS (SELECT 1 FROM json_each(alert.units) AS u WHERE u.value IN (SELECT value FROM json_each($1))) GROUP BY status";
        let rows = sqlx::query(SQL).bind(seen_by(sight)?).fetch_all(&mut *self.readers.acquire().await?).await?;
        rows.iter().map(|row| Ok((word(row, "status")?, u64::from(count(row, "n")?)))).collect()
    }
}

#[async_trait]
impl DeskBatch for SqliteBatch {
    async fn put_desk(&mut self, alert: &Alert) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE alert SET status = $2, assignee = $3, deadline = $4, restricted = $5, revision = $6, finding = $7, \
            proposed_by = $8, dismissed_as = $9, duplicate_of = $10, decided_at = $11, answered_at = $12, closed_at = $13 WHERE id = $1";
        let d = &alert.decision;
        sqlx::query(SQL)
            .bind(alert.id)
            .bind(alert.status.as_str())
            .bind(&alert.assignee)
            .bind(alert.deadline.0)
            .bind(alert.restricted)
            .bind(d.revision)
            .bind(d.finding.map(|f| f.as_str()))
            .bind(&d.proposed_by)
            .bind(d.dismissed_as.map(|r| r.as_str()))
            .bind(d.duplicate_of)
            .bind(d.decided_at.map(|t| t.0))
            .bind(d.answered_at.map(|t| t.0))
            .bind(d.closed_at.map(|t| t.0))
            .execute(&mut *self.open)
            .await?;
        Ok(())
    }

    async fn put_change(&mut self, alert: &Alert, event: &AlertEvent) -> Result<i64, StoreError> {
        put_event(&mut self.open, alert.id, event).await
    }

    async fn last_change(&mut self, alert: i64) -> Result<Option<(AlertEvent, DeskChange)>, StoreError> {
        const SQL: &str = "SELECT * FROM alert_event WHERE alert = $1 AND change IS NOT NULL AND kind <> 'noted' ORDER BY id DESC LIMIT 1";
        let row = sqlx::query(SQL).bind(alert).fetch_optional(&mut *self.open).await?;
        let found = row.as_ref().map(event).transpose()?;
        Ok(found.and_then(|event| event.change.clone().map(|change| (event, *change))))
    }

    async fn has_event(&mut self, alert: i64, kind: AlertEventKind) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT EXISTS (SELECT 1 FROM alert_event WHERE alert = $1 AND kind = $2 \
            AND id > COALESCE((SELECT MAX(id) FROM alert_event WHERE alert = $1 AND kind = 'reopened'), 0))";
        Ok(sqlx::query_scalar(SQL).bind(alert).bind(kind.as_str()).fetch_one(&mut *self.open).await?)
    }

    async fn put_answer(&mut self, alert: i64, answer: &Answer) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO alert_answer (alert, at, actor, url, channel, note) VALUES ($1, $2, $3, $4, $5, $6)";
        let question = sqlx::query(SQL).bind(alert).bind(answer.at.0).bind(&answer.by);
        question.bind(&answer.url).bind(&answer.channel).bind(&answer.note).execute(&mut *self.open).await?;
        Ok(())
    }

    async fn withdraw_answer(&mut self, alert: i64, at: Time) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE alert_answer SET withdrawn_at = $2 WHERE id = \
            (SELECT MAX(id) FROM alert_answer WHERE alert = $1 AND withdrawn_at IS NULL)";
        sqlx::query(SQL).bind(alert).bind(at.0).execute(&mut *self.open).await?;
        Ok(())
    }

    async fn merge_narrative(&mut self, from: i64, into: i64) -> Result<(), StoreError> {
        // A document that tells both stays where it is: it counts once.
        const MOVE: &str = "UPDATE OR IGNORE narrative_document SET narrative = $2, origin = $1 WHERE narrative = $1";
        const SPAN: &str = "UPDATE narrative SET first_seen = MIN(narrative.first_seen, other.first_seen), last_seen = MAX(narrative.last_seen, other.last_seen) \
            FROM (SELECT first_seen, last_seen FROM narrative WHERE id = $1) AS other WHERE narrative.id = $2";
        sqlx::query(MOVE).bind(from).bind(into).execute(&mut *self.open).await?;
        sqlx::query(SPAN).bind(from).bind(into).execute(&mut *self.open).await?;
        sqlx::query("UPDATE narrative SET merged_into = $2 WHERE id = $1").bind(from).bind(into).execute(&mut *self.open).await?;
        narratives::recount(&mut self.open, into).await
    }

    async fn part_narrative(&mut self, from: i64, into: i64) -> Result<(), StoreError> {
        const MOVE: &str = "UPDATE OR IGNORE narrative_document SET narrative = $1, origin = NULL WHERE narrative = $2 AND origin = $1";
        sqlx::query("UPDATE narrative SET merged_into = NULL WHERE id = $1").bind(from).execute(&mut *self.open).await?;
        sqlx::query(MOVE).bind(from).bind(into).execute(&mut *self.open).await?;
        narratives::recount(&mut self.open, from).await?;
        narratives::recount(&mut self.open, into).await
    }
}

/// Adds to a history, and gives the number of the entry. What a person does counts as a move of the alert.
pub(super) async fn put_event(db: &mut SqliteConnection, alert: i64, event: &AlertEvent) -> Result<i64, StoreError> {
    const SQL: &str = "INSERT INTO alert_event (alert, kind, at, level, documents, actor, reason, reference, change) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id";
    let change = event.change.as_deref().map(json).transpose()?;
    let id = sqlx::query_scalar(SQL)
        .bind(alert)
        .bind(event.kind.as_str())
        .bind(event.at.0)
        .bind(rank(event.level))
        .bind(i64::from(event.documents))
        .bind(&event.by)
        .bind(&event.reason)
        .bind(&event.reference)
        .bind(change)
        .fetch_one(&mut *db)
        .await?;
    if event.kind.is_by_people() {
        sqlx::query("UPDATE alert SET moved_at = $2 WHERE id = $1").bind(alert).bind(event.at.0).execute(db).await?;
    }
    Ok(id)
}

pub(super) fn event(row: &SqliteRow) -> Result<AlertEvent, StoreError> {
    let change: Option<&str> = row.try_get("change")?;
    Ok(AlertEvent {
        id: column(row, "id")?,
        kind: word(row, "kind")?,
        at: time(row, "at")?,
        level: level(row, "level")?,
        documents: count(row, "documents")?,
        by: column(row, "actor")?,
        reason: column(row, "reason")?,
        reference: column(row, "reference")?,
        change: change.map(|text| from_json(text, "change")).transpose()?,
    })
}

pub(super) fn answer(row: &SqliteRow) -> Result<Answer, StoreError> {
    Ok(Answer {
        id: column(row, "id")?,
        at: time(row, "at")?,
        by: column(row, "actor")?,
        url: column(row, "url")?,
        channel: column(row, "channel")?,
        note: column(row, "note")?,
    })
}
