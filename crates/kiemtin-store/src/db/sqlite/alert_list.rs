//! Which alerts are there, the most pressing first, and how many?
//!
//! A list is asked status by status, each by its own stretch of the index `alert_desk` in the order of the list, and the first of all
//! are taken: what was done with in earlier years is not read to find what waits today. Only conditions that were asked for stand in
//! the question, so that the index of one of them can be used.

use super::alerts::{alert, seen_by};
use super::rows::{count, json, rank, time, word};
use crate::store::StoreError;
use crate::types::{AlertFilter, Page};
use kiemtin_model::{Alert, AlertStatus, Sight, Time};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeMap;

/// Most alerts on one page of a list.
const MOST_ON_PAGE: usize = 500;
/// The order of a list.
const ORDER: &str = "ORDER BY level DESC, severity DESC, deadline, id DESC";
/// What comes after the alert that a cursor names.
const AFTER: &str = "level <= $1 AND (level < $1 OR severity < $2 \
    OR (severity = $2 AND (deadline > $3 OR (deadline = $3 AND id < $4))))";

/// The last alert of a page (`level.severity.deadline.id`, the severity as the bits of its number): what is inserted before it moves
/// nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    level: i64,
    severity: f64,
    deadline: i64,
    id: i64,
}

impl Place {
    /// Before all.
    const FIRST: Self = Self { level: i64::MAX, severity: f64::INFINITY, deadline: i64::MIN, id: i64::MAX };

    fn of(alert: &Alert) -> Self {
        Self { level: rank(alert.level), severity: alert.severity, deadline: alert.deadline.0, id: alert.id }
    }

    fn cursor(self) -> String {
        format!("{}.{:016x}.{}.{}", self.level, self.severity.to_bits(), self.deadline, self.id)
    }

    fn read(cursor: &str) -> Result<Self, StoreError> {
        let bad = || StoreError::BadCursor(cursor.chars().take(80).collect());
        let number = |text: &str| text.parse::<i64>().map_err(|_| bad());
        let parts: Vec<&str> = cursor.split('.').collect();
        let [level, severity, deadline, id] = parts.as_slice() else { return Err(bad()) };
        let severity = f64::from_bits(u64::from_str_radix(severity, 16).map_err(|_| bad())?);
        if severity.is_nan() {
            return Err(bad());
        }
        Ok(Self { level: number(level)?, severity, deadline: number(deadline)?, id: number(id)? })
    }
}

/// Which alerts these eyes see; `$14` are their units.
const SEEN: &str = "(NOT restricted \
    OR EXISTS (SELECT 1 FROM json_each(alert.units) AS u WHERE u.value IN (SELECT value FROM json_each($14))))";

/// The conditions of a filter but for the status, of its parameters `$5` to `$14`.
fn conditions(filter: &AlertFilter) -> String {
    let of: [(bool, &str); 8] = [
        (filter.level.is_some(), "level >= $5"),
        (filter.since.is_some(), "last_seen >= $6"),
        // A quick look for the letters first: lists are short, but there may be thousands.
        (filter.topic.is_some(), "instr(topics, $7) > 0 AND EXISTS (SELECT 1 FROM json_each(alert.topics) AS t WHERE t.value = $8)"),
        (filter.unit.is_some(), "instr(units, $9) > 0 AND EXISTS (SELECT 1 FROM json_each(alert.units) AS u WHERE u.value = $10)"),
        (
            !filter.any_unit.is_empty(),
            "EXISTS (SELECT 1 FROM json_each(alert.units) AS u WHERE u.value IN (SELECT value FROM json_each($11)))",
        ),
        (filter.assignee.is_some(), "assignee = $12"),
        (filter.due_before.is_some(), "deadline < $13"),
        (filter.sight != Sight::All, SEEN),
    ];
    let mut all: Vec<&str> = of.iter().filter(|(asked, _)| *asked).map(|(_, condition)| *condition).collect();
    if filter.done_since.is_some() {
        // Whatever a person does moves an alert: those few are looked at.
        all.push(
            "id IN (SELECT id FROM alert INDEXED BY alert_moved WHERE moved_at >= $15) \
            AND MAX(COALESCE(decided_at, 0), COALESCE(answered_at, 0), COALESCE(closed_at, 0)) >= $15",
        );
    }
    if all.is_empty() { "TRUE".to_owned() } else { all.join(" AND ") }
}

type Question<'q> = sqlx::query::Query<'q, sqlx::Sqlite, <sqlx::Sqlite as sqlx::Database>::Arguments>;

/// Binds `$1` to `$15`.
fn bind<'q>(question: Question<'q>, after: Place, filter: &'q AlertFilter) -> Result<Question<'q>, StoreError> {
    let quoted = |text: &Option<String>| text.as_deref().map(json).transpose();
    let question = question.bind(after.level).bind(after.severity).bind(after.deadline).bind(after.id);
    let question = question.bind(filter.level.map(rank)).bind(filter.since.map(|t| t.0));
    let question = question.bind(quoted(&filter.topic)?).bind(&filter.topic).bind(quoted(&filter.unit)?).bind(&filter.unit);
    let question = question.bind(json(&filter.any_unit)?).bind(&filter.assignee).bind(filter.due_before.map(|t| t.0));
    Ok(question.bind(seen_by(&filter.sight)?).bind(filter.done_since.map(|t| t.0)))
}

