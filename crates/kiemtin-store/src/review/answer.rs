//! How does a reviewer answer? One transaction: what was found, and the entry of the audit log.

use super::SampleItem;
use crate::desk::act::name_of;
use crate::staff::change::By;
use crate::store::{Store, StoreError};
use kiemtin_model::{AuditAction, FlagKind, ReviewAnswer, ReviewFinding};

/// Why nothing was kept. The words are for the person who asked.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// There is no such document in a sample.
    #[error("không có mục rà soát này")]
    Unknown,
    /// Somebody answered meanwhile.
    #[error("mục này đã được người khác trả lời (bản {now}, không còn là bản {expected}); hãy tải lại rồi thử lại")]
    Stale {
        /// Revision that was expected.
        expected: i64,
        /// Revision that it has.
        now: i64,
    },
    /// The answer cannot be kept.
    #[error("{0}")]
    Wrong(&'static str),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// What a reviewer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What was found.
    pub answer: ReviewAnswer,
    /// Kind of flag that is missing.
    pub kind: Option<FlagKind>,
    /// Why, in words.
    pub note: String,
}

/// Keeps an answer. `revision` is the one that the reviewer has looked at; none: whatever it is now.
///
/// # Errors
/// No such document, somebody answered since, or something that the answer needs is missing.
pub async fn answer(store: &dyn Store, id: i64, said: Said, revision: Option<i64>, by: By<'_>) -> Result<SampleItem, ReviewError> {
    let mut batch = store.begin().await?;
    let before = batch.sample_item(id).await?.ok_or(ReviewError::Unknown)?;
    if let Some(expected) = revision.filter(|expected| *expected != before.revision) {
        return Err(ReviewError::Stale { expected, now: before.revision });
    }
    let Said { answer, kind, note } = said;
    let finding = ReviewFinding { answer, kind, note: note.trim().to_owned(), by: name_of(by.actor), at: by.at };
    finding.check().map_err(ReviewError::Wrong)?;
    batch.put_finding(id, &finding).await?;
    let was = before.finding.as_ref().map_or("", |f| f.answer.as_str());
    let detail = [
        ("week", before.week.to_string()),
        ("document", before.document.assessed.document.id.0.clone()),
        ("before", was.to_owned()),
        ("after", finding.answer.as_str().to_owned()),
        ("kind", kind.map_or("", FlagKind::as_str).to_owned()),
    ];
    let detail: Vec<(&str, &str)> = detail.iter().map(|(k, v)| (*k, v.as_str())).collect();
    batch.put_audit(&by.entry(AuditAction::Review, format!("review/{id}"), &detail)).await?;
    batch.commit().await?;
    Ok(SampleItem { finding: Some(finding), revision: before.revision + 1, ..before })
}
