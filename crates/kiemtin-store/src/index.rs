//! The search index: a follower of the store that may be deleted and rebuilt.
//!
//! Written so that append-only engines and engines with ids can both stand behind it: documents are applied in order
//! with the cursor, a repeat of the same range changes nothing, results carry how far the index has followed.

use crate::trend::{Trend, TrendRequest};
use crate::types::{Seq, StoredDocument};
use async_trait::async_trait;
use kiemtin_model::{DocId, Sight, Time};
use kiemtin_text::lexicon::{Expansion, Lexicon};
use kiemtin_text::query::{Phrase, Query};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// What went wrong in the index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The engine said no.
    #[error("the search index failed")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Another process writes the index; it follows the same store, so nothing is lost.
    #[error("the search index is written by another kiemtin process")]
    Busy,
    /// The query asks for something that the index cannot answer.
    #[error("{0}")]
    Query(String),
}

/// How far the index has followed which store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Cursor {
    /// [`crate::Store::log_id`].
    pub log: String,
    /// Last change applied.
    pub seq: Seq,
    /// Version of the index's fields and analysis; another one asks for a rebuild.
    pub schema: u32,
}

/// Order of the hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Best match first (BM25).
    #[default]
    Best,
    /// Best match first, where a newer document needs less to be best: half of what a match is worth is gone after 30 days.
    Fresh,
    /// Newest first.
    Newest,
}

/// A search. By default: everything, best first, no hits, no facets.
#[derive(Clone, Debug, Default)]
pub struct SearchRequest {
    /// What must match; `None` matches all.
    pub query: Option<Query>,
    /// The moment that `date:P7D` counts back from.
    pub now: Time,
    /// Published at or after.
    pub from: Option<Time>,
    /// Published before.
    pub to: Option<Time>,
    /// Only this source.
    pub source: Option<String>,
    /// Only this topic.
    pub topic: Option<String>,
    /// Order of the hits.
    pub order: Order,
    /// Hits to skip, at most 10,000.
    pub offset: usize,
    /// Hits to give, at most 1,000.
    pub limit: usize,
    /// Whether facets are counted: costs a look at every matching document.
    pub facets: bool,
    /// Words that are looked for beside those typed.
    pub lexicon: Arc<Lexicon>,
    /// Only the words as typed: nothing is looked for beside them, nor proposed or put in their place.
    pub as_typed: bool,
    /// Whose eyes it is for: saved searches of units that are not seen are not there.
    pub sight: Sight,
}

/// A found story: its best document.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// The document.
    pub id: DocId,
    /// First document of its story: the same text, edited or not.
    pub story: DocId,
    /// Score of the engine; only comparable within one result.
    pub score: f32,
    /// It has some of the words, not all of them: given beside those that have all, where these are few or accents were left out.
    pub partial: bool,
}

/// Number of matching documents per value of a field.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Facet {
    /// `source`, `kind`, `topic` or `level`.
    pub field: String,
    /// (value, documents), most first, at most 20.
    pub values: Vec<(String, u64)>,
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub struct SearchResult {
    /// Matching documents, copies included.
    pub total: u64,
    /// Hits, one per story.
    pub hits: Vec<Hit>,
    /// Counts by field.
    pub facets: Vec<Facet>,
    /// Last change that the index has seen.
    pub indexed_through: Seq,
    /// The query that was answered: as asked, corrected and with the words of the lexicon.
    pub query: Option<Query>,
    /// Words that were looked for beside those typed.
    pub expanded: Vec<Expansion>,
    /// What was looked for in the place of what was typed, because that stands nowhere in these words, or hardly.
    pub instead: Option<String>,
    /// Other wordings that find much, likeliest first, at most 4: accents that were left out or are wrong, slips, conditions that no
    /// document fulfils.
    pub meant: Vec<Meant>,
    /// Conditions on the source, topic, unit or province that no document fulfils, as they are typed.
    pub unknown: Vec<String>,
}

/// A wording that was probably meant.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Meant {
    /// In words, as they are typed.
    pub text: String,
    /// Documents with exactly these words in a row, or that such a search finds; no more than 1,000 are counted.
    pub count: u64,
}

impl Meant {
    /// No more documents are counted: of common words all would be read, for a number that nobody needs to know.
    pub const MOST_COUNTED: u64 = 1_000;
}

/// A search engine that follows the store.
#[async_trait]
pub trait SearchIndex: Send + Sync {
    /// How far the index has followed, as it was written; `None` for an empty one.
    async fn cursor(&self) -> Result<Option<Cursor>, IndexError>;
    /// Replaces or adds the documents and moves the cursor, in one atomic commit; found by searches when it returns.
    async fn apply(&self, documents: Vec<StoredDocument>, cursor: &Cursor) -> Result<(), IndexError>;
    /// Removes documents and moves the cursor, in one atomic commit; found by no search when it returns.
    async fn remove(&self, ids: &[DocId], cursor: &Cursor) -> Result<(), IndexError>;
    /// Writes anew what still holds removed documents on disk, and gives how many documents that were.
    async fn purge(&self) -> Result<u64, IndexError> {
        Ok(0)
    }
    /// Removes everything, cursor included.
    async fn clear(&self) -> Result<(), IndexError>;
    /// How far what is written has followed: another generation of the index while one is being built, else what is searched.
    async fn writing(&self) -> Result<Option<Cursor>, IndexError> {
        self.cursor().await
    }
    /// Begins to build the index anew. What is searched stays until [`SearchIndex::switch`], where the engine can do that.
    async fn rebuild(&self) -> Result<(), IndexError> {
        self.clear().await
    }
    /// What is written has caught up with the store: it is what is searched from now on. Changes nothing when it is already.
    async fn switch(&self) -> Result<(), IndexError> {
        Ok(())
    }
    /// Searches.
    async fn search(&self, request: &SearchRequest) -> Result<SearchResult, IndexError>;
    /// Words that tell this text from the others, most telling first, at most 12: what to look for to find more like it.
    async fn telling(&self, title: &str, text: &str) -> Result<Vec<Phrase>, IndexError>;
    /// Words of two to four syllables of these texts (title, text), with the number of texts that have each; only those that several
    /// have. In no firm order. Texts are read whole: give their beginnings.
    async fn frequent(&self, texts: Vec<(String, String)>) -> Result<Vec<(String, u32)>, IndexError>;
    /// Counts documents by time and by one or two other things.
    async fn trend(&self, request: &TrendRequest) -> Result<Trend, IndexError>;
    /// It does not know what the words of its documents mean: what was learnt was lost.
    async fn knows_too_little(&self) -> Result<bool, IndexError> {
        Ok(false)
    }
    /// Learns from documents that it has, without indexing them again.
    async fn learn(&self, documents: Vec<StoredDocument>) -> Result<(), IndexError> {
        drop(documents);
        Ok(())
    }
    /// Version of the fields and analysis that this build writes.
    fn schema(&self) -> u32;
}
