//! How are narratives listed, and the file of one read?

use super::SqliteStore;
use super::alerts::{self, seen_by};
use super::narratives::{self, state};
use super::reading::bounded;
use super::rows::{column, count, rank, stored_document, word};
use super::rules::pair;
use crate::narratives::{NarrativeFile, NarrativeFilter, NarrativeStore};
use crate::store::StoreError;
use crate::types::{NarrativeDocument, Page, SourceShare};
use async_trait::async_trait;
use kiemtin_model::{NarrativeState, Role, Sight, Time};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

/// Most narratives on one page of a list.
const MOST_ON_PAGE: usize = 500;
/// Most hours and most sources in a file (hours: the latest; over a year of them).
pub(super) const MOST_IN_FILE: i64 = 10_000;
/// Most narratives that went into one, alerts and answers in a file.
const MOST_PARTS: usize = 500;
/// That no alert of the narrative `n`, and none in which its documents stand, is hidden from who sees the units `$1`.
const SEEN: &str = "($1 IS NULL OR NOT EXISTS (SELECT 1 FROM alert AS a \
    WHERE a.id IN (SELECT id FROM alert WHERE narrative = n.id AND restricted UNION ALL SELECT n.alert) AND a.restricted \
    AND NOT EXISTS (SELECT 1 FROM json_each(a.units) AS u WHERE u.value IN (SELECT value FROM json_each($1)))))";

#[async_trait]
impl NarrativeStore for SqliteStore {
    async fn narratives(&self, filter: &NarrativeFilter, cursor: Option<&str>, limit: usize) -> Result<Page<NarrativeState>, StoreError> {
        let sql = format!(
            "SELECT n.* FROM narrative AS n WHERE n.merged_into IS NULL AND (n.last_seen, n.id) < ($2, $3) AND n.level >= $4 \
             AND ($5 IS NULL OR EXISTS (SELECT 1 FROM json_each(n.topics) AS t WHERE t.value = $5)) \
             AND ($6 IS NULL OR substr(n.narrative_key, 1, length($6)) = $6) AND {SEEN} ORDER BY n.last_seen DESC, n.id DESC LIMIT $7"
        );
        let (seen, id) = pair(cursor)?;
        let limit = limit.clamp(1, MOST_ON_PAGE);
        let question = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(seen_by(&filter.sight)?).bind(seen).bind(id);
        let question = question.bind(filter.level.map_or(0, rank)).bind(&filter.topic).bind(&filter.key).bind(limit as i64 + 1);
        let rows = question.fetch_all(&mut *self.readers.acquire().await?).await?;
        let items = rows.iter().take(limit).map(state).collect::<Result<Vec<_>, _>>()?;
        let next_cursor = items.last().filter(|_| rows.len() > limit).map(|last| format!("{}.{}", last.last_seen.0, last.id));
        Ok(Page { items, next_cursor })
    }

    async fn narrative_file(&self, id: i64, sight: &Sight, documents: usize) -> Result<Option<NarrativeFile>, StoreError> {
        const ANSWERS: &str = "SELECT w.* FROM alert_answer AS w JOIN alert AS a ON a.id = w.alert \
            WHERE a.narrative = $1 AND w.withdrawn_at IS NULL ORDER BY w.id LIMIT $2";
        // One read transaction: the parts of the file agree with one another.
        let mut db = self.readers.begin().await?;
        let Some(narrative) = narratives::by_id(&mut db, id).await? else { return Ok(None) };
        let mut alerts = alerts::of_narrative(&mut db, id).await?;
        let joined = match narrative.alert {
            Some(alert) => alerts::by_id(&mut db, alert).await?,
            None => None,
        };
        if alerts.iter().chain(&joined).any(|alert| !sight.sees(alert.restricted, &alert.units)) {
            return Ok(None);
        }
        alerts.sort_by_key(|alert| std::cmp::Reverse(alert.wave));
        alerts.truncate(MOST_PARTS);
        let answers = sqlx::query(ANSWERS).bind(id).bind(bounded(MOST_PARTS)).fetch_all(&mut *db).await?;
        let merged_into = sqlx::query_scalar("SELECT merged_into FROM narrative WHERE id = $1").bind(id).fetch_one(&mut *db).await?;
        Ok(Some(NarrativeFile {
            narrative,
            merged_into,
            merged: merged(&mut db, id, sight).await?,
            alerts,
            answers: answers.iter().map(|row| Ok((column(row, "alert")?, super::desk::answer(row)?))).collect::<Result<_, StoreError>>()?,
            asserting: told(&mut db, id, Role::Asserts, documents).await?,
            responding: told(&mut db, id, Role::Responds, documents).await?,
            mentioning: told(&mut db, id, Role::Mentions, documents).await?,
            per_hour: per_hour(&mut db, id).await?,
            per_source: per_source(&mut db, id).await?,
        }))
    }
}

