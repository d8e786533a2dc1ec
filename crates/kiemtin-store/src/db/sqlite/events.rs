//! Which report belongs to which event?

use super::SqliteStore;
use super::batch::SqliteBatch;
use super::event_file;
use super::reading::bounded;
use super::rows::{column, id_list, time};
use crate::events::{
    EventBatch, EventFile, EventNumber, EventSpread, EventStore, MOST_REPORTS, Merge, NewReport, ReportNumber, StoredReport,
};
use crate::store::StoreError;
use async_trait::async_trait;
use kiemtin_model::{DocId, Time};
use sqlx::{Row, SqliteConnection};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// An event, or a story that has none.
pub(super) enum Member {
    Event(EventNumber),
    Alone(DocId),
}

#[async_trait]
impl EventStore for SqliteStore {
    async fn last_report(&self) -> Result<(ReportNumber, i64), StoreError> {
        const SQL: &str = "SELECT (SELECT COALESCE(MAX(number), 0) FROM event_report) AS report, \
            (SELECT COALESCE(MAX(number), 0) FROM event_merge) AS merge";
        let row = sqlx::query(SQL).fetch_one(&mut *self.readers.acquire().await?).await?;
        Ok((report_number(column(&row, "report")?)?, column(&row, "merge")?))
    }

    async fn reports_since(&self, after: ReportNumber, limit: usize) -> Result<Vec<StoredReport>, StoreError> {
        since(&mut *self.readers.acquire().await?, after, limit).await
    }

    async fn event_stories(&self, id: &DocId, limit: usize) -> Result<Option<(DocId, Vec<DocId>)>, StoreError> {
        // One read transaction: an event is not merged between the questions.
        let mut db = self.readers.begin().await?;
        let Some(member) = find(&mut db, id).await? else { return Ok(None) };
        Ok(Some(stories(&mut db, &member, limit).await?))
    }

    async fn spreads(&self, stories: &[DocId]) -> Result<HashMap<DocId, EventSpread>, StoreError> {
        spreads(&mut *self.readers.begin().await?, stories).await
    }

    async fn event_file(&self, id: &DocId) -> Result<Option<EventFile>, StoreError> {
        let mut db = self.readers.begin().await?;
        let Some(member) = find(&mut db, id).await? else { return Ok(None) };
        let file = event_file::read(&mut db, &member).await?;
        // All its documents were forgotten.
        Ok(Some(file).filter(|file| !file.documents.is_empty()))
    }
}

#[async_trait]
impl EventBatch for SqliteBatch {
    async fn reports_since(&mut self, after: ReportNumber, limit: usize) -> Result<Vec<StoredReport>, StoreError> {
        since(&mut self.open, after, limit).await
    }

    async fn merges_since(&mut self, after: i64, limit: usize) -> Result<Vec<Merge>, StoreError> {
        const SQL: &str = "SELECT number, gone, into_event FROM event_merge WHERE number > $1 ORDER BY number LIMIT $2";
        let rows = sqlx::query(SQL).bind(after).bind(bounded(limit)).fetch_all(&mut *self.open).await?;
        let merge = |row| Ok(Merge { number: column(row, "number")?, gone: column(row, "gone")?, into: column(row, "into_event")? });
        rows.iter().map(merge).collect()
    }

    async fn has_report(&mut self, story: &DocId) -> Result<bool, StoreError> {
        const SQL: &str = "SELECT EXISTS (SELECT 1 FROM event_report WHERE story = $1)";
        Ok(sqlx::query_scalar(SQL).bind(&story.0).fetch_one(&mut *self.open).await?)
    }

    async fn events_of(&mut self, documents: &[DocId]) -> Result<Vec<EventNumber>, StoreError> {
        const SQL: &str = "SELECT DISTINCT r.event FROM document AS d JOIN event_report AS r ON r.story = d.story \
            WHERE d.id IN (SELECT value FROM json_each($1))";
        Ok(sqlx::query_scalar(SQL).bind(id_list(documents)?).fetch_all(&mut *self.open).await?)
    }

    async fn put_report(&mut self, report: &NewReport) -> Result<(ReportNumber, EventNumber), StoreError> {
        // A story that was forgotten and comes again may have begun this event before.
        const EVENT: &str = "INSERT INTO news_event (id) VALUES ($1) ON CONFLICT (id) DO UPDATE SET id = excluded.id RETURNING number";
        const SQL: &str = "INSERT INTO event_report (story, event, at, joined, likeness, vector, terms) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING number";
        let event = match report.event {
            Some(event) => event,
            None => sqlx::query_scalar(EVENT).bind(&report.story.0).fetch_one(&mut *self.open).await?,
        };
        let number = sqlx::query_scalar(SQL)
            .bind(&report.story.0)
            .bind(event)
            .bind(report.at.0)
            .bind(report.joined)
            .bind(report.likeness)
            .bind(&report.vector)
            .bind(report.terms.as_ref())
            .fetch_one(&mut *self.open)
            .await?;
        Ok((report_number(number)?, event))
    }

    async fn merge_events(
        &mut self,
        gone: EventNumber,
        into: EventNumber,
        story: &DocId,
        likeness: f64,
        at: Time,
    ) -> Result<i64, StoreError> {
        const MOVE: &str = "UPDATE event_report SET event = $2 WHERE event = $1";
        const SQL: &str = "INSERT INTO event_merge (gone, into_event, at, story, likeness) VALUES ($1, $2, $3, $4, $5) RETURNING number";
        sqlx::query(MOVE).bind(gone).bind(into).execute(&mut *self.open).await?;
        let merge = sqlx::query_scalar(SQL).bind(gone).bind(into).bind(at.0).bind(&story.0).bind(likeness);
        Ok(merge.fetch_one(&mut *self.open).await?)
    }
}

