//! Which alerts are there, and what is in the file of one?

use super::desk;
use super::narrative_files::{part, per_hour, per_source};
use super::reading::bounded;
use super::rows::{column, count, json, level, list as json_list, maybe_time, rank, time, word};
use crate::desk::MOST_HISTORY;
use crate::store::StoreError;
use crate::types::{AlertFile, AlertFilter, Page};
use kiemtin_model::{Alert, AlertEvent, AlertEventKind, Decision, Sight, Time};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

/// Most alerts on one page of a list.
const MOST_ON_PAGE: usize = 500;

pub(super) fn alert(row: &SqliteRow) -> Result<Alert, StoreError> {
    Ok(Alert {
        id: column(row, "id")?,
        number: column(row, "number")?,
        narrative: column(row, "narrative")?,
        wave: count(row, "wave")?,
        claim: column(row, "claim")?,
        status: word(row, "status")?,
        level: level(row, "level")?,
        kinds: json_list(row, "kinds")?,
        topics: json_list(row, "topics")?,
        units: json_list(row, "units")?,
        documents: count(row, "documents")?,
        stories: count(row, "stories")?,
        sources: count(row, "sources")?,
        responses: count(row, "responses")?,
        points: column(row, "points")?,
        first_seen: time(row, "first_seen")?,
        last_seen: time(row, "last_seen")?,
        opened_at: time(row, "opened_at")?,
        deadline: time(row, "deadline")?,
        assignee: column(row, "assignee")?,
        restricted: column(row, "restricted")?,
        severity: column(row, "severity")?,
        decision: decision(row)?,
    })
}

pub(super) fn decision(row: &SqliteRow) -> Result<Decision, StoreError> {
    let maybe = |name: &str| column::<Option<&str>>(row, name);
    let corrupt = |what: String| StoreError::Corrupt(format!("alert: {what}"));
    Ok(Decision {
        revision: column(row, "revision")?,
        finding: maybe("finding")?.map(str::parse).transpose().map_err(corrupt)?,
        proposed_by: column(row, "proposed_by")?,
        dismissed_as: maybe("dismissed_as")?.map(str::parse).transpose().map_err(corrupt)?,
        duplicate_of: column(row, "duplicate_of")?,
        decided_at: maybe_time(row, "decided_at")?,
        answered_at: maybe_time(row, "answered_at")?,
        closed_at: maybe_time(row, "closed_at")?,
    })
}

pub(super) async fn by_id(db: &mut SqliteConnection, id: i64) -> Result<Option<Alert>, StoreError> {
    sqlx::query("SELECT * FROM alert WHERE id = $1").bind(id).fetch_optional(db).await?.as_ref().map(alert).transpose()
}

/// Those of all waves of a narrative.
pub(super) async fn of_narrative(db: &mut SqliteConnection, narrative: i64) -> Result<Vec<Alert>, StoreError> {
    let rows = sqlx::query("SELECT * FROM alert WHERE narrative = $1").bind(narrative).fetch_all(db).await?;
    rows.iter().map(alert).collect()
}

/// Opens the alert of a narrative's wave, or gives the one that is open. Says whether it is new. Where the wave before is restricted,
/// so is the new one: a claim that returns does not show by that.
pub(super) async fn open(db: &mut SqliteConnection, new: &Alert) -> Result<(Alert, bool), StoreError> {
    const FIND: &str = "SELECT * FROM alert WHERE narrative = $1 AND wave = $2";
    const BEFORE: &str = "SELECT restricted FROM alert WHERE narrative = $1 ORDER BY wave DESC LIMIT 1";
    const LAST: &str = "SELECT COALESCE(MAX(in_year), 0) FROM alert WHERE year = $1";
    const SQL: &str = "INSERT INTO alert (year, in_year, number, narrative, wave, claim, status, level, kinds, topics, \
        units, documents, stories, sources, responses, points, first_seen, last_seen, opened_at, deadline, assignee, restricted, \
        severity, moved_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $19) RETURNING id";
    let found = sqlx::query(FIND).bind(new.narrative).bind(i64::from(new.wave)).fetch_optional(&mut *db).await?;
    if let Some(row) = found {
        return Ok((alert(&row)?, false));
    }
    let year = i64::from(new.opened_at.year());
    let last: i64 = sqlx::query_scalar(LAST).bind(year).fetch_one(&mut *db).await?;
    let number = format!("CB-{year}-{:04}", last + 1);
    let before: Option<bool> = sqlx::query_scalar(BEFORE).bind(new.narrative).fetch_optional(&mut *db).await?;
    let restricted = new.restricted || before == Some(true);
    let id: i64 = sqlx::query_scalar(SQL)
        .bind(year)
        .bind(last + 1)
        .bind(&number)
        .bind(new.narrative)
        .bind(i64::from(new.wave))
        .bind(&new.claim)
        .bind(new.status.as_str())
        .bind(rank(new.level))
        .bind(json(&new.kinds)?)
        .bind(json(&new.topics)?)
        .bind(json(&new.units)?)
        .bind(i64::from(new.documents))
        .bind(i64::from(new.stories))
        .bind(i64::from(new.sources))
        .bind(i64::from(new.responses))
        .bind(new.points)
        .bind(new.first_seen.0)
        .bind(new.last_seen.0)
        .bind(new.opened_at.0)
        .bind(new.deadline.0)
        .bind(&new.assignee)
        .bind(restricted)
        .bind(new.severity)
        .fetch_one(db)
        .await?;
    Ok((Alert { id, number, restricted, ..new.clone() }, true))
}

