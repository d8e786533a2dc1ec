//! `GET /sign-in?code=…`: the one-time link becomes a session.

use super::notice;
use crate::access::{SESSION_MS, SignIn};
use crate::fault::Fault;
use crate::gate::COOKIE_NAME;
use crate::params::Params;
use crate::service::Service;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// Signs in and leads to the desk.
pub async fn sign_in(State(service): State<Arc<Service>>, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let code = params.get("code").unwrap_or("");
    match service.access.sign_in(code, service.now()).map_err(|e| Fault::ours("no session could be made", &e))? {
        SignIn::Wrong => Ok(notice::sign_in_needed()),
        SignIn::Used => Err(Fault::link_used()),
        SignIn::Welcome(secret) => {
            tracing::info!("somebody signed in with the one-time link");
            // Not `Secure`: the service listens on the loopback address without TLS.
            let cookie = format!("{COOKIE_NAME}={secret}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}", SESSION_MS / 1000);
            Ok((StatusCode::SEE_OTHER, [(SET_COOKIE, cookie), (LOCATION, "/".to_owned())]).into_response())
        }
    }
}
