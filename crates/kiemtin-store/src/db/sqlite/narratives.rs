//! Which documents tell which claim, and what does one more of them change?
//!
//! Nothing here reads all documents of a narrative: a claim with 100,000 copies costs as much as one with ten.

use super::rows::{column, count, json, level, list, rank, time};
use crate::store::StoreError;
use crate::types::{Joined, Joining};
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{DocId, NarrativeKey, NarrativeState, Role};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

/// Sources of one text that are counted; more say nothing more.
const MOST_COPY_SOURCES: i64 = 500;
/// Most merges that are followed from a narrative to the one that its documents count for now.
const LONGEST_CHAIN: usize = 16;

pub(super) async fn by_key(db: &mut SqliteConnection, key: &str) -> Result<Option<NarrativeState>, StoreError> {
    const SQL: &str = "SELECT * FROM narrative WHERE narrative_key = $1";
    let mut found = sqlx::query(SQL).bind(key).fetch_optional(&mut *db).await?;
    for _ in 0..LONGEST_CHAIN {
        let Some(into) = found.as_ref().map(|row| column::<Option<i64>>(row, "merged_into")).transpose()?.flatten() else { break };
        found = sqlx::query("SELECT * FROM narrative WHERE id = $1").bind(into).fetch_optional(&mut *db).await?;
    }
    found.as_ref().map(state).transpose()
}

pub(super) async fn by_id(db: &mut SqliteConnection, id: i64) -> Result<Option<NarrativeState>, StoreError> {
    const SQL: &str = "SELECT * FROM narrative WHERE id = $1";
    sqlx::query(SQL).bind(id).fetch_optional(db).await?.as_ref().map(state).transpose()
}

pub(super) fn state(row: &SqliteRow) -> Result<NarrativeState, StoreError> {
    Ok(NarrativeState {
        id: column(row, "id")?,
        key: NarrativeKey { key: column(row, "narrative_key")?, claim: column(row, "claim")? },
        kinds: list(row, "kinds")?,
        topics: list(row, "topics")?,
        units: list(row, "units")?,
        documents: count(row, "documents")?,
        stories: count(row, "stories")?,
        sources: count(row, "sources")?,
        responses: count(row, "responses")?,
        best_score: column(row, "best_score")?,
        copy_sources: count(row, "copy_sources")?,
        first_seen: time(row, "first_seen")?,
        last_seen: time(row, "last_seen")?,
        wave: count(row, "wave")?,
        points: column(row, "points")?,
        level: level(row, "level")?,
        alert: column(row, "alert")?,
        reach: column(row, "reach")?,
    })
}

/// Stores a narrative under its key. Gives its id and whether it is new.
pub(super) async fn put(db: &mut SqliteConnection, state: &NarrativeState) -> Result<(i64, bool), StoreError> {
    const FIND: &str = "SELECT id FROM narrative WHERE narrative_key = $1";
    const SQL: &str = "INSERT INTO narrative (narrative_key, claim, kinds, topics, units, documents, stories, sources, \
        responses, best_score, copy_sources, first_seen, last_seen, wave, points, level, alert, reach) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18) \
        ON CONFLICT (narrative_key) DO UPDATE SET claim = excluded.claim, kinds = excluded.kinds, topics = excluded.topics, \
        units = excluded.units, documents = excluded.documents, stories = excluded.stories, sources = excluded.sources, \
        responses = excluded.responses, best_score = excluded.best_score, copy_sources = excluded.copy_sources, \
        first_seen = excluded.first_seen, last_seen = excluded.last_seen, wave = excluded.wave, points = excluded.points, \
        level = excluded.level, alert = excluded.alert, reach = excluded.reach RETURNING id";
    let before: Option<i64> = sqlx::query_scalar(FIND).bind(&state.key.key).fetch_optional(&mut *db).await?;
    let id: i64 = sqlx::query_scalar(SQL)
        .bind(&state.key.key)
        .bind(&state.key.claim)
        .bind(json(&state.kinds)?)
        .bind(json(&state.topics)?)
        .bind(json(&state.units)?)
        .bind(i64::from(state.documents))
        .bind(i64::from(state.stories))
        .bind(i64::from(state.sources))
        .bind(i64::from(state.responses))
        .bind(state.best_score)
        .bind(i64::from(state.copy_sources))
        .bind(state.first_seen.0)
        .bind(state.last_seen.0)
        .bind(i64::from(state.wave))
        .bind(state.points)
        .bind(rank(state.level))
        .bind(state.alert)
        .bind(state.reach)
        .fetch_one(db)
        .await?;
    Ok((id, before.is_none()))
}

