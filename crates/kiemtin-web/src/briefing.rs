//! What does a press officer need to know of one alert? Made once from the store's file; the API serialises it, the
//! page adds words.

use crate::catalogue::Catalogue;
use crate::passage::{EvidenceItem, Passage, Reader};
use crate::texts::excerpt;
use kiemtin_model::{
    Alert, AlertEvent, AlertStatus, Dating, Decision, DocId, DocKind, FlagKind, Forgotten, GuardEffect, GuardKind, Level, Reference, Role,
    SourceGroup, Stance, Suggestion, Time,
};
use kiemtin_store::{AlertFile, NarrativeDocument, SourceShare};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// Most documents of each sort that a briefing holds.
pub const MAX_DOCUMENTS: usize = 200;
/// Longest excerpt of a document, in Unicode scalar values.
const EXCERPT: usize = 160;
/// Most entries of each of the lists made here.
const MAX_ENTRIES: usize = 20;

/// An alert in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Alert")]
pub struct AlertItem {
    /// Store id.
    pub id: i64,
    /// What people call it.
    pub number: String,
    /// The claim in one line.
    pub claim: String,
    /// Where it stands.
    pub status: AlertStatus,
    /// How pressing it is.
    pub level: Level,
    /// Kinds of flags, strongest first.
    pub kinds: Vec<FlagKind>,
    /// Topic ids.
    pub topics: Vec<String>,
    /// Units concerned.
    pub units: Vec<String>,
    /// Asserting documents, copies included.
    pub documents: u32,
    /// Independent stories.
    pub stories: u32,
    /// Distinct sources.
    pub sources: u32,
    /// First publication of the claim.
    pub first_seen: Time,
    /// Last one.
    pub last_seen: Time,
    /// When the alert opened.
    pub opened_at: Time,
    /// When an answer is due.
    pub deadline: Time,
    /// Staff member who has it.
    pub assignee: Option<String>,
    /// Only its units see it, and those of the staff who see all.
    pub restricted: bool,
    /// How pressing it is among others.
    pub severity: f64,
    /// People have concluded what it is, or that it is none: before, it is *cần kiểm chứng*.
    pub reviewed: bool,
    /// What was decided.
    #[serde(flatten)]
    pub decision: Decision,
}

impl From<Alert> for AlertItem {
    fn from(a: Alert) -> Self {
        Self {
            id: a.id,
            number: a.number,
            claim: a.claim,
            status: a.status,
            level: a.level,
            kinds: a.kinds,
            topics: a.topics,
            units: a.units,
            documents: a.documents,
            stories: a.stories,
            sources: a.sources,
            first_seen: a.first_seen,
            last_seen: a.last_seen,
            opened_at: a.opened_at,
            deadline: a.deadline,
            assignee: a.assignee,
            restricted: a.restricted,
            severity: a.severity,
            reviewed: a.decision.is_review(a.status),
            decision: a.decision,
        }
    }
}

/// A document of the narrative.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(rename = "Document")]
pub struct DocumentItem {
    /// Its id.
    pub id: DocId,
    /// The id that its document line carried.
    pub source_id: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its title; empty for most posts.
    pub title: String,
    /// The beginning of its text; empty where its publisher does not want an excerpt shown.
    pub excerpt: String,
    /// Source id or host.
    pub source: String,
    /// Name of the source.
    pub source_name: String,
    /// Group of the source.
    pub group: SourceGroup,
    /// Kind of document.
    pub kind: DocKind,
    /// Publication time.
    pub published_at: Option<Time>,
    /// What named that time, when it was changed last, and which date was refused.
    #[serde(flatten)]
    pub dating: Dating,
    /// When it was taken in.
    pub fetched_at: Time,
    /// How its text stands to its claims.
    pub stance: Stance,
    /// How it stands to this narrative.
    pub role: Role,
    /// Its points for this narrative after guards.
    pub score: f64,
    /// It tells the claim, in too few words to count: for a person to judge.
    pub suggestion: bool,
    /// Number of its present version, from 1.
    pub version: u32,
}

