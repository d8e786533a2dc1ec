//! Which posts were kept long enough, and how many has an alert lost?

use super::reading::bounded;
use super::rows::{column, count, time, word};
use crate::forget::{OldPost, OldPosts, PostPlace};
use crate::store::StoreError;
use kiemtin_model::{DocId, Forgotten};
use sqlx::SqliteConnection;

/// An alert ends with what was done last. One of an earlier wave shows all documents of its claim as well.
macro_rules! old_posts {
    ($whose:literal) => {
        concat!(
            "SELECT k.document, k.since, d.id, EXISTS ( \
                SELECT 1 FROM narrative_document AS p JOIN narrative AS n ON n.id = p.narrative JOIN alert AS a ON a.id IN \
                    (SELECT o.id FROM alert AS o WHERE o.narrative = n.id UNION ALL SELECT n.alert) \
                WHERE p.document = d.id AND (a.status NOT IN ('closed', 'expired', 'dismissed') \
                    OR COALESCE((SELECT MAX(e.at) FROM alert_event AS e WHERE e.alert = a.id AND e.change IS NOT NULL), a.moved_at) >= $1) \
            ) AS held FROM kept_post AS k JOIN document AS d ON d.first_seq = k.document WHERE ",
            $whose,
            "k.since < $1 AND (k.since, k.document) > ($2, $3) ORDER BY k.since, k.document LIMIT $4"
        )
    };
}

pub(super) async fn read(
    db: &mut SqliteConnection,
    old: OldPosts<'_>,
    after: Option<PostPlace>,
    limit: usize,
) -> Result<Vec<OldPost>, StoreError> {
    const ALL: &str = old_posts!("");
    const OF_ONE: &str = old_posts!("k.source = $5 AND ");
    let (since, document) = after.map_or((i64::MIN, i64::MIN), |(since, document)| (since.0, document));
    let query = sqlx::query(if old.source.is_some() { OF_ONE } else { ALL });
    let query = query.bind(old.before.0).bind(since).bind(document).bind(bounded(limit));
    let rows = match old.source {
        Some(source) => query.bind(source).fetch_all(db).await?,
        None => query.fetch_all(db).await?,
    };
    let post = |row| {
        Ok(OldPost { id: DocId(column(row, "id")?), place: (time(row, "since")?, column(row, "document")?), held: column(row, "held")? })
    };
    rows.iter().map(post).collect()
}

/// Documents that an alert had.
pub(super) async fn forgotten(db: &mut SqliteConnection, alert: i64) -> Result<Forgotten, StoreError> {
    const SQL: &str = "SELECT why, documents FROM alert_forgotten WHERE alert = $1";
    let mut forgotten = Forgotten::default();
    for row in sqlx::query(SQL).bind(alert).fetch_all(db).await? {
        forgotten.add(word(&row, "why")?, count(&row, "documents")?);
    }
    Ok(forgotten)
}
