//! What is told of one event: its documents, hours, topics and merges?

use super::events::{Member, stories};
use super::rows::{column, count, id_list, maybe_time, time, word};
use crate::events::{EventDocument, EventFile, EventSpread, MOST_REPORTS, MergedEvent};
use crate::store::StoreError;
use kiemtin_model::{DocId, Time, time::HOUR_MS};
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, HashSet};

pub(super) async fn read(db: &mut SqliteConnection, member: &Member) -> Result<EventFile, StoreError> {
    let (id, stories) = stories(db, member, MOST_REPORTS).await?;
    let documents = in_short(db, &stories).await?;
    let topics = topics(db, &stories).await?;
    let mut hours: BTreeMap<i64, u32> = BTreeMap::new();
    documents.iter().for_each(|d| *hours.entry(d.at.0.div_euclid(HOUR_MS)).or_default() += 1);
    let sources: HashSet<&str> = documents.iter().map(|d| d.source.as_str()).collect();
    let spread = EventSpread {
        id,
        documents: documents.len() as u32,
        stories: documents.iter().map(|d| &d.story).collect::<HashSet<_>>().len() as u32,
        sources: sources.len() as u32,
    };
    let merged = match member {
        Member::Alone(_) => vec![],
        Member::Event(number) => merged(db, *number).await?,
    };
    Ok(EventFile { spread, topics, merged, per_hour: hours.into_iter().map(|(h, n)| (Time(h * HOUR_MS), n)).collect(), documents })
}

async fn in_short(db: &mut SqliteConnection, stories: &[DocId]) -> Result<Vec<EventDocument>, StoreError> {
    const SQL: &str = "SELECT * FROM (SELECT d.id, d.story, d.title, d.source, d.source_group, d.stance, d.flag, d.version, d.first_seq, \
        COALESCE(d.published_at, d.fetched_at) AS at, d.published_at IS NOT NULL AS dated, \
        CASE WHEN NOT d.flag AND d.version > 1 THEN \
            (SELECT MAX(v.replaced_at) FROM document_version AS v WHERE v.document = d.id AND v.flag) END AS corrected_at \
        FROM json_each($1) AS asked CROSS JOIN document AS d ON d.story = asked.value ORDER BY at DESC, d.first_seq DESC LIMIT $2) \
        ORDER BY at, first_seq";
    let rows = sqlx::query(SQL).bind(id_list(stories)?).bind(MOST_REPORTS as i64).fetch_all(db).await?;
    rows.iter()
        .map(|row| {
            Ok(EventDocument {
                id: DocId(column(row, "id")?),
                story: DocId(column(row, "story")?),
                title: column(row, "title")?,
                source: column(row, "source")?,
                group: word(row, "source_group")?,
                stance: word(row, "stance")?,
                flag: column(row, "flag")?,
                at: time(row, "at")?,
                dated: column(row, "dated")?,
                version: count(row, "version")?,
                corrected_at: maybe_time(row, "corrected_at")?,
            })
        })
        .collect()
}

async fn topics(db: &mut SqliteConnection, stories: &[DocId]) -> Result<Vec<(String, u32)>, StoreError> {
    const SQL: &str = "SELECT json_extract(t.value, '$.id') AS topic, COUNT(*) AS n FROM json_each($1) AS asked \
        CROSS JOIN document AS d ON d.story = asked.value CROSS JOIN json_each(d.topics) AS t GROUP BY topic ORDER BY n DESC, topic";
    let rows = sqlx::query(SQL).bind(id_list(stories)?).fetch_all(db).await?;
    rows.iter().map(|row| Ok((column(row, "topic")?, count(row, "n")?))).collect()
}

/// What was merged into this event, and into what was merged into it.
async fn merged(db: &mut SqliteConnection, event: i64) -> Result<Vec<MergedEvent>, StoreError> {
    const SQL: &str = "WITH RECURSIVE came (number) AS (SELECT $1 UNION SELECT m.gone FROM event_merge AS m JOIN came ON m.into_event = came.number) \
        SELECT e.id, m.at, m.story, m.likeness FROM event_merge AS m JOIN came ON m.gone = came.number \
        JOIN news_event AS e ON e.number = m.gone ORDER BY m.number LIMIT $2";
    let rows = sqlx::query(SQL).bind(event).bind(MOST_REPORTS as i64).fetch_all(db).await?;
    let item = |row: &sqlx::sqlite::SqliteRow| {
        Ok(MergedEvent {
            id: DocId(column(row, "id")?),
            at: time(row, "at")?,
            report: DocId(column(row, "story")?),
            likeness: row.try_get("likeness")?,
        })
    };
    rows.iter().map(item).collect()
}
