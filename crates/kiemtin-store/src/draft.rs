//! What is meant to be answered to a claim, and how is it kept that nobody overwrites what somebody else wrote?

use crate::desk::act::{Seen, name_of};
use crate::staff::change::By;
use crate::store::{Store, StoreError};
use async_trait::async_trait;
use kiemtin_model::{AuditAction, Draft, DraftFault, KeptDraft};

/// Reading drafts.
#[async_trait]
pub trait DraftStore: Send + Sync {
    /// The draft of an alert; none when nobody has written one.
    async fn draft(&self, alert: i64) -> Result<Option<KeptDraft>, StoreError>;
}

/// Writing drafts, inside a transaction. Sees what this batch wrote.
#[async_trait]
pub trait DraftBatch: Send {
    /// As [`DraftStore::draft`], inside the transaction.
    async fn draft(&mut self, alert: i64) -> Result<Option<KeptDraft>, StoreError>;
    /// Puts this draft in the place of the one before.
    async fn put_draft(&mut self, alert: i64, draft: &KeptDraft) -> Result<(), StoreError>;
}

/// Why a draft was not kept. The words are for the person who wrote it.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// No such alert, or it is not for these eyes.
    #[error("không có cảnh báo này")]
    Unknown,
    /// Somebody wrote another one meanwhile.
    #[error("dự thảo đã được {by} ghi lại (bản {now}, bạn sửa từ bản {expected}); hãy so hai bản rồi ghi lại", by = .kept.by, now = .kept.revision)]
    Stale {
        /// Revision that was expected.
        expected: i64,
        /// The draft as it is now.
        kept: Box<KeptDraft>,
    },
    /// Something in it is too long.
    #[error(transparent)]
    Fault(#[from] DraftFault),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// Keeps a draft: one transaction with the audit log. The same words again change nothing.
///
/// # Errors
/// No such alert, something is too long, or the draft is not the one that was looked at (`seen.revision`; 0 stands for none).
pub async fn write(store: &dyn Store, alert: i64, draft: Draft, seen: Seen<'_>, by: By<'_>) -> Result<KeptDraft, DraftError> {
    let draft = draft.checked()?;
    let mut batch = store.begin().await?;
    batch.alert(alert).await?.filter(|a| seen.sight.sees(a.restricted, &a.units)).ok_or(DraftError::Unknown)?;
    let kept = batch.draft(alert).await?.unwrap_or_default();
    if let Some(expected) = seen.revision.filter(|expected| *expected != kept.revision) {
        return Err(DraftError::Stale { expected, kept: Box::new(kept) });
    }
    if kept.draft == draft {
        return Ok(kept);
    }
    let new = KeptDraft { revision: kept.revision + 1, by: name_of(by.actor), at: Some(by.at), draft };
    batch.put_draft(alert, &new).await?;
    let revision = new.revision.to_string();
    batch.put_audit(&by.entry(AuditAction::Alert, format!("alert/{alert}"), &[("change", "draft"), ("revision", &revision)])).await?;
    batch.commit().await?;
    Ok(new)
}
