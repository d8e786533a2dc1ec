//! Which searches were saved under a name, which documents do they match, and who is told?
//!
//! ```text
//! predicate  the query as it is matched: with the lexicon and with the searches that it names
//! matcher    all predicates as one set, asked once of each new or changed document, in the transaction that stores it
//! walk       compares the documents that were there before, newest first, in bounded parts
//! resolve    puts the matches, or the query itself until they are complete, in the place of `search:"name"`
//! tell       notices and digests, made from the matches alone
//! ```
//! One predicate drives all of it: what a notice or a digest tells is what `search:"name"` finds.

mod change;
mod matcher;
mod predicate;
mod resolve;
mod store;
mod tell;
mod walk;

pub use change::{LONGEST_NAME, MOST_SAVED, RemoveError, SaveError, remove, save, save_for, settle};
pub use matcher::{Matcher, Searches};
pub use resolve::{Resolved, resolve};
pub use store::{SavedBatch, SavedFigures, SavedNews, SavedState, SavedStore, Walk, Walked, WalkedPart};
pub use tell::{MOST_PER_HOUR, tell};
pub use walk::{Step, walk};
