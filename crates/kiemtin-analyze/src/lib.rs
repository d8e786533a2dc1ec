//! From a page to an assessment, and from an assessment to an alert. Nothing here does I/O, reads a clock or draws a
//! random number: the same page, facts and rules always give the same result, which a press office must be able to defend.
//!
//! ```text
//! html --extract--> Extracted            (extract/)
//! Document --assess--> AssessedDocument  (assess.rs: topics, rules/, claims/, guards, stance, masking)
//! narrative + AssessedDocument --raise--> level, alert   (raise.rs)
//! Assessment, Assessment --compare--> what a rule edit changes; gold line, verdict --score--> figures   (quality/)
//! ```

pub mod assess;
pub mod bursts;
pub mod claims;
pub mod copies;
pub mod events;
pub mod explain;
pub mod extract;
pub mod faults;
pub mod knowledge;
pub mod language;
pub mod line;
pub mod lookalike;
pub mod policies;
pub mod provinces;
pub mod quality;
pub mod raise;
pub mod record;
pub mod rules;
pub mod stance;
mod too_short;
pub mod topics;
pub mod verdict;

pub use assess::{assess, stored_hash};
pub use explain::{Explanation, explain};
pub use extract::{ExtractError, Extracted, extract};
pub use faults::{ConfigFile, Fault};
pub use knowledge::Knowledge;
pub use policies::PolicyRegister;
pub use raise::{Raised, raise};
