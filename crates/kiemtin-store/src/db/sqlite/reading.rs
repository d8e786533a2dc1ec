//! What do followers and pages read of the documents?

use super::rows::{column, count, id_list, stored_document, time};
use crate::forget::News;
use crate::store::StoreError;
use crate::types::{Beginning, DocumentVersion, Seq, StoreCounts, StoredDocument};
use kiemtin_model::DocId;
use sqlx::{Row, SqliteConnection};
use std::collections::HashMap;

/// Most rows that one question gives.
const MOST: usize = 10_000;

pub(super) fn bounded(limit: usize) -> i64 {
    limit.min(MOST) as i64
}

pub(super) async fn changes_since(db: &mut SqliteConnection, seq: Seq, limit: usize) -> Result<Vec<StoredDocument>, StoreError> {
    const SQL: &str = "SELECT * FROM document WHERE seq > $1 ORDER BY seq LIMIT $2";
    let rows = sqlx::query(SQL).bind(seq).bind(bounded(limit)).fetch_all(&mut *db).await?;
    let mut documents = rows.iter().map(stored_document).collect::<Result<Vec<_>, _>>()?;
    if let Some(last) = documents.last().map(|d| d.seq) {
        let mut saved = super::saved::of_changes(db, seq, last).await?;
        for document in &mut documents {
            document.saved = saved.remove(&document.seq).unwrap_or_default();
        }
    }
    Ok(documents)
}

/// As of the moment of the transaction.
pub(super) async fn news_since(db: &mut SqliteConnection, seq: Seq, limit: usize) -> Result<News, StoreError> {
    const SQL: &str = "SELECT seq, document FROM forgotten WHERE seq > $1 ORDER BY seq LIMIT $2";
    let limit = limit.clamp(1, MOST);
    let mut documents = changes_since(&mut *db, seq, limit).await?;
    let rows = sqlx::query(SQL).bind(seq).bind(bounded(limit)).fetch_all(db).await?;
    let mut forgotten =
        rows.iter().map(|row| Ok((column(row, "seq")?, DocId(column(row, "document")?)))).collect::<Result<Vec<_>, StoreError>>()?;
    let ends = [documents.last().map(|d| (d.seq, documents.len())), forgotten.last().map(|(seq, _)| (*seq, forgotten.len()))];
    // A list that is full may go on beyond its end: only so far is all known.
    let full = ends.iter().flatten().filter(|(_, n)| *n == limit).map(|(end, _)| *end).min();
    let through = full.or(ends.iter().flatten().map(|(end, _)| *end).max()).unwrap_or(seq);
    documents.retain(|d| d.seq <= through);
    forgotten.retain(|(seq, _)| *seq <= through);
    Ok(News { documents, forgotten: forgotten.into_iter().map(|(_, id)| id).collect(), through })
}

pub(super) async fn documents(db: &mut SqliteConnection, ids: &[DocId]) -> Result<Vec<StoredDocument>, StoreError> {
    const SQL: &str = "SELECT d.* FROM json_each($1) AS asked JOIN document AS d ON d.id = asked.value ORDER BY asked.key";
    let rows = sqlx::query(SQL).bind(id_list(ids)?).fetch_all(db).await?;
    rows.iter().map(stored_document).collect()
}

pub(super) async fn beginnings(db: &mut SqliteConnection, ids: &[DocId], characters: usize) -> Result<Vec<Beginning>, StoreError> {
    const SQL: &str = "SELECT d.story, d.title, substr(d.body, 1, $2) AS beginning FROM json_each($1) AS asked \
        JOIN document AS d ON d.id = asked.value ORDER BY asked.key";
    let rows = sqlx::query(SQL).bind(id_list(ids)?).bind(bounded(characters)).fetch_all(db).await?;
    let beginning =
        |row| Ok(Beginning { story: DocId(column(row, "story")?), title: column(row, "title")?, text: column(row, "beginning")? });
    rows.iter().map(beginning).collect()
}

pub(super) async fn copies(db: &mut SqliteConnection, stories: &[DocId]) -> Result<HashMap<DocId, u32>, StoreError> {
    const SQL: &str = "SELECT story, COUNT(*) AS n FROM document WHERE story IN (SELECT value FROM json_each($1)) GROUP BY story";
    let rows = sqlx::query(SQL).bind(id_list(stories)?).fetch_all(db).await?;
    rows.iter().map(|row| Ok((DocId(column(row, "story")?), count(row, "n")?))).collect()
}

pub(super) async fn versions(db: &mut SqliteConnection, id: &DocId, below: u32, limit: usize) -> Result<Vec<DocumentVersion>, StoreError> {
    const SQL: &str = "SELECT version, replaced_at, title, body FROM document_version WHERE document = $1 AND version < $2 \
        ORDER BY version DESC LIMIT $3";
    let rows = sqlx::query(SQL).bind(&id.0).bind(i64::from(below)).bind(bounded(limit)).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(DocumentVersion {
                version: count(row, "version")?,
                replaced_at: time(row, "replaced_at")?,
                title: column(row, "title")?,
                body: column(row, "body")?,
            })
        })
        .collect()
}

pub(super) async fn story(db: &mut SqliteConnection, story: &DocId, limit: usize) -> Result<Vec<StoredDocument>, StoreError> {
    const SQL: &str = "SELECT * FROM document WHERE story = $1 ORDER BY first_seq LIMIT $2";
    let rows = sqlx::query(SQL).bind(&story.0).bind(bounded(limit)).fetch_all(db).await?;
    rows.iter().map(stored_document).collect()
}

pub(super) async fn log_id(db: &mut SqliteConnection) -> Result<String, StoreError> {
    Ok(sqlx::query_scalar("SELECT value FROM meta WHERE name = 'log_id'").fetch_one(db).await?)
}

/// The first name of this store's history: it outlives a restored backup, which gives the history a new name.
pub(super) async fn origin(db: &mut SqliteConnection) -> Result<String, StoreError> {
    const SQL: &str = "SELECT value FROM meta WHERE name IN ('origin', 'log_id') ORDER BY name = 'origin' DESC LIMIT 1";
    Ok(sqlx::query_scalar(SQL).fetch_one(db).await?)
}

pub(super) async fn counts(db: &mut SqliteConnection) -> Result<StoreCounts, StoreError> {
    const SQL: &str = "SELECT documents, versions, flagged, narratives, alerts, \
        (SELECT COUNT(*) FROM outbox WHERE done_at IS NULL) AS outbox, \
        (SELECT COALESCE(MAX(seq), 0) FROM change) AS last_seq FROM total";
    let row = sqlx::query(SQL).fetch_one(db).await?;
    let n = |name: &str| Ok::<u64, StoreError>(row.try_get::<i64, _>(name)?.max(0) as u64);
    Ok(StoreCounts {
        documents: n("documents")?,
        versions: n("versions")?,
        flagged: n("flagged")?,
        narratives: n("narratives")?,
        alerts: n("alerts")?,
        outbox: n("outbox")?,
        last_seq: column(&row, "last_seq")?,
    })
}
