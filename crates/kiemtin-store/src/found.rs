//! What does a person who searches get to see? (The JSON of `kiemtin search --json` and of the search API.)

use crate::events::EventSpread;
use crate::index::{Hit, IndexError, Meant, Order, SearchIndex, SearchRequest};
use crate::saved::{Resolved, resolve};
use crate::store::{Store, StoreError};
use crate::types::{Seq, StoredDocument};
use kiemtin_model::{Dating, DocId, DocKind, Time};
use kiemtin_text::lexicon::{Expansion, expand};
use kiemtin_text::query::{Filter, Query};
use kiemtin_text::snippet::Highlighter;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Longest snippet in Unicode scalar values.
const SNIPPET_CHARS: usize = 240;

/// A document is like another when it has one in so many of the words that tell that one from all others.
const LIKE_SHARE: usize = 3;

/// Groups of copies that `story:ID` stands for, the newest, and events that one query may name.
const MOST_GROUPS: usize = 500;
const MOST_EVENTS: usize = 10;

/// Why nothing could be found out.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// The query cannot be answered; the words are for the person who asked.
    #[error("{0}")]
    Query(String),
    /// The index failed.
    #[error("the search index failed")]
    Index(#[source] IndexError),
    /// The documents could not be read.
    #[error("the documents that were found could not be read")]
    Store(#[from] StoreError),
}

impl From<IndexError> for FindError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Query(words) => Self::Query(words),
            error => Self::Index(error),
        }
    }
}

/// A page of what was found.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Found")]
pub struct FoundPage {
    /// Matching documents, copies included.
    pub total: u64,
    /// Last change that the index had seen.
    pub indexed_through: Seq,
    /// One per story.
    pub hits: Vec<FoundHit>,
    /// Counts per value of `source`, `kind`, `topic`, `level`, `stance` and `group`, most first.
    pub facets: BTreeMap<String, Vec<FacetCount>>,
    /// What the documents are like, when such were asked for.
    pub like: Option<Like>,
    /// Abbreviations and synonyms that were looked for beside what was typed; `spelling=typed` prevents it.
    pub expanded: Vec<Expanded>,
    /// What was looked for in the place of what was typed, because that stands nowhere; `spelling=typed` prevents it.
    pub instead: Option<String>,
    /// Other wordings that were probably meant, at most 4.
    pub meant: Vec<Meant>,
    /// Conditions on the source, topic, unit or province that no document fulfils, as they are typed.
    pub unknown: Vec<String>,
}

/// A document that others are like.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "FoundLike")]
pub struct Like {
    /// Its id.
    pub id: DocId,
    /// Its title.
    pub title: String,
    /// What was looked for to find others like it, as a query.
    pub query: String,
}

/// Words that were looked for beside what was typed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Expanded {
    /// As typed.
    pub typed: String,
    /// The others.
    pub into: Vec<String>,
}

/// A found document.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FoundHit {
    /// Its id.
    pub id: DocId,
    /// The id that its document line carried.
    pub source_id: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: String,
    /// What matched: [start, end) in Unicode scalar values of the title.
    pub title_highlights: Vec<(usize, usize)>,
    /// Its source.
    pub source: String,
    /// Kind of document.
    pub kind: DocKind,
    /// When it was published.
    pub published_at: Option<Time>,
    /// What named that time, when it was changed last, and which date was refused.
    #[serde(flatten)]
    pub dating: Dating,
    /// Only comparable within one page.
    pub score: f32,
    /// It has some of the words, not all of them: given beside those that have all, where these are few or accents were left out.
    pub partial: bool,
    /// Id of its event.
    pub story: DocId,
    /// How far its event has spread.
    pub spread: EventSpread,
    /// First document of its group of copies: the same text, edited or not.
    pub copy_of: DocId,
    /// Number of other documents of that group.
    pub copies: u32,
    /// Number of its present version, from 1.
    pub version: u32,
    /// A piece of its text (of its title, when it has no text); empty where the publisher does not want one shown.
    pub snippet: String,
    /// What matched: [start, end) in Unicode scalar values of the snippet.
    pub highlights: Vec<(usize, usize)>,
}

/// How many documents have this value.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FacetCount {
    /// The value.
    pub value: String,
    /// Documents.
    pub count: u64,
}

/// Searches, and reads what was found from the store. A hit that the store no longer has is left out.
pub async fn find(store: &dyn Store, index: &dyn SearchIndex, request: &SearchRequest) -> Result<FoundPage, FindError> {
    let query = match &request.query {
        Some(query) => Some(in_events(store, query).await?),
        None => None,
    };
    look_for(store, index, SearchRequest { query, ..request.clone() }).await
}

