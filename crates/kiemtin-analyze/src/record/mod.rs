//! What is on record: facts with their validity, and known official documents. Where does a text differ from it?

mod citations;
mod dates;
mod facts;
mod figures;

pub use citations::{CitationFinding, CiteFault, CiteStatus, CiteTest, DocumentRegister, Judged, KnownDocument, learn};
pub use dates::old_dates;
pub use facts::{Fact, FactBook, FactValue};
pub use figures::{FigureFault, FigureFinding, figure_findings};

/// Midnight in Vietnam of a day written `2025-05-10`; `None` when it is none.
pub fn day_of(text: &str) -> Option<kiemtin_model::Time> {
    facts::day(text).ok()
}
