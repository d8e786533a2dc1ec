//! Stored documents from the first to the last, with what became of their alerts.

use super::alerts;
use super::reading::bounded;
use super::rows::{column, dating, from_json, id_list, maybe_time, origin, time, word};
use crate::archive::{ArchiveRequest, Archived, Review};
use crate::store::StoreError;
use kiemtin_model::{DocId, Document, Restrictions, Time};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::HashMap;

pub(super) async fn read(db: &mut SqliteConnection, asked: &ArchiveRequest) -> Result<Vec<Archived>, StoreError> {
    const COLUMNS: &str = "first_seq, id, source, source_group, kind, found_by, lang, published_at, date_origin, fetched_at, url, assessment, \
         published_from, modified_at, date_note, no_archive, no_snippet";
    // An assessment is JSON text of ours; inside a string of it a quote stands behind a backslash, so this is its own key.
    const SIGNALS: &str = "instr(assessment, '\"signals\":[]') = 0";
    let (texts, signals) = if asked.only_signals { ("'' AS title, '' AS body", SIGNALS) } else { ("title, body", "TRUE") };
    let sql = format!(
        "SELECT {COLUMNS}, {texts} FROM document WHERE first_seq > $1 AND COALESCE(published_at, fetched_at) >= $2 AND {signals} \
         ORDER BY first_seq LIMIT $3"
    );
    let since = asked.since.map_or(i64::MIN, |t| t.0);
    let question = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(asked.after).bind(since).bind(bounded(asked.limit));
    let rows = question.fetch_all(&mut *db).await?;
    let mut documents = rows.iter().map(archived).collect::<Result<Vec<_>, _>>()?;
    let mut reviews = reviews(db, &documents).await?;
    for document in &mut documents {
        document.reviews = reviews.remove(&document.document.id).unwrap_or_default();
    }
    Ok(documents)
}

pub(super) async fn oldest(db: &mut SqliteConnection) -> Result<Option<Time>, StoreError> {
    // The earliest hour of the counts: one look-up, however many documents there are.
    const SQL: &str = "SELECT MIN(COALESCE(published_at, fetched_at)) FROM document WHERE first_seq IN \
        (SELECT document FROM hour_document WHERE hour = (SELECT MIN(hour) FROM hour_document))";
    Ok(sqlx::query_scalar::<_, Option<i64>>(SQL).fetch_one(db).await?.map(Time))
}

fn archived(row: &SqliteRow) -> Result<Archived, StoreError> {
    Ok(Archived {
        first_seq: column(row, "first_seq")?,
        document: Document {
            id: DocId(column(row, "id")?),
            url: column(row, "url")?,
            source: column(row, "source")?,
            source_id: None,
            group: word(row, "source_group")?,
            kind: word(row, "kind")?,
            found_by: word(row, "found_by")?,
            title: column(row, "title")?,
            text: column(row, "body")?,
            lang: column(row, "lang")?,
            published_at: maybe_time(row, "published_at")?,
            date_origin: origin(column(row, "date_origin")?)?,
            dating: dating(row)?,
            fetched_at: time(row, "fetched_at")?,
            restrictions: Restrictions { no_archive: column(row, "no_archive")?, no_snippet: column(row, "no_snippet")? },
        },
        assessment: from_json(column(row, "assessment")?, "assessment")?,
        reviews: vec![],
    })
}

/// Alerts of the narratives that these documents assert. Only what carries a signal can belong to one.
async fn reviews(db: &mut SqliteConnection, documents: &[Archived]) -> Result<HashMap<DocId, Vec<Review>>, StoreError> {
    const SQL: &str = "SELECT part.document, narrative.narrative_key, alert.* FROM json_each($1) AS asked \
        JOIN narrative_document AS part ON part.document = asked.value AND part.role = 'asserts' \
        JOIN narrative ON narrative.id = part.narrative JOIN alert ON alert.narrative = part.narrative ORDER BY alert.id";
    let ids: Vec<DocId> = documents.iter().filter(|d| !d.assessment.signals.is_empty()).map(|d| d.document.id.clone()).collect();
    let mut found: HashMap<DocId, Vec<Review>> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    for row in sqlx::query(SQL).bind(id_list(&ids)?).fetch_all(db).await? {
        let (alert, narrative) = (column(&row, "id")?, column(&row, "narrative_key")?);
        let review = Review { alert, narrative, status: word(&row, "status")?, decision: alerts::decision(&row)? };
        found.entry(DocId(row.try_get(0)?)).or_default().push(review);
    }
    Ok(found)
}
