//! `/trends`: Xu hướng.

use super::html;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::hidden::Hidden;
use crate::params::Params;
use crate::service::Service;
use crate::trends::{request, run};
use crate::view::chart::{Mark, MarkKind};
use crate::view::chrome::Chrome;
use crate::view::found::Wrong;
use crate::view::trends::{Shown, TrendForm, TrendsPage, View};
use crate::view::words::address;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use kiemtin_model::{SubjectKind, Warning};
use kiemtin_store::coverage::Coverage;
use kiemtin_store::trend::{Dimension, Span, TrendRequest};
use kiemtin_text::query::parse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Warnings that are read at once, and how often.
const PAGE: usize = 100;
const MOST_PAGES: usize = 10;
/// A topic of one in so many documents is a main one.
const MAIN: u64 = 4;

/// The trends. What the person typed stays in the form, whatever is wrong with it.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let form = TrendForm::new(&params);
    let (wrong, shown) = match shown(&service, &asker, &params).await {
        Ok(shown) => (None, Some(shown)),
        Err(wrong) => (Some(wrong?), None),
    };
    let status = if wrong.is_some() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    Ok(html(
        status,
        &TrendsPage { chrome: Chrome::new("/trends", &service, &asker), form, wrong, shown, script: super::assets::trends_address() },
    ))
}

/// What was counted; or what the person can mend; or what only we can.
async fn shown(service: &Service, asker: &Asker, params: &Params) -> Result<Shown, Result<Wrong, Fault>> {
    for q in params.each("q") {
        parse(q).map_err(|error| {
            let wrong = Wrong::query(q, &error, params);
            let proposal = wrong.proposal.map(|(q, _)| (q.clone(), address("/trends", &[("q", &q)])));
            Ok(Wrong { proposal, ..wrong })
        })?;
    }
    let view = View::read(params).map_err(mendable)?;
    let request = request(params, service, &asker.sight).map_err(mendable)?;
    let coverage = run(service, &request).await.map_err(mendable)?;
    let marks = marks(service, asker, &coverage).await.map_err(Err)?;
    Ok(Shown::new(&coverage, request.by, view, &marks, params, &service.catalogue))
}

/// What is marked beside missing sources: early warnings of this time, and what the calendar expects.
async fn marks(service: &Service, asker: &Asker, coverage: &Coverage) -> Result<Vec<Mark>, Fault> {
    let topics = main_topics(service, asker, coverage).await?;
    let mut marks = warned(service, asker, coverage, topics.as_ref()).await?;
    // Every week and month has something in the calendar: a mark on all of them tells nothing.
    if !matches!(coverage.by, Span::Hour | Span::Day) {
        return Ok(marks);
    }
    let expected = service.policies.calendar.occurrences(coverage.from.day_number(), coverage.to.plus(-1).day_number());
    let concerns = |of: &[String]| of.is_empty() || topics.as_ref().is_none_or(|main| of.iter().any(|topic| main.contains(topic)));
    let first_days = expected.into_iter().filter(|occurrence| occurrence.nth == 1 && concerns(&occurrence.topics));
    marks.extend(first_days.map(|occurrence| Mark { day: occurrence.day, kind: MarkKind::Calendar, title: occurrence.title }));
    Ok(marks)
}

/// Topics of at least one in [`MAIN`] of the documents of a query; `None` where everything was counted: all concern it.
async fn main_topics(service: &Service, asker: &Asker, coverage: &Coverage) -> Result<Option<BTreeSet<String>>, Fault> {
    let mut main = BTreeSet::new();
    for series in &coverage.series {
        // What was looked for in the place of what was typed has the same topics, as far as it has any.
        let words = series.instead.as_deref().unwrap_or(&series.query);
        let Some(query) = parse(words).ok().filter(|_| !words.is_empty()) else { return Ok(None) };
        let query = match kiemtin_store::saved::resolve(&*service.store, &*service.index, (&service.lexicon, &asker.sight), &query).await {
            Ok(resolved) => resolved.asked,
            Err(_) => continue,
        };
        let (from, to) = (Some(coverage.from), Some(coverage.to));
        let by = vec![Dimension::Topic];
        let asked = TrendRequest { query: Some(query), now: service.now(), from, to, span: Span::Month, by, ..TrendRequest::default() };
        let counted = service.index.trend(&asked).await?;
        let mut documents: BTreeMap<u32, u64> = BTreeMap::new();
        counted.cells.iter().for_each(|cell| *documents.entry(cell.values[0]).or_default() += u64::from(cell.documents));
        let topics = counted.values.first();
        let frequent = documents.into_iter().filter(|(_, n)| n * MAIN >= counted.matching);
        main.extend(frequent.filter_map(|(topic, _)| topics?.get(topic as usize).cloned()));
    }
    Ok(Some(main))
}

/// The latest early warnings that were given in this time: of the main topics, of saved searches that are asked for, of claims.
async fn warned(service: &Service, asker: &Asker, coverage: &Coverage, topics: Option<&BTreeSet<String>>) -> Result<Vec<Mark>, Fault> {
    let concerns = |warning: &Warning| match (topics, warning.subject.kind) {
        (None, _) | (_, SubjectKind::Narrative) => true,
        (Some(main), SubjectKind::Topic) => main.contains(&warning.subject.id),
        (_, SubjectKind::Search) => coverage.series.iter().any(|s| s.query.contains(&format!("search:\"{}\"", warning.name))),
    };
    let hidden = Hidden::of(&*service.store, &asker.sight).await?;
    let (mut marks, mut cursor) = (vec![], None);
    for _ in 0..MOST_PAGES {
        let page = service.store.warnings(false, cursor.as_deref(), PAGE).await?;
        let earlier = page.items.iter().any(|warning| warning.at < coverage.from);
        let within = hidden.shown(page.items).filter(|w| w.at >= coverage.from && w.at < coverage.to && concerns(w));
        marks.extend(within.map(|warning| Mark { day: warning.at.day_number(), kind: MarkKind::Warning, title: warning.name }));
        cursor = page.next_cursor;
        if earlier || cursor.is_none() {
            break;
        }
    }
    Ok(marks)
}

fn mendable(fault: Fault) -> Result<Wrong, Fault> {
    if fault.status == StatusCode::BAD_REQUEST { Ok(Wrong { reason: fault.detail, shown: None, proposal: None }) } else { Err(fault) }
}
