//! How is a document forgotten with everything that was made of it?

use super::batch::SqliteBatch;
use super::rows::column;
use super::{SqliteStore, notice_documents, old_posts, prints, rules, saved, schedule};
use crate::forget::{ForgetBatch, ForgetStore, News, OldPost, OldPosts, PostPlace};
use crate::store::StoreError;
use crate::types::Seq;
use async_trait::async_trait;
use kiemtin_model::{DocId, ForgetReason, Outcome, Time};
use sqlx::{Row, SqliteConnection};

#[async_trait]
impl ForgetStore for SqliteStore {
    async fn news_since(&self, seq: Seq, limit: usize) -> Result<News, StoreError> {
        // One read transaction: what came and what went agree.
        super::reading::news_since(&mut *self.readers.begin().await?, seq, limit).await
    }

    async fn old_posts(&self, old: OldPosts<'_>, after: Option<PostPlace>, limit: usize) -> Result<Vec<OldPost>, StoreError> {
        old_posts::read(&mut *self.readers.acquire().await?, old, after, limit).await
    }

    async fn last_forgotten(&self) -> Result<Seq, StoreError> {
        const SQL: &str = "SELECT COALESCE(MAX(seq), 0) FROM forgotten";
        Ok(sqlx::query_scalar(SQL).fetch_one(&mut *self.readers.acquire().await?).await?)
    }

    async fn scrub(&self) -> Result<bool, StoreError> {
        // Freed places of the file are overwritten as they are freed (`secure_delete`); the journal still holds earlier pages. Whoever
        // empties it holds up writers, so that readers are waited for only shortly.
        const EMPTY: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
        const WAIT_MS: i64 = 200;
        let wait = |ms: i64| sqlx::AssertSqlSafe(format!("PRAGMA busy_timeout = {ms}"));
        let mut writer = self.writer.acquire().await?;
        let before: i64 = sqlx::query_scalar("PRAGMA busy_timeout").fetch_one(&mut *writer).await?;
        sqlx::query(wait(WAIT_MS)).execute(&mut *writer).await?;
        let emptied = sqlx::query(EMPTY).fetch_one(&mut *writer).await;
        sqlx::query(wait(before)).execute(&mut *writer).await?;
        let row = emptied?;
        Ok(row.try_get::<i64, _>(0)? == 0)
    }
}

#[async_trait]
impl ForgetBatch for SqliteBatch {
    async fn forget(&mut self, id: &DocId, why: ForgetReason, at: Time) -> Result<bool, StoreError> {
        let Some(gone) = Gone::find(&mut self.open, id).await? else { return Ok(false) };
        let db = &mut *self.open;
        note_alerts(db, id, why).await?;
        self.recount_narratives.extend(super::narratives::leave(db, id, &[]).await?);
        rules::forget(db, gone.first).await?;
        saved::forget(db, &mut self.added, gone.first).await?;
        prints::forget(db, id, gone.heir.as_ref()).await?;
        notice_documents::forget(db, id, gone.first).await?;
        // What it counted by hour is taken back; another one of its source and story may count now.
        self.recount.push(gone.first);
        self.recount.extend(gone.next);
        clear_lead(db, id, why).await?;
        self.totals.versions -= clear(db, &gone).await?;
        self.totals.documents -= 1;
        self.totals.flagged -= i64::from(gone.flag);
        note_change(db, &gone, why, at).await?;
        schedule::count_one(db, &gone.source, at.day_number(), why.as_str(), 1).await?;
        Ok(true)
    }

    async fn forget_lead(&mut self, url: &str, why: ForgetReason, at: Time) -> Result<Option<DocId>, StoreError> {
        const FIND: &str = "SELECT document FROM lead WHERE url = $1";
        let Some(document) = sqlx::query_scalar::<_, Option<String>>(FIND).bind(url).fetch_optional(&mut *self.open).await? else {
            return Ok(None);
        };
        let document = document.map(DocId);
        if let Some(id) = &document
            && self.forget(id, why, at).await?
        {
            return Ok(document);
        }
        end_leads(&mut self.open, "url", url, why).await?;
        Ok(None)
    }

    async fn is_post(&mut self, id: &DocId) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT EXISTS (SELECT 1 FROM document AS d JOIN kept_post AS k ON k.document = d.first_seq WHERE d.id = $1)";
        Ok(sqlx::query_scalar(SQL).bind(&id.0).fetch_one(&mut *self.open).await?)
    }

    async fn old_posts(&mut self, old: OldPosts<'_>, after: Option<PostPlace>, limit: usize) -> Result<Vec<OldPost>, StoreError> {
        old_posts::read(&mut self.open, old, after, limit).await
    }
}

/// A document that goes.
struct Gone {
    id: DocId,
    first: Seq,
    version: i64,
    flag: bool,
    source: String,
    story: String,
    /// An exact copy in its story, where it was never edited: that copy has the same prints.
    heir: Option<DocId>,
    /// The next document of its source in its story.
    next: Option<Seq>,
}

