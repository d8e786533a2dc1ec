//! What do programs ask, and in which JSON is it answered? One file per subject; errors are [`crate::fault::Fault`]s.

pub mod actions;
pub mod alerts;
pub mod audit;
pub mod classify;
pub mod description;
pub mod documents;
pub mod drafts;
pub mod exports;
pub mod facts;
pub mod metrics;
pub mod narratives;
pub mod operations;
pub mod policies;
pub mod push;
pub mod readiness;
pub mod receivers;
pub mod review;
pub mod rules;
pub mod saved;
pub mod schemas;
pub mod search;
pub mod sources;
pub mod stories;
pub mod stream;
pub mod trends;
pub mod users;
pub mod warnings;

pub use operations::OPENAPI;
