//! How does each policy fare at its stage? The register, with what is written about it.

use crate::api::search::run;
use crate::fault::Fault;
use crate::feedback::{Excerpt, FEEDBACK, excerpts, is_feedback};
use crate::params::Params;
use crate::service::Service;
use kiemtin_analyze::policies::Occurrence;
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{Day, Level, Policy, Stage, StageSpan, Time};
use kiemtin_store::found::FoundHit;
use kiemtin_store::{Dimension, Order, SearchRequest, Span, TrendRequest};
use kiemtin_text::lexicon::expand;
use kiemtin_text::query::{Filter, Query, parse};
use schemars::JsonSchema;
use serde::Serialize;

/// Days that the counts of the list look back.
const RECENT_DAYS: i64 = 30;
/// How far what is expected is looked ahead, in days.
const AHEAD_DAYS: i64 = 366;
/// Documents of each sort on a policy's page.
const DOCUMENTS: usize = 8;

/// What is written about a policy in some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Documents.
    pub documents: u64,
    /// All documents of that time, for the share.
    pub all: u64,
    /// Documents that criticise, propose or ask.
    pub feedback: u64,
    /// Documents that are to be verified: at watch or alert.
    pub flagged: u64,
}

/// A policy in the list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyLine {
    /// The policy.
    #[serde(flatten)]
    pub policy: Policy,
    /// Where it stands today.
    pub stage: Option<StageSpan>,
    /// What is expected next, within a year.
    pub next: Option<Expected>,
    /// The last 30 days.
    pub recent: Counts,
    /// The 30 days before.
    pub before: Counts,
}

/// What is expected, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Expected {
    /// The day.
    pub day: Day,
    /// In words.
    pub title: String,
}

/// What is written at a stage.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StageCounts {
    /// The stage.
    #[serde(flatten)]
    pub span: StageSpan,
    /// The stage in Vietnamese.
    pub stage_vi: &'static str,
    /// The day after its last one.
    pub until: Option<Day>,
    /// What is written in it so far; nothing for one that has not begun.
    pub counts: Counts,
}

/// A policy with its coverage.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyFile {
    /// As in the list.
    #[serde(flatten)]
    pub line: PolicyLine,
    /// Coverage and feedback by stage, in the order of the stages.
    pub by_stage: Vec<StageCounts>,
    /// What is expected within a year, next first.
    pub expected: Vec<Expected>,
    /// What is written, newest first.
    pub newest: Vec<FoundHit>,
    /// What is to be verified, newest first.
    pub flagged: Vec<FoundHit>,
    /// Proposals, criticism and questions, newest first.
    pub proposals: Vec<Excerpt>,
}

/// All policies, in the order of the register.
///
/// # Errors
/// The index failed.
pub async fn list(service: &Service) -> Result<Vec<PolicyLine>, Fault> {
    let mut lines = vec![];
    for policy in &service.policies.policies {
        lines.push(line(service, policy).await?);
    }
    Ok(lines)
}

/// One policy with its coverage.
///
/// # Errors
/// There is no such policy; the index or the store failed.
pub async fn one(service: &Service, id: &str) -> Result<PolicyFile, Fault> {
    let policy = service.policies.policy(id).ok_or_else(|| Fault::not_found("chính sách này"))?;
    let (now, query) = (service.now(), query(service, policy)?);
    let mut by_stage = vec![];
    for (span, until) in policy.spans() {
        let (from, to) = (span.from.start(), until.map_or(now.plus(1), |day| day.start().min(now.plus(1))));
        let counts = if from < to { counts(service, &query, from, to).await? } else { Counts::default() };
        by_stage.push(StageCounts { span: span.clone(), stage_vi: span.stage.vi(), until, counts });
    }
    let flags = [Level::Alert, Level::Watch].map(|level| Query::Filter(Filter::Level(level.as_str().into())));
    let proposals = hits(service, Query::And(vec![query.clone(), is_feedback()])).await?;
    let ids: Vec<_> = proposals.into_iter().map(|hit| hit.id).collect();
    let mut read = excerpts(&*service.store, &ids).await?;
    Ok(PolicyFile {
        by_stage,
        expected: expected(service, policy),
        newest: hits(service, query.clone()).await?,
        flagged: hits(service, Query::And(vec![query, Query::Or(flags.into())])).await?,
        proposals: ids.iter().filter_map(|id| read.remove(id)).collect(),
        line: line(service, policy).await?,
    })
}

