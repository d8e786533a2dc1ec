//! How is it counted what rules find, while documents come and change?

use super::SqliteStore;
use super::alerts::{self, seen_by};
use super::rows::{column, count, from_json, json, stored_document, time};
use crate::rules::{RuleHit, RuleStore};
use crate::store::StoreError;
use crate::types::{Page, Seq};
use async_trait::async_trait;
use kiemtin_model::{Alert, AssessedDocument, RuleCount, RuleShare, Sight, Weighed};
use sqlx::{Row, SqliteConnection};
use std::collections::BTreeMap;

/// Most documents or alerts on one page of a list.
const MOST_ON_PAGE: usize = 200;
/// Alerts that people found right or wrong; one that repeats another says nothing.
const JUDGED: &str = "a.decided_at IS NOT NULL AND (a.finding IS NOT NULL OR a.dismissed_as <> 'duplicate')";

/// What a document changes in the sums.
#[derive(Default)]
struct Changes {
    counts: BTreeMap<(String, String), i64>,
    narratives: BTreeMap<(String, String), i64>,
}

impl Changes {
    fn add(&mut self, rule: &str, share: &RuleShare, sign: i64) {
        let guards = share.suppressed.iter().map(|guard| format!("guard:{guard}"));
        let whats = [("hit", true), ("flagged", share.flagged), ("unique", share.needed), ("suppressed", !share.suppressed.is_empty())];
        for what in whats.into_iter().filter(|(_, holds)| *holds).map(|(what, _)| what.to_owned()).chain(guards) {
            *self.counts.entry((rule.to_owned(), what)).or_default() += sign;
        }
        for key in &share.narratives {
            *self.narratives.entry((key.clone(), rule.to_owned())).or_default() += sign;
        }
    }

    /// Takes out what was found in a document.
    async fn take(&mut self, db: &mut SqliteConnection, document: Seq) -> Result<(), StoreError> {
        const TAKE: &str = "DELETE FROM rule_hit WHERE document = $1 RETURNING rule, share";
        for row in sqlx::query(TAKE).bind(document).fetch_all(db).await? {
            let share: RuleShare = from_json(column(&row, "share")?, "share")?;
            self.add(column(&row, "rule")?, &share, -1);
        }
        Ok(())
    }

    async fn write(self, db: &mut SqliteConnection) -> Result<(), StoreError> {
        const COUNTS: &str = "INSERT INTO rule_count (rule, what, hits) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each($1) \
            WHERE TRUE ON CONFLICT (rule, what) DO UPDATE SET hits = hits + excluded.hits";
        const NARRATIVES: &str = "INSERT INTO rule_narrative (narrative_key, rule, hits) \
            SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each($1) \
            WHERE TRUE ON CONFLICT (narrative_key, rule) DO UPDATE SET hits = hits + excluded.hits";
        for (sql, changes) in [(COUNTS, self.counts), (NARRATIVES, self.narratives)] {
            let changed: Vec<_> = changes.into_iter().filter(|(_, n)| *n != 0).map(|((a, b), n)| (a, b, n)).collect();
            if !changed.is_empty() {
                sqlx::query(sql).bind(json(&changed)?).execute(&mut *db).await?;
            }
        }
        Ok(())
    }
}

/// Notes what rules found in a document that was just stored, in the place of what they found before.
pub(super) async fn record(db: &mut SqliteConnection, document: Seq, is_new: bool, assessed: &AssessedDocument) -> Result<(), StoreError> {
    const PUT: &str = "INSERT INTO rule_hit (rule, document, at, share) VALUES ($1, $2, $3, $4)";
    let mut changes = Changes::default();
    if !is_new {
        changes.take(db, document).await?;
    }
    for share in Weighed::new(&assessed.assessment).shares() {
        let at = assessed.document.time();
        sqlx::query(PUT).bind(&share.rule).bind(document).bind(at.0).bind(json(&share)?).execute(&mut *db).await?;
        changes.add(&share.rule, &share, 1);
    }
    changes.write(db).await
}

/// A document is gone.
pub(super) async fn forget(db: &mut SqliteConnection, document: Seq) -> Result<(), StoreError> {
    let mut changes = Changes::default();
    changes.take(db, document).await?;
    changes.write(db).await
}

#[async_trait]
impl RuleStore for SqliteStore {
    async fn rule_counts(&self) -> Result<BTreeMap<String, RuleCount>, StoreError> {
        // One read transaction: the parts agree with one another.
        let mut db = self.readers.begin().await?;
        let mut counts = counted(&mut db).await?;
        judge(&mut db, &mut counts).await?;
        Ok(counts)
    }

    async fn rule_hits(&self, rule: &str, cursor: Option<&str>, limit: usize) -> Result<Page<RuleHit>, StoreError> {
        const SQL: &str = "SELECT d.*, h.at AS hit_at, h.document AS hit_document, h.share FROM rule_hit AS h \
            JOIN document AS d ON d.first_seq = h.document WHERE h.rule = $1 AND (h.at, h.document) < ($2, $3) \
            ORDER BY h.at DESC, h.document DESC LIMIT $4";
        let (at, document) = pair(cursor)?;
        let limit = limit.clamp(1, MOST_ON_PAGE);
        let question = sqlx::query(SQL).bind(rule).bind(at).bind(document).bind(limit as i64 + 1);
        let rows = question.fetch_all(&mut *self.readers.acquire().await?).await?;
        let hit = |row| {
            let share: RuleShare = from_json(column(row, "share")?, "share")?;
            Ok(RuleHit { document: stored_document(row)?, flagged: share.flagged, suppressed: share.suppressed })
        };
        let items = rows.iter().take(limit).map(hit).collect::<Result<Vec<_>, StoreError>>()?;
        let last = rows.get(limit - 1).filter(|_| rows.len() > limit);
        let cursor = last.map(|row| Ok::<_, StoreError>(format!("{}.{}", time(row, "hit_at")?.0, column::<i64>(row, "hit_document")?)));
        Ok(Page { items, next_cursor: cursor.transpose()? })
    }

