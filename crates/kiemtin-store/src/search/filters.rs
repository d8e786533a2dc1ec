//! How does a condition on something other than the words become a query of the engine?

use super::compile::Compiler;
use super::pieces::{Boxed, boolean, term, unscored};
use super::schema;
use crate::index::{IndexError, SearchRequest};
use kiemtin_model::Time;
use kiemtin_text::key::folded;
use kiemtin_text::query::Filter;
use std::ops::Bound;
use tantivy::Term;
use tantivy::query::{RangeQuery, TermQuery};
use tantivy::schema::{Field, IndexRecordOption};

impl Compiler<'_> {
    /// Exactly the documents that fulfil the condition.
    ///
    /// # Errors
    /// A saved search that was not put in the place of its name.
    pub(super) fn filter(&self, filter: &Filter) -> Result<Boxed, IndexError> {
        let fields = self.fields;
        Ok(match filter {
            Filter::Source(value) => term(fields.source, value),
            Filter::Kind(value) => term(fields.kind, value),
            Filter::Topic(value) => term(fields.topic, value),
            Filter::Stance(value) => term(fields.stance, value),
            Filter::Level(value) => term(fields.level, value),
            Filter::Group(value) => term(fields.group, value),
            Filter::Lang(value) => term(fields.lang, value),
            Filter::Unit(value) => term(fields.unit, &folded(value)),
            Filter::Province(value) => term(fields.province, &folded(value)),
            Filter::Story(value) => {
                let story = Term::from_field_u64(fields.story_key, schema::story_key(value));
                unscored(Box::new(TermQuery::new(story, IndexRecordOption::Basic)))
            }
            Filter::MatchOf(number) => term(fields.saved, &number.to_string()),
            Filter::Saved(name) => return Err(IndexError::Query(format!("không có tìm kiếm đã lưu tên «{name}»"))),
            Filter::Date(dates) => {
                let (from, to) = dates.span(self.now.0);
                published(fields.published, from.map(Time), to.map(Time)).unwrap_or_else(|| boolean(vec![]))
            }
        })
    }

    /// What the request asks beside its query.
    pub(super) fn filters(&self, request: &SearchRequest) -> Vec<Boxed> {
        let values = [(self.fields.source, &request.source), (self.fields.topic, &request.topic)];
        let values = values.into_iter().filter_map(|(field, value)| value.as_ref().map(|value| term(field, value)));
        values.chain(published(self.fields.published, request.from, request.to)).collect()
    }
}

/// Published at or after `from` and before `to`. Documents without a date are in no range.
fn published(field: Field, from: Option<Time>, to: Option<Time>) -> Option<Boxed> {
    if from.is_none() && to.is_none() {
        return None;
    }
    let term = |at: Time| Term::from_field_i64(field, at.0);
    let lower = from.map_or(Bound::Unbounded, |at| Bound::Included(term(at)));
    let upper = to.map_or(Bound::Unbounded, |at| Bound::Excluded(term(at)));
    Some(unscored(Box::new(RangeQuery::new(lower, upper))))
}