pub(super) async fn list(
    db: &mut SqliteConnection,
    filter: &AlertFilter,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<Alert>, StoreError> {
    let after = cursor.map_or(Ok(Place::FIRST), Place::read)?;
    let limit = limit.clamp(1, MOST_ON_PAGE);
    let conditions = conditions(filter);
    let mut statuses: Vec<AlertStatus> = if filter.status.is_empty() { AlertStatus::ALL.to_vec() } else { filter.status.clone() };
    statuses.sort_unstable();
    statuses.dedup();
    let of = |status: &AlertStatus| {
        format!("SELECT * FROM (SELECT * FROM alert WHERE status = '{status}' AND {AFTER} AND {conditions} {ORDER} LIMIT $16)")
    };
    let parts: Vec<String> = statuses.iter().map(of).collect();
    let sql = format!("{} {ORDER} LIMIT $16", parts.join(" UNION ALL "));
    let question = bind(sqlx::query(sqlx::AssertSqlSafe(sql)), after, filter)?;
    let rows = question.bind(limit as i64 + 1).fetch_all(db).await?;
    let mut items = rows.iter().map(alert).collect::<Result<Vec<_>, _>>()?;
    let more = items.len() > limit;
    items.truncate(limit);
    let next_cursor = items.last().filter(|_| more).map(|a| Place::of(a).cursor());
    Ok(Page { items, next_cursor })
}

/// Alerts by their last change, latest first: a document that was seen or an event in their history.
pub(super) async fn latest(db: &mut SqliteConnection, filter: &AlertFilter, limit: usize) -> Result<Vec<(Alert, Time)>, StoreError> {
    let conditions = conditions(filter);
    let sql = format!(
        "SELECT *, MAX(last_seen, opened_at, COALESCE((SELECT MAX(at) FROM alert_event AS e WHERE e.alert = alert.id), 0)) AS changed_at \
         FROM alert WHERE {AFTER} AND {conditions} AND ($16 IS NULL OR status IN (SELECT value FROM json_each($16))) \
         ORDER BY changed_at DESC, id DESC LIMIT $17"
    );
    let status = if filter.status.is_empty() { None } else { Some(json(&filter.status)?) };
    let question = bind(sqlx::query(sqlx::AssertSqlSafe(sql)), Place::FIRST, filter)?.bind(status);
    let rows = question.bind(limit.clamp(1, MOST_ON_PAGE) as i64).fetch_all(db).await?;
    rows.iter().map(|row| Ok((alert(row)?, time(row, "changed_at")?))).collect()
}

/// Numbers by status: of all that are not restricted by the index alone, of the few others one by one.
pub(super) async fn counts(db: &mut SqliteConnection, sight: &Sight) -> Result<Vec<(AlertStatus, u64)>, StoreError> {
    const OPEN: &str = "SELECT status, COUNT(*) AS n FROM alert INDEXED BY alert_desk WHERE NOT restricted GROUP BY status";
    const RESTRICTED: &str = "SELECT status, COUNT(*) AS n FROM alert WHERE restricted AND ($1 IS NULL \
        OR EXISTS (SELECT 1 FROM json_each(alert.units) AS u WHERE u.value IN (SELECT value FROM json_each($1)))) GROUP BY status";
    let mut rows = sqlx::query(OPEN).fetch_all(&mut *db).await?;
    rows.extend(sqlx::query(RESTRICTED).bind(seen_by(sight)?).fetch_all(db).await?);
    let mut all = BTreeMap::new();
    for row in &rows {
        *all.entry(word::<AlertStatus>(row, "status")?).or_insert(0) += u64::from(count(row, "n")?);
    }
    Ok(all.into_iter().collect())
}

pub(super) async fn done_since(db: &mut SqliteConnection, since: Time, sight: &Sight) -> Result<u64, StoreError> {
    const SQL: &str = "SELECT COUNT(*) AS n FROM alert INDEXED BY alert_moved \
        WHERE moved_at >= $1 AND status IN ('dismissed', 'responded', 'closed') \
        AND MAX(COALESCE(decided_at, 0), COALESCE(answered_at, 0), COALESCE(closed_at, 0)) >= $1 AND ($2 IS NULL OR NOT restricted \
        OR EXISTS (SELECT 1 FROM json_each(alert.units) AS u WHERE u.value IN (SELECT value FROM json_each($2))))";
    let row: SqliteRow = sqlx::query(SQL).bind(since.0).bind(seen_by(sight)?).fetch_one(db).await?;
    Ok(row.try_get::<i64, _>("n")?.max(0).unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_checked() {
        let place = Place { level: 2, severity: 12.5, deadline: 1_700_000_000_000, id: 7 };
        assert_eq!(Place::read(&place.cursor()).ok(), Some(place));
        let nan = format!("2.{:016x}.1.1", f64::NAN.to_bits());
        for bad in ["", "1.2.3", "1.2.3.4.5", "a.b.c.d", "1.0.99999999999999999999.1", "1...3", "1.-1.2.3", &nan] {
            assert!(matches!(Place::read(bad), Err(StoreError::BadCursor(_))), "{bad}");
        }
    }
}
