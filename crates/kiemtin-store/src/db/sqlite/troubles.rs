//! On which days may something be missing of a source?

use super::rows::column;
use crate::coverage::{MissingKind, SourceTrouble};
use crate::store::StoreError;
use sqlx::SqliteConnection;
use std::ops::RangeInclusive;

/// The condition on `what` stands as in the index of troubles, so that only these rows are read.
pub(super) async fn of(db: &mut SqliteConnection, days: RangeInclusive<i64>) -> Result<Vec<SourceTrouble>, StoreError> {
    const SQL: &str = "SELECT source, day, max(what = 'poll_failed') AS failed FROM source_count AS t \
        WHERE what IN ('gap', 'poll_failed') AND day BETWEEN $1 AND $2 AND (what = 'gap' OR NOT EXISTS \
        (SELECT 1 FROM source_count AS p WHERE p.source = t.source AND p.day = t.day AND p.what = 'polled')) \
        GROUP BY day, source ORDER BY day, source LIMIT 200000";
    let rows = sqlx::query(SQL).bind(*days.start()).bind(*days.end()).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            let kind = if column::<i64>(row, "failed")? > 0 { MissingKind::Failed } else { MissingKind::Gap };
            Ok(SourceTrouble { source: column(row, "source")?, day: column(row, "day")?, kind })
        })
        .collect()
}
