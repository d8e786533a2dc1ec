//! Which documents that were there before does a new saved search match?
//!
//! They are read from the newest to the first in bounded parts and asked as new ones are; each part is one transaction, so that
//! a walk goes on where it was killed. Searches that stand at the same place walk together. The index is not asked: the walk
//! needs none to be there.

use super::matcher::Searches;
use super::store::{SavedState, Walked, WalkedPart};
use crate::store::{Store, StoreError};
use kiemtin_model::Time;

/// Documents of one part.
const PART: usize = 500;

/// How a walk goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Every search has been compared with everything.
    Done,
    /// Something is left; this share of the way of the search that has most before it is done, 0 to 1.
    Left(f64),
}

/// Goes one step. Safe to stop, to repeat, and to run in several processes.
pub async fn walk(store: &dyn Store, searches: &Searches, now: Time) -> Result<Step, StoreError> {
    let all = store.saved_searches().await?;
    let open: Vec<&SavedState> = all.iter().filter(|s| s.walk.complete_at.is_none()).collect();
    let Some(from) = open.iter().map(|s| s.walk.to).max() else { return Ok(Step::Done) };
    let group: Vec<(i64, String)> = open.iter().filter(|s| s.walk.to == from).map(|s| (s.search.id, s.predicate.clone())).collect();
    // Those that are further on are joined where they stand.
    let until = open.iter().map(|s| s.walk.to).filter(|to| *to < from).max().unwrap_or(0);
    let documents = store.documents_below(from, until, PART).await?;
    let to = if documents.len() < PART { until } else { documents.last().map_or(until, |(first, _)| *first) };
    let matcher = searches.now(store).await?;
    let ids: Vec<i64> = group.iter().map(|(id, _)| *id).collect();
    let asked = move || {
        documents
            .iter()
            .map(|(first_seq, stored)| {
                let mut matches = matcher.matches_of(&stored.assessed, &stored.story.0, now);
                matches.retain(|id| ids.contains(id));
                Walked { first_seq: *first_seq, seq: stored.seq, matches }
            })
            .collect()
    };
    let documents: Vec<Walked> = tokio::task::spawn_blocking(asked).await.map_err(|e| StoreError::Database(Box::new(e)))?;
    let ended = to == 0;
    let mut batch = store.begin().await?;
    if batch.put_walked(&WalkedPart { searches: group, from, to, ended, documents }).await? {
        batch.commit().await?;
    }
    let share = open.iter().map(|s| s.walk.share()).fold(1.0, f64::min);
    Ok(Step::Left(share))
}
