//! Which known false claims does a text tell again, in other words?
//!
//! A claim of the library is a false statement that an official body has refuted or warned of, with several phrasings. A text is compared
//! with them in windows of two sentences:
//!
//! ```text
//! words of the text --index--> claims whose subject is there --compare--> share of a phrasing found, in order
//!   all that the claim must hold, close together, not denied, share >= FLAG   -> signal `claim:<id>`
//!   share >= SUGGEST                                                          -> suggestion for a person, never a flag
//! ```
//!
//! Words are compared by meaning, as `words.toml` knows it: every phrase of a group (`cấm`, `không cho phép`, `lệnh cấm`) is one word.
//! Weights follow inverse document frequency (Spärck Jones 1972) over the claims of the library.

mod check;
mod compare;
mod file;
mod library;
mod said;
#[cfg(test)]
mod tests;
mod words;

pub use compare::{FLAG, SUGGEST};
pub use file::{Claim, ClaimStatus, Example};
pub use library::ClaimLibrary;
