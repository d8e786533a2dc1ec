//! What do people ask for and criticise? Counted and shown, never flagged.
//!
//! Feedback is what criticises, proposes or asks ([`FEEDBACK`]). It is counted by topic and week; no person is named, and an
//! excerpt is the sentence that asks or proposes, not who said it.

use crate::fault::Fault;
use crate::service::Service;
use kiemtin_model::time::DAY_MS;
use kiemtin_model::{DocId, Stance, Time};
use kiemtin_store::{Dimension, Order, SearchRequest, Span, Store, StoreError, Trend, TrendRequest};
use kiemtin_text::query::{Filter, Query, parse};
use kiemtin_text::snippet::snippet;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// Stances that are feedback.
pub const FEEDBACK: [Stance; 2] = [Stance::Criticises, Stance::Asks];
/// Weeks that are looked back, the present one included.
pub const WEEKS: usize = 12;
/// Excerpts of each topic.
const EXCERPTS: usize = 3;
/// Longest excerpt, in characters.
const EXCERPT_CHARS: usize = 260;
/// Words by which a sentence asks, proposes or complains: an excerpt is cut where most of them stand.
const ASKING: &str = "\"đề nghị\" OR \"kiến nghị\" OR \"đề xuất\" OR \"góp ý\" OR \"mong muốn\" OR \"phản ánh\" OR \"bức xúc\" OR \"bất cập\" OR \
    \"vướng mắc\" OR \"khó khăn\" OR \"bất hợp lý\" OR \"vô lý\" OR \"quá cao\" OR \"cần sớm\" OR \"cần phải\" OR \"vì sao\" OR \"tại sao\"";

/// Feedback on one topic.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "FeedbackTheme")]
pub struct Theme {
    /// Topic id.
    pub topic: String,
    /// Its name.
    pub name: String,
    /// Documents that criticise or propose, in all weeks.
    pub criticises: u64,
    /// Documents that ask.
    pub asks: u64,
    /// All documents of the topic.
    pub all: u64,
    /// Feedback of each week, oldest first.
    pub weeks: Vec<u64>,
    /// What is written, newest first.
    pub excerpts: Vec<Excerpt>,
}

/// A piece of what was published.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Excerpt {
    /// The document.
    pub id: DocId,
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: String,
    /// Its source.
    pub source: String,
    /// When it was published.
    pub published_at: Option<Time>,
    /// What it does.
    pub stance: Stance,
    /// The piece; empty where the publisher does not want one shown.
    pub excerpt: String,
}

/// The whole answer.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Feedback {
    /// When each week begins (Monday, Vietnamese time), oldest first.
    pub weeks: Vec<Time>,
    /// Topics with feedback, most first.
    pub themes: Vec<Theme>,
}

/// A document is feedback.
pub fn is_feedback() -> Query {
    Query::Or(FEEDBACK.map(|stance| Query::Filter(Filter::Stance(stance.as_str().into()))).into())
}

/// Counts and reads the feedback of the last [`WEEKS`] weeks.
///
/// # Errors
/// The index or the store failed.
pub async fn feedback(service: &Service) -> Result<Feedback, Fault> {
    let now = service.now();
    let first = Span::Week.start_of(now).plus(-7 * DAY_MS * (WEEKS as i64 - 1));
    let by = vec![Dimension::Topic, Dimension::Stance];
    let request = TrendRequest { now, from: Some(first), to: Some(now.plus(1)), span: Span::Week, by, ..TrendRequest::default() };
    let trend = service.index.trend(&request).await?;
    let weeks: Vec<Time> = (0..WEEKS as i64).map(|n| first.plus(7 * DAY_MS * n)).collect();
    let mut themes = themes(&trend, &weeks, service);
    let mut found: Vec<Vec<DocId>> = vec![];
    for theme in &themes {
        let topic = Query::Filter(Filter::Topic(theme.topic.clone()));
        let query = Some(Query::And(vec![topic, is_feedback()]));
        let asked =
            SearchRequest { query, now, from: Some(first), order: Order::Newest, limit: EXCERPTS, as_typed: true, ..Default::default() };
        found.push(service.index.search(&asked).await?.hits.into_iter().map(|hit| hit.id).collect());
    }
    let mut excerpts = excerpts(&*service.store, &found.concat()).await?;
    for (theme, ids) in themes.iter_mut().zip(found) {
        // A document of two topics is an excerpt of both.
        theme.excerpts = ids.iter().filter_map(|id| excerpts.get_mut(id).cloned()).collect();
    }
    Ok(Feedback { weeks, themes })
}

