//! Which engine finds documents? Each implementation of [`crate::SearchIndex`] lives here.
//!
//! Invariant: all of them see the terms that `kiemtin_text` makes, so that recall is the same on every engine.

mod about;
mod all_of;
mod analyzer;
mod any_of;
mod asking;
mod begun;
mod best;
mod bits;
mod capitals;
mod closely;
mod columns;
mod compile;
mod counter;
mod facets;
mod favoured;
mod feedback;
mod filters;
mod frequent;
mod gather;
mod generation;
mod generations;
mod idle;
mod joined;
mod kept;
mod learnt;
mod limit;
mod looked_at;
mod marks;
mod meant;
mod pairs;
mod periods;
mod pieces;
mod places;
mod plan;
mod rank;
mod sample;
mod schema;
mod sorts;
mod spans;
mod stories;
pub mod tantivy_index;
mod telling;
mod trend;
mod unknown;
mod values;

pub(crate) use analyzer::typed_bare;
