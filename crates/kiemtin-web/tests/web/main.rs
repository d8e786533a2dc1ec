//! The router as a whole, over a real store and a real index in a temporary folder.
#![allow(clippy::unwrap_used)]

mod access;
mod api;
mod documents;
mod pages;
mod policies;
mod receivers;
mod saved;
mod stories;
mod trends;
mod websub;
mod world;
