//! How does coverage move, compared with what, and what drives it? What the command, the API and the page of trends show.
//!
//! **Share** (documents that match of all documents of the period) is the main line: weekends, holidays and a source that was
//! down take from both sides, so that it stays. Where a source was down that writes more (or less) about the query than others,
//! the share moves all the same; therefore there is a **steady share** beside it, over the sources alone that lack nothing in
//! the whole time asked for. A day on which a source lacks something is marked ([`missing`]).
//!
//! **Stories** are groups of copies of one text. Each counts once, in the period of its first matching document: a reprint, also
//! one of the next day, moves no line of stories, and the stories of the periods add up to those of the whole time. By value
//! (source, topic …) a story counts where its first document stands.

mod laid_out;
mod measure;
pub mod missing;
mod range;
mod told;
mod words;

pub use measure::coverage;
pub use missing::{MissingKind, MissingSource, SourceTrouble};
pub use range::{MOST_PERIODS, Period, Range};
pub use told::{Change, Coverage, Driver, Group, Point, PointMissing, Previous, Series, SourceShare, TopWord, TopWords};

use crate::trend::{Dimension, Span};
use kiemtin_model::{Sight, Time};
use kiemtin_text::lexicon::Lexicon;
use kiemtin_text::query::Query;
use std::sync::Arc;

/// Counted per source and day: polls that could read a listing.
pub const POLLED: &str = "polled";
/// Counted per source and day: polls that could not.
pub const POLL_FAILED: &str = "poll_failed";

/// Most queries side by side.
pub const MOST_QUERIES: usize = 5;
/// Values that are told apart; the others go together.
pub const MOST_GROUPS: usize = 12;
/// What the others are called.
pub const OTHERS: &str = "khác";

/// A query and how it was typed.
#[derive(Clone, Debug)]
pub struct NamedQuery {
    /// As typed; what it is called in answers.
    pub name: String,
    /// What must match; `None` matches all.
    pub query: Option<Query>,
}

/// What is to be counted. By default: everything, the last 30 days by day.
#[derive(Clone, Debug, Default)]
pub struct CoverageRequest {
    /// At most [`MOST_QUERIES`]; none: all coverage.
    pub queries: Vec<NamedQuery>,
    /// Published at or after; by default 30 days before `to`.
    pub from: Option<Time>,
    /// Published before; by default the end of the present day.
    pub to: Option<Time>,
    /// Length of the periods; by default days.
    pub span: Option<Span>,
    /// What documents are told apart by.
    pub by: Option<Dimension>,
    /// The present moment.
    pub now: Time,
    /// Whether the same length of time before is counted too.
    pub previous: bool,
    /// Documents that are read for top words, of all queries and all coverage together, at most 5,000; 0: no words, sources and
    /// stories that drive it.
    pub read: usize,
    /// Words that are looked for beside those typed.
    pub lexicon: Arc<Lexicon>,
    /// Only the words as typed: nothing is looked for beside them or put in their place.
    pub as_typed: bool,
    /// Whose eyes it is for: saved searches of units that are not seen are not there.
    pub sight: Sight,
}
