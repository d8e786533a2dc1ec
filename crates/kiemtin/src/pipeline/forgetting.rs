//! What of a batch is to be forgotten, and what was forgotten meanwhile?

use super::{NewText, Pipeline, Verdict};
use crate::crew;
use kiemtin_model::{DocId, Document, Failure, ForgetReason, Outcome, Refusal};
use kiemtin_store::saved::Matcher;
use kiemtin_store::{Batch, Known, LeadState};
use std::collections::HashMap;
use std::sync::Arc;

/// Leads that were deleted, after so many other items of the batch.
pub(super) type Deletion = (usize, Vec<String>);

impl Pipeline {
    /// Forgets what leads became.
    pub(super) async fn forget(&self, store: &mut dyn Batch, keys: &[String], known: &mut HashMap<DocId, Known>) -> anyhow::Result<()> {
        for key in keys {
            if let Some(gone) = store.forget_lead(key, ForgetReason::DeletedAtOrigin, (self.clock)()).await? {
                known.remove(&gone);
            }
        }
        Ok(())
    }

    /// The page of a post that was stored is missing (404, 410): it was taken down there, and is forgotten. Articles of the press are
    /// published matter and stay.
    pub(super) async fn is_gone(
        &self,
        store: &mut dyn Batch,
        lead: &mut Option<LeadState>,
        outcome: &Outcome,
        known: &mut HashMap<DocId, Known>,
    ) -> anyhow::Result<Option<Outcome>> {
        let (Some(lead), Outcome::Failed(Failure::Status(404 | 410))) = (lead, outcome) else { return Ok(None) };
        let Some(id) = lead.document.clone() else { return Ok(None) };
        if !store.is_post(&id).await? || !store.forget(&id, ForgetReason::DeletedAtOrigin, (self.clock)()).await? {
            return Ok(None);
        }
        known.remove(&id);
        lead.document = None;
        Ok(Some(Outcome::Refused(Refusal::DeletedAtOrigin)))
    }

    /// A text that the store had when it was asked may have been forgotten since, by this batch or by somebody else: then it is new.
    pub(super) async fn as_of_now(
        &self,
        verdict: Verdict,
        searches: &Arc<Matcher>,
        known: &HashMap<DocId, Known>,
    ) -> anyhow::Result<Verdict> {
        let document = match verdict {
            Verdict::Same(document) if !known.contains_key(&document.id) => document,
            verdict => return Ok(verdict),
        };
        let (knowledge, searches, now) = (self.knowledge.now(), Arc::clone(searches), (self.clock)());
        let assess = move |document: Box<Document>| NewText::of(*document, &knowledge, &searches, now);
        let mut assessed = crew::map(vec![document], assess).await?;
        let new = assessed.pop().unwrap_or_else(|| Err("nothing came of it".to_owned()));
        Ok(Verdict::Changed(Box::new(new.map_err(|panic| anyhow::anyhow!("assessing a document failed: {panic}"))?)))
    }
}

#[cfg(test)]
mod tests;