async fn look_for(store: &dyn Store, index: &dyn SearchIndex, request: SearchRequest) -> Result<FoundPage, FindError> {
    let (request, named) = with_saved(store, index, request).await?;
    let result = index.search(&request).await?;
    let ids: Vec<_> = result.hits.iter().map(|h| h.id.clone()).collect();
    let stories: Vec<_> = result.hits.iter().map(|h| h.story.clone()).collect();
    let (documents, copies, mut spreads) = tokio::try_join!(store.documents(&ids), store.copies(&stories), store.spreads(&stories))?;
    let mut documents: HashMap<_, _> = documents.into_iter().map(|d| (d.assessed.document.id.clone(), d)).collect();
    let (query, expanded) = match &named {
        Some(named) => (Some(&named.in_words), &named.expanded),
        None => (result.query.as_ref(), &result.expanded),
    };
    let highlighter = Highlighter::new(query);
    let hits = result.hits.into_iter().filter_map(|hit| {
        let stored = documents.remove(&hit.id)?;
        let others = copies.get(&hit.story).map_or(0, |n| n.saturating_sub(1));
        let alone = || EventSpread { id: hit.story.clone(), documents: others + 1, stories: 1, sources: 1 };
        let spread = spreads.remove(&hit.story).unwrap_or_else(alone);
        Some(shown(stored, hit, (others, spread), &highlighter))
    });
    let facet = |(value, count)| FacetCount { value, count };
    let hits = hits.collect();
    Ok(FoundPage {
        like: None,
        expanded: expanded.iter().map(|e| Expanded { typed: e.typed.clone(), into: e.into.clone() }).collect(),
        instead: result.instead,
        meant: result.meant,
        unknown: result.unknown,
        total: result.total,
        indexed_through: result.indexed_through,
        hits,
        facets: result.facets.into_iter().map(|f| (f.field, f.values.into_iter().map(facet).collect())).collect(),
    })
}

/// Puts the groups of copies of an event, the newest, in the place of `story:ID`, whatever of the event has that id. An unknown
/// one stays: it finds nothing.
pub(crate) async fn in_events(store: &dyn Store, query: &Query) -> Result<Query, StoreError> {
    let mut groups: HashMap<String, Query> = HashMap::new();
    for filter in query.filters() {
        let Filter::Story(id) = filter else { continue };
        if groups.len() >= MOST_EVENTS || groups.contains_key(id) {
            continue;
        }
        if let Some((_, stories)) = store.event_stories(&DocId(id.clone()), MOST_GROUPS).await? {
            groups.insert(id.clone(), Query::Or(stories.into_iter().map(|story| Query::Filter(Filter::Story(story.0))).collect()));
        }
    }
    Ok(query.with_filters(&|filter| match filter {
        Filter::Story(id) => groups.get(id).cloned(),
        _ => None,
    }))
}

/// A query with saved searches in it, as people read it.
pub(crate) struct Named {
    pub(crate) in_words: Query,
    pub(crate) expanded: Vec<Expansion>,
}

/// Puts saved searches in the place of their names. Such a query has the words of the lexicon beside its own already, as when
/// documents were compared with it: the index adds none.
pub(crate) async fn with_saved(
    store: &dyn Store,
    index: &dyn SearchIndex,
    mut request: SearchRequest,
) -> Result<(SearchRequest, Option<Named>), FindError> {
    let Some(query) = request.query.take_if(|q| q.filters().iter().any(|f| matches!(f, Filter::Saved(_)))) else {
        return Ok((request, None));
    };
    let (query, expanded) = if request.as_typed { (query, vec![]) } else { expand(&query, &request.lexicon, &|_| vec![]) };
    let Resolved { asked, shown } = resolve(store, index, (&request.lexicon, &request.sight), &query).await?;
    // What has no words has no best match.
    let worded = !asked.phrases().is_empty() || !asked.prefixes().is_empty();
    let order = if worded { request.order } else { Order::Newest };
    Ok((SearchRequest { query: Some(asked), order, as_typed: true, ..request }, Some(Named { in_words: shown, expanded })))
}

/// Searches for documents like this one, best first, among what the request asks for; not the story itself.
///
/// # Errors
/// As [`find`]; no such document; a document that no words tell from the others.
pub async fn find_like(store: &dyn Store, index: &dyn SearchIndex, id: &DocId, request: SearchRequest) -> Result<FoundPage, FindError> {
    let Some(stored) = store.documents(std::slice::from_ref(id)).await?.pop() else {
        return Err(FindError::Query(format!("không có bài «{}»", id.0)));
    };
    let document = stored.assessed.document;
    let words: Vec<Query> = index.telling(&document.title, &document.text).await?.into_iter().map(Query::Phrase).collect();
    if words.is_empty() {
        return Err(FindError::Query("bài này không có từ nào đủ riêng để tìm bài tương tự".into()));
    }
    let least = words.len().div_ceil(LIKE_SHARE);
    let same_words = Query::AtLeast(least, words);
    let like = Like { id: document.id, title: document.title, query: same_words.to_string() };
    let other_stories = Query::Not(Box::new(Query::Filter(Filter::Story(stored.story.0))));
    let asked = match &request.query {
        Some(query) => Some(in_events(store, query).await?),
        None => None,
    };
    let query = Query::And([same_words, other_stories].into_iter().chain(asked).collect());
    let page = look_for(store, index, SearchRequest { query: Some(query), as_typed: true, ..request }).await?;
    Ok(FoundPage { like: Some(like), ..page })
}

fn shown(stored: StoredDocument, hit: Hit, (copies, spread): (u32, EventSpread), highlighter: &Highlighter<'_>) -> FoundHit {
    let document = stored.assessed.document;
    let (title_highlights, mut snippet) = highlighter.show(&document.title, &document.text, SNIPPET_CHARS);
    if document.restrictions.no_snippet {
        (snippet.text, snippet.highlights) = (String::new(), vec![]);
    }
    FoundHit {
        title_highlights,
        id: document.id,
        source_id: document.source_id,
        url: document.url,
        source: document.source,
        kind: document.kind,
        published_at: document.published_at,
        dating: document.dating,
        score: hit.score,
        story: spread.id.clone(),
        spread,
        copy_of: hit.story,
        partial: hit.partial,
        copies,
        version: stored.version,
        snippet: snippet.text,
        highlights: snippet.highlights,
        title: document.title,
    }
}
