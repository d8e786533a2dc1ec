//! Which report does an address ask for?

use super::{Basis, make as count, scope as of};
use crate::fault::Fault;
use crate::params::Params;
use crate::service::Service;
use kiemtin_model::period::Period;
use kiemtin_model::report::{Report, Scope};
use kiemtin_store::IndexError;
use kiemtin_store::found::FindError;

/// What is wanted.
pub struct Wanted {
    /// Of when.
    pub period: Period,
    /// Of what.
    pub scope: Scope,
}

/// A period by its name.
///
/// # Errors
/// Another word.
pub fn period(word: &str) -> Result<Period, Fault> {
    word.parse().map_err(|_| Fault::parameter("period", word, "kỳ như 2026-W47, 2026-11, 2026-Q4 hoặc 2026"))
}

/// The scope of `unit`, `topic` or `policy`; without one of them, the whole ministry.
///
/// # Errors
/// Several of them, or one that is not configured.
pub fn scope(service: &Service, params: &Params) -> Result<Scope, Fault> {
    let [unit, topic, policy] = ["unit", "topic", "policy"].map(|name| params.get(name));
    of(&service.catalogue, &service.policies, unit, topic, policy)
        .map_err(|fault| Fault::parameter(fault.parameter, &fault.value, &fault.expected))
}

/// Counts it now.
///
/// # Errors
/// The index or the store failed.
pub async fn make(service: &Service, wanted: &Wanted) -> Result<Report, Fault> {
    let basis = Basis {
        store: &*service.store,
        index: &*service.index,
        catalogue: &service.catalogue,
        policies: &service.policies,
        lexicon: &service.lexicon,
        rules_version: (service.knowledge)().version.clone(),
        now: service.now(),
    };
    count(&basis, wanted.period, &wanted.scope).await.map_err(|error| match error {
        FindError::Query(reason) => IndexError::Query(reason).into(),
        FindError::Index(error) => error.into(),
        FindError::Store(error) => error.into(),
    })
}