async fn merged(db: &mut SqliteConnection, id: i64, sight: &Sight) -> Result<Vec<(i64, String)>, StoreError> {
    let sql = format!("SELECT n.id, n.claim FROM narrative AS n WHERE n.merged_into = $2 AND {SEEN} ORDER BY n.id LIMIT $3");
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(seen_by(sight)?).bind(id).bind(bounded(MOST_PARTS)).fetch_all(db).await?;
    rows.iter().map(|row| Ok((column(row, "id")?, column(row, "claim")?))).collect()
}

/// Documents of one role, last published first.
async fn told(db: &mut SqliteConnection, narrative: i64, role: Role, limit: usize) -> Result<Vec<NarrativeDocument>, StoreError> {
    const SQL: &str = "SELECT d.*, n.role, n.score FROM narrative_document AS n JOIN document AS d ON d.id = n.document \
        WHERE n.narrative = $1 AND n.role = $2 ORDER BY n.at DESC, n.document LIMIT $3";
    let rows = sqlx::query(SQL).bind(narrative).bind(role.as_str()).bind(bounded(limit)).fetch_all(db).await?;
    rows.iter().map(part).collect()
}

pub(super) fn part(row: &SqliteRow) -> Result<NarrativeDocument, StoreError> {
    Ok(NarrativeDocument { document: stored_document(row)?, role: word(row, "role")?, score: column(row, "score")? })
}

/// Asserting documents by clock hour, ascending; the latest hours.
pub(super) async fn per_hour(db: &mut SqliteConnection, narrative: i64) -> Result<Vec<(Time, u32)>, StoreError> {
    const SQL: &str = "SELECT hour, n FROM (SELECT at - ((at % 3600000) + 3600000) % 3600000 AS hour, COUNT(*) AS n \
        FROM narrative_document WHERE narrative = $1 AND role = 'asserts' GROUP BY hour ORDER BY hour DESC LIMIT $2) ORDER BY hour";
    let rows = sqlx::query(SQL).bind(narrative).bind(MOST_IN_FILE).fetch_all(db).await?;
    rows.iter().map(|row| Ok((Time(column(row, "hour")?), count(row, "n")?))).collect()
}

/// Asserting documents by source, most first.
pub(super) async fn per_source(db: &mut SqliteConnection, narrative: i64) -> Result<Vec<SourceShare>, StoreError> {
    const SQL: &str = "SELECT p.source, p.n, d.source_group FROM (SELECT source, COUNT(*) AS n, MIN(document) AS one \
            FROM narrative_document WHERE narrative = $1 AND role = 'asserts' GROUP BY source ORDER BY n DESC, source LIMIT $2) AS p \
        JOIN document AS d ON d.id = p.one ORDER BY p.n DESC, p.source";
    let rows = sqlx::query(SQL).bind(narrative).bind(MOST_IN_FILE).fetch_all(db).await?;
    rows.iter().map(source_share).collect()
}

pub(super) fn source_share(row: &SqliteRow) -> Result<SourceShare, StoreError> {
    Ok(SourceShare { source: column(row, "source")?, group: word(row, "source_group")?, documents: count(row, "n")? })
}