pub(super) async fn join(db: &mut SqliteConnection, narrative: i64, joining: &Joining) -> Result<Joined, StoreError> {
    const BEFORE: &str = "SELECT \
        (SELECT role FROM narrative_document WHERE narrative = $1 AND document = $2), \
        EXISTS (SELECT 1 FROM narrative_document WHERE narrative = $1 AND role = 'asserts' AND story = $3 AND document <> $2), \
        EXISTS (SELECT 1 FROM narrative_document WHERE narrative = $1 AND role = 'asserts' AND source = $4 AND document <> $2)";
    const SQL: &str = "INSERT INTO narrative_document (narrative, document, role, score, story, source, at, mass_copy) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
        ON CONFLICT (narrative, document) DO UPDATE SET role = excluded.role, score = excluded.score, \
        story = excluded.story, source = excluded.source, at = excluded.at, mass_copy = excluded.mass_copy";
    let before = sqlx::query(BEFORE)
        .bind(narrative)
        .bind(&joining.document.0)
        .bind(&joining.story.0)
        .bind(&joining.source)
        .fetch_one(&mut *db)
        .await?;
    let role: Option<String> = before.try_get(0)?;
    let (story_known, source_known): (bool, bool) = (before.try_get(1)?, before.try_get(2)?);
    sqlx::query(SQL)
        .bind(narrative)
        .bind(&joining.document.0)
        .bind(joining.role.as_str())
        .bind(joining.score)
        .bind(&joining.story.0)
        .bind(&joining.source)
        .bind(joining.at.0)
        .bind(joining.mass_copy)
        .execute(&mut *db)
        .await?;
    let new_document = role.as_deref() != Some(joining.role.as_str());
    let asserts = joining.role == Role::Asserts;
    let (new_story, new_source) = (new_document && asserts && !story_known, new_document && asserts && !source_known);
    if new_story || new_source {
        take_over(db, narrative, joining, (new_story, new_source)).await?;
    }
    Ok(Joined { new_document, new_story, new_source, copy_sources: if asserts { copy_sources(db, narrative, joining).await? } else { 0 } })
}

/// A story or source that the alert of this narrative counts for a claim that joined it is this narrative's own from now on.
async fn take_over(db: &mut SqliteConnection, narrative: i64, joining: &Joining, (story, source): (bool, bool)) -> Result<(), StoreError> {
    const SQL: &str = "WITH a AS (SELECT alert.id FROM narrative AS n JOIN alert ON alert.id = n.alert AND alert.narrative = n.id WHERE n.id = $1), \
        others AS (SELECT n.id FROM a JOIN narrative AS n ON n.alert = a.id AND n.id <> $1), \
        own AS (SELECT \
            $5 AND EXISTS (SELECT 1 FROM others CROSS JOIN narrative_document AS d \
                WHERE d.narrative = others.id AND d.role = 'asserts' AND d.story = $3 AND d.document <> $2) AS story, \
            $6 AND EXISTS (SELECT 1 FROM others CROSS JOIN narrative_document AS d \
                WHERE d.narrative = others.id AND d.role = 'asserts' AND d.source = $4 AND d.document <> $2) AS source) \
        UPDATE alert SET stories = alert.stories - own.story, further_stories = further_stories - own.story, \
            sources = alert.sources - own.source, further_sources = further_sources - own.source \
        FROM a, own WHERE alert.id = a.id AND (own.story OR own.source)";
    let question = sqlx::query(SQL).bind(narrative).bind(&joining.document.0).bind(&joining.story.0).bind(&joining.source);
    question.bind(story).bind(source).execute(db).await?;
    Ok(())
}

