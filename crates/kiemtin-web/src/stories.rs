//! What is known of one event: who reported it, in which order, and what came of it? Made once; the API serialises it, the
//! page adds words.

use crate::briefing::HourCount;
use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::service::Service;
use kiemtin_analyze::events::timeline::{Step, Told, timeline};
use kiemtin_model::{DocId, SourceGroup, Stance, Time};
use kiemtin_store::{EventDocument, EventFile, MergedEvent, Page};
use schemars::JsonSchema;
use serde::Serialize;

/// Documents of one page when the asker does not say.
pub const DEFAULT_LIMIT: usize = 50;
/// Documents that an entry of the timeline names.
const NAMED: usize = 20;

/// An event.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Story")]
pub struct StoryFile {
    /// Its id: of its first document. Ids of events that were merged into it keep leading here.
    pub id: DocId,
    /// Title of the earliest document that has one.
    pub title: String,
    /// Time of the earliest document.
    pub first_seen: Time,
    /// Time of the latest one.
    pub last_seen: Time,
    /// Documents, copies included.
    pub documents: u32,
    /// Groups of copies: different reports.
    pub stories: u32,
    /// Distinct sources.
    pub sources: u32,
    /// Topics with the number of their documents, most first.
    pub topics: Vec<TopicCount>,
    /// What came when, oldest first.
    pub timeline: Vec<TimelineEntry>,
    /// Documents by clock hour, ascending; hours without any left out.
    pub per_hour: Vec<HourCount>,
    /// Events that were merged into this one, first one first.
    pub merged: Vec<MergedEvent>,
    /// A page of the documents, by time, oldest first.
    pub reports: Page<ReportItem>,
}

/// How many documents have a topic.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TopicCount {
    /// Topic id.
    pub id: String,
    /// Documents.
    pub documents: u32,
}

/// An entry of the timeline.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TimelineEntry {
    /// What it is.
    pub what: Step,
    /// When it began.
    pub at: Time,
    /// Reports in it, copies not counted.
    pub stories: u32,
    /// Copies of these reports, whenever they came.
    pub copies: u32,
    /// The first of these reports, at most 20.
    pub reports: Vec<ReportItem>,
}

/// A document of the event.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "StoryReport")]
pub struct ReportItem {
    /// Its id.
    pub id: DocId,
    /// First document of its group of copies.
    pub copy_of: DocId,
    /// Its title.
    pub title: String,
    /// Source id or host.
    pub source: String,
    /// Name of the source.
    pub source_name: String,
    /// Group of the source.
    pub group: SourceGroup,
    /// How its text stands to its claims.
    pub stance: Stance,
    /// It carries a flag.
    pub flag: bool,
    /// Its time: of publication, or when it was taken in.
    pub at: Time,
    /// Its time is that of publication.
    pub dated: bool,
    /// Number of its present version.
    pub version: u32,
    /// When a version with a flag was replaced by ones without.
    pub corrected_at: Option<Time>,
}

/// The event with the id in an address: of the event, of one merged into it, of one of its documents.
pub async fn stored(service: &Service, id: &str) -> Result<EventFile, Fault> {
    let found = service.store.event_file(&DocId(id.to_owned())).await?;
    found.filter(|f| !f.documents.is_empty()).ok_or_else(|| Fault::not_found("luồng tin này"))
}

/// The event, with `limit` documents after those that the cursor leaves out.
pub fn file(event: EventFile, cursor: Option<&str>, limit: usize, catalogue: &Catalogue) -> Result<StoryFile, Fault> {
    let EventFile { spread, documents, topics, per_hour, merged } = event;
    let skip: usize = match cursor {
        None => 0,
        Some(word) => word.parse().map_err(|_| Fault::parameter("cursor", word, "con trỏ của trang trước"))?,
    };
    let item = |d: &EventDocument| item(d, catalogue);
    let told: Vec<Told<'_>> = documents.iter().map(told).collect();
    let entry = |e: kiemtin_analyze::events::timeline::Entry| TimelineEntry {
        what: e.step,
        at: e.at,
        stories: e.documents.len() as u32,
        copies: e.copies,
        reports: e.documents.iter().take(NAMED).filter_map(|i| documents.get(*i)).map(item).collect(),
    };
    let end = skip.saturating_add(limit);
    Ok(StoryFile {
        title: documents.iter().map(|d| &d.title).find(|t| !t.is_empty()).cloned().unwrap_or_default(),
        first_seen: documents.first().map(|d| d.at).unwrap_or_default(),
        last_seen: documents.last().map(|d| d.at).unwrap_or_default(),
        documents: spread.documents,
        stories: spread.stories,
        sources: spread.sources,
        topics: topics.into_iter().map(|(id, documents)| TopicCount { id, documents }).collect(),
        timeline: timeline(&told).into_iter().map(entry).collect(),
        per_hour: per_hour.into_iter().map(|(hour, documents)| HourCount { hour, documents }).collect(),
        merged,
        reports: Page {
            items: documents.iter().skip(skip).take(limit).map(item).collect(),
            next_cursor: (end < documents.len()).then(|| end.to_string()),
        },
        id: spread.id,
    })
}

fn told(d: &EventDocument) -> Told<'_> {
    Told { story: &d.story.0, at: d.at, group: d.group, stance: d.stance, corrected_at: d.corrected_at }
}

fn item(d: &EventDocument, catalogue: &Catalogue) -> ReportItem {
    ReportItem {
        id: d.id.clone(),
        copy_of: d.story.clone(),
        title: d.title.clone(),
        source: d.source.clone(),
        source_name: catalogue.source(&d.source).to_owned(),
        group: d.group,
        stance: d.stance,
        flag: d.flag,
        at: d.at,
        dated: d.dated,
        version: d.version,
        corrected_at: d.corrected_at,
    }
}
