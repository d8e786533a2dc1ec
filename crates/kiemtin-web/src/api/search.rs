//! `GET /api/v1/search`: the same answer as `kiemtin search --json`.

use crate::ask;
use crate::asker::Asker;
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use kiemtin_model::{DocId, Sight};
use kiemtin_store::found::{FindError, FoundPage, find, find_like};
use kiemtin_store::{IndexError, SearchRequest};
use std::sync::Arc;

/// Hits when the asker does not say.
const DEFAULT_LIMIT: usize = 20;

/// Full-text search.
pub async fn search(State(service): State<Arc<Service>>, asker: Asker, uri: Uri) -> Result<Json<FoundPage>, Fault> {
    let params = Params::read(&uri)?;
    params.only(ask::SEARCH_PARAMETERS)?;
    let request = ask::search(&params, ask::query(&params)?, DEFAULT_LIMIT, service.now())?;
    Ok(Json(run(&service, &asker.sight, &params, request).await?))
}

/// Searches, with the errors of the web.
pub(crate) async fn run(service: &Service, sight: &Sight, params: &Params, request: SearchRequest) -> Result<FoundPage, Fault> {
    let (store, index) = (&*service.store, &*service.index);
    let request = SearchRequest { lexicon: service.lexicon.clone(), sight: sight.clone(), ..request };
    let found = match params.get("like") {
        Some(id) => find_like(store, index, &DocId(id.to_owned()), request).await,
        None => find(store, index, &request).await,
    };
    found.map_err(|error| match error {
        FindError::Query(reason) => IndexError::Query(reason).into(),
        FindError::Index(error) => error.into(),
        FindError::Store(error) => error.into(),
    })
}
