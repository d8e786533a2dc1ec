//! How are saved searches and their matches kept?

use super::reading::bounded;
use super::rows::{column, count, json, maybe_time, stored_document, time, word};
use super::{SqliteStore, saved_news};
use crate::saved::{SavedFigures, SavedState, SavedStore, Walk, WalkedPart};
use crate::store::StoreError;
use crate::types::{Seq, StoredDocument};
use async_trait::async_trait;
use kiemtin_model::{DocId, SavedSearch, Time};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::{HashMap, HashSet};

#[async_trait]
impl SavedStore for SqliteStore {
    async fn saved_searches(&self) -> Result<Vec<SavedState>, StoreError> {
        all(&mut *self.readers.acquire().await?).await
    }

    async fn saved_revision(&self) -> Result<i64, StoreError> {
        revision(&mut *self.readers.acquire().await?).await
    }

    async fn saved_figures(&self, since: Time) -> Result<HashMap<i64, SavedFigures>, StoreError> {
        figures(&mut *self.readers.acquire().await?, since).await
    }

    async fn saved_matches(&self, search: i64, limit: usize) -> Result<Vec<DocId>, StoreError> {
        const SQL: &str = "SELECT d.id FROM saved_match AS m JOIN document AS d ON d.first_seq = m.document WHERE m.search = $1 \
            ORDER BY m.seq DESC LIMIT $2";
        let ids = sqlx::query_scalar(SQL).bind(search).bind(bounded(limit)).fetch_all(&mut *self.readers.acquire().await?).await?;
        Ok(ids.into_iter().map(DocId).collect())
    }

    async fn documents_below(&self, below: Seq, from: Seq, limit: usize) -> Result<Vec<(Seq, StoredDocument)>, StoreError> {
        const SQL: &str = "SELECT * FROM document WHERE first_seq < $1 AND first_seq >= $2 ORDER BY first_seq DESC LIMIT $3";
        let question = sqlx::query(SQL).bind(below).bind(from).bind(bounded(limit));
        let rows = question.fetch_all(&mut *self.readers.acquire().await?).await?;
        rows.iter().map(|row| Ok((column(row, "first_seq")?, stored_document(row)?))).collect()
    }

    async fn saved_due(&self, now: Time, most: u32) -> Result<Vec<SavedState>, StoreError> {
        saved_news::due(&mut *self.readers.acquire().await?, now, most).await
    }
}

pub(super) fn state(row: &SqliteRow) -> Result<SavedState, StoreError> {
    Ok(SavedState {
        search: SavedSearch {
            id: column(row, "id")?,
            name: column(row, "name")?,
            query: column(row, "query")?,
            notify: word(row, "notify")?,
            created_at: time(row, "created_at")?,
            unit: column(row, "unit")?,
        },
        predicate: column(row, "predicate")?,
        matches: column::<i64>(row, "matches")?.max(0) as u64,
        walk: Walk { from: column(row, "walk_from")?, to: column(row, "walked_to")?, complete_at: column(row, "complete_at")? },
        told_through: column(row, "told_through")?,
        next_digest_at: maybe_time(row, "next_digest_at")?,
        hour: column(row, "hour")?,
        told_in_hour: count(row, "told_in_hour")?,
    })
}

pub(super) async fn all(db: &mut SqliteConnection) -> Result<Vec<SavedState>, StoreError> {
    let rows = sqlx::query("SELECT * FROM saved_search ORDER BY id").fetch_all(db).await?;
    rows.iter().map(state).collect()
}

pub(super) async fn revision(db: &mut SqliteConnection) -> Result<i64, StoreError> {
    const SQL: &str = "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'saved_revision'";
    Ok(sqlx::query_scalar(SQL).fetch_one(db).await?)
}

async fn revise(db: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE name = 'saved_revision'").execute(db).await?;
    Ok(())
}

async fn figures(db: &mut SqliteConnection, since: Time) -> Result<HashMap<i64, SavedFigures>, StoreError> {
    const SQL: &str = "SELECT id, (SELECT COUNT(*) FROM saved_match WHERE search = id AND at >= $1) AS recent, \
        (SELECT MAX(at) FROM saved_match WHERE search = id) AS newest FROM saved_search";
    let rows = sqlx::query(SQL).bind(since.0).fetch_all(db).await?;
    let figures = rows.iter().map(|row| {
        let recent = column::<i64>(row, "recent")?.max(0) as u64;
        Ok((column(row, "id")?, SavedFigures { recent, newest: maybe_time(row, "newest")? }))
    });
    figures.collect()
}

