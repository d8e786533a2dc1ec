//! What of a notice may somebody with this sight be told?
//!
//! A restriction counts as it is now, not as it was when the notice was made.

use super::alerts;
use crate::store::StoreError;
use kiemtin_model::{LikelyCause, Notice, Sight, SubjectKind};
use sqlx::SqliteConnection;

/// The notice without what is not seen; `None` when nothing of it is.
pub(super) async fn seen(db: &mut SqliteConnection, mut notice: Notice, sight: &Sight) -> Result<Option<Notice>, StoreError> {
    let is_seen = match &mut notice {
        Notice::Alert { alert, .. } => {
            alert.restricted = alerts::by_id(&mut *db, alert.id).await?.map_or(alert.restricted, |now| now.restricted);
            sight.sees(alert.restricted, &alert.units)
        }
        Notice::SavedSearch(told) => told.search.is_seen(sight),
        // What only some units see is in no report.
        Notice::Report(_) => true,
        Notice::Warning(_) if *sight == Sight::All => true,
        Notice::Warning(warning) => {
            if let Some(LikelyCause::Narrative { id, .. }) = warning.cause
                && !claim_is_seen(&mut *db, id, sight).await?
            {
                warning.cause = None;
            }
            let subject = &warning.subject;
            match (subject.kind, subject.id.parse()) {
                (SubjectKind::Narrative, Ok(id)) => claim_is_seen(&mut *db, id, sight).await?,
                (SubjectKind::Search, Ok(id)) => search_is_seen(&mut *db, id, sight).await?,
                _ => true,
            }
        }
    };
    Ok(is_seen.then_some(notice))
}

/// Whether a claim has no alert that is hidden from this sight.
async fn claim_is_seen(db: &mut SqliteConnection, narrative: i64, sight: &Sight) -> Result<bool, StoreError> {
    let alerts = alerts::of_narrative(db, narrative).await?;
    Ok(alerts.iter().all(|alert| sight.sees(alert.restricted, &alert.units)))
}

/// Whether a saved search is one of all, or of these units. One that was removed might have been another unit's.
async fn search_is_seen(db: &mut SqliteConnection, search: i64, sight: &Sight) -> Result<bool, StoreError> {
    let unit: Option<Option<String>> =
        sqlx::query_scalar("SELECT unit FROM saved_search WHERE id = $1").bind(search).fetch_optional(db).await?;
    Ok(unit.is_some_and(|unit| unit.is_none_or(|unit| sight.sees(true, &[unit]))))
}
