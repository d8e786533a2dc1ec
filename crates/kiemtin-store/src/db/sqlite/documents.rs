//! How is a document stored, with its versions and its number in the order of changes?

use super::batch::Totals;
use super::rows::{column, count, id_list, json, origin_word, rank};
use crate::store::StoreError;
use crate::types::{Known, Seq};
use kiemtin_model::{AssessedDocument, DocId, Document};
use sqlx::{Row, SqliteConnection};
use std::collections::HashMap;

pub(super) async fn known(db: &mut SqliteConnection, ids: &[DocId]) -> Result<HashMap<DocId, Known>, StoreError> {
    const SQL: &str = "SELECT id, content_hash, version, story, url, \
        (SELECT group_concat(v.content_hash, ' ') FROM document_version AS v WHERE v.document = document.id) AS earlier \
        FROM document WHERE id IN (SELECT value FROM json_each($1))";
    let rows = sqlx::query(SQL).bind(id_list(ids)?).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let known = Known {
                content_hash: column(row, "content_hash")?,
                earlier: column::<Option<String>>(row, "earlier")?.unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
                version: count(row, "version")?,
                story: DocId(column(row, "story")?),
                url: column(row, "url")?,
            };
            Ok((DocId(column(row, "id")?), known))
        })
        .collect()
}

/// The story of the earliest stored document with this content. (Not its id: when that document joined a story with an
/// earlier version of its text, its copies belong there too.)
pub(super) async fn story_of(db: &mut SqliteConnection, text_hash: &str) -> Result<Option<DocId>, StoreError> {
    const SQL: &str = "SELECT story FROM document WHERE text_hash = $1 ORDER BY first_seq LIMIT 1";
    let story: Option<String> = sqlx::query_scalar(SQL).bind(text_hash).fetch_optional(db).await?;
    Ok(story.map(DocId))
}

/// The first document of a source with this text, and its title.
pub(super) async fn twin(db: &mut SqliteConnection, text_hash: &str, source: &str) -> Result<Option<(DocId, String)>, StoreError> {
    const SQL: &str = "SELECT id, title FROM document WHERE text_hash = $1 AND source = $2 ORDER BY first_seq LIMIT 1";
    let row = sqlx::query(SQL).bind(text_hash).bind(source).fetch_optional(db).await?;
    row.map(|row| Ok((DocId(column(&row, "id")?), column(&row, "title")?))).transpose()
}

/// Notes under which address a document is found now.
pub(super) async fn relocate(db: &mut SqliteConnection, id: &DocId, url: &str) -> Result<(), StoreError> {
    sqlx::query("UPDATE document SET url = $2 WHERE id = $1 AND url IS NOT NULL").bind(&id.0).bind(url).execute(db).await?;
    Ok(())
}

/// Gives the change its number and stores the document. The same content again (a new assessment, another date) keeps
/// its version; other content makes the next one and keeps the one before. Gives the number of its first arrival, and that of the
/// change.
pub(super) async fn put(
    db: &mut SqliteConnection,
    assessed: &AssessedDocument,
    story: &DocId,
    totals: &mut Totals,
) -> Result<(Seq, Seq), StoreError> {
    const BEFORE: &str = "SELECT version, content_hash, flag, first_seq FROM document WHERE id = $1";
    const CHANGE: &str = "INSERT INTO change (document, version) VALUES ($1, $2) RETURNING seq";
    let id = &assessed.document.id;
    let before = sqlx::query(BEFORE).bind(&id.0).fetch_optional(&mut *db).await?;
    let (first, version) = match before {
        None => {
            totals.documents += 1;
            (None, 1)
        }
        Some(row) => {
            let (version, content_hash): (i64, &str) = (row.try_get(0)?, row.try_get(1)?);
            totals.flagged -= i64::from(row.try_get::<bool, _>(2)?);
            let first: Seq = row.try_get(3)?;
            if content_hash == assessed.content_hash {
                (Some(first), version)
            } else {
                keep_version(&mut *db, &assessed.document).await?;
                totals.versions += 1;
                (Some(first), version + 1)
            }
        }
    };
    totals.flagged += i64::from(assessed.assessment.flag);
    let seq: Seq = sqlx::query_scalar(CHANGE).bind(&id.0).bind(version).fetch_one(&mut *db).await?;
    write(db, assessed, story, version, seq).await?;
    Ok((first.unwrap_or(seq), seq))
}

