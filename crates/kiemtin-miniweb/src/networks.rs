//! Local servers of public networks: what do the adapters ask when there is no network?
//!
//! Each file is one network as its documentation and real answers have it: who may ask, how pages follow each other, which headers
//! tell what is left, what a refusal looks like, and when it closes. Each server counts what it was asked. All texts and people
//! are invented; [`people`] holds everything about persons that stands in the answers and must stand nowhere else.

pub mod bluesky;
mod bundled;
pub mod facebook;
pub mod jetstream;
mod local;
pub mod mastodon;
pub mod people;
pub mod telegram;
pub mod xenforo;
pub mod youtube;

pub use bundled::{Bundled, SOURCES as BUNDLED_SOURCES};
pub use local::Local;
