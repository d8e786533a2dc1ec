//! How is the work of the desk kept?

use super::SqliteStore;
use super::alert_list;
use super::alerts;
use super::batch::SqliteBatch;
use super::narratives;
use super::reading::bounded;
use super::rows::{column, count, from_json, json, level, rank, time, word};
use crate::desk::{AlertChange, DeskBatch, DeskStore, Due, DueRequest, MOST_COMPARED, MOST_HISTORY};
use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::{Alert, AlertEvent, AlertEventKind, AlertStatus, Answer, DeskChange, DocId, Sight, Time};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::HashMap;

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
        answers(&mut *self.readers.acquire().await?, alert).await
    }

    async fn due_alerts(&self, asked: &DueRequest, limit: usize) -> Result<Vec<(Alert, Due)>, StoreError> {
        const SQL: &str = "SELECT *, CASE \
                WHEN status <> 'confirmed' AND moved_at <= $3 THEN 'expire' \
                WHEN deadline <= $1 THEN 'overdue' ELSE 'near' END AS due \
            FROM alert WHERE status IN ('new', 'acknowledged', 'verifying', 'confirm_pending', 'confirmed') \
            AND ((status <> 'confirmed' AND moved_at <= $3) OR (answered_at IS NULL AND \
                ((deadline <= $1 AND reminded < 2) OR (deadline <= $2 AND reminded < 1)))) \
            ORDER BY deadline, id LIMIT $4";
        let question = sqlx::query(SQL).bind(asked.now.0).bind(asked.near_until.0).bind(asked.untouched_since.0).bind(bounded(limit));
        let rows = question.fetch_all(&mut *self.readers.acquire().await?).await?;
        let due = |row: &SqliteRow| match column(row, "due") {
            Ok("expire") => Ok(Due::Expire),
            Ok("overdue") => Ok(Due::Overdue),
            other => other.map(|_: &str| Due::Near),
        };
        rows.iter().map(|row| Ok((alerts::alert(row)?, due(row)?))).collect()
    }

    async fn alert_counts(&self, sight: &Sight) -> Result<Vec<(AlertStatus, u64)>, StoreError> {
        alert_list::counts(&mut *self.readers.begin().await?, sight).await
    }

    async fn done_since(&self, since: Time, sight: &Sight) -> Result<u64, StoreError> {
        alert_list::done_since(&mut *self.readers.acquire().await?, since, sight).await
    }

    async fn asserted_since(&self, narratives: &[i64], since: Time) -> Result<HashMap<i64, u32>, StoreError> {
        const SQL: &str = "SELECT n.narrative, COUNT(*) AS documents FROM json_each($1) AS asked JOIN narrative_document AS n \
            ON n.narrative = asked.value AND n.role = 'asserts' AND n.at > $2 GROUP BY n.narrative";
        let rows = sqlx::query(SQL).bind(json(narratives)?).bind(since.0).fetch_all(&mut *self.readers.acquire().await?).await?;
        rows.iter().map(|row| Ok((column(row, "narrative")?, count(row, "documents")?))).collect()
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

    async fn put_reminded(&mut self, alert: i64, due: Due) -> Result<bool, StoreError> {
        const SQL: &str = "UPDATE alert SET reminded = $2 WHERE id = $1 AND reminded < $2";
        let reminded = if due == Due::Near { 1 } else { 2 };
        Ok(sqlx::query(SQL).bind(alert).bind(reminded).execute(&mut *self.open).await?.rows_affected() > 0)
    }

    async fn nearest_alert(&mut self, narrative: i64) -> Result<Option<(i64, f64)>, StoreError> {
        const SQL: &str = "WITH latest AS (SELECT document FROM narrative_document WHERE narrative = $1 AND role = 'asserts' \
                ORDER BY at DESC LIMIT $2) \
            SELECT a.id, COUNT(*) * 1.0 / (SELECT COUNT(*) FROM latest) AS part FROM latest \
            JOIN narrative_document AS d ON d.document = latest.document AND d.role = 'asserts' AND d.narrative <> $1 \
            JOIN narrative AS n ON n.id = d.narrative JOIN alert AS a ON a.id = n.alert AND a.narrative = n.id \
            WHERE a.status NOT IN ('dismissed', 'closed', 'expired') \
            GROUP BY a.id ORDER BY part DESC, a.id LIMIT 1";
        let row = sqlx::query(SQL).bind(narrative).bind(bounded(MOST_COMPARED)).fetch_optional(&mut *self.open).await?;
        row.map(|row| Ok((column(&row, "id")?, column(&row, "part")?))).transpose()
    }

    async fn put_joined(&mut self, alert: &Alert, narrative: i64, document: Option<&DocId>) -> Result<(), StoreError> {
        const ALERT: &str = "UPDATE alert SET kinds = $2, topics = $3, units = $4, last_seen = MAX(last_seen, $5) WHERE id = $1";
        // What no other claim of this alert has is counted, and what this one did not have before.
        const COUNT: &str = "WITH d AS (SELECT document, story, source FROM narrative_document WHERE narrative = $2 AND document = $3 \
                AND role = 'asserts' AND at >= (SELECT first_seen FROM narrative WHERE id = $2)), \
            others AS (SELECT id FROM narrative WHERE alert = $1 AND id <> $2), \
            fresh AS (SELECT * FROM d WHERE NOT EXISTS (SELECT 1 FROM others CROSS JOIN narrative_document AS o \
                WHERE o.narrative = others.id AND o.document = d.document AND o.role = 'asserts')), \
            sums AS (SELECT (SELECT COUNT(*) FROM fresh) AS documents, \
                (SELECT COUNT(*) FROM fresh WHERE NOT EXISTS (SELECT 1 FROM others CROSS JOIN narrative_document AS o \
                    WHERE o.narrative = others.id AND o.role = 'asserts' AND o.story = fresh.story) \
                    AND NOT EXISTS (SELECT 1 FROM narrative_document AS o WHERE o.narrative = $2 AND o.role = 'asserts' \
                    AND o.story = fresh.story AND o.document <> fresh.document)) AS stories, \
                (SELECT COUNT(*) FROM fresh WHERE NOT EXISTS (SELECT 1 FROM others CROSS JOIN narrative_document AS o \
                    WHERE o.narrative = others.id AND o.role = 'asserts' AND o.source = fresh.source) \
                    AND NOT EXISTS (SELECT 1 FROM narrative_document AS o WHERE o.narrative = $2 AND o.role = 'asserts' \
                    AND o.source = fresh.source AND o.document <> fresh.document)) AS sources) \
            UPDATE alert SET documents = alert.documents + sums.documents, further_documents = further_documents + sums.documents, \
                stories = alert.stories + sums.stories, further_stories = further_stories + sums.stories, \
                sources = alert.sources + sums.sources, further_sources = further_sources + sums.sources \
            FROM sums WHERE id = $1";
        let question = sqlx::query(ALERT).bind(alert.id).bind(json(&alert.kinds)?).bind(json(&alert.topics)?).bind(json(&alert.units)?);
        question.bind(alert.last_seen.0).execute(&mut *self.open).await?;
        match document {
            Some(document) => {
                sqlx::query(COUNT).bind(alert.id).bind(narrative).bind(&document.0).execute(&mut *self.open).await?;
                Ok(())
            }
            None => narratives::recount(&mut self.open, alert.narrative).await,
        }
    }

    async fn move_joined(&mut self, from: i64, into: i64) -> Result<(), StoreError> {
        sqlx::query("UPDATE narrative SET alert = $2 WHERE alert = $1").bind(from).bind(into).execute(&mut *self.open).await?;
        Ok(())
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

    async fn withdraw_notices(&mut self, alert: i64, revision: i64, at: Time) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE outbox SET done_at = $3, error = 'taken back' WHERE done_at IS NULL AND due_at > $3 \
            AND idempotency_key LIKE $1 || ':%:r' || $2 || ':%'";
        sqlx::query(SQL).bind(alert).bind(revision).bind(at.0).execute(&mut *self.open).await?;
        Ok(())
    }

    async fn merge_narrative(&mut self, from: i64, into: i64) -> Result<(), StoreError> {
        // A document that tells both stays where it is: it counts once.
        const MOVE: &str = "UPDATE OR IGNORE narrative_document SET narrative = $2, origin = $1 WHERE narrative = $1";
        const SPAN: &str = "UPDATE narrative SET first_seen = MIN(narrative.first_seen, other.first_seen), \
            last_seen = MAX(narrative.last_seen, other.last_seen) FROM (SELECT first_seen, last_seen FROM narrative WHERE id = $1) AS other WHERE narrative.id = $2";
        sqlx::query(MOVE).bind(from).bind(into).execute(&mut *self.open).await?;
        sqlx::query(SPAN).bind(from).bind(into).execute(&mut *self.open).await?;
        sqlx::query("UPDATE narrative SET merged_into = $2 WHERE id = $1").bind(from).bind(into).execute(&mut *self.open).await?;
        narratives::recount(&mut self.open, into).await
    }

    async fn part_narrative(&mut self, from: i64, into: i64) -> Result<(), StoreError> {
        const MOVE: &str = "UPDATE OR IGNORE narrative_document SET narrative = $1, origin = NULL WHERE narrative = $2 AND origin = $1";
        const PART: &str = "UPDATE narrative SET merged_into = NULL, \
            alert = COALESCE((SELECT id FROM alert AS a WHERE a.narrative = $1 ORDER BY wave DESC LIMIT 1), alert) WHERE id = $1";
        sqlx::query(PART).bind(from).execute(&mut *self.open).await?;
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
        const MOVED: &str = "UPDATE alert SET moved_at = $2, reminded = CASE WHEN $3 THEN 0 ELSE reminded END WHERE id = $1";
        let anew = event.kind == AlertEventKind::Reopened;
        sqlx::query(MOVED).bind(alert).bind(event.at.0).bind(anew).execute(db).await?;
    }
    Ok(id)
}

pub(super) async fn answers(db: &mut SqliteConnection, alert: i64) -> Result<Vec<Answer>, StoreError> {
    const SQL: &str = "SELECT * FROM alert_answer WHERE alert = $1 AND withdrawn_at IS NULL ORDER BY id LIMIT $2";
    let rows = sqlx::query(SQL).bind(alert).bind(bounded(MOST_HISTORY)).fetch_all(db).await?;
    rows.iter().map(answer).collect()
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
