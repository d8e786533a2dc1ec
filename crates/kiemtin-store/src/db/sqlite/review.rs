//! How are samples drawn and kept?

use super::SqliteStore;
use super::batch::SqliteBatch;
use super::reading;
use super::rows::{column, count, stored_document, time, word};
use crate::review::{MOST_SAMPLED, Places, ReviewBatch, ReviewStore, SampleFilter, SampleItem, SampleState, SampleWeek};
use crate::store::StoreError;
use crate::types::{Page, Seq};
use async_trait::async_trait;
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{FlagKind, ReviewFinding, Time, Week};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

/// Most documents of samples on one page, and most weeks.
const MOST_ON_PAGE: usize = 500;
/// A document of a sample, and the document.
const ITEM: &str = "SELECT d.*, s.id AS item, s.week, s.revision AS item_revision, s.answer, s.kind AS missing, s.note, s.actor, \
    s.at AS answered_at FROM sample_item AS s JOIN document AS d ON d.first_seq = s.document";

#[async_trait]
impl ReviewStore for SqliteStore {
    async fn sample_weeks(&self, limit: usize) -> Result<Vec<SampleWeek>, StoreError> {
        const SQL: &str = "SELECT w.week, w.drawn_at, w.documents, COUNT(s.id) AS sampled, COUNT(s.answer) AS answered, \
            COUNT(CASE WHEN s.answer = 'missed' THEN 1 END) AS missed FROM sample_week AS w LEFT JOIN sample_item AS s ON s.week = w.week \
            WHERE w.week IN (SELECT week FROM sample_week ORDER BY week DESC LIMIT $1) GROUP BY w.week ORDER BY w.week DESC";
        let question = sqlx::query(SQL).bind(limit.clamp(1, MOST_ON_PAGE) as i64);
        question.fetch_all(&mut *self.readers.acquire().await?).await?.iter().map(week).collect()
    }

    async fn sample_items(&self, filter: SampleFilter, cursor: Option<&str>, limit: usize) -> Result<Page<SampleItem>, StoreError> {
        // Later weeks have higher numbers; inside a week the first drawn comes first.
        let sql = format!(
            "{ITEM} WHERE (s.week < $1 OR (s.week = $1 AND s.id > $2)) AND ($3 IS NULL OR s.week = $3) \
             AND ($4 IS NULL OR COALESCE(s.answer, 'open') = $4) ORDER BY s.week DESC, s.id LIMIT $5"
        );
        let (before, after) = read_cursor(cursor)?;
        let state = filter.state.map(|state| match state {
            SampleState::Open => "open",
            SampleState::Answered(answer) => answer.as_str(),
        });
        let limit = limit.clamp(1, MOST_ON_PAGE);
        let question = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(before).bind(after).bind(filter.week.map(|w| w.to_string()));
        let rows = question.bind(state).bind(limit as i64 + 1).fetch_all(&mut *self.readers.acquire().await?).await?;
        let items = rows.iter().take(limit).map(item).collect::<Result<Vec<_>, _>>()?;
        let next_cursor = items.last().filter(|_| rows.len() > limit).map(|last| format!("{}.{}", last.week, last.id));
        Ok(Page { items, next_cursor })
    }

    async fn sample_item(&self, id: i64) -> Result<Option<SampleItem>, StoreError> {
        by_id(&mut *self.readers.acquire().await?, id).await
    }

    async fn week_documents(&self, week: Week) -> Result<u64, StoreError> {
        Ok(hours(&mut *self.readers.acquire().await?, week).await?.iter().map(|(_, n)| n).sum())
    }
}

#[async_trait]
impl ReviewBatch for SqliteBatch {
    async fn draw_sample(&mut self, week: Week, wanted: u32, now: Time) -> Result<Option<u32>, StoreError> {
        const WEEK: &str =
            "INSERT INTO sample_week (week, drawn_at, documents, wanted) VALUES ($1, $2, $3, $4) ON CONFLICT (week) DO NOTHING";
        const ITEM: &str = "INSERT INTO sample_item (week, document, revision, note) VALUES ($1, $2, 0, '')";
        let db = &mut *self.open;
        let hours = hours(db, week).await?;
        let all: u64 = hours.iter().map(|(_, n)| n).sum();
        if all == 0 {
            return Ok(None);
        }
        let name = week.to_string();
        let put = sqlx::query(WEEK).bind(&name).bind(now.0).bind(all as i64).bind(i64::from(wanted)).execute(&mut *db).await?;
        if put.rows_affected() == 0 {
            return Ok(None);
        }
        let origin = reading::origin(&mut *db).await?;
        let mut drawn = 0;
        for place in Places::new(&origin, week, all) {
            if drawn == wanted.min(MOST_SAMPLED) {
                break;
            }
            let Some(document) = unflagged_at(&mut *db, &hours, place).await? else { continue };
            sqlx::query(ITEM).bind(&name).bind(document).execute(&mut *db).await?;
            drawn += 1;
        }
        Ok(Some(drawn))
    }

