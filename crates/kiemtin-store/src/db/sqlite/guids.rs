//! By which names do the feeds of a source know their items?

use super::rows::{column, json, maybe_time};
use crate::store::StoreError;
use crate::types::GuidState;
use sqlx::SqliteConnection;

/// Items by the hash of their id, or of its path.
pub(super) async fn find(db: &mut SqliteConnection, source: &str, keys: &[String]) -> Result<Vec<GuidState>, StoreError> {
    const SQL: &str = "SELECT * FROM guid WHERE source = $1 AND guid IN (SELECT value FROM json_each($2)) \
        UNION SELECT * FROM guid WHERE source = $1 AND path IN (SELECT value FROM json_each($2))";
    let rows = sqlx::query(SQL).bind(source).bind(json(keys)?).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(GuidState {
                source: column(row, "source")?,
                guid: column(row, "guid")?,
                path: column(row, "path")?,
                url: column(row, "url")?,
                title: column(row, "title")?,
                published_at: maybe_time(row, "published_at")?,
            })
        })
        .collect()
}

pub(super) async fn put(db: &mut SqliteConnection, guid: &GuidState) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO guid (source, guid, path, url, title, published_at) VALUES ($1, $2, $3, $4, $5, $6) \
        ON CONFLICT (source, guid) DO UPDATE SET path = excluded.path, url = excluded.url, title = excluded.title, \
        published_at = excluded.published_at";
    sqlx::query(SQL)
        .bind(&guid.source)
        .bind(&guid.guid)
        .bind(&guid.path)
        .bind(&guid.url)
        .bind(&guid.title)
        .bind(guid.published_at.map(|t| t.0))
        .execute(db)
        .await?;
    Ok(())
}
