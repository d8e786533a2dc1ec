//! What does an asker get? (The JSON of `trends --format json` and of `GET /api/v1/trends`.)

use super::missing::{MissingKind, MissingSource};
use crate::trend::Span;
use crate::types::Seq;
use kiemtin_model::{DocId, Time};
use schemars::JsonSchema;
use serde::Serialize;

/// What was counted.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Trends")]
pub struct Coverage {
    /// Published at or after.
    pub from: Time,
    /// Published before.
    pub to: Time,
    /// Length of the periods.
    pub by: Span,
    /// What documents are told apart by.
    #[schemars(extend("enum" = ["source", "group", "topic", "kind", "stance", null]))]
    pub group: Option<&'static str>,
    /// One per query, in the order asked.
    pub series: Vec<Series>,
    /// Days on which a source that normally contributes lacks documents.
    pub missing: Vec<MissingSource>,
    /// Sources that failed or were silent on some day of `missing`: the steady share leaves them out of the whole time.
    pub missing_sources: Vec<String>,
    /// Part of all documents that is of the other sources; none where there is no document at all.
    pub steady_part: Option<f64>,
    /// Last change that the index has seen.
    pub indexed_through: Seq,
}

/// Coverage of one query.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "TrendSeries")]
pub struct Series {
    /// The query as typed; empty for all coverage.
    pub query: String,
    /// Abbreviations and synonyms that were looked for beside what was typed: [typed, [others]].
    pub expanded: Vec<(String, Vec<String>)>,
    /// What was looked for in the place of what was typed, because that stands nowhere.
    pub instead: Option<String>,
    /// Conditions that no document fulfils, as they are typed.
    pub unknown: Vec<String>,
    /// Documents that match.
    pub count: u64,
    /// All documents.
    pub total_count: u64,
    /// Share of all documents (`count` / `total_count`), 0 to 1; none where there is no document at all.
    pub ratio: Option<f64>,
    /// Stories that match: groups of copies of one text.
    pub stories: u64,
    /// Documents that match and have no date: they are in no period, whatever time is asked for.
    pub undated: u64,
    /// Share over the sources that lack nothing in the whole time; none where these have no document.
    pub steady_ratio: Option<f64>,
    /// The same length of time before, when it was asked for.
    pub previous: Option<Previous>,
    /// Every period of the time asked for, oldest first, also those without documents.
    pub points: Vec<Point>,
    /// By value, most documents first, the others together last; empty when nothing was asked for to tell apart by. Documents with
    /// several values (topics) count for each.
    pub groups: Vec<Group>,
    /// Sources with most matching documents, at most 10.
    pub top_sources: Vec<SourceShare>,
    /// Words that are more frequent here than in all coverage of this time.
    pub top_words: TopWords,
    /// Stories with most matching documents, of those that have several, at most 8.
    pub drivers: Vec<Driver>,
}

/// What was counted of the time before.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "TrendPrevious")]
pub struct Previous {
    /// Published at or after.
    pub from: Time,
    /// Published before.
    pub to: Time,
    /// Documents that match.
    pub count: u64,
    /// All documents.
    pub total_count: u64,
    /// Their share.
    pub ratio: Option<f64>,
    /// Stories that match.
    pub stories: u64,
    /// How this time differs from it.
    pub change: Change,
}

/// How a time differs from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "TrendChange")]
pub struct Change {
    /// Documents more (or, below 0, fewer), as a part of those before; none when there were none.
    pub count: Option<f64>,
    /// Difference of the shares, -1 to 1.
    pub ratio: Option<f64>,
    /// Stories more, as a part of those before.
    pub stories: Option<f64>,
}

/// A period.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "TrendPoint")]
pub struct Point {
    /// What it is called: `2026-11-23`, `2026-W47`, `2026-11`, or RFC 3339 for hours.
    pub date: String,
    /// When it begins.
    pub start: Time,
    /// Documents that match.
    pub count: u64,
    /// All documents.
    pub total_count: u64,
    /// Their share; none where there is no document at all.
    pub ratio: Option<f64>,
    /// Stories whose first matching document of the time asked for is in it.
    pub stories: u64,
    /// Share over the sources that lack nothing in the whole time.
    pub steady_ratio: Option<f64>,
    /// Documents of the period in the same place of the time before.
    pub previous_count: Option<u64>,
    /// Their share.
    pub previous_ratio: Option<f64>,
    /// Only a part of it is counted, or it is not over.
    pub partial: bool,
    /// Sources that lack something in it.
    pub missing: Vec<PointMissing>,
}

/// A source that lacks something in a period.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "TrendPointMissing")]
pub struct PointMissing {
    /// Its id.
    pub source: String,
    /// What is known of it, the gravest of the days.
    pub kind: MissingKind,
    /// Days of the period.
    pub days: u32,
}

/// Coverage of one value.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "TrendGroup")]
pub struct Group {
    /// Its id; empty for documents without one, `khác` for all others.
    pub value: String,
    /// Documents.
    pub count: u64,
    /// Their share of all coverage.
    pub ratio: Option<f64>,
    /// Stories that began with it.
    pub stories: u64,
    /// Every period: [documents, stories].
    pub points: Vec<(u64, u64)>,
}

/// A source and its part.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct SourceShare {
    /// Its id.
    pub source: String,
    /// Documents that match.
    pub count: u64,
    /// Their part of all that match.
    pub ratio: f64,
}

/// Words that stand out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct TopWords {
    /// Documents that were read, copies left out.
    pub sample_size: usize,
    /// Most telling first, at most 20.
    pub words: Vec<TopWord>,
}

/// A word that stands out.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct TopWord {
    /// Its syllables, in small letters.
    pub term: String,
    /// Documents of the sample that have it.
    pub doc_count: u32,
    /// Their part of the sample.
    pub doc_ratio: f64,
    /// The part of a sample of all coverage that has it.
    pub usual_ratio: f64,
}

/// An event that drives coverage.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "TrendDriver")]
pub struct Driver {
    /// Its id: of its first document.
    pub story: DocId,
    /// Title of that.
    pub title: String,
    /// When that was published.
    pub published_at: Option<Time>,
    /// Documents that match.
    pub documents: u32,
    /// Their sources.
    pub sources: u32,
}
