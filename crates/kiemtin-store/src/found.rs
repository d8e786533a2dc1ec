//! What does a person who searches get to see? (The JSON of `kiemtin search --json` and of the search API.)

use crate::index::{Hit, IndexError, Meant, Order, SearchIndex, SearchRequest};
use crate::saved::{Resolved, resolve};
use crate::store::{Store, StoreError};
use crate::types::{Seq, StoredDocument};
use kiemtin_model::{Dating, DocId, DocKind, Time};
use kiemtin_text::lexicon::{Lexicon, expand};
use kiemtin_text::query::Query;
use kiemtin_text::snippet::{highlight_chars, snippet};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};

/// Longest snippet in Unicode scalar values.
const SNIPPET_CHARS: usize = 240;

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
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FoundPage {
    /// Matching documents, copies included.
    pub total: u64,
    /// Last change that the index had seen.
    pub indexed_through: Seq,
    /// One per story.
    pub hits: Vec<FoundHit>,
    /// Counts per value of `source`, `kind`, `topic`, `level`, `stance` and `group`, most first.
    pub facets: BTreeMap<String, Vec<FacetCount>>,
    /// Abbreviations and synonyms that were looked for beside what was typed.
    pub expanded: Vec<Expanded>,
    /// What was looked for in the place of what was typed, because that stands nowhere.
    pub instead: Option<String>,
    /// Other wordings that were probably meant.
    pub meant: Vec<Meant>,
}

/// Words that were looked for beside what was typed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Expanded {
    /// As typed.
    pub typed: String,
    /// The others.
    pub into: Vec<String>,
}

/// A found document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FoundHit {
    /// Its id.
    pub id: DocId,
    /// The id that its document line carried.
    pub source_id: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its title.
    pub title: String,
    /// What matched in it: [start, end) in Unicode scalar values.
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
    /// It has most of the words, not all of them: given when few have all.
    pub partial: bool,
    /// First document of its story: the same text, edited or not.
    pub story: DocId,
    /// Number of other documents of the story.
    pub copies: u32,
    /// Number of its present version, from 1.
    pub version: u32,
    /// A piece of its text (of its title, when it has no text); empty where the publisher does not want one shown.
    pub snippet: String,
    /// What matched: [start, end) in Unicode scalar values of the snippet.
    pub highlights: Vec<(usize, usize)>,
}

/// How many documents have this value.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FacetCount {
    /// The value.
    pub value: String,
    /// Documents.
    pub count: u64,
}

/// Searches, and reads what was found from the store. A hit that the store no longer has is left out. Words of the lexicon are
/// looked for beside those typed, unless these are wanted as typed.
pub async fn find(store: &dyn Store, index: &dyn SearchIndex, lexicon: &Lexicon, request: SearchRequest) -> Result<FoundPage, FindError> {
    let (query, expanded) = match request.query {
        Some(query) if !request.as_typed => {
            let (query, expanded) = expand(&query, lexicon);
            (Some(query), expanded)
        }
        query => (query, vec![]),
    };
    let (query, in_words) = match query {
        Some(query) => {
            let Resolved { asked, shown } = resolve(store, index, lexicon, &query).await?;
            (Some(asked), Some(shown))
        }
        None => (None, None),
    };
    // What has no words has no best match.
    let worded = query.as_ref().is_none_or(|q| !q.phrases().is_empty() || !q.prefixes().is_empty());
    let order = if worded { request.order } else { Order::Newest };
    let request = SearchRequest { query, order, ..request };
    let result = index.search(&request).await?;
    let ids: Vec<_> = result.hits.iter().map(|h| h.id.clone()).collect();
    let stories: Vec<_> = result.hits.iter().map(|h| h.story.clone()).collect();
    let (documents, copies) = tokio::try_join!(store.documents(&ids), store.copies(&stories))?;
    let mut documents: HashMap<_, _> = documents.into_iter().map(|d| (d.assessed.document.id.clone(), d)).collect();
    let query = result.instead.as_ref().map(|instead| &instead.query).or(in_words.as_ref());
    let hits = result.hits.into_iter().filter_map(|hit| {
        let stored = documents.remove(&hit.id)?;
        let others = copies.get(&hit.story).map_or(0, |n| n.saturating_sub(1));
        Some(shown(stored, hit, others, query))
    });
    let facet = |(value, count)| FacetCount { value, count };
    let hits = hits.collect();
    Ok(FoundPage {
        expanded: expanded.into_iter().map(|e| Expanded { typed: e.typed, into: e.into }).collect(),
        instead: result.instead.map(|instead| instead.text),
        meant: result.meant,
        total: result.total,
        indexed_through: result.indexed_through,
        hits,
        facets: result.facets.into_iter().map(|f| (f.field, f.values.into_iter().map(facet).collect())).collect(),
    })
}

fn shown(stored: StoredDocument, hit: Hit, copies: u32, query: Option<&Query>) -> FoundHit {
    let document = stored.assessed.document;
    let body = if document.text.is_empty() { &document.title } else { &document.text };
    let body = if document.restrictions.no_snippet { "" } else { body };
    let snippet = snippet(body, query, SNIPPET_CHARS);
    FoundHit {
        title_highlights: query.map(|query| highlight_chars(&document.title, query)).unwrap_or_default(),
        id: document.id,
        source_id: document.source_id,
        url: document.url,
        source: document.source,
        kind: document.kind,
        published_at: document.published_at,
        dating: document.dating,
        score: hit.score,
        story: hit.story,
        partial: hit.partial,
        copies,
        version: stored.version,
        snippet: snippet.text,
        highlights: snippet.highlights,
        title: document.title,
    }
}