    async fn sample_item(&mut self, id: i64) -> Result<Option<SampleItem>, StoreError> {
        by_id(&mut self.open, id).await
    }

    async fn put_finding(&mut self, id: i64, finding: &ReviewFinding) -> Result<(), StoreError> {
        const SQL: &str =
            "UPDATE sample_item SET revision = revision + 1, answer = $2, kind = $3, note = $4, actor = $5, at = $6 WHERE id = $1";
        sqlx::query(SQL)
            .bind(id)
            .bind(finding.answer.as_str())
            .bind(finding.kind.map(FlagKind::as_str))
            .bind(&finding.note)
            .bind(&finding.by)
            .bind(finding.at.0)
            .execute(&mut *self.open)
            .await?;
        Ok(())
    }
}

/// Documents of a week by hour, ascending. A Vietnamese week begins and ends with an hour of the clock.
async fn hours(db: &mut SqliteConnection, week: Week) -> Result<Vec<(i64, u64)>, StoreError> {
    const SQL: &str = "SELECT hour, COUNT(*) AS n FROM hour_document WHERE hour >= $1 AND hour < $2 GROUP BY hour ORDER BY hour";
    let (from, to) = (week.start().0.div_euclid(HOUR_MS), week.end().0.div_euclid(HOUR_MS));
    let rows = sqlx::query(SQL).bind(from).bind(to).fetch_all(db).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, u64::from(count(row, "n")?)))).collect()
}

/// The document at a place of the week, if it has no flag.
async fn unflagged_at(db: &mut SqliteConnection, hours: &[(i64, u64)], place: u64) -> Result<Option<Seq>, StoreError> {
    const SQL: &str = "SELECT d.first_seq FROM document AS d WHERE NOT d.flag AND d.first_seq = \
        (SELECT document FROM hour_document WHERE hour = $1 ORDER BY document LIMIT 1 OFFSET $2)";
    let mut left = place;
    for (hour, n) in hours {
        if left < *n {
            return Ok(sqlx::query_scalar(SQL).bind(hour).bind(left as i64).fetch_optional(db).await?);
        }
        left -= n;
    }
    Ok(None)
}

async fn by_id(db: &mut SqliteConnection, id: i64) -> Result<Option<SampleItem>, StoreError> {
    let sql = format!("{ITEM} WHERE s.id = $1");
    sqlx::query(sqlx::AssertSqlSafe(sql)).bind(id).fetch_optional(db).await?.as_ref().map(item).transpose()
}

fn week(row: &SqliteRow) -> Result<SampleWeek, StoreError> {
    Ok(SampleWeek {
        week: word(row, "week")?,
        drawn_at: time(row, "drawn_at")?,
        documents: u64::from(count(row, "documents")?),
        sampled: u64::from(count(row, "sampled")?),
        answered: u64::from(count(row, "answered")?),
        missed: u64::from(count(row, "missed")?),
    })
}

fn item(row: &SqliteRow) -> Result<SampleItem, StoreError> {
    let answered = column::<Option<&str>>(row, "answer")?.is_some();
    let finding = || {
        let missing = column::<Option<&str>>(row, "missing")?.map(str::parse).transpose();
        Ok::<_, StoreError>(ReviewFinding {
            answer: word(row, "answer")?,
            kind: missing.map_err(|e: String| StoreError::Corrupt(format!("sample_item.kind: {e}")))?,
            note: column(row, "note")?,
            by: column(row, "actor")?,
            at: time(row, "answered_at")?,
        })
    };
    Ok(SampleItem {
        id: column(row, "item")?,
        week: word(row, "week")?,
        document: stored_document(row)?,
        finding: answered.then(finding).transpose()?,
        revision: column(row, "item_revision")?,
    })
}

/// A cursor names the last one given, `2026-W47.7`; without one, the list begins with the latest week of all.
fn read_cursor(cursor: Option<&str>) -> Result<(String, i64), StoreError> {
    let Some(cursor) = cursor else { return Ok(("~".to_owned(), i64::MAX)) };
    let bad = || StoreError::BadCursor(cursor.chars().take(80).collect());
    let (week, id) = cursor.split_once('.').ok_or_else(bad)?;
    let week: Week = week.parse().map_err(|_| bad())?;
    Ok((week.to_string(), id.parse().map_err(|_| bad())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_checked() {
        assert_eq!(read_cursor(Some("2026-W47.7")).ok(), Some(("2026-W47".to_owned(), 7)));
        for bad in ["", "2026-W47", "7", "2026-W54.7", "2026-W47.x", "2026-W47.7.8"] {
            assert!(matches!(read_cursor(Some(bad)), Err(StoreError::BadCursor(_))), "{bad}");
        }
    }
}
