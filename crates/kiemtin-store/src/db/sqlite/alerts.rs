//! How is an alert kept, and what is in its file? Lists of alerts: [`super::alert_list`].

use super::desk;
use super::narrative_files::{MOST_IN_FILE, part, source_share};
use super::reading::bounded;
use super::rows::{column, count, json, level, list as json_list, maybe_time, rank, time, word};
use crate::desk::MOST_HISTORY;
use crate::store::StoreError;
use crate::types::AlertFile;
use kiemtin_model::{Alert, AlertEvent, AlertEventKind, Decision, Sight, Time};
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

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

/// Writes what follows from the documents; the deadline only comes nearer. Status, assignee and restriction belong to people and are
/// left alone. Gives it as it is then.
pub(super) async fn update(db: &mut SqliteConnection, new: &Alert) -> Result<Alert, StoreError> {
    const SQL: &str = "UPDATE alert SET claim = $2, level = $3, kinds = $4, topics = $5, units = $6, \
        documents = $7 + further_documents, stories = $8 + further_stories, sources = $9 + further_sources, \
        responses = $10, points = $11, first_seen = $12, last_seen = $13, severity = $14, deadline = MIN(deadline, $15) \
        WHERE id = $1 RETURNING *";
    let row = sqlx::query(SQL)
        .bind(new.id)
        .bind(&new.claim)
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
        .bind(new.severity)
        .bind(new.deadline.0)
        .fetch_one(db)
        .await?;
    alert(&row)
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

/// The units whose restricted alerts are seen; none for those of all.
pub(super) fn seen_by(sight: &Sight) -> Result<Option<String>, StoreError> {
    match sight {
        Sight::All => Ok(None),
        Sight::Units(units) => Ok(Some(json(units)?)),
    }
}

/// Other claims whose documents stand in an alert.
const JOINED: &str = "SELECT id FROM narrative WHERE alert = $1 AND id <> $2";
const HOURS: &str = "SELECT hour, n FROM (SELECT at - ((at % 3600000) + 3600000) % 3600000 AS hour, COUNT(*) AS n \
    FROM {parts} WHERE role = 'asserts' GROUP BY hour ORDER BY hour DESC LIMIT $2) ORDER BY hour";
/// The group is that of one document of each source: a look-up per source, not per document.
const SOURCES: &str = "SELECT p.source, p.n, d.source_group FROM (SELECT source, COUNT(*) AS n, MIN(document) AS one FROM {parts} \
    WHERE role = 'asserts' GROUP BY source ORDER BY n DESC, source LIMIT $2) AS p JOIN document AS d ON d.id = p.one ORDER BY p.n DESC, p.source";
const ASSERTING: &str = "SELECT d.*, n.role, n.score FROM (SELECT * FROM {parts} WHERE role = 'asserts' ORDER BY at, document LIMIT $2) \
    AS n JOIN document AS d ON d.id = n.document ORDER BY n.at, n.document";
const OTHERS: &str = "SELECT d.*, n.role, n.score FROM (SELECT * FROM {parts} WHERE role <> 'asserts' ORDER BY at, document LIMIT $2) \
    AS n JOIN document AS d ON d.id = n.document ORDER BY n.at, n.document";

/// The parts of documents in an alert: of its claim, and of those that joined it.
struct Parts {
    /// What the questions read in place of `{parts}`.
    table: &'static str,
    narratives: String,
}

impl Parts {
    fn of(alert: &Alert, joined: &[i64]) -> Self {
        let numbers = std::iter::once(&alert.narrative).chain(joined).map(i64::to_string).collect::<Vec<_>>().join(",");
        if joined.is_empty() {
            // As it stands in the index: no sorting of a claim with 100,000 copies.
            return Self { table: "(SELECT * FROM narrative_document WHERE narrative = CAST($1 AS INTEGER))", narratives: numbers };
        }
        // A document that tells several of the claims is one, with its strongest part.
        let table = "(SELECT document, MIN(role) AS role, MAX(score) AS score, MIN(at) AS at, MIN(source) AS source FROM narrative_document \
            WHERE narrative IN (SELECT value FROM json_each('[' || $1 || ']')) GROUP BY document)";
        Self { table, narratives: numbers }
    }

    async fn read(&self, db: &mut SqliteConnection, question: &str, most: i64) -> Result<Vec<SqliteRow>, StoreError> {
        let sql = question.replace("{parts}", self.table);
        Ok(sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&self.narratives).bind(most).fetch_all(db).await?)
    }
}

pub(super) async fn file(db: &mut SqliteConnection, id: i64, sight: &Sight, documents: usize) -> Result<Option<AlertFile>, StoreError> {
    const HISTORY: &str = "SELECT * FROM (SELECT * FROM alert_event WHERE alert = $1 ORDER BY id DESC LIMIT $2) ORDER BY id";
    let Some(alert) = by_id(&mut *db, id).await?.filter(|a| sight.sees(a.restricted, &a.units)) else { return Ok(None) };
    let narrative = super::narratives::by_id(&mut *db, alert.narrative)
        .await?
        .ok_or_else(|| StoreError::Corrupt(format!("alert {id} has no narrative {}", alert.narrative)))?;
    let history = sqlx::query(HISTORY).bind(id).bind(bounded(MOST_HISTORY)).fetch_all(&mut *db).await?;
    let joined: Vec<i64> = sqlx::query_scalar(JOINED).bind(id).bind(alert.narrative).fetch_all(&mut *db).await?;
    let parts = Parts::of(&alert, &joined);
    let hours = parts.read(&mut *db, HOURS, MOST_IN_FILE).await?;
    let sources = parts.read(&mut *db, SOURCES, MOST_IN_FILE).await?;
    let most = bounded(documents);
    let asserting = parts.read(&mut *db, ASSERTING, most).await?;
    let others = parts.read(&mut *db, OTHERS, most).await?;
    Ok(Some(AlertFile {
        forgotten: super::old_posts::forgotten(&mut *db, id).await?,
        alert,
        narrative,
        history: history.iter().map(desk::event).collect::<Result<_, _>>()?,
        asserting: asserting.iter().map(part).collect::<Result<_, _>>()?,
        others: others.iter().map(part).collect::<Result<_, _>>()?,
        per_hour: hours.iter().map(|r| Ok((time(r, "hour")?, count(r, "n")?))).collect::<Result<_, StoreError>>()?,
        per_source: sources.iter().map(source_share).collect::<Result<_, _>>()?,
    }))
}
