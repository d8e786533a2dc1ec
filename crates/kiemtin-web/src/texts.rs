//! What is told of a stored document in a list?

use crate::catalogue::Catalogue;
use kiemtin_model::{DocId, DocKind, FlagKind, Level, Role, SourceGroup, Stance, Time};
use kiemtin_store::{NarrativeDocument, StoredDocument};
use schemars::JsonSchema;
use serde::Serialize;

/// Longest excerpt, in Unicode scalar values.
const EXCERPT: usize = 280;

/// A document in a list.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TextItem {
    /// Its id.
    pub id: DocId,
    /// Its address.
    pub url: Option<String>,
    /// Its title; empty for most posts.
    pub title: String,
    /// The beginning of its text; empty where its publisher does not want an excerpt shown.
    pub excerpt: String,
    /// Source id or host.
    pub source: String,
    /// Name of the source.
    pub source_name: String,
    /// Group of the source.
    pub group: SourceGroup,
    /// Kind of document.
    pub kind: DocKind,
    /// Publication time.
    pub published_at: Option<Time>,
    /// When it was taken in.
    pub fetched_at: Time,
    /// Topic ids, strongest first.
    pub topics: Vec<String>,
    /// How its text stands to its claims.
    pub stance: Stance,
    /// How pressing its flags are.
    pub level: Level,
    /// Whether it is flagged.
    pub flag: bool,
    /// Kinds of its flags, strongest first.
    pub kinds: Vec<FlagKind>,
}

impl TextItem {
    /// Of a stored document.
    pub fn new(stored: StoredDocument, catalogue: &Catalogue) -> Self {
        let (assessment, topics) = (stored.assessed.assessment, stored.assessed.topics);
        let d = stored.assessed.document;
        Self {
            excerpt: if d.restrictions.no_snippet { String::new() } else { excerpt(&d.text, EXCERPT) },
            id: d.id,
            url: d.url,
            title: d.title,
            source_name: catalogue.source(&d.source).to_owned(),
            source: d.source,
            group: d.group,
            kind: d.kind,
            published_at: d.published_at,
            fetched_at: d.fetched_at,
            topics: topics.into_iter().map(|t| t.id).collect(),
            stance: assessment.stance,
            level: assessment.level,
            flag: assessment.flag,
            kinds: assessment.kinds,
        }
    }
}

/// A document of a narrative.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ToldItem {
    /// The document.
    #[serde(flatten)]
    pub text: TextItem,
    /// How it stands to the narrative.
    pub role: Role,
    /// Its points for the narrative after guards.
    pub score: f64,
    /// It tells the claim, in too few words to count: for a person to judge.
    pub suggestion: bool,
}

impl ToldItem {
    /// Of a document of a narrative's file.
    pub fn new(told: NarrativeDocument, catalogue: &Catalogue) -> Self {
        let suggestion = told.document.assessed.assessment.suggestion && told.role == Role::Mentions;
        Self { role: told.role, score: told.score, suggestion, text: TextItem::new(told.document, catalogue) }
    }
}

/// The beginning of a text in one line, at most so many Unicode scalar values.
pub fn excerpt(text: &str, most: usize) -> String {
    let mut words: String = text.chars().take(most).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        words.push('…');
    }
    words
}
