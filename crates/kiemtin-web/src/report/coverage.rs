//! How much was written in a period, about what, where?

use super::feedback::PROPOSING;
use super::scope::{has_policy, policy_query};
use super::{Basis, Times};
use crate::feedback::FEEDBACK;
use crate::view::trends::period_name;
use kiemtin_model::period::Period;
use kiemtin_model::report::{CoursePoint, GapLine, PolicyShare, Scope, ShareLine, TopStory};
use kiemtin_model::{Day, SourceGroup, Stance, Time};
use kiemtin_store::coverage::{Coverage, Driver, MissingSource, Series};
use kiemtin_store::found::FindError;
use kiemtin_store::{Dimension, Span, Trend, TrendRequest};
use kiemtin_text::query::{Filter, Query, parse};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Documents that are read for words and events.
pub(super) const READ: usize = 1_000;

/// Length of the parts that the course of a period is told by.
pub(super) fn span(period: Period) -> Span {
    match period {
        Period::Week(_) | Period::Month(..) => Span::Day,
        Period::Quarter(..) => Span::Week,
        Period::Year(_) => Span::Month,
    }
}

/// Name of a group of sources.
pub(super) fn group_name(id: &str) -> &str {
    id.parse::<SourceGroup>().map_or(id, |group| group.vi())
}

/// Counts by id.
pub(super) type PerId = BTreeMap<String, u64>;

/// What was counted of a stretch of time.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) documents: u64,
    pub(super) stories: u64,
    pub(super) topics: PerId,
    topic_stories: PerId,
    topic_own: PerId,
    pub(super) groups: PerId,
    pub(super) sources: PerId,
    /// Documents of a topic by stance.
    pub(super) stances: BTreeMap<(String, Stance), u64>,
    /// Documents by stance.
    pub(super) by_stance: BTreeMap<Stance, u64>,
    /// Documents of a topic that propose something.
    pub(super) proposals: PerId,
}

impl Counted {
    /// Documents that criticise, propose or ask.
    pub(super) fn feedback(&self) -> u64 {
        FEEDBACK.iter().filter_map(|stance| self.by_stance.get(stance)).sum()
    }

    /// Stories of a topic, and its documents of the ministry's own media.
    pub(super) fn of_topic(&self, line: &ShareLine) -> (u64, u64) {
        let of = |counts: &PerId| counts.get(&line.id).copied().unwrap_or(0);
        (of(&self.topic_stories), of(&self.topic_own))
    }
}

/// Counts in one scope.
pub(super) struct Counting<'a> {
    pub(super) basis: &'a Basis<'a>,
    pub(super) times: Times,
    pub(super) query: Option<Query>,
}

