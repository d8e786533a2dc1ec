//! Of what is a report, and which documents and alerts is that?

use super::Basis;
use crate::catalogue::Catalogue;
use kiemtin_analyze::PolicyRegister;
use kiemtin_model::Alert;
use kiemtin_model::report::{Scope, ScopeKind};
use kiemtin_store::found::FindError;
use kiemtin_text::lexicon::expand;
use kiemtin_text::query::{Filter, Query, parse};

/// A scope that does not exist; the words are for the person who asked.
#[derive(Debug, PartialEq, Eq)]
pub struct ScopeFault {
    /// What was asked by: `unit`, `topic` or `policy`.
    pub parameter: &'static str,
    /// What was asked for.
    pub value: String,
    /// What would have been understood.
    pub expected: String,
}

impl std::fmt::Display for ScopeFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: nhận được \"{}\", cần {}", self.parameter, self.value, self.expected)
    }
}

impl std::error::Error for ScopeFault {}

/// The scope that is asked for by at most one of these; by none, the whole ministry.
///
/// # Errors
/// Several of them, or one that is not configured.
pub fn scope(
    catalogue: &Catalogue,
    policies: &PolicyRegister,
    unit: Option<&str>,
    topic: Option<&str>,
    policy: Option<&str>,
) -> Result<Scope, ScopeFault> {
    let of = |kind, id: &str, name: &str| Scope { kind, id: id.to_owned(), name: name.to_owned() };
    match (unit, topic, policy) {
        (None, None, None) => Ok(Scope::ministry()),
        (Some(unit), None, None) => match catalogue.units().into_iter().find(|known| *known == unit) {
            Some(known) => Ok(of(ScopeKind::Unit, known, known)),
            None => Err(fault("unit", unit, catalogue.units())),
        },
        (None, Some(topic), None) => match catalogue.topics.iter().find(|known| known.id == topic) {
            Some(known) => Ok(of(ScopeKind::Topic, &known.id, &known.name)),
            None => Err(fault("topic", topic, catalogue.topics.iter().map(|t| t.id.as_str()).collect())),
        },
        (None, None, Some(policy)) => match policies.policy(policy) {
            Some(known) => Ok(of(ScopeKind::Policy, &known.id, &known.title)),
            None => Err(fault("policy", policy, policies.policies.iter().map(|p| p.id.as_str()).collect())),
        },
        _ => Err(ScopeFault {
            parameter: "unit",
            value: unit.or(topic).unwrap_or_default().to_owned(),
            expected: "chỉ một trong unit, topic, policy".to_owned(),
        }),
    }
}

fn fault(parameter: &'static str, value: &str, known: Vec<&str>) -> ScopeFault {
    ScopeFault { parameter, value: value.chars().take(200).collect(), expected: format!("một trong: {}", known.join(", ")) }
}

/// What finds the documents of a scope; none: all.
pub(super) fn query(basis: &Basis<'_>, scope: &Scope) -> Result<Option<Query>, FindError> {
    Ok(match scope.kind {
        ScopeKind::Ministry => None,
        ScopeKind::Unit => Some(Query::Filter(Filter::Unit(scope.id.clone()))),
        ScopeKind::Topic => Some(Query::Filter(Filter::Topic(scope.id.clone()))),
        ScopeKind::Policy => {
            let policy = basis.policies.policy(&scope.id).ok_or_else(|| FindError::Query("không có chính sách này".into()))?;
            Some(policy_query(basis, &policy.query)?)
        }
    })
}

/// A policy's query with the words of the lexicon put in.
pub(super) fn policy_query(basis: &Basis<'_>, query: &str) -> Result<Query, FindError> {
    let query = parse(query).map_err(|e| FindError::Query(e.to_string()))?;
    Ok(expand(&query, basis.lexicon, &|_| vec![]).0)
}

/// Whether a policy of the register belongs to it.
pub(super) fn has_policy(scope: &Scope, policy: &kiemtin_model::Policy) -> bool {
    match scope.kind {
        ScopeKind::Ministry => true,
        ScopeKind::Unit => policy.unit == scope.id,
        ScopeKind::Topic => policy.topic == scope.id,
        ScopeKind::Policy => policy.id == scope.id,
    }
}

/// The topics of a scope; none: all. Alerts of a policy are those of its topic.
pub(super) fn topics(basis: &Basis<'_>, scope: &Scope) -> Option<Vec<String>> {
    match scope.kind {
        ScopeKind::Ministry => None,
        ScopeKind::Unit => Some(basis.catalogue.topics.iter().filter(|t| t.units.contains(&scope.id)).map(|t| t.id.clone()).collect()),
        ScopeKind::Topic => Some(vec![scope.id.clone()]),
        ScopeKind::Policy => Some(basis.policies.policy(&scope.id).map(|p| p.topic.clone()).into_iter().collect()),
    }
}

/// Whether an alert belongs to it.
pub(super) fn has_alert(scope: &Scope, topics: Option<&[String]>, alert: &Alert) -> bool {
    match scope.kind {
        ScopeKind::Unit => alert.units.contains(&scope.id),
        _ => topics.is_none_or(|topics| topics.iter().any(|topic| alert.topics.contains(topic))),
    }
}
