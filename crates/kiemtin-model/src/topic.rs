//! What is a document about?

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A topic that a document has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TopicScore {
    /// Topic id of `config/topics/`.
    pub id: String,
    /// Sum of the weights of the distinct terms found (title and lead count double).
    pub score: f64,
}
