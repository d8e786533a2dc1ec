//! What is the same for the page and the API when somebody does something with an alert?

use crate::asker::Asker;
use crate::fault::Fault;
use crate::service::Service;
use crate::staff::by;
use kiemtin_model::lifecycle::Refused;
use kiemtin_model::{Act, Alert};
use kiemtin_store::desk::act::{DeskError, Seen, act};

/// Does it. `revision` is the one that the asker has looked at; none: whatever it is now.
///
/// # Errors
/// No such alert, it has changed since, the step may not be taken, or something that it needs is missing.
pub async fn perform(service: &Service, asker: &Asker, id: i64, wanted: &Act, revision: Option<i64>) -> Result<Alert, Fault> {
    let seen = Seen { sight: &asker.sight, revision };
    act(&*service.store, id, wanted, seen, by(service, asker), &service.notice_channels).await.map_err(fault)
}

fn fault(error: DeskError) -> Fault {
    match error {
        DeskError::Unknown => Fault::not_found("cảnh báo này"),
        DeskError::Stale { .. } => Fault::stale(error.to_string()),
        DeskError::Refused(Refused::Missing { .. } | Refused::TooLong) | DeskError::Assignee(_) | DeskError::Duplicate(_) => {
            Fault::body(error.to_string())
        }
        DeskError::Refused(_) => Fault::conflict(error.to_string()),
        DeskError::Store(error) => error.into(),
    }
}

/// The revision as an entity tag (RFC 9110, section 8.8.3).
pub fn etag(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// The revision of an `If-Match`; none when there is no such header, or it says `*`.
///
/// # Errors
/// It is no entity tag of ours.
pub fn if_match(header: Option<&str>) -> Result<Option<i64>, Fault> {
    let Some(text) = header.map(str::trim).filter(|text| *text != "*") else { return Ok(None) };
    let bare = text.strip_prefix("W/").unwrap_or(text).trim_matches('"');
    bare.parse().map(Some).map_err(|_| Fault::parameter("If-Match", text, "ETag của cảnh báo, ví dụ \"3\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_tags_are_read_as_they_are_written() {
        assert_eq!(if_match(Some(&etag(7))).ok(), Some(Some(7)));
        assert_eq!(if_match(Some("W/\"7\"")).ok(), Some(Some(7)));
        assert_eq!((if_match(None).ok(), if_match(Some(" * ")).ok()), (Some(None), Some(None)));
        assert!(if_match(Some("\"x\"")).is_err() && if_match(Some("\"1\", \"2\"")).is_err());
    }
}
