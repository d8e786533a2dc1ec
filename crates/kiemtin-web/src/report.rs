//! What happened in a period? Counted from store and index into one [`Report`], for the command, the API, the page and the timetable.
//!
//! The same store and period give the same report: what is counted depends on no clock once the period is over, and every list has
//! one order.

pub mod asked;
mod coverage;
mod desk;
mod feedback;
mod scope;

pub use scope::{ScopeFault, scope};

use crate::catalogue::Catalogue;
use coverage::Counting;
use kiemtin_analyze::PolicyRegister;
use kiemtin_model::Time;
use kiemtin_model::period::{Period, PeriodLength};
use kiemtin_model::report::{Figure, Method, MethodSource, Report, Scope, TopicLine};
use kiemtin_model::timetable::Timetable;
use kiemtin_store::coverage::{CoverageRequest, NamedQuery, coverage};
use kiemtin_store::found::FindError;
use kiemtin_store::{SearchIndex, Store};
use kiemtin_text::lexicon::Lexicon;
use std::sync::Arc;

/// Grows when the same data would give another report.
pub const REPORT_VERSION: u32 = 2;

/// Every unit that a topic names, each with a report of its own.
pub const EACH_UNIT: &str = "*";

/// When reports are made by themselves.
#[derive(Clone, Debug)]
pub struct ReportTime {
    /// Of which periods.
    pub length: PeriodLength,
    /// When.
    pub at: Timetable,
    /// Of which unit; empty: of the whole ministry; [`EACH_UNIT`].
    pub unit: String,
}

/// What a report is counted from.
pub struct Basis<'a> {
    /// The truth.
    pub store: &'a dyn Store,
    /// Finds and counts.
    pub index: &'a dyn SearchIndex,
    /// Names.
    pub catalogue: &'a Catalogue,
    /// The policies.
    pub policies: &'a PolicyRegister,
    /// Words that a policy's query stands for.
    pub lexicon: &'a Arc<Lexicon>,
    /// Version of the rules in force.
    pub rules_version: String,
    /// The time now: what is later is not counted.
    pub now: Time,
}

/// A stretch of time and the one that it is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Times {
    from: Time,
    to: Time,
    before: (Time, Time),
    complete: bool,
}

impl Times {
    /// A period that is not over is held against as long a part of the one before.
    fn of(period: Period, now: Time) -> Self {
        let (from, before) = (period.start(), period.before());
        if period.end() <= now {
            return Self { from, to: period.end(), before: (before.start(), before.end()), complete: true };
        }
        let to = now.max(from.plus(1));
        let long = to.0.saturating_sub(from.0);
        Self { from, to, before: (before.start(), before.start().plus(long).min(before.end())), complete: false }
    }
}