    async fn rule_alerts(&self, rule: &str, sight: &Sight, limit: usize) -> Result<Vec<Alert>, StoreError> {
        const SQL: &str = "SELECT a.* FROM alert AS a WHERE a.narrative IN ( \
                SELECT COALESCE(n.merged_into, n.id) FROM rule_narrative AS r JOIN narrative AS n ON n.narrative_key = r.narrative_key \
                WHERE r.rule = $1 AND r.hits > 0) \
            AND ($2 IS NULL OR NOT a.restricted \
                OR EXISTS (SELECT 1 FROM json_each(a.units) AS u WHERE u.value IN (SELECT value FROM json_each($2)))) \
            ORDER BY a.opened_at DESC, a.id DESC LIMIT $3";
        let question = sqlx::query(SQL).bind(rule).bind(seen_by(sight)?).bind(limit.clamp(1, MOST_ON_PAGE) as i64);
        question.fetch_all(&mut *self.readers.acquire().await?).await?.iter().map(alerts::alert).collect()
    }

    async fn open_by_topic(&self, sight: &Sight) -> Result<BTreeMap<String, u64>, StoreError> {
        const SQL: &str = "SELECT t.value AS topic, COUNT(*) AS n FROM alert AS a, json_each(a.topics) AS t \
            WHERE a.status IN ('new', 'acknowledged', 'verifying', 'confirm_pending') AND ($1 IS NULL OR NOT a.restricted \
            OR EXISTS (SELECT 1 FROM json_each(a.units) AS u WHERE u.value IN (SELECT value FROM json_each($1)))) GROUP BY t.value";
        let rows = sqlx::query(SQL).bind(seen_by(sight)?).fetch_all(&mut *self.readers.acquire().await?).await?;
        rows.iter().map(|row| Ok((column(row, "topic")?, u64::from(count(row, "n")?)))).collect()
    }
}

async fn counted(db: &mut SqliteConnection) -> Result<BTreeMap<String, RuleCount>, StoreError> {
    const SQL: &str = "SELECT c.rule, c.what, c.hits, CASE WHEN c.what = 'hit' THEN \
        (SELECT at FROM rule_hit AS h WHERE h.rule = c.rule ORDER BY at DESC, document DESC LIMIT 1) END AS last_hit \
        FROM rule_count AS c WHERE c.hits > 0";
    let mut counts: BTreeMap<String, RuleCount> = BTreeMap::new();
    for row in sqlx::query(SQL).fetch_all(db).await? {
        let of = counts.entry(column(&row, "rule")?).or_default();
        let hits = u64::from(count(&row, "hits")?);
        match column::<&str>(&row, "what")? {
            "hit" => (of.hits, of.last_hit) = (hits, super::rows::maybe_time(&row, "last_hit")?),
            "flagged" => of.flagged = hits,
            "unique" => of.unique = hits,
            "suppressed" => of.suppressed_hits = hits,
            what => {
                let guard = what.strip_prefix("guard:").ok_or_else(|| StoreError::Corrupt(format!("rule_count.what: {what}")))?;
                of.suppressed.insert(guard.to_owned(), hits);
            }
        }
    }
    Ok(counts)
}

/// Each alert counts once for each rule, however many documents it has. Claims that were merged count where they went.
async fn judge(db: &mut SqliteConnection, counts: &mut BTreeMap<String, RuleCount>) -> Result<(), StoreError> {
    let part = |of: &str| {
        format!(
            "SELECT r.rule, a.id, a.finding IS NOT NULL AS right FROM alert AS a JOIN narrative AS n ON {of} \
             JOIN rule_narrative AS r ON r.narrative_key = n.narrative_key AND r.hits > 0 WHERE {JUDGED}"
        )
    };
    let sql = format!(
        "SELECT rule, SUM(right) AS was_right, COUNT(*) AS judged FROM ({} UNION {}) GROUP BY rule",
        part("n.id = a.narrative"),
        part("n.merged_into = a.narrative")
    );
    for row in sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_all(db).await? {
        let of = counts.entry(column(&row, "rule")?).or_default();
        of.right = row.try_get::<i64, _>("was_right")?.max(0) as u64;
        of.judged = u64::from(count(&row, "judged")?);
    }
    Ok(())
}

/// A cursor of two numbers, `1700000000000.7`; without one, the end of all.
pub(super) fn pair(cursor: Option<&str>) -> Result<(i64, i64), StoreError> {
    let Some(cursor) = cursor else { return Ok((i64::MAX, i64::MAX)) };
    let bad = || StoreError::BadCursor(cursor.chars().take(80).collect());
    let (a, b) = cursor.split_once('.').ok_or_else(bad)?;
    Ok((a.parse().map_err(|_| bad())?, b.parse().map_err(|_| bad())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_are_checked() {
        assert_eq!(pair(Some("1700000000000.7")).ok(), Some((1_700_000_000_000, 7)));
        for bad in ["", "1", "1.2.3", "a.b", ".", "99999999999999999999.1"] {
            assert!(matches!(pair(Some(bad)), Err(StoreError::BadCursor(_))), "{bad}");
        }
    }
}
