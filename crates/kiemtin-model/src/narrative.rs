//! Which documents tell the same claim?

use crate::assess::{FlagKind, Level};
use crate::time::Time;
use crate::words;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names a narrative: the claim in one line, and a stable key by which documents join it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct NarrativeKey {
    /// Stable: rule id, or fact and stated value, or number of the cited document.
    pub key: String,
    /// The claim in one Vietnamese line.
    pub claim: String,
}

words! {
    /// How a document stands to a narrative.
    Role {
        /// Tells the claim as true.
        Asserts = "asserts" / "Lan truyền",
        /// Denies it, or warns of it: an answer.
        Responds = "responds" / "Phản hồi, bác bỏ",
        /// Mentions it otherwise (report, question, forecast).
        Mentions = "mentions" / "Nhắc đến",
    }
}

/// What the store knows of a narrative; the input and output of raising an alert.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NarrativeState {
    /// Store id; 0 until stored.
    pub id: i64,
    /// Key and claim.
    pub key: NarrativeKey,
    /// Kinds of flags seen, strongest first.
    pub kinds: Vec<FlagKind>,
    /// Topics of its documents.
    pub topics: Vec<String>,
    /// Units concerned.
    pub units: Vec<String>,
    /// Documents that assert it, copies included.
    pub documents: u32,
    /// Independent stories among them (a text and its copies are one).
    pub stories: u32,
    /// Distinct sources among them.
    pub sources: u32,
    /// Documents that respond to it.
    pub responses: u32,
    /// Highest score of one asserting document, in points.
    pub best_score: f64,
    /// Largest number of sources, licensed reprints left out, that carried much the same text within 24 hours.
    pub copy_sources: u32,
    /// Earliest publication time of an asserting document.
    pub first_seen: Time,
    /// Latest one.
    pub last_seen: Time,
    /// 1 for the first wave; one more each time it returns after a silence.
    pub wave: u32,
    /// Sum of points that the level follows from.
    pub points: f64,
    /// Level reached in this wave.
    pub level: Level,
    /// Id of the alert of this wave; that of another narrative whose documents tell this claim as well.
    pub alert: Option<i64>,
    /// Points for the widest reach of a source that asserts it in this wave ([`crate::Reach`]).
    pub reach: f64,
}

impl NarrativeState {
    /// A narrative without documents, not yet stored.
    pub fn new(key: NarrativeKey, at: Time) -> Self {
        Self {
            id: 0,
            key,
            kinds: vec![],
            topics: vec![],
            units: vec![],
            documents: 0,
            stories: 0,
            sources: 0,
            responses: 0,
            best_score: 0.0,
            copy_sources: 0,
            first_seen: at,
            last_seen: at,
            wave: 1,
            points: 0.0,
            level: Level::None,
            alert: None,
            reach: 0.0,
        }
    }
}
