//! What does an official text tell of another official document?

use crate::DocId;

/// A document as an official text tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnedDocument {
    /// Number in normal form.
    pub number: String,
    /// Kind of document, `Quyết định`.
    pub kind: String,
    /// The body that issued it.
    pub issuer: String,
    /// Day of issue, `2022-03-30`.
    pub date: String,
    /// What it is about, as the text tells; may be empty.
    pub title: String,
    /// The text that teaches it.
    pub document: DocId,
}
