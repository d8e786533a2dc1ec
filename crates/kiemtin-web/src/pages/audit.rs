//! `/admin/audit`: Nhật ký.

use super::html;
use crate::api::audit;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use crate::view::audit::AuditPage;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use std::sync::Arc;

/// The log, newest first.
pub async fn page(State(service): State<Arc<Service>>, uri: Uri) -> Result<Response, Fault> {
    let params = Params::read(&uri)?;
    let page = audit::page(&service, &params).await?;
    let check = service.store.last_audit_check().await?;
    Ok(html(StatusCode::OK, &AuditPage::new(&service, &params, page, check)))
}
