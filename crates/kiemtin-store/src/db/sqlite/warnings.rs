//! How are counts by hour read, and warnings kept?

use super::batch::SqliteBatch;
use super::reading::bounded;
use super::rows::{column, count, json, list};
use super::{SqliteStore, outbox};
use crate::store::StoreError;
use crate::types::Page;
use crate::warnings::{HourCount, Mention, WarningBatch, WarningStore};
use async_trait::async_trait;
use kiemtin_model::{DocId, Subject, Time, Warning};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::HashMap;

/// Most warnings on one page of a list.
const MOST_ON_PAGE: usize = 500;
/// Documents of all subjects that are looked at for those of one.
const MOST_LOOKED_AT: i64 = 50_000;

#[async_trait]
impl WarningStore for SqliteStore {
    async fn busy_subjects(&self, from: i64, to: i64, least: u32) -> Result<Vec<Subject>, StoreError> {
        const SQL: &str = "SELECT subject FROM hour_count INDEXED BY hour_count_hour WHERE hour BETWEEN $1 AND $2 AND subject <> '' \
            GROUP BY subject HAVING SUM(counts) >= $3 ORDER BY subject";
        let question = sqlx::query_scalar::<_, String>(SQL).bind(from).bind(to).bind(i64::from(least));
        let subjects = question.fetch_all(&mut *self.readers.acquire().await?).await?;
        subjects.iter().map(|s| s.parse().map_err(StoreError::Corrupt)).collect()
    }

    async fn hour_counts(&self, subject: Option<&Subject>, from: i64, to: i64) -> Result<Vec<HourCount>, StoreError> {
        const SQL: &str = "SELECT hour, counts FROM hour_count WHERE subject = $1 AND hour BETWEEN $2 AND $3 AND counts > 0 ORDER BY hour";
        let key = subject.map(Subject::to_string).unwrap_or_default();
        let rows = sqlx::query(SQL).bind(key).bind(from).bind(to).fetch_all(&mut *self.readers.acquire().await?).await?;
        rows.iter().map(|row| Ok(HourCount { hour: row.try_get(0)?, counts: count(row, "counts")? })).collect()
    }

    async fn mentions(&self, subject: Option<&Subject>, from: i64, to: i64, limit: usize) -> Result<Vec<Mention>, StoreError> {
        const SQL: &str = "SELECT d.id, d.story, d.source, \
            CASE WHEN d.title = '' THEN substr(d.body, 1, 160) ELSE d.title END AS title, h.hour, h.subjects FROM \
            (SELECT document, hour, counts, subjects FROM hour_document WHERE hour BETWEEN $2 AND $3 ORDER BY hour DESC, document LIMIT $5) AS h \
            JOIN document AS d ON d.first_seq = h.document WHERE h.counts > 0 AND instr(h.subjects, $1) > 0 \
            ORDER BY h.hour DESC, h.document LIMIT $4";
        let word = subject.map_or(" ".to_owned(), |s| format!(" {s} "));
        let question = sqlx::query(SQL).bind(word).bind(from).bind(to).bind(bounded(limit)).bind(MOST_LOOKED_AT);
        let rows = question.fetch_all(&mut *self.readers.acquire().await?).await?;
        rows.iter().map(mention).collect()
    }

    async fn claims_of(&self, narratives: &[i64]) -> Result<HashMap<i64, (String, Option<i64>)>, StoreError> {
        const SQL: &str = "SELECT id, claim, alert FROM narrative WHERE id IN (SELECT value FROM json_each($1))";
        let rows = sqlx::query(SQL).bind(json(narratives)?).fetch_all(&mut *self.readers.acquire().await?).await?;
        rows.iter().map(|row| Ok((column(row, "id")?, (column(row, "claim")?, column(row, "alert")?)))).collect()
    }

    async fn narrative_number(&self, key: &str) -> Result<Option<i64>, StoreError> {
        const SQL: &str = "SELECT id FROM narrative WHERE narrative_key = $1";
        Ok(sqlx::query_scalar(SQL).bind(key).fetch_optional(&mut *self.readers.acquire().await?).await?)
    }

