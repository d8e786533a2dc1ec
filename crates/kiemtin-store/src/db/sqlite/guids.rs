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

/// Of a lead whose document was forgotten no title is kept.
pub(super) async fn put(db: &mut SqliteConnection, guid: &GuidState) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO guid (source, guid, path, url, title, published_at) SELECT $1, $2, $3, $4, CASE WHEN f.gone THEN '' ELSE $5 END, CASE WHEN f.gone THEN NULL ELSE $6 END \
        FROM (SELECT EXISTS (SELECT 1 FROM lead WHERE url = $4 AND outcome IN (SELECT value FROM json_each($7))) AS gone) AS f WHERE TRUE \
        ON CONFLICT (source, guid) DO UPDATE SET path = excluded.path, url = excluded.url, title = excluded.title, \
        published_at = excluded.published_at";
    sqlx::query(SQL)
        .bind(&guid.source)
        .bind(&guid.guid)
        .bind(&guid.path)
        .bind(&guid.url)
        .bind(&guid.title)
        .bind(guid.published_at.map(|t| t.0))
        .bind(json(&super::fetches::forgotten_outcomes())?)
        .execute(db)
        .await?;
    Ok(())
}
