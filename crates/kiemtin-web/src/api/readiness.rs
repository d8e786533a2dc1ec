//! What does `/readyz` answer? Each part of the service by itself.

use crate::status::{Crawl, StatusSnapshot};
use kiemtin_model::{Tally, Time};
use kiemtin_store::{Cursor, IndexError, Seq, StoreCounts, StoreError};
use schemars::JsonSchema;
use serde::Serialize;

/// Whether the service can do its work.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Readiness {
    /// The store answers: without it nothing works.
    ready: bool,
    /// Where collecting stands.
    #[schemars(extend("enum" = Crawl::ALL.map(Crawl::as_str)))]
    crawl: &'static str,
    /// The last whole pass.
    last_crawl: Option<LastCrawl>,
    /// Sources that failed in it.
    failing_sources: usize,
    /// What is in force.
    rules: RulesState,
    /// The store.
    store: StoreState,
    /// The search index.
    index: IndexState,
}

/// A pass that ended.
#[derive(Debug, Serialize, JsonSchema)]
struct LastCrawl {
    /// When it ended.
    at: Time,
    /// What became of what was found.
    counts: Tally,
}

/// The rules in force.
#[derive(Debug, Serialize, JsonSchema)]
struct RulesState {
    /// Their version.
    version: String,
    /// Faults of edited rules, which therefore did not come into force.
    faults: usize,
    /// The first of them.
    fault: Option<String>,
}

/// How the store is.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum StoreState {
    /// It answers.
    Sound {
        /// It does.
        #[schemars(extend("const" = true))]
        ok: bool,
        /// Documents.
        documents: u64,
        /// Alerts.
        alerts: u64,
        /// Number of the last change.
        last_seq: Seq,
    },
    /// It does not.
    Failed {
        /// It does not.
        #[schemars(extend("const" = false))]
        ok: bool,
        /// Why.
        detail: String,
    },
}

/// How the index is.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
enum IndexState {
    /// It answers.
    Sound {
        /// It does.
        #[schemars(extend("const" = true))]
        ok: bool,
        /// Number of the last change that it has seen.
        indexed_through: Seq,
        /// Number of the last change.
        last_seq: Option<Seq>,
        /// Changes that it has yet to see.
        behind: Option<Seq>,
    },
    /// It does not.
    Failed {
        /// It does not.
        #[schemars(extend("const" = false))]
        ok: bool,
        /// Why.
        detail: String,
        /// Number of the last change.
        last_seq: Option<Seq>,
    },
}

impl Readiness {
    /// From what store and index answered and what the rest of the service told.
    pub fn of(counts: Result<StoreCounts, StoreError>, cursor: Result<Option<Cursor>, IndexError>, status: StatusSnapshot) -> Self {
        let last_seq = counts.as_ref().ok().map(|c| c.last_seq);
        let index = match cursor {
            Ok(cursor) => {
                let indexed_through = cursor.map_or(0, |c| c.seq);
                IndexState::Sound { ok: true, indexed_through, last_seq, behind: last_seq.map(|last| last - indexed_through) }
            }
            Err(error) => IndexState::Failed { ok: false, detail: error.to_string(), last_seq },
        };
        Self {
            ready: counts.is_ok(),
            crawl: status.crawl.as_str(),
            last_crawl: status.last_run.map(|(at, counts)| LastCrawl { at, counts }),
            failing_sources: status.failing_sources.len(),
            rules: RulesState {
                version: status.rules_version,
                faults: status.rules_faults.len(),
                fault: status.rules_faults.first().cloned(),
            },
            store: match counts {
                Ok(c) => StoreState::Sound { ok: true, documents: c.documents, alerts: c.alerts, last_seq: c.last_seq },
                Err(error) => StoreState::Failed { ok: false, detail: error.to_string() },
            },
            index,
        }
    }
}