fn themes(trend: &Trend, weeks: &[Time], service: &Service) -> Vec<Theme> {
    let [topics, stances] = trend.values.as_slice() else { return vec![] };
    let mut themes: Vec<Theme> = vec![];
    for cell in &trend.cells {
        let [topic, stance] = cell.values.map(|v| v as usize);
        let Some(topic) = topics.get(topic).filter(|t| !t.is_empty()) else { continue };
        let place = themes.iter().position(|t| t.topic == *topic).unwrap_or_else(|| {
            let name = service.catalogue.topic(topic).to_owned();
            themes.push(Theme {
                topic: topic.clone(),
                name,
                criticises: 0,
                asks: 0,
                all: 0,
                weeks: vec![0; weeks.len()],
                excerpts: vec![],
            });
            themes.len() - 1
        });
        let Some(theme) = themes.get_mut(place) else { continue };
        let documents = u64::from(cell.documents);
        theme.all += documents;
        match stances.get(stance).and_then(|s| s.parse().ok()) {
            Some(Stance::Criticises) => theme.criticises += documents,
            Some(Stance::Asks) => theme.asks += documents,
            _ => continue,
        }
        let start = trend.periods.get(cell.period as usize).and_then(|p| p.start);
        let week = weeks.iter().position(|w| Some(*w) == start);
        if let Some(count) = week.and_then(|w| theme.weeks.get_mut(w)) {
            *count += documents;
        }
    }
    themes.retain(|t| t.criticises + t.asks > 0);
    themes.sort_by(|a, b| (b.criticises + b.asks).cmp(&(a.criticises + a.asks)).then_with(|| a.topic.cmp(&b.topic)));
    themes
}

/// What these documents ask for or criticise, by document.
pub async fn excerpts(store: &dyn Store, ids: &[DocId]) -> Result<HashMap<DocId, Excerpt>, StoreError> {
    // A constant that does not parse would show the beginnings of texts; the tests see to it.
    let asking = parse(ASKING).ok();
    let stored = store.documents(ids).await?;
    let excerpt = |stored: kiemtin_store::StoredDocument| {
        let (document, stance) = (stored.assessed.document, stored.assessed.assessment.stance);
        let body = if document.text.is_empty() { &document.title } else { &document.text };
        let body = if document.restrictions.no_snippet { "" } else { body };
        let excerpt = snippet(body, asking.as_ref(), EXCERPT_CHARS).text;
        let excerpt = Excerpt {
            id: document.id.clone(),
            url: document.url,
            title: document.title,
            source: document.source,
            published_at: document.published_at,
            stance,
            excerpt,
        };
        (document.id, excerpt)
    };
    Ok(stored.into_iter().map(excerpt).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_cut_where_something_is_asked_for() {
        let asking = parse(ASKING).unwrap();
        let text = format!(
            "{} Người dân đề nghị cơ quan chức năng xem lại biểu giá vì mức bậc ba quá cao. {}",
            "Mở đầu chung. ".repeat(40),
            "Kết. ".repeat(60)
        );
        assert!(snippet(&text, Some(&asking), EXCERPT_CHARS).text.contains("đề nghị cơ quan chức năng"));
        assert_eq!(is_feedback().to_string(), "stance:criticises OR stance:asks");
    }
}
