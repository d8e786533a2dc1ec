//! Which prints does a text have, and which texts does it quote?

use super::reading::bounded;
use super::rows::{column, id_list, json, time};
use crate::store::StoreError;
use crate::types::{PrintNumber, PrintedText, Quote, StoredPrints};
use kiemtin_model::DocId;
use kiemtin_text::winnow::Prints;
use sqlx::{Row, SqliteConnection};
use std::collections::HashMap;

/// Most quotes that one question gives per document.
const MOST_QUOTES: i64 = 100;

pub(super) async fn put(db: &mut SqliteConnection, text: &PrintedText, prints: &Prints) -> Result<PrintNumber, StoreError> {
    const SQL: &str = "INSERT INTO print (document, story, source, at, prints) VALUES ($1, $2, $3, $4, $5) RETURNING number";
    let number: i64 = sqlx::query_scalar(SQL)
        .bind(&text.document.0)
        .bind(&text.story.0)
        .bind(&text.source)
        .bind(text.at.0)
        .bind(prints.to_bytes())
        .fetch_one(db)
        .await?;
    print_number(number)
}

pub(super) async fn last(db: &mut SqliteConnection) -> Result<PrintNumber, StoreError> {
    const SQL: &str = "SELECT COALESCE(MAX(number), 0) FROM print";
    print_number(sqlx::query_scalar(SQL).fetch_one(db).await?)
}

pub(super) async fn since(db: &mut SqliteConnection, after: PrintNumber, limit: usize) -> Result<Vec<StoredPrints>, StoreError> {
    const SQL: &str = "SELECT number, prints FROM print WHERE number > $1 ORDER BY number LIMIT $2";
    let rows = sqlx::query(SQL).bind(i64::from(after)).bind(bounded(limit)).fetch_all(db).await?;
    let stored = |row: &sqlx::sqlite::SqliteRow| {
        let prints: &[u8] = row.try_get("prints")?;
        Ok(StoredPrints { number: print_number(column(row, "number")?)?, prints: Prints::from_bytes(prints) })
    };
    rows.iter().map(stored).collect()
}

pub(super) async fn texts(db: &mut SqliteConnection, numbers: &[PrintNumber]) -> Result<HashMap<PrintNumber, PrintedText>, StoreError> {
    const SQL: &str = "SELECT number, document, story, source, at FROM print \
        WHERE number IN (SELECT value FROM json_each($1)) AND document <> ''";
    let rows = sqlx::query(SQL).bind(json(numbers)?).fetch_all(db).await?;
    let text = |row: &sqlx::sqlite::SqliteRow| {
        let text = PrintedText {
            document: DocId(column(row, "document")?),
            story: DocId(column(row, "story")?),
            source: column(row, "source")?,
            at: time(row, "at")?,
        };
        Ok((print_number(column(row, "number")?)?, text))
    };
    rows.iter().map(text).collect()
}

/// A document is gone: its prints are those of an exact copy from now on, or empty. Numbers have no gaps, so rows stay.
pub(super) async fn forget(db: &mut SqliteConnection, id: &DocId, heir: Option<&DocId>) -> Result<(), StoreError> {
    const INHERIT: &str = "UPDATE print SET document = d.id, source = d.source, at = COALESCE(d.published_at, d.fetched_at) \
        FROM document AS d WHERE print.document = $1 AND d.id = $2";
    const EMPTY: &str = "UPDATE print SET document = '', story = '', source = '', prints = x'' WHERE document = $1";
    const QUOTES: [&str; 2] = ["DELETE FROM quote WHERE document = $1", "DELETE FROM quote WHERE quoted = $1"];
    if let Some(heir) = heir {
        sqlx::query(INHERIT).bind(&id.0).bind(&heir.0).execute(&mut *db).await?;
    }
    for sql in [EMPTY].into_iter().chain(QUOTES) {
        sqlx::query(sql).bind(&id.0).execute(&mut *db).await?;
    }
    Ok(())
}

pub(super) async fn put_quotes(db: &mut SqliteConnection, document: &DocId, quotes: &[Quote]) -> Result<(), StoreError> {
    const CLEAR: &str = "DELETE FROM quote WHERE document = $1";
    const SQL: &str = "INSERT OR REPLACE INTO quote (document, quoted, of_own, of_quoted) VALUES ($1, $2, $3, $4)";
    sqlx::query(CLEAR).bind(&document.0).execute(&mut *db).await?;
    for quote in quotes {
        let values = sqlx::query(SQL).bind(&document.0).bind(&quote.quoted.0).bind(quote.of_own).bind(quote.of_quoted);
        values.execute(&mut *db).await?;
    }
    Ok(())
}

pub(super) async fn quotes(db: &mut SqliteConnection, ids: &[DocId]) -> Result<HashMap<DocId, Vec<Quote>>, StoreError> {
    const SQL: &str = "SELECT q.document, q.quoted, q.of_own, q.of_quoted FROM json_each($1) AS asked \
        JOIN quote AS q ON q.document = asked.value ORDER BY q.document, q.of_own DESC, q.quoted";
    let mut all: HashMap<DocId, Vec<Quote>> = HashMap::new();
    for row in sqlx::query(SQL).bind(id_list(ids)?).fetch_all(db).await? {
        let quoted = DocId(column(&row, "quoted")?);
        let quote = Quote { quoted, of_own: column(&row, "of_own")?, of_quoted: column(&row, "of_quoted")? };
        all.entry(DocId(column(&row, "document")?)).or_default().push(quote);
    }
    Ok(all)
}

pub(super) async fn quoted_by(db: &mut SqliteConnection, id: &DocId) -> Result<Vec<DocId>, StoreError> {
    const SQL: &str = "SELECT document FROM quote WHERE quoted = $1 ORDER BY document LIMIT $2";
    let ids: Vec<String> = sqlx::query_scalar(SQL).bind(&id.0).bind(MOST_QUOTES).fetch_all(db).await?;
    Ok(ids.into_iter().map(DocId).collect())
}

fn print_number(number: i64) -> Result<PrintNumber, StoreError> {
    PrintNumber::try_from(number).map_err(|_| StoreError::Corrupt(format!("number of prints: {number}")))
}
