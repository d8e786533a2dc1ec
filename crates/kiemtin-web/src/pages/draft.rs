//! `/alerts/{id}/draft`: the form of a draft on the page of its alert.

use super::alert::file;
use super::html;
use crate::api::alerts;
use crate::asker::Asker;
use crate::desk::if_match;
use crate::drafts::{body, fault, number, write};
use crate::fault::Fault;
use crate::service::Service;
use crate::view::actions::Typed;
use crate::view::draft::DraftView;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use kiemtin_model::draft::MOST_QUESTIONS;
use kiemtin_model::{Draft, Question, Right};
use kiemtin_store::draft::DraftError;
use std::collections::HashMap;
use std::sync::Arc;

/// Keeps what stands in the form. When somebody else wrote meanwhile, or something is too long, the page comes back with all that was
/// typed in the form, and what the other one wrote beside it.
pub async fn keep(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>, request: Request) -> Result<Response, Fault> {
    let alert = number(&id)?;
    let sent = body(request.into_body()).await?;
    let fields: HashMap<String, String> = url::form_urlencoded::parse(&sent).into_owned().collect();
    let typed = draft(&fields);
    let seen = if_match(Some(fields.get("revision").map_or("0", String::as_str)))?;
    let error = match write(&service, &asker, alert, typed.clone(), seen).await {
        Ok(_) => return Ok((StatusCode::SEE_OTHER, [(LOCATION, format!("/alerts/{alert}#draft"))]).into_response()),
        Err(error @ (DraftError::Stale { .. } | DraftError::Fault(_))) => error,
        Err(error) => return Err(fault(error)),
    };
    let briefing = alerts::read(&service, &asker, &id).await?;
    let status = if matches!(error, DraftError::Stale { .. }) { StatusCode::PRECONDITION_FAILED } else { StatusCode::BAD_REQUEST };
    let view = DraftView::refused(typed, seen, &error, &briefing.beside.draft);
    let mut page = file(&service, &asker, briefing, Typed::default()).await?;
    page.draft = DraftView { may_write: asker.may(Right::Review), ..view };
    Ok(html(status, &page))
}

/// The page of the alert: what a reader gets who loads the answer to a form again.
pub async fn back(Path(id): Path<String>) -> Result<Response, Fault> {
    Ok((StatusCode::SEE_OTHER, [(LOCATION, format!("/alerts/{}#draft", number(&id)?))]).into_response())
}

fn draft(fields: &HashMap<String, String>) -> Draft {
    let of = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let asked = |i: usize| Question { question: of(&format!("question{i}")), answer: of(&format!("answer{i}")) };
    Draft {
        message: of("message"),
        facts: of("facts"),
        questions: (1..=MOST_QUESTIONS).map(asked).filter(|q| *q != Question::default()).collect(),
        spokesperson: of("spokesperson"),
        channel: of("channel"),
    }
}