/// Notes since when a post is here.
pub(super) async fn keep_post(db: &mut SqliteConnection, first: Seq, is_new: bool, document: &Document) -> Result<(), StoreError> {
    const KEEP: &str = "INSERT INTO kept_post (document, since, source) VALUES ($1, $2, $3) ON CONFLICT (document) DO NOTHING";
    const NONE: &str = "DELETE FROM kept_post WHERE document = $1";
    if document.is_post() {
        sqlx::query(KEEP).bind(first).bind(document.fetched_at.0).bind(&document.source).execute(db).await?;
    } else if !is_new {
        sqlx::query(NONE).bind(first).execute(db).await?;
    }
    Ok(())
}

async fn keep_version(db: &mut SqliteConnection, next: &Document) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO document_version (document, version, content_hash, replaced_at, title, body, flag) \
        SELECT id, version, content_hash, $2, title, body, flag FROM document WHERE id = $1";
    sqlx::query(SQL).bind(&next.id.0).bind(next.fetched_at.0).execute(db).await?;
    Ok(())
}

async fn write(db: &mut SqliteConnection, assessed: &AssessedDocument, story: &DocId, version: i64, seq: Seq) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO document (first_seq, id, seq, version, content_hash, story, level, flag, stance, source, \
        source_group, kind, found_by, lang, published_at, date_origin, fetched_at, seen_at, url, source_id, topics, units, \
        provinces, assessment, title, body, text_hash, published_from, modified_at, date_note, no_archive, no_snippet) \
        VALUES ($1, $2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $16, $17, $18, $19, $20, $21, \
        $22, $23, $24, $25, $26, $27, $28, $29, $30) \
        ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, version = excluded.version, content_hash = excluded.content_hash, \
        story = excluded.story, level = excluded.level, flag = excluded.flag, stance = excluded.stance, \
        source = excluded.source, source_group = excluded.source_group, kind = excluded.kind, found_by = excluded.found_by, \
        lang = excluded.lang, published_at = excluded.published_at, date_origin = excluded.date_origin, \
        fetched_at = excluded.fetched_at, seen_at = excluded.seen_at, url = excluded.url, source_id = excluded.source_id, \
        topics = excluded.topics, units = excluded.units, provinces = excluded.provinces, \
        assessment = excluded.assessment, title = excluded.title, body = excluded.body, \
        text_hash = excluded.text_hash, published_from = excluded.published_from, modified_at = excluded.modified_at, \
        date_note = excluded.date_note, no_archive = excluded.no_archive, no_snippet = excluded.no_snippet";
    let document = &assessed.document;
    sqlx::query(SQL)
        .bind(seq)
        .bind(&document.id.0)
        .bind(version)
        .bind(&assessed.content_hash)
        .bind(&story.0)
        .bind(rank(assessed.assessment.level))
        .bind(assessed.assessment.flag)
        .bind(assessed.assessment.stance.as_str())
        .bind(&document.source)
        .bind(document.group.as_str())
        .bind(document.kind.as_str())
        .bind(document.found_by.as_str())
        .bind(&document.lang)
        .bind(document.published_at.map(|t| t.0))
        .bind(origin_word(document.date_origin))
        .bind(document.fetched_at.0)
        .bind(&document.url)
        .bind(&document.source_id)
        .bind(json(&assessed.topics)?)
        .bind(json(&assessed.units)?)
        .bind(json(&assessed.provinces)?)
        .bind(json(&assessed.assessment)?)
        .bind(&document.title)
        .bind(&document.text)
        .bind(&assessed.text_hash)
        .bind(document.dating.published_from.as_str())
        .bind(document.dating.modified_at.map(|t| t.0))
        .bind(document.dating.date_note.as_ref().map(json).transpose()?)
        .bind(document.restrictions.no_archive)
        .bind(document.restrictions.no_snippet)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes that a document is still there. No change for followers.
pub(super) async fn touch(db: &mut SqliteConnection, document: &Document) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE document SET seen_at = $2 WHERE id = $1 AND seen_at < $2";
    sqlx::query(SQL).bind(&document.id.0).bind(document.fetched_at.0).execute(db).await?;
    Ok(())
}
