//! What does a copy of the store hold, and what becomes of it when it is put back?
//!
//! A copy is made beside the writers and holds one moment ([`SqliteStore::copy_to`](crate::SqliteStore::copy_to)). Put back, it begins a
//! history of its own ([`SqliteStore::begin_anew`](crate::SqliteStore::begin_anew)): its numbers go on from an older one, so that whoever
//! followed the store must not take what comes now for what it has. Three things see to that:
//!
//! - a new [`log_id`](crate::Store::log_id): an index of before is built anew, even when the store has grown past its cursor; keys of
//!   deliveries and entries of feeds are others;
//! - numbers that are told outside (alerts, their history, saved searches, warnings, reports, deliveries) go on [`GAP`] higher: none is
//!   given twice, and who resumes a stream after a number that is lost hears of all that came since the restore;
//! - sessions and one-time links end: one that was ended or used after the copy was made would be good again.
//!
//! The first log id stays as the origin: from it the audit log and the draw of samples can still be checked.

use crate::types::Seq;

/// By how much numbers that are told outside jump when a copy is put back: more than are given between two backups.
pub const GAP: i64 = 1_000_000;

/// What a copy of the store holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyFacts {
    /// Name of its history.
    pub log_id: String,
    /// Its last change.
    pub last_seq: Seq,
    /// Documents, counted one by one.
    pub documents: u64,
    /// Version of its tables.
    pub schema: i64,
}
