//! What do people see? One file per page; what stands on it is made in [`crate::view`].

pub mod account;
pub mod admin;
pub mod alert;
pub mod assets;
pub mod audit;
pub mod desk;
pub mod document;
pub mod draft;
pub mod facts;
pub mod narratives;
pub mod notice;
pub mod oidc;
pub mod policies;
pub mod receivers;
pub mod reports;
pub mod review;
pub mod rules;
pub mod saved;
pub mod search;
pub mod sign_in;
pub mod sources;
pub mod story;
pub mod trends;

use crate::fault::Fault;
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};

/// A template as an answer.
fn html<T: Template>(status: StatusCode, template: &T) -> Response {
    match template.render() {
        Ok(page) => (status, Html(page)).into_response(),
        Err(error) => {
            // Not as a page: that would be rendered by the same templates.
            let fault = Fault::ours("a template failed", &error);
            (fault.status, fault.detail).into_response()
        }
    }
}