/// Where a walk begins: below the next document, with its end noted at once where there is none.
const BEGIN: &str = "(SELECT COALESCE(MAX(first_seq), 0) + 1 FROM document)";
const LAST: &str = "(SELECT COALESCE(MAX(seq), 0) FROM change)";
const EMPTY: &str = "(SELECT CASE WHEN EXISTS (SELECT 1 FROM document) THEN NULL ELSE 0 END)";

pub(super) async fn put(db: &mut SqliteConnection, search: &SavedSearch, key: &str, predicate: &str) -> Result<i64, StoreError> {
    let sql = format!(
        "INSERT INTO saved_search (name, name_key, query, notify, created_at, predicate, matches, walk_from, walked_to, complete_at, \
         told_through, next_digest_at, hour, told_in_hour, unit) \
         VALUES ($1, $2, $3, $4, $5, $6, 0, {BEGIN}, {BEGIN}, {EMPTY}, {LAST}, $7, 0, 0, $8) RETURNING id"
    );
    let id = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
        .bind(&search.name)
        .bind(key)
        .bind(&search.query)
        .bind(search.notify.as_str())
        .bind(search.created_at.0)
        .bind(predicate)
        .bind(search.notify.next_digest(search.created_at).map(|t| t.0))
        .bind(&search.unit)
        .fetch_one(&mut *db)
        .await?;
    revise(db).await?;
    Ok(id)
}

pub(super) async fn remove(db: &mut SqliteConnection, id: i64) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM saved_match WHERE search = $1").bind(id).execute(&mut *db).await?;
    sqlx::query("DELETE FROM saved_search WHERE id = $1").bind(id).execute(&mut *db).await?;
    revise(db).await
}

pub(super) async fn walk_again(db: &mut SqliteConnection, id: i64, predicate: &str) -> Result<(), StoreError> {
    let sql =
        format!("UPDATE saved_search SET predicate = $2, walk_from = {BEGIN}, walked_to = {BEGIN}, complete_at = {EMPTY} WHERE id = $1");
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).bind(predicate).execute(&mut *db).await?;
    revise(db).await
}

/// Matches of documents by their last change, after `after` and up to `through`.
pub(super) async fn of_changes(db: &mut SqliteConnection, after: Seq, through: Seq) -> Result<HashMap<Seq, Vec<i64>>, StoreError> {
    const SQL: &str = "SELECT d.seq, m.search FROM document AS d JOIN saved_match AS m ON m.document = d.first_seq \
        WHERE d.seq > $1 AND d.seq <= $2 ORDER BY d.seq, m.search";
    let mut found: HashMap<Seq, Vec<i64>> = HashMap::new();
    for row in sqlx::query(SQL).bind(after).bind(through).fetch_all(db).await? {
        found.entry(row.try_get(0)?).or_default().push(row.try_get(1)?);
    }
    Ok(found)
}

/// What a batch adds to the numbers of matches, by search.
pub(super) type Added = HashMap<i64, i64>;

pub(super) async fn put_matches(
    db: &mut SqliteConnection,
    added: &mut Added,
    (document, seq): (&DocId, Seq),
    searches: &[i64],
    at: Time,
) -> Result<(), StoreError> {
    const FIRST: &str = "SELECT first_seq FROM document WHERE id = $1";
    const BEFORE: &str = "SELECT search FROM saved_match WHERE document = $1";
    const ADD: &str = "INSERT INTO saved_match (search, document, seq, at, walked) SELECT value, $2, $3, $4, FALSE FROM json_each($1)";
    let first: Seq = sqlx::query_scalar(FIRST).bind(&document.0).fetch_one(&mut *db).await?;
    // A new document has matched nothing yet.
    let before: Vec<i64> = if first == seq { vec![] } else { sqlx::query_scalar(BEFORE).bind(first).fetch_all(&mut *db).await? };
    for search in before.iter().filter(|s| !searches.contains(s)) {
        take_out(db, added, *search, first).await?;
    }
    let new: Vec<i64> = searches.iter().filter(|s| !before.contains(s)).copied().collect();
    if !new.is_empty() {
        sqlx::query(ADD).bind(json(&new)?).bind(first).bind(seq).bind(at.0).execute(&mut *db).await?;
        new.into_iter().for_each(|search| *added.entry(search).or_default() += 1);
    }
    Ok(())
}

