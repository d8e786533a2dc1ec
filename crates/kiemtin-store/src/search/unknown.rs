//! Which conditions of a search does no document fulfil, and which were probably meant? `topic:xang` finds nothing, for the topic is
//! called `xang-dau`.
//!
//! The index knows best what there is: sources come and go, and the topics are those that documents were given.

use super::asking::Asking;
use super::compile::Compiler;
use super::gather::engine;
use super::schema::Fields;
use crate::index::{IndexError, Meant, SearchRequest};
use kiemtin_text::key::folded;
use kiemtin_text::query::{Filter, Query};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

/// Values of one field that are looked at.
const MOST_VALUES: usize = 20_000;
/// Conditions of one query that others are looked for: every one means a look at all values.
const MOST_MENDED: usize = 8;
/// Fewest letters that a value may only begin with.
const FEWEST_BEGUN: usize = 3;
/// One letter in so many may be wrong.
const LETTERS_PER_SLIP: usize = 4;

/// What no document has.
#[derive(Default)]
pub(super) struct Unknown {
    /// The conditions, as they are typed.
    pub(super) conditions: Vec<String>,
    /// The query with those that were probably meant in their place, if it finds something.
    pub(super) meant: Option<Meant>,
}

/// Looks at the conditions of a query whose values are no closed list.
pub(super) fn look(asking: &Asking<'_>, compiler: &Compiler<'_>, request: &SearchRequest) -> Result<Unknown, IndexError> {
    let Some(query) = &request.query else { return Ok(Unknown::default()) };
    let (mut conditions, mut instead) = (vec![], vec![]);
    for filter in query.filters() {
        let Some((field, typed)) = open(filter, compiler.fields) else { continue };
        if asking.searcher.doc_freq(&Term::from_field_text(field, &typed)).map_err(engine)? > 0 {
            continue;
        }
        let condition = Query::Filter(filter.clone()).to_string();
        if conditions.contains(&condition) {
            continue;
        }
        conditions.push(condition);
        if conditions.len() > MOST_MENDED {
            continue;
        }
        asking.time.check()?;
        if let Some(value) = nearest(asking.searcher, field, &typed)? {
            instead.push((filter, with(filter, value)));
        }
    }
    // What stands in the place of a name was not typed, and cannot be: no proposal can be made of it.
    let put_in = query.filters().iter().any(|filter| matches!(filter, Filter::MatchOf(_) | Filter::Story(_)));
    if instead.is_empty() || put_in {
        return Ok(Unknown { conditions, meant: None });
    }
    let mended = query.with_filters(&|filter| {
        let (_, other) = instead.iter().find(|(unknown, _)| *unknown == filter)?;
        Some(Query::Filter(other.clone()))
    });
    let (text, request) = (mended.to_string(), SearchRequest { query: Some(mended), ..request.clone() });
    let count = asking.count_to(&*compiler.matching(&request)?, Meant::MOST_COUNTED)?;
    Ok(Unknown { conditions, meant: (count > 0).then_some(Meant { text, count }) })
}

/// The field of a condition with any value, and the value as documents have it.
fn open(filter: &Filter, fields: &Fields) -> Option<(Field, String)> {
    match filter {
        Filter::Source(value) => Some((fields.source, value.clone())),
        Filter::Topic(value) => Some((fields.topic, value.clone())),
        Filter::Unit(value) => Some((fields.unit, folded(value))),
        Filter::Province(value) => Some((fields.province, folded(value))),
        _ => None,
    }
}

/// The same condition on another value.
fn with(filter: &Filter, value: String) -> Filter {
    match filter {
        Filter::Source(_) => Filter::Source(value),
        Filter::Topic(_) => Filter::Topic(value),
        Filter::Unit(_) => Filter::Unit(value),
        Filter::Province(_) => Filter::Province(value),
        other => other.clone(),
    }
}

/// The value of a field that is most like what was typed; of several, the one that most documents have.
fn nearest(searcher: &Searcher, field: Field, typed: &str) -> Result<Option<String>, IndexError> {
    let mut values = BTreeMap::<String, u64>::new();
    for segment in searcher.segment_readers() {
        let index = segment.inverted_index(field).map_err(engine)?;
        let mut terms = index.terms().stream().map_err(engine)?;
        while values.len() < MOST_VALUES && terms.advance() {
            let documents = u64::from(terms.value().doc_freq);
            *values.entry(String::from_utf8_lossy(terms.key()).into_owned()).or_default() += documents;
        }
    }
    let typed = plain(typed);
    let alike = |(value, documents): (String, u64)| Some((likeness(&typed, &plain(&value))?, Reverse(documents), value));
    Ok(values.into_iter().filter_map(alike).min().map(|(_, _, value)| value))
}

/// Letters and digits without accents, anything else is a space.
fn plain(value: &str) -> String {
    folded(value).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect()
}

/// How a value is like what was typed, the less the more; `None`: not at all.
fn likeness(typed: &str, value: &str) -> Option<usize> {
    let letters = typed.chars().count();
    let has = |word: &str| value.split(' ').any(|own| own == word);
    match () {
        () if typed == value => Some(0),
        () if letters >= FEWEST_BEGUN && value.starts_with(typed) => Some(1),
        () if letters >= FEWEST_BEGUN && typed.split(' ').all(has) => Some(2),
        // Letters put in, left out, wrong or swapped (Damerau 1964, optimal string alignment).
        () => Some(strsim::osa_distance(typed, value)).filter(|wrong| *wrong <= letters / LETTERS_PER_SLIP).map(|wrong| 2 + wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_alike_by_their_words_their_beginning_or_but_for_a_slip() {
        let like = |typed, value| likeness(&plain(typed), &plain(value));
        assert_eq!(like("Xăng dầu", "xang-dau"), Some(0));
        assert_eq!(like("vnexpress", "vnexpress.net"), Some(1));
        assert_eq!(like("vnexpress", "kinhdoanh.vnexpress.net"), Some(2));
        assert_eq!(like("vnexprses.net", "vnexpress.net"), Some(3));
        assert_eq!(like("xan-dau", "xang-dau"), Some(3));
        assert_eq!(like("vn", "vnexpress.net"), None, "too little");
        assert_eq!(like("gia-dien", "xang-dau"), None);
    }
}
