//! How are drafts of answers kept?

use super::SqliteStore;
use super::batch::SqliteBatch;
use super::rows::{column, json, list, maybe_time};
use crate::draft::{DraftBatch, DraftStore};
use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::{Draft, KeptDraft};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

#[async_trait]
impl DraftStore for SqliteStore {
    async fn draft(&self, alert: i64) -> Result<Option<KeptDraft>, StoreError> {
        of_alert(&mut *self.readers.acquire().await?, alert).await
    }
}

#[async_trait]
impl DraftBatch for SqliteBatch {
    async fn draft(&mut self, alert: i64) -> Result<Option<KeptDraft>, StoreError> {
        of_alert(&mut self.open, alert).await
    }

    async fn put_draft(&mut self, alert: i64, kept: &KeptDraft) -> Result<(), StoreError> {
        const SQL: &str = "INSERT INTO alert_draft (alert, revision, actor, at, message, facts, questions, spokesperson, channel) \
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (alert) DO UPDATE SET revision = excluded.revision, \
            actor = excluded.actor, at = excluded.at, message = excluded.message, facts = excluded.facts, \
            questions = excluded.questions, spokesperson = excluded.spokesperson, channel = excluded.channel";
        let Draft { message, facts, questions, spokesperson, channel } = &kept.draft;
        let question = sqlx::query(SQL).bind(alert).bind(kept.revision).bind(&kept.by).bind(kept.at.map_or(0, |at| at.0));
        let question = question.bind(message).bind(facts).bind(json(questions)?).bind(spokesperson).bind(channel);
        question.execute(&mut *self.open).await?;
        Ok(())
    }
}

async fn of_alert(db: &mut SqliteConnection, alert: i64) -> Result<Option<KeptDraft>, StoreError> {
    let row = sqlx::query("SELECT * FROM alert_draft WHERE alert = $1").bind(alert).fetch_optional(db).await?;
    row.as_ref().map(kept).transpose()
}

fn kept(row: &SqliteRow) -> Result<KeptDraft, StoreError> {
    let draft = Draft {
        message: column(row, "message")?,
        facts: column(row, "facts")?,
        questions: list(row, "questions")?,
        spokesperson: column(row, "spokesperson")?,
        channel: column(row, "channel")?,
    };
    Ok(KeptDraft { revision: column(row, "revision")?, by: column(row, "actor")?, at: maybe_time(row, "at")?, draft })
}
