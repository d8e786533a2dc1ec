//! Which alerts were settled before, and how?

use super::SqliteStore;
use super::alerts::{self, seen_by};
use super::desk;
use super::reading::bounded;
use super::rows::{column, json, list};
use crate::precedents::{LOOKED_THROUGH, MOST_WAVES, Precedent, PrecedentStore, SettledClaim, SettledFilter};
use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::{Alert, Sight};
use sqlx::{Row, SqliteConnection};

#[async_trait]
impl PrecedentStore for SqliteStore {
    async fn settled(&self, filter: &SettledFilter<'_>, limit: usize) -> Result<Vec<SettledClaim>, StoreError> {
        // Lists are JSON: a word stands in one between quotes. What is looked for is unpacked once, not each row's list.
        const SQL: &str = "WITH kind (word) AS MATERIALIZED (SELECT json_quote(value) FROM json_each($3)), \
            topic (word) AS MATERIALIZED (SELECT json_quote(value) FROM json_each($4)), \
            latest AS (SELECT id, decided_at, narrative, claim, kinds, topics, units, restricted, dismissed_as FROM alert \
            WHERE decided_at IS NOT NULL ORDER BY decided_at DESC LIMIT $1) \
            SELECT a.id, a.claim, a.topics, n.narrative_key FROM latest AS a JOIN narrative AS n ON n.id = a.narrative \
            WHERE a.narrative <> $2 AND a.dismissed_as IS NOT 'duplicate' \
            AND (EXISTS (SELECT 1 FROM kind WHERE instr(a.kinds, word)) OR EXISTS (SELECT 1 FROM topic WHERE instr(a.topics, word))) \
            AND ($5 IS NULL OR NOT a.restricted \
            OR EXISTS (SELECT 1 FROM json_each(a.units) AS u WHERE u.value IN (SELECT value FROM json_each($5)))) \
            ORDER BY a.decided_at DESC LIMIT $6";
        let question = sqlx::query(SQL).bind(bounded(LOOKED_THROUGH)).bind(filter.narrative).bind(json(filter.kinds)?);
        let question = question.bind(json(filter.topics)?).bind(seen_by(filter.sight)?).bind(bounded(limit));
        let rows = question.fetch_all(&mut *self.readers.acquire().await?).await?;
        let claim = |row| {
            let (alert, claim) = (column(row, "id")?, column(row, "claim")?);
            Ok(SettledClaim { alert, claim, key: column(row, "narrative_key")?, topics: list(row, "topics")? })
        };
        rows.iter().map(claim).collect()
    }

    async fn waves_before(&self, narrative: i64, wave: u32, sight: &Sight) -> Result<Vec<Precedent>, StoreError> {
        const SQL: &str = "SELECT * FROM alert WHERE narrative = $1 AND wave < $2 ORDER BY wave DESC LIMIT $3";
        let mut db = self.readers.begin().await?;
        let question = sqlx::query(SQL).bind(narrative).bind(i64::from(wave)).bind(bounded(MOST_WAVES));
        let rows = question.fetch_all(&mut *db).await?;
        let waves = rows.iter().map(alerts::alert).collect::<Result<Vec<_>, _>>()?;
        told(&mut db, waves, sight).await
    }

    async fn precedents(&self, ids: &[i64], sight: &Sight) -> Result<Vec<Precedent>, StoreError> {
        let mut db = self.readers.begin().await?;
        let mut found = vec![];
        for id in ids {
            found.extend(alerts::by_id(&mut db, *id).await?);
        }
        told(&mut db, found, sight).await
    }
}

/// With what was concluded and answered, as these eyes see them.
async fn told(db: &mut SqliteConnection, alerts: Vec<Alert>, sight: &Sight) -> Result<Vec<Precedent>, StoreError> {
    const CONCLUDED: &str = "SELECT reason, reference FROM alert_event WHERE alert = $1 AND kind IN ('confirmed', 'dismissed') \
        ORDER BY id DESC LIMIT 1";
    let mut precedents = vec![];
    for alert in alerts.into_iter().filter(|a| sight.sees(a.restricted, &a.units)) {
        // What was concluded and then taken back or opened again is no conclusion.
        let stands = alert.decision.decided_at.is_some();
        let row = sqlx::query(CONCLUDED).bind(alert.id).fetch_optional(&mut *db).await?.filter(|_| stands);
        let (reason, reference) = match row {
            Some(row) => (row.try_get("reason")?, row.try_get("reference")?),
            None => Default::default(),
        };
        let answers = desk::answers(&mut *db, alert.id).await?;
        precedents.push(Precedent { alert, reason, reference, answers });
    }
    Ok(precedents)
}
