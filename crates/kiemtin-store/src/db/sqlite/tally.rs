//! How are the counts by hour kept true while documents come, change and move?
//!
//! At the end of each batch the documents that it touched are counted anew, and what they counted before is taken back: a few
//! statements for the whole batch.

use super::rows::{column, from_json, json};
use crate::store::StoreError;
use crate::types::Seq;
use kiemtin_model::time::HOUR_MS;
use kiemtin_model::{Subject, TopicScore};
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// How a document is counted.
#[derive(PartialEq)]
struct Counted {
    hour: i64,
    counts: i64,
    /// Words between spaces, each with a space on both sides.
    subjects: String,
}

/// Counts documents anew, each by the number of its first arrival.
pub(super) async fn recount(db: &mut SqliteConnection, mut documents: Vec<Seq>) -> Result<(), StoreError> {
    documents.sort_unstable();
    documents.dedup();
    if documents.is_empty() {
        return Ok(());
    }
    let asked = json(&documents)?;
    let mut before = counted(db, &asked).await?;
    let mut changes: BTreeMap<(String, i64), i64> = BTreeMap::new();
    let mut written = vec![];
    for (document, now) in present(db, &asked, &before).await? {
        let was = before.remove(&document);
        if was.as_ref() == Some(&now) {
            continue;
        }
        if let Some(was) = was {
            add(&mut changes, &was, -1);
        }
        add(&mut changes, &now, 1);
        written.push((document, now.hour, now.counts, now.subjects));
    }
    for (document, was) in before {
        // It is gone.
        add(&mut changes, &was, -1);
        sqlx::query("DELETE FROM hour_document WHERE document = $1").bind(document).execute(&mut *db).await?;
    }
    changes.retain(|_, change| *change != 0);
    write(db, &written, changes).await
}

fn add(changes: &mut BTreeMap<(String, i64), i64>, counted: &Counted, sign: i64) {
    for subject in counted.subjects.split_whitespace().chain([""]) {
        *changes.entry((subject.to_owned(), counted.hour)).or_default() += sign * counted.counts;
    }
}

async fn counted(db: &mut SqliteConnection, asked: &str) -> Result<HashMap<Seq, Counted>, StoreError> {
    const SQL: &str = "SELECT document, hour, counts, subjects FROM hour_document WHERE document IN (SELECT value FROM json_each($1))";
    let rows = sqlx::query(SQL).bind(asked).fetch_all(db).await?;
    let counted =
        rows.iter().map(|row| Ok((row.try_get(0)?, Counted { hour: row.try_get(1)?, counts: row.try_get(2)?, subjects: row.try_get(3)? })));
    counted.collect()
}

async fn present(db: &mut SqliteConnection, asked: &str, before: &HashMap<Seq, Counted>) -> Result<Vec<(Seq, Counted)>, StoreError> {
    // What a newspaper prints again is counted once. In a forum or network the same words from another hand are another post.
    const SQL: &str = "SELECT d.first_seq, d.published_at, d.fetched_at, d.topics, d.source_group IN ('forum', 'social') OR \
        NOT EXISTS (SELECT 1 FROM document AS o WHERE o.story = d.story AND o.source = d.source AND o.first_seq < d.first_seq) AS counts, \
        (SELECT group_concat(narrative, ' ') FROM narrative_document WHERE document = d.id AND role = 'asserts') AS narratives, \
        (SELECT group_concat(search, ' ') FROM saved_match WHERE document = d.first_seq) AS searches \
        FROM document AS d WHERE d.first_seq IN (SELECT value FROM json_each($1))";
    let mut present = vec![];
    for row in sqlx::query(SQL).bind(asked).fetch_all(db).await? {
        let document: Seq = column(&row, "first_seq")?;
        let fetched_at: i64 = column(&row, "fetched_at")?;
        let hour = match column::<Option<i64>>(&row, "published_at")? {
            Some(at) => at.div_euclid(HOUR_MS),
            // Without a date it counts when it came first, not when it was edited.
            None => before.get(&document).map_or(fetched_at.div_euclid(HOUR_MS), |was| was.hour),
        };
        let topics: Vec<TopicScore> = from_json(column(&row, "topics")?, "topics")?;
        let mut subjects = String::from(" ");
        topics.iter().for_each(|t| subjects.push_str(&format!("{} ", Subject::topic(&t.id))));
        for (name, numbers) in [("narrative", "narratives"), ("search", "searches")] {
            for number in column::<Option<&str>>(&row, numbers)?.unwrap_or_default().split_whitespace() {
                write!(subjects, "{name}:{number} ").map_err(|e| StoreError::Database(Box::new(e)))?;
            }
        }
        present.push((document, Counted { hour, counts: column(&row, "counts")?, subjects }));
    }
    Ok(present)
}

async fn write(
    db: &mut SqliteConnection,
    written: &[(Seq, i64, i64, String)],
    changes: BTreeMap<(String, i64), i64>,
) -> Result<(), StoreError> {
    const DOCUMENTS: &str = "INSERT INTO hour_document (document, hour, counts, subjects) \
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each($1) WHERE TRUE \
        ON CONFLICT (document) DO UPDATE SET hour = excluded.hour, counts = excluded.counts, subjects = excluded.subjects";
    const COUNTS: &str = "INSERT INTO hour_count (subject, hour, counts) \
        SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each($1) WHERE TRUE \
        ON CONFLICT (subject, hour) DO UPDATE SET counts = counts + excluded.counts";
    if !written.is_empty() {
        sqlx::query(DOCUMENTS).bind(json(written)?).execute(&mut *db).await?;
    }
    if !changes.is_empty() {
        let changes: Vec<(String, i64, i64)> = changes.into_iter().map(|((subject, hour), change)| (subject, hour, change)).collect();
        sqlx::query(COUNTS).bind(json(&changes)?).execute(&mut *db).await?;
    }
    Ok(())
}

/// A subject is gone for good: so are its counts.
pub(super) async fn forget(db: &mut SqliteConnection, subject: &Subject) -> Result<(), StoreError> {
    sqlx::query("DELETE FROM hour_count WHERE subject = $1").bind(subject.to_string()).execute(db).await?;
    Ok(())
}
