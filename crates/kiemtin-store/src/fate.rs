//! What became of one address?

use crate::{LeadState, Store, StoreError, StoredDocument};
use kiemtin_model::DocId;
use kiemtin_model::canonical::canonical_url;

/// What is known of an address.
#[derive(Clone, Debug)]
pub struct Fate {
    /// The address in its canonical form.
    pub url: String,
    /// What listings said of it and how fetching ended; none when no listing ever named it.
    pub lead: Option<LeadState>,
    /// The document that it became; also one that was pushed or imported.
    pub document: Option<StoredDocument>,
}

/// What became of an address; `None` when it is no address that could be fetched.
///
/// # Errors
/// Those of the store.
pub async fn fate(store: &dyn Store, address: &str) -> Result<Option<Fate>, StoreError> {
    let Some(url) = canonical_url(address.trim(), address.trim()) else { return Ok(None) };
    let lead = store.lead_states(std::slice::from_ref(&url)).await?.remove(&url);
    let id = lead.as_ref().and_then(|l| l.document.clone()).unwrap_or_else(|| DocId::from_url(&url));
    let document = store.documents(&[id]).await?.pop();
    Ok(Some(Fate { url, lead, document }))
}
