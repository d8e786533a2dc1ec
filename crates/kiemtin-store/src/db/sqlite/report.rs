//! How are reports kept, and what do they count of alerts?

use super::alerts::alert;
use super::batch::SqliteBatch;
use super::reading::bounded;
use super::rows::{column, json, list, time, word};
use super::warnings::warning;
use super::{SqliteStore, outbox};
use crate::report::{KeptReport, MOST_COUNTED, ReportAlerts, ReportBatch, ReportStore};
use crate::store::StoreError;
use crate::types::Page;
use async_trait::async_trait;
use kiemtin_model::hex::hex;
use kiemtin_model::period::Period;
use kiemtin_model::report::{Report, ReportNotice};
use kiemtin_model::{Time, Warning};
use sha2::{Digest, Sha256};
use sqlx::sqlite::SqliteRow;

/// Most reports on one page of a list.
const MOST_ON_PAGE: usize = 500;
/// What is read of a report in a list.
const LISTED: &str = "id, digest, period, scope, name, seq, made_at";

#[async_trait]
impl ReportStore for SqliteStore {
    async fn report_alerts(&self, from: Time, to: Time) -> Result<ReportAlerts, StoreError> {
        // Each stretch by its own index; UNION keeps each id once.
        const ALERTS: &str = "SELECT * FROM alert WHERE id IN (SELECT id FROM alert WHERE first_seen >= $1 AND first_seen < $2 \
            UNION SELECT id FROM alert WHERE decided_at >= $1 AND decided_at < $2 \
            UNION SELECT id FROM alert WHERE answered_at >= $1 AND answered_at < $2) ORDER BY id LIMIT $3";
        const EXPIRED: &str = "SELECT * FROM alert WHERE id IN (SELECT alert FROM alert_event WHERE kind = 'expired' AND at >= $1 AND at < $2) \
            ORDER BY id LIMIT $3";
        let mut db = self.readers.begin().await?;
        let mut lists = [vec![], vec![]];
        for (list, sql) in lists.iter_mut().zip([ALERTS, EXPIRED]) {
            let rows = sqlx::query(sql).bind(from.0).bind(to.0).bind(bounded(MOST_COUNTED)).fetch_all(&mut *db).await?;
            *list = rows.iter().map(alert).collect::<Result<_, _>>()?;
        }
        let [alerts, expired] = lists;
        Ok(ReportAlerts { alerts, expired })
    }

    async fn warnings_between(&self, from: Time, to: Time) -> Result<Vec<Warning>, StoreError> {
        const SQL: &str = "SELECT id, content FROM warning WHERE at >= $1 AND at < $2 ORDER BY at, id LIMIT $3";
        let question = sqlx::query(SQL).bind(from.0).bind(to.0).bind(bounded(MOST_COUNTED));
        question.fetch_all(&mut *self.readers.acquire().await?).await?.iter().map(warning).collect()
    }

    async fn reports(&self, cursor: Option<&str>, limit: usize) -> Result<Page<KeptReport>, StoreError> {
        let before: i64 = match cursor {
            Some(cursor) => cursor.parse().map_err(|_| StoreError::BadCursor(cursor.chars().take(80).collect()))?,
            None => i64::MAX,
        };
        let limit = limit.clamp(1, MOST_ON_PAGE);
        let sql = format!("SELECT {LISTED} FROM report WHERE id < $1 ORDER BY id DESC LIMIT $2");
        let question = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(before).bind(bounded(limit + 1));
        let rows = question.fetch_all(&mut *self.readers.acquire().await?).await?;
        let items = rows.iter().take(limit).map(kept).collect::<Result<Vec<_>, _>>()?;
        let next_cursor = items.last().filter(|_| rows.len() > limit).map(|last| last.id.to_string());
        Ok(Page { items, next_cursor })
    }

    async fn report(&self, id: i64) -> Result<Option<(KeptReport, Report)>, StoreError> {
        let row = sqlx::query("SELECT * FROM report WHERE id = $1").bind(id).fetch_optional(&mut *self.readers.acquire().await?).await?;
        row.map(|row| Ok((kept(&row)?, list(&row, "content")?))).transpose()
    }

    async fn last_run(&self, what: &str, scope: &str) -> Result<Option<Period>, StoreError> {
        const SQL: &str = "SELECT period FROM report_run WHERE what = $1 AND scope = $2 ORDER BY at DESC, period DESC LIMIT 1";
        let row = sqlx::query(SQL).bind(what).bind(scope).fetch_optional(&mut *self.readers.acquire().await?).await?;
        row.map(|row| word(&row, "period")).transpose()
    }
}

#[async_trait]
impl ReportBatch for SqliteBatch {
    async fn keep_report(&mut self, report: &Report, at: Time) -> Result<i64, StoreError> {
        const SQL: &str = "INSERT INTO report (digest, period, scope, name, seq, made_at, content) VALUES ($1, $2, $3, $4, $5, $6, $7) \
            ON CONFLICT (digest) DO UPDATE SET digest = excluded.digest RETURNING id";
        let content = json(report)?;
        let digest = hex(&Sha256::digest(content.as_bytes()));
        let question = sqlx::query_scalar(SQL).bind(digest).bind(report.period.to_string()).bind(report.scope.key());
        let question = question.bind(&report.scope.name).bind(report.seq).bind(at.0).bind(content);
        Ok(question.fetch_one(&mut *self.open).await?)
    }

    async fn put_run(&mut self, what: &str, period: Period, scope: &str, at: Time, report: Option<i64>) -> Result<bool, StoreError> {
        const SQL: &str = "INSERT INTO report_run (what, period, scope, at, report) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (what, period, scope) DO NOTHING";
        let question = sqlx::query(SQL).bind(what).bind(period.to_string()).bind(scope).bind(at.0).bind(report);
        Ok(question.execute(&mut *self.open).await?.rows_affected() > 0)
    }

    async fn put_report_notice(&mut self, key: &str, notice: &ReportNotice, channel: &str) -> Result<(), StoreError> {
        outbox::put_report(&mut self.open, key, notice, channel).await
    }
}

fn kept(row: &SqliteRow) -> Result<KeptReport, StoreError> {
    Ok(KeptReport {
        id: column(row, "id")?,
        digest: column(row, "digest")?,
        period: word(row, "period")?,
        scope: column(row, "scope")?,
        name: column(row, "name")?,
        seq: column(row, "seq")?,
        made_at: time(row, "made_at")?,
    })
}
