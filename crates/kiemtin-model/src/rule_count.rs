//! How did a rule fare on the documents that are stored now?

use crate::time::Time;
use std::collections::BTreeMap;

/// What was counted of one rule, or of one claim of the library.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleCount {
    /// Documents in which it found something.
    pub hits: u64,
    /// Flagged documents to whose flag it adds.
    pub flagged: u64,
    /// Flagged documents that would not be flagged without it.
    pub unique: u64,
    /// Hits that each guard suppressed, by its id.
    pub suppressed: BTreeMap<String, u64>,
    /// Hits that at least one guard suppressed.
    pub suppressed_hits: u64,
    /// Time of the latest document with a hit.
    pub last_hit: Option<Time>,
    /// Alerts it speaks for that people found right ([`crate::Decision::right`]).
    pub right: u64,
    /// Alerts it speaks for that people found right or wrong.
    pub judged: u64,
}
