//! What is true, and where is it found again?
//!
//! [`Store`] is the truth: documents, signals, narratives, alerts and the outbox, recorded in one transaction per batch.
//! [`SearchIndex`] follows it by sequence number and may be deleted at any time. Each trait has a conformance suite
//! ([`conformance`]) that every implementation passes.
//!
//! Invariants: SQL and index code live here and nowhere else; nothing is acknowledged before it is durable; a follower's
//! cursor is committed together with what it followed.

pub mod allowances;
pub mod archive;
pub mod audit;
pub mod backup;
pub mod conformance;
pub mod correction;
pub mod coverage;
pub mod db;
pub mod desk;
pub mod draft;
pub mod events;
pub mod fate;
pub mod follow;
pub mod forget;
pub mod found;
pub mod health;
pub mod index;
pub mod narratives;
pub mod precedents;
pub mod pushes;
pub mod receivers;
pub mod report;
pub mod review;
pub mod rules;
pub mod saved;
pub mod search;
pub mod staff;
pub mod store;
pub mod trend;
pub mod types;
pub mod warnings;

pub use allowances::{AllowanceBatch, AllowanceStore, Reserved};
pub use archive::{ArchiveRequest, Archived, Review};
pub use audit::{AuditBatch, AuditCheck, AuditFilter, AuditHead, AuditRecord, AuditStore};
pub use backup::CopyFacts;
pub use correction::{Correction, CorrectionStore, DayCoverage};
pub use db::sqlite::SqliteStore;
pub use desk::{AlertChange, DeskBatch, DeskStore, Due, DueRequest};
pub use draft::{DraftBatch, DraftStore};
pub use events::{EventBatch, EventDocument, EventFile, EventSpread, EventStore, MergedEvent, NewReport, StoredReport};
pub use fate::{Fate, fate};
pub use follow::{FollowError, follow};
pub use forget::{ForgetBatch, ForgetStore, News, OldPost, OldPosts, PostPlace};
pub use found::{FacetCount, FindError, FoundHit, FoundPage, find};
pub use health::{SourceHealth, SourceState, VolumeAlarm};
pub use index::{Cursor, Facet, Hit, IndexError, Meant, Order, SearchIndex, SearchRequest, SearchResult};
pub use narratives::{NarrativeFile, NarrativeFilter, NarrativeStore};
pub use precedents::{Precedent, PrecedentStore, SettledClaim, SettledFilter};
pub use receivers::{Claimed, DeliveryFilter, DeliveryLine, FailedAttempt, ReceiverBatch, ReceiverState, ReceiverStore};
pub use report::{KeptReport, ReportAlerts, ReportBatch, ReportStore};
pub use review::{ReviewBatch, ReviewStore, SampleFilter, SampleItem, SampleState, SampleWeek};
pub use rules::{RuleHit, RuleStore};
pub use saved::{SavedBatch, SavedStore, Searches};
pub use search::tantivy_index::TantivyIndex;
pub use staff::{StaffBatch, StaffStore};
pub use store::{Batch, Store, StoreError};
pub use trend::{Dimension, LargeStory, Span, Trend, TrendCell, TrendPeriod, TrendRequest};
pub use types::*;
pub use warnings::{HourCount, Mention, WarningBatch, WarningStore};
