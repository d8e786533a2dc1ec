//! How good are the rules? Counted on stored documents, compared between two rule sets, scored on labelled texts.

mod census;
mod compare;
pub mod gold;
mod interval;
mod line;
mod replay;

pub use census::{DEAD_DAYS, RuleHealth, Warning, health, precision, unknown};
pub use compare::{Change, change};
pub use interval::{Interval, wilson};
pub use line::{GuardShare, Reviews, RuleFigures, RuleLine};
pub use replay::{EXAMPLES, Example, Replay, Replayed, RuleDifference};
