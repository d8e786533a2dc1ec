//! Which claims go round, and what is in the file of one? The same for the page and the API.

use crate::ask;
use crate::asker::Asker;
use crate::briefing::{AlertItem, HourCount, SourceCount, carriers};
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::staff::note_read;
use crate::texts::ToldItem;
use kiemtin_model::{Answer, FlagKind, Level, NarrativeState, Sight, Time};
use kiemtin_store::{NarrativeFile, NarrativeFilter, Page};
use schemars::JsonSchema;
use serde::Serialize;

/// Names of the parameters of a list.
pub const PARAMETERS: &[&str] = &["topic", "level", "key", "cursor", "limit"];
/// Most documents of each role in a file.
const MAX_DOCUMENTS: usize = 50;

/// A narrative in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NarrativeLine {
    /// Store id.
    pub id: i64,
    /// By what documents join it: `claim:…`, `rule:…`, `figure:…`, `document:…`.
    pub key: String,
    /// The claim in one line.
    pub claim: String,
    /// Kinds of flags seen, strongest first.
    pub kinds: Vec<FlagKind>,
    /// Topic ids.
    pub topics: Vec<String>,
    /// Units concerned.
    pub units: Vec<String>,
    /// Level reached in the present wave.
    pub level: Level,
    /// Points that the level follows from.
    pub points: f64,
    /// Number of the present wave, from 1.
    pub wave: u32,
    /// Asserting documents of the wave, copies included.
    pub documents: u32,
    /// Independent stories among them.
    pub stories: u32,
    /// Distinct sources among them.
    pub sources: u32,
    /// Documents that respond.
    pub responses: u32,
    /// First publication in the wave.
    pub first_seen: Time,
    /// Last one.
    pub last_seen: Time,
    /// Alert of the wave.
    pub alert: Option<i64>,
}

impl From<NarrativeState> for NarrativeLine {
    fn from(n: NarrativeState) -> Self {
        Self {
            id: n.id,
            key: n.key.key,
            claim: n.key.claim,
            kinds: n.kinds,
            topics: n.topics,
            units: n.units,
            level: n.level,
            points: n.points,
            wave: n.wave,
            documents: n.documents,
            stories: n.stories,
            sources: n.sources,
            responses: n.responses,
            first_seen: n.first_seen,
            last_seen: n.last_seen,
            alert: n.alert,
        }
    }
}

/// A wave with its alert.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Wave {
    /// Its number, from 1.
    pub wave: u32,
    /// Its alert.
    pub alert: AlertItem,
}

/// An answer, with the alert it was given to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GivenAnswer {
    /// Store id of the alert.
    pub alert: i64,
    /// The answer.
    #[serde(flatten)]
    pub answer: Answer,
}

/// Another narrative, by its claim.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct OtherNarrative {
    /// Store id.
    pub id: i64,
    /// The claim in one line.
    pub claim: String,
}

/// How far a claim went.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Course {
    /// Press, the ministry's own press and state bodies that carried it.
    pub press_sources: u32,
    /// Channels that did: social networks and forums.
    pub channels: u32,
    /// Asserting documents by hour, ascending; hours without any left out.
    pub per_hour: Vec<HourCount>,
    /// By source, most first.
    pub per_source: Vec<SourceCount>,
}

/// The file of a narrative.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NarrativeDetail {
    /// The narrative.
    #[serde(flatten)]
    pub narrative: NarrativeLine,
    /// The one that it went into.
    pub merged_into: Option<i64>,
    /// Those that went into it.
    pub merged: Vec<OtherNarrative>,
    /// Its waves that had an alert, the latest first.
    pub waves: Vec<Wave>,
    /// Answers that were given, first first.
    pub answers: Vec<GivenAnswer>,
    /// Documents that assert it, last published first; at most 50. (`documents` is their number, as in the list.)
    pub asserting: Vec<ToldItem>,
    /// Documents that respond, likewise.
    pub responding: Vec<ToldItem>,
    /// Documents that mention it otherwise, likewise.
    pub mentioning: Vec<ToldItem>,
    /// How far it went, over all waves.
    pub spread: Course,
}

/// The filter of a list; `level` is the least level.
pub fn filter(params: &Params, sight: &Sight) -> Result<NarrativeFilter, Fault> {
    let alerts = ask::alert_filter(&params.without("status"), sight)?;
    Ok(NarrativeFilter { topic: alerts.topic, level: alerts.level, key: params.get("key").map(str::to_owned), sight: sight.clone() })
}

/// A page of the list, last told first.
pub async fn list(service: &Service, asker: &Asker, params: &Params, limit: usize) -> Result<Page<NarrativeLine>, Fault> {
    let page = service.store.narratives(&filter(params, &asker.sight)?, params.get("cursor"), limit).await?;
    Ok(Page { items: page.items.into_iter().map(NarrativeLine::from).collect(), next_cursor: page.next_cursor })
}

/// The file of the narrative with the id in an address; one that is not for these eyes is not there. That a restricted alert is
/// read is noted first.
pub async fn read(service: &Service, asker: &Asker, id: &str) -> Result<NarrativeDetail, Fault> {
    let missing = || Fault::not_found("luận điệu này");
    let id = id.parse().map_err(|_| missing())?;
    let file = service.store.narrative_file(id, &asker.sight, MAX_DOCUMENTS).await?.ok_or_else(missing)?;
    for alert in file.alerts.iter().filter(|alert| alert.restricted) {
        note_read(service, asker, alert.id).await?;
    }
    // Where it went is told to who may see that one.
    let into = match file.merged_into {
        Some(into) => service.store.narrative_file(into, &asker.sight, 1).await?.map(|_| into),
        None => None,
    };
    Ok(detail(NarrativeFile { merged_into: into, ..file }, service))
}

fn detail(file: NarrativeFile, service: &Service) -> NarrativeDetail {
    let catalogue = &service.catalogue;
    let told = |of: Vec<_>| of.into_iter().map(|d| ToldItem::new(d, catalogue)).collect();
    let per_source: Vec<_> = file.per_source.into_iter().map(|s| SourceCount::new(s, catalogue)).collect();
    let (press_sources, channels) = carriers(&per_source);
    NarrativeDetail {
        narrative: file.narrative.into(),
        merged_into: file.merged_into,
        merged: file.merged.into_iter().map(|(id, claim)| OtherNarrative { id, claim }).collect(),
        waves: file.alerts.into_iter().map(|alert| Wave { wave: alert.wave, alert: alert.into() }).collect(),
        answers: file.answers.into_iter().map(|(alert, answer)| GivenAnswer { alert, answer }).collect(),
        asserting: told(file.asserting),
        responding: told(file.responding),
        mentioning: told(file.mentioning),
        spread: Course {
            press_sources,
            channels,
            per_hour: file.per_hour.into_iter().map(|(hour, documents)| HourCount { hour, documents }).collect(),
            per_source,
        },
    }
}
