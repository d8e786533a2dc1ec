//! How is the audit log kept, and read again?

use super::SqliteStore;
use super::batch::SqliteBatch;
use super::reading::{self, bounded};
use super::rows::{column, from_json, json};
use crate::audit::{self, AuditBatch, AuditCheck, AuditFilter, AuditHead, AuditRecord, AuditRow, AuditStore, ChainCheck};
use crate::store::StoreError;
use crate::types::Page;
use async_trait::async_trait;
use kiemtin_model::{Actor, AuditEntry, Time};
use serde::{Deserialize, Serialize};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

/// Entries that are read at once when the chain is checked.
const PART: usize = 2_000;

#[async_trait]
impl AuditStore for SqliteStore {
    async fn put_audit(&self, entries: &[AuditEntry]) -> Result<(), StoreError> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut open = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        for entry in entries {
            put(&mut open, entry).await?;
        }
        Ok(open.commit().await?)
    }

    async fn audit(&self, filter: &AuditFilter, cursor: Option<&str>, limit: usize) -> Result<Page<AuditRecord>, StoreError> {
        list(&mut *self.readers.acquire().await?, filter, cursor, limit).await
    }

    async fn verify_audit(&self, anchor: Option<&AuditHead>, progress: &mut (dyn FnMut(i64) + Send)) -> Result<AuditCheck, StoreError> {
        const SQL: &str = "SELECT * FROM audit WHERE number > $1 ORDER BY number LIMIT $2";
        let (origin, kept) = {
            let mut db = self.readers.acquire().await?;
            (reading::origin(&mut db).await?, kept(&mut db).await?)
        };
        let known = anchor.cloned().into_iter().chain(kept.and_then(|k| k.sound));
        let mut check = ChainCheck::new(&origin, known);
        let mut after = i64::MIN;
        loop {
            let question = sqlx::query(SQL).bind(after).bind(bounded(PART));
            let part = question.fetch_all(&mut *self.readers.acquire().await?).await?;
            let rows = part.iter().map(row).collect::<Result<Vec<_>, _>>()?;
            let Some(last) = rows.last().map(|r| r.number) else { return Ok(check.end()) };
            if !check.take(&rows) {
                return Ok(check.end());
            }
            after = last;
            progress(last);
        }
    }

    async fn keep_audit_check(&self, check: &AuditCheck, at: Time) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO audit_check (id, content) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET content = excluded.content";
        let mut open = self.writer.begin_with("BEGIN IMMEDIATE").await?;
        let before = kept(&mut open).await?.and_then(|k| k.sound);
        let sound = if check.broken.is_none() { Some(check.head.clone()) } else { before };
        let content = json(&Kept { check: AuditCheck { at: Some(at), ..check.clone() }, sound })?;
        sqlx::query(SQL).bind(content).execute(&mut *open).await?;
        Ok(open.commit().await?)
    }

    async fn last_audit_check(&self) -> Result<Option<AuditCheck>, StoreError> {
        Ok(kept(&mut *self.readers.acquire().await?).await?.map(|k| k.check))
    }
}

#[async_trait]
impl AuditBatch for SqliteBatch {
    async fn put_audit(&mut self, entry: &AuditEntry) -> Result<(), StoreError> {
        put(&mut self.open, entry).await
    }
}

#[derive(Serialize, Deserialize)]
struct Kept {
    check: AuditCheck,
    /// Head of the last check that found the chain whole.
    sound: Option<AuditHead>,
}

async fn kept(db: &mut SqliteConnection) -> Result<Option<Kept>, StoreError> {
    let content: Option<String> = sqlx::query_scalar("SELECT content FROM audit_check").fetch_optional(db).await?;
    content.map(|c| from_json(&c, "audit_check")).transpose()
}

pub(super) async fn put(db: &mut SqliteConnection, entry: &AuditEntry) -> Result<(), StoreError> {
    const LAST: &str = "SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1";
    const SQL: &str = "INSERT INTO audit (number, at, actor_kind, actor_name, actor_token, action, object, detail, hash) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    let last: Option<(i64, String)> = sqlx::query_as(LAST).fetch_optional(&mut *db).await?;
    let head = match last {
        Some((number, hash)) => AuditHead { number, hash },
        None => audit::genesis(&reading::origin(&mut *db).await?),
    };
    let entry = audit::bounded(entry);
    let number = head.number + 1;
    let row = AuditRow {
        number,
        at: entry.at.0,
        actor_kind: entry.actor.kind.as_str().to_owned(),
        actor_name: entry.actor.name,
        actor_token: entry.actor.token,
        action: entry.action.as_str().to_owned(),
        object: entry.object,
        // A map of the standard library: its keys are sorted.
        detail: json(&entry.detail)?,
        hash: String::new(),
    };
    let hash = row.hash_after(&head.hash, number).ok_or_else(|| StoreError::Corrupt(format!("hash of audit entry {}", head.number)))?;
    sqlx::query(SQL)
        .bind(number)
        .bind(row.at)
        .bind(row.actor_kind)
        .bind(row.actor_name)
        .bind(row.actor_token)
        .bind(row.action)
        .bind(row.object)
        .bind(row.detail)
        .bind(hash)
        .execute(db)
        .await?;
    Ok(())
}

async fn list(
    db: &mut SqliteConnection,
    filter: &AuditFilter,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<AuditRecord>, StoreError> {
    const SQL: &str = "SELECT * FROM audit WHERE number < $1 AND ($2 IS NULL OR action = $2) AND ($3 IS NULL OR actor_name = $3) \
        AND ($4 IS NULL OR substr(object, 1, length($4)) = $4) AND at >= $5 AND at < $6 ORDER BY number DESC LIMIT $7";
    let bad = |c: &str| StoreError::BadCursor(c.chars().take(80).collect());
    let before = cursor.map_or(Ok(i64::MAX), |c| c.parse::<i64>().map_err(|_| bad(c)))?;
    let limit = limit.clamp(1, audit::MOST_ON_PAGE);
    let rows = sqlx::query(SQL)
        .bind(before)
        .bind(filter.action.map(|a| a.as_str()))
        .bind(&filter.actor)
        .bind(&filter.object)
        .bind(filter.from.map_or(i64::MIN, |t| t.0))
        .bind(filter.to.map_or(i64::MAX, |t| t.0))
        .bind(bounded(limit + 1))
        .fetch_all(db)
        .await?;
    let mut items = rows.iter().map(|r| row(r).map(record)).collect::<Result<Vec<_>, _>>()?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|last| last.number.to_string());
    Ok(Page { items, next_cursor })
}

fn row(row: &SqliteRow) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        number: column(row, "number")?,
        at: column(row, "at")?,
        actor_kind: column(row, "actor_kind")?,
        actor_name: column(row, "actor_name")?,
        actor_token: column(row, "actor_token")?,
        action: column(row, "action")?,
        object: column(row, "object")?,
        detail: column(row, "detail")?,
        hash: column(row, "hash")?,
    })
}

/// A row that somebody changed may hold words that there are not.
fn record(row: AuditRow) -> AuditRecord {
    let AuditRow { number, at, actor_kind, actor_name, actor_token, action, object, detail, hash } = row;
    let entry = || {
        let actor = Actor { kind: actor_kind.parse().ok()?, name: actor_name, token: actor_token };
        let detail = serde_json::from_str(&detail).ok()?;
        Some(AuditEntry { at: Time(at), actor, action: action.parse().ok()?, object, detail })
    };
    AuditRecord { number, hash, entry: entry() }
}
