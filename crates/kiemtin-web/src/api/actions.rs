//! `POST /api/v1/alerts/{id}/actions`: what somebody does with an alert.

use super::alerts::read;
use super::users::json;
use crate::asker::Asker;
use crate::desk::{etag, if_match, perform};
use crate::fault::Fault;
use crate::params::Fields;
use crate::service::Service;
use axum::Json;
use axum::extract::{Path, Request, State};
use axum::http::header::{ETAG, IF_MATCH};
use axum::response::{IntoResponse, Response};
use kiemtin_model::lifecycle::LONGEST_REASON;
use kiemtin_model::{Act, DeskAction, DismissReason, Finding};
use schemars::{JsonSchema, Schema};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

/// What is wanted, as it is sent. For `dismiss`, `reason` is a word of the contract and `note` says more; for everything else
/// `reason` is free text, and `note` stands in for it.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "AlertAction", transform = with_action)]
pub struct Asked {
    /// What is to be done.
    #[schemars(with = "DeskAction", required)]
    action: String,
    /// Why, in words; for `dismiss` a word of `DismissReason`.
    #[schemars(length(max = LONGEST_REASON))]
    reason: String,
    /// The text of a note; for `dismiss` more about the reason.
    #[schemars(length(max = LONGEST_REASON))]
    note: String,
    /// Number or address of an official document; of an answer its address.
    #[schemars(length(max = LONGEST_REASON))]
    reference: String,
    /// The address of an answer, in place of `reference`.
    #[schemars(length(max = LONGEST_REASON))]
    url: String,
    /// What is concluded; without a word: `false`.
    finding: Option<Finding>,
    /// Sign-in name of a reviewer.
    assignee: Option<String>,
    /// The alert that this one repeats: its documents count there from then on.
    duplicate_of: Option<i64>,
    /// Where an answer was given, in words.
    #[schemars(length(max = LONGEST_REASON))]
    channel: String,
}

/// That an action is missing is told by the handler, in better words than those of serde, to which an empty one will do.
fn with_action(schema: &mut Schema) {
    schema.insert("required".into(), ["action"].as_slice().into());
    schema.pointer_mut("/properties/action").and_then(Value::as_object_mut).and_then(|action| action.remove("default"));
}

impl Asked {
    /// From a posted form, whose fields have the same names.
    ///
    /// # Errors
    /// A field is none of its words.
    pub fn of(fields: &Fields) -> Result<Self, Fault> {
        let text = |name: &str| fields.get(name).unwrap_or("").to_owned();
        let finding = |word: &str| word.parse().map_err(|_| Fault::parameter("finding", word, "fake hoặc false"));
        let number = |word: &str| word.parse().map_err(|_| Fault::parameter("duplicate_of", word, "mã của cảnh báo trùng"));
        Ok(Self {
            action: text("action"),
            reason: text("reason"),
            note: text("note"),
            reference: text("reference"),
            url: text("url"),
            finding: fields.get("finding").map(finding).transpose()?,
            assignee: fields.get("assignee").map(str::to_owned),
            duplicate_of: fields.get("duplicate_of").map(number).transpose()?,
            channel: text("channel"),
        })
    }

    /// The action that is meant.
    ///
    /// # Errors
    /// It is none, or its reason is none of those for dismissing.
    pub fn act(self) -> Result<Act, Fault> {
        let action: DeskAction = self.action.parse().map_err(|_| Fault::parameter("action", &self.action, &actions()))?;
        let first = |a: String, b: String| if a.trim().is_empty() { b } else { a };
        let (dismiss, reason) = match action {
            DeskAction::Dismiss if !self.reason.is_empty() => (Some(dismissed(&self.reason)?), self.note),
            DeskAction::Dismiss => (None, self.note),
            _ => (None, first(self.reason, self.note)),
        };
        Ok(Act {
            action,
            reason,
            reference: first(self.reference, self.url),
            finding: self.finding,
            dismiss,
            assignee: self.assignee.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
            duplicate_of: self.duplicate_of,
            channel: self.channel,
        })
    }
}

fn actions() -> String {
    DeskAction::ALL.iter().map(|a| a.as_str()).collect::<Vec<_>>().join(", ")
}

fn dismissed(word: &str) -> Result<DismissReason, Fault> {
    let words = || DismissReason::ALL.iter().map(|r| r.as_str()).collect::<Vec<_>>().join(", ");
    word.parse().map_err(|_| Fault::parameter("reason", word, &words()))
}

/// Does something with an alert.
pub async fn act(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>, request: Request) -> Result<Response, Fault> {
    let number = id.parse().map_err(|_| Fault::not_found("cảnh báo này"))?;
    let seen = if_match(request.headers().get(IF_MATCH).map(|v| v.to_str().unwrap_or("?")))?;
    let asked: Asked = json(request, &format!("{{\"action\": một trong {}, …}}", actions())).await?;
    let alert = perform(&service, &asker, number, &asked.act()?, seen).await?;
    let briefing = read(&service, &asker, &id).await?;
    Ok(([(ETAG, etag(alert.decision.revision))], Json(briefing)).into_response())
}