async fn since(db: &mut SqliteConnection, after: ReportNumber, limit: usize) -> Result<Vec<StoredReport>, StoreError> {
    const SQL: &str = "SELECT number, event, at, vector, terms FROM event_report WHERE number > $1 ORDER BY number LIMIT $2";
    let rows = sqlx::query(SQL).bind(i64::from(after)).bind(bounded(limit)).fetch_all(db).await?;
    let stored = |row| {
        Ok(StoredReport {
            number: report_number(column(row, "number")?)?,
            event: column(row, "event")?,
            at: time(row, "at")?,
            vector: column(row, "vector")?,
            terms: column(row, "terms")?,
        })
    };
    rows.iter().map(stored).collect()
}

/// What has this id: an event, one that was merged away, a story, a document.
async fn find(db: &mut SqliteConnection, id: &DocId) -> Result<Option<Member>, StoreError> {
    const EVENT: &str = "WITH RECURSIVE went (number) AS (SELECT number FROM news_event WHERE id = $1 \
        UNION SELECT m.into_event FROM event_merge AS m JOIN went ON m.gone = went.number) \
        SELECT number FROM went WHERE number NOT IN (SELECT gone FROM event_merge)";
    if let Some(event) = sqlx::query_scalar(EVENT).bind(&id.0).fetch_optional(&mut *db).await? {
        return Ok(Some(Member::Event(event)));
    }
    const DOCUMENT: &str = "SELECT d.story, r.event FROM document AS d LEFT JOIN event_report AS r ON r.story = d.story WHERE d.id = $1";
    // A story keeps its name when its first document is forgotten.
    const STORY: &str =
        "SELECT d.story, r.event FROM document AS d LEFT JOIN event_report AS r ON r.story = d.story WHERE d.story = $1 LIMIT 1";
    let mut found = None;
    for sql in [DOCUMENT, STORY] {
        if found.is_none() {
            found = sqlx::query(sql).bind(&id.0).fetch_optional(&mut *db).await?;
        }
    }
    let Some(row) = found else { return Ok(None) };
    Ok(Some(match row.try_get::<Option<i64>, _>("event")? {
        Some(event) => Member::Event(event),
        None => Member::Alone(DocId(column(&row, "story")?)),
    }))
}

/// Id and stories of an event, newest story first.
pub(super) async fn stories(db: &mut SqliteConnection, member: &Member, limit: usize) -> Result<(DocId, Vec<DocId>), StoreError> {
    const ID: &str = "SELECT id FROM news_event WHERE number = $1";
    const SQL: &str = "SELECT story FROM event_report WHERE event = $1 ORDER BY number DESC LIMIT $2";
    match member {
        Member::Alone(story) => Ok((story.clone(), vec![story.clone()])),
        Member::Event(number) => {
            let id = sqlx::query_scalar(ID).bind(number).fetch_one(&mut *db).await?;
            let stories: Vec<String> = sqlx::query_scalar(SQL).bind(number).bind(bounded(limit)).fetch_all(db).await?;
            Ok((DocId(id), stories.into_iter().map(DocId).collect()))
        }
    }
}

async fn spreads(db: &mut SqliteConnection, stories: &[DocId]) -> Result<HashMap<DocId, EventSpread>, StoreError> {
    const EVENTS: &str = "SELECT r.story, r.event, e.id FROM event_report AS r JOIN news_event AS e ON e.number = r.event \
        WHERE r.story IN (SELECT value FROM json_each($1))";
    const SPREAD: &str = "SELECT COUNT(DISTINCT r.story), COUNT(*), COUNT(DISTINCT d.source) \
        FROM (SELECT story FROM event_report WHERE event = $1 ORDER BY number DESC LIMIT $2) AS r JOIN document AS d ON d.story = r.story";
    const ALONE: &str = "SELECT COUNT(DISTINCT story), COUNT(*), COUNT(DISTINCT source) FROM document WHERE story = $1";
    let spread = |id: DocId, (stories, documents, sources): (u32, u32, u32)| EventSpread { id, documents, stories, sources };
    let mut all = HashMap::new();
    let mut known: HashMap<EventNumber, EventSpread> = HashMap::new();
    for row in sqlx::query(EVENTS).bind(id_list(stories)?).fetch_all(&mut *db).await? {
        let event: EventNumber = column(&row, "event")?;
        let spread = match known.entry(event) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let counts = sqlx::query_as(SPREAD).bind(event).bind(MOST_REPORTS as i64).fetch_one(&mut *db).await?;
                new.insert(spread(DocId(column(&row, "id")?), counts))
            }
        };
        all.insert(DocId(column(&row, "story")?), spread.clone());
    }
    for story in stories {
        if !all.contains_key(story) {
            let counts = sqlx::query_as(ALONE).bind(&story.0).fetch_one(&mut *db).await?;
            all.insert(story.clone(), spread(story.clone(), counts));
        }
    }
    Ok(all)
}

fn report_number(number: i64) -> Result<ReportNumber, StoreError> {
    ReportNumber::try_from(number).map_err(|_| StoreError::Corrupt(format!("number of a report: {number}")))
}
