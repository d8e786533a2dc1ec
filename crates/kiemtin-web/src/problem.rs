//! How is a program told what is wrong? RFC 9457 problem details.

use crate::fault::Fault;
use schemars::JsonSchema;
use serde::Serialize;

/// What is wrong with a request, or with us.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Problem<'f> {
    /// What it is, as a stable word for programs: `urn:kiemtin:problem:` and the word.
    #[serde(rename = "type")]
    kind: String,
    /// What it is, in Vietnamese.
    title: &'f str,
    /// HTTP status.
    #[schemars(range(min = 400, max = 599))]
    status: u16,
    /// What it is this time, and what to do.
    detail: &'f str,
    /// Position in the query, in Unicode scalar values from 0; of queries that cannot be read alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "usize")]
    at: Option<usize>,
    /// How that query could be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    proposal: Option<&'f str>,
}

impl<'f> Problem<'f> {
    /// Of a fault.
    pub fn of(fault: &'f Fault) -> Self {
        Self {
            kind: format!("urn:kiemtin:problem:{}", fault.kind),
            title: fault.title,
            status: fault.status.as_u16(),
            detail: &fault.detail,
            at: fault.at,
            proposal: fault.at.and(fault.proposal.as_deref()),
        }
    }
}