/// Counts.
///
/// # Errors
/// The index or the store failed, or the scope's query cannot be answered, with advice.
pub async fn make(basis: &Basis<'_>, period: Period, scope: &Scope) -> Result<Report, FindError> {
    let times = Times::of(period, basis.now);
    let query = scope::query(basis, scope)?;
    let written = query.as_ref().map(ToString::to_string).unwrap_or_default();
    let counting = Counting { basis, times, query: query.clone() };
    let asked = CoverageRequest {
        queries: vec![NamedQuery { name: written.clone(), query }],
        from: Some(times.from),
        to: Some(times.to),
        span: Some(coverage::span(period)),
        now: times.to,
        read: coverage::READ,
        as_typed: true,
        ..CoverageRequest::default()
    };
    let counted = coverage(basis.store, basis.index, &asked).await?;
    let series = counted.series.first().ok_or_else(|| FindError::Query("không có gì để đếm".into()))?;
    let now = counting.of((times.from, times.to)).await?;
    let before = counting.of(times.before).await?;
    let desk = desk::count(basis, scope, (times.from, times.to)).await?;
    let desk_before = desk::figures(basis, scope, times.before).await?;
    let confirmed = |figures: &kiemtin_model::report::AlertFigures| figures.confirmed.iter().map(|(_, n)| n).sum::<u64>();
    let figure = |key: &str, name: &str, now: u64, before: u64| Figure { key: key.into(), name: name.into(), now, before };
    let headline = vec![
        figure("documents", "Tin, bài", now.documents, before.documents),
        figure("stories", "Luồng tin độc lập", now.stories, before.stories),
        figure("sources", "Nguồn có tin, bài", now.sources.len() as u64, before.sources.len() as u64),
        figure("feedback", "Bài phê bình, kiến nghị, hỏi", now.feedback(), before.feedback()),
        figure("alerts", "Cảnh báo về luận điệu mới xuất hiện", desk.figures.new, desk_before.new),
        figure("findings", "Kết luận tin giả, tin sai sự thật", confirmed(&desk.figures), confirmed(&desk_before)),
        figure("answered", "Cảnh báo được trả lời", desk.figures.answered, desk_before.answered),
    ];
    let topic = |line| {
        let (stories, own_media) = now.of_topic(&line);
        TopicLine { line, stories, own_media }
    };
    Ok(Report {
        period,
        period_vi: period.vi(),
        from: times.from,
        to: times.to,
        previous: period.before(),
        complete: times.complete,
        scope: scope.clone(),
        seq: counted.indexed_through,
        headline,
        course: counting.course(&counted, series),
        words: series.top_words.words.iter().map(|word| word.term.clone()).collect(),
        topics: counting
            .shares(&now.topics, &before.topics, now.documents, |id| basis.catalogue.topic(id))
            .into_iter()
            .map(topic)
            .collect(),
        groups: counting.shares(&now.groups, &before.groups, now.documents, coverage::group_name),
        sources: counting.shares(&now.sources, &before.sources, now.documents, |id| basis.catalogue.source(id)),
        policies: counting.policies(scope).await?,
        stories: counting.stories(&series.drivers).await?,
        feedback: counting.feedback(&now, &before).await?,
        alerts: desk.figures,
        findings: desk.findings,
        bursts: desk::bursts(basis, scope, (times.from, times.to)).await?,
        gaps: counting.gaps(&counted.missing),
        method: Method {
            query: written,
            feedback_query: crate::feedback::is_feedback().to_string(),
            proposal_query: feedback::PROPOSING.to_owned(),
            rules_version: basis.rules_version.clone(),
            report_version: REPORT_VERSION,
            sources: sources(basis.catalogue),
            undated: series.undated,
        },
    })
}

fn sources(catalogue: &Catalogue) -> Vec<MethodSource> {
    let source = |s: &crate::CatalogueSource| MethodSource { id: s.id.clone(), name: s.name.clone(), group: s.group, enabled: s.enabled };
    let mut sources: Vec<_> = catalogue.sources.iter().map(source).collect();
    sources.sort_by(|a, b| a.id.cmp(&b.id));
    sources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_over_is_held_against_as_much() {
        let at = |text: &str| Time::parse(&format!("{text}+07:00")).unwrap();
        let times = |period: &str, now: &str| Times::of(period.parse().unwrap(), at(now));
        let over = times("2026-W47", "2026-11-23T00:00:00");
        assert_eq!((over.complete, over.to), (true, at("2026-11-23T00:00:00")));
        assert_eq!(over.before, (at("2026-11-09T00:00:00"), at("2026-11-16T00:00:00")));
        let part = times("2026-W47", "2026-11-18T12:00:00");
        assert_eq!((part.complete, part.to, part.before.1), (false, at("2026-11-18T12:00:00"), at("2026-11-11T12:00:00")));
        // The 31st has nothing to be held against in a month of 28 days but its end.
        assert_eq!(times("2026-03", "2026-03-31T12:00:00").before.1, at("2026-03-01T00:00:00"));
        assert_eq!(times("2026-03", "2026-01-01T00:00:00").to, at("2026-03-01T00:00:00").plus(1), "has not begun");
    }
}
