//! What is there to be told of saved searches?

use super::batch::SqliteBatch;
use super::rows::{column, count, maybe_time};
use super::{outbox, saved, tally};
use crate::saved::{SavedBatch, SavedNews, SavedState, WalkedPart};
use crate::store::StoreError;
use crate::types::Seq;
use async_trait::async_trait;
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{DocId, SavedNotice, SavedSearch, Subject, Time, ToldDocument};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

/// Sources and stories that a notice lists.
const MOST_SOURCES: i64 = 5;
const MOST_STORIES: i64 = 10;

#[async_trait]
impl SavedBatch for SqliteBatch {
    async fn saved_searches(&mut self) -> Result<Vec<SavedState>, StoreError> {
        saved::all(&mut self.open).await
    }

    async fn saved_revision(&mut self) -> Result<i64, StoreError> {
        saved::revision(&mut self.open).await
    }

    async fn put_saved_search(&mut self, search: &SavedSearch, key: &str, predicate: &str) -> Result<i64, StoreError> {
        saved::put(&mut self.open, search, key, predicate).await
    }

    async fn remove_saved_search(&mut self, id: i64) -> Result<(), StoreError> {
        saved::remove(&mut self.open, id).await?;
        tally::forget(&mut self.open, &Subject::search(id)).await
    }

    async fn walk_again(&mut self, id: i64, predicate: &str) -> Result<(), StoreError> {
        saved::walk_again(&mut self.open, id, predicate).await
    }

    async fn put_matches(&mut self, document: &DocId, seq: Seq, searches: &[i64], at: Time) -> Result<(), StoreError> {
        saved::put_matches(&mut self.open, &mut self.added, (document, seq), searches, at).await
    }

    async fn put_walked(&mut self, part: &WalkedPart) -> Result<bool, StoreError> {
        let done = saved::put_walked(&mut self.open, &mut self.added, part).await?;
        // Numbers of a saved search by hour reach as far back as its matches.
        self.recount.extend(part.documents.iter().filter(|w| !w.matches.is_empty()).map(|w| w.first_seq));
        Ok(done)
    }

    async fn saved_due(&mut self, now: Time, most: u32) -> Result<Vec<SavedState>, StoreError> {
        due(&mut self.open, now, most).await
    }

    async fn new_stories(&mut self, search: i64, after: Seq, limit: usize) -> Result<Vec<(Seq, ToldDocument)>, StoreError> {
        new_stories(&mut self.open, search, after, limit).await
    }

    async fn saved_news(&mut self, search: i64, after: Seq) -> Result<SavedNews, StoreError> {
        news(&mut self.open, search, after).await
    }

    async fn put_saved_notice(&mut self, key: &str, told: &SavedNotice, channel: &str) -> Result<(), StoreError> {
        outbox::put_saved(&mut self.open, key, told, channel).await
    }

    async fn put_told(&mut self, state: &SavedState) -> Result<(), StoreError> {
        const SQL: &str = "UPDATE saved_search SET told_through = $2, next_digest_at = $3, hour = $4, told_in_hour = $5 WHERE id = $1";
        sqlx::query(SQL)
            .bind(state.search.id)
            .bind(state.told_through)
            .bind(state.next_digest_at.map(|t| t.0))
            .bind(state.hour)
            .bind(i64::from(state.told_in_hour))
            .execute(&mut *self.open)
            .await?;
        Ok(())
    }
}

pub(super) async fn due(db: &mut SqliteConnection, now: Time, most: u32) -> Result<Vec<SavedState>, StoreError> {
    const SQL: &str = "SELECT * FROM saved_search AS s WHERE next_digest_at <= $1 \
        OR (notify = 'each' AND (hour <> $2 OR told_in_hour < $3) \
        AND EXISTS (SELECT 1 FROM saved_match AS m WHERE m.search = s.id AND m.seq > s.told_through AND NOT walked)) ORDER BY id";
    let rows = sqlx::query(SQL).bind(now.0).bind(now.0.div_euclid(HOUR_MS)).bind(i64::from(most)).fetch_all(db).await?;
    rows.iter().map(saved::state).collect()
}

fn told(row: &SqliteRow) -> Result<ToldDocument, StoreError> {
    Ok(ToldDocument {
        id: DocId(column(row, "id")?),
        title: column(row, "title")?,
        url: column(row, "url")?,
        source: column(row, "source")?,
        published_at: maybe_time(row, "published_at")?,
    })
}

async fn new_stories(db: &mut SqliteConnection, search: i64, after: Seq, limit: usize) -> Result<Vec<(Seq, ToldDocument)>, StoreError> {
    // The first new match of its story, when nothing of the story matched before.
    const SQL: &str = "SELECT m.seq AS matched, d.id, d.title, d.url, d.source, d.published_at FROM saved_match AS m \
        JOIN document AS d ON d.first_seq = m.document WHERE m.search = $1 AND m.seq > $2 AND NOT m.walked \
        AND NOT EXISTS (SELECT 1 FROM document AS o JOIN saved_match AS n ON n.search = $1 AND n.document = o.first_seq \
        WHERE o.story = d.story AND (n.seq < m.seq OR n.walked)) ORDER BY m.seq LIMIT $3";
    let rows = sqlx::query(SQL).bind(search).bind(after).bind(limit as i64).fetch_all(db).await?;
    rows.iter().map(|row| Ok((column(row, "matched")?, told(row)?))).collect()
}

async fn news(db: &mut SqliteConnection, search: i64, after: Seq) -> Result<SavedNews, StoreError> {
    const NEW: &str = "FROM saved_match AS m JOIN document AS d ON d.first_seq = m.document \
        WHERE m.search = $1 AND m.seq > $2 AND NOT m.walked";
    let sum = format!("SELECT COUNT(*) AS documents, COUNT(DISTINCT d.story) AS stories, COALESCE(MAX(m.seq), 0) AS through {NEW}");
    let sources = format!("SELECT d.source, COUNT(*) AS n {NEW} GROUP BY d.source ORDER BY n DESC, d.source LIMIT $3");
    // SQLite takes the other columns from the row that has the greatest value.
    let newest = format!(
        "SELECT MAX(m.seq) AS matched, d.id, d.title, d.url, d.source, d.published_at {NEW} GROUP BY d.story ORDER BY matched DESC LIMIT $3"
    );
    let row = sqlx::query(sqlx::AssertSqlSafe(sum)).bind(search).bind(after).fetch_one(&mut *db).await?;
    let sources = sqlx::query(sqlx::AssertSqlSafe(sources)).bind(search).bind(after).bind(MOST_SOURCES).fetch_all(&mut *db).await?;
    let newest = sqlx::query(sqlx::AssertSqlSafe(newest)).bind(search).bind(after).bind(MOST_STORIES).fetch_all(&mut *db).await?;
    Ok(SavedNews {
        through: row.try_get("through")?,
        documents: count(&row, "documents")?,
        stories: count(&row, "stories")?,
        sources: sources.iter().map(|row| Ok((column(row, "source")?, count(row, "n")?))).collect::<Result<_, StoreError>>()?,
        newest: newest.iter().map(told).collect::<Result<_, _>>()?,
    })
}