/// A signal, with its document.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Reason {
    /// Id of the rule.
    pub rule: String,
    /// Kind of flag it speaks for.
    pub kind: FlagKind,
    /// Its share of the score.
    pub score: f64,
    /// Why, in Vietnamese.
    pub message: String,
    /// A guard takes its points away.
    pub suppressed: bool,
    /// The words, with public offsets.
    pub evidence: Vec<EvidenceItem>,
    /// Where they stand.
    pub document: DocumentItem,
    /// The words in their sentences, for pages.
    #[serde(skip)]
    pub passages: Vec<Passage>,
}

/// A guard that held over a signal of this narrative.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct HeldGuard {
    /// Class of the reason.
    pub guard: GuardKind,
    /// Id of the guard rule.
    pub rule: String,
    /// What it does.
    pub effect: GuardEffect,
    /// Why, in Vietnamese.
    pub message: String,
    /// Number of documents it held in.
    pub documents: u32,
    /// The words in the first of them.
    pub evidence: Vec<EvidenceItem>,
    /// The first of them.
    pub document: DocumentItem,
    /// The words in their sentences, for pages.
    #[serde(skip)]
    pub passages: Vec<Passage>,
}

/// Documents with the same text.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StoryGroup {
    /// Id of the first document with this text.
    pub story: DocId,
    /// Further documents with the same text among those given.
    pub copies: u32,
    /// The documents, first published first.
    pub documents: Vec<DocumentItem>,
}

/// Asserting documents of one source.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SourceCount {
    /// Source id or host.
    pub source: String,
    /// Its name.
    pub name: String,
    /// Its group.
    pub group: SourceGroup,
    /// Documents.
    pub documents: u32,
}

impl SourceCount {
    pub(crate) fn new(share: SourceShare, catalogue: &Catalogue) -> Self {
        let SourceShare { source, group, documents } = share;
        Self { name: catalogue.source(&source).to_owned(), source, group, documents }
    }
}

/// Of these sources, how many publish by profession or duty (press, the ministry's own press, state bodies), and how many are channels
/// that pass things on (social networks and forums). Sources are counted, never people.
pub(crate) fn carriers(sources: &[SourceCount]) -> (u32, u32) {
    sources.iter().fold((0, 0), |(press, channels), s| match s.group {
        SourceGroup::Press | SourceGroup::OwnMedia | SourceGroup::Official => (press + 1, channels),
        SourceGroup::Social | SourceGroup::Forum => (press, channels + 1),
    })
}

/// Asserting documents of one hour.
#[derive(Clone, Copy, Debug, Serialize, JsonSchema)]
pub struct HourCount {
    /// Start of the hour.
    pub hour: Time,
    /// Documents.
    pub documents: u32,
}

/// A part of an alert's points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PointsPart {
    /// What it is given for, in Vietnamese.
    pub name: &'static str,
    /// Points.
    pub points: f64,
}

/// How far the claim went.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Spread {
    /// Asserting documents, copies included.
    pub documents: u32,
    /// Independent stories.
    pub stories: u32,
    /// Distinct sources.
    pub sources: u32,
    /// Of them press, the ministry's own press and state bodies.
    pub press_sources: u32,
    /// Of them channels: social networks and forums.
    pub channels: u32,
    /// Documents by source, most first.
    pub per_source: Vec<SourceCount>,
    /// Documents by hour, ascending; hours without any left out.
    pub per_hour: Vec<HourCount>,
    /// Documents that it had and that are forgotten since, by reason; not counted above.
    pub forgotten: Forgotten,
}