/// Writes what follows from the documents. Status, assignee, deadline and restriction belong to people and are left alone.
pub(super) async fn update(db: &mut SqliteConnection, alert: &Alert) -> Result<(), StoreError> {
    const SQL: &str = "UPDATE alert SET claim = $2, level = $3, kinds = $4, topics = $5, units = $6, documents = $7, \
        stories = $8, sources = $9, responses = $10, points = $11, first_seen = $12, last_seen = $13, severity = $14 WHERE id = $1";
    sqlx::query(SQL)
        .bind(alert.id)
        .bind(&alert.claim)
        .bind(rank(alert.level))
        .bind(json(&alert.kinds)?)
        .bind(json(&alert.topics)?)
        .bind(json(&alert.units)?)
        .bind(i64::from(alert.documents))
        .bind(i64::from(alert.stories))
        .bind(i64::from(alert.sources))
        .bind(i64::from(alert.responses))
        .bind(alert.points)
        .bind(alert.first_seen.0)
        .bind(alert.last_seen.0)
        .bind(alert.severity)
        .execute(db)
        .await?;
    Ok(())
}

/// Something that happened by itself.
pub(super) async fn put_event(db: &mut SqliteConnection, alert: &Alert, kind: AlertEventKind, at: Time) -> Result<(), StoreError> {
    let event = AlertEvent {
        id: 0,
        kind,
        at,
        level: alert.level,
        documents: alert.documents,
        by: None,
        reason: String::new(),
        reference: String::new(),
        change: None,
    };
    desk::put_event(db, alert.id, &event).await.map(drop)
}

/// A cursor names the last alert given (`level.last_seen.id`): what is inserted before it moves nothing.
fn read_cursor(cursor: Option<&str>) -> Result<(i64, i64, i64), StoreError> {
    let Some(cursor) = cursor else { return Ok((i64::MAX, i64::MAX, i64::MAX)) };
    let bad = || StoreError::BadCursor(cursor.chars().take(80).collect());
    let mut parts = cursor.split('.').map(|p| p.parse::<i64>().map_err(|_| bad()));
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(level), Some(seen), Some(id), None) => Ok((level?, seen?, id?)),
        _ => Err(bad()),
    }
}

/// What a filter asks for; `$1` to `$3` are left to the question.
const WANTED: &str = "($4 IS NULL OR status IN (SELECT value FROM json_each($4))) \
    AND level >= $5 AND last_seen >= $6 \
    AND ($7 IS NULL OR EXISTS (SELECT 1 FROM json_each(alert.topics) AS t WHERE t.value = $7)) \
    AND ($8 IS NULL OR EXISTS (SELECT 1 FROM json_each(alert.units) AS u WHERE u.value = $8)) \
    AND ($9 IS NULL OR NOT restricted \
    OR EXISTS (SELECT 1 FROM json_each(alert.units) AS u WHERE u.value IN (SELECT value FROM json_each($9))))";

type Question<'q> = sqlx::query::Query<'q, sqlx::Sqlite, <sqlx::Sqlite as sqlx::Database>::Arguments>;

fn wanted<'q>(question: Question<'q>, filter: &'q AlertFilter) -> Result<Question<'q>, StoreError> {
    let status = if filter.status.is_empty() { None } else { Some(json(&filter.status)?) };
    let question = question.bind(status).bind(filter.level.map_or(0, rank)).bind(filter.since.map_or(i64::MIN, |t| t.0));
    Ok(question.bind(&filter.topic).bind(&filter.unit).bind(seen_by(&filter.sight)?))
}