    async fn warnings(&self, open: bool, cursor: Option<&str>, limit: usize) -> Result<Page<Warning>, StoreError> {
        const SQL: &str = "SELECT id, content FROM warning WHERE id < $1 AND (ended_at IS NULL OR NOT $2) ORDER BY id DESC LIMIT $3";
        let before: i64 = match cursor {
            Some(cursor) => cursor.parse().map_err(|_| StoreError::BadCursor(cursor.to_owned()))?,
            None => i64::MAX,
        };
        let limit = limit.clamp(1, MOST_ON_PAGE);
        let question = sqlx::query(SQL).bind(before).bind(open).bind(limit as i64 + 1);
        let rows = question.fetch_all(&mut *self.readers.acquire().await?).await?;
        let items = rows.iter().take(limit).map(warning).collect::<Result<Vec<_>, _>>()?;
        let next_cursor = items.last().filter(|_| rows.len() > limit).map(|last| last.id.to_string());
        Ok(Page { items, next_cursor })
    }
}

fn mention(row: &SqliteRow) -> Result<Mention, StoreError> {
    let subjects: &str = column(row, "subjects")?;
    Ok(Mention {
        document: DocId(column(row, "id")?),
        story: DocId(column(row, "story")?),
        source: column(row, "source")?,
        title: column(row, "title")?,
        hour: column(row, "hour")?,
        topics: subjects.split_whitespace().filter_map(|s| s.strip_prefix("topic:")).map(str::to_owned).collect(),
        narratives: subjects.split_whitespace().filter_map(|s| s.strip_prefix("narrative:")?.parse().ok()).collect(),
    })
}

pub(super) fn warning(row: &SqliteRow) -> Result<Warning, StoreError> {
    Ok(Warning { id: column(row, "id")?, ..list(row, "content")? })
}

async fn asked(db: &mut SqliteConnection, sql: &'static str, subject: &str) -> Result<Vec<Warning>, StoreError> {
    sqlx::query(sql).bind(subject).fetch_all(db).await?.iter().map(warning).collect()
}

#[async_trait]
impl WarningBatch for SqliteBatch {
    async fn open_warnings(&mut self) -> Result<Vec<Warning>, StoreError> {
        asked(&mut self.open, "SELECT id, content FROM warning WHERE ended_at IS NULL AND $1 = '' ORDER BY id", "").await
    }

    async fn last_warning(&mut self, subject: &Subject) -> Result<Option<Warning>, StoreError> {
        const SQL: &str = "SELECT id, content FROM warning WHERE subject = $1 ORDER BY wave DESC LIMIT 1";
        Ok(asked(&mut self.open, SQL, &subject.to_string()).await?.pop())
    }

    async fn warnings_since(&mut self, at: Time) -> Result<u32, StoreError> {
        const SQL: &str = "SELECT COUNT(*) AS n FROM warning WHERE at >= $1";
        count(&sqlx::query(SQL).bind(at.0).fetch_one(&mut *self.open).await?, "n")
    }

    async fn put_warning(&mut self, warning: &Warning) -> Result<i64, StoreError> {
        const SQL: &str = "INSERT INTO warning (subject, wave, at, ended_at, content) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (subject, wave) DO UPDATE SET ended_at = excluded.ended_at, content = excluded.content RETURNING id";
        let id = sqlx::query_scalar(SQL)
            .bind(warning.subject.to_string())
            .bind(i64::from(warning.wave))
            .bind(warning.at.0)
            .bind(warning.ended_at.map(|t| t.0))
            .bind(json(warning)?)
            .fetch_one(&mut *self.open)
            .await?;
        Ok(id)
    }

    async fn put_warning_notice(&mut self, warning: &Warning, channel: &str) -> Result<(), StoreError> {
        outbox::put_warning(&mut self.open, warning, channel).await
    }
}