impl Gone {
    async fn find(db: &mut SqliteConnection, id: &DocId) -> Result<Option<Self>, StoreError> {
        const SQL: &str = "SELECT d.first_seq, d.version, d.flag, d.source, d.story, \
            CASE WHEN d.version = 1 THEN (SELECT o.id FROM document AS o WHERE o.text_hash = d.text_hash AND o.story = d.story \
                AND o.first_seq <> d.first_seq ORDER BY o.first_seq LIMIT 1) END AS heir, \
            (SELECT MIN(o.first_seq) FROM document AS o WHERE o.story = d.story AND o.source = d.source AND o.first_seq <> d.first_seq) AS next \
            FROM document AS d WHERE d.id = $1";
        let Some(row) = sqlx::query(SQL).bind(&id.0).fetch_optional(db).await? else { return Ok(None) };
        Ok(Some(Self {
            id: id.clone(),
            first: column(&row, "first_seq")?,
            version: column(&row, "version")?,
            flag: column(&row, "flag")?,
            source: column(&row, "source")?,
            story: column(&row, "story")?,
            heir: column::<Option<String>>(&row, "heir")?.map(DocId),
            next: column(&row, "next")?,
        }))
    }
}

/// Notes with the alerts in which a document stands that they have one less: of each claim that it has a part in, the alert of the
/// wave in which it came; and the alert of another claim that this one has joined.
async fn note_alerts(db: &mut SqliteConnection, id: &DocId, why: ForgetReason) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO alert_forgotten (alert, why, documents) \
        SELECT alert, $2, 1 FROM ( \
            SELECT COALESCE((SELECT a.id FROM alert AS a WHERE a.narrative = d.narrative AND a.first_seen <= d.at \
                    ORDER BY a.wave DESC LIMIT 1), \
                (SELECT a.id FROM alert AS a WHERE a.narrative = d.narrative ORDER BY a.wave LIMIT 1)) AS alert \
                FROM narrative_document AS d WHERE d.document = $1 \
            UNION SELECT n.alert FROM narrative_document AS d JOIN narrative AS n ON n.id = d.narrative \
                JOIN alert AS a ON a.id = n.alert AND a.narrative <> n.id WHERE d.document = $1 \
        ) WHERE alert IS NOT NULL \
        ON CONFLICT (alert, why) DO UPDATE SET documents = documents + 1";
    sqlx::query(SQL).bind(&id.0).bind(why.as_str()).execute(db).await?;
    Ok(())
}

/// The addresses of a document are known, and are not taken in again.
async fn clear_lead(db: &mut SqliteConnection, id: &DocId, why: ForgetReason) -> Result<(), StoreError> {
    const TITLES: &str = "UPDATE guid SET title = '', published_at = NULL \
        WHERE (source, url) IN (SELECT source, url FROM lead WHERE document = $1)";
    sqlx::query(TITLES).bind(&id.0).execute(&mut *db).await?;
    end_leads(db, "document", &id.0, why).await
}

/// Ends leads whose `column` is this.
async fn end_leads(db: &mut SqliteConnection, column: &'static str, is: &str, why: ForgetReason) -> Result<(), StoreError> {
    let sql = format!(
        "UPDATE lead SET document = NULL, outcome = $2, failures = 0, etag = NULL, last_modified = NULL, listed_update = NULL \
         WHERE {column} = $1"
    );
    let outcome = Outcome::Refused(why.refusal()).detail();
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(is).bind(outcome).execute(db).await?;
    Ok(())
}

/// Deletes the rest. Gives the number of earlier versions.
async fn clear(db: &mut SqliteConnection, gone: &Gone) -> Result<i64, StoreError> {
    // What a reviewer found stays as a number.
    const SAMPLES: &str = "DELETE FROM sample_item WHERE document = $1 AND answer IS NULL";
    const KEPT: &str = "DELETE FROM kept_post WHERE document = $1";
    const DOCUMENT: &str = "DELETE FROM document WHERE first_seq = $1";
    const VERSIONS: &str = "DELETE FROM document_version WHERE document = $1";
    // Numbers of reports have no gaps: the row stays, is like nothing, and makes room for a story that comes again.
    const REPORT: &str = "UPDATE event_report SET story = 'forgotten:' || number, vector = x'', terms = NULL \
        WHERE story = $1 AND NOT EXISTS (SELECT 1 FROM document WHERE story = $1)";
    for sql in [SAMPLES, KEPT, DOCUMENT] {
        sqlx::query(sql).bind(gone.first).execute(&mut *db).await?;
    }
    let versions = sqlx::query(VERSIONS).bind(&gone.id.0).execute(&mut *db).await?.rows_affected();
    sqlx::query(REPORT).bind(&gone.story).execute(db).await?;
    Ok(versions as i64)
}

/// Followers hear of it.
async fn note_change(db: &mut SqliteConnection, gone: &Gone, why: ForgetReason, at: Time) -> Result<(), StoreError> {
    const CHANGE: &str = "INSERT INTO change (document, version) VALUES ($1, $2) RETURNING seq";
    const SQL: &str = "INSERT INTO forgotten (seq, document, why, at) VALUES ($1, $2, $3, $4)";
    let seq: Seq = sqlx::query_scalar(CHANGE).bind(&gone.id.0).bind(gone.version).fetch_one(&mut *db).await?;
    sqlx::query(SQL).bind(seq).bind(&gone.id.0).bind(why.as_str()).bind(at.0).execute(db).await?;
    Ok(())
}
