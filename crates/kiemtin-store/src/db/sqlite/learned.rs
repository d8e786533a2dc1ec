//! Which official documents did official texts tell of?

use super::rows::column;
use crate::store::StoreError;
use kiemtin_model::{DocId, LearnedDocument, Time};
use sqlx::SqliteConnection;

/// The first text that told of a document stays; a subject is added when it told none.
pub(super) async fn put(db: &mut SqliteConnection, learned: &[LearnedDocument], at: Time) -> Result<(), StoreError> {
    const SQL: &str = "INSERT INTO learned_document (number_key, date, number, kind, issuer, title, document, first_seen) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
        ON CONFLICT (number_key, date) DO UPDATE SET title = excluded.title WHERE learned_document.title = ''";
    for one in learned {
        sqlx::query(SQL)
            .bind(kiemtin_text::cite::number_key(&one.number))
            .bind(&one.date)
            .bind(&one.number)
            .bind(&one.kind)
            .bind(&one.issuer)
            .bind(&one.title)
            .bind(&one.document.0)
            .bind(at.0)
            .execute(&mut *db)
            .await?;
    }
    Ok(())
}

pub(super) async fn list(db: &mut SqliteConnection, limit: usize) -> Result<Vec<LearnedDocument>, StoreError> {
    const SQL: &str = "SELECT * FROM learned_document ORDER BY first_seen, number_key, date LIMIT $1";
    let rows = sqlx::query(SQL).bind(i64::try_from(limit).unwrap_or(i64::MAX)).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(LearnedDocument {
                number: column(row, "number")?,
                kind: column(row, "kind")?,
                issuer: column(row, "issuer")?,
                date: column(row, "date")?,
                title: column(row, "title")?,
                document: DocId(column(row, "document")?),
            })
        })
        .collect()
}
