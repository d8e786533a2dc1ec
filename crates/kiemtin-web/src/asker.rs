//! Who asks? The gate finds out and leaves it with the request; handlers take it as an argument.

use crate::fault::Fault;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kiemtin_model::{Actor, Right, Sight};

/// Somebody who was let in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asker {
    /// For the audit log and for histories.
    pub actor: Actor,
    /// What may be done.
    pub rights: Vec<Right>,
    /// Which restricted items are seen.
    pub sight: Sight,
    /// Store id of the user who asks, or whose token does; none for the operator of a trial run.
    pub user: Option<i64>,
}

impl Asker {
    /// Whether this may be done.
    pub fn may(&self, right: Right) -> bool {
        self.rights.contains(&right)
    }
}

impl<S: Sync> FromRequestParts<S> for Asker {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        // None: the route has a door that lets everybody in, and its handler should not ask.
        parts.extensions.get::<Self>().cloned().ok_or_else(Fault::unauthorised)
    }
}
