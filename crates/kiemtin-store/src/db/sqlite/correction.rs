//! How much was written for and against a claim?

use super::SqliteStore;
use super::reading::bounded;
use super::rows::{column, count};
use crate::correction::{Correction, CorrectionStore, DayCoverage, MOST_DAYS};
use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::{Role, Time};

#[async_trait]
impl CorrectionStore for SqliteStore {
    async fn correction(&self, narrative: i64, since: Time) -> Result<Correction, StoreError> {
        const SUMS: &str = "SELECT COUNT(*) AS documents, COUNT(DISTINCT source) AS sources FROM narrative_document \
            WHERE narrative = $1 AND role = $2 AND at >= $3";
        // Days of Vietnam, which is 7 hours ahead of UTC all year.
        const DAYS: &str = "SELECT (at - ((at + 25200000) % 86400000 + 86400000) % 86400000) AS day, SUM(role = 'asserts') AS claims, \
            SUM(role = 'responds') AS corrections FROM narrative_document \
            WHERE narrative = $1 AND role IN ('asserts', 'responds') AND at >= $2 GROUP BY day ORDER BY day LIMIT $3";
        // One read transaction: the parts add up.
        let mut db = self.readers.begin().await?;
        let mut sums = [(0, 0); 2];
        for (sum, role) in sums.iter_mut().zip([Role::Asserts, Role::Responds]) {
            let row = sqlx::query(SUMS).bind(narrative).bind(role.as_str()).bind(since.0).fetch_one(&mut *db).await?;
            *sum = (count(&row, "documents")?, count(&row, "sources")?);
        }
        let rows = sqlx::query(DAYS).bind(narrative).bind(since.0).bind(bounded(MOST_DAYS)).fetch_all(&mut *db).await?;
        let day = |row| {
            let day = Time(column(row, "day")?);
            Ok(DayCoverage { day, claim_documents: count(row, "claims")?, correction_documents: count(row, "corrections")? })
        };
        let [(claim_documents, claim_sources), (correction_documents, correction_sources)] = sums;
        let per_day = rows.iter().map(day).collect::<Result<_, StoreError>>()?;
        Ok(Correction { since, claim_documents, claim_sources, correction_documents, correction_sources, per_day })
    }
}
