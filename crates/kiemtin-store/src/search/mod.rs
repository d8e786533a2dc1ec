//! Which engine finds documents? Each implementation of [`crate::SearchIndex`] lives here.
//!
//! Invariant: all of them see the terms that `kiemtin_text` makes, so that recall is the same on every engine.

mod analyzer;
mod begun;
mod closely;
mod compile;
mod facets;
mod filters;
mod gather;
mod generation;
mod generations;
mod learnt;
mod meant;
mod pieces;
mod plan;
mod rank;
mod schema;
pub mod tantivy_index;