/// One alert as a briefing.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Briefing {
    /// The alert.
    #[serde(flatten)]
    pub alert: AlertItem,
    /// Points that the level follows from: evidence, independent stories, speed.
    pub points: f64,
    /// What these points are made of; empty when the narrative has gone into another wave since.
    pub points_parts: Vec<PointsPart>,
    /// Sum of the scores of `why`.
    pub score: f64,
    /// Sum of the scores of `why` without the suppressed ones.
    pub score_after_guards: f64,
    /// Signals of the strongest document for this narrative, strongest first.
    pub why: Vec<Reason>,
    /// Signals of other rules, in other documents, the strongest of each rule.
    pub why_elsewhere: Vec<Reason>,
    /// Claims of the library that the strongest document may tell as well: for a person to judge.
    pub suggestions: Vec<Suggestion>,
    /// Reasons not to flag that held in its documents.
    pub guards: Vec<HeldGuard>,
    /// What is officially on record, then official and press documents that respond.
    pub references: Vec<Reference>,
    /// How far it went.
    pub spread: Spread,
    /// Asserting documents by story. (`documents` is their number, as in the list.)
    pub appearances: Vec<StoryGroup>,
    /// Documents that respond, official ones first.
    pub responses: Vec<DocumentItem>,
    /// Documents that mention it otherwise; among them posts too short to count (`suggestion`).
    pub mentions: Vec<DocumentItem>,
    /// What happened to the alert, oldest first.
    pub history: Vec<AlertEvent>,
    /// What stands beside its own documents.
    #[serde(flatten)]
    pub beside: Beside,
}

mod beside;
mod earlier;
mod likeness;
mod make;
pub mod paper;
mod record;
mod related;

pub use beside::{Beside, beside};
pub use earlier::EarlierClaim;
pub use make::{briefing, on_record};
pub use record::FactOfRecord;
pub use related::{Related, RelatedDocument};

type ByStory = HashMap<DocId, usize>;

fn item(document: &NarrativeDocument, catalogue: &Catalogue) -> DocumentItem {
    let assessed = &document.document.assessed;
    let d = &assessed.document;
    DocumentItem {
        id: d.id.clone(),
        source_id: d.source_id.clone(),
        url: d.url.clone(),
        title: d.title.clone(),
        excerpt: if d.restrictions.no_snippet { String::new() } else { excerpt(&d.text, EXCERPT) },
        source: d.source.clone(),
        source_name: catalogue.source(&d.source).to_owned(),
        group: d.group,
        kind: d.kind,
        published_at: d.published_at,
        dating: d.dating.clone(),
        fetched_at: d.fetched_at,
        stance: assessed.assessment.stance,
        role: document.role,
        score: document.score,
        suggestion: assessed.assessment.suggestion && document.role == Role::Mentions,
        version: document.document.version,
    }
}

fn grouped(documents: &[NarrativeDocument], catalogue: &Catalogue) -> Vec<StoryGroup> {
    let mut groups: Vec<StoryGroup> = vec![];
    let mut places = ByStory::new();
    for document in documents {
        let story = &document.document.story;
        let at = *places.entry(story.clone()).or_insert_with(|| {
            groups.push(StoryGroup { story: story.clone(), copies: 0, documents: vec![] });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(at) {
            group.copies = u32::try_from(group.documents.len()).unwrap_or(u32::MAX);
            group.documents.push(item(document, catalogue));
        }
    }
    groups
}

fn spread(file: &AlertFile, catalogue: &Catalogue) -> Spread {
    let per_source: Vec<_> = file.per_source.iter().map(|s| SourceCount::new(s.clone(), catalogue)).collect();
    let (press_sources, channels) = carriers(&per_source);
    Spread {
        documents: file.alert.documents,
        stories: file.alert.stories,
        sources: file.alert.sources,
        press_sources,
        channels,
        per_source,
        per_hour: file.per_hour.iter().map(|(hour, documents)| HourCount { hour: *hour, documents: *documents }).collect(),
        forgotten: file.forgotten,
    }
}

fn reader(document: &NarrativeDocument) -> Reader<'_> {
    Reader::new(&document.document.assessed.document)
}
