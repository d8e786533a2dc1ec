//! How are the nouns written into columns, and read back?

use crate::store::StoreError;
use crate::types::StoredDocument;
use kiemtin_model::{AssessedDocument, DateOrigin, Dating, DocId, Document, Level, Restrictions, Time, Validators};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::sqlite::SqliteRow;
use sqlx::{ColumnIndex, Decode, Row, Sqlite, Type};
use std::fmt::Display;
use std::str::FromStr;

/// Primary result codes of SQLite for a lock that somebody else has.
const BUSY: [i64; 2] = [5, 6];

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let code = error.as_database_error().and_then(|e| e.code()).and_then(|c| c.parse::<i64>().ok());
        match error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            _ if code.is_some_and(|c| BUSY.contains(&(c & 0xff))) => Self::Busy,
            error => Self::Database(Box::new(error)),
        }
    }
}

pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|e| StoreError::Database(Box::new(e)))
}

pub(super) fn from_json<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::Corrupt(format!("{what}: {e}")))
}

/// Ids as the JSON list that `json_each` reads.
pub(super) fn id_list(ids: &[DocId]) -> Result<String, StoreError> {
    json(ids)
}

pub(super) fn column<'r, T>(row: &'r SqliteRow, name: &str) -> Result<T, StoreError>
where
    T: Decode<'r, Sqlite> + Type<Sqlite>,
    for<'n> &'n str: ColumnIndex<SqliteRow>,
{
    row.try_get(name).map_err(|e| StoreError::Corrupt(e.to_string()))
}

pub(super) fn count(row: &SqliteRow, name: &str) -> Result<u32, StoreError> {
    let n: i64 = column(row, name)?;
    u32::try_from(n).map_err(|_| StoreError::Corrupt(format!("{name}: {n}")))
}

pub(super) fn word<T: FromStr<Err: Display>>(row: &SqliteRow, name: &str) -> Result<T, StoreError> {
    column::<&str>(row, name)?.parse().map_err(|e| StoreError::Corrupt(format!("{name}: {e}")))
}

pub(super) fn list<T: DeserializeOwned>(row: &SqliteRow, name: &str) -> Result<T, StoreError> {
    from_json(column(row, name)?, name)
}

pub(super) fn level(row: &SqliteRow, name: &str) -> Result<Level, StoreError> {
    let rank: i64 = column(row, name)?;
    let level = usize::try_from(rank).ok().and_then(|i| Level::ALL.get(i));
    level.copied().ok_or_else(|| StoreError::Corrupt(format!("{name}: {rank}")))
}

/// Place of a level in [`Level::ALL`]: comparable in SQL.
pub(super) fn rank(level: Level) -> i64 {
    level as i64
}

pub(super) fn time(row: &SqliteRow, name: &str) -> Result<Time, StoreError> {
    Ok(Time(column(row, name)?))
}

pub(super) fn maybe_time(row: &SqliteRow, name: &str) -> Result<Option<Time>, StoreError> {
    Ok(column::<Option<i64>>(row, name)?.map(Time))
}

pub(super) fn validators(row: &SqliteRow) -> Result<Validators, StoreError> {
    Ok(Validators { etag: column(row, "etag")?, last_modified: column(row, "last_modified")? })
}

pub(super) fn origin_word(origin: DateOrigin) -> &'static str {
    match origin {
        DateOrigin::Listing => "listing",
        DateOrigin::Page => "page",
        DateOrigin::Guess => "guess",
        DateOrigin::Missing => "missing",
    }
}

pub(super) fn origin(word: &str) -> Result<DateOrigin, StoreError> {
    [DateOrigin::Listing, DateOrigin::Page, DateOrigin::Guess, DateOrigin::Missing]
        .into_iter()
        .find(|o| origin_word(*o) == word)
        .ok_or_else(|| StoreError::Corrupt(format!("date_origin: {word}")))
}

/// How the time of a row of `document` is known.
pub(super) fn dating(row: &SqliteRow) -> Result<Dating, StoreError> {
    let note: Option<&str> = column(row, "date_note")?;
    Ok(Dating {
        published_from: word(row, "published_from")?,
        modified_at: maybe_time(row, "modified_at")?,
        date_note: note.map(|text| from_json(text, "date_note")).transpose()?,
    })
}

/// A row of the table `document`.
pub(super) fn stored_document(row: &SqliteRow) -> Result<StoredDocument, StoreError> {
    let document = Document {
        id: DocId(column(row, "id")?),
        url: column(row, "url")?,
        source: column(row, "source")?,
        source_id: column(row, "source_id")?,
        group: word(row, "source_group")?,
        kind: word(row, "kind")?,
        found_by: word(row, "found_by")?,
        title: column(row, "title")?,
        text: column(row, "body")?,
        lang: column(row, "lang")?,
        published_at: maybe_time(row, "published_at")?,
        date_origin: origin(column(row, "date_origin")?)?,
        dating: dating(row)?,
        fetched_at: time(row, "fetched_at")?,
        restrictions: Restrictions { no_archive: column(row, "no_archive")?, no_snippet: column(row, "no_snippet")? },
    };
    Ok(StoredDocument {
        saved: vec![],
        seq: column(row, "seq")?,
        version: count(row, "version")?,
        story: DocId(column(row, "story")?),
        assessed: AssessedDocument {
            document,
            content_hash: column(row, "content_hash")?,
            text_hash: column(row, "text_hash")?,
            topics: list(row, "topics")?,
            units: list(row, "units")?,
            provinces: list(row, "provinces")?,
            assessment: list(row, "assessment")?,
        },
    })
}