/// Alerts by their last change, latest first: a document that was seen or an event in their history.
pub(super) async fn latest(db: &mut SqliteConnection, filter: &AlertFilter, limit: usize) -> Result<Vec<(Alert, Time)>, StoreError> {
    let sql = format!(
        "SELECT *, MAX(last_seen, opened_at, COALESCE((SELECT MAX(at) FROM alert_event AS e WHERE e.alert = alert.id), 0)) AS changed_at \
         FROM alert WHERE $1 AND $2 AND $3 AND {WANTED} ORDER BY changed_at DESC, id DESC LIMIT $10"
    );
    let question = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(true).bind(true).bind(true);
    let rows = wanted(question, filter)?.bind(limit.clamp(1, MOST_ON_PAGE) as i64).fetch_all(db).await?;
    rows.iter().map(|row| Ok((alert(row)?, time(row, "changed_at")?))).collect()
}

pub(super) async fn list(
    db: &mut SqliteConnection,
    filter: &AlertFilter,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<Alert>, StoreError> {
    let sql = format!(
        "SELECT * FROM alert WHERE (level, last_seen, id) < ($1, $2, $3) AND {WANTED} ORDER BY level DESC, last_seen DESC, id DESC LIMIT $10"
    );
    let (before_level, before_seen, before_id) = read_cursor(cursor)?;
    let limit = limit.clamp(1, MOST_ON_PAGE);
    let question = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(before_level).bind(before_seen).bind(before_id);
    let rows = wanted(question, filter)?.bind(limit as i64 + 1).fetch_all(db).await?;
    let mut items = rows.iter().map(alert).collect::<Result<Vec<_>, _>>()?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|a| format!("{}.{}.{}", rank(a.level), a.last_seen.0, a.id));
    Ok(Page { items, next_cursor })
}

/// The units whose restricted alerts are seen; none for those of all.
pub(super) fn seen_by(sight: &Sight) -> Result<Option<String>, StoreError> {
    match sight {
        Sight::All => Ok(None),
        Sight::Units(units) => Ok(Some(json(units)?)),
    }
}

pub(super) async fn file(db: &mut SqliteConnection, id: i64, sight: &Sight, documents: usize) -> Result<Option<AlertFile>, StoreError> {
    const HISTORY: &str = "SELECT * FROM (SELECT * FROM alert_event WHERE alert = $1 ORDER BY id DESC LIMIT $2) ORDER BY id";
    const ASSERTING: &str = "SELECT d.*, n.role, n.score FROM narrative_document AS n JOIN document AS d ON d.id = n.document \
        WHERE n.narrative = $1 AND n.role = 'asserts' ORDER BY n.at, n.document LIMIT $2";
    const OTHERS: &str = "SELECT d.*, n.role, n.score FROM narrative_document AS n JOIN document AS d ON d.id = n.document \
        WHERE n.narrative = $1 AND n.role <> 'asserts' ORDER BY n.at, n.document LIMIT $2";
    let Some(alert) = by_id(&mut *db, id).await?.filter(|a| sight.sees(a.restricted, &a.units)) else { return Ok(None) };
    let narrative = super::narratives::by_id(&mut *db, alert.narrative)
        .await?
        .ok_or_else(|| StoreError::Corrupt(format!("alert {id} has no narrative {}", alert.narrative)))?;
    let history = sqlx::query(HISTORY).bind(id).bind(bounded(MOST_HISTORY)).fetch_all(&mut *db).await?;
    let (per_hour, per_source) = (per_hour(&mut *db, alert.narrative).await?, per_source(&mut *db, alert.narrative).await?);
    let most = bounded(documents);
    let asserting = sqlx::query(ASSERTING).bind(alert.narrative).bind(most).fetch_all(&mut *db).await?;
    let others = sqlx::query(OTHERS).bind(alert.narrative).bind(most).fetch_all(&mut *db).await?;
    Ok(Some(AlertFile {
        alert,
        narrative,
        history: history.iter().map(desk::event).collect::<Result<_, _>>()?,
        asserting: asserting.iter().map(part).collect::<Result<_, _>>()?,
        others: others.iter().map(part).collect::<Result<_, _>>()?,
        per_hour,
        per_source,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_checked() {
        assert_eq!(read_cursor(Some("2.1700000000000.7")).ok(), Some((2, 1_700_000_000_000, 7)));
        for bad in ["", "1.2", "1.2.3.4", "a.b.c", "1.2.99999999999999999999", "1..3"] {
            assert!(matches!(read_cursor(Some(bad)), Err(StoreError::BadCursor(_))), "{bad}");
        }
    }
}
