//! Which saved searches does a document match? All are asked in one pass over it.

use super::predicate::{Predicates, moves};
use super::store::{SavedBatch, SavedState, SavedStore};
use crate::search::typed_bare;
use crate::store::StoreError;
use kiemtin_model::{AssessedDocument, JustAssessed, Time};
use kiemtin_text::lexicon::Lexicon;
use kiemtin_text::query::{About, Filter, Matched, QueryId, QuerySet, QuerySetBuilder, TextView};
use kiemtin_text::scan;
use std::sync::{Arc, Mutex, PoisonError};

/// All saved searches, ready to be asked of a document.
#[derive(Default)]
pub struct Matcher {
    /// Revision of the searches that it was made from; 0 for none.
    revision: i64,
    set: QuerySet,
    searches: Vec<(i64, QueryId)>,
    asks_story: bool,
}

impl Matcher {
    pub(super) fn new(revision: i64, searches: &[SavedState], lexicon: &Lexicon) -> Self {
        let predicates = Predicates::new(searches, lexicon);
        let mut builder = QuerySetBuilder::default();
        let mut made = Self { revision, ..Self::default() };
        for state in searches {
            match predicates.of(&state.search.name) {
                Ok(query) => {
                    made.asks_story |= query.filters().iter().any(|f| matches!(f, Filter::Story(_)));
                    made.searches.push((state.search.id, builder.add_search(&query)));
                }
                Err(error) => {
                    let (id, error) = (state.search.id, error.to_string());
                    tracing::error!(saved_search.id = id, error, "a saved search cannot be asked by this version and matches nothing");
                }
            }
        }
        made.set = builder.build();
        made
    }

    /// Whether there is nothing to ask.
    pub fn is_empty(&self) -> bool {
        self.searches.is_empty()
    }

    /// Whether some search asks for a story: a document must have one before it is asked.
    pub fn asks_story(&self) -> bool {
        self.asks_story
    }

    /// The searches that a document of this story matches, ascending. `now` is what `date:P7D` counts back from.
    pub fn matches(&self, of: &JustAssessed<'_>, story: &str, now: Time) -> Vec<i64> {
        if self.is_empty() {
            return vec![];
        }
        let JustAssessed { document, read: [title, text], .. } = of;
        let about = About {
            stance: of.assessment.stance.as_str(),
            level: of.assessment.level.as_str(),
            group: document.group.as_str(),
            lang: &document.lang,
            story,
            units: of.units,
            provinces: of.provinces,
            published: document.published_at.map(|t| t.0),
            now: now.0,
        };
        // As the index has it, so that a notice tells of what a search finds.
        let unaccented = document.lang == "vi" && typed_bare([*title, *text]);
        let view = TextView { about, unaccented, ..TextView::new(title, text, &document.source, document.kind.as_str()) };
        let mut matched = Matched::new(&self.set, view);
        matched.set_topics(of.topics.iter().map(|t| t.id.clone()).collect());
        self.searches.iter().filter(|(_, query)| matched.holds(*query)).map(|(id, _)| *id).collect()
    }

    /// As [`Matcher::matches`], of a document that is read for this alone.
    pub fn matches_of(&self, assessed: &AssessedDocument, story: &str, now: Time) -> Vec<i64> {
        if self.is_empty() {
            return vec![];
        }
        let AssessedDocument { document, topics, units, provinces, assessment, .. } = assessed;
        let (title, text) = (scan(&document.title), scan(&document.text));
        self.matches(&JustAssessed { document, read: [&title, &text], topics, units, provinces, assessment }, story, now)
    }
}

/// The saved searches as this process knows them: made anew when they have changed.
#[derive(Default)]
pub struct Searches {
    lexicon: Arc<Lexicon>,
    present: Mutex<Arc<Matcher>>,
}

impl Searches {
    /// With the lexicon by which searches are expanded.
    pub fn new(lexicon: Arc<Lexicon>) -> Self {
        Self { lexicon, present: Mutex::default() }
    }

    /// The lexicon.
    pub fn lexicon(&self) -> &Arc<Lexicon> {
        &self.lexicon
    }

    fn held(&self) -> Arc<Matcher> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn make(&self, revision: i64, searches: &[SavedState]) -> Arc<Matcher> {
        let made = Arc::new(Matcher::new(revision, searches, &self.lexicon));
        *self.present.lock().unwrap_or_else(PoisonError::into_inner) = made.clone();
        made
    }

    /// The matcher of the searches that are saved now.
    pub async fn now<S: SavedStore + ?Sized>(&self, store: &S) -> Result<Arc<Matcher>, StoreError> {
        let (held, revision) = (self.held(), store.saved_revision().await?);
        if held.revision == revision {
            return Ok(held);
        }
        // Searches that change between the two questions are noticed at the next one.
        Ok(self.make(revision, &store.saved_searches().await?))
    }

    /// The matcher of the searches as a transaction sees them: nobody can change them until it ends.
    pub async fn inside<B: SavedBatch + ?Sized>(&self, batch: &mut B) -> Result<Arc<Matcher>, StoreError> {
        let (held, revision) = (self.held(), batch.saved_revision().await?);
        if held.revision == revision {
            return Ok(held);
        }
        Ok(self.make(revision, &batch.saved_searches().await?))
    }
}

/// Whether a predicate can be answered by the matches that were found when documents came in.
pub(super) fn is_settled(state: &SavedState, predicate: &kiemtin_text::query::Query, followed: i64) -> bool {
    state.walk.complete_at.is_some_and(|at| followed >= at) && !moves(predicate)
}