async fn line(service: &Service, policy: &Policy) -> Result<PolicyLine, Fault> {
    let (now, query) = (service.now(), query(service, policy)?);
    let (from, earlier) = (now.plus(-RECENT_DAYS * DAY_MS), now.plus(-2 * RECENT_DAYS * DAY_MS));
    Ok(PolicyLine {
        stage: policy.stage_on(Day::of(now)).cloned(),
        next: expected(service, policy).into_iter().next(),
        recent: counts(service, &query, from, now.plus(1)).await?,
        before: counts(service, &query, earlier, from).await?,
        policy: policy.clone(),
    })
}

/// What finds a policy's coverage, with the words of the lexicon put in, so that counts and lists are of the same documents.
fn query(service: &Service, policy: &Policy) -> Result<Query, Fault> {
    let query = parse(&policy.query).map_err(|e| Fault::query(&e))?;
    Ok(expand(&query, &service.lexicon, &|_| vec![]).0)
}

/// Its events and the planned stages that lie ahead.
fn expected(service: &Service, policy: &Policy) -> Vec<Expected> {
    let today = Day::of(service.now());
    let own = |o: &Occurrence| o.nth == 1 && o.policy.as_deref() == Some(policy.id.as_str());
    let events = service.policies.calendar.occurrences(today.0, today.0 + AHEAD_DAYS).into_iter().filter(own);
    let ahead = policy.stages.iter().filter(|s| s.from > today);
    let title = |stage: Stage, planned: bool| format!("{}{}", stage.vi(), if planned { " (dự kiến)" } else { "" });
    let mut expected: Vec<Expected> = events.map(|o| Expected { day: Day(o.day), title: o.title }).collect();
    expected.extend(ahead.map(|s| Expected { day: s.from, title: title(s.stage, s.planned) }));
    expected.sort_by_key(|e| e.day);
    expected
}

async fn counts(service: &Service, query: &Query, from: Time, to: Time) -> Result<Counts, Fault> {
    let by = vec![Dimension::Stance, Dimension::Level];
    let (query, now) = (Some(query.clone()), service.now());
    let request = TrendRequest { query, now, from: Some(from), to: Some(to), span: Span::Month, by, ..TrendRequest::default() };
    let trend = service.index.trend(&request).await?;
    let mut counts = Counts { documents: trend.matching, all: trend.all, ..Counts::default() };
    let [stances, levels] = trend.values.as_slice() else { return Ok(counts) };
    for cell in &trend.cells {
        let [stance, level] = cell.values.map(|v| v as usize);
        let documents = u64::from(cell.documents);
        let stance: Option<kiemtin_model::Stance> = stances.get(stance).and_then(|s| s.parse().ok());
        let level: Option<Level> = levels.get(level).and_then(|l| l.parse().ok());
        counts.feedback += if stance.is_some_and(|s| FEEDBACK.contains(&s)) { documents } else { 0 };
        counts.flagged += if level.is_some_and(|l| l >= Level::Watch) { documents } else { 0 };
    }
    Ok(counts)
}

async fn hits(service: &Service, query: Query) -> Result<Vec<FoundHit>, Fault> {
    let now = service.now();
    let request = SearchRequest { query: Some(query), now, order: Order::Newest, limit: DOCUMENTS, as_typed: true, ..Default::default() };
    Ok(run(service, &kiemtin_model::Sight::All, &Params::default(), request).await?.hits)
}
