//! How are stored documents read again from the first to the last, for trying rules on them?
//!
//! Parts are read in the order of first arrival, so that the file is read from front to back, and only the columns that
//! assessing needs. A document that changes meanwhile appears once, as it is when its part is read.

use crate::types::Seq;
use kiemtin_model::{AlertStatus, Assessment, Decision, Document, Time};

/// Which part of the stored documents to read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ArchiveRequest {
    /// Documents that first came after this number; 0 begins at the first one.
    pub after: Seq,
    /// Only documents published, or taken in when that is not known, at or after this time.
    pub since: Option<Time>,
    /// Only documents in which a rule found something, and those without title and text.
    pub only_signals: bool,
    /// Most documents.
    pub limit: usize,
}

/// A stored document as it is read again.
#[derive(Clone, Debug, PartialEq)]
pub struct Archived {
    /// Number of its first arrival: pass the last one of a part as [`ArchiveRequest::after`].
    pub first_seq: Seq,
    /// The document. Its `source_id` is left out; title and text too when only signals were asked for.
    pub document: Document,
    /// What the rules said when it was stored.
    pub assessment: Assessment,
    /// What became of the alerts of the narratives in which it asserts the claim; one entry per alert.
    pub reviews: Vec<Review>,
}

/// Where an alert stands that a document belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// The alert.
    pub alert: i64,
    /// Key of its narrative, as the signals carry it.
    pub narrative: String,
    /// Where it stands.
    pub status: AlertStatus,
    /// What people decided of it.
    pub decision: Decision,
}

impl Review {
    /// What people concluded, if anything: [`Decision::right`].
    pub fn right(&self) -> Option<bool> {
        self.decision.right()
    }
}