impl Counting<'_> {
    /// Counts by up to two things, whole stretches of time together.
    pub(super) async fn trend(
        &self,
        (from, to): (Time, Time),
        also: Option<Query>,
        by: &[Dimension],
        stories: bool,
    ) -> Result<Trend, FindError> {
        let query = match (self.query.clone(), also) {
            (Some(scope), Some(also)) => Some(Query::And(vec![scope, also])),
            (one, other) => one.or(other),
        };
        let now = self.times.to;
        let asked = TrendRequest {
            query,
            now,
            from: Some(from),
            to: Some(to),
            span: Span::Month,
            by: by.to_vec(),
            stories,
            ..TrendRequest::default()
        };
        Ok(self.basis.index.trend(&asked).await?)
    }

    /// Everything that is counted of the period and of the one before alike.
    pub(super) async fn of(&self, time: (Time, Time)) -> Result<Counted, FindError> {
        // A constant that does not parse would count no proposals; the tests see to it.
        let proposing = parse(PROPOSING).map_err(|e| FindError::Query(e.to_string()))?;
        let criticises = Query::Filter(Filter::Stance(Stance::Criticises.as_str().into()));
        let proposing = Query::And(vec![criticises, proposing]);
        // One after another: each holds a number per story while it counts.
        let topics = self.trend(time, None, &[Dimension::Topic, Dimension::Group], true).await?;
        let (outlets, stances, by_stance, proposals) = tokio::try_join!(
            self.trend(time, None, &[Dimension::Source, Dimension::Group], false),
            self.trend(time, None, &[Dimension::Topic, Dimension::Stance], false),
            self.trend(time, None, &[Dimension::Stance], false),
            self.trend(time, Some(proposing), &[Dimension::Topic], false),
        )?;
        let mut counted = Counted { documents: outlets.matching, stories: topics.stories, ..Counted::default() };
        for ([source, group], documents, _) in cells(&outlets) {
            *counted.sources.entry(source.to_owned()).or_default() += documents;
            *counted.groups.entry(group.to_owned()).or_default() += documents;
        }
        for ([topic, group], documents, stories) in cells(&topics) {
            *counted.topics.entry(topic.to_owned()).or_default() += documents;
            *counted.topic_stories.entry(topic.to_owned()).or_default() += stories;
            if group == SourceGroup::OwnMedia.as_str() {
                *counted.topic_own.entry(topic.to_owned()).or_default() += documents;
            }
        }
        for ([topic, stance], documents, _) in cells(&stances) {
            if let Ok(stance) = stance.parse() {
                *counted.stances.entry((topic.to_owned(), stance)).or_default() += documents;
            }
        }
        for ([stance, _], documents, _) in cells(&by_stance) {
            if let Ok(stance) = stance.parse() {
                *counted.by_stance.entry(stance).or_default() += documents;
            }
        }
        for ([topic, _], documents, _) in cells(&proposals) {
            *counted.proposals.entry(topic.to_owned()).or_default() += documents;
        }
        Ok(counted)
    }

    /// Lines of what has documents now or had some before, most first.
    pub(super) fn shares<'n>(&self, now: &'n PerId, before: &'n PerId, all: u64, name: impl Fn(&'n str) -> &'n str) -> Vec<ShareLine> {
        let ids: BTreeSet<&String> = now.keys().chain(before.keys()).collect();
        let line = |id: &'n String| {
            let of = |counts: &PerId| counts.get(id).copied().unwrap_or(0);
            let share = if all == 0 { 0.0 } else { of(now) as f64 / all as f64 };
            let name = if id.is_empty() { "(không xác định)" } else { name(id) };
            ShareLine { id: id.clone(), name: name.to_owned(), documents: of(now), before: of(before), share }
        };
        let mut lines: Vec<ShareLine> = ids.into_iter().map(line).collect();
        // What has no value comes last, however much it is.
        lines.sort_by(|a, b| {
            a.id.is_empty()
                .cmp(&b.id.is_empty())
                .then(b.documents.cmp(&a.documents))
                .then_with(|| b.before.cmp(&a.before))
                .then_with(|| a.id.cmp(&b.id))
        });
        lines
    }

    /// The period by its parts.
    pub(super) fn course(&self, counted: &Coverage, series: &Series) -> Vec<CoursePoint> {
        let point = |point: &kiemtin_store::coverage::Point| CoursePoint {
            day: Day::of(point.start.max(self.times.from)),
            name: period_name(counted.by, point.start),
            documents: point.count,
            all: point.total_count,
            stories: point.stories,
            missing: point.missing.iter().map(|missing| self.basis.catalogue.source(&missing.source).to_owned()).collect(),
        };
        series.points.iter().map(point).collect()
    }

    /// Coverage of the policies of a scope, at the stage in which each is when the period ends.
    pub(super) async fn policies(&self, scope: &Scope) -> Result<Vec<PolicyShare>, FindError> {
        let mut lines = vec![];
        let last = Day::of(self.times.to.plus(-1));
        for policy in self.basis.policies.policies.iter().filter(|policy| has_policy(scope, policy)) {
            let query = policy_query(self.basis, &policy.query)?;
            let now = self.trend((self.times.from, self.times.to), Some(query.clone()), &[Dimension::Stance], false).await?;
            let before = self.trend(self.times.before, Some(query), &[], false).await?.matching;
            let feedback = |stance: &str| FEEDBACK.iter().any(|of| of.as_str() == stance);
            let feedback = cells(&now).filter(|([stance, _], ..)| feedback(stance)).map(|(_, documents, _)| documents).sum();
            let stage = policy.stage_on(last).map(|span| span.stage);
            lines.push(PolicyShare {
                id: policy.id.clone(),
                title: policy.title.clone(),
                stage,
                documents: now.matching,
                before,
                feedback,
            });
        }
        lines.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.id.cmp(&b.id)));
        Ok(lines)
    }

    /// The events, with the address of their first document.
    pub(super) async fn stories(&self, drivers: &[Driver]) -> Result<Vec<TopStory>, FindError> {
        let ids: Vec<_> = drivers.iter().map(|driver| driver.story.clone()).collect();
        let stored = self.basis.store.documents(&ids).await?;
        let stored: HashMap<_, _> = stored.into_iter().map(|s| (s.assessed.document.id.clone(), s.assessed.document)).collect();
        let story = |driver: &Driver| {
            let first = stored.get(&driver.story);
            TopStory {
                id: driver.story.clone(),
                title: driver.title.clone(),
                url: first.and_then(|d| d.url.clone()),
                source: first.map(|d| self.basis.catalogue.source(&d.source).to_owned()).unwrap_or_default(),
                published_at: driver.published_at,
                documents: driver.documents,
                sources: driver.sources,
            }
        };
        Ok(drivers.iter().map(story).collect())
    }

    /// Days on which a source lacked documents, those in a row together.
    pub(super) fn gaps(&self, missing: &[MissingSource]) -> Vec<GapLine> {
        let mut sorted: Vec<&MissingSource> = missing.iter().collect();
        sorted.sort_by(|a, b| a.source.cmp(&b.source).then(a.day.cmp(&b.day)));
        let mut gaps: Vec<(&str, GapLine)> = vec![];
        for one in sorted {
            match gaps.last_mut() {
                Some((source, gap)) if *source == one.source && gap.last.0 + 1 == one.day && gap.kind == one.kind.vi() => {
                    (gap.last, gap.days) = (Day(one.day), gap.days + 1);
                }
                _ => {
                    let source = self.basis.catalogue.source(&one.source).to_owned();
                    let (day, kind, key) = (Day(one.day), one.kind.vi().to_owned(), one.kind.to_string());
                    let gap = GapLine { source, first: day, last: day, days: 1, kind, key };
                    gaps.push((&one.source, gap));
                }
            }
        }
        let mut gaps: Vec<GapLine> = gaps.into_iter().map(|(_, gap)| gap).collect();
        gaps.sort_by(|a, b| a.first.cmp(&b.first).then_with(|| a.source.cmp(&b.source)));
        gaps
    }
}

/// What is not 0, with its values by name (empty for what was not asked for): documents and stories.
pub(super) fn cells(trend: &Trend) -> impl Iterator<Item = ([&str; 2], u64, u64)> {
    let name =
        |dimension: usize, value: u32| trend.values.get(dimension).and_then(|values| values.get(value as usize)).map_or("", String::as_str);
    trend.cells.iter().map(move |cell| {
        let [first, second] = cell.values;
        ([name(0, first), name(1, second)], u64::from(cell.documents), u64::from(cell.stories))
    })
}

#[cfg(test)]
mod tests {
    use kiemtin_deliver::formats::report::gap_name;
    use kiemtin_store::coverage::MissingKind;

    #[test]
    fn every_kind_of_gap_has_its_words() {
        for kind in MissingKind::ALL {
            let english = gap_name(kind.as_str()).unwrap_or_default();
            assert!(!english.is_empty() && english.is_ascii(), "{kind}");
        }
    }
}
