//! `/policies`, `/policies/{id}`: Chính sách; `/feedback`: Góp ý.

use super::html;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::feedback::feedback;
use crate::policies;
use crate::service::Service;
use crate::view::chrome::Chrome;
use crate::view::policies::{FeedbackPage, PoliciesPage, PolicyPage, Row, ThemeView, dates};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use std::sync::Arc;

/// All policies.
pub async fn page(State(service): State<Arc<Service>>, asker: Asker) -> Result<Response, Fault> {
    let lines = policies::list(&service).await?;
    let rows = lines.iter().map(|line| Row::new(line, &service.catalogue)).collect();
    Ok(html(StatusCode::OK, &PoliciesPage { chrome: Chrome::new("/policies", &service, &asker), rows, dates: dates(&service) }))
}

/// One policy.
pub async fn one(State(service): State<Arc<Service>>, asker: Asker, Path(id): Path<String>) -> Result<Response, Fault> {
    let file = policies::one(&service, &id).await?;
    Ok(html(StatusCode::OK, &PolicyPage::new(Chrome::new("/policies", &service, &asker), file, &service)))
}

/// What people ask for and propose.
pub async fn themes(State(service): State<Arc<Service>>, asker: Asker) -> Result<Response, Fault> {
    let found = feedback(&service).await?;
    let themes = found.themes.into_iter().map(|t| ThemeView::new(t, &found.weeks, &service)).collect();
    Ok(html(StatusCode::OK, &FeedbackPage { chrome: Chrome::new("/feedback", &service, &asker), themes }))
}