/// A document is gone.
pub(super) async fn forget(db: &mut SqliteConnection, added: &mut Added, document: Seq) -> Result<(), StoreError> {
    const SQL: &str = "DELETE FROM saved_match WHERE document = $1 RETURNING search";
    for search in sqlx::query_scalar(SQL).bind(document).fetch_all(db).await? {
        *added.entry(search).or_default() -= 1;
    }
    Ok(())
}

async fn take_out(db: &mut SqliteConnection, added: &mut Added, search: i64, document: Seq) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM saved_match WHERE search = $1 AND document = $2").bind(search).bind(document).execute(db).await?;
    *added.entry(search).or_default() -= 1;
    Ok(())
}

/// Notes what a batch added, at its end.
pub(super) async fn add_up(db: &mut SqliteConnection, added: &Added) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE saved_search SET matches = matches + $2 WHERE id = $1";
    for (search, add) in added {
        sqlx::query(SQL).bind(search).bind(add).execute(&mut *db).await?;
    }
    Ok(())
}

pub(super) async fn put_walked(db: &mut SqliteConnection, added: &mut Added, part: &WalkedPart) -> Result<bool, StoreError> {
    const ADD: &str = "INSERT INTO saved_match (search, document, seq, at, walked) \
        SELECT $1, first_seq, seq, fetched_at, TRUE FROM document WHERE first_seq = $2";
    const BEFORE: &str = "SELECT search, document FROM saved_match WHERE document >= $1 AND document < $2";
    let ids: HashSet<i64> = part.searches.iter().map(|(id, _)| *id).collect();
    for (id, predicate) in &part.searches {
        const GO: &str = "UPDATE saved_search SET walked_to = $4 WHERE id = $1 AND predicate = $2 AND walked_to = $3";
        let gone = sqlx::query(GO).bind(id).bind(predicate).bind(part.from).bind(part.to).execute(&mut *db).await?;
        if gone.rows_affected() != 1 {
            return Ok(false);
        }
    }
    let mut before: HashMap<Seq, HashSet<i64>> = HashMap::new();
    for row in sqlx::query(BEFORE).bind(part.to).bind(part.from).fetch_all(&mut *db).await? {
        let (search, document): (i64, Seq) = (row.try_get(0)?, row.try_get(1)?);
        if ids.contains(&search) {
            before.entry(document).or_default().insert(search);
        }
    }
    let none = HashSet::new();
    for walked in &part.documents {
        let (first, before) = (walked.first_seq, before.get(&walked.first_seq).unwrap_or(&none));
        let gone: Vec<i64> = before.iter().filter(|s| !walked.matches.contains(s)).copied().collect();
        let new: Vec<i64> = walked.matches.iter().filter(|s| !before.contains(s)).copied().collect();
        if gone.is_empty() && new.is_empty() {
            continue;
        }
        if !change_again(db, first, walked.seq).await? {
            return Ok(false);
        }
        for search in gone {
            take_out(db, added, search, first).await?;
        }
        for search in new {
            sqlx::query(ADD).bind(search).bind(first).execute(&mut *db).await?;
            *added.entry(search).or_default() += 1;
        }
    }
    if part.ended {
        let sql = format!("UPDATE saved_search SET complete_at = {LAST} WHERE id IN (SELECT value FROM json_each($1))");
        sqlx::query(sqlx::AssertSqlSafe(sql)).bind(json(&ids)?).execute(&mut *db).await?;
    }
    Ok(true)
}

/// Gives a document the next number, so that followers see it again; `false` when it has changed since `seq`.
async fn change_again(db: &mut SqliteConnection, first: Seq, seq: Seq) -> Result<bool, StoreError> {
    const CHANGE: &str = "INSERT INTO change (document, version) SELECT id, version FROM document WHERE first_seq = $1 AND seq = $2 \
        RETURNING seq";
    let Some(next) = sqlx::query_scalar::<_, Seq>(CHANGE).bind(first).bind(seq).fetch_optional(&mut *db).await? else { return Ok(false) };
    sqlx::query("UPDATE document SET seq = $2 WHERE first_seq = $1").bind(first).bind(next).execute(&mut *db).await?;
    Ok(true)
}
