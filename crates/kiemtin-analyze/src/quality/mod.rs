//! How good are the rules? Counted on stored documents, compared between two rule sets, scored on labelled texts.

mod census;
mod compare;
pub mod gold;
mod interval;
mod replay;

pub use census::{Census, DEAD_DAYS, Judgement, RuleCount, Warning};
pub use compare::{Change, Weighed, change};
pub use interval::{Interval, wilson};
pub use replay::{EXAMPLES, Example, Replay, Replayed, RuleDifference};
