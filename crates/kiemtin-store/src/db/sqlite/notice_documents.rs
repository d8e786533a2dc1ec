//! Which notices name a document, and how do they forget it?
//!
//! A notice of a saved search lists documents by title and address; an early warning may be told by the title of a report. The notices
//! stay, for their keys keep a repeat from being sent.

use super::deliveries;
use super::outbox;
use super::rows::json;
use crate::store::StoreError;
use crate::types::Seq;
use kiemtin_model::{DocId, Notice, SavedNotice};
use sqlx::SqliteConnection;

/// Notes which documents a notice names.
pub(super) async fn put(db: &mut SqliteConnection, key: &str, told: &SavedNotice) -> Result<(), StoreError> {
    const SQL: &str = "INSERT OR IGNORE INTO notice_document (document, notice) \
        SELECT d.value, o.id FROM outbox AS o, json_each($2) AS d WHERE o.idempotency_key = $1";
    let ids: Vec<&DocId> = told.newest.iter().map(|d| &d.id).collect();
    sqlx::query(SQL).bind(key).bind(json(&ids)?).execute(db).await?;
    Ok(())
}

/// Takes a document out of what is, or was, told. `first`: the number of its first arrival.
pub(super) async fn forget(db: &mut SqliteConnection, id: &DocId, first: Seq) -> Result<(), StoreError> {
    const NAMED: &str = "DELETE FROM notice_document WHERE document = $1 RETURNING notice";
    const WARNINGS: &str = "UPDATE warning SET content = json_set(content, '$.cause', NULL) WHERE content ->> '$.cause.title' = $1 \
        AND content ->> '$.cause.kind' = 'story'";
    const NOTICES: &str = "UPDATE outbox SET content = json_set(content, '$.cause', NULL) WHERE event = 'warning' \
        AND content ->> '$.cause.title' = $1 AND content ->> '$.cause.kind' = 'story'";
    for notice in sqlx::query_scalar::<_, i64>(NAMED).bind(&id.0).fetch_all(&mut *db).await? {
        take_out(db, notice, id).await?;
    }
    // As `mentions` name it, in all of its versions.
    const TITLES: &str = "SELECT DISTINCT CASE WHEN title = '' THEN substr(body, 1, 160) ELSE title END FROM \
        (SELECT title, body FROM document WHERE first_seq = $1 UNION ALL SELECT title, body FROM document_version WHERE document = $2)";
    for title in sqlx::query_scalar::<_, String>(TITLES).bind(first).bind(&id.0).fetch_all(&mut *db).await? {
        for sql in [WARNINGS, NOTICES] {
            sqlx::query(sql).bind(&title).execute(&mut *db).await?;
        }
    }
    Ok(())
}

async fn take_out(db: &mut SqliteConnection, notice: i64, id: &DocId) -> Result<(), StoreError> {
    const FIND: &str = "SELECT event, content FROM outbox WHERE id = $1";
    const PUT: &str = "UPDATE outbox SET content = $2 WHERE id = $1";
    const TITLES: &str = "UPDATE delivery SET title = $2 WHERE notice = $1";
    let Some(row) = sqlx::query(FIND).bind(notice).fetch_optional(&mut *db).await? else { return Ok(()) };
    let Notice::SavedSearch(mut told) = outbox::notice(&row)? else { return Ok(()) };
    told.newest.retain(|document| document.id != *id);
    sqlx::query(PUT).bind(notice).bind(json(&told)?).execute(&mut *db).await?;
    sqlx::query(TITLES).bind(notice).bind(deliveries::title(&Notice::SavedSearch(told))).execute(db).await?;
    Ok(())
}
