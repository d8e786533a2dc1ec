//! `[desk]`: how the alert desk works.

use serde::Deserialize;

/// `[desk]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Desk {
    /// Documents without a flag that are drawn at random each week for review. 0: none.
    pub sample: u32,
}

impl Default for Desk {
    fn default() -> Self {
        Self { sample: 20 }
    }
}
