//! What exactly does a saved search match? Its query with the words of the lexicon and the searches that it names.

use super::store::SavedState;
use kiemtin_text::compose;
use kiemtin_text::lexicon::{Lexicon, expand};
use kiemtin_text::query::{Dates, Filter, Query, SavedError, parse};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// One more when documents are matched in another way: every search is then compared anew.
const VERSION: u32 = 1;

/// A name as names are compared: without regard to capital letters, spaces and the way accents are put together.
pub(super) fn name_key(name: &str) -> String {
    compose(name.to_lowercase().into()).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The saved searches by name.
pub(super) struct Predicates<'a> {
    by_key: HashMap<String, &'a str>,
    lexicon: &'a Lexicon,
}

impl<'a> Predicates<'a> {
    pub(super) fn new(searches: &'a [SavedState], lexicon: &'a Lexicon) -> Self {
        let by_key = searches.iter().map(|s| (name_key(&s.search.name), s.search.query.as_str())).collect();
        Self { by_key, lexicon }
    }

    /// The same with one more.
    pub(super) fn with(mut self, name: &str, query: &'a str) -> Self {
        self.by_key.insert(name_key(name), query);
        self
    }

    /// The query that goes by this name, as it is matched; the searches that it names still go by theirs.
    pub(super) fn named(&self, name: &str) -> Option<Query> {
        let query = parse(self.by_key.get(&name_key(name))?).ok()?;
        Some(expand(&query, self.lexicon, &|_| vec![]).0)
    }

    /// The query with everything that it names put in.
    pub(super) fn put_in(&self, query: &Query) -> Result<Query, SavedError> {
        query.with_saved(&mut |name| self.named(name))
    }

    /// The predicate of the search of this name.
    pub(super) fn of(&self, name: &str) -> Result<Query, SavedError> {
        self.put_in(&Query::Filter(Filter::Saved(name.to_owned())))
    }
}

/// Hash of a predicate.
pub(super) fn hash(predicate: &Query) -> String {
    let mut hash = DefaultHasher::new();
    (VERSION, predicate.to_string()).hash(&mut hash);
    format!("{:016x}", hash.finish())
}

/// Whether what it matches changes as time goes by: it counts days back from now.
pub(super) fn moves(predicate: &Query) -> bool {
    predicate.filters().iter().any(|f| matches!(f, Filter::Date(Dates::Past { .. })))
}
