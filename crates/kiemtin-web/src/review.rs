//! What waits for a reviewer, and what do the random samples say we miss? The same for the page and the API.

use crate::asker::Asker;
use crate::catalogue::Catalogue;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::staff::by;
use crate::texts::TextItem;
use kiemtin_analyze::quality::{Interval, wilson};
use kiemtin_model::{ReviewAnswer, ReviewFinding, Time, Week};
use kiemtin_store::review::answer::{ReviewError, Said, answer};
use kiemtin_store::{SampleFilter, SampleItem, SampleState, SampleWeek};
use schemars::JsonSchema;
use serde::Serialize;

/// Weeks that are told one by one and taken together.
pub const WEEKS: usize = 104;

/// A document of a sample.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReviewItem {
    /// Its number among those of all weeks.
    pub id: i64,
    /// Whose sample it is of.
    pub week: Week,
    /// The document as it is stored now.
    pub document: TextItem,
    /// What a reviewer found; none yet.
    pub finding: Option<ReviewFinding>,
    /// Number of answers so far: what `If-Match` is compared with.
    pub revision: i64,
}

impl ReviewItem {
    /// Of the store's.
    pub fn new(item: SampleItem, catalogue: &Catalogue) -> Self {
        let SampleItem { id, week, document, finding, revision } = item;
        Self { id, week, document: TextItem::new(document, catalogue), finding, revision }
    }
}

/// What the sample of a week says.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "SampleWeek")]
pub struct WeekLine {
    /// The week.
    pub week: Week,
    /// When its sample was drawn.
    pub drawn_at: Time,
    /// Documents of the week then, flagged ones included.
    pub documents: u64,
    /// How many were drawn, reviewed, missed.
    #[serde(flatten)]
    pub missed: Missed,
}

/// How much is missed, as far as it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Missed {
    /// Documents drawn.
    pub sampled: u64,
    /// Those that were reviewed.
    pub answered: u64,
    /// Those of them that should have been flagged.
    pub missed: u64,
    /// Their share of those reviewed, with its 95 % interval (Wilson); none before anything was reviewed.
    pub miss_rate: Option<Interval>,
}

impl Missed {
    fn new(sampled: u64, answered: u64, missed: u64) -> Self {
        Self { sampled, answered, missed, miss_rate: wilson(missed, answered) }
    }
}

impl From<SampleWeek> for WeekLine {
    fn from(w: SampleWeek) -> Self {
        let SampleWeek { week, drawn_at, documents, sampled, answered, missed } = w;
        Self { week, drawn_at, documents, missed: Missed::new(sampled, answered, missed) }
    }
}

/// The weeks, the latest first, and all of them taken together.
pub async fn weeks(service: &Service) -> Result<(Vec<WeekLine>, Missed), Fault> {
    let weeks: Vec<WeekLine> = service.store.sample_weeks(WEEKS).await?.into_iter().map(WeekLine::from).collect();
    let sum = |of: fn(&Missed) -> u64| weeks.iter().map(|w| of(&w.missed)).sum();
    let all = Missed::new(sum(|m| m.sampled), sum(|m| m.answered), sum(|m| m.missed));
    Ok((weeks, all))
}

/// Which documents are asked for: of a week; `open`, `no_flag`, `missed` or `all`. Without a word, `open` ones.
pub fn filter(params: &Params) -> Result<SampleFilter, Fault> {
    let week = params.get("week").map(|text| text.parse().map_err(|_| Fault::parameter("week", text, "tuần như 2026-W47")));
    let state = match params.get("state") {
        None | Some("open") => Some(SampleState::Open),
        Some("all") => None,
        Some(word) => {
            let answer: ReviewAnswer = word.parse().map_err(|_| Fault::parameter("state", word, "open, no_flag, missed hoặc all"))?;
            Some(SampleState::Answered(answer))
        }
    };
    Ok(SampleFilter { week: week.transpose()?, state })
}

/// The document of a sample with the id in an address.
pub async fn read(service: &Service, id: &str) -> Result<SampleItem, Fault> {
    let missing = || Fault::not_found("mục rà soát này");
    service.store.sample_item(id.parse().map_err(|_| missing())?).await?.ok_or_else(missing)
}

/// Keeps what somebody found. `revision` is the one that they have looked at; none: whatever it is now.
pub async fn keep(service: &Service, asker: &Asker, id: &str, said: Said, revision: Option<i64>) -> Result<SampleItem, Fault> {
    let id = id.parse().map_err(|_| Fault::not_found("mục rà soát này"))?;
    answer(&*service.store, id, said, revision, by(service, asker)).await.map_err(|error| match error {
        ReviewError::Unknown => Fault::not_found("mục rà soát này"),
        ReviewError::Stale { .. } => Fault::stale(error.to_string()),
        ReviewError::Wrong(reason) => Fault::body(format!("{reason}.")),
        ReviewError::Store(error) => error.into(),
    })
}
