//! What is the same for the page and the API when a draft of an answer is read or written?

use crate::asker::Asker;
use crate::fault::Fault;
use crate::service::Service;
use crate::staff::{by, note_read};
use axum::body::{Body, to_bytes};
use kiemtin_model::{Draft, KeptDraft};
use kiemtin_store::desk::act::Seen;
use kiemtin_store::draft::{self, DraftError};

/// Largest body with a draft, in bytes: all its letters, escaped.
pub const MAX_BODY: usize = 512 * 1024;

/// The draft of an alert; an empty one of revision 0 before somebody wrote one.
///
/// # Errors
/// No such alert, or it is not for these eyes.
pub async fn read(service: &Service, asker: &Asker, alert: i64) -> Result<KeptDraft, Fault> {
    let file = service.store.alert_file(alert, &asker.sight, 0).await?.ok_or_else(missing)?;
    if file.alert.restricted {
        note_read(service, asker, alert).await?;
    }
    Ok(service.store.draft(alert).await?.unwrap_or_default())
}

/// Keeps a draft in the place of the one of this revision; none: whatever there is.
///
/// # Errors
/// See [`draft::write`].
pub async fn write(service: &Service, asker: &Asker, alert: i64, new: Draft, revision: Option<i64>) -> Result<KeptDraft, DraftError> {
    let seen = Seen { sight: &asker.sight, revision };
    draft::write(&*service.store, alert, new, seen, by(service, asker)).await
}

/// What is wrong, for people and programs.
pub fn fault(error: DraftError) -> Fault {
    match error {
        DraftError::Unknown => missing(),
        DraftError::Stale { .. } => Fault::stale(error.to_string()),
        DraftError::Fault(fault) => Fault::body(format!("Dự thảo chưa ghi được: {fault}.")),
        DraftError::Store(error) => error.into(),
    }
}

/// A body with a draft.
pub async fn body(body: Body) -> Result<Vec<u8>, Fault> {
    let read = to_bytes(body, MAX_BODY).await;
    read.map(|bytes| bytes.to_vec()).map_err(|error| Fault::cut_body(&error, MAX_BODY))
}

/// The number of an alert in an address.
pub fn number(id: &str) -> Result<i64, Fault> {
    id.parse().map_err(|_| missing())
}

fn missing() -> Fault {
    Fault::not_found("cảnh báo này")
}
