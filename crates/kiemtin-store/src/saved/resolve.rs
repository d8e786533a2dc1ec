//! What is asked of the index in the place of `search:"name"`?
//!
//! The matches that were found when documents came in, where they are complete and the index has them: one look-up. Until then,
//! and for what counts days back from now, the query itself.

use super::matcher::is_settled;
use super::predicate::{Predicates, name_key};
use super::store::SavedState;
use crate::found::FindError;
use crate::index::SearchIndex;
use crate::store::Store;
use kiemtin_model::Sight;
use kiemtin_text::key::folded;
use kiemtin_text::lexicon::Lexicon;
use kiemtin_text::query::{Filter, Query, SavedError};

/// Names that are proposed for one that is unknown.
const PROPOSED: usize = 3;

/// A query without names of saved searches.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// What the index is asked.
    pub asked: Query,
    /// The same in words, for marking what matched.
    pub shown: Query,
}

/// Puts something that the index can answer in the place of every name.
///
/// A search that is not for these eyes is not there: it is as unknown as one that was never saved, and nothing of it is proposed.
///
/// # Errors
/// A name that is unknown, with those that are nearest; searches that are too large together.
pub async fn resolve(
    store: &dyn Store,
    index: &dyn SearchIndex,
    (lexicon, sight): (&Lexicon, &Sight),
    query: &Query,
) -> Result<Resolved, FindError> {
    if !query.filters().iter().any(|f| matches!(f, Filter::Saved(_))) {
        return Ok(Resolved { asked: query.clone(), shown: query.clone() });
    }
    let mut searches = store.saved_searches().await?;
    searches.retain(|s| s.search.is_seen(sight));
    let followed = index.cursor().await?.map_or(0, |c| c.seq);
    let predicates = Predicates::new(&searches, lexicon);
    let matches_of = |name: &str| {
        let key = name_key(name);
        let state = searches.iter().find(|s| name_key(&s.search.name) == key)?;
        let predicate = predicates.of(name).ok()?;
        is_settled(state, &predicate, followed).then_some(Query::Filter(Filter::MatchOf(state.search.id)))
    };
    let told = |error| FindError::Query(words(error, &searches));
    let asked = query.with_saved(&mut |name| matches_of(name).or_else(|| predicates.named(name))).map_err(told)?;
    // Words that are only marked may be left out when there are too many.
    let shown = predicates.put_in(query).unwrap_or_else(|_| asked.clone());
    Ok(Resolved { asked, shown })
}

fn words(error: SavedError, searches: &[SavedState]) -> String {
    let SavedError::Unknown(name) = &error else { return error.to_string() };
    let near = nearest(name, searches);
    if near.is_empty() { error.to_string() } else { format!("{error}; có phải: {}?", near.join(", ")) }
}

/// Names that share most pairs of letters with this one (Dice 1945), nearest first, in quotation marks.
fn nearest(name: &str, searches: &[SavedState]) -> Vec<String> {
    let pairs = |text: &str| {
        let letters: Vec<char> = folded(text).chars().collect();
        letters.windows(2).map(<[char]>::to_vec).collect::<Vec<_>>()
    };
    let wanted = pairs(name);
    let likeness = |other: &str| {
        let own = pairs(other);
        let shared = own.iter().filter(|pair| wanted.contains(pair)).count();
        2.0 * shared as f64 / (own.len() + wanted.len()).max(1) as f64
    };
    let mut near: Vec<(f64, &str)> = searches.iter().map(|s| (likeness(&s.search.name), s.search.name.as_str())).collect();
    near.retain(|(likeness, _)| *likeness > 0.4);
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.into_iter().take(PROPOSED).map(|(_, name)| format!("«{name}»")).collect()
}
