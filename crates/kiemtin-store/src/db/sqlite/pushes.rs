//! How are answers to pushes kept, and how many?

use super::SqliteStore;
use super::batch::SqliteBatch;
use crate::pushes::{KEPT_MS, MOST_ANSWERS, MOST_BYTES, PushAnswer, PushBatch, PushStore};
use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::Time;

#[async_trait]
impl PushStore for SqliteStore {
    async fn push_answer(&self, owner: &str, key: &str, now: Time) -> Result<Option<PushAnswer>, StoreError> {
        const SQL: &str = "SELECT body_hash, answer, at FROM push_answer WHERE owner = $1 AND push_key = $2 AND at > $3";
        let question = sqlx::query_as(SQL).bind(owner).bind(key).bind(now.0 - KEPT_MS);
        let found: Option<(String, String, i64)> = question.fetch_optional(&mut *self.readers.acquire().await?).await?;
        Ok(found.map(|(body_hash, answer, at)| PushAnswer { body_hash, answer, at: Time(at) }))
    }
}

#[async_trait]
impl PushBatch for SqliteBatch {
    async fn put_push_answer(&mut self, owner: &str, key: &str, answer: &PushAnswer) -> Result<(), StoreError> {
        const PUT: &str = "INSERT INTO push_answer (owner, push_key, body_hash, answer, at) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (owner, push_key) DO UPDATE SET body_hash = excluded.body_hash, answer = excluded.answer, at = excluded.at";
        const OLD: &str = "DELETE FROM push_answer WHERE at <= $1";
        // Newest first, running totals: what lies beyond goes.
        const BEYOND: &str = "DELETE FROM push_answer WHERE rowid IN (SELECT id FROM (SELECT rowid AS id, \
            ROW_NUMBER() OVER newest AS n, SUM(octet_length(answer)) OVER newest AS bytes FROM push_answer \
            WINDOW newest AS (ORDER BY at DESC, rowid DESC ROWS UNBOUNDED PRECEDING)) WHERE n > $1 OR (bytes > $2 AND n > 1))";
        sqlx::query(OLD).bind(answer.at.0 - KEPT_MS).execute(&mut *self.open).await?;
        let put = sqlx::query(PUT).bind(owner).bind(key).bind(&answer.body_hash).bind(&answer.answer).bind(answer.at.0);
        put.execute(&mut *self.open).await?;
        sqlx::query(BEYOND).bind(MOST_ANSWERS).bind(MOST_BYTES).execute(&mut *self.open).await?;
        Ok(())
    }
}
