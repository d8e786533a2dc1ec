//! What do people criticise, propose and ask in a period?

use super::coverage::{Counted, Counting};
use crate::feedback::{FEEDBACK, excerpts, is_feedback};
use kiemtin_model::report::{FeedbackLine, ReportExcerpt};
use kiemtin_model::{DocKind, Stance};
use kiemtin_store::found::FindError;
use kiemtin_store::{Dimension, Span, TrendRequest};
use kiemtin_text::query::{Filter, Query};
use std::collections::BTreeSet;

/// Words by which a criticism proposes something.
pub(super) const PROPOSING: &str = "\"đề nghị\" OR \"kiến nghị\" OR \"đề xuất\" OR \"góp ý\" OR \"mong muốn\" OR \"cần sớm\"";
/// Topics with excerpts, and excerpts of each.
const TOPICS: usize = 8;
const EXCERPTS: usize = 3;
/// Documents that are looked at for these.
const SAMPLE: usize = 24;

impl Counting<'_> {
    /// Feedback by topic, most first, with pieces of what was published.
    pub(super) async fn feedback(&self, now: &Counted, before: &Counted) -> Result<Vec<FeedbackLine>, FindError> {
        let topics: BTreeSet<&String> = [now, before].iter().flat_map(|of| of.stances.keys()).map(|(topic, _)| topic).collect();
        let count = |of: &Counted, topic: &str, stance| of.stances.get(&(topic.to_owned(), stance)).copied().unwrap_or(0);
        let mut lines = vec![];
        for topic in topics.into_iter().filter(|topic| !topic.is_empty()) {
            let criticises = count(now, topic, Stance::Criticises);
            let proposals = now.proposals.get(topic).copied().unwrap_or(0).min(criticises);
            let questions = count(now, topic, Stance::Asks);
            let before = FEEDBACK.iter().map(|stance| count(before, topic, *stance)).sum();
            if criticises + questions + before > 0 {
                let (name, criticism) = (self.basis.catalogue.topic(topic).to_owned(), criticises - proposals);
                lines.push(FeedbackLine { topic: topic.clone(), name, criticism, proposals, questions, before, excerpts: vec![] });
            }
        }
        let all = |line: &FeedbackLine| line.criticism + line.proposals + line.questions;
        lines.sort_by(|a, b| all(b).cmp(&all(a)).then_with(|| a.topic.cmp(&b.topic)));
        for line in lines.iter_mut().filter(|line| all(line) > 0).take(TOPICS) {
            line.excerpts = self.excerpts(&line.topic).await?;
        }
        Ok(lines)
    }

    /// Pieces of what newspapers and portals published, spread over the period; never of posts.
    async fn excerpts(&self, topic: &str) -> Result<Vec<ReportExcerpt>, FindError> {
        let kind = |kind: DocKind| Query::Filter(Filter::Kind(kind.as_str().into()));
        let topic = Query::Filter(Filter::Topic(topic.to_owned()));
        let published = Query::Or(vec![kind(DocKind::News), kind(DocKind::Official)]);
        let query = Query::And(self.query.clone().into_iter().chain([topic, is_feedback(), published]).collect());
        let (now, from, to) = (self.times.to, Some(self.times.from), Some(self.times.to));
        let by = vec![Dimension::Stance];
        let asked = TrendRequest { query: Some(query), now, from, to, by, span: Span::Month, sample: SAMPLE, ..TrendRequest::default() };
        let sample = self.basis.index.trend(&asked).await?.sample;
        let mut read = excerpts(self.basis.store, &sample).await?;
        let mut pieces = vec![];
        for id in &sample {
            let Some(excerpt) = read.remove(id).filter(|e| !e.excerpt.is_empty()) else { continue };
            let Some(url) = excerpt.url else { continue };
            let source = self.basis.catalogue.source(&excerpt.source).to_owned();
            let (text, title, published_at) = (excerpt.excerpt, excerpt.title, excerpt.published_at);
            // A reprint says nothing new.
            if pieces.iter().all(|known: &ReportExcerpt| known.text != text && known.title != title) {
                pieces.push(ReportExcerpt { text, title, url, source, published_at });
            }
        }
        // Spread over the period again, what had to be left out considered.
        let step = (pieces.len() / EXCERPTS).max(1);
        Ok(pieces.into_iter().step_by(step).take(EXCERPTS).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kiemtin_text::query::parse;

    #[test]
    fn what_proposes_can_be_asked_for() {
        assert_eq!(parse(PROPOSING).map(|query| query.to_string()), Ok(PROPOSING.to_owned()));
    }
}