/// Steps from source to source in the index instead of reading every copy.
async fn copy_sources(db: &mut SqliteConnection, narrative: i64, joining: &Joining) -> Result<u32, StoreError> {
    const SQL: &str = "WITH RECURSIVE step (source) AS ( \
            SELECT MIN(source) FROM narrative_document WHERE narrative = $1 AND role = 'asserts' AND story = $2 AND mass_copy = 1 \
            UNION ALL \
            SELECT (SELECT MIN(source) FROM narrative_document \
                WHERE narrative = $1 AND role = 'asserts' AND story = $2 AND mass_copy = 1 AND source > step.source) \
            FROM step WHERE step.source IS NOT NULL LIMIT $5) \
        SELECT COUNT(*) AS n FROM step WHERE source IS NOT NULL AND EXISTS (SELECT 1 FROM narrative_document AS d \
            WHERE d.narrative = $1 AND d.role = 'asserts' AND d.story = $2 AND d.mass_copy = 1 AND d.source = step.source AND d.at BETWEEN $3 AND $4)";
    let row = sqlx::query(SQL)
        .bind(narrative)
        .bind(&joining.story.0)
        .bind(joining.at.plus(-DAY_MS).0)
        .bind(joining.at.plus(DAY_MS).0)
        .bind(MOST_COPY_SOURCES)
        .fetch_one(db)
        .await?;
    count(&row, "n")
}

pub(super) async fn leave(db: &mut SqliteConnection, document: &DocId, but: &[i64]) -> Result<Vec<i64>, StoreError> {
    const SQL: &str = "DELETE FROM narrative_document WHERE document = $1 \
        AND narrative NOT IN (SELECT value FROM json_each($2)) RETURNING narrative";
    let mut left: Vec<i64> = sqlx::query_scalar(SQL).bind(&document.0).bind(json(but)?).fetch_all(db).await?;
    left.sort_unstable();
    Ok(left)
}

/// Counts a narrative's documents anew, and shows the figures in its alert. Only the documents since the first one of the
/// present wave count. Rare: an article was mended.
pub(super) async fn recount(db: &mut SqliteConnection, narrative: i64) -> Result<(), StoreError> {
    const NARRATIVE: &str = "UPDATE narrative SET \
        documents = (SELECT COUNT(*) FROM narrative_document AS d WHERE d.narrative = id AND role = 'asserts' AND at >= first_seen), \
        stories = (SELECT COUNT(DISTINCT story) FROM narrative_document AS d WHERE d.narrative = id AND role = 'asserts' AND at >= first_seen), \
        sources = (SELECT COUNT(DISTINCT source) FROM narrative_document AS d WHERE d.narrative = id AND role = 'asserts' AND at >= first_seen), \
        responses = (SELECT COUNT(*) FROM narrative_document AS d WHERE d.narrative = id AND role = 'responds') \
        WHERE id = $1";
    // The alert also counts what only the claims tell that joined it: each document, story and source once.
    const ALERT: &str = "WITH a AS (SELECT alert.id, own.documents, own.stories, own.sources, own.responses \
            FROM narrative AS n JOIN alert ON alert.id = n.alert JOIN narrative AS own ON own.id = alert.narrative AND own.alert = alert.id \
            WHERE n.id = $1), \
        told AS (SELECT COUNT(DISTINCT d.document) AS documents, COUNT(DISTINCT d.story) AS stories, COUNT(DISTINCT d.source) AS sources \
            FROM a JOIN narrative AS n ON n.alert = a.id JOIN narrative_document AS d ON d.narrative = n.id \
            WHERE d.role = 'asserts' AND d.at >= n.first_seen) \
        UPDATE alert SET responses = a.responses, \
            documents = told.documents, further_documents = told.documents - a.documents, \
            stories = told.stories, further_stories = told.stories - a.stories, \
            sources = told.sources, further_sources = told.sources - a.sources \
        FROM a, told WHERE alert.id = a.id";
    sqlx::query(NARRATIVE).bind(narrative).execute(&mut *db).await?;
    sqlx::query(ALERT).bind(narrative).execute(db).await?;
    Ok(())
}
